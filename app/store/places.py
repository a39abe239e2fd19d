"""Reading the first documents that hold what is asked for, in the order of their ids, and no more than needed.

What the ids say and how documents are written is in `search`; which of them are best, in `queries.ranked`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.store.asked import Asked, full_text, is_joined, tsquery
from app.store.search import BLOCKS, KINDS, NUMBER_BITS, Kind, block_token, first_place, kind_token


@dataclass(frozen=True, slots=True)
class Wish:
    """The first public documents of a kind whose names hold all of one, and that hold the other, anywhere.

    `among` are the first ids that hold all of both anywhere, where these are known.
    """

    kind: Kind
    names: Asked
    anywhere: Asked
    limit: int
    among: Sequence[int] | None = None


def read_places(session: Session, wishes: Sequence[Wish]) -> list[list[int]]:
    """Read the ids of the documents that each wish finds, in their order.

    One statement on SQLite; on PostgreSQL one to three, and one more for the first wishes of a snapshot.
    """
    found: list[list[int]] = [[] for _ in wishes]
    open_wishes = {place: wish for place, wish in enumerate(wishes) if wish.among is None or wish.among}
    if not open_wishes:
        return found
    read = _on_postgresql if session.get_bind().dialect.name == "postgresql" else _on_sqlite
    for place, ids in read(session, open_wishes).items():
        found[place] = ids
    return found


class _Reads:
    """One statement out of several reads, each for a wish; equal values are bound once."""

    def __init__(self, listed: str) -> None:
        """Begin with none; `listed` is how the engine writes all ids with commas between them."""
        self._listed = listed
        self.values: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self._reads: list[str] = []

    def bind(self, value: str) -> str:
        """Bind a value, and give what stands for it."""
        name = self._names.setdefault(value, f"value{len(self._names)}")
        self.values[name] = value
        return f":{name}"

    def share(self, read: str) -> str:
        """Give the name of what a read gives, which is done once for all who share it."""
        return self._shared.setdefault(read, f"shared{len(self._shared)}")

    def add(self, place: int, read: str) -> None:
        """Add a read of ids, as `id`, for the wish at this place."""
        # One row with all ids in it: a driver takes longer to hand on a thousand rows than a database to find them.
        self._reads.append(
            f"SELECT {place} AS place, {self._listed} AS ids FROM ({read}) AS found{place}"  # noqa: S608 - values are bound
        )

    def run(self, session: Session) -> dict[int, list[int]]:
        """Read the ids of all wishes, in their order."""
        shared = ", ".join(f"{name} AS MATERIALIZED ({read})" for read, name in self._shared.items())
        # As text, since so many parts take SQLAlchemy longer to put together than the database to answer.
        statement = (f"WITH {shared} " if shared else "") + " UNION ALL ".join(self._reads)
        found = session.execute(text(statement), self.values)
        return {place: sorted(map(int, ids.split(","))) for place, ids in found if ids}


def _last(kind: Kind) -> int:
    """Give the last id that a public document of a kind could have."""
    return first_place(kind, public=False) - 1


def _on_sqlite(session: Session, wishes: Mapping[int, Wish]) -> dict[int, list[int]]:
    """Read what is wished for from FTS5, which finds rows in the order of their ids and stops.

    Those that are to be among the first that match are those up to the last of them.
    """
    reads = _Reads("group_concat(id)")
    for place, wish in wishes.items():
        first = first_place(wish.kind, public=True)
        last = _last(wish.kind) if wish.among is None else wish.among[-1]
        reads.add(
            place,
            f"SELECT rowid AS id FROM search_text WHERE search_text MATCH {reads.bind(full_text(wish.anywhere, wish.names))}"  # noqa: S608
            f" AND rowid BETWEEN {first} AND {last} ORDER BY rowid LIMIT {wish.limit}",
        )
    return reads.run(session)


def _on_postgresql(session: Session, wishes: Mapping[int, Wish]) -> dict[int, list[int]]:
    """Read what is wished for among the first documents of a kind, then among more where that was not enough.

    The GIN index meets the documents of a few blocks with those of frequent words faster than all of these alone.
    """
    found: dict[int, list[int]] = {}
    ends = _read_ends(session)
    steps = {
        place: _Step(BLOCKS[0], first_place(wish.kind, public=True))
        for place, wish in wishes.items()
        if wish.kind in ends
    }
    while steps:
        reads = _Reads("string_agg(CAST(id AS text), ',')")
        heads: dict[Any, set[str]] = defaultdict(set)
        for place, step in steps.items():
            wish = wishes[place]
            heads[step.size, wish.names, wish.anywhere] |= _heads(wish.kind, step.size, ends[wish.kind][0])
        for place, step in steps.items():
            wish = wishes[place]
            tokens = heads[step.size, wish.names, wish.anywhere]
            reads.add(place, _read_step(reads, wish, step, tokens, len(found.get(place, ()))))
        for place, more in reads.run(session).items():
            found.setdefault(place, []).extend(more)
        further = {}
        for place, step in steps.items():
            wish, held = wishes[place], len(found.get(place, ()))
            first, last = ends[wish.kind]
            if wish.among is None and held < wish.limit and step.size is not None:
                start = ((first >> NUMBER_BITS & -step.size) + 2 * step.size) << NUMBER_BITS
                if start <= last:
                    further[place] = _Step(_larger(step.size, held, wish.limit), start)
        steps = further
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    """Where is looked: in two blocks of `size` ranks, the first document's and the next, or everywhere.

    All that stands before the id `start` was looked at before.
    """

    size: int | None
    start: int


def _larger(size: int, found: int, limit: int) -> int | None:
    """Give the size of block in which enough may be found after so many in one of this size; None is everywhere."""
    return next((one for one in BLOCKS if one > size and found * one >= limit * size), None)


def _read_ends(session: Session) -> Mapping[Kind, tuple[int, int]]:
    """Read the first and the last id of the public documents of each kind that has any, once in a snapshot."""
    known: Mapping[Kind, tuple[int, int]] | None = session.info.get("ends")
    if known is None:
        ends = []
        for kind in KINDS:
            within = f"BETWEEN {first_place(kind, public=True)} AND {_last(kind)}"
            own = f"SELECT id FROM search_document WHERE id {within} ORDER BY id"  # noqa: S608 - numbers
            ends += [f"({own} LIMIT 1)", f"({own} DESC LIMIT 1)"]
        ids = session.execute(text(f"SELECT {', '.join(ends)}")).one()
        pairs = zip(KINDS, ids[::2], ids[1::2], strict=True)
        known = {kind: (first, last) for kind, first, last in pairs if first is not None}
        if "revision" in session.info:
            session.info["ends"] = known
    return known


def _heads(kind: Kind, size: int | None, first: int) -> set[str]:
    """Give the tokens of which all documents that are looked at have one."""
    if size is None:
        return {kind_token(kind)}
    return {block_token(place, size) for place in (first, first + (size << NUMBER_BITS))}


def _read_step(reads: _Reads, wish: Wish, step: _Step, heads: Collection[str], known: int) -> str:
    """Write the read of what is wished for beside what is known, in a step.

    The index finds what holds the tokens, for all kinds at once; whether they follow each other, or stand in the
    names, is looked up in the documents one after the other until there are enough.
    """
    table = "search_document"
    if wish.among is None:
        held = reads.bind(tsquery(sorted(heads), (*wish.names, *wish.anywhere), joined=False))
        # As a subselect: of words that it knows as frequent the planner would rather read all documents.
        candidates = reads.share(f"SELECT id FROM {table} WHERE tokens @@ (SELECT CAST({held} AS tsquery))")  # noqa: S608
    else:
        listed = f"{{{','.join(map(str, wish.among))}}}"
        candidates = f"unnest(CAST({reads.bind(listed)} AS bigint[])) AS listed(id)"
    looked_up = [
        f"own.{column} @@ CAST({reads.bind(tsquery((), asked))} AS tsquery)"
        for column, asked, needed in (
            ("names", wish.names, bool(wish.names)),
            ("tokens", wish.anywhere, wish.among is None and is_joined(wish.anywhere)),
        )
        if needed
    ]
    # What is read beside each row, and no more than once, is neither joined otherwise nor ahead of time.
    beside = (
        f"CROSS JOIN LATERAL (SELECT FROM {table} AS own WHERE own.id = sorted.id AND {' AND '.join(looked_up)} OFFSET 0) AS held"
        if looked_up
        else ""
    )
    return (
        f"SELECT sorted.id FROM (SELECT id FROM {candidates} WHERE id BETWEEN {step.start} AND {_last(wish.kind)} ORDER BY id) AS sorted "  # noqa: S608
        f"{beside} ORDER BY sorted.id LIMIT {wish.limit - known}"
    )
