"""The observations near to the deadlines of one region, set against many deadlines at once (R4).

What forbids measuring one by another is said in `progress`; here it is only found faster.
"""

import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from app.domain.comparability import KEY_FIELDS, Key, key_words
from app.domain.figures import RATES
from app.domain.progress import (
    OBSTACLES,
    Goal,
    Reading,
    figure_obstacles,
    place_obstacles,
    span_obstacles,
)
from app.domain.vocabulary import Boundary, Comparator, Coverage, Dimension, Direction, Family, Kind

Bits = int
"""Two bytes for each reading, and in them a bit for each of its obstacles, the lowest for the first of `OBSTACLES`.

Such numbers of different obstacles are added up.
"""
_TWO_BYTES: Final = "H"
_BIT: Final = {name: 1 << place for place, name in enumerate(OBSTACLES)}
_NUMBERS: Final = [bits.bit_count() for bits in range(1 << len(OBSTACLES))]
_SHIFT: Final = 16
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
        self._size = array(_TWO_BYTES).itemsize * len(self._readings)
        self._line_of = line_of
        self._kinds: dict[str, list[int]] = defaultdict(list)
        for place, reading in enumerate(self._readings):
            self._kinds[reading.key.kind].append(place)
        self._of_place = _bits(map(_sum, (place_obstacles(region, reading) for reading in self._readings)))
        self._unequal = [
            _Unequal(_BIT[field], [getattr(reading.key, field) for reading in self._readings])
            for field in KEY_FIELDS
        ]
        self._lines: dict[str, Sequence[int]] = {}
        self._learned: dict[Hashable, Bits] = {}

    def part(self, dated: Dated) -> tuple[Sequence[Reading], Sequence[str]]:
        """Part the readings near to a deadline that can be assessed and has a metric.

        Gives those that count, and the slugs of all others in the order of `assess`.
        """
        _, _, metric, topic, kind, boundary, coverage, qualifier, _, _, _, unit, due, since = dated
        words = (metric and metric.slug, kind, topic, boundary, coverage, qualifier)
        counting, refused, _ = self._part(words, (unit, since, due), dated.goal)
        slugs = self._slugs
        return counting, [slugs[place] for place in refused]

    def refused(self, goal: Goal) -> tuple[Sequence[Reading], Sequence[int]]:
        """Part them as `part` does; each of the others is a number that says which it is and what forbids it."""
        given = (goal.unit, goal.baseline_year, goal.due_on)
        counting, refused, bits = self._part(key_words(goal.key), given, lambda: goal)
        return counting, [bits[place] << _SHIFT | place for place in refused]

    def refusal(self, number: int) -> tuple[str, list[str]]:
        """Say what a number of `refused` means: the slug, and what forbids it in a list that may not be changed."""
        return self._slugs[number & (1 << _SHIFT) - 1], _named(number >> _SHIFT)

    def _part(
        self, words: Sequence[str | None], given: tuple[Hashable, ...], goal: Callable[[], Goal]
    ) -> tuple[Sequence[Reading], Sequence[int], Sequence[int]]:
        """Give the readings that count, the places of all others in order, and by place the obstacles."""
        metric, kind, topic, boundary, coverage, qualifier = words
        line = self._lines.get(topic or "")
        if line is None:
            line = self._learn_line(topic or "")
        if not line:
            return (), (), ()
        bits = self._of_place
        if kind in self._kinds:
            unit, since, due = given
            # Levels are of a day or a year, whatever else is said of them; only rates are judged by the due date.
            span = (kind, None if kind == Kind.LEVEL else since, due if kind in RATES else None, metric)
            bits += self._learnt(span, goal, span_obstacles) + self._learnt(
                (kind, metric, unit), goal, figure_obstacles
            )
        metrics, kinds, topics, boundaries, coverages, qualifiers = self._unequal
        bits += (
            metrics[metric]
            + kinds[kind]
            + topics[topic]
            + boundaries[boundary]
            + coverages[coverage]
            + qualifiers[qualifier]
        )
        obstacles = memoryview(bits.to_bytes(self._size, sys.byteorder)).cast(_TWO_BYTES)
        numbers = list(map(_NUMBERS.__getitem__, obstacles))
        # Sorting is stable, and the readings lie by slug.
        order = sorted(line, key=numbers.__getitem__) if len(line) > 1 else line
        if numbers[order[0]]:
            return (), order, obstacles
        number = sum(not numbers[place] for place in order)
        return [self._readings[place] for place in order[:number]], order[number:], obstacles

    def _learn_line(self, topic: str) -> Sequence[int]:
        near = self._line_of(topic)
        self._lines[topic] = line = [
            place for place, reading in enumerate(self._readings) if reading.key.topic in near
        ]
        return line

    def _learnt(
        self, asked: Hashable, goal: Callable[[], Goal], obstacles: Callable[[Goal, Reading], Sequence[str]]
    ) -> Bits:
        """Give what forbids the readings of the goal's kind, which is the same for all goals that `asked` is of."""
        known = self._learned.get(asked)
        if known is not None:
            return known
        if len(self._learned) >= _MOST_KEPT:
            self._learned.clear()
        one = goal()
        numbers = [0] * len(self._readings)
        for place in self._kinds[one.key.kind]:
            numbers[place] = _sum(obstacles(one, self._readings[place]))
        self._learned[asked] = bits = _bits(numbers)
        return bits


class _Unequal(dict[str | None, Bits]):
    """By word, in which readings another one stands in a field."""

    def __init__(self, bit: int, values: Sequence[str | None]) -> None:
        """Take the bit that stands for the field, and what stands in it."""
        self._bit = bit
        self._values = values
        self._every = _bits([bit] * len(values))

    def __missing__(self, word: str | None) -> Bits:
        # Words that stand in none of them are many.
        if word not in self._values:
            return self._every
        self[word] = bits = _bits([0 if value == word else self._bit for value in self._values])
        return bits


def _bits(numbers: Iterable[int]) -> Bits:
    return int.from_bytes(array(_TWO_BYTES, numbers).tobytes(), sys.byteorder)


def _sum(obstacles: Sequence[str]) -> int:
    return sum([_BIT[name] for name in obstacles]) if obstacles else 0


@cache
def _named(bits: int) -> list[str]:
    return [name for name, bit in _BIT.items() if bits & bit]
