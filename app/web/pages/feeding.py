"""How a page's data are followed: the addresses of feeds and calendars, and what these are called by their filters.

What stands in them is said by `feeds` and `calendars`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from fastapi import Request
from sqlalchemy.orm import Session

from app.store.queries.compare import regions_asked
from app.store.queries.names import topic_names
from app.store.queries.rows import region_of
from app.web.pages.discovery import base_of
from app.web.pages.verdicts import topics_by_slug
from app.web.speech import Speech
from app.web.templating import Feed

ATOM: Final = "application/atom+xml"
CALENDAR: Final = "text/calendar"
_SPANS: Final = (("since", "until"), ("year_from", "year_to"))
_SPANNED: Final = frozenset(name for span in _SPANS for name in span)


def changes_feed(speech: Speech, **asked: Any) -> Feed:
    """Name the feed of the changes that these filters leave."""
    return _atom(speech, speech.path("/changes.atom", **asked))


def comparison_feed(speech: Speech, **asked: Any) -> Feed:
    """Name the feed of what changes in a comparison."""
    return _atom(speech, speech.path("/compare.atom", **asked))


def deadlines_calendar(request: Request, speech: Speech, to: str = "", **asked: Any) -> Feed:
    """Name the calendar of the deadlines that these filters leave, or that stand at `to`.

    A calendar program subscribes by a scheme of its own, which needs a whole address.
    """
    href = speech.path(f"{to}/deadlines.ics", **asked)
    _, _, place = base_of(request).partition("://")
    return Feed(
        name=speech.gettext("Deadlines (iCalendar)"),
        media_type=CALENDAR,
        href=href,
        subscribe=f"webcal://{place}{href}",
    )


def _atom(speech: Speech, href: str) -> Feed:
    return Feed(name=speech.gettext("Changes (Atom)"), media_type=ATOM, href=href)


def called(speech: Speech, session: Session, title: str, asked: Mapping[str, Any]) -> str:
    """Call a feed by what it was asked for, so that several can be told apart in a list; the filters must be known."""
    parts = list(_chosen(speech, session, asked))
    return speech.gettext("{one}: {other}", one=title, other=" · ".join(parts)) if parts else title


def regions_named(speech: Speech, session: Session, names: Iterable[str]) -> str:
    """Name regions by their codes or slugs, in one phrase."""
    rows = regions_asked(session, list(names)).values()
    return speech.listed(speech.plain(region_of(row), "name") for row in rows)


def _chosen(speech: Speech, session: Session, asked: Mapping[str, Any]) -> Iterable[str]:
    """Say each filter in words; what has no words stands as it is."""
    for name, value in asked.items():
        if value is None or name in _SPANNED:
            continue
        if name == "region":
            yield regions_named(speech, session, [value])
        elif name == "under":
            yield speech.gettext("{region} with all below it", region=regions_named(speech, session, [value]))
        elif name == "topic":
            yield speech.plain(topics_by_slug(topic_names(session))[value], "name")
        else:
            yield speech.word(value) if isinstance(value, StrEnum) else str(value)
    for first, last in _SPANS:
        if asked.get(first) or asked.get(last):
            yield f"{asked[first] or ''}–{asked[last] or ''}"
