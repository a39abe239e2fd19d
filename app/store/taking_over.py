"""Filling the text index of a laid state with the documents of the live one, where nothing they show has changed since.

How documents are made is said in `documents`: that takes three times as long, and is left for what has changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.store import documents
from app.store.models import Measure, Target
from app.store.search import DOCUMENTS, Kind, numbered, put_in
from app.store.searched import SEARCHED, Searched

# Whose names others show.
_SHOWN: Final = ("region", "topic", "metric", "organization")
# The kinds that a plan holds, each with the column that names it; all others are taken over or not by themselves.
_OF_PLANS: Final[Mapping[Kind, InstrumentedAttribute[int]]] = {
    "target": Target.plan_id,
    "measure": Measure.plan_id,
}
_VERSIONED: Final = tuple(kind for kind in SEARCHED if kind not in _OF_PLANS)
# In the server, which is at it while this process does something else. Where a token has more places than are kept, or
# there are more than are counted, their number is not that of the last one.
_IN_ORDER: Final = text("""
SELECT own.id, own.key, names.named, words.written
FROM search_document AS own
CROSS JOIN LATERAL (
  SELECT max(word.positions[array_length(word.positions, 1)]) AS named FROM unnest(own.names) AS word
) AS names
CROSS JOIN LATERAL (
  SELECT string_agg(word.lexeme, ' ' ORDER BY place) AS written, count(*) AS places, max(place) AS last
  FROM unnest(own.tokens) AS word, unnest(word.positions) AS place
) AS words
WHERE own.kind = :kind AND words.places = words.last
""")


_Kept = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """The live text index in one snapshot: by kind the documents, as id, key, names and tokens, and versions by key."""

    documents: Mapping[Kind, Sequence[_Kept]]
    versions: Mapping[Kind, Mapping[str, int]]


def read_live(live: Session) -> LiveIndex:
    """Read the index in a read session; what PostgreSQL has kept no order of is left out."""
    read = _read_texts if live.get_bind().dialect.name == "sqlite" else _read_vectors
    return LiveIndex(
        {kind: read(live, kind) for kind in SEARCHED},
        {
            kind: dict(live.execute(select(SEARCHED[kind].key, SEARCHED[kind].table.version)).all())
            for kind in _VERSIONED
        },
    )


def _read_texts(live: Session, kind: Kind) -> Sequence[_Kept]:
    columns = (DOCUMENTS.c[name] for name in ("id", "key", "names", "tokens"))
    return live.execute(select(*columns).where(DOCUMENTS.c.kind == kind)).all()


def _read_vectors(live: Session, kind: Kind) -> list[_Kept]:
    """Write down the tokens that PostgreSQL keeps with their places: both columns begin with the kind and the names."""
    read = []
    for place, key, named, written in live.execute(_IN_ORDER, {"kind": kind}).all():
        words = written.split(" ")
        read.append((place, key, " ".join(words[1:named]), " ".join(words[named:])))
    return read


def take_over(live: LiveIndex, laid: Session) -> None:
    """Fill the empty index of a laid SQLite database.

    A document is as it is now if its plan, or what else it is of, has the same version, and so has all that it names.
    """
    same = {kind: _unchanged(live.versions[kind], laid, SEARCHED[kind]) for kind in _VERSIONED}
    for kind in _SHOWN:
        every = set(laid.scalars(select(SEARCHED[kind].table.id)))
        for batch in documents.batches(sorted(every - same[kind])):
            plans, observations = documents.shown_in(laid, kind, batch)
            same["plan"] -= set(plans)
            same["observation"] -= set(observations)
    for kind, searched in SEARCHED.items():
        held = _OF_PLANS.get(kind, searched.table.id)
        _copy(live, laid, kind, held, same["plan" if kind in _OF_PLANS else kind])
    documents.fill_rest(laid)


def _unchanged(now: Mapping[str, int], laid: Session, searched: Searched) -> set[int]:
    """Find what has the same version now as then, by its id then."""
    return {
        number
        for number, key, version in laid.execute(
            select(searched.table.id, searched.key, searched.table.version)
        )
        if now.get(key) == version
    }


def _copy(
    live: LiveIndex, laid: Session, kind: Kind, held: InstrumentedAttribute[int], same: Collection[int]
) -> None:
    """Copy the documents of one kind that a column holds to these ids.

    They stand where they are now, but for the numbers of their entities, which are those of then.
    """
    searched = SEARCHED[kind]
    numbers = {
        key: number
        for number, key, owner in laid.execute(select(searched.table.id, searched.key, held))
        if owner in same
    }
    rows = [
        {"id": numbered(place, numbers[key]), "kind": kind, "key": key, "names": names, "tokens": tokens}
        for place, key, names, tokens in live.documents[kind]
        if key in numbers
    ]
    if rows:
        put_in(laid, rows)
