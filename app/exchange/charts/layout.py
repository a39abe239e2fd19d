"""Where everything of a chart stands, in pixels: scales, ticks, labels, legend.

What it looks like in Vega-Lite is said in `spec`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.exchange.charts.panel import Panel, Point, Sign
from app.exchange.charts.placing import Box, Placed, place
from app.exchange.charts.scales import labelled
from app.exchange.charts.text import width, wrapped

SIZE: Final = 12.5
"""The font size of what stands in a chart."""
LINE: Final = 16.0
_LABEL_ROOM: Final = 132.0
_HEIGHTS: Final = (190.0, 250.0, 330.0, 430.0)
_RIGHT: Final = 8.0
_ABOVE: Final = 8.0
_AXIS: Final = 24.0
_LEGEND_GAP: Final = 10.0
_SIGN: Final = 18.0
_BETWEEN: Final = 16.0
_TICK_GAP: Final = 6.0
# Beside the first and the last figure, in years and as a part of the span.
_ROOM_YEARS: Final = 0.6
_ROOM_PART: Final = 0.09


@dataclass(frozen=True, slots=True)
class Words:
    """The lines of a label: the name of the series, then its figure."""

    name: tuple[str, ...]
    figure: tuple[str, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        lines = (*self.name, *self.figure)
        return max((width(line, SIZE) for line in lines), default=0.0), LINE * len(lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign of the legend where it stands, from the top of the legend."""

    sign: Sign
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A chart's measures in pixels; `x` and `y` lead from years and values into the plot."""

    left: float
    plot: float  # its width
    height: float  # its height
    first: float
    last: float
    low: Decimal
    high: Decimal
    falling: bool
    years: tuple[tuple[float, str], ...]  # those that are labelled
    labels: tuple[tuple[Words, Placed | None], ...]  # by point
    legend: tuple[Entry, ...]

    @property
    def legend_height(self) -> float:
        """The height of the legend with the space over it."""
        return max((entry.y for entry in self.legend), default=-LINE) + LINE + _LEGEND_GAP

    @property
    def below(self) -> float:
        """The height of what stands under the plot."""
        return _AXIS + self.legend_height

    @property
    def legend_top(self) -> float:
        """Where the legend's first line has its middle, from the top of the plot."""
        return self.height + _AXIS + _LEGEND_GAP + LINE / 2

    def x(self, year: float) -> float:
        """Give the place of a year."""
        return (year - self.first) / (self.last - self.first) * self.plot

    def y(self, value: Decimal) -> float:
        """Give the place of a value, from the top."""
        part = float((value - self.low) / (self.high - self.low))
        return self.height * (part if self.falling else 1 - part)


def laid_out(panel: Panel, whole: float) -> Layout:
    """Lay a chart out in a whole width; the plot is made as high as its labels need."""
    left = max(width(label, SIZE) for _, label in panel.values) + 2 * _TICK_GAP
    plot = whole - left - _RIGHT
    start, end = min(p.year for p in panel.points), max(p.year for p in panel.points)
    margin = max(_ROOM_YEARS, (end - start) * _ROOM_PART)
    ticks = [value for value, _ in panel.values]
    words = [_words(point, plot) for point in panel.points]
    for height in _HEIGHTS:
        bare = Layout(
            left=left,
            plot=plot,
            height=height,
            first=start - margin,
            last=end + margin,
            low=min(ticks),
            high=max(ticks),
            falling=panel.falling,
            years=(),
            labels=(),
            legend=tuple(_legend(panel.signs, whole)),
        )
        placed = _placed(panel, bare, words)
        if None not in placed:
            break
    return Layout(
        left=left,
        plot=plot,
        height=height,
        first=bare.first,
        last=bare.last,
        low=bare.low,
        high=bare.high,
        falling=bare.falling,
        years=_years(panel, bare),
        labels=tuple(zip(words, placed, strict=True)),
        legend=bare.legend,
    )


def _words(point: Point, plot: float) -> Words:
    room = min(_LABEL_ROOM, plot / 2)
    return Words(
        tuple(wrapped(point.name, SIZE * 1.05, room)) if point.name else (),
        tuple(wrapped(point.label, SIZE, room)),
    )


def _placed(panel: Panel, bare: Layout, words: Sequence[Words]) -> list[Placed | None]:
    at = [(bare.x(point.year), bare.y(point.value)) for point in panel.points]
    tops = [
        (at[number][0], bare.y(point.high))
        for number, point in enumerate(panel.points)
        if point.high is not None
    ]
    bars = [
        (low, top)
        for low, top in zip(
            (a for a, p in zip(at, panel.points, strict=True) if p.high is not None), tops, strict=True
        )
    ]
    lines = [(at[joint.start], at[joint.end]) for joint in panel.joints]
    return place(
        at, [each.size for each in words], [*lines, *bars], Box(2, -_ABOVE, bare.plot + _RIGHT, bare.height)
    )


def _years(panel: Panel, bare: Layout) -> tuple[tuple[float, str], ...]:
    places = [
        (bare.x(year), width(label, SIZE), sum(point.year == year for point in panel.points))
        for year, label in panel.years
    ]
    return tuple(panel.years[index] for index in labelled(places, 2 * _TICK_GAP))


def _legend(signs: Sequence[Sign], whole: float) -> Iterator[Entry]:
    """Set the signs in lines; one that is too long for the rest of a line begins the next."""
    x = y = 0.0
    for sign in signs:
        wide = _SIGN + width(sign.words, SIZE)
        if x and x + wide > whole:
            x, y = 0.0, y + LINE
        yield Entry(sign, x, y)
        x += wide + _BETWEEN
