"""How many dated figures each value of each filter would leave: one narrow, grouped read, counted in one pass.

The figures themselves are listed in `deadlines`. Whatever keeps such counts ready some day takes this place.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.domain.progress import timing_of
from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    Family,
    Kind,
    RegionLevel,
    Stage,
    Timing,
)
from app.store.models import Deadline, Metric, Plan, Region, Target, Topic
from app.store.queries.deadlines import deadline_conditions
from app.store.queries.filters import Filters, region_id, under_region
from app.store.queries.rows import METRIC, REGION, metric_of, region_of, swift
from app.store.views.base import MetricRef, RegionRef, TopicRef
from app.store.views.explorer import Facet, Facets, FacetValue

FACETS: Final = (
    "topic",
    "under",
    "family",
    "metric",
    "year",
    "timing",
    "kind",
    "level",
    "boundary",
    "coverage",
    "stage",
    "bindingness",
)
"""The filters that are facets, in the order in which they are shown."""
BESIDE: Final = ("q", "plan", "source")
"""The filters that are not: what they leave is counted only where nothing is left."""

_WORDS: Final = {
    "family": Family,
    "timing": Timing,
    "kind": Kind,
    "level": RegionLevel,
    "boundary": Boundary,
    "coverage": Coverage,
    "stage": Stage,
    "bindingness": Bindingness,
}
# One place has one facet, whether it is asked for alone or with all below it.
_FACET_OF: Final = {**{name: name for name in FACETS}, "region": "under"}
_NO_FACETS: Final = dict.fromkeys(_FACET_OF)
_COLUMNS: Final = (
    Target.topic_id,
    Target.metric_id,
    Target.region_id,
    Target.kind,
    Target.boundary,
    Target.coverage,
    Target.bindingness,
    Plan.stage,
    Deadline.due_sort,
)
_NARROW = (
    select(*_COLUMNS, func.count().label("count"))
    .select_from(Deadline)
    .join(Target, Target.id == Deadline.target_id)
    .join(Plan, Plan.id == Target.plan_id)
    .group_by(*_COLUMNS)
)
_UNDATED = date.max.year
Values = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the ids in the narrow rows stand for."""

    regions: Mapping[int, RegionRef]
    region_lines: Mapping[int, tuple[int, ...]]  # each with all above it, itself first
    topics: Mapping[int, TopicRef]
    topic_lines: Mapping[int, tuple[int, ...]]
    metrics: Mapping[int, MetricRef]


def count_facets(session: Session, filters: Filters, today: date) -> Facets:
    """Count, for every value of every facet, the figures it leaves with all filters but the facet's own.

    Four statements, five with `under`; one more for each of q, plan and source where nothing is left.
    Raises DomainError for what the filters name and is unknown.
    """
    rows = _narrow(session, filters)
    names = _read_names(session, {row.region_id for row in rows}, filters)
    chosen = _chosen(filters, names)
    values = _reader(session, filters, names, chosen, today)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    without: Counter[str] = Counter()
    total = 0
    for row in rows:
        held = values(row)
        failed = [name for name, value in chosen.items() if value not in held[name]]
        facets = {_FACET_OF[name] for name in failed}
        if len(failed) == 1:
            without[failed[0]] += row.count
        if not facets:
            total += row.count
        for name in FACETS if not facets else facets if len(facets) == 1 else ():
            counts[name].update(dict.fromkeys(held[name], row.count))
    if not total:
        without.update(_without_texts(session, filters, values, chosen))
    return Facets(
        total=total,
        facets=tuple(_facet(name, chosen, counts[name], names) for name in FACETS),
        without={name: without[name] for name in _asked(filters)} if not total else {},
        region=next((ref for ref in names.regions.values() if ref.code == chosen.get("region")), None),
    )


def _asked(filters: Filters) -> list[str]:
    return [one.name for one in fields(filters) if getattr(filters, one.name) is not None]


def _narrow(session: Session, filters: Filters) -> list[Any]:
    """Read how many figures there are of each combination, whatever the facets are set to."""
    beside = replace(filters, **_NO_FACETS)
    return swift(session.execute(_NARROW.where(*deadline_conditions(session, beside))))


def _without_texts(
    session: Session, filters: Filters, values: Callable[[Any], Values], chosen: Mapping[str, str]
) -> dict[str, int]:
    """Count what the facets leave if one of the other filters is taken away."""
    left = {}
    for name in BESIDE:
        if getattr(filters, name) is None:
            continue
        rows = _narrow(session, replace(filters, **{name: None}))
        held = ((values(row), row.count) for row in rows)
        left[name] = sum(
            count for given, count in held if all(value in given[key] for key, value in chosen.items())
        )
    return left


def _chosen(filters: Filters, names: _Names) -> dict[str, str]:
    """Give what each facet is set to, as its values are written: regions by code, whichever name was given."""
    codes = {name: ref.code for ref in names.regions.values() for name in (ref.code, ref.slug)}
    given = {name: getattr(filters, name) for name in _FACET_OF}
    return {
        name: codes.get(str(value), str(value)) if name in {"region", "under"} else str(value)
        for name, value in given.items()
        if value is not None
    }


def _reader(
    session: Session, filters: Filters, names: _Names, chosen: Mapping[str, str], today: date
) -> Callable[[Any], Values]:
    """Give what tells the values of a narrow row, those that include another one's too."""
    # Groups stand above their members without being their parents.
    below: Collection[int] = ()
    if filters.under is not None:
        below = set(session.scalars(under_region(region_id(session, filters.under, "under"))))

    def places(row: Any) -> list[str]:
        line = [names.regions[one].code for one in names.region_lines.get(row.region_id, ())]
        return [*line, chosen["under"]] if row.region_id in below else line

    def values(row: Any) -> Values:
        region = names.regions.get(row.region_id)
        metric = names.metrics.get(row.metric_id)
        dated = row.due_sort.year != _UNDATED
        return {
            "topic": [names.topics[one].slug for one in names.topic_lines[row.topic_id]],
            "under": places(row),
            "region": [region.code] if region else [],
            "family": [str(metric.family)] if metric else [],
            "metric": [metric.slug] if metric else [],
            "year": [str(row.due_sort.year)] if dated else [],
            "timing": [str(timing_of(row.due_sort if dated else None, today))],
            "kind": [str(row.kind)],
            "level": [str(region.level)] if region else [],
            "boundary": [str(row.boundary)],
            "coverage": [str(row.coverage)],
            "stage": [str(row.stage)],
            "bindingness": [str(row.bindingness)],
        }

    return values


def _read_names(session: Session, regions: Collection[int], filters: Filters) -> _Names:
    given = [name for name in (filters.region, filters.under) if name is not None]
    start = Region.id.in_(regions) | Region.code.in_(given) | Region.slug.in_(given)
    line = select(Region.id, Region.parent_id).where(start).cte("line", recursive=True)
    above = aliased(Region)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    places = swift(
        session.execute(select(Region.id, Region.parent_id, *REGION).join(line, line.c.id == Region.id))
    )
    topics = swift(
        session.execute(select(Topic.id, Topic.parent_id, Topic.slug, Topic.name_zh, Topic.name_en))
    )
    metrics = {row.id: metric_of(row) for row in swift(session.execute(select(Metric.id, *METRIC)))}
    return _Names(
        regions={row.id: region_of(row) for row in places},
        region_lines=_lines({row.id: row.parent_id for row in places}),
        topics={row.id: TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en) for row in topics},
        topic_lines=_lines({row.id: row.parent_id for row in topics}),
        metrics={number: metric for number, metric in metrics.items() if metric is not None},
    )


def _lines(parents: Mapping[int, int | None]) -> dict[int, tuple[int, ...]]:
    """Follow each thing up to the top."""
    lines = {}
    for start in parents:
        line = [start]
        while (above := parents.get(line[-1])) is not None and above not in line:
            line.append(above)
        lines[start] = tuple(line)
    return lines


def _facet(name: str, chosen: Mapping[str, str], counts: Counter[str], names: _Names) -> Facet:
    """Arrange a facet's values: years and words in their own order, names by count, parts below their whole."""
    value = chosen.get(name)
    if value is not None and value not in counts:
        counts = Counter({**counts, value: 0})
    match name:
        case "topic":
            topics = {ref.slug: ref for ref in names.topics.values()}
            values = _tree(counts, topics, _slugs(names.topic_lines, names.topics))
        case "under":
            values = _places(counts, value, names)
        case "metric":
            metrics = {ref.slug: ref for ref in names.metrics.values()}
            values = _tree(counts, metrics, {slug: (slug,) for slug in metrics})
        case "year":
            values = [FacetValue(year, int(year), counts[year]) for year in sorted(counts)]
        case _:
            values = [
                FacetValue(str(word), word, counts[word]) for word in _WORDS[name] if str(word) in counts
            ]
    return Facet(name, value, tuple(values))


def _slugs(lines: Mapping[int, Sequence[int]], refs: Mapping[int, TopicRef]) -> dict[str, tuple[str, ...]]:
    return {refs[start].slug: tuple(refs[one].slug for one in line) for start, line in lines.items()}


def _places(counts: Counter[str], chosen: str | None, names: _Names) -> list[FacetValue]:
    """Show the provinces, what was chosen, and what is below the province that this is, or is part of."""
    regions = {ref.code: ref for ref in names.regions.values()}
    lines = {
        names.regions[start].code: tuple(names.regions[one].code for one in line)
        for start, line in names.region_lines.items()
    }
    provinces = {code for code, ref in regions.items() if ref.level is RegionLevel.PROVINCE}
    opened = provinces & set(lines.get(chosen or "", ()))
    shown = {
        code: count
        for code, count in counts.items()
        if code in provinces or code == chosen or opened & set(lines[code])
    }
    return _tree(Counter(shown), regions, lines)


def _tree(
    counts: Counter[str],
    refs: Mapping[str, RegionRef] | Mapping[str, TopicRef] | Mapping[str, MetricRef],
    lines: Mapping[str, Iterable[str]],
) -> list[FacetValue]:
    """Put values below those that include them, the largest first."""

    def place(value: str) -> list[tuple[int, str]]:
        return [(-counts[one], one) for one in reversed(list(lines[value])) if one in counts]

    return [
        FacetValue(value, refs[value], counts[value], len(place(value)) - 1)
        for value in sorted((one for one in counts if one in refs), key=place)
    ]
