"""From what Pydantic found wrong to the problems that every door reports: one code and path each.

The sentences are in the catalogues; nothing here words an error for a reader.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from app.domain.base import Schema
from app.domain.errors import DomainError, Problem

S = TypeVar("S", bound=Schema)

# Pydantic's own codes, folded into the few that a reader can tell apart.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_word",
    "literal_error": "unknown_word",
    "string_pattern_mismatch": "bad_form",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
}


def validate(schema: type[S], data: Any) -> S:
    """Validate a mapping against a schema; raise DomainError with every problem at its dotted path."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise DomainError.of(problems_of(error)) from error


def problems_of(error: ValidationError) -> list[Problem]:
    """Name each problem by our code, its dotted path (`targets.3.deadlines.0.unit`) and its details."""
    return [problem_of(item) for item in error.errors(include_url=False)]


def problem_of(item: Mapping[str, Any]) -> Problem:
    """Name one problem of Pydantic's, as its `errors` gives it."""
    kind = str(item["type"])
    code = _CODES.get(kind)
    if code is None:
        # Types with a dot or suffix such as int_parsing, decimal_max_digits, date_from_datetime_parsing
        # all mean that the value is not of the field's form; our own codes pass as they are.
        builtin = kind.endswith(("_parsing", "_type")) or kind.startswith(
            ("int_", "decimal_", "date_", "bool_")
        )
        code = "bad_form" if builtin and kind != "date_out_of_range" else kind
    detail = {name: str(value) for name, value in item.get("ctx", {}).items()}
    if item["type"] != "missing" and isinstance(item.get("input"), str | int | float):
        detail.setdefault("given", str(item["input"])[:80])
    return Problem(code, ".".join(str(part) for part in item["loc"]), detail)
