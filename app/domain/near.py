"""The observations near to the deadlines of one region, set against many deadlines at once (R4).

What forbids measuring one by another is said in `progress`; here it is only counted faster.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.comparability import Key
from app.domain.figures import RATES
from app.domain.progress import Goal, Reading, measure_obstacles, place_obstacles
from app.domain.vocabulary import Boundary, Comparator, Coverage, Dimension, Direction, Family, Kind

Counts = int
"""A byte for each reading, the lowest for the first: how many obstacles it has. Sums of such numbers add them up."""
_MOST_KEPT: Final = 256


class Measure(NamedTuple):
    """What of a metric matters for progress."""

    slug: str
    family: Family
    dimension: Dimension
    direction: Direction


class Dated(NamedTuple):
    """What of a deadline matters for progress, in the texts that it is kept in."""

    region_id: int
    region: str
    metric: Measure | None
    topic: str
    kind: str
    boundary: str
    coverage: str
    qualifier: str
    comparator: str | None
    canonical_value: str | None
    canonical_high: str | None
    canonical_unit: str | None
    due_on: str | None
    baseline_year: int | None

    def goal(self) -> Goal:
        """Give it as R4 takes it."""
        metric = self.metric
        return Goal(
            key=Key(
                Kind(self.kind),
                Boundary(self.boundary),
                Coverage(self.coverage),
                self.topic,
                metric.slug if metric else None,
                self.qualifier,
            ),
            region=self.region,
            due_on=date.fromisoformat(self.due_on) if self.due_on else None,
            baseline_year=self.baseline_year,
            comparator=Comparator(self.comparator) if self.comparator else None,
            value=Decimal(self.canonical_value) if self.canonical_value else None,
            value_high=Decimal(self.canonical_high) if self.canonical_high else None,
            unit=self.canonical_unit,
            direction=metric.direction if metric else Direction.UP,
            dimension=metric.dimension if metric else None,
        )


class Near:
    """Readings of one region and those above it, of one metric family."""

    def __init__(
        self, region: str, readings: Iterable[Reading], line_of: Callable[[str], Collection[str]]
    ) -> None:
        """Take them for the region of this code; `line_of` gives a topic with all above and below it."""
        self._readings = sorted(readings, key=lambda reading: reading.slug)
        self._slugs = [reading.slug for reading in self._readings]
        self._line_of = line_of
        self._kinds = frozenset(reading.key.kind for reading in self._readings)
        self._of_place = _counts(len(place_obstacles(region, reading)) for reading in self._readings)
        self._all = _counts([1] * len(self._readings))
        self._boundaries = _differing([reading.key.boundary for reading in self._readings])
        self._coverages = _differing([reading.key.coverage for reading in self._readings])
        self._qualifiers = _differing([reading.key.qualifier for reading in self._readings])
        self._topics: dict[str, tuple[Counts, Sequence[int]]] = {}
        self._measures: dict[Hashable, Counts] = {}

    def part(self, dated: Dated) -> tuple[Sequence[Reading], Sequence[str]]:
        """Part the readings near to a deadline that can be assessed and has a metric.

        Gives those that count, and the slugs of all others in the order of `assess`.
        """
        _, _, metric, topic, kind, boundary, coverage, qualifier, _, _, _, unit, due, since = dated
        differing, line = self._topics.get(topic) or self._learn_topic(topic)
        if not line:
            return (), ()
        # Only what is judged by the due date is looked at for each of them, and nothing of other kinds.
        measure: Hashable = metric and metric.slug
        if kind in self._kinds:
            measure = (kind, measure, unit, since, due if kind in RATES else None)
        measured = self._measures.get(measure)
        if measured is None:
            measured = self._learn_measure(measure, dated.goal())
        every = self._all
        counts = (
            differing
            + measured
            + self._boundaries.get(boundary, every)
            + self._coverages.get(coverage, every)
            + self._qualifiers.get(qualifier, every)
        ).to_bytes(len(self._slugs), "little")
        # Sorting is stable, and the readings lie by slug.
        order = sorted(line, key=counts.__getitem__) if len(line) > 1 else line
        slugs = self._slugs
        if counts[order[0]]:
            return (), [slugs[place] for place in order]
        number = sum(not counts[place] for place in order)
        return [self._readings[place] for place in order[:number]], [slugs[place] for place in order[number:]]

    def _learn_topic(self, topic: str) -> tuple[Counts, Sequence[int]]:
        near = self._line_of(topic)
        named = [reading.key.topic for reading in self._readings]
        line = [place for place, other in enumerate(named) if other in near]
        self._topics[topic] = known = self._of_place + _unequal(named, topic), line
        return known

    def _learn_measure(self, measure: Hashable, goal: Goal) -> Counts:
        if len(self._measures) >= _MOST_KEPT:
            self._measures.clear()
        keys = [reading.key for reading in self._readings]
        counts = _unequal([key.kind for key in keys], goal.key.kind)
        counts += _unequal([key.metric or "" for key in keys], goal.key.metric or "")
        if goal.key.kind in self._kinds:
            counts += _counts(len(measure_obstacles(goal, reading)) for reading in self._readings)
        self._measures[measure] = counts
        return counts


def _counts(numbers: Iterable[int]) -> Counts:
    return int.from_bytes(bytes(numbers), "little")


def _unequal(values: Sequence[str], value: str) -> Counts:
    """Say which of the values are another one."""
    return _counts(map(value.__ne__, values))


def _differing(values: Sequence[str]) -> dict[str, Counts]:
    return {str(value): _unequal(values, value) for value in set(values)}
