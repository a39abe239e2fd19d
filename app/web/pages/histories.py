"""The history of one thing in words: what was done to it, on which day, and why.

Everything that changed, by day, is on a page of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.store.views.changes import EventView, TouchedView
from app.store.queries.changes import SHANGHAI
from app.web.speech import Speech


@dataclass(frozen=True, slots=True)
class Happening:
    """One change as it is shown; `instant` is for machines."""

    instant: str
    when: str
    said: str
    reason: str | None


def happenings(speech: Speech, events: Iterable[EventView]) -> tuple[Happening, ...]:
    """Word the changes of one thing, on days in Shanghai."""
    return tuple(
        Happening(
            instant=event.at.isoformat(),
            when=speech.day(event.at.astimezone(SHANGHAI).date()) or "",
            said=_said(speech, event),
            reason=event.reason,
        )
        for event in events
    )


def _said(speech: Speech, event: EventView) -> str:
    done = speech.word(event.action)
    if not event.fields:
        return done
    parts = speech.gettext("; ").join(_touched(speech, touched) for touched in event.fields)
    return speech.gettext("{one}: {other}", one=done, other=parts)


def _touched(speech: Speech, touched: TouchedView) -> str:
    said = f"{speech.word(touched.part)} {speech.word(touched.touch)}"
    if not touched.fields:
        return said
    return speech.gettext("{one} ({other})", one=said, other=speech.terms("Field", touched.fields))
