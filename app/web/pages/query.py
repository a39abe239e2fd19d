"""What a page understands of its query: known parameters are checked, unknown ones ignored.

Which values name something is for the queries to say; here only their form is judged.
"""

import re
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import QueryParams

from app.domain.errors import DomainError, Problem
from app.domain.tokens import tokens
from app.domain.validation import shortened

W = TypeVar("W", bound=StrEnum)

FIRST_YEAR, LAST_YEAR = 1949, 2100
_YEAR = re.compile(r"[0-9]{4}")
# What every page with a search calls its text.
_SEARCH = "q"


def text(params: QueryParams, name: str) -> str | None:
    """Read a text; a blank one is none, and so is a search text in which there is nothing to search for."""
    given = params.get(name, "").strip()
    if name == _SEARCH and not any(tokens([given])):
        return None
    return given or None


def texts(params: QueryParams, name: str) -> list[str]:
    """Read a repeated text without its blanks."""
    return [value.strip() for value in params.getlist(name) if value.strip()]


def year(params: QueryParams, name: str) -> int | None:
    """Read a year; raise DomainError bad_year."""
    given = text(params, name)
    if given is None:
        return None
    if not _YEAR.fullmatch(given) or not FIRST_YEAR <= int(given) <= LAST_YEAR:
        raise DomainError("bad_year", name, given=shortened(given), min=FIRST_YEAR, max=LAST_YEAR)
    return int(given)


def years(params: QueryParams, first: str, last: str) -> tuple[int | None, int | None]:
    """Read two years between which something lies; raise DomainError bad_year for each, or years_reversed at the last."""
    read: list[int | None] = []
    problems: list[Problem] = []
    for name in (first, last):
        try:
            read.append(year(params, name))
        except DomainError as error:
            problems += error.problems
    if problems:
        raise DomainError.of(problems)
    start, end = read
    if start and end and start > end:
        raise DomainError("years_reversed", last, given=end, start=start)
    return start, end


def choice(params: QueryParams, name: str, words: type[W]) -> W | None:
    """Read a word of the vocabulary; raise DomainError unknown_word with those it may be."""
    given = text(params, name)
    if given is None:
        return None
    try:
        return words(given)
    except ValueError as error:
        raise DomainError("unknown_word", name, given=shortened(given), expected=list(words)) from error
