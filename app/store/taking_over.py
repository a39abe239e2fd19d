"""Filling the text index of a laid state with the documents of the live one, where nothing they show has changed since.

How documents are made is said in `documents`: that takes three times as long, and is left for what has changed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

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
# there are more than are counted, their number is not that of the last one. All as one text, a line a document: it is
# read here in a fraction of the time that rows take.
_IN_ORDER: Final = text("""
SELECT max(id) AS last, string_agg(concat_ws(E'\\t', kind, id, key, length, written), E'\\n') AS lines
FROM (
  SELECT own.kind, own.id, own.key, names.length, words.written
  FROM search_document AS own
  CROSS JOIN LATERAL (
    SELECT sum((length(word.lexeme) + 1) * cardinality(word.positions)) AS length FROM unnest(own.names) AS word
  ) AS names
  CROSS JOIN LATERAL (
    SELECT string_agg(lexeme, ' ' ORDER BY place) AS written, count(*) AS places, max(place) AS last
    FROM (SELECT word.lexeme, unnest(word.positions) AS place FROM unnest(own.tokens) AS word) AS placed
  ) AS words
  WHERE own.id > :after AND words.places = words.last
  ORDER BY own.id
  LIMIT :most
) AS found
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
    after: int | None = 0
    while after is not None:
        after, lines = live.execute(_IN_ORDER, {"after": after, "most": _AT_A_TIME}).one()
        read: list[_Kept] = []
        for line in lines.split("\n") if lines else ():
            kind, place, key, length, written = line.split("\t")
            named = int(length)
            names, tokens = written[written.index(" ") + 1 : named - 1], written[named:]
            read.append((cast("Kind", kind), int(place), key, names, tokens))
        yield read


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
    waiting: list[dict[str, Any]] = []
    for batch in live.documents:
        # They stand where they are now, but for the numbers of their entities, which are those of then.
        waiting += (
            {"id": numbered(place, number), "kind": kind, "key": key, "names": names, "tokens": tokens}
            for kind, place, key, names, tokens in batch
            if (number := numbers[kind].get(key)) is not None
        )
        # For one that comes late FTS5 writes out all it has gathered: those of the last day wait for their others.
        last = numbered(batch[-1][1], 0) if batch else 0
        put_in(laid, [row for row in waiting if row["id"] < last])
        waiting = [row for row in waiting if row["id"] >= last]
    put_in(laid, waiting)
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
