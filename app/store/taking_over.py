"""Filling the text index of a laid state with the documents of the live one, where nothing they show has changed since.

How documents are made is said in `documents`: that takes three times as long, and is left for what has changed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text
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
_AT_A_TIME: Final = 1000
# In the server, which is at it while this process does something else. Where a token has more places than are kept, or
# there are more than are counted, their number is not that of the last one.
_IN_ORDER: Final = text("""
SELECT own.kind, own.id, own.key, names.named, words.written
FROM search_document AS own
CROSS JOIN LATERAL (
  SELECT max(word.positions[array_length(word.positions, 1)]) AS named FROM unnest(own.names) AS word
) AS names
CROSS JOIN LATERAL (
  SELECT string_agg(word.lexeme, ' ' ORDER BY place) AS written, count(*) AS places, max(place) AS last
  FROM unnest(own.tokens) AS word, unnest(word.positions) AS place
) AS words
WHERE own.id > :after AND words.places = words.last
ORDER BY own.id
LIMIT :most
""")


_Kept = tuple[Kind, int, str, str, str]


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """The live text index in one snapshot.

    `versions` are those of what has documents, by kind and key; `documents` are read while they are taken, up to so many
    `batches`, each by kind, id, key, names and tokens.
    """

    versions: Mapping[Kind, Mapping[str, int]]
    documents: Iterator[Sequence[_Kept]]
    batches: int


def read_live(live: Session) -> LiveIndex:
    """Begin to read the index in a read session; what PostgreSQL has kept no order of is left out."""
    read = _read_texts if live.get_bind().dialect.name == "sqlite" else _read_vectors
    versions: dict[Kind, dict[str, int]] = {
        kind: dict(live.execute(select(SEARCHED[kind].key, SEARCHED[kind].table.version)).all())
        for kind in _VERSIONED
    }
    documents = live.scalar(select(func.count()).select_from(DOCUMENTS)) or 0
    return LiveIndex(versions, read(live), documents // _AT_A_TIME + 1)


def _read_texts(live: Session) -> Iterator[Sequence[_Kept]]:
    columns = (DOCUMENTS.c[name] for name in ("kind", "id", "key", "names", "tokens"))
    found = select(*columns).order_by(DOCUMENTS.c.id)
    yield from live.execute(found, execution_options={"yield_per": _AT_A_TIME}).partitions()


def _read_vectors(live: Session) -> Iterator[Sequence[_Kept]]:
    """Write down the tokens that PostgreSQL keeps with their places: both columns begin with the kind and the names."""
    after = 0
    while found := live.execute(_IN_ORDER, {"after": after, "most": _AT_A_TIME}).all():
        read: list[_Kept] = []
        for kind, place, key, named, written in found:
            words = written.split(" ")
            read.append((kind, place, key, " ".join(words[1:named]), " ".join(words[named:])))
        yield read
        after = found[-1].id


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
    numbers = {kind: _numbers(laid, kind, same["plan" if kind in _OF_PLANS else kind]) for kind in SEARCHED}
    for batch in live.documents:
        # They stand where they are now, but for the numbers of their entities, which are those of then.
        rows = [
            {"id": numbered(place, number), "kind": kind, "key": key, "names": names, "tokens": tokens}
            for kind, place, key, names, tokens in batch
            if (number := numbers[kind].get(key)) is not None
        ]
        if rows:
            put_in(laid, rows)
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


def _numbers(laid: Session, kind: Kind, same: Collection[int]) -> dict[str, int]:
    """Read the ids of then, by key, of what is one of these or belongs to one."""
    searched = SEARCHED[kind]
    held = _OF_PLANS.get(kind, searched.table.id)
    found = laid.execute(select(searched.table.id, searched.key, held))
    return {key: number for number, key, owner in found if owner in same}
