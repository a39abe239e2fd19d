"""The choices of a filter as a form offers them: value, name, and how many things each would leave.

How many that is has been counted in `queries.counts`.
"""

from collections.abc import Iterable
from enum import StrEnum

from app.store.views.beside import CountView
from app.web.speech import Speech

Choice = tuple[str, str, int]


def choices_of(
    speech: Speech, counts: Iterable[CountView], words: type[StrEnum] | None = None
) -> tuple[Choice, ...]:
    """Name choices in the reader's language: words of the vocabulary by their catalogue, else by their own names."""
    return tuple(
        (one.value, speech.word(words(one.value)) if words else speech.plain(one, "name"), one.count)
        for one in counts
    )
