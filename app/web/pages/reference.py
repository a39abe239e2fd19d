"""The pages that explain: a metric with everyone's targets on it, an observation, and the method.

What they explain is used on all other pages.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Check, Reason, Result, Verdict
from app.store.queries.names import topic_names
from app.store.queries.observations import get_observation
from app.store.queries.together import deadlines_on_metric
from app.store.queries.vocabulary import get_metric
from app.store.views.comparison import GatheredView
from app.store.views.entities import MetricView
from app.store.views.facts import DeadlineView, ObservationView
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.together import Subject, worded
from app.web.pages.verdicts import Topics, measure, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPage(Context):
    """What a metric's page shows."""

    template: ClassVar[str] = "pages/metric.html"

    metric: MetricView
    deadlines: GatheredView[DeadlineView]
    subjects: tuple[Subject[DeadlineView], ...]
    topics: Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationPage(Context):
    """What an observation's page shows."""

    template: ClassVar[str] = "pages/observation.html"

    observation: ObservationView
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodologyPage(Context):
    """What the page on the method shows."""

    template: ClassVar[str] = "pages/methodology.html"

    verdicts: list[Verdict]
    reasons: list[Reason]
    results: list[Result]
    checks: list[Check]


@router.get("/{lang:lang}/metrics/{slug}")
def metric_page(request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today) -> Response:
    """Show what a metric counts, and every dated figure on it."""
    metric = get_metric(session, slug)
    deadlines, topics = deadlines_on_metric(session, metric.slug, today), _topics(session)
    speech = Speech(lang)
    title = speech.name(metric)
    page = MetricPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext("What “{metric}” counts, and who has a target on it.", metric=title),
            json=f"metrics/{metric.slug}",
            cite=cited(session, speech, title, today),
        ),
        metric=metric,
        deadlines=deadlines,
        subjects=worded(speech, deadlines.subjects, topics),
        topics=topics,
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/observations/{slug}")
def observation_page(
    request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today
) -> Response:
    """Show one observed, estimated or forecast figure with its sources."""
    observation = get_observation(session, slug)
    speech = Speech(lang)
    title = speech.gettext(
        "{region}: {statement}",
        region=speech.name(observation.region),
        statement=speech.plain(observation, "statement"),
    )
    page = ObservationPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext("A measured, estimated or forecast figure, with who stands behind it."),
            json=f"observations/{observation.slug}",
            cite=cited(session, speech, title, today),
        ),
        observation=observation,
        measured=measure(speech, observation, _topics(session)),
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/methodology")
def methodology_page(request: Request, lang: PageLang) -> Response:
    """Explain the rules that figures are recorded and compared by."""
    speech = Speech(lang)
    title = speech.gettext("Methodology")
    description = speech.gettext("How figures are recorded, checked, compared and measured, in plain words.")
    page = MethodologyPage(
        head=head(request, lang, title, description),
        verdicts=list(Verdict),
        reasons=list(Reason),
        results=list(Result),
        checks=list(Check),
    )
    return respond(request, page, lang)


def _topics(session: ReadSession) -> Topics:
    return topics_by_slug(topic_names(session))
