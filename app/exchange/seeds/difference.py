"""What differs between two seed forms of one entity, field by field, for a dry run and for editors.

How it is printed is said by the command line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.store.revisions import Seed


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with its old and new value, as text; None where it is not given."""

    field: str
    old: str | None
    new: str | None


def differences(before: Seed | None, after: Seed) -> list[Difference]:
    """List the fields that differ, those of `after` in their order first, then those that are gone.

    Children are matched by public id, deadlines by due date and ambition, other lists by position.
    """
    old, new = dict(_flat(before or {}, "")), dict(_flat(after, ""))
    names = [*new, *(name for name in old if name not in new)]
    return [
        Difference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One field in which two versions made of one differ, with what it was in that one; None where not given."""

    field: str
    base: str | None
    mine: str | None
    theirs: str | None


def contrasts(base: Seed | None, mine: Seed, theirs: Seed) -> list[Contrast]:
    """List the fields in which two versions differ, in their order in `mine`; matched as in `differences`."""
    old = dict(_flat(base or {}, ""))
    return [Contrast(one.field, old.get(one.field), one.new, one.old) for one in differences(theirs, mine)]


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            yield from _flat(item, f"{path}[{_label(path, item, number)}]")
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, str(value)


def _label(path: str, item: Seed, number: int) -> str:
    if "public_id" in item:
        return str(item["public_id"])
    if path.endswith(".deadlines"):
        return f"{item.get('due', 'undated')}{'~' if 'ambition' in item else ''}{item.get('ambition', '')}"
    return str(number)
