"""Deadlines as a calendar that programs subscribe to: iCalendar (RFC 5545, RFC 7986), all-day events.

What the events say, and which there are, is the web's business.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from icalendar import Alarm, Calendar, Event, vDuration, vText, vUri

MEDIA_TYPE: Final = "text/calendar"
PRODUCT: Final = "-//Mubiao//Deadlines//{}"
AHEAD: Final = timedelta(days=30)
"""How long before its day an event is reminded of."""
REFRESH: Final = timedelta(hours=12)
"""How often programs are asked to look again."""

_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
# What an iCalendar text may not hold; line breaks of other systems become those that are written `\n`.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAK: Final = re.compile(r"\r\n?")

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """One day on which something falls due.

    `id` is its lasting name; `status` says whether it stands, may still change, or is called off; `reminder` is what is said AHEAD of it, none if it is not to be reminded of.
    """

    id: str
    day: date
    summary: str
    description: str
    url: str
    categories: tuple[str, ...]
    status: Status
    reminder: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCalendar:
    """A calendar of such events: `lang` is the tag of its language, `url` where it is read again."""

    name: str
    description: str
    lang: str
    url: str
    events: Iterable[DayEvent]


def write_calendar(given: DayCalendar) -> bytes:
    """Write a calendar; equal ones give equal bytes, in lines of at most 75 bytes that end in CRLF."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(given.lang[:2].upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name, description = _text(given.name), _text(given.description)
    # Those with an X are older than the standard's, and what most programs read.
    for key, text in (
        ("name", name),
        ("x-wr-calname", name),
        ("description", description),
        ("x-wr-caldesc", description),
    ):
        calendar.add(key, text)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("source", vUri(given.url), parameters={"VALUE": "URI"})
    for event in given.events:
        calendar.add_component(_event(event))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(given: DayEvent) -> Event:
    event = Event()
    event.add("uid", f"mubiao:{given.id}")
    event.add("dtstamp", given.changed_at)
    event.add("last-modified", given.changed_at)
    # A number that grows with each change; whole seconds fit until 2088.
    event.add("sequence", max(int((given.changed_at - _EPOCH).total_seconds()), 0))
    event.add("dtstart", given.day)
    # The day after, which is not part of it any more.
    event.add("dtend", given.day + timedelta(days=1))
    event.add("summary", _text(given.summary))
    event.add("description", _text(given.description))
    event.add("url", vUri(given.url))
    event.add("categories", [_text(one) for one in given.categories])
    event.add("status", given.status)
    # Whoever subscribes is not busy on that day.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if given.reminder is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -AHEAD)
        alarm.add("description", _text(given.reminder))
        event.add_component(alarm)
    return event


def _text(text: str) -> vText:
    return vText(_CONTROL.sub("\ufffd", _BREAK.sub("\n", text)))
