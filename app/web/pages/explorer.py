"""The explorer of targets: a row per dated figure, with facets, search, orders and columns to choose.

One target by itself is in `targets`; the counts come from the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import QueryParams

from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    Family,
    Kind,
    RegionLevel,
    Stage,
    Timing,
)
from app.store.queries.explorer import explore
from app.store.queries.filters import Filters
from app.store.queries.names import topic_names
from app.store.queries.paging import Paging
from app.store.views.base import Page
from app.store.views.explorer import Exploration
from app.store.views.facts import DeadlineView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.facets import Chip, Column, FacetBox, Order, box, extent_of, said
from app.web.pages.feeding import deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

PAGE_SIZE: Final = 50
PATH: Final = "/targets"
COLUMNS: Final = ("region", "measure", "due", "firmness", "progress", "stated", "plan", "updated")
"""The columns beside the target and its figure, which are always there."""
USUAL: Final = ("region", "measure", "due", "plan")
NO_COLUMNS: Final = "none"
OPENED: Final = frozenset({"topic", "under", "year"})
_BY_VALUE: Final = frozenset({"value", "-value"})
_USUAL_ORDER: Final = "due_on"


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one target that come one after the other."""

    figures: tuple[DeadlineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorerPage(Context):
    """What the explorer shows."""

    template: ClassVar[str] = "pages/targets.html"
    sheets: ClassVar[tuple[str, ...]] = ("explorer.css",)

    figures: Page[DeadlineView]
    groups: tuple[Group, ...]
    topics: Topics
    asked: dict[str, Any]
    typed: str  # the search text as it was typed
    searched: bool  # whether anything in it could be searched for
    boxes: tuple[FacetBox, ...]
    chips: tuple[Chip, ...]
    columns: tuple[Column, ...]
    shown: frozenset[str]
    orders: tuple[Order, ...]
    order: str
    by_value: bool
    first: str | None  # the address of the first page, on a later one
    cleared: str


@router.get("/{lang:lang}/targets")
def explorer_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the dated figures that the filters leave, a page at a time, with what further filters would leave."""
    params = request.query_params
    speech = Speech(lang)
    columns = _columns(params)
    filters = filters_in(params)
    order = query.text(params, "sort")
    cursor = query.text(params, "cursor")
    data = {**filters, "sort": None if order == _USUAL_ORDER else order}
    asked = {key: value for key, value in data.items() if value is not None}
    if columns != USUAL:
        asked["columns"] = ",".join(columns) or NO_COLUMNS
    if len(params.getlist("columns")) > 1:
        # A form without scripts says each column by itself, which nobody wants to pass on.
        return RedirectResponse(speech.path(PATH, **asked), 302)
    found = explore(session, Filters(**filters), Paging(PAGE_SIZE, cursor, order), today)
    title = speech.gettext("Targets")
    typed = params.get("q", "").strip()
    labels = _labels(speech)
    page = ExplorerPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Every figure that a plan promises, with its due date and source: search, filter, sort, count."
            ),
            query=data,
            json="deadlines",
            cite=cited(session, speech, title, today),
            feeds=[deadlines_calendar(request, speech, **filters)],
            extent=extent_of(speech, found.facets, capped=found.page.total_is_capped),
            listed=not asked,
        ),
        figures=found.page,
        groups=_groups(found.page.items),
        topics=topics_by_slug(topic_names(session)),
        asked=asked,
        typed=typed,
        searched=filters["q"] is not None or not typed,
        boxes=_boxes(speech, labels, asked, found),
        chips=_chips(speech, labels, asked, found),
        columns=tuple(Column(name, labels[name], name in columns) for name in COLUMNS),
        shown=frozenset(columns),
        orders=_orders(speech, asked, order or _USUAL_ORDER),
        order=order or _USUAL_ORDER,
        by_value=_may_sort_by_value(asked),
        first=speech.path(PATH, **asked) if cursor else None,
        cleared=speech.path(PATH, columns=asked.get("columns")),
    )
    if "columns" in asked:
        # They are of this page, not of its data: they go along to the other language only.
        kept = head(request, lang, title, "", query=asked).alternates
        page = replace(page, head=replace(page.head, alternates=kept))
    return respond(request, page, lang)


def filters_in(params: QueryParams, timings: type[StrEnum] = Timing) -> dict[str, Any]:
    """Read the filters, by the names that the API gives them too; raise DomainError unknown_word, bad_year."""
    return {
        "q": query.text(params, "q"),
        "topic": query.text(params, "topic"),
        "under": query.text(params, "under"),
        "region": query.text(params, "region"),
        "family": query.choice(params, "family", Family),
        "metric": query.text(params, "metric"),
        "year": query.year(params, "year"),
        "timing": query.choice(params, "timing", timings),
        "kind": query.choice(params, "kind", Kind),
        "level": query.choice(params, "level", RegionLevel),
        "boundary": query.choice(params, "boundary", Boundary),
        "coverage": query.choice(params, "coverage", Coverage),
        "stage": query.choice(params, "stage", Stage),
        "bindingness": query.choice(params, "bindingness", Bindingness),
        "plan": query.text(params, "plan"),
        "source": query.text(params, "source"),
    }


def _columns(params: QueryParams) -> tuple[str, ...]:
    """Read the columns, in their own order; names that there are not are passed over."""
    given = {name for value in params.getlist("columns") for name in value.split(",")}
    if NO_COLUMNS not in given and not given & set(COLUMNS):
        return USUAL
    return tuple(name for name in COLUMNS if name in given)


def _groups(figures: list[DeadlineView]) -> tuple[Group, ...]:
    groups: list[list[DeadlineView]] = []
    for figure in figures:
        if groups and groups[-1][-1].target.public_id == figure.target.public_id:
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return tuple(Group(tuple(group)) for group in groups)


def _labels(speech: Speech) -> dict[str, str]:
    """Name the filters and the columns."""
    return {
        "q": speech.gettext("Words"),
        "topic": speech.gettext("Topic"),
        "under": speech.gettext("Region"),
        "region": speech.gettext("Region"),
        "family": speech.gettext("Subject"),
        "metric": speech.gettext("Metric"),
        "year": speech.gettext("Due in"),
        "timing": speech.gettext("Due or not yet"),
        "kind": speech.gettext("Kind of figure"),
        "level": speech.gettext("Level of the region"),
        "boundary": speech.gettext("Industry boundary"),
        "coverage": speech.gettext("Enterprises counted"),
        "stage": speech.gettext("Stage"),
        "bindingness": speech.gettext("Binding or not"),
        "plan": speech.gettext("Plan"),
        "source": speech.gettext("Source"),
        "measure": speech.gettext("What it measures"),
        "due": speech.gettext("Due"),
        "firmness": speech.gettext("Firmness"),
        "progress": speech.gettext("Progress"),
        "stated": speech.gettext("In the source’s words"),
        "updated": speech.gettext("Last changed"),
    }


def _boxes(
    speech: Speech, labels: Mapping[str, str], asked: Mapping[str, Any], found: Exploration
) -> tuple[FacetBox, ...]:
    made = (
        box(
            speech,
            PATH,
            asked,
            name=facet.name,
            label=labels[facet.name],
            chosen=facet.chosen,
            values=facet.values,
            drops=_not_with(facet.name, asked),
            opened=facet.name in OPENED,
        )
        for facet in found.facets.facets
    )
    return tuple(one for one in made if one is not None)


def _not_with(name: str, asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what must go when a filter is set or taken away."""
    if name == "under":
        return ("region",)
    # Without a metric or a kind there is no order by value; with other ones it still holds.
    return ("sort",) if name in {"metric", "kind"} and asked.get("sort") in _BY_VALUE else ()


def _chips(
    speech: Speech, labels: Mapping[str, str], asked: Mapping[str, Any], found: Exploration
) -> tuple[Chip, ...]:
    """Name the filters that are set, in the order of the address."""
    chosen = {
        facet.name: value.choice
        for facet in found.facets.facets
        for value in facet.values
        if value.value == facet.chosen
    }
    named: dict[str, str] = {name: said(speech, choice) for name, choice in chosen.items()}
    if found.facets.region:
        named["region"] = speech.gettext("{region} itself", region=speech.name(found.facets.region))
    if found.plan:
        named["plan"] = speech.text(found.plan, "title") or found.plan.slug
    if found.source:
        named["source"] = speech.text(found.source, "title") or found.source.slug
    chips = []
    for name, value in asked.items():
        if name in {"sort", "columns"}:
            continue
        gone = {name, *_not_with(name, asked)} - ({"region"} if name == "under" else set())
        rest = {key: kept for key, kept in asked.items() if key not in gone}
        words = named.get(name) or speech.gettext("“{words}”", words=value)
        left = None if found.facets.total else found.facets.without.get(name, 0)
        chips.append(Chip(labels[name], words, speech.path(PATH, **rest), left))
    return tuple(chips)


def _may_sort_by_value(asked: Mapping[str, Any]) -> bool:
    """Say whether all figures are of one metric and one kind (R3)."""
    return "metric" in asked and "kind" in asked and asked["kind"] is not Kind.QUALITATIVE


def _orders(speech: Speech, asked: Mapping[str, Any], chosen: str) -> tuple[Order, ...]:
    labels = {
        "due_on": speech.gettext("earliest due first"),
        "-due_on": speech.gettext("latest due first"),
        "-updated_at": speech.gettext("last changed first"),
    }
    if _may_sort_by_value(asked):
        labels |= {"-value": speech.gettext("largest first"), "value": speech.gettext("smallest first")}
    return tuple(
        Order(
            name,
            label,
            speech.path(PATH, **{**asked, "sort": None if name == _USUAL_ORDER else name}),
            name == chosen,
        )
        for name, label in labels.items()
    )
