"""The first page, and the way to it: what is promised next, what is recorded, what changed.

What it shows is gathered in `queries.overview`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import ClassVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.store.queries.names import topic_names
from app.store.queries.overview import overview
from app.store.views.entities import CoverageView
from app.store.views.summaries import LatestView, OverviewView
from app.web.dependencies import ReadSession, Today
from app.web.languages import preferred_lang
from app.web.pages.feeding import changes_feed, deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import measure, topics_by_slug, why
from app.web.speech import Speech, address
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)


OPENING = ("330000", "320000")
"""Zhejiang and Jiangsu, whose figures are compared the most, and the most wrongly."""
PLACES: Mapping[str, tuple[int, int]] = {
    slug: (row, column)
    for row, line in enumerate(
        (
            ". . . . . . . hl",
            ". . . . . nm . jl",
            "xj . gs nx sx he bj ln",
            ". qh . sn ha sd tj .",
            "xz . sc cq hb ah js sh",
            ". . . gz hn jx zj .",
            ". . yn gx gd fj tw .",
            ". . . hi mo hk . .",
        ),
        1,
    )
    for column, slug in enumerate(line.split(), 1)
    if slug != "."
}
"""Where each province stands in the tile map, row and column, by its slug."""
STEPS = (1, 2, 5, 10)
"""From how many plans on a tile has the next colour."""
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Tile:
    """A province in the tile map; step 0 has no plan, a row or column of 0 no place of its own."""

    view: CoverageView
    row: int
    column: int
    step: int


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour of the tile map: from and to how many plans, and how many provinces have so many."""

    step: int
    low: int
    high: int | None
    provinces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(Context):
    """What the first page shows."""

    template: ClassVar[str] = "pages/overview.html"
    sheets: ClassVar[tuple[str, ...]] = ("grid.css",)

    overview: OverviewView
    why: str  # the example's verdict is as it is
    measures: Mapping[str, str]  # what each figure measures, by its deadline's id
    tiles: list[Tile]
    shades: list[Shade]
    latest: list[tuple[date, list[LatestView]]]  # by day


@router.get("/")
def front_door(request: Request) -> Response:
    """Lead to the reader's language, with all that was asked."""
    lang = preferred_lang(request.headers.get("accept-language"))
    params = request.query_params
    asked = {name: params.getlist(name) for name in params}
    return RedirectResponse(address(f"/{lang}/", asked), 302, {"Vary": "Accept-Language"})


@router.get("/{lang:lang}/")
def overview_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show who promised what by when, the provinces by what is recorded, the next deadlines, the latest changes."""
    speech = Speech(lang)
    title = speech.gettext("What China’s governments promised to reach, by when")
    view = overview(session, today, OPENING)
    topics = topics_by_slug(topic_names(session))
    example = view.example
    shown = [*(example.figures if example else ()), *(d for year in view.promises for d in year.deadlines)]
    tiles = tiles_of(view.coverage)
    page = OverviewPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Targets of China’s national, provincial and city plans side by side, each with its source: "
                "what may be compared, what may not, and how far they have come."
            ),
            cite=cited(session, speech, title, today),
            feeds=[changes_feed(speech), deadlines_calendar(request, speech)],
            highlights=[
                Highlight(figure=speech.number(count), label=label)
                for count, label in (
                    (view.totals.regions, speech.gettext("regions with a plan")),
                    (view.totals.plans, speech.gettext("plans")),
                    (view.totals.targets, speech.gettext("targets")),
                    (view.totals.sources, speech.gettext("sources")),
                )
            ],
        ),
        overview=view,
        why=why(speech, example.verdict.verdict, example.verdict.reasons) if example else "",
        measures={deadline.id: measure(speech, deadline, topics) for deadline in shown},
        tiles=tiles,
        shades=shades_of(tiles),
        latest=[
            (day, list(items))
            for day, items in groupby(view.latest, lambda item: item.updated_at.astimezone(_SHANGHAI).date())
        ],
    )
    return respond(request, page, lang)


def tiles_of(coverage: Iterable[CoverageView]) -> list[Tile]:
    """Place the provinces in the tile map, in the order in which they are read there; unplaced ones come last."""
    tiles = [
        Tile(view, *PLACES.get(view.region.slug, (0, 0)), step=sum(view.plans >= low for low in STEPS))
        for view in coverage
    ]
    return sorted(tiles, key=lambda tile: (not tile.row, tile.row, tile.column, tile.view.region.code))


def shades_of(tiles: Sequence[Tile]) -> list[Shade]:
    """Explain the colours that stand for numbers of plans, the most first."""
    highs = (*(low - 1 for low in STEPS[1:]), None)
    shades = [
        Shade(step, low, high, sum(tile.step == step for tile in tiles))
        for step, (low, high) in enumerate(zip(STEPS, highs, strict=True), 1)
    ]
    return shades[::-1]
