"""How many dated figures each value of each filter would leave: the sets of ids of values, met with what is chosen.

The figures themselves are listed in `deadlines`; which sets a filter asks for is said in `choosing`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import select
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
from app.store.models import Metric, Region, Topic
from app.store.queries.choosing import UNDATED, Chosen, choose_deadlines, dated
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
# By facet, the column whose values it is read from, where that has another name.
_COLUMN_OF: Final = {
    "under": "region",
    "level": "region",
    "family": "metric",
    "year": "due",
    "timing": "due",
}
Values = Callable[[str, Any], Collection[str]]
"""Tells the values of a filter that what stands in its column has, those that include another one's too."""


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

    A fixed number of statements for the same filters. Raises DomainError for what the filters name and is unknown.
    """
    found = choose_deadlines(session, filters, today)
    names = _read_names(session, found.side.by["region"].keys(), filters)
    chosen = _chosen(filters, names)
    values = _reader(session, filters, names, chosen, today)
    total = len(found.ids)
    return Facets(
        total=total,
        facets=tuple(_facet(name, chosen, _count(found, name, values), names) for name in FACETS),
        without={name: len(found.but({name})) for name in _asked(filters)} if not total else {},
        region=next((ref for ref in names.regions.values() if ref.code == chosen.get("region")), None),
    )


def _count(found: Chosen, facet: str, values: Values) -> Counter[str]:
    """Count for each value of a facet what it leaves with all filters but the facet's own."""
    left = found.but([name for name in _FACET_OF if _FACET_OF[name] == facet])
    counts: Counter[str] = Counter()
    for held, ids in found.side.by[_COLUMN_OF.get(facet, facet)].items():
        if number := left.intersection_cardinality(ids):
            counts.update(dict.fromkeys(values(facet, held), number))
    return counts


def _asked(filters: Filters) -> list[str]:
    return [one.name for one in fields(filters) if getattr(filters, one.name) is not None]


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
) -> Values:
    """Give what tells the values of a filter that what stands in its column has."""
    # Groups stand above their members without being their parents.
    below: Collection[int] = ()
    if filters.under is not None:
        below = set(session.scalars(under_region(region_id(session, filters.under, "under"))))

    def places(region: int) -> list[str]:
        line = [names.regions[one].code for one in names.region_lines.get(region, ())]
        return [*line, chosen["under"]] if region in below else line

    regions, metrics, topics = names.regions, names.metrics, names.topics
    readers: Mapping[str, Callable[[Any], Collection[str]]] = {
        "topic": lambda topic: [topics[one].slug for one in names.topic_lines[topic]],
        "under": places,
        "region": lambda region: [regions[region].code] if region in regions else (),
        "level": lambda region: [str(regions[region].level)] if region in regions else (),
        "family": lambda metric: [str(metrics[metric].family)] if metric in metrics else (),
        "metric": lambda metric: [metrics[metric].slug] if metric in metrics else (),
        "year": lambda due: [] if due == UNDATED else [str(due.year)],
        "timing": lambda due: [str(timing_of(dated(due), today))],
    }
    # Any other is a word, which is its own value.
    return lambda name, held: readers[name](held) if name in readers else [held]


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
