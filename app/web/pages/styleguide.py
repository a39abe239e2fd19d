"""The style guide: every component of the design, with facts from the database where a component shows facts.

It is for those who work on the site: no menu leads to it, and search engines are asked to leave it out.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Check, Stage, Verdict
from app.store.queries.deadlines import list_deadlines
from app.store.queries.filters import Filters
from app.store.queries.measures import list_measures
from app.store.queries.names import topic_names
from app.store.queries.observations import list_observations
from app.store.queries.paging import Paging
from app.store.queries.standards import read_standards
from app.store.queries.targets import list_targets
from app.store.queries.together import deadlines_on_metric
from app.store.views.base import Page, TopicRef
from app.store.views.facts import DeadlineView, MeasureView, ObservationView
from app.web.charts import Chart, target_charts
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, head, respond
from app.web.pages.together import Subject, worded
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context
from app.web.tokens import Colour, Pair, colours, pairs, tokens

router = APIRouter(include_in_schema=False)

SHOWN = 3
"""How many facts of a kind are shown."""
LOOKED_THROUGH = 100
"""Among how many targets one with several deadlines is looked for, whose path is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleguidePage(Context):
    """What the style guide shows."""

    template: ClassVar[str] = "pages/styleguide.html"
    sheets: ClassVar[tuple[str, ...]] = ("styleguide.css", "chart.css")
    scripts: ClassVar[tuple[str, ...]] = ("chart.js",)

    shades: list[Colour]
    contrasts: list[Pair]
    sizes: dict[str, str]  # the other tokens
    deadlines: Page[DeadlineView]
    observations: list[ObservationView]
    measures: list[MeasureView]
    subjects: tuple[Subject[DeadlineView], ...]
    charts: tuple[Chart, ...]
    topics: Topics
    topic_choices: list[TopicRef]
    verdicts: list[Verdict]
    stages: list[Stage]
    checks: list[Check]


@router.get("/{lang:lang}/styleguide")
def styleguide_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show every component."""
    speech = Speech(lang)
    few = Paging(limit=SHOWN)
    deadlines = list_deadlines(session, Filters(), few, today)
    topics = topic_names(session)
    by_slug = topics_by_slug(topics)
    targets = list_targets(session, Filters(), Paging(limit=LOOKED_THROUGH), today).items
    drawn = max(targets, key=lambda one: len(one.deadlines), default=None)
    standards = read_standards(session)
    metric = next((one.metric.slug for one in deadlines.items if one.metric), None)
    known = colours()
    page = StyleguidePage(
        head=head(
            request,
            lang,
            speech.gettext("Style guide"),
            speech.gettext("Every part that the pages are made of."),
            listed=False,
        ),
        shades=list(known.values()),
        contrasts=pairs(),
        sizes={name: value for name, value in tokens().items() if name not in known},
        deadlines=deadlines,
        observations=list_observations(session, Filters(), few).items,
        measures=list_measures(session, Filters(), few).items,
        subjects=worded(
            speech, deadlines_on_metric(session, metric, today).subjects if metric else (), by_slug
        ),
        charts=target_charts(speech, drawn, {}, by_slug, standards) if drawn else (),
        topics=by_slug,
        topic_choices=topics,
        verdicts=list(Verdict),
        stages=list(Stage),
        checks=list(Check),
    )
    return respond(request, page, lang)
