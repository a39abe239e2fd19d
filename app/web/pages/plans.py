"""The pages of plans: the list, and one plan with all it holds.

Single targets have their own pages, in `targets`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Stage
from app.store.queries.filters import Filters
from app.store.queries.names import topic_names
from app.store.queries.paging import Paging
from app.store.queries.plans import get_plan, list_plans
from app.store.views.base import Page, TopicRef
from app.store.views.entities import PlanDetail, PlanView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansPage(Context):
    """What the list of plans shows."""

    template: ClassVar[str] = "pages/plans.html"

    plans: Page[PlanView]
    filters: Filters
    asked: dict[str, Any]
    topic_choices: list[TopicRef]
    stage_choices: list[Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage(Context):
    """What a plan's page shows."""

    template: ClassVar[str] = "pages/plan.html"

    plan: PlanDetail
    topics: Topics


@router.get("/{lang:lang}/plans")
def plans_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the plans, by region, topic and stage."""
    params = request.query_params
    filters = Filters(
        region=query.text(params, "region"),
        topic=query.text(params, "topic"),
        stage=query.choice(params, "stage", Stage),
        q=query.text(params, "q"),
    )
    asked = {"region": filters.region, "topic": filters.topic, "stage": filters.stage, "q": filters.q}
    plans = list_plans(session, filters, Paging(limit=100, cursor=query.text(params, "cursor")))
    topics = topic_names(session)
    speech = Speech(lang)
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
        ),
        plans=plans,
        filters=filters,
        asked=asked,
        topic_choices=topics,
        stage_choices=list(Stage),
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/plans/{slug}")
def plan_page(request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today) -> Response:
    """Show one plan with its stage, dates, links, targets, measures and evidence."""
    plan = get_plan(session, slug, today)
    topics = topic_names(session)
    speech = Speech(lang)
    title = speech.plain(plan, "title")
    page = PlanPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext("{title}: its targets, measures, dates and the sources of each.", title=title),
            json=f"plans/{plan.slug}",
            cite=cited(session, speech, title, today),
        ),
        plan=plan,
        topics=topics_by_slug(topics),
    )
    return respond(request, page, lang)
