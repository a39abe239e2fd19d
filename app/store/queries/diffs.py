"""What differs between two seed forms of one entity, counted by its parts, for readers of its history.

The values of every field, for editors and dry runs, are compared in `exchange.seeds.difference`.
"""

from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.store.revisions import Seed
from app.store.views.changes import Part, Touch, TouchedView

ORDER = "order"
"""Stands for a field where lists hold the same in another order."""

_RETIRED_ON = "retired_on"
# What the deed itself says, not a field.
_SAID_BY_DEED = frozenset({_RETIRED_ON, "editorial_state"})


@dataclass(frozen=True, slots=True)
class _Children:
    """A list of a seed form that holds parts: what they are, and by what each is known again.

    `lasting` where that never changes (R6), so that another one is another part.
    """

    part: Part
    identify: Callable[[Seed], Hashable]
    lasting: bool = False


_CHILDREN = {
    "targets": _Children(Part.TARGET, lambda child: child.get("public_id"), lasting=True),
    "deadlines": _Children(Part.DEADLINE, lambda child: (child.get("due"), child.get("ambition"))),
    "measures": _Children(Part.MEASURE, lambda child: child.get("public_id"), lasting=True),
    "links": _Children(Part.LINK, lambda child: (child.get("to"), child.get("kind"))),
    "evidence": _Children(
        Part.EVIDENCE, lambda child: (child.get("source"), child.get("paragraph"), child.get("phrase"))
    ),
}


@dataclass(slots=True)
class _Tally:
    """How many parts were touched in one way, and the fields in which they changed, in the order met."""

    count: int = 0
    fields: dict[str, None] = field(default_factory=dict)


def touched(before: Seed, after: Seed) -> list[TouchedView]:
    """Count what was added, changed, retired, restored and removed; what an added part holds is part of it.

    Of a list whose parts have no lasting name, one that is left over on each side is the same one (a deadline
    that was moved to another year).
    """
    tallies: dict[tuple[Part, Touch], _Tally] = {}
    for part, touch, fields in _compare(Part.ITSELF, before, after):
        tally = tallies.setdefault((part, touch), _Tally())
        tally.count += 1
        tally.fields.update(dict.fromkeys(fields))
    parts, touches = list(Part), list(Touch)
    return [
        TouchedView(part=part, touch=touch, count=tally.count, fields=list(tally.fields))
        for (part, touch), tally in sorted(
            tallies.items(), key=lambda item: (parts.index(item[0][0]), touches.index(item[0][1]))
        )
    ]


Touched = tuple[Part, Touch, Sequence[str]]


def _compare(part: Part, before: Seed, after: Seed) -> Iterator[Touched]:
    names = list(dict.fromkeys([*after, *before]))
    own = [
        name
        for name in names
        if name not in _CHILDREN and name not in _SAID_BY_DEED and before.get(name) != after.get(name)
    ]
    for name in names:
        if name in _CHILDREN:
            moved = yield from _compare_lists(_CHILDREN[name], before.get(name, []), after.get(name, []))
            if moved and ORDER not in own:
                own.append(ORDER)
    if own:
        yield part, Touch.CHANGED, own
    if part is not Part.ITSELF and (_RETIRED_ON in before) != (_RETIRED_ON in after):
        yield part, Touch.RETIRED if _RETIRED_ON in after else Touch.RESTORED, ()


def _compare_lists(
    children: _Children, before: list[Any], after: list[Any]
) -> Generator[Touched, None, bool]:
    """Compare two lists of parts; return whether those on both sides stand in another order."""
    old = {children.identify(child): child for child in before}
    new = {children.identify(child): child for child in after}
    both = [key for key in new if key in old]
    moved = both != [key for key in old if key in new]
    pairs = [(old[key], new[key]) for key in both]
    gone = [child for key, child in old.items() if key not in new]
    come = [child for key, child in new.items() if key not in old]
    if len(gone) == len(come) == 1 and not children.lasting:
        pairs.append((gone.pop(), come.pop()))
    for one, other in pairs:
        yield from _compare(children.part, one, other)
    for _ in come:
        yield children.part, Touch.ADDED, ()
    for _ in gone:
        yield children.part, Touch.REMOVED, ()
    return moved
