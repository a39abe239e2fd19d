"""The tools: what each is called and for, what it takes, what it reads, and how its answer is told.

How a call arrives and in which transaction it reads is in `calls`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import Kind
from app.store.queries.compare import MAX_REGIONS, CompareQuery, compare_regions
from app.store.queries.coverage import read_matrix
from app.store.queries.deadlines import find_deadlines, judged_deadlines
from app.store.queries.found import search
from app.store.queries.judging import Judged, verdicts_within
from app.store.queries.measures import named_measures
from app.store.queries.names import region_codes, topic_names
from app.store.queries.observations import named_observations
from app.store.queries.plans import get_plan
from app.store.queries.targets import get_target
from app.store.queries.together import deadlines_of_targets, observations_beside
from app.store.views.base import Page
from app.store.views.comparison import ListVerdictsView
from app.store.views.coverage import CoverageRowView, Looked, MatrixView, SearchView
from app.store.views.facts import DeadlineView, ObservationView, TargetView
from app.web.mcp import texts
from app.web.mcp.arguments import (
    MOST_FIGURES,
    Arguments,
    CompareArguments,
    CoverageArguments,
    DeadlineArguments,
    PlanArguments,
    SearchArguments,
    TargetArguments,
)
from app.web.mcp.results import (
    BelowView,
    CompareAnswer,
    CoverageAnswer,
    DeadlinesAnswer,
    FoundAnswer,
    PlanAnswer,
    RegionCoverage,
    TargetAnswer,
    Told,
    VainSearch,
)
from app.web.pages.compare import query_of
from app.web.pages.verdicts import Topics, deadlines_of, topics_by_slug
from app.web.speech import Speech

A = TypeVar("A", bound=Arguments)
R = TypeVar("R", bound=Told)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a call reads and tells: one snapshot, a day, a language; `base` is where the pages are, if known."""

    session: Session
    day: date
    speech: Speech
    topics: Topics
    base: str | None

    @classmethod
    def of(cls, session: Session, day: date, speech: Speech, base: str | None) -> "Reading":
        """Begin with the names of the topics, which every text needs."""
        return cls(session, day, speech, topics_by_slug(topic_names(session)), base)

    def page(self, to: str, **query: Any) -> str | None:
        """Give the whole address of a page."""
        return None if self.base is None else self.base + self.speech.path(to, **query)

    def code(self, region: str | None) -> str | None:
        """Give the code of a region that may have been called by a name; one that nothing is called stays as it is."""
        return region and region_codes(self.session, [region]).get(region, region)


@dataclass(frozen=True, slots=True)
class Tool(Generic[A, R]):
    """One tool; `text` gives the lines after those of `read_first`."""

    name: str
    title: str
    description: str
    arguments: type[A]
    result: type[R]
    read: Callable[[Reading, A], R]
    text: Callable[[Reading, R], Iterator[str]]


def _search(reading: Reading, asked: SearchArguments) -> FoundAnswer:
    session = reading.session
    view = search(session, asked.q, asked.kind, asked.limit)
    hits = {group.kind: [hit.key for hit in group.items] for group in view.groups}
    deadlines = deadlines_of_targets(session, hits.get("target", ()), reading.day)
    observations, judged = _judged(reading, deadlines, hits.get("observation", ()))
    return FoundAnswer(
        read_first=texts.first_of_list(reading.speech, judged),
        day=reading.day,
        page=reading.page("/search", q=asked.q, kind=asked.kind),
        found=view,
        deadlines=[item.view for item in deadlines],
        observations=observations,
        measures=named_measures(session, hits.get("measure", ())),
        verdicts=judged,
    )


def _get_plan(reading: Reading, asked: PlanArguments) -> PlanAnswer:
    plan = get_plan(reading.session, asked.slug, reading.day)
    figures = sum(len(target.deadlines) for target in plan.target_list)
    kept = _first(plan.target_list)
    deadlines = deadlines_of_targets(reading.session, [target.public_id for target in kept], reading.day)
    observations, judged = _judged(reading, deadlines)
    return PlanAnswer(
        read_first=texts.first_of_list(reading.speech, judged),
        day=reading.day,
        page=reading.page(f"/plans/{plan.slug}"),
        plan=plan.model_copy(update={"target_list": kept}),
        figures=figures,
        shown=len(deadlines),
        observations=observations,
        verdicts=judged,
    )


def _first(targets: Sequence[TargetView]) -> list[TargetView]:
    """Keep the first targets, as long as they have no more figures together than one answer holds."""
    kept: list[TargetView] = []
    left = MOST_FIGURES
    for target in targets:
        left -= len(target.deadlines)
        if left < 0:
            break
        kept.append(target)
    return kept


def _get_target(reading: Reading, asked: TargetArguments) -> TargetAnswer:
    target = get_target(reading.session, asked.public_id, reading.day)
    deadlines = deadlines_of_targets(reading.session, [target.public_id], reading.day)
    observations, judged = _judged(reading, deadlines)
    return TargetAnswer(
        read_first=texts.first_of_list(reading.speech, judged),
        day=reading.day,
        page=reading.page(f"/targets/{target.public_id}"),
        target=target,
        observations=observations,
        verdicts=judged,
    )


def _compare(reading: Reading, asked: CompareArguments) -> CompareAnswer:
    codes = region_codes(reading.session, asked.region)
    given = asked.model_copy(update={"region": [codes.get(name, name) for name in asked.region]}).query()
    view = compare_regions(reading.session, given, reading.day)
    figures = deadlines_of(view)
    if len(figures) > MOST_FIGURES:
        counts = Counter(str(one.metric.family if one.metric else Kind.QUALITATIVE) for one in figures)
        raise DomainError(
            "too_wide", "", total=len(figures), max=MOST_FIGURES, families=dict(counts.most_common())
        )
    rests_on = {one.progress.observation for one in figures if one.progress.observation}
    shown = CompareQuery(
        tuple(region.code for region in view.regions),
        given.topic,
        given.family,
        given.year_from,
        given.year_to,
        given.only,
    )
    return CompareAnswer(
        read_first=texts.first_of_comparison(reading.speech, view, reading.topics),
        day=reading.day,
        page=reading.page("/compare", **query_of(shown)),
        comparison=view,
        observations=list(named_observations(reading.session, rests_on).values()),
    )


def _deadlines(reading: Reading, asked: DeadlineArguments) -> DeadlinesAnswer:
    named = {"region": reading.code(asked.region), "under": reading.code(asked.under)}
    given = asked.model_copy(update=named)
    found = find_deadlines(reading.session, given.filters(), given.paging(), reading.day)
    deadlines = judged_deadlines(reading.session, found.rows, reading.day)
    observations, judged = _judged(reading, deadlines)
    filters = given.model_dump(
        exclude_none=True, exclude={*Arguments.model_fields, "limit", "cursor", "updated_since"}
    )
    return DeadlinesAnswer(
        read_first=texts.first_of_list(reading.speech, judged),
        day=reading.day,
        page=reading.page("/targets", **filters),
        deadlines=Page[DeadlineView](
            items=[item.view for item in deadlines],
            total=found.total,
            total_is_capped=found.capped,
            next=found.next,
        ),
        observations=observations,
        verdicts=judged,
    )


def _coverage(reading: Reading, asked: CoverageArguments) -> CoverageAnswer:
    under = reading.code(asked.under)
    matrix = read_matrix(reading.session, under, asked.topic)
    return CoverageAnswer(
        read_first=_first_of_coverage(reading.speech, matrix),
        day=reading.day,
        page=reading.page("/coverage", under=under, topic=asked.topic),
        under=matrix.under,
        topic=matrix.topic,
        topics=matrix.topics,
        left_out=matrix.left_out,
        rows=[_row(row) for row in matrix.rows],
    )


def _row(row: CoverageRowView) -> RegionCoverage:
    vain: dict[SearchView, list[str]] = defaultdict(list)
    for cell in row.cells:
        if cell.search is not None:
            vain[cell.search].append(cell.topic)
    return RegionCoverage(
        region=row.region,
        found=[cell for cell in row.cells if cell.state is Looked.FOUND],
        none_found=[VainSearch(search=search, topics=topics) for search, topics in vain.items()],
        not_looked=[cell.topic for cell in row.cells if cell.state is Looked.NOT_LOOKED],
        below=[
            BelowView(topic=cell.topic, targets=cell.targets_below, plans=cell.plans_below)
            for cell in row.cells
            if cell.state is not Looked.FOUND and cell.plans_below
        ],
    )


def _first_of_coverage(speech: Speech, matrix: MatrixView) -> list[str]:
    return [
        speech.gettext(
            "These numbers say how far anyone has looked, not how much a region has promised: where nobody has "
            "looked, nothing is known, and more targets recorded do not make a region better."
        ),
        speech.gettext(
            "Found in {found} places of the matrix, looked and found none in {none}, not looked in {unseen}.",
            found=matrix.found,
            none=matrix.none_found,
            unseen=matrix.not_looked,
        ),
    ]


def _judged(
    reading: Reading, deadlines: Sequence[Judged[DeadlineView]], slugs: Sequence[str] = ()
) -> tuple[list[ObservationView], ListVerdictsView]:
    """Read the observations that belong to figures, and judge all of them together."""
    beside = observations_beside(reading.session, deadlines, slugs)
    return [item.view for item in beside], verdicts_within([*deadlines, *beside])


_NAMES: Final = "Regions may be given by code (330000), slug (zj) or name (浙江, Zhejiang)."
_LIST: Final = (
    "The list is no ranking: figures are grouped by what they measure (metric, kind, topic, boundary, coverage, "
    "qualifier), and `verdicts` says which of them may be compared; others must not be."
)
TOOLS: Final[Mapping[str, Tool[Any, Any]]] = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "Search everything",
            "Find plans, targets, observations, measures, metrics, topics, sources and regions by words in Chinese "
            "(either script), English or pinyin. Gives the keys that the other tools take; figures among the hits "
            f"come with their sources. {_LIST}",
            SearchArguments,
            FoundAnswer,
            _search,
            lambda reading, answer: texts.found(reading.speech, answer, reading.topics),
        ),
        Tool(
            "get_plan",
            "Read one plan",
            "Read a plan with its stage, dates, links to other plans, targets with their dated figures, progress, "
            f"policy instruments, and the source of each. {_LIST}",
            PlanArguments,
            PlanAnswer,
            _get_plan,
            lambda reading, answer: texts.planned(reading.speech, answer, reading.topics),
        ),
        Tool(
            "get_target",
            "Read one target",
            "Read a target with its dated figures, what each measures, its progress and the observation that it rests "
            "on (or why none may be used), and its sources.",
            TargetArguments,
            TargetAnswer,
            _get_target,
            lambda reading, answer: texts.targeted(reading.speech, answer, reading.topics),
        ),
        Tool(
            "compare",
            "Compare regions",
            f"Put the targets of up to {MAX_REGIONS} regions side by side, with a verdict wherever figures of two "
            "regions meet: `same` (may be compared), `caution` (only with its reasons said) or `different` (must not "
            "be compared, ranked or subtracted), and the reasons. Use it before you say anything about two regions. "
            f"{_NAMES} At most {MOST_FIGURES} figures: narrow by topic, family or years.",
            CompareArguments,
            CompareAnswer,
            _compare,
            lambda reading, answer: texts.compared(reading.speech, answer, reading.topics),
        ),
        Tool(
            "deadlines",
            "List dated figures",
            f"List what must be reached by when, with filters, each figure with progress and sources. {_LIST} {_NAMES} "
            "Sorting by value is possible only within one `metric` and `kind`.",
            DeadlineArguments,
            DeadlinesAnswer,
            _deadlines,
            lambda reading, answer: texts.listed(reading.speech, answer, reading.topics),
        ),
        Tool(
            "coverage",
            "What was looked for",
            "Read, region by region and topic by topic, where targets were found, where a search found none, and where "
            "nobody has looked. Use it before you say that a region has no target: not looked is not none. "
            f"{_NAMES}",
            CoverageArguments,
            CoverageAnswer,
            _coverage,
            lambda reading, answer: texts.covered(reading.speech, answer),
        ),
    )
}
"""The tools by name."""
INSTRUCTIONS: Final = (
    "Mubiao records what Chinese governments promised to reach, by when, and in which document it is written. "
    "Equal-looking figures are mostly different measures (revenue is not output, AI terminals are not the AI industry, "
    "above-scale enterprises are not all). Before you put two figures side by side, look at their verdict: `same` may be "
    "compared; `caution` may, with its reasons said; `different` must not be compared, ranked, added up or subtracted; "
    "a pair without a verdict counts as different. Every answer begins with what may be compared (`read_first`): pass it "
    "on. Quote a figure with its comparator, due date, what it measures and its source (title, paragraph, phrase, check). "
    "Progress is computed by Mubiao or refused; do not compute your own. Chinese is authoritative, English is ours."
)
