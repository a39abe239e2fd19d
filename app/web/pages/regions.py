"""The pages of regions: all of them by level, and one with its plans, targets, observations and measures.

Several regions side by side are the business of `compare`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import RegionLevel
from app.store.queries.filters import Filters
from app.store.queries.measures import list_measures
from app.store.queries.names import topic_names
from app.store.queries.paging import Paging
from app.store.queries.plans import list_plans
from app.store.queries.together import deadlines_of_region, observations_of_region
from app.store.queries.vocabulary import get_region, list_recorded_regions, region_children
from app.store.views.base import Page
from app.store.views.comparison import ByYearView, GatheredView
from app.store.views.entities import PlanView, RegionView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.together import Subject, worded
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

LISTED = 200
"""How many plans and measures a region's page shows before it leads to the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionsPage(Context):
    """What the list of regions shows."""

    template: ClassVar[str] = "pages/regions.html"

    country: RegionView | None
    provinces: list[RegionView]
    groups: list[RegionView]
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

    region: RegionView
    above: RegionView | None
    children: list[RegionView]
    plans: Page[PlanView]
    deadlines: ByYearView
    years: list[YearOfTargets]
    observations: GatheredView[ObservationView]
    observed: tuple[Subject[ObservationView], ...]
    measures: Page[MeasureView]
    topics: Topics


@router.get("/{lang:lang}/regions")
def regions_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the country, the provinces with what is recorded below each, and the groups."""
    regions = list_recorded_regions(session)
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
            json="regions",
            cite=cited(session, speech, title, today),
        ),
        country=next((region for region in regions if region.level is RegionLevel.COUNTRY), None),
        provinces=[region for region in regions if region.level is RegionLevel.PROVINCE],
        groups=[region for region in regions if region.level is RegionLevel.GROUP],
        below=_by_province(regions),
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/regions/{code}")
def region_page(request: Request, lang: PageLang, code: str, session: ReadSession, today: Today) -> Response:
    """Show one region: its plans, targets by year, observations, measures, and the regions below it."""
    region = get_region(session, code)
    own, paging = Filters(region=region.code), Paging(limit=LISTED)
    deadlines = deadlines_of_region(session, region.code, today)
    observations = observations_of_region(session, region.code)
    topics = topics_by_slug(topic_names(session))
    speech = Speech(lang)
    title = speech.name(region)
    page = RegionPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "What {region} promised to reach, by when, and how far it has come.", region=title
            ),
            json=f"regions/{region.code}",
            cite=cited(session, speech, title, today),
        ),
        region=region,
        above=get_region(session, region.parent) if region.parent else None,
        children=region_children(session, region.code),
        plans=list_plans(session, own, paging),
        deadlines=deadlines,
        years=[
            YearOfTargets(year=year.year, subjects=worded(speech, year.subjects, topics))
            for year in deadlines.years
        ],
        observations=observations,
        observed=worded(speech, observations.subjects, topics),
        measures=list_measures(session, own, paging),
        topics=topics,
    )
    return respond(request, page, lang)


def _by_province(regions: Sequence[RegionView]) -> dict[str, list[RegionView]]:
    """Put every recorded region below the province level under its province."""
    parents = {region.code: region.parent for region in regions}
    provinces = {region.code for region in regions if region.level is RegionLevel.PROVINCE}
    below: dict[str, list[RegionView]] = defaultdict(list)
    for region in regions:
        if not (region.plans or region.targets or region.observations):
            continue
        above = region.parent
        while above is not None and above not in provinces:
            above = parents.get(above)
        if above is not None:
            below[above].append(region)
    return dict(below)
