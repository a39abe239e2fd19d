"""The explorer of targets: a row per dated figure, with facets, search, orders and columns to choose.

One target by itself is in `targets`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Family, Kind, Stage
from app.store.queries.filters import Filters
from app.store.queries.names import metric_names, regions_with_targets, topic_names
from app.store.queries.paging import Paging
from app.store.queries.targets import list_targets
from app.store.views.base import MetricRef, Page, RegionRef, TopicRef
from app.store.views.facts import TargetView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsPage(Context):
    """What the list of targets shows."""

    template: ClassVar[str] = "pages/targets.html"

    targets: Page[TargetView]
    asked: dict[str, Any]
    topics: Topics
    topic_choices: list[TopicRef]
    metric_choices: list[MetricRef]
    region_choices: list[RegionRef]
    family_choices: list[Family]
    stage_choices: list[Stage]
    kind_choices: list[Kind]


@router.get("/{lang:lang}/targets")
def targets_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the targets that the filters leave, a page at a time."""
    params = request.query_params
    asked: dict[str, Any] = {
        "region": query.text(params, "region"),
        "topic": query.text(params, "topic"),
        "metric": query.text(params, "metric"),
        "family": query.choice(params, "family", Family),
        "year": query.year(params, "year"),
        "stage": query.choice(params, "stage", Stage),
        "kind": query.choice(params, "kind", Kind),
        "q": query.text(params, "q"),
    }
    paging = Paging(limit=PAGE_SIZE, cursor=query.text(params, "cursor"))
    targets = list_targets(session, Filters(**asked), paging, today)
    topics = topic_names(session)
    speech = Speech(lang)
    title = speech.gettext("Targets")
    page = TargetsPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Every recorded target with its deadlines, filtered by region, topic, metric and year."
            ),
            query=asked,
            json="targets",
            cite=cited(session, speech, title, today),
        ),
        targets=targets,
        asked=asked,
        topics=topics_by_slug(topics),
        topic_choices=topics,
        metric_choices=metric_names(session),
        region_choices=regions_with_targets(session),
        family_choices=list(Family),
        stage_choices=list(Stage),
        kind_choices=list(Kind),
    )
    return respond(request, page, lang)
