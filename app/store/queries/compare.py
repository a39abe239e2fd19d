"""The comparison: figures of several regions side by side, with the verdict wherever two meet (R3).

The verdicts themselves are made in `domain.comparability`; a page and the API show the same answer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from app.domain.comparability import Figure, Key, compare, key_differences, rank
from app.domain.errors import DomainError
from app.domain.vocabulary import Direction, Family, Kind, Reason, Verdict
from app.store.models import Deadline, Metric, Plan, Region, Target
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import DEADLINES, Dated, deadline_conditions, read_deadlines
from app.store.queries.filters import Condition, Filters
from app.store.queries.rows import REGION, region_of
from app.store.views.base import MetricRef, RegionRef
from app.store.views.comparison import (
    CellView,
    ComparisonView,
    CountsView,
    FamilyView,
    FiltersView,
    PlaceView,
    RankingView,
    RowView,
    VerdictView,
)

MAX_REGIONS = 8
MAX_DEADLINES = 2000
# A lead is looked for among this many figures of each region, the earliest due ones: the sentence at the
# top needs the most tempting pair, not every pair of a long list.
LEAD_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """What to compare: one to eight regions, by code or slug, and filters."""

    regions: tuple[str, ...]
    topic: str | None = None
    family: Family | None = None
    year_from: int | None = None
    year_to: int | None = None


def compare_regions(session: Session, query: CompareQuery, today: date) -> ComparisonView:
    """Put the regions' deadlines side by side by family and metric, in a fixed number of statements.

    Raises DomainError unknown_region, too_many_regions, no_region, years_reversed, unknown_topic, or too_wide
    (more than 2,000 deadlines, with counts by family in the detail).
    """
    if query.year_from and query.year_to and query.year_from > query.year_to:
        raise DomainError("years_reversed", "year_to", given=query.year_to, start=query.year_from)
    regions, ids = _regions(session, query.regions)
    conditions = _conditions(session, query, ids)
    _refuse_too_wide(session, conditions)
    rows = session.execute(
        DEADLINES.where(*conditions).order_by(
            Bytewise(Metric.slug), Bytewise(Target.kind), Deadline.due_sort, Bytewise(Deadline.public_id)
        )
    ).all()
    dated = read_deadlines(session, rows, today)
    directions = {row.public_id: row.metric_direction for row in rows}
    by_family: dict[Family | None, list[Dated]] = defaultdict(list)
    for item in dated:
        by_family[item.view.metric.family if item.view.metric else None].append(item)
    order: list[Family | None] = [*Family, None]
    families = [
        _family(family, by_family[family], regions, directions) for family in order if family in by_family
    ]
    return ComparisonView(
        as_of=today,
        regions=regions,
        filters=FiltersView(
            topic=query.topic, family=query.family, year_from=query.year_from, year_to=query.year_to
        ),
        counts=_counts([row for family in families for row in family.rows]),
        families=families,
    )


def _regions(session: Session, asked: Sequence[str]) -> tuple[list[RegionRef], list[int]]:
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        raise DomainError("no_region", "region", max=MAX_REGIONS)
    if len(wanted) > MAX_REGIONS:
        raise DomainError("too_many_regions", "region", given=len(wanted), max=MAX_REGIONS)
    rows = session.execute(
        select(Region.id, *REGION).where(Region.code.in_(wanted) | Region.slug.in_(wanted))
    ).all()
    found = {name: row for row in rows for name in (row.region_code, row.region_slug)}
    for name in wanted:
        if name not in found:
            raise DomainError("unknown_region", "region", given=name)
    # A region named twice, once by its code and once by its slug, is one column.
    chosen = {found[name].id: found[name] for name in wanted}
    return [region_of(row) for row in chosen.values()], list(chosen)


def _conditions(session: Session, query: CompareQuery, ids: Sequence[int]) -> list[Condition]:
    conditions = deadline_conditions(session, Filters(topic=query.topic, family=query.family))
    conditions.append(Target.region_id.in_(ids))
    year = extract("year", Deadline.due_on)
    if query.year_from is not None:
        conditions.append(year >= query.year_from)
    if query.year_to is not None:
        conditions.append(year <= query.year_to)
    return conditions


def _refuse_too_wide(session: Session, conditions: Sequence[Condition]) -> None:
    counted = (
        select(Metric.family, func.count())
        .select_from(Deadline)
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .where(*conditions)
        .group_by(Metric.family)
    )
    counts = {str(family or Kind.QUALITATIVE): count for family, count in session.execute(counted)}
    total = sum(counts.values())
    if total > MAX_DEADLINES:
        families = dict(sorted(counts.items(), key=lambda item: -item[1]))
        raise DomainError("too_wide", "", total=total, max=MAX_DEADLINES, families=families)


def _family(
    family: Family | None,
    items: Sequence[Dated],
    regions: Sequence[RegionRef],
    directions: dict[str, Direction | None],
) -> FamilyView:
    groups: dict[tuple[str | None, Kind], list[Dated]] = defaultdict(list)
    for item in items:
        groups[item.figure.key.metric, item.figure.key.kind].append(item)
    shared = {key: group for key, group in groups.items() if len({i.view.region.code for i in group}) > 1}
    rows = [_row(group, regions, directions) for group in shared.values()]
    # Metrics that only one region has stand together by kind, so that what newspapers put side by side
    # is seen side by side, and seen to be different.
    alone: dict[Kind, list[Dated]] = defaultdict(list)
    for key, group in groups.items():
        if key not in shared:
            alone[key[1]].extend(group)
    rows += [_row(group, regions, directions) for _, group in sorted(alone.items(), key=_by_kind)]
    leads = [
        lead
        for a, b in combinations(regions, 2)
        if (lead := _lead(_of(items, a)[:LEAD_CANDIDATES], _of(items, b)[:LEAD_CANDIDATES]))
    ]
    return FamilyView(family=family, rows=rows, leads=leads)


def _by_kind(item: tuple[Kind, list[Dated]]) -> int:
    return list(Kind).index(item[0])


def _of(items: Sequence[Dated], region: RegionRef) -> list[Dated]:
    return [item for item in items if item.view.region.code == region.code]


def _row(
    items: Sequence[Dated], regions: Sequence[RegionRef], directions: dict[str, Direction | None]
) -> RowView:
    metrics: dict[str | None, MetricRef | None] = {item.figure.key.metric: item.view.metric for item in items}
    first = items[0]
    return RowView(
        metric=first.view.metric if len(metrics) == 1 else None,
        kind=first.figure.key.kind,
        mixed=len(metrics) > 1,
        cells=[
            CellView(region=region.code, deadlines=[item.view for item in _of(items, region)])
            for region in regions
        ],
        verdicts=_verdicts(items),
        rankings=_rankings(items, directions),
    )


def _by_key(items: Sequence[Dated]) -> dict[Key, list[Dated]]:
    groups: dict[Key, list[Dated]] = defaultdict(list)
    for item in items:
        groups[item.figure.key].append(item)
    return groups


def _verdicts(items: Sequence[Dated]) -> list[VerdictView]:
    """Judge every pair of figures of different regions; unequal keys are judged once for all their figures."""
    groups = _by_key(items)
    verdicts = []
    for group in groups.values():
        for a, b in combinations(group, 2):
            if a.figure.region != b.figure.region:
                verdicts.append(_verdict(a, b))
    for one, other in combinations(groups, 2):
        left, right = groups[one], groups[other]
        # The lists say "every one in a with every one in b": pairs of one region are left out.
        across: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for item in left:
            met = tuple(o.view.id for o in right if o.figure.region != item.figure.region)
            across[met].append(item.view.id)
        reasons = list(key_differences(one, other))
        if Kind.QUALITATIVE in (one.kind, other.kind):
            reasons.append(Reason.QUALITATIVE)
        verdicts += [
            VerdictView(a=ids, b=list(met), verdict=Verdict.DIFFERENT, reasons=reasons)
            for met, ids in across.items()
            if met
        ]
    return verdicts


def _verdict(a: Dated, b: Dated) -> VerdictView:
    judged = compare(a.figure, b.figure)
    return VerdictView(a=[a.view.id], b=[b.view.id], verdict=judged.verdict, reasons=list(judged.reasons))


def _rankings(items: Sequence[Dated], directions: dict[str, Direction | None]) -> list[RankingView]:
    rankings = []
    for group in _by_key(items).values():
        by_year: dict[tuple[int | None, str], list[Dated]] = defaultdict(list)
        for item in group:
            by_year[item.figure.year, item.view.region.level].append(item)
        for (year, _), same in by_year.items():
            direction = directions[same[0].view.id] or Direction.UP
            ranked = rank([item.figure for item in same], direction)
            if ranked is None or year is None:
                continue
            places = [
                PlaceView(first=place.first, last=place.last, id=same[place.index].view.id)
                for place in ranked.places
            ]
            rankings.append(RankingView(year=year, places=places, cautions=list(ranked.cautions)))
    return rankings


def _lead(ours: Sequence[Dated], theirs: Sequence[Dated]) -> VerdictView | None:
    """Choose the pair most likely to be put side by side.

    That is: figures before statements, levels before rates, one metric before two, one due year before two,
    then the fewest differences, then the largest figures.
    """
    pairs = list(product(ours, theirs))
    if not pairs:
        return None
    return _verdict(*min(pairs, key=lambda pair: _temptation(pair[0].figure, pair[1].figure)))


def _temptation(a: Figure, b: Figure) -> tuple[object, ...]:
    differences = key_differences(a.key, b.key)
    return (
        Kind.QUALITATIVE in (a.key.kind, b.key.kind),
        a.key.kind is not Kind.LEVEL or b.key.kind is not Kind.LEVEL,
        Reason.METRIC in differences,
        a.year != b.year,
        len(differences),
        -((a.value or 0) + (b.value or 0)),
    )


def _counts(rows: Sequence[RowView]) -> CountsView:
    """Count pairs of figures; statements without a figure are no pairs that anyone would compare."""
    found = dict.fromkeys(Verdict, 0)
    for row in rows:
        if row.kind is Kind.QUALITATIVE:
            continue
        for verdict in row.verdicts:
            found[verdict.verdict] += len(verdict.a) * len(verdict.b)
    return CountsView(
        same=found[Verdict.SAME], caution=found[Verdict.CAUTION], different=found[Verdict.DIFFERENT]
    )
