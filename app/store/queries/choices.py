"""What each filter of a comparison would leave: figures counted by topic, family and year, given the others.

The comparison itself is in `compare`; how a filter is offered to a reader is the page's business.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from sqlalchemy import String, bindparam, extract, func, select, type_coerce
from sqlalchemy.orm import Session

from app.domain.vocabulary import Family, Kind
from app.store.models import Deadline, Metric, Plan, Target, Topic
from app.store.queries.deadlines import PUBLIC
from app.store.queries.paging import AnyRow, AnySelect
from app.store.views.comparison import ChoicesView, FamilyChoice, Only, TopicChoice, YearChoice

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


class _Counted(NamedTuple):
    """Figures that no filter tells apart, and how many they are; of one region and key where those are given."""

    topic: str
    family: Family | None
    year: int | None
    number: int
    region: int | None = None
    alike: Alike | None = None


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
    session: Session, regions: Collection[int], asked: Asked, lines: Mapping[str, Collection[str]]
) -> ChoicesView:
    """Count what each choice of one filter would leave of the regions' (ids) figures, in one statement.

    `lines` are the topics above each topic. What would leave nothing is left out, but not what is chosen.
    """
    # Past the ORM, which takes longer to hand on a row than the database to find it.
    rows = session.connection().execute(_COUNTED, {"regions": list(regions)}).all()
    items = _together(rows)
    # Filters only take away: what has its like in no other region without them has none under any.
    perhaps = list(_comparable(_apart(rows)))
    now = _Filter(asked.topic, asked.family, asked.year_from, asked.year_to, asked.only is not None)

    def left(filters: _Filter) -> Sequence[_Counted]:
        if filters.only:
            return list(_comparable([item for item in perhaps if _passes(item, filters, lines)]))
        return [item for item in items if _passes(item, filters, lines)]

    def number(filters: _Filter) -> int:
        return sum(item.number for item in left(filters))

    topics: Counter[str] = Counter()
    for item in left(replace(now, topic=None)):
        for topic in (item.topic, *lines[item.topic]):
            topics[topic] += item.number
    families: Counter[Family | None] = Counter()
    for item in left(replace(now, family=None)):
        families[item.family] += item.number
    years = sorted({item.year for item in items if item.year is not None})
    return ChoicesView(
        all=number(replace(now, only=False)),
        comparable=number(replace(now, only=True)),
        topics=[
            TopicChoice(topic=topic, deadlines=topics[topic])
            for topic in sorted(topics.keys() | _one(now.topic))
        ],
        families=[
            FamilyChoice(family=family, deadlines=families[family])
            for family in Family
            if families[family] or family is now.family
        ],
        years_from=_by_year(years, now.year_from, lambda year: number(replace(now, year_from=year))),
        years_to=_by_year(years, now.year_to, lambda year: number(replace(now, year_to=year))),
    )


def _together(rows: Iterable[AnyRow]) -> list[_Counted]:
    """Count figures of any region and key together."""
    counts: Counter[tuple[str, str | None, int | None]] = Counter()
    for _, family, year, number, _, _, topic, *_ in rows:
        counts[topic, family, year] += number
    return [
        _Counted(topic, _family(family), year, number) for (topic, family, year), number in counts.items()
    ]


def _apart(rows: Iterable[AnyRow]) -> Iterator[_Counted]:
    """Keep the figures of each region and key by themselves; words without a figure are comparable with nothing."""
    for region, family, year, number, *alike in rows:
        if alike[1] != Kind.QUALITATIVE:
            yield _Counted(alike[2], _family(family), year, number, region, tuple(alike))


def _family(word: str | None) -> Family | None:
    return None if word is None else Family(word)


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
    return item.year is not None and (filters.year_from or 0) <= item.year <= (filters.year_to or item.year)


def _comparable(items: Iterable[_Counted]) -> Iterator[_Counted]:
    """Keep what another region has a figure on that is alike, which is what R3 asks of a verdict but *different*."""
    groups: dict[Alike | None, list[_Counted]] = defaultdict(list)
    for item in items:
        groups[item.alike].append(item)
    for group in groups.values():
        if any(item.region != group[0].region for item in group):
            yield from group
