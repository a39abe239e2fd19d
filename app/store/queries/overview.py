"""The first page's reads: totals, headline and next deadlines, coverage of the provinces, latest changes.

Each collection by itself is in the module of its name.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from sqlalchemy import SQLColumnExpression, extract, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.vocabulary import EditorialState, Family, Kind, RegionLevel
from app.store.held import held
from app.store.models import (
    Assessment,
    Deadline,
    Measure,
    Metric,
    Observation,
    Plan,
    Region,
    Source,
    Target,
)
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import DEADLINES, PUBLIC, judged_deadlines, read_deadlines
from app.store.queries.filters import Condition
from app.store.queries.judging import Judged, judge
from app.store.queries.paging import AnySelect
from app.store.queries.rows import REGION, region_of
from app.store.views.entities import CoverageView
from app.store.views.facts import DeadlineView
from app.store.views.summaries import ExampleView, LatestView, OverviewView, PromisesView, TotalsView

YEARS = 4
PER_YEAR = 8
UPCOMING = 8
LATEST = 8
# What is shown is chosen among this many next figures.
_CANDIDATES = 400
_FAMILIES = {family: place for place, family in enumerate(Family)}
_LEVELS = {level: place for place, level in enumerate(RegionLevel)}

_PUBLISHED = Plan.editorial_state == EditorialState.PUBLISHED
_OBSERVED = Observation.editorial_state == EditorialState.PUBLISHED


def overview(session: Session, today: date, beside: Sequence[str] = ()) -> OverviewView:
    """Read what the first page shows, in a fixed number of statements.

    `beside` are the codes of two regions whose next sizes of an industry are the example of a comparison.
    """
    judged = _promised(session, today)
    return OverviewView(
        as_of=today,
        totals=_totals(session),
        example=_example(judged, beside),
        promises=_by_year([item.view for item in judged]),
        upcoming=_next(session, today, [], UPCOMING),
        coverage=list_coverage(session),
        latest=_latest(session),
    )


def list_coverage(session: Session) -> list[CoverageView]:
    """Count the plans of each province-level region and all below it, by code."""
    return [
        CoverageView(region=region_of(row), short_zh=row.short_zh, plans=row.plans, searched=row.searched)
        for row in session.execute(_COVERAGE)
    ]


def _coverage() -> AnySelect:
    """Go up from the regions that have plans, which are few, not down to every city and county."""
    own = select(Plan.region_id, func.count().label("plans")).where(_PUBLISHED).group_by(Plan.region_id)
    counts = own.subquery("counts")
    lines = select(counts.c.region_id.label("start"), counts.c.region_id.label("id")).cte(
        "lines", recursive=True
    )
    step = aliased(Region)
    lines = lines.union(
        select(lines.c.start, step.parent_id)
        .join(step, step.id == lines.c.id)
        .where(step.parent_id.is_not(None))
    )
    plans = (
        select(lines.c.id, func.sum(counts.c.plans).label("plans"))
        .join(counts, counts.c.region_id == lines.c.start)
        .group_by(lines.c.id)
        .subquery("plans")
    )
    searched = (
        select(Assessment.id)
        .where(Assessment.region_id == Region.id, Assessment.retired_on.is_(None))
        .correlate(Region)
        .exists()
    )
    return (
        select(
            *REGION,
            Region.short_zh,
            func.coalesce(plans.c.plans, 0).label("plans"),
            searched.label("searched"),
        )
        .outerjoin(plans, plans.c.id == Region.id)
        .where(Region.level == RegionLevel.PROVINCE, Region.retired_on.is_(None))
        .order_by(Bytewise(Region.code))
    )


_COVERAGE = _coverage()


def _totals(session: Session) -> TotalsView:
    """Count what is public, in one statement."""
    sets = held(session)
    counted = {"targets": len(sets.targets.every), "deadlines": len(sets.deadlines.every)}
    return TotalsView(**counted, **session.execute(_TOTALS).mappings().one())


def _count_all() -> AnySelect:
    counts: dict[str, SQLColumnExpression[int]] = {
        "regions": _count(Plan.region_id.distinct(), _PUBLISHED),
        "plans": _count(Plan.id, _PUBLISHED),
        "observations": _count(Observation.id, _OBSERVED),
        "measures": _count(Measure.id, _PUBLISHED, Measure.plan_id == Plan.id, Measure.retired_on.is_(None)),
        "sources": _count(Source.id, Source.retired_on.is_(None)),
    }
    return select(*(count.label(name) for name, count in counts.items()))


def _count(column: SQLColumnExpression[int], *conditions: Condition) -> SQLColumnExpression[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


_TOTALS = _count_all()


def _promised(session: Session, today: date) -> list[Judged[DeadlineView]]:
    """Choose one figure of each region for each of the next years: the size of an industry before anything else."""
    year = extract("year", Deadline.due_on)
    candidates = session.execute(
        select(Deadline.id, Target.region_id, year.label("year"), Metric.family, Target.kind)
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Metric, Metric.id == Target.metric_id)
        .where(*PUBLIC, Deadline.value.is_not(None), Deadline.due_on >= today)
        .order_by(Deadline.due_sort, Bytewise(Region.code), Bytewise(Deadline.public_id))
        .limit(_CANDIDATES)
    )
    # The first of equals stays: those of a region come by the day they are due.
    best: dict[tuple[int, int], tuple[tuple[int, bool], int]] = {}
    for row in candidates:
        rank = (_FAMILIES[row.family], row.kind is not Kind.LEVEL)
        held = best.get((row.year, row.region_id))
        if held is None or rank < held[0]:
            best[row.year, row.region_id] = rank, row.id
    years = sorted({due for due, _ in best})[:YEARS]
    chosen = [number for (due, _), (_, number) in best.items() if due in years]
    rows = session.execute(DEADLINES.where(Deadline.id.in_(chosen)).order_by(Deadline.due_sort, Deadline.id))
    return judged_deadlines(session, rows.all(), today)


def _by_year(deadlines: Sequence[DeadlineView]) -> list[PromisesView]:
    """Sort figures by year; in a year the nation comes before provinces, they before cities, never by size."""
    years: dict[int, list[DeadlineView]] = defaultdict(list)
    for deadline in sorted(deadlines, key=lambda each: (_LEVELS[each.region.level], each.region.code)):
        if deadline.due_on is not None:
            years[deadline.due_on.year].append(deadline)
    return [PromisesView(year=year, deadlines=years[year][:PER_YEAR]) for year in sorted(years)]


def _example(judged: Sequence[Judged[DeadlineView]], beside: Sequence[str]) -> ExampleView | None:
    """Put the next size of an industry of two regions side by side, with the verdict; None if one has none."""
    first: dict[str, Judged[DeadlineView]] = {}
    for item in judged:
        key = item.view
        if key.metric and key.metric.family is Family.INDUSTRY_SIZE and key.kind is Kind.LEVEL:
            first.setdefault(key.region.code, item)
    match [first[code] for code in beside if code in first]:
        case [one, other]:
            return ExampleView(figures=[one.view, other.view], verdict=judge(one, other))
        case _:
            return None


def _next(session: Session, today: date, conditions: Sequence[Condition], limit: int) -> list[DeadlineView]:
    rows = session.execute(
        DEADLINES.where(*PUBLIC, *conditions, Deadline.due_on >= today)
        .order_by(Deadline.due_sort, Bytewise(Region.code), Bytewise(Deadline.public_id))
        .limit(limit)
    )
    return read_deadlines(session, rows, today)


def _latest(session: Session) -> list[LatestView]:
    """Read the plans and observations that changed last; drafts do not show."""
    plans = (
        select(Plan.slug.label("key"), Plan.title_zh, Plan.title_en, Plan.updated_at, *REGION)
        .join(Region, Region.id == Plan.region_id)
        .where(_PUBLISHED)
        .order_by(Plan.updated_at.desc(), Bytewise(Plan.slug))
    )
    observations = (
        select(
            Observation.slug.label("key"),
            Observation.statement_zh.label("title_zh"),
            Observation.statement_en.label("title_en"),
            Observation.updated_at,
            *REGION,
        )
        .join(Region, Region.id == Observation.region_id)
        .where(_OBSERVED)
        .order_by(Observation.updated_at.desc(), Bytewise(Observation.slug))
    )
    found = [
        LatestView(
            kind=kind,
            key=row.key,
            title_zh=row.title_zh,
            title_en=row.title_en,
            region=region_of(row),
            updated_at=row.updated_at,
        )
        for kind, statement in (("plan", plans), ("observation", observations))
        for row in session.execute(statement.limit(LATEST))
    ]
    return sorted(found, key=attrgetter("updated_at"), reverse=True)[:LATEST]
