"""How values are written in the API's parameters: whole numbers, days and instants.

Which parameters there are is said in `parameters`; what a page's form sends is read in `pages.query`.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_WHOLE: Final = re.compile(r"-?[0-9]+")
# RFC 3339. In a query a plus sign that was not escaped has become a blank.
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<time>[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|(?P<sign>[-+ ])[0-9]{2}:[0-9]{2}))?"
)


def _read_whole(given: Any) -> Any:
    """Refuse what Pydantic would take for a number too: 1_000, +5, 5.0; raise bad_form."""
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        raise _bad_form("whole_number")
    return given


def read_instant(given: str) -> datetime:
    """Read an instant with its time zone, or a day, which begins at midnight UTC; raise bad_form."""
    found = _INSTANT.fullmatch(given)
    if found is None:
        raise _bad_form("instant")
    if found["sign"] == " ":
        raise _bad_form("plus")
    try:
        read = datetime.fromisoformat(given.upper())
        return read.astimezone(UTC) if found["time"] else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _bad_form("instant") from None


def read_moment(given: str) -> datetime:
    """Read an instant with its time zone; raise bad_form, also for a day: whose midnight would it be."""
    found = _INSTANT.fullmatch(given)
    if found and not found["time"]:
        raise _bad_form("moment")
    return read_instant(given)


def _bad_form(case: str) -> PydanticCustomError:
    return PydanticCustomError("bad_form", "not of the right form", {"case": case})


PlainDigits: Final = BeforeValidator(_read_whole)
Instant = Annotated[
    datetime,
    PlainValidator(read_instant),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    ),
]
Moment = Annotated[
    datetime, PlainValidator(read_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
