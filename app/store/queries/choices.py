"""What each filter of a comparison would leave: figures counted by topic, family and year, given the others.

The comparison itself is in `compare`; how a filter is offered to a reader is the page's business.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, TypeVar

from pyroaring import BitMap
from sqlalchemy import String, bindparam, extract, func, select, type_coerce
from sqlalchemy.orm import Session

from app.domain.vocabulary import Family, Kind
from app.store.held import held, union
from app.store.models import Deadline, Metric, Plan, Target, Topic
from app.store.queries.choosing import UNDATED
from app.store.queries.deadlines import PUBLIC
from app.store.queries.paging import AnyRow, AnySelect
from app.store.views.comparison import ChoicesView, FamilyChoice, Only, TopicChoice, YearChoice

T = TypeVar("T")
Alike = tuple[object, ...]
"""What figures have in common that may be compared: their key (R3) and their unit."""


class Asked(Protocol):
    """The filters of a comparison."""

    @property
    def topic(self) -> str | None: ...  # noqa: D102
    @property
    def family(self) -> Family | None: ...  # noqa: D102
    @property
    def year_from(self) -> int | None: ...  # noqa: D102
    @property
    def year_to(self) -> int | None: ...  # noqa: D102
    @property
    def only(self) -> Only | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class _Filter:
    topic: str | None
    family: Family | None
    year_from: int | None
    year_to: int | None
    only: bool


class _Figures(Protocol):
    """The figures that filters choose from, counted: what is left in all, on each topic itself, of each family."""

    def number(self, filters: _Filter) -> int: ...
    def by_topic(self, filters: _Filter) -> Mapping[str, int]: ...
    def by_family(self, filters: _Filter) -> Mapping[Family | None, int]: ...


class _Counted(NamedTuple):
    """Figures of one region and key that no filter tells apart, and how many they are."""

    topic: str
    family: Family | None
    year: int | None
    number: int
    region: int
    alike: Alike


def _counted() -> AnySelect:
    year = extract("year", Deadline.due_on).label("year")
    # There are thousands of rows: words stay what the driver gives, which is all that telling them apart takes.
    words = (Target.kind, Topic.slug, Target.boundary, Target.coverage, Target.qualifier)
    alike = (Target.metric_id, *(type_coerce(word, String) for word in words), Deadline.canonical_unit)
    family = type_coerce(Metric.family, String)
    return (
        select(Target.region_id, family, year, func.count(), *alike)
        .select_from(Deadline)
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .where(*PUBLIC, Target.region_id.in_(bindparam("regions", expanding=True)))
        .group_by(Target.region_id, family, year, *alike)
    )


_COUNTED = _counted()


def count_choices(
    session: Session,
    regions: Collection[int],
    asked: Asked,
    lines: Mapping[str, Collection[str]],
    comparable: int | None = None,
) -> ChoicesView:
    """Count what each choice of one filter would leave of the regions' (ids) figures, in a fixed number of statements.

    `lines` are the topics above each topic; `comparable` is how many figures may be compared under the filters on
    place, topic, family and years, if that is known. What would leave nothing is left out, but not what is chosen.
    """
    now = _Filter(asked.topic, asked.family, asked.year_from, asked.year_to, asked.only is not None)
    every = _Every(session, regions, lines)
    shown: _Figures = every
    if now.only or comparable is None:
        alike = _Alike(session, regions, lines)
        shown = alike if now.only else every
        comparable = alike.number(now)
    topics: Counter[str] = Counter()
    for own, number in shown.by_topic(replace(now, topic=None)).items():
        for topic in (own, *lines[own]):
            topics[topic] += number
    families = shown.by_family(replace(now, family=None))
    return ChoicesView(
        all=every.number(now),
        comparable=comparable,
        topics=[
            TopicChoice(topic=topic, deadlines=topics[topic])
            for topic in sorted(topics.keys() | _one(now.topic))
        ],
        families=[
            FamilyChoice(family=family, deadlines=families.get(family, 0))
            for family in Family
            if family in families or family is now.family
        ],
        years_from=_by_year(
            every.years, now.year_from, lambda year: shown.number(replace(now, year_from=year))
        ),
        years_to=_by_year(every.years, now.year_to, lambda year: shown.number(replace(now, year_to=year))),
    )


class _Every:
    """All figures of the regions, as sets of ids by what filters ask for."""

    def __init__(
        self, session: Session, regions: Collection[int], lines: Mapping[str, Collection[str]]
    ) -> None:
        self._lines = lines
        side = held(session).deadlines
        self._own = own = side.having("region", regions)
        topics = dict(session.execute(select(Topic.id, Topic.slug)).all())
        families = dict(session.execute(select(Metric.id, Metric.family)).all())
        self._topics = _gathered((topics[one], own & ids) for one, ids in side.by["topic"].items())
        self._families = _gathered((families.get(one), own & ids) for one, ids in side.by["metric"].items())
        self._years = _gathered(
            (day.year, own & ids) for day, ids in side.by["due"].items() if day != UNDATED
        )
        self.years = sorted(self._years)

    def number(self, filters: _Filter) -> int:
        return len(self._left(filters))

    def by_topic(self, filters: _Filter) -> Mapping[str, int]:
        return _met(self._topics, self._left(filters))

    def by_family(self, filters: _Filter) -> Mapping[Family | None, int]:
        return _met(self._families, self._left(filters))

    def _left(self, filters: _Filter) -> BitMap:
        left = self._own
        if filters.topic is not None:
            left = left & union(
                ids
                for topic, ids in self._topics.items()
                if filters.topic == topic or filters.topic in self._lines[topic]
            )
        if filters.family is not None:
            left = left & self._families.get(filters.family, BitMap())
        if filters.year_from is not None or filters.year_to is not None:
            left = left & union(ids for year, ids in self._years.items() if _is_within(year, filters))
        return left


class _Alike:
    """The figures of the regions that may be compared with one of another region, counted in one statement."""

    def __init__(
        self, session: Session, regions: Collection[int], lines: Mapping[str, Collection[str]]
    ) -> None:
        self._lines = lines
        # Past the ORM, which takes longer to hand on a row than the database to find it.
        rows = session.connection().execute(_COUNTED, {"regions": list(regions)}).all()
        # Filters only take away: what has its like in no other region without them has none under any.
        self._perhaps = list(_comparable(_counted_apart(rows)))

    def number(self, filters: _Filter) -> int:
        return sum(item.number for item in self._left(filters))

    def by_topic(self, filters: _Filter) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for item in self._left(filters):
            counts[item.topic] += item.number
        return counts

    def by_family(self, filters: _Filter) -> Mapping[Family | None, int]:
        counts: Counter[Family | None] = Counter()
        for item in self._left(filters):
            counts[item.family] += item.number
        return counts

    def _left(self, filters: _Filter) -> Iterator[_Counted]:
        return _comparable(item for item in self._perhaps if _passes(item, filters, self._lines))


def _gathered(sets: Iterable[tuple[T, BitMap]]) -> dict[T, BitMap]:
    """Join the sets of each value, but for empty ones."""
    found: dict[T, BitMap] = {}
    for value, ids in sets:
        if ids:
            found[value] = found[value] | ids if value in found else ids
    return found


def _met(sets: Mapping[T, BitMap], left: BitMap) -> dict[T, int]:
    counts = {value: left.intersection_cardinality(ids) for value, ids in sets.items()}
    return {value: number for value, number in counts.items() if number}


def _counted_apart(rows: Iterable[AnyRow]) -> Iterator[_Counted]:
    """Keep the figures of each region and key by themselves; words without a figure are comparable with nothing."""
    for region, family, year, number, *alike in rows:
        if alike[1] != Kind.QUALITATIVE:
            yield _Counted(
                alike[2], None if family is None else Family(family), year, number, region, tuple(alike)
            )


def _one(chosen: str | None) -> set[str]:
    return set() if chosen is None else {chosen}


def _by_year(years: Iterable[int], chosen: int | None, left: Callable[[int], int]) -> list[YearChoice]:
    wanted = sorted({*years, *(() if chosen is None else (chosen,))})
    counted = [YearChoice(year=year, deadlines=left(year)) for year in wanted]
    return [choice for choice in counted if choice.deadlines or choice.year == chosen]


def _passes(item: _Counted, filters: _Filter, lines: Mapping[str, Collection[str]]) -> bool:
    if filters.topic is not None and filters.topic not in (item.topic, *lines[item.topic]):
        return False
    if filters.family is not None and item.family is not filters.family:
        return False
    if filters.year_from is None and filters.year_to is None:
        return True
    return item.year is not None and _is_within(item.year, filters)


def _is_within(year: int, filters: _Filter) -> bool:
    return (filters.year_from or 0) <= year <= (filters.year_to or year)


def _comparable(items: Iterable[_Counted]) -> Iterator[_Counted]:
    """Keep what another region has a figure on that is alike, which is what R3 asks of a verdict but *different*."""
    groups: dict[Alike, list[_Counted]] = defaultdict(list)
    for item in items:
        groups[item.alike].append(item)
    for group in groups.values():
        if any(item.region != group[0].region for item in group):
            yield from group
