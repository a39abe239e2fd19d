"""Dates as documents give them: a day, a month, a quarter or a year, in one text form.

What a deadline or a plan means by its date is said by the schemas, not here.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.domain.vocabulary import Precision

EARLIEST = date(1949, 10, 1)
LATEST = date(2100, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A period of one day, month, quarter or year, from its first to its last day."""

    first: date
    last: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2027`, `2027-Q4`, `2027-12` or `2027-12-31`; raise ValueError for anything else."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        year = int(match["year"])
        if match["day"]:
            day = date(year, int(match["month"]), int(match["day"]))
            return cls(day, day, Precision.DAY)
        if match["month"]:
            return cls._months(year, int(match["month"]), int(match["month"]), Precision.MONTH)
        if match["quarter"]:
            quarter = int(match["quarter"])
            return cls._months(year, 3 * quarter - 2, 3 * quarter, Precision.QUARTER)
        return cls._months(year, 1, 12, Precision.YEAR)

    @classmethod
    def _months(cls, year: int, first: int, last: int, precision: Precision) -> "PartialDate":
        end = calendar.monthrange(year, last)[1]
        return cls(date(year, first, 1), date(year, last, end), precision)

    @classmethod
    def around(cls, day: date | None, precision: Precision) -> "PartialDate | None":
        """Give back the period of a stored day and precision; None for an unknown date."""
        if day is None or precision is Precision.NONE:
            return None
        if precision is Precision.DAY:
            return cls(day, day, precision)
        if precision is Precision.MONTH:
            return cls._months(day.year, day.month, day.month, precision)
        if precision is Precision.QUARTER:
            start = 3 * ((day.month - 1) // 3) + 1
            return cls._months(day.year, start, start + 2, precision)
        return cls._months(day.year, 1, 12, precision)

    def __str__(self) -> str:
        if self.precision is Precision.DAY:
            return self.last.isoformat()
        if self.precision is Precision.MONTH:
            return f"{self.last:%Y-%m}"
        if self.precision is Precision.QUARTER:
            return f"{self.last.year}-Q{self.last.month // 3}"
        return f"{self.last.year}"


# A few dozen dates are written again and again.
_parse = lru_cache(maxsize=4096)(PartialDate.parse)


def _read(value: Any) -> Any:
    if value is None or isinstance(value, PartialDate):
        return value
    try:
        read = _parse(str(value))
    except ValueError as error:
        raise PydanticCustomError("bad_date", "write 2027, 2027-Q4, 2027-12 or 2027-12-31") from error
    if not EARLIEST <= read.last <= LATEST:
        raise PydanticCustomError("date_out_of_range", "a date lies between 1949 and 2100")
    return read


PartialDateField = Annotated[
    PartialDate,
    BeforeValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?$",
            "examples": ["2027", "2027-Q4", "2027-12", "2027-12-31"],
        }
    ),
]
"""A schema field that reads and writes the text form of a `PartialDate`."""


SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def shanghai_day(at: datetime) -> date:
    """Give the day that an instant falls on in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def read_day(text: str) -> date | None:
    """Read a day written `2026-02-01`, from EARLIEST to LATEST; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def shanghai_today() -> date:
    """Give the day it is in Shanghai, by which timing and progress are computed."""
    return shanghai_day(datetime.now(UTC))
