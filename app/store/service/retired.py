"""What an entity names of the vocabulary, and that nothing that stands begins to name what is retired.

That nothing is retired as long as something names it is asked in `uses`; whether what is named exists, in `rules`.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from app.domain.errors import Problem
from app.store.revisions import Seed
from app.store.service.refs import Refs

_FIELDS: Final = MappingProxyType(
    {
        "region": "region",
        "replaced_by": "region",
        "members": "region",
        "issuers": "organization",
        "measured_by": "organization",
        "topic": "topic",
        "topics": "topic",
        "metric": "metric",
        "source": "source",
    }
)
"""The kind that each field names; a `parent` is of the kind that has it."""
_CHILDREN: Final = frozenset({"targets", "measures", "deadlines", "evidence"})


class _Named(NamedTuple):
    """A reference: of which target or measure, if of one, to what, and where it stands."""

    owner: str
    kind: str
    key: str
    path: str


def names_retired(refs: Refs, kind: str, before: Seed | None, after: Seed) -> list[Problem]:
    """Refuse references to what is retired, but for those that the same plan, target or measure already makes.

    What is retired itself, the entity or a part of it, may name what it likes: it stands as it was.
    """
    if not any(refs.retired.values()):
        return []
    already = {one[:3] for one in _named(kind, before or {})}
    return [
        _problem(refs, one)
        for one in _named(kind, after)
        if one.key in refs.retired[one.kind] and one[:3] not in already
    ]


def _problem(refs: Refs, one: _Named) -> Problem:
    retired_on, instead = refs.retired[one.kind][one.key]
    detail = {"given": one.key, "retired_on": retired_on.isoformat()}
    if instead is not None:
        detail |= {"case": "replaced", "instead": instead}
    return Problem("names_retired", one.path, detail)


def _named(kind: str, seed: Seed, path: str = "", owner: str = "") -> Iterator[_Named]:
    if "retired_on" in seed:
        return
    for field, value in seed.items():
        if field in _CHILDREN:
            for number, child in enumerate(value):
                yield from _named(kind, child, f"{path}{field}.{number}.", owner or _id_of(child))
        elif of := kind if field == "parent" else _FIELDS.get(field):
            keys = enumerate(value) if isinstance(value, list) else [(None, value)]
            for place, key in keys:
                yield _Named(owner, of, key, f"{path}{field}" + ("" if place is None else f".{place}"))


def _id_of(child: Any) -> str:
    return str(child.get("public_id", ""))
