"""What one plan makes of another's figures: copied, raised, lowered, reworded, moved to another date, left out.

Which plans are linked is recorded, never guessed; whether two figures may be compared is judged in `comparability`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.comparability import Key
from app.domain.vocabulary import Comparator


class Change(StrEnum):
    """What became of a figure between two linked plans."""

    COPIED = "copied"
    RAISED = "raised"
    LOWERED = "lowered"
    REWORDED = "reworded"  # the same number with another comparator
    REDATED = "redated"
    LEFT_OUT = "left_out"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Promise:
    """A dated figure as far as it can be found again in another plan; figures are in the canonical `unit`."""

    id: str
    key: Key
    due_on: date | None
    comparator: Comparator | None
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Carried:
    """One figure's fate, by the ids of the figures; either side may have none."""

    change: Change
    earlier: str | None
    later: str | None


def carried(earlier: Iterable[Promise], later: Iterable[Promise]) -> list[Carried]:
    """Say what became of each figure of the earlier plan in the later one, then what the later one adds.

    Figures are found again by equal keys and units; within a key, those of one due date belong together, and of
    the rest the last of either plan, as the figures that everything leads to. Words without a figure have no key
    that would find them again and are left out on both sides.
    """
    theirs = _by_measure(earlier)
    ours = _by_measure(later)
    found = []
    for measure, first in theirs.items():
        found += _within(first, ours.get(measure, []))
    found += [
        Carried(Change.ADDED, None, promise.id)
        for measure, promises in ours.items()
        if measure not in theirs
        for promise in promises
    ]
    return found


def _by_measure(promises: Iterable[Promise]) -> dict[tuple[Key, str | None], list[Promise]]:
    found: dict[tuple[Key, str | None], list[Promise]] = defaultdict(list)
    for promise in promises:
        if promise.value is not None:
            found[promise.key, promise.unit].append(promise)
    return dict(found)


def _within(earlier: Sequence[Promise], later: Sequence[Promise]) -> list[Carried]:
    """Pair the figures of one key, in the order of the earlier plan's."""
    left = list(later)
    pairs: dict[str, Promise] = {}
    for promise in earlier:
        match = next((other for other in left if other.due_on == promise.due_on), None)
        if match is not None:
            pairs[promise.id] = match
            left.remove(match)
    unpaired = [promise for promise in earlier if promise.id not in pairs]
    if unpaired and left:
        pairs[unpaired[-1].id] = left.pop()
    found = []
    for promise in earlier:
        other = pairs.get(promise.id)
        if other is None:
            found.append(Carried(Change.LEFT_OUT, promise.id, None))
        else:
            found.append(Carried(_change(promise, other), promise.id, other.id))
    return found + [Carried(Change.ADDED, None, promise.id) for promise in left]


def _change(earlier: Promise, later: Promise) -> Change:
    if earlier.due_on != later.due_on:
        return Change.REDATED
    said = [(promise.value or Decimal(0), promise.value_high or Decimal(0)) for promise in (earlier, later)]
    if said[0] != said[1]:
        return Change.RAISED if said[1] > said[0] else Change.LOWERED
    return Change.COPIED if earlier.comparator is later.comparator else Change.REWORDED
