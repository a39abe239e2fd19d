"""The charts of pages: which figures stand in which, drawn, with their text alternative and the table behind them.

How figures become a chart is in `plots`, how it is laid out in `exchange.charts`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from app.domain.errors import Problem, UnavailableError
from app.domain.vocabulary import Verdict
from app.exchange import drawing
from app.exchange.charts import ON_PAGE, ON_PAPER, chart
from app.i18n import problem_sentence
from app.store.queries.standards import Standards
from app.store.views.base import RegionRef
from app.store.views.comparison import ByYearView, ComparisonView, GatheredView
from app.store.views.facts import DeadlineView, ObservationView, TargetView
from app.web.plot_words import Topics, measured, plain, table_columns, table_row
from app.web.plots import LEAST, Group, Plot, grouped, plotted
from app.web.speech import Speech, address

MOST: Final = 12
"""How many charts a page has."""
FORMS: Final[Mapping[str, str]] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "vl.json": "application/json",
}
"""What a chart can be taken along as, by the ending of the address, and the media type."""
_NAMES: Final[Mapping[str, str]] = {"svg": "SVG", "png": "PNG", "vl.json": "Vega-Lite"}

# What the drawing library says of its groups of marks, in English and to nobody's use.
_GROUP_ROLES = re.compile(r' role="graphics-object"| aria-roledescription="[^"]*"')
_ROOT = re.compile(r"<svg [^>]*viewBox=(\"[^\"]*\")[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as a page shows it; where it is not drawn, `why_not` says why, and the table is there all the same.

    `description` is the text alternative, `verdict` that of R3 on what stands in it, in words among the `notes`.
    `files` are the names and addresses of what can be taken along.
    """

    id: str
    title: str
    description: str
    svg: Markup | None
    why_not: str | None
    verdict: Verdict | None
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a page has to draw, and the groups of figures that are not drawn."""

    plots: tuple[Plot, ...]
    left: tuple[Group, ...]  # each too small
    further: tuple[Group, ...]  # more than a page has room for
    topics: Topics


def compare_charts(
    speech: Speech,
    comparison: ComparisonView,
    observations: Mapping[str, ObservationView],
    topics: Topics,
    asked: Mapping[str, Any],
    standards: Standards,
) -> tuple[Chart, ...]:
    """Draw a comparison: one chart for each measure of which there are figures enough, then what is not drawn.

    `observations` are those that progress rests on, by slug; `asked` is the query of the page's own address.
    """
    gathered = compare_plots(speech, comparison, observations, topics, standards)
    return _charts(speech, gathered, "/compare", asked)


def target_charts(
    speech: Speech,
    target: TargetView,
    observations: Mapping[str, ObservationView],
    topics: Topics,
    standards: Standards,
) -> tuple[Chart, ...]:
    """Draw a target's path to its deadlines, with the observation that counts and the pace that is needed (R4)."""
    gathered = target_plots(speech, target, observations, topics, standards)
    return _charts(speech, gathered, f"/targets/{target.public_id}", {})


def region_charts(
    speech: Speech,
    region: RegionRef,
    deadlines: ByYearView,
    observations: GatheredView[ObservationView],
    topics: Topics,
    standards: Standards,
) -> tuple[Chart, ...]:
    """Draw a region's targets by year, one chart for each measure, with all observations of the same beside them."""
    gathered = region_plots(speech, region, deadlines, observations, topics, standards)
    return _charts(speech, gathered, f"/regions/{region.code}", {})


def compare_plots(
    speech: Speech,
    comparison: ComparisonView,
    observations: Mapping[str, ObservationView],
    topics: Topics,
    standards: Standards,
) -> Gathered:
    """Choose what of a comparison is drawn."""
    figures = [
        deadline
        for family in comparison.families
        for row in family.rows
        for cell in row.cells
        for deadline in cell.deadlines
    ]
    order = [region.code for region in comparison.regions]
    groups = grouped(figures, _counting(figures, observations))
    return _gathered(speech, groups, topics, standards, order)


def target_plots(
    speech: Speech,
    target: TargetView,
    observations: Mapping[str, ObservationView],
    topics: Topics,
    standards: Standards,
) -> Gathered:
    """Choose what of a target is drawn."""
    groups = grouped(target.deadlines, _counting(target.deadlines, observations))
    return _gathered(speech, groups, topics, standards, [target.region.code])


def region_plots(
    speech: Speech,
    region: RegionRef,
    deadlines: ByYearView,
    observations: GatheredView[ObservationView],
    topics: Topics,
    standards: Standards,
) -> Gathered:
    """Choose what of a region is drawn; observations that no target is about are not."""
    due = [
        figure
        for year in deadlines.years
        for subject in year.subjects
        for row in subject.rows
        for figure in row.figures
    ]
    seen = [figure for subject in observations.subjects for row in subject.rows for figure in row.figures]
    return _gathered(speech, grouped(due, seen), topics, standards, [region.code])


def picture(speech: Speech, plot: Plot, today: date) -> dict[str, Any]:
    """Write the spec of a picture that stands alone: with its title, the verdict, its sources and the day."""
    source = speech.gettext(
        "Source: {sources}. As of {date}. Mubiao",
        sources=speech.gettext("; ").join(plot.sources),
        date=speech.day(today),
    )
    return chart(plot.panel, ON_PAPER, [*map(plain, plot.notes), source])


def _counting(
    deadlines: Iterable[DeadlineView], observations: Mapping[str, ObservationView]
) -> list[ObservationView]:
    """Choose the observations that progress rests on, each once."""
    used = dict.fromkeys(deadline.progress.observation for deadline in deadlines)
    return [observations[slug] for slug in used if slug and slug in observations]


def _gathered(
    speech: Speech, groups: Iterable[Group], topics: Topics, standards: Standards, order: Sequence[str]
) -> Gathered:
    promised = [group for group in groups if group.deadlines]
    full = [group for group in promised if len(group.dated) >= LEAST]
    return Gathered(
        plots=tuple(plotted(speech, group, topics, standards, order) for group in full[:MOST]),
        left=tuple(group for group in promised if len(group.dated) < LEAST),
        further=tuple(full[MOST:]),
        topics=topics,
    )


def _charts(speech: Speech, gathered: Gathered, path: str, asked: Mapping[str, Any]) -> tuple[Chart, ...]:
    try:
        drawn: Sequence[str | None] = drawing.svgs([chart(plot.panel, ON_PAGE) for plot in gathered.plots])
        trouble = None
    except UnavailableError as error:
        # The page has more to say than its charts do.
        drawn = [None] * len(gathered.plots)
        trouble = problem_sentence(speech.lang, Problem(error.code))
    charts = [
        Chart(
            id=f"chart-{number}",
            title=plot.title,
            description=plot.description,
            svg=_inline(svg, f"chart-{number}") if svg else None,
            why_not=trouble,
            verdict=plot.verdict,
            notes=plot.notes,
            columns=plot.columns,
            rows=plot.rows,
            files=tuple(
                (_NAMES[form], address(f"/{speech.lang}{path}/chart-{number}.{form}", asked))
                for form in FORMS
            )
            if svg
            else (),
        )
        for number, (plot, svg) in enumerate(zip(gathered.plots, drawn, strict=True), 1)
    ]
    return (*charts, *_left(speech, gathered))


def _left(speech: Speech, gathered: Gathered) -> list[Chart]:
    """Say which measures are not drawn, and why."""
    groups = (*gathered.left, *gathered.further)
    if not groups:
        return []
    reasons = []
    if gathered.left:
        reasons.append(
            speech.ngettext(
                "{n} measure is not drawn: it has a single dated figure at most, which shows neither a course nor a "
                "comparison.",
                "{n} measures are not drawn: each has a single dated figure at most, which shows neither a course nor "
                "a comparison, and figures of different measures have no scale in common.",
                len(gathered.left),
            )
        )
    if gathered.further:
        reasons.append(
            speech.ngettext(
                "{n} more measure would fill the page: choose a topic or a family to see its chart.",
                "{n} more measures would fill the page: choose a topic or a family to see their charts.",
                len(gathered.further),
            )
        )
    return [
        Chart(
            id="chart-none",
            title=speech.gettext("Not drawn"),
            description="",
            svg=None,
            why_not=" ".join(reasons) if speech.lang == "en" else "".join(reasons),
            verdict=None,
            notes=(),
            columns=(speech.gettext("Measure"), *table_columns(speech)),
            rows=tuple(
                (measured(speech, figure, gathered.topics), *table_row(speech, figure))
                for group in groups
                for figure in group.deadlines
            ),
            files=(),
        )
    ]


def _inline(svg: str, name: str) -> Markup:
    """Make a drawn SVG part of a page: it scales with its place, and is named by what stands beside it."""
    opened = (
        rf'<svg class="plot" viewBox=\1 role="graphics-document document" aria-labelledby="{name}-title" '
        rf'aria-describedby="{name}-description">'
    )
    # The library writes every text of a spec as text.
    return Markup(_ROOT.sub(opened, _GROUP_ROLES.sub("", svg), count=1))  # noqa: S704
