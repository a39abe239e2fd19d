"""The pages that explain: a metric with everyone's figures on it, an observation, and the method.

What they explain is used on all other pages.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Check, Reason, Result, Verdict
from app.store.queries.changes import history_of
from app.store.queries.names import topic_names
from app.store.queries.observations import get_observation
from app.store.queries.together import deadlines_on_metric, figures_of_key, observations_on_metric
from app.store.queries.vocabulary import get_metric
from app.store.views.changes import Recorded
from app.store.views.comparison import GatheredView
from app.store.views.entities import MetricView
from app.store.views.facts import DeadlineView, ObservationView
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.histories import Happening, happenings
from app.web.pages.paths import Elsewhere, SeenElsewhere, beside_observation, promised_on
from app.web.pages.together import Subject, contested_among, worded
from app.web.pages.verdicts import Topics, measure, topics_by_slug
from app.web.plot_words import plain
from app.web.speech import Speech
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPage(Context):
    """What a metric's page shows."""

    template: ClassVar[str] = "pages/metric.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    metric: MetricView
    deadlines: GatheredView[DeadlineView]
    subjects: tuple[Subject[DeadlineView], ...]
    observations: GatheredView[ObservationView]
    observed: tuple[Subject[ObservationView], ...]
    topics: Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationPage(Context):
    """What an observation's page shows."""

    template: ClassVar[str] = "pages/observation.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    observation: ObservationView
    topics: Topics
    measured: str
    contested: bool
    others: tuple[SeenElsewhere, ...]
    promised: tuple[Elsewhere, ...]
    history: tuple[Happening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodologyPage(Context):
    """What the page on the method shows."""

    template: ClassVar[str] = "pages/methodology.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    verdicts: list[Verdict]
    reasons: list[Reason]
    results: list[Result]
    checks: list[Check]


@router.get("/{lang:lang}/metrics/{slug}")
def metric_page(request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today) -> Response:
    """Show what a metric counts, every dated figure on it, and what was observed."""
    metric = get_metric(session, slug)
    deadlines = deadlines_on_metric(session, metric.slug, today)
    observations = observations_on_metric(session, metric.slug)
    topics = _topics(session)
    speech = Speech(lang)
    title = speech.plain(metric, "name")
    page = MetricPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "What “{metric}” counts, and who has a target on it: {targets}, {observations}.",
                metric=title,
                targets=speech.ngettext("{n} dated figure", "{n} dated figures", deadlines.total),
                observations=speech.ngettext("{n} observation", "{n} observations", observations.total),
            ),
            crumbs=((speech.gettext("Targets"), "/targets"),),
            json=f"metrics/{metric.slug}",
            cite=cited(session, speech, title, today),
            extent=replace(
                Extent.of(
                    speech.gettext("China"),
                    (
                        due.due_on
                        for subject in deadlines.subjects
                        for row in subject.rows
                        for due in row.figures
                    ),
                ),
                size=speech.ngettext("{n} dated figure", "{n} dated figures", deadlines.total),
            ),
            highlights=[
                Highlight(figure=str(count), label=label)
                for count, label in (
                    (deadlines.total, speech.gettext("deadlines")),
                    (observations.total, speech.gettext("observations")),
                )
                if count
            ],
        ),
        metric=metric,
        deadlines=deadlines,
        subjects=worded(speech, deadlines.subjects, topics),
        observations=observations,
        observed=worded(speech, observations.subjects, topics),
        topics=topics,
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/observations/{slug}")
def observation_page(
    request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today
) -> Response:
    """Show one observed, estimated or forecast figure with its sources, and what else is known of its measure."""
    observation = get_observation(session, slug)
    alike = figures_of_key(session, observation, today)
    topics = _topics(session)
    speech = Speech(lang)
    measured = measure(speech, observation, topics)
    region = speech.plain(observation.region, "name")
    title = speech.gettext(
        "{region}: {statement}", region=region, statement=speech.plain(observation, "statement")
    )
    figure = speech.fig(observation, observation.kind) or ""
    when = speech.period(observation.from_on, observation.to_on, observation.precision)
    page = ObservationPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "{figure}, {when} ({status}): {measured} in {region}, with its sources.",
                figure=figure,
                when=when,
                status=speech.word(observation.status),
                measured=plain(measured),
                region=region,
            ),
            crumbs=(
                (speech.gettext("Regions"), "/regions"),
                (region, f"/regions/{observation.region.code}"),
            ),
            json=f"observations/{observation.slug}",
            cite=cited(session, speech, title, today),
            highlights=[Highlight(figure=figure, label=when)] if figure else [],
            extent=Extent.of(region, (observation.from_on, observation.to_on), [observation.updated_at]),
        ),
        observation=observation,
        topics=topics,
        measured=measured[:1].upper() + measured[1:],
        contested=observation.slug in contested_among(alike.observations.figures),
        others=beside_observation(speech, observation, alike),
        promised=promised_on(speech, observation, alike),
        history=happenings(
            speech, history_of(session, "observation", observation.slug), Recorded.OBSERVATION
        ),
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
