"""The past day that a request reads: what it is called in addresses, and that links lead on to the same day.

Which days there are, and what was true on them, is the store's.
"""

from contextvars import ContextVar
from datetime import date
from typing import Final

NAME: Final = "as_of"

# Of the request that is being answered: each has a context of its own.
_day: ContextVar[date | None] = ContextVar(NAME, default=None)


def keep(day: date) -> None:
    """Let all addresses that are written from here on, for this request, lead to the same day."""
    _day.set(day)


def kept() -> date | None:
    """Give the past day that is being read, None for the data as they are."""
    return _day.get()
