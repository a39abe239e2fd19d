"""The page of deadlines: what falls due when, as a timeline by year and quarter.

Which deadlines there are is read in `queries.timeline`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import groupby
from math import ceil
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app import i18n
from app.domain.errors import DomainError
from app.domain.validation import brief
from app.domain.vocabulary import Family, Kind, Precision, Stage, Timing
from app.i18n import Lang
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.queries.timeline import MOST_PAST, quarter_of, read_timeline
from app.store.views.explorer import Facet
from app.store.views.facts import DeadlineView
from app.store.views.timeline import Timeline, YearCount
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.facets import extent_of
from app.web.pages.feeding import deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.speech import Speech
from app.web.templating import Context, Head

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 100
FACETS = ("under", "topic", "family", "metric", "kind", "stage")
"""The filters that are chosen from a list."""
_REFUSED = 422
AXIS_HEIGHT = 64
MOST_YEARS = 20
"""How many years are laid on the axis with their gaps; of a longer time only those that have deadlines."""


class Due(StrEnum):
    """Where a due date stands against today; `unmeasured` are past ones that nothing measures."""

    DUE_SOON = "due_soon"
    UNMEASURED = "unmeasured"
    PAST = "past"
    UPCOMING = "upcoming"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A year on the axis; heights are in pixels, that of the fullest year is AXIS_HEIGHT."""

    year: int
    total: int
    exact_height: int  # of what is due by a quarter, month or day
    within_height: int
    here: bool  # whether it is on this page


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Deadlines of one quarter; without a quarter, those of which only the year is known, or nothing."""

    quarter: int | None
    deadlines: tuple[DeadlineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the timeline; none for undated deadlines."""

    year: int | None
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesPage(Context):
    """What the timeline shows."""

    template: ClassVar[str] = "pages/deadlines.html"
    sheets: ClassVar[tuple[str, ...]] = ("timeline.css",)

    timeline: Timeline
    asked: dict[str, Any]
    facets: dict[str, Facet]
    dues: list[tuple[str, str, int]]  # value, name, number
    due_soon: int
    bars: tuple[Bar, ...]
    years: tuple[Year, ...]
    this_year: int
    most_past: int
    wrong: dict[str, str]  # by field; the form alone is shown then, with what was typed


@router.get("/{lang:lang}/deadlines")
def deadlines_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show what falls due when, by quarter, with what is due soon and what nobody has measured at the top."""
    params = request.query_params
    due = query.choice(params, "timing", Due)
    first, last, wrong = _span(lang, params)
    asked: dict[str, Any] = {
        "region": query.text(params, "region"),
        "under": query.text(params, "under"),
        "topic": query.text(params, "topic"),
        "family": query.choice(params, "family", Family),
        "metric": query.text(params, "metric"),
        "kind": query.choice(params, "kind", Kind),
        "stage": query.choice(params, "stage", Stage),
        "year_from": query.text(params, "year_from"),
        "year_to": query.text(params, "year_to"),
        "timing": due,
    }
    unmeasured = due is Due.UNMEASURED
    timing = None if due is None or unmeasured else Timing(due)
    filters = Filters(**{**asked, "year_from": first, "year_to": last, "timing": timing})
    paging = Paging(limit=PAGE_SIZE, cursor=None if wrong else query.text(params, "cursor"))
    timeline = read_timeline(session, filters, paging, today, unmeasured=unmeasured)
    facets = {facet.name: facet for facet in timeline.facets.facets}
    timings = {value.value: value.count for value in facets["timing"].values}
    years = tuple(_years(timeline.page.items))
    speech = Speech(lang)
    page = DeadlinesPage(
        head=_head(request, session, speech, asked, timeline, today, known=not wrong),
        timeline=timeline,
        asked=asked,
        facets={name: facets[name] for name in FACETS},
        dues=[
            (
                str(one),
                speech.word(one),
                timeline.unmeasured if one is Due.UNMEASURED else timings.get(one, 0),
            )
            for one in Due
        ],
        due_soon=timings.get(Timing.DUE_SOON, 0),
        bars=_bars(timeline.years, {year.year for year in years}),
        years=years,
        this_year=today.year,
        most_past=MOST_PAST,
        wrong=wrong,
    )
    if not wrong:
        return respond(request, page, lang)
    answer = respond(request, page, lang, _REFUSED)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _span(lang: Lang, params: QueryParams) -> tuple[int | None, int | None, dict[str, str]]:
    """Read the years that were typed, none of them if one is wrong, and say at which field what is."""
    try:
        return *query.years(params, "year_from", "year_to"), {}
    except DomainError as error:
        said = {one.field: i18n.problem_sentence(lang, brief(one)) for one in error.problems}
        return None, None, said


def _head(
    request: Request,
    session: Session,
    speech: Speech,
    asked: dict[str, Any],
    timeline: Timeline,
    today: date,
    *,
    known: bool,
) -> Head:
    """Describe the page to the frame; of an answer to filters that are not known there is no twin."""
    title = speech.gettext("What falls due when")
    description = speech.gettext(
        "The deadlines of all recorded targets by year and quarter, and which of those past nobody has measured."
    )
    if not known:
        return head(request, speech.lang, title, description, query=asked, listed=False)
    described = partial(
        head,
        request,
        speech.lang,
        title,
        description,
        json="deadlines",
        cite=cited(session, speech, title, today),
        feeds=[deadlines_calendar(request, speech, **asked)],
        extent=extent_of(speech, timeline.facets),
    )
    made = described(query=asked)
    if asked["timing"] is not Due.UNMEASURED:
        return made
    # The API filters by date alone; what it says of progress tells the rest.
    twin = described(query={**asked, "timing": Timing.PAST})
    return replace(made, json=twin.json, downloads=twin.downloads, metadata=twin.metadata)


def _years(items: Sequence[DeadlineView]) -> Iterator[Year]:
    """Put deadlines, which come by due date, into years and quarters; within one, by region."""
    for year, of_year in groupby(items, lambda item: item.due_on.year if item.due_on else None):
        periods = tuple(
            Period(
                quarter=quarter,
                deadlines=tuple(
                    sorted(alike, key=lambda item: (item.due_on or item.updated_at.date(), item.region.code))
                ),
            )
            for quarter, alike in groupby(of_year, _quarter)
        )
        yield Year(year=year, periods=periods)


def _quarter(item: DeadlineView) -> int | None:
    if item.due_on is None or item.due_precision is Precision.YEAR:
        return None
    return quarter_of(item.due_on)


def _bars(counts: Sequence[YearCount], here: set[int | None]) -> tuple[Bar, ...]:
    """Lay the years on the axis; empty ones too, as far as there is room for them."""
    by_year = {count.year: count for count in counts}
    if not by_year:
        return ()
    first, last = min(by_year), max(by_year)
    shown = range(first, last + 1) if last - first < MOST_YEARS else sorted(by_year)
    most = max(count.total for count in counts)
    empty = (0, 0, 0, 0)
    return tuple(
        Bar(
            year=year,
            total=count.total,
            exact_height=ceil(AXIS_HEIGHT * sum(count.quarters) / most),
            within_height=ceil(AXIS_HEIGHT * count.within / most),
            here=year in here,
        )
        for year in shown
        for count in [by_year.get(year, YearCount(year, empty, 0))]
    )
