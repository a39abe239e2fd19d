"""From what Pydantic found wrong to the problems that every door reports: one code and path each.

The sentences are in the catalogues; nothing here words an error for a reader.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from app.domain.base import MISFITS, PUBLIC_ID, SLUG, Schema
from app.domain.errors import DomainError, Problem

S = TypeVar("S", bound=Schema)

# Pydantic's own codes, folded into the few that a reader can tell apart.
_CODES: Final[Mapping[str, str]] = {
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
# By the beginning of Pydantic's code, what should have been written instead: each is a sentence of its own.
_FORMS: Final[Mapping[str, str]] = {
    "int_": "whole_number",
    "decimal_": "number",
    "finite_": "number",
    "date_": "day",
    "bool_": "yes_no",
    "string_": "text",
    "list_": "list",
    "dict_": "group",
    "model_": "group",
}
_PATTERNS: Final[Mapping[str, str]] = {
    SLUG: "slug",
    PUBLIC_ID: "public_id",
    r"^(\d{6}|[a-z0-9]+(-[a-z0-9]+)*)$": "region_code",
    r"^CN(-[A-Z]{2})?$": "iso",
    r"^https?://\S+$": "web_address",
    r"^[0-9a-f]{64}$": "sha256",
}
# How much of what was given is repeated.
_SHOWN: Final = 80


def validate(schema: type[S], data: Any) -> S:
    """Validate a mapping against a schema; raise DomainError with every problem at its dotted path."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise DomainError.of(problems_of(error)) from error


def problems_of(error: ValidationError) -> list[Problem]:
    """Name each problem by our code, its dotted path (`targets.3.deadlines.0.unit`) and its details."""
    return [problem for item in error.errors(include_url=False) for problem in _problems_of(item)]


def _problems_of(item: Mapping[str, Any]) -> list[Problem]:
    if item["type"] != MISFITS:
        return [problem_of(item)]
    return [
        Problem(one.code, ".".join(map(str, (*item["loc"], *filter(None, [one.field])))), one.detail)
        for one in item["ctx"]["problems"]
    ]


def problem_of(item: Mapping[str, Any]) -> Problem:
    """Name one problem of Pydantic's, as its `errors` gives it; `case` among the details tells its sentence."""
    kind = str(item["type"])
    detail: dict[str, Any] = {name: str(value) for name, value in item.get("ctx", {}).items()}
    # Whatever Pydantic says of a type or of how it is written; our own codes pass as they are.
    form = next((form for start, form in _FORMS.items() if kind.startswith(start)), None)
    code = _CODES.get(kind, kind)
    if kind == "string_pattern_mismatch":
        form = _PATTERNS.get(detail["pattern"])
    elif code == kind and (form or kind.endswith(("_parsing", "_type"))) and kind != "date_out_of_range":
        code = "bad_form"
    if code == "bad_form" and form is not None:
        detail["case"] = form
    elif code == "unknown_word":
        detail["expected"] = re.findall(r"'([^']*)'", detail["expected"])
    elif code == "too_short" and detail["min_length"] == "1":
        detail["case"] = "empty"
    if kind != "missing" and isinstance(item.get("input"), str | int | float):
        detail.setdefault("given", shortened(str(item["input"])))
    return Problem(code, ".".join(str(part) for part in item["loc"]), detail)


def brief(problem: Problem) -> Problem:
    """Cut what a reader sent, which the sentence repeats to him."""
    detail = {
        name: shortened(value) if isinstance(value, str) else value for name, value in problem.detail.items()
    }
    return Problem(problem.code, shortened(problem.field), detail)


def shortened(text: str) -> str:
    """Cut what was given to a length that a sentence bears."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
