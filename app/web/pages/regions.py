"""The pages of regions: all of them by what is recorded, and one with its plans, targets, observations and measures.

Several regions side by side are the business of `compare`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import RegionLevel
from app.store.queries.filters import Filters
from app.store.queries.measures import list_measures
from app.store.queries.names import topic_names
from app.store.queries.paging import Paging
from app.store.queries.picker import MOST_PICKS, pick_regions, suggested_regions
from app.store.queries.plans import list_plans
from app.store.queries.searches import regions_searched, searches_in_region
from app.store.queries.standards import read_standards
from app.store.queries.together import deadlines_of_region, observations_of_region
from app.store.queries.vocabulary import get_region, list_recorded_regions, region_children, regions_above
from app.store.views.base import Page
from app.store.views.beside import SearchView
from app.store.views.comparison import ByYearView, GatheredView
from app.store.views.entities import PlanView, RegionView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView
from app.store.views.picker import PickView, SuggestionView
from app.web.charts import Chart, region_charts
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages import query
from app.web.pages.feeding import changes_feed, deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.notes import Notes, figures_in, notes_in
from app.web.pages.together import Subject, worded
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)

LISTED = 200
"""How many plans and measures a region's page shows before it leads to the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionsPage(Context):
    """What the list of regions shows."""

    template: ClassVar[str] = "pages/regions.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    q: str | None
    picks: list[PickView]  # what `q` may mean
    country: RegionView | None
    recorded: list[RegionView]  # provinces of which, or of places in which, anything is recorded
    searched: list[tuple[RegionView, date]]  # of the others: when a search found nothing
    unseen: list[RegionView]  # the rest, at which nobody has looked
    groups: list[RegionView]  # with anything recorded
    bare: list[RegionView]  # groups without
    below: dict[str, list[RegionView]]  # regions with anything recorded, by the code of their province


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfTargets:
    """The dated figures of one due year; of none for undated ones."""

    year: int | None
    subjects: tuple[Subject[DeadlineView], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPage(Context):
    """What a region's page shows."""

    template: ClassVar[str] = "pages/region.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css", "chart.css")
    scripts: ClassVar[tuple[str, ...]] = ("chart.js",)

    region: RegionView
    recorded: list[RegionView]  # of the regions directly below: those with anything recorded
    others: list[RegionView]
    suggestions: list[SuggestionView]
    searches: list[SearchView]
    plans: Page[PlanView]
    deadlines: ByYearView
    charts: tuple[Chart, ...]
    years: list[YearOfTargets]
    observations: GatheredView[ObservationView]
    observed: tuple[Subject[ObservationView], ...]
    measures: Page[MeasureView]
    notes: Notes
    totals: list[
        tuple[str, int, str]
    ]  # what is counted, how much of it there is, and where it stands on the page
    topics: Topics


@router.get("/{lang:lang}/regions")
def regions_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the country, the provinces with what is recorded in each, and the groups; find any other by name."""
    q = query.text(request.query_params, "q")
    regions = list_recorded_regions(session)
    searches = regions_searched(session)
    below = _by_province(regions)
    provinces = [region for region in regions if region.level is RegionLevel.PROVINCE]
    empty = [region for region in provinces if not (_holds(region) or region.code in below)]
    speech = Speech(lang)
    title = speech.gettext("Regions")
    page = RegionsPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "The nation, its 34 province-level divisions and their cities, with what is recorded."
            ),
            query={"q": q},
            json="regions",
            cite=cited(session, speech, title, today),
            extent=Extent(
                place=speech.gettext("China"),
                size=speech.ngettext(
                    "{n} region with records", "{n} regions with records", sum(map(_holds, regions))
                ),
            ),
        ),
        q=q,
        picks=pick_regions(session, q, MOST_PICKS) if q else [],
        country=next((region for region in regions if region.level is RegionLevel.COUNTRY), None),
        recorded=[region for region in provinces if region not in empty],
        searched=[(region, searches[region.code]) for region in empty if region.code in searches],
        unseen=[region for region in empty if region.code not in searches],
        groups=[region for region in regions if region.level is RegionLevel.GROUP and _holds(region)],
        bare=[region for region in regions if region.level is RegionLevel.GROUP and not _holds(region)],
        below=below,
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/regions/{code}")
def region_page(request: Request, lang: PageLang, code: str, session: ReadSession, today: Today) -> Response:
    """Show one region: its targets by year, plans, observations, measures, places in it, and what was not found."""
    region = get_region(session, code)
    own, paging = Filters(region=region.code), Paging(limit=LISTED)
    above = regions_above(session, region.code)
    deadlines = deadlines_of_region(session, region.code, today)
    observations = observations_of_region(session, region.code)
    children = region_children(session, region.code)
    topics = topics_by_slug(topic_names(session))
    speech = Speech(lang)
    title = speech.plain(region, "name")
    years = [
        YearOfTargets(year=year.year, subjects=worded(speech, year.subjects, topics))
        for year in deadlines.years
    ]
    observed = worded(speech, observations.subjects, topics)
    measures = list_measures(session, own, paging)
    totals = _totals(speech, region, measures.total)
    page = RegionPage(
        head=head(
            request,
            lang,
            title,
            _description(speech, region, deadlines),
            crumbs=(
                (speech.gettext("Regions"), "/regions"),
                *((speech.plain(place, "name"), f"/regions/{place.code}") for place in above),
            ),
            json=f"regions/{region.code}",
            feeds=[
                changes_feed(speech, under=region.code),
                deadlines_calendar(request, speech, under=region.code),
            ],
            cite=cited(session, speech, title, today),
            highlights=[Highlight(figure=str(count), label=label) for label, count, _ in totals[:3] if count],
            extent=_extent(title, deadlines, observations),
        ),
        region=region,
        recorded=[child for child in children if _holds(child)],
        others=[child for child in children if not _holds(child)],
        suggestions=suggested_regions(session, [region.code]),
        searches=searches_in_region(session, region.code),
        plans=list_plans(session, own, paging),
        deadlines=deadlines,
        charts=region_charts(speech, region, deadlines, observations, topics, read_standards(session)),
        years=years,
        observations=observations,
        observed=observed,
        measures=measures,
        totals=totals,
        notes=notes_in(
            speech,
            [
                *((figure, figure.target) for year in years for figure in figures_in(year.subjects)),
                *((figure, None) for figure in figures_in(observed)),
                *((measure, None) for measure in measures.items),
            ],
        ),
        topics=topics,
    )
    return respond(request, page, lang)


def _holds(region: RegionView) -> bool:
    """Say whether anything is recorded of the region itself."""
    return bool(region.plans or region.targets or region.observations)


def _description(speech: Speech, region: RegionView, deadlines: ByYearView) -> str:
    """Say in numbers what is recorded."""
    name = speech.plain(region, "name")
    if not _holds(region):
        return speech.gettext("{region}: nothing is recorded of it yet.", region=name)
    years = [year.year for year in deadlines.years if year.year]
    counted = speech.listed(
        [
            speech.ngettext("{n} plan", "{n} plans", region.plans),
            speech.ngettext("{n} target", "{n} targets", region.targets),
            speech.ngettext("{n} observation", "{n} observations", region.observations),
        ]
    )
    if not years:
        return speech.gettext("{region}: {counted}, each with its sources.", region=name, counted=counted)
    return speech.gettext(
        "{region}: {counted}, each with its sources; due from {first} to {last}.",
        region=name,
        counted=counted,
        first=min(years),
        last=max(years),
    )


def _extent(place: str, deadlines: ByYearView, observations: GatheredView[ObservationView]) -> Extent:
    """Reach from the first to the last year in which anything is due or was observed."""
    figures = [figure for subject in observations.subjects for row in subject.rows for figure in row.figures]
    seen = Extent.of(place, (day for figure in figures for day in (figure.from_on, figure.to_on)))
    years = [year for year in (seen.first_year, seen.last_year) if year is not None]
    years += [year.year for year in deadlines.years if year.year]
    return Extent(place=place, first_year=min(years, default=None), last_year=max(years, default=None))


def _totals(speech: Speech, region: RegionView, measures: int) -> list[tuple[str, int, str]]:
    """Count what a region has; the labels are the counts' own words without the number, which stands above them."""
    counted = (
        (speech.ngettext("{n} target", "{n} targets", region.targets), region.targets, "targets"),
        (speech.ngettext("{n} plan", "{n} plans", region.plans), region.plans, "plans"),
        (
            speech.ngettext("{n} observation", "{n} observations", region.observations),
            region.observations,
            "observations",
        ),
        (speech.ngettext("{n} measure", "{n} measures", measures), measures, "measures"),
    )
    return [(said.replace(str(count), "").strip(), count, anchor) for said, count, anchor in counted]


def _by_province(regions: Sequence[RegionView]) -> dict[str, list[RegionView]]:
    """Put every recorded region below the province level under its province."""
    parents: Mapping[str, str | None] = {region.code: region.parent for region in regions}
    provinces = {region.code for region in regions if region.level is RegionLevel.PROVINCE}
    below: dict[str, list[RegionView]] = defaultdict(list)
    for region in regions:
        if not _holds(region):
            continue
        above = region.parent
        while above is not None and above not in provinces:
            above = parents.get(above)
        if above is not None:
            below[above].append(region)
    return dict(below)
