"""Where labels stand: beside their marks, clear of marks, lines and each other, inside the plot.

What they say and how they are drawn is not decided here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 9.0
"""From the middle of a mark to its label."""
_REACH: Final = 6.0
_ASIDE: Final = 4.5
_STEP: Final = 7.0
_SHIFTS: Final = 24
_LEADER: Final = 12.0
_SAMPLES: Final = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, `y` downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: "Box") -> bool:
        """Say whether it lies within another one."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands, and whether it is so far from its mark that a line must lead there."""

    box: Box
    led: bool


def place(
    marks: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    lines: Iterable[tuple[tuple[float, float], tuple[float, float]]],
    plot: Box,
) -> list[Placed | None]:
    """Find a place for the label of each mark, of the size given; none where there is no room for it.

    Tried are right, left, above and below, the four corners, then right and left further and further up and down.
    """
    around = [Box(x - _REACH, y - _REACH, x + _REACH, y + _REACH) for x, y in marks]
    taken = around + [Box(x - 1, y - 1, x + 1, y + 1) for line in lines for x, y in _along(*line)]
    found: list[Placed | None] = [None] * len(marks)
    # From top to bottom, so that a label that gives way does so downwards.
    for index in sorted(range(len(marks)), key=lambda index: (marks[index][1], marks[index][0])):
        others = [*around[:index], *around[index + 1 :]]
        free = [
            (box, shift > _LEADER)
            for box, shift in _candidates(marks[index], sizes[index])
            if box.inside(plot) and not any(box.meets(other) for other in taken)
        ]
        # A line to a label must not lead across another mark, to which it would seem to belong.
        clear = (each for each in free if not each[1] or not _crosses(marks[index], each[0], others))
        chosen = next(clear, free[0] if free else None)
        if chosen:
            found[index] = Placed(*chosen)
            taken.append(chosen[0])
    return found


def _crosses(mark: tuple[float, float], box: Box, others: Sequence[Box]) -> bool:
    x, y = mark
    end = (box.right if box.right <= x else box.left, (box.top + box.bottom) / 2)
    return any(
        other.left < px < other.right and other.top < py < other.bottom
        for px, py in _along((x, y), end)
        for other in others
    )


def _candidates(mark: tuple[float, float], size: tuple[float, float]) -> Iterable[tuple[Box, float]]:
    (x, y), (wide, high) = mark, size
    right, left, middle = x + GAP, x - GAP - wide, x - wide / 2
    yield _box(right, y - high / 2, size), 0
    yield _box(left, y - high / 2, size), 0
    yield _box(middle, y - GAP - high, size), 0
    yield _box(middle, y + GAP, size), 0
    for start in (x + _ASIDE, x - _ASIDE - wide):
        yield _box(start, y - _ASIDE - high, size), 0
        yield _box(start, y + _ASIDE, size), 0
    for number in range(1, _SHIFTS):
        for shift in (number * _STEP, -number * _STEP):
            for start in (right, left):
                yield _box(start, y - high / 2 + shift, size), abs(shift)


def _box(left: float, top: float, size: tuple[float, float]) -> Box:
    return Box(left, top, left + size[0], top + size[1])


def _along(start: tuple[float, float], end: tuple[float, float]) -> Iterable[tuple[float, float]]:
    for number in range(_SAMPLES + 1):
        part = number / _SAMPLES
        yield start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
