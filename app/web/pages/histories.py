"""The history of one thing in words: what was done to it, on which day, and why.

Everything that changed, by day, is on a page of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.dates import SHANGHAI
from app.store.views.changes import EventView, Recorded
from app.web.pages.touches import touched_words
from app.web.speech import Speech


@dataclass(frozen=True, slots=True)
class Happening:
    """One change as it is shown; `instant` is for machines."""

    instant: str
    when: str
    said: str
    reason: str | None


def happenings(speech: Speech, events: Iterable[EventView], entity: Recorded) -> tuple[Happening, ...]:
    """Word the changes of one thing, `entity` being the sort of what was written, on days in Shanghai."""
    return tuple(
        Happening(
            instant=event.at.isoformat(),
            when=speech.day(event.at.astimezone(SHANGHAI).date()) or "",
            said=_said(speech, event, entity),
            reason=event.reason,
        )
        for event in events
    )


def _said(speech: Speech, event: EventView, entity: Recorded) -> str:
    done = speech.word(event.action)
    if not event.fields:
        return done
    return speech.gettext("{one}: {other}", one=done, other=touched_words(speech, event.fields, entity))
