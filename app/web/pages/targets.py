"""The page of one target with its path, evidence and observations.

The list of targets is in `explorer`, the comparison of several regions in `compare`.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.store.queries.changes import history_of
from app.store.queries.names import topic_names
from app.store.queries.observations import named_observations
from app.store.queries.standards import read_standards
from app.store.queries.targets import get_target
from app.store.queries.together import figures_of_key
from app.store.views.base import RegionRef
from app.store.views.changes import Recorded
from app.store.views.facts import ObservationView, TargetView
from app.web.charts import Chart, target_charts
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages.feeding import deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.histories import Happening, happenings
from app.web.pages.paths import (
    Elsewhere,
    Need,
    Point,
    SeenElsewhere,
    elsewhere_of,
    needs_of,
    path_of,
    regions_beside,
    seen_elsewhere,
)
from app.web.pages.verdicts import Topics, considered_in, measure, topics_by_slug
from app.web.plot_words import plain
from app.web.speech import Speech
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage(Context):
    """What a target's page shows."""

    template: ClassVar[str] = "pages/target.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css", "chart.css")
    scripts: ClassVar[tuple[str, ...]] = ("chart.js",)

    target: TargetView
    topics: Topics
    measured: str
    observations: dict[str, ObservationView]  # by slug: those that progress rests on, or may not rest on
    charts: tuple[Chart, ...]
    points: tuple[Point, ...]
    needs: tuple[Need, ...]
    contested: bool
    elsewhere: tuple[Elsewhere, ...]
    seen: tuple[SeenElsewhere, ...]
    beside: tuple[RegionRef, ...]
    history: tuple[Happening, ...]


@router.get("/{lang:lang}/targets/{public_id}")
def target_page(
    request: Request, lang: PageLang, public_id: str, session: ReadSession, today: Today
) -> Response:
    """Show one target: what it measures, its path and pace, where it is written, the same measure elsewhere."""
    target = get_target(session, public_id, today)
    alike = figures_of_key(session, target, today)
    own = [item for item in alike.observations.figures if item.region.code == target.region.code]
    topics = topics_by_slug(topic_names(session))
    speech = Speech(lang)
    measured = measure(speech, target, topics)
    observations = named_observations(session, considered_in(target.deadlines))
    points = path_of(speech, target, own)
    elsewhere = elsewhere_of(speech, target, alike)
    title = speech.gettext(
        "{region}: {statement}",
        region=speech.name(target.region),
        statement=speech.plain(target, "statement"),
    )
    page = TargetPage(
        head=head(
            request,
            lang,
            title,
            _description(speech, target, measured),
            crumbs=(
                (speech.gettext("Targets"), "/targets"),
                (speech.plain(target.plan, "title"), f"/plans/{target.plan.slug}"),
            ),
            json=f"targets/{target.public_id}",
            feeds=[deadlines_calendar(request, speech, f"/targets/{target.public_id}")],
            cite=cited(session, speech, title, today),
            highlights=_highlights(speech, target),
            extent=Extent.of(
                speech.plain(target.region, "name"), (d.due_on for d in target.deadlines), [target.updated_at]
            ),
        ),
        target=target,
        topics=topics,
        measured=measured[:1].upper() + measured[1:],
        observations=observations,
        charts=target_charts(speech, target, observations, topics, read_standards(session)),
        points=points,
        needs=needs_of(speech, target, observations),
        contested=any(point.contested for point in points),
        elsewhere=elsewhere,
        seen=seen_elsewhere(speech, target, alike),
        beside=regions_beside(target, elsewhere),
        history=happenings(speech, history_of(session, "target", target.public_id), Recorded.PLAN),
    )
    return respond(request, page, lang)


def _description(speech: Speech, target: TargetView, measured: str) -> str:
    """Say the figures with their dates, what they measure, and whose plan names them."""
    plan = speech.plain(target.plan, "title")
    figures = [
        speech.gettext("{figure} {due}", figure=figure, due=speech.due(item.due_on, item.due_precision))
        for item in target.deadlines
        if (figure := speech.fig(item, item.kind))
    ]
    if not figures:
        return speech.gettext("A promise in words, of {plan}: where it is written.", plan=plan)
    return speech.gettext(
        "{figures}: {measured}. From {plan}, with its sources and how far it has come.",
        figures=speech.listed(figures),
        measured=plain(measured),
        plan=plan,
    )


def _highlights(speech: Speech, target: TargetView) -> list[Highlight]:
    return [
        Highlight(figure=figure, label=speech.due(item.due_on, item.due_precision))
        for item in target.deadlines
        if (figure := speech.fig(item, item.kind))
    ]
