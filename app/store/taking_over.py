"""Filling the text index of a laid state with the documents of the live one, where nothing they show has changed since.

How documents are made is said in `documents`: that takes three times as long, and is left for what has changed.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.store import documents
from app.store.models import Measure, Metric, Observation, Organization, Plan, Region, Target, Topic
from app.store.search import DOCUMENTS, Kind, first_place, put_in
from app.store.searched import SEARCHED, rank_of

# As PostgreSQL writes a tsvector; no token of ours has a quotation mark. It keeps no more places than these.
_LEXEME: Final = re.compile(r"'([^']*)':([\d,]+)")
_MOST_PLACES: Final = 255
_LAST_PLACE: Final = 16383
_SHOWN: Final[Mapping[str, Any]] = {
    "region": Region,
    "topic": Topic,
    "metric": Metric,
    "organization": Organization,
}
# The kinds whose documents are many, each with the column by which it is taken over or not.
_TAKEN: Final[Mapping[Kind, InstrumentedAttribute[int]]] = {
    "plan": Plan.id,
    "target": Target.plan_id,
    "measure": Measure.plan_id,
    "observation": Observation.id,
}


def take_over(live: Session, laid: Session) -> None:
    """Fill the empty index of a laid SQLite database.

    A document is as it is now if its plan or observation is of the same version, and so is all that it names.
    """
    same = {"plan": _unchanged(live, laid, Plan), "observation": _unchanged(live, laid, Observation)}
    for kind, table in _SHOWN.items():
        every = set(laid.scalars(select(table.id)))
        for batch in documents.batches(sorted(every - _unchanged(live, laid, table))):
            plans, observations = documents.shown_in(laid, kind, batch)
            same["plan"] -= set(plans)
            same["observation"] -= set(observations)
    for kind, held in _TAKEN.items():
        _copy(live, laid, kind, held, same["observation" if kind == "observation" else "plan"])
    documents.fill_rest(laid)


def _unchanged(live: Session, laid: Session, table: Any) -> set[int]:
    """Find what has the same version now as then, by its id then."""
    key = SEARCHED[table.__tablename__].key
    now: dict[str, int] = dict(live.execute(select(key, table.version)).all())
    return {
        number
        for number, name, version in laid.execute(select(table.id, key, table.version))
        if now.get(name) == version
    }


def _copy(
    live: Session, laid: Session, kind: Kind, held: InstrumentedAttribute[int], same: Collection[int]
) -> None:
    """Copy the documents of one kind that a column holds to these ids, each to its place among those of then."""
    searched = SEARCHED[kind]
    places = {
        key: first_place(kind, public=bool(public), rank=rank_of(rank), number=number)
        for number, key, public, rank, owner in laid.execute(
            searched.joined(select(searched.table.id, searched.key, searched.public, searched.rank, held))
        )
        if owner in same
    }
    found = live.execute(
        select(DOCUMENTS.c.key, DOCUMENTS.c.names, DOCUMENTS.c.tokens).where(DOCUMENTS.c.kind == kind)
    )
    read = _as_it_is if live.get_bind().dialect.name == "sqlite" else _from_vectors
    rows = []
    for key, *columns in found:
        if key in places and (words := read(*columns)) is not None:
            rows.append({"id": places[key], "kind": kind, "key": key, "names": words[0], "tokens": words[1]})
    if rows:
        put_in(laid, rows)


def _as_it_is(names: str, tokens: str) -> tuple[str, str]:
    return names, tokens


def _from_vectors(names: str, tokens: str) -> tuple[str, str] | None:
    """Write down what PostgreSQL keeps: there both begin with the kind, and `tokens` goes on with the names.

    None where so much is said that places were left out.
    """
    first, second = _in_places(names), _in_places(tokens)
    if first is None or second is None:
        return None
    return " ".join(first[1:]), " ".join(second[len(first) :])


def _in_places(vector: str) -> list[str] | None:
    placed = []
    for word, places in _LEXEME.findall(vector):
        numbers = places.split(",")
        if len(numbers) >= _MOST_PLACES:
            return None
        placed += [(int(number), word) for number in numbers]
    placed.sort()
    return None if placed and placed[-1][0] >= _LAST_PLACE else [word for _, word in placed]
