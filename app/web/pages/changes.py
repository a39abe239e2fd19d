"""The page of changes: what was added, changed, published or withdrawn, day by day in Shanghai.

Which changes are public is said in `queries.log`; here they are worded and gathered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from app.domain.dates import EARLIEST, LATEST
from app.domain.errors import DomainError
from app.domain.validation import shortened
from app.store.queries.changes import ChangeFilters, changes_by_day, day_start
from app.store.queries.names import regions_to_compare, topic_names
from app.store.views.base import RegionRef, TopicRef
from app.store.views.changes import ChangesByDay, ChangeView, GatheredChanges, Recorded
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.feeding import changes_feed
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.touches import touched_words
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

FEW = 5
"""How many changes that are alike are shown one by one; more are folded into a line."""
PAGES = {
    Recorded.PLAN: "/plans/{}",
    Recorded.OBSERVATION: "/observations/{}",
    Recorded.REGION: "/regions/{}",
    Recorded.METRIC: "/metrics/{}",
    Recorded.SOURCE: "/sources/{}",
}
"""Where a changed entity is read; organizations have no page of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Changes that are alike, as they are shown: in one sentence, folded if they are many."""

    sentence: str
    door: str
    reason: str | None  # if it is one for all
    gathered: GatheredChanges
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as it is shown."""

    day: date
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage(Context):
    """What the log of changes shows."""

    template: ClassVar[str] = "pages/changes.html"
    sheets: ClassVar[tuple[str, ...]] = ("timeline.css",)

    days: tuple[Day, ...]
    older: date | None
    asked: dict[str, Any]
    entity_choices: list[Recorded]
    region_choices: list[RegionRef]
    topic_choices: list[TopicRef]
    places: dict[int, str]  # by the change's number: the address of what was changed, where it has one
    touches: dict[int, str]  # by the change's number: which fields changed, in words


@router.get("/{lang:lang}/changes")
def changes_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show what changed, the latest day first; many changes of one sort are one line."""
    params = request.query_params
    asked = asked_of(params)
    found = changes_by_day(session, filters_of(asked))
    speech = Speech(lang)
    title = speech.gettext("What changed, day by day")
    shown = [change for day in found.days for group in day.gathered for change in group.changes]
    page = ChangesPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Every plan, observation, metric, source and region that was added or changed, with what changed "
                "in it, why, and how it came in."
            ),
            query=asked,
            json="changes",
            cite=cited(session, speech, title, today),
            feeds=[changes_feed(speech, **asked)],
        ),
        days=_days(speech, found),
        older=found.older,
        asked=asked,
        entity_choices=list(Recorded),
        region_choices=regions_to_compare(session),
        topic_choices=topic_names(session),
        places={change.id: place for change in shown if (place := place_of(speech, change)) is not None},
        touches={
            change.id: touched_words(speech, change.fields, change.entity)
            for change in shown
            if change.fields
        },
    )
    return respond(request, page, lang)


def asked_of(params: QueryParams) -> dict[str, Any]:
    """Read what is asked for, by the names of the parameters; raise DomainError unknown_word, bad_form."""
    return {
        "entity": query.choice(params, "entity", Recorded),
        "region": query.text(params, "region"),
        "under": query.text(params, "under"),
        "topic": query.text(params, "topic"),
        "since": _day(params, "since"),
        "until": _day(params, "until"),
    }


def filters_of(asked: Mapping[str, Any]) -> ChangeFilters:
    """Turn what is asked for into filters: a day is one in Shanghai, the last one is meant whole."""
    since, until = asked["since"], asked["until"]
    return ChangeFilters(
        entity=asked["entity"],
        region=asked["region"],
        under=asked["under"],
        topic=asked["topic"],
        since=None if since is None else day_start(since),
        until=None if until is None else day_start(until + timedelta(days=1)),
    )


def place_of(speech: Speech, change: ChangeView) -> str | None:
    """Give the address of what was changed; none for what cannot be read now, or has no page."""
    if not change.public:
        return None
    if change.entity is Recorded.TOPIC:
        return speech.path("/coverage", topic=change.key)
    if change.entity is Recorded.ASSESSMENT:
        region, _, topic = change.key.partition("/")
        return speech.path("/coverage", "r" + region, topic=topic)
    page = PAGES.get(change.entity)
    return None if page is None else speech.path(page.format(change.key))


def _days(speech: Speech, found: ChangesByDay) -> tuple[Day, ...]:
    return tuple(
        Day(day=day.day, count=day.count, lines=tuple(_line(speech, group) for group in day.gathered))
        for day in found.days
    )


def _line(speech: Speech, group: GatheredChanges) -> Line:
    reasons = {change.reason for change in group.changes}
    return Line(
        sentence=speech.gettext(
            "{things} {done}",
            things=things(speech, group.entity, group.count),
            done=speech.word(group.action),
        ),
        door=speech.term("Door", group.door),
        reason=reasons.pop() if len(reasons) == 1 else None,
        gathered=group,
        folded=group.count > FEW,
    )


def things(speech: Speech, entity: Recorded, n: int) -> str:
    """Count entities of one sort."""
    return {
        Recorded.PLAN: speech.ngettext("{n} plan", "{n} plans", n),
        Recorded.OBSERVATION: speech.ngettext("{n} observation", "{n} observations", n),
        Recorded.ASSESSMENT: speech.ngettext("{n} search without a find", "{n} searches without a find", n),
        Recorded.REGION: speech.ngettext("{n} region", "{n} regions", n),
        Recorded.TOPIC: speech.ngettext("{n} topic", "{n} topics", n),
        Recorded.METRIC: speech.ngettext("{n} metric", "{n} metrics", n),
        Recorded.ORGANIZATION: speech.ngettext("{n} organization", "{n} organizations", n),
        Recorded.SOURCE: speech.ngettext("{n} source", "{n} sources", n),
    }[entity]


def _day(params: QueryParams, name: str) -> date | None:
    """Read a day; raise DomainError bad_form."""
    given = query.text(params, name)
    if given is None:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = date.min
    if not EARLIEST <= day <= LATEST:
        raise DomainError("bad_form", name, given=shortened(given), case="day")
    return day
