"""Two changes to one entity brought together: base, mine and theirs in seed form, field by field.

Which versions these are, and who chooses where both changed, is for those who call; nothing here reads a database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Seed: TypeAlias = dict[str, Any]
Side: TypeAlias = Literal["mine", "theirs"]
Path: TypeAlias = tuple[str, ...]
"""The way to a field: words, and in a list of groups what identifies one of them."""

# By the name of a list of groups, the fields that identify one of them.
_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "targets": ("public_id",),
    "measures": ("public_id",),
    "deadlines": ("due", "ambition"),
    "links": ("kind", "to"),
    "evidence": ("source", "paragraph", "phrase"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, or one whole group, in which mine and theirs differ; None where it is not given.

    `chosen` is the side that changed it where only one did, or that was chosen; None where somebody must choose.
    """

    path: Path
    base: Any
    mine: Any
    theirs: Any
    chosen: Side | None

    @property
    def clash(self) -> bool:
        """Say whether both sides changed it."""
        return self.base not in (self.mine, self.theirs)


@dataclass(slots=True)
class Merge:
    """The entity with all that was chosen; where nobody has chosen yet, it has mine."""

    seed: Seed
    differences: list[Difference] = field(default_factory=list)

    @property
    def open(self) -> list[Difference]:
        """List what is still to be chosen."""
        return [one for one in self.differences if one.chosen is None]


def merge(base: Seed, mine: Seed, theirs: Seed, choices: Mapping[Path, Side] | None = None) -> Merge:
    """Merge two seed forms that were made from one; nothing that either side added is lost without a choice.

    Groups are matched by public id, deadlines by due date and ambition, links by kind and plan, evidence by source,
    paragraph and phrase; other lists are one value.
    """
    merged = Merge({})
    merged.seed = _Merger(choices or {}, merged.differences).groups((), base, mine, theirs)
    return merged


class _Merger:
    """Goes through three versions at once, and notes where two of them differ."""

    def __init__(self, choices: Mapping[Path, Side], differences: list[Difference]) -> None:
        self._choices = choices
        self._differences = differences

    def groups(self, path: Path, base: Seed, mine: Seed, theirs: Seed) -> Seed:
        """Merge the fields of one group."""
        merged = {}
        for name in _in_order(mine, theirs):
            values = base.get(name), mine.get(name), theirs.get(name)
            if name in _IDENTITY:
                value = self._lists((*path, name), *(each or [] for each in values)) or None
            else:
                value = self._chosen((*path, name), *values)
            if value is not None:
                merged[name] = value
        return merged

    def _lists(self, path: Path, base: list[Seed], mine: list[Seed], theirs: list[Seed]) -> list[Seed]:
        identify = _identifier(path[-1])
        old, own, other = identify(base), identify(mine), identify(theirs)
        merged = []
        for name in _in_order(own, other):
            below = (*path, name)
            if name in own and name in other:
                merged.append(self.groups(below, old.get(name, {}), own[name], other[name]))
            elif group := self._chosen(below, old.get(name), own.get(name), other.get(name)):
                merged.append(group)
        return merged

    def _chosen(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        if mine == theirs:
            return mine
        side: Side | None = "theirs" if mine == base else "mine" if theirs == base else None
        side = self._choices.get(path, side)
        self._differences.append(Difference(path, base, mine, theirs, side))
        return theirs if side == "theirs" else mine


def _identifier(name: str) -> Callable[[list[Seed]], dict[str, Seed]]:
    fields = _IDENTITY[name]

    def identify(groups: list[Seed]) -> dict[str, Seed]:
        named: dict[str, Seed] = {}
        for group in groups:
            words = " ".join(str(group[each]) for each in fields if group.get(each))
            # Two that nothing tells apart are told apart by their order.
            number = sum(known == words or known.startswith(f"{words} #") for known in named)
            named[f"{words} #{number + 1}" if number else words] = group
        return named

    return identify


def _in_order(mine: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """List the names of both, mine in their order, and each of theirs alone behind the one it stands behind there."""
    order = list(mine)
    before: str | None = None
    for name in theirs:
        if name not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, name)
        before = name
    return order
