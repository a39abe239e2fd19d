"""What a chart is made of: points in a plane of years and values, what joins them, and the words on them.

How it is laid out is in `spec`; nothing here is in any one language.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Shape(StrEnum):
    """What a mark's form says."""

    UP = "triangle-up"  # this or more
    DOWN = "triangle-down"  # this or less
    EXACT = "circle"
    ABOUT = "diamond"
    RANGE = "stroke"  # one of the two ends of a range
    OBSERVED = "square"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A figure at a year; `high` is the upper end of a range.

    `year` is 2027 at the end of 2027, where what must be reached by then stands. `series` is 1 to 8. A hollow
    mark is a figure that does not hold yet. `label` stands beside the mark, `words` say all of it.
    """

    year: float
    value: Decimal
    high: Decimal | None
    shape: Shape
    hollow: bool
    series: int
    name: str  # of the series, "" where there is but one
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A line between two points, by their places in the panel; a path that is needed is dashed."""

    start: int
    end: int
    needed: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """An entry of the legend: a mark or a line, and what it says; a line has no shape."""

    shape: Shape | None
    hollow: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart: figures of one key (R3).

    `years` and `values` are the ticks with their labels; `falling` puts the small values on top (a place).
    """

    title: str
    points: tuple[Point, ...]
    joints: tuple[Joint, ...]
    years: tuple[tuple[float, str], ...]
    values: tuple[tuple[Decimal, str], ...]
    signs: tuple[Sign, ...]
    falling: bool
