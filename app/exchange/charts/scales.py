"""Round steps of a scale, and which years are labelled.

How a step is written is for who knows its unit and the reader's language.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

_ROUND: Final = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_MOST: Final = 5


def steps(values: Iterable[Decimal], *, whole: bool = False, from_nought: bool = True) -> tuple[Decimal, ...]:
    """Choose round steps that hold all values between the first and the last, at most six of them.

    `whole` allows no fractions: there is no half enterprise. Amounts are read by their height, so the scale
    begins at nought unless told otherwise.
    """
    given = [*values, *([Decimal(0)] if from_nought else [])]
    low, high = min(given), max(given)
    if low == high:
        high = low + 1
    rough = (high - low) / _MOST
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(unit * times for times in _ROUND if unit * times >= rough)
    if whole and step != step.to_integral_value():
        step = step.to_integral_value(ROUND_CEILING)
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return tuple(step * number for number in range(first, last + 1))


def labelled(places: Sequence[tuple[float, float, int]], gap: float) -> list[int]:
    """Choose which of these labels, by middle and width, stand clear of each other.

    The third number is how many figures stand there: where most stand is labelled first, then what comes last.
    """
    kept: list[int] = []
    for index in sorted(range(len(places)), key=lambda index: (-places[index][2], -places[index][0])):
        middle, width, _ = places[index]
        if all(abs(middle - places[other][0]) >= (width + places[other][1]) / 2 + gap for other in kept):
            kept.append(index)
    return sorted(kept)
