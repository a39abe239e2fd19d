"""The pages of plans: the list, and one plan with all it holds.

Single targets have their own pages, in `targets`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.vocabulary import PlanForm, Stage
from app.i18n import Lang
from app.store.queries.changes import history_of
from app.store.queries.counts import count_plans
from app.store.queries.filters import Filters
from app.store.queries.lineage import lineage_of
from app.store.queries.names import topic_names
from app.store.queries.paging import Paging
from app.store.queries.plans import get_plan, list_plans
from app.store.views.base import Page, View
from app.store.views.changes import Recorded
from app.store.views.entities import PlanDetail, PlanView
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages import query
from app.web.pages.chosen import Choice, choices_of
from app.web.pages.feeding import deadlines_calendar
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.histories import Happening, happenings
from app.web.pages.notes import Notes, notes_in
from app.web.pages.verdicts import Topics, measure, topics_by_slug
from app.web.pages.ways import Legacy, Moment, Station, legacies, moments_of, way_of
from app.web.plot_words import plain
from app.web.speech import Speech
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansPage(Context):
    """What the list of plans shows."""

    template: ClassVar[str] = "pages/plans.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    plans: Page[PlanView]
    asked: dict[str, Any]
    regions: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    forms: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage(Context):
    """What a plan's page shows."""

    template: ClassVar[str] = "pages/plan.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    plan: PlanDetail
    topics: Topics
    way: tuple[Station, ...]
    moments: tuple[Moment, ...]
    legacies: tuple[Legacy, ...]
    notes: Notes
    quantified: int  # targets with a figure
    years: tuple[int, ...]  # in which something is due
    history: tuple[Happening, ...]


@router.get("/{lang:lang}/plans")
def plans_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the plans, by region, topic, stage and form, with how many each choice would leave."""
    params = request.query_params
    asked: dict[str, Any] = {
        "region": query.text(params, "region"),
        "topic": query.text(params, "topic"),
        "stage": query.choice(params, "stage", Stage),
        "form": query.choice(params, "form", PlanForm),
        "q": query.text(params, "q"),
    }
    filters = Filters(**asked)
    plans = list_plans(session, filters, Paging(limit=PAGE_SIZE, cursor=query.text(params, "cursor")))
    counts = count_plans(session, filters)
    speech = Speech(lang)
    regions = choices_of(speech, counts["region"])
    title = speech.gettext("Plans")
    page = PlansPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Every plan, scheme and meeting that a recorded target comes from, with its stage."
            ),
            query=asked,
            json="plans",
            cite=cited(session, speech, title, today),
            extent=_extent(speech, plans, regions, asked["region"]),
        ),
        plans=plans,
        asked=asked,
        regions=regions,
        topics=choices_of(speech, counts["topic"]),
        stages=choices_of(speech, counts["stage"], Stage),
        forms=choices_of(speech, counts["form"], PlanForm),
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/plans/{slug}")
def plan_page(request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today) -> Response:
    """Show one plan: its way into force, what it does to others, targets, measures, evidence, history."""
    return respond(request, plan_context(request, lang, slug, session, today), lang)


def plan_context(request: Request, lang: Lang, slug: str, session: Session, today: date) -> PlanPage:
    """Gather what a plan's page shows; raise NotFoundError `unknown_plan`, GoneError."""
    plan = get_plan(session, slug, today)
    topics = topics_by_slug(topic_names(session))
    speech = Speech(lang)
    title = speech.plain(plan, "title")
    region = speech.plain(plan.region, "name")
    dated = [deadline for target in plan.target_list for deadline in target.deadlines]
    quantified = [target for target in plan.target_list if target.metric]
    return PlanPage(
        head=head(
            request,
            lang,
            title,
            _description(speech, plan, title),
            crumbs=((speech.gettext("Plans"), "/plans"), (region, f"/regions/{plan.region.code}")),
            json=f"plans/{plan.slug}",
            feeds=[deadlines_calendar(request, speech, plan=plan.slug)],
            cite=cited(session, speech, title, today),
            highlights=_highlights(speech, plan, topics),
            extent=Extent(
                place=region,
                first_year=plan.period_start,
                last_year=plan.period_end,
                modified=plan.updated_at.date(),
            ),
        ),
        plan=plan,
        topics=topics,
        way=way_of(plan),
        moments=moments_of(speech, plan),
        legacies=legacies(speech, lineage_of(session, plan, today), topics),
        notes=notes_in(speech, ((view, None) for view in _noted(plan))),
        quantified=len(quantified),
        years=tuple(sorted({deadline.due_on.year for deadline in dated if deadline.due_on})),
        history=happenings(speech, history_of(session, "plan", plan.slug), Recorded.PLAN),
    )


def _noted(plan: PlanDetail) -> Iterator[View]:
    """Go through what may have a note, in the order of the page: targets with figures, those in words, measures."""
    for target in sorted(plan.target_list, key=lambda target: target.metric is None):
        yield target
        yield from target.deadlines
    yield from plan.measure_list


def _extent(speech: Speech, plans: Page[PlanView], regions: Iterable[Choice], region: str | None) -> Extent:
    """Say how many plans the list holds, of which place, and, where all are on the page, of which years."""
    whole = len(plans.items) == plans.total
    years = [year for plan in plans.items if whole for year in (plan.period_start, plan.period_end) if year]
    return Extent(
        place=next((said for code, said, _ in regions if code == region), speech.gettext("China")),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        size=None if plans.total_is_capped else speech.ngettext("{n} plan", "{n} plans", plans.total),
    )


def _description(speech: Speech, plan: PlanDetail, title: str) -> str:
    """Say what the plan holds, in numbers and in its own figures."""
    figures = _figures(speech, plan)
    if not figures:
        return speech.gettext("{title}: its targets, measures, dates and the sources of each.", title=title)
    return speech.gettext(
        "{title}: {figures}. With dates, measures and the source of each.",
        title=title,
        figures=speech.gettext("; ").join(figures[:3]),
    )


def _figures(speech: Speech, plan: PlanDetail) -> list[str]:
    return [
        speech.gettext(
            "{metric} {figure}",
            metric=speech.plain(target.metric, "name"),
            figure=speech.gettext(
                "{figure} {due}", figure=figure, due=speech.due(last.due_on, last.due_precision)
            ),
        )
        for target in plan.target_list
        if target.metric and (figure := speech.fig(last := target.deadlines[-1], last.kind))
    ]


def _highlights(speech: Speech, plan: PlanDetail, topics: Topics) -> list[Highlight]:
    found = [
        Highlight(figure=figure, label=plain(measure(speech, target, topics)))
        for target in plan.target_list
        if (figure := speech.fig(last := target.deadlines[-1], last.kind))
    ]
    return found[:3]
