"""The style guide: every component of the design, with facts from the database where a component shows facts.

It is for those who work on the site: no menu leads to it, and search engines are asked to leave it out.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.errors import Problem
from app.domain.vocabulary import Check, Stage, Verdict
from app.i18n import problem_sentence
from app.store.queries.changes import history_of
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.queries.deadlines import list_deadlines
from app.store.queries.filters import Filters
from app.store.queries.measures import list_measures
from app.store.queries.names import topic_names
from app.store.queries.observations import list_observations
from app.store.queries.paging import Paging
from app.store.queries.standards import read_standards
from app.store.queries.targets import list_targets
from app.store.queries.together import deadlines_on_metric, figures_of_key
from app.store.views.base import Page, TopicRef
from app.store.views.changes import Recorded
from app.store.views.comparison import ComparisonView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView
from app.web.charts import Chart, target_charts
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, head, respond
from app.web.pages.histories import Happening, happenings
from app.web.pages.paths import Elsewhere, SeenElsewhere, elsewhere_of, seen_elsewhere
from app.web.pages.query import FIRST_YEAR, LAST_YEAR
from app.web.pages.together import Subject, worded
from app.web.pages.verdicts import Block, Lead, Topics, blocks, topics_by_slug
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
    sheets: ClassVar[tuple[str, ...]] = ("styleguide.css", "entity.css", "compare.css", "chart.css")
    scripts: ClassVar[tuple[str, ...]] = ("chart.js",)

    shades: list[Colour]
    contrasts: list[Pair]
    sizes: dict[str, str]  # the other tokens
    deadlines: Page[DeadlineView]
    observations: dict[str, ObservationView]  # by slug
    measures: list[MeasureView]
    mistake: str  # a sentence on what a form was given
    target: TargetView | None  # the one with the most deadlines, and what its page says of it
    elsewhere: tuple[Elsewhere, ...]
    seen: tuple[SeenElsewhere, ...]
    history: tuple[Happening, ...]
    comparison: ComparisonView | None
    leads: tuple[Lead, ...]
    block: Block | None  # of the comparison
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
    alike = figures_of_key(session, drawn, today) if drawn else None
    compared = tuple(dict.fromkeys(deadline.region.code for deadline in deadlines.items))
    comparison = compare_regions(session, CompareQuery(compared), today) if compared else None
    leads, families = blocks(speech, comparison, by_slug) if comparison else ((), ())
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
        observations={one.slug: one for one in list_observations(session, Filters(), few).items},
        measures=list_measures(session, Filters(), few).items,
        mistake=problem_sentence(
            lang, Problem("bad_year", "year", {"given": "20277", "min": FIRST_YEAR, "max": LAST_YEAR})
        ),
        target=drawn,
        elsewhere=elsewhere_of(speech, drawn, alike) if drawn and alike else (),
        seen=seen_elsewhere(speech, drawn, alike) if drawn and alike else (),
        history=(
            happenings(speech, history_of(session, "target", drawn.public_id), Recorded.PLAN) if drawn else ()
        ),
        comparison=comparison,
        leads=leads[:1],
        block=next(iter(families), None),
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
