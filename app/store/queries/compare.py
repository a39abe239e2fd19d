"""The comparison: figures of several regions side by side, with the verdict wherever two meet (R3).

The verdicts are made in `judging` and `domain.comparability`; a page and the API show the same answer.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, product

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.domain.comparability import Figure, key_differences
from app.domain.errors import DomainError
from app.domain.vocabulary import EditorialState, Family, Kind, Verdict
from app.store.models import Assessment, Deadline, Metric, Plan, Region, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.choices import count_choices
from app.store.queries.choosing import Chosen, choose_deadlines
from app.store.queries.deadlines import DEADLINES, judged_deadlines
from app.store.queries.filters import Filters, within
from app.store.queries.judging import Judged, by_family, comparable, judge, rankings, verdicts
from app.store.queries.paging import AnyRow
from app.store.queries.picker import suggested_regions
from app.store.queries.progress import topic_lines
from app.store.queries.rows import REGION, region_of
from app.store.views.base import MetricRef, RegionRef, trusted
from app.store.views.comparison import (
    CellView,
    ComparisonView,
    CountsView,
    FamilyView,
    FiltersView,
    Only,
    RowView,
    VerdictView,
)
from app.store.views.facts import DeadlineView

MAX_REGIONS = 8
MAX_DEADLINES = 2000
# A lead is looked for among this many figures of each region, the earliest due ones: the sentence at the
# top needs the most tempting pair, not every pair of a long list.
LEAD_CANDIDATES = 24

Dated = Judged[DeadlineView]
_cell_view = trusted(CellView)

_PLANS = (
    select(func.count())
    .where(Plan.region_id == Region.id, Plan.editorial_state == EditorialState.PUBLISHED)
    .correlate(Region)
    .scalar_subquery()
)
_REGIONS = select(Region.id, _PLANS.label("plans"), *REGION).where(
    Region.code.in_(bindparam("names", expanding=True)) | Region.slug.in_(bindparam("names", expanding=True))
)
_SEARCHED = (
    select(Assessment.region_id, Topic.slug, Assessment.searched_on)
    .join(Topic, Topic.id == Assessment.topic_id)
    .where(Assessment.region_id.in_(bindparam("regions", expanding=True)), Assessment.retired_on.is_(None))
)


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """What to compare: one to eight regions, by code or slug, and filters.

    With `only` comparable, figures stay that may be compared, if with care, with one of another region.
    """

    regions: tuple[str, ...]
    topic: str | None = None
    family: Family | None = None
    year_from: int | None = None
    year_to: int | None = None
    only: Only | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """A region compared, with what was looked through for it."""

    id: int
    region: RegionRef
    plans: int
    searched: Mapping[str, date]  # when a search on a topic found nothing, by the topic's slug


def compare_regions(session: Session, query: CompareQuery, today: date) -> ComparisonView:
    """Put the regions' deadlines side by side by family and metric, in a fixed number of statements.

    Raises DomainError unknown_region, too_many_regions, no_region, years_reversed, unknown_topic, or too_wide
    (more than 2,000 deadlines, with counts by family in the detail).
    """
    if query.year_from and query.year_to and query.year_from > query.year_to:
        raise DomainError("years_reversed", "year_to", given=query.year_to, start=query.year_from)
    columns = _columns(session, query.regions)
    chosen = _choose(session, query, [column.id for column in columns], today)
    if len(chosen.ids) > MAX_DEADLINES:
        raise _too_wide(session, chosen)
    rows = session.execute(
        DEADLINES.where(within(session, Deadline.id, chosen.ids)).order_by(
            Bytewise(Metric.slug), Bytewise(Target.kind), Deadline.due_sort, Bytewise(Deadline.public_id)
        )
    ).all()
    lines = topic_lines(session)
    every = judged_deadlines(session, rows, today)
    alike = comparable(every)
    figures = every if query.only is None else alike
    families = [_family(family, items, columns, lines) for family, items in by_family(figures).items()]
    return ComparisonView(
        as_of=today,
        regions=[column.region for column in columns],
        filters=_filters(query),
        counts=_counts([row for family in families for row in family.rows]),
        families=families,
        choices=count_choices(session, [column.id for column in columns], query, lines, len(alike)),
        suggestions=suggested_regions(session, [column.region.code for column in columns], query.topic),
    )


def without_figures(session: Session, query: CompareQuery, today: date) -> ComparisonView:
    """Give what a form needs to ask again for what cannot be compared: the regions found, however many, and choices.

    There are no figures in it; what names no region is left out, other filters stay as they are.
    """
    rows = session.execute(_REGIONS, {"names": list(query.regions)}).all()
    found = {name: row for row in rows for name in (row.region_code, row.region_slug)}
    chosen = {found[name].id: found[name] for name in query.regions if name in found}
    return ComparisonView(
        as_of=today,
        regions=[region_of(row) for row in chosen.values()],
        filters=_filters(query),
        counts=_counts([]),
        families=[],
        choices=count_choices(session, list(chosen), query, topic_lines(session)),
        suggestions=[],
    )


def _filters(query: CompareQuery) -> FiltersView:
    return FiltersView(
        topic=query.topic,
        family=query.family,
        year_from=query.year_from,
        year_to=query.year_to,
        only=query.only,
    )


def regions_asked(session: Session, asked: Sequence[str]) -> dict[int, AnyRow]:
    """Find the regions that a comparison names, in their order, by id.

    Raises DomainError no_region, too_many_regions, unknown_region.
    """
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        raise DomainError("no_region", "region", max=MAX_REGIONS)
    if len(wanted) > MAX_REGIONS:
        raise DomainError("too_many_regions", "region", given=len(wanted), max=MAX_REGIONS)
    rows = session.execute(_REGIONS, {"names": wanted}).all()
    found = {name: row for row in rows for name in (row.region_code, row.region_slug)}
    for name in wanted:
        if name not in found:
            raise DomainError("unknown_region", "region", given=name)
    # A region named twice, once by its code and once by its slug, is one column.
    return {found[name].id: found[name] for name in wanted}


def _columns(session: Session, asked: Sequence[str]) -> list[_Column]:
    chosen = regions_asked(session, asked)
    searched: dict[int, dict[str, date]] = defaultdict(dict)
    for region, topic, on in session.execute(_SEARCHED, {"regions": list(chosen)}):
        searched[region][topic] = on
    return [_Column(row.id, region_of(row), row.plans, searched[row.id]) for row in chosen.values()]


def _choose(session: Session, query: CompareQuery, ids: Sequence[int], today: date) -> Chosen:
    filters = Filters(
        topic=query.topic, family=query.family, year_from=query.year_from, year_to=query.year_to
    )
    chosen = choose_deadlines(session, filters, today)
    return chosen.narrowed(chosen.side.having("region", ids))


def _too_wide(session: Session, chosen: Chosen) -> DomainError:
    families = dict(session.execute(select(Metric.id, Metric.family)).all())
    counts: Counter[str] = Counter()
    for metric, ids in chosen.side.by["metric"].items():
        if count := chosen.ids.intersection_cardinality(ids):
            counts[str(families.get(metric, Kind.QUALITATIVE))] += count
    return DomainError(
        "too_wide", "", total=len(chosen.ids), max=MAX_DEADLINES, families=dict(counts.most_common())
    )


def _family(
    family: Family | None,
    items: Sequence[Dated],
    columns: Sequence[_Column],
    lines: Mapping[str, Collection[str]],
) -> FamilyView:
    groups: dict[tuple[str | None, Kind], list[Dated]] = defaultdict(list)
    for item in items:
        groups[item.figure.key.metric, item.figure.key.kind].append(item)
    shared = {key: group for key, group in groups.items() if len({i.figure.region for i in group}) > 1}
    rows = [_row(group, columns, lines) for group in shared.values()]
    # Metrics that only one region has stand together by kind, so that what newspapers put side by side
    # is seen side by side, and seen to be different.
    alone: dict[Kind, list[Dated]] = defaultdict(list)
    for key, group in groups.items():
        if key not in shared:
            alone[key[1]].extend(group)
    rows += [_row(group, columns, lines) for _, group in sorted(alone.items(), key=_by_kind)]
    own = _by_region(items)
    candidates = [_likely(own[column.region.code][:LEAD_CANDIDATES]) for column in columns]
    leads = [lead for ours, theirs in combinations(candidates, 2) if (lead := _lead(ours, theirs))]
    return FamilyView(family=family, rows=rows, leads=leads)


def _by_region(items: Sequence[Dated]) -> Mapping[str, list[Dated]]:
    found: dict[str, list[Dated]] = defaultdict(list)
    for item in items:
        found[item.figure.region].append(item)
    return found


def _by_kind(item: tuple[Kind, list[Dated]]) -> int:
    return list(Kind).index(item[0])


def _row(items: Sequence[Dated], columns: Sequence[_Column], lines: Mapping[str, Collection[str]]) -> RowView:
    metrics: dict[str | None, MetricRef | None] = {item.figure.key.metric: item.view.metric for item in items}
    first = items[0]
    topics = {item.figure.key.topic for item in items}
    own = _by_region(items)
    return RowView(
        metric=first.view.metric if len(metrics) == 1 else None,
        kind=first.figure.key.kind,
        mixed=len(metrics) > 1,
        cells=[_cell(column, own[column.region.code], topics, lines) for column in columns],
        verdicts=verdicts(items, across_regions=True),
        rankings=rankings(items),
    )


def _cell(
    column: _Column, own: Sequence[Dated], topics: Collection[str], lines: Mapping[str, Collection[str]]
) -> CellView:
    return _cell_view(
        region=column.region.code,
        deadlines=[item.view for item in own],
        plans=column.plans,
        searched=None if own else _searched(column, topics, lines),
    )


def _searched(column: _Column, topics: Collection[str], lines: Mapping[str, Collection[str]]) -> date | None:
    """Say when an empty cell was searched: if each topic of its row was, or a topic above it, the earliest day."""
    searches = [
        max(
            (on for topic, on in column.searched.items() if topic == named or topic in lines[named]),
            default=None,
        )
        for named in topics
    ]
    days = [on for on in searches if on is not None]
    return min(days) if len(days) == len(searches) else None


def _likely(items: Sequence[Dated]) -> tuple[Sequence[Dated], Sequence[Dated], Sequence[Dated]]:
    """Give the levels among a region's figures, the figures among them, and all, statements too."""
    quantified = [item for item in items if item.figure.key.kind is not Kind.QUALITATIVE]
    return [item for item in quantified if item.figure.key.kind is Kind.LEVEL], quantified, items


def _lead(ours: Sequence[Sequence[Dated]], theirs: Sequence[Sequence[Dated]]) -> VerdictView | None:
    """Choose the pair most likely to be put side by side, of what is `_likely` in each of two regions.

    That is: figures before statements, levels before rates, one metric before two, one due year before two,
    then the fewest differences, then the largest figures.
    """
    pairs = next((list(product(*both)) for both in zip(ours, theirs, strict=True) if all(both)), None)
    if not pairs:
        return None
    # Of many pairs few are of one metric and year: only these are looked at field by field.
    apart = [_apart(a.figure, b.figure) for a, b in pairs]
    least = min(apart)
    nearest = [pair for pair, distance in zip(pairs, apart, strict=True) if distance == least]
    return judge(*min(nearest, key=lambda pair: _temptation(pair[0].figure, pair[1].figure)))


def _apart(a: Figure, b: Figure) -> tuple[bool, bool]:
    return a.key.metric != b.key.metric, a.year != b.year


def _temptation(a: Figure, b: Figure) -> tuple[int, Decimal]:
    return len(key_differences(a.key, b.key)), -((a.value or Decimal()) + (b.value or Decimal()))


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
