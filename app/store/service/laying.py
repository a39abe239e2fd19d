"""Laying a whole dataset into an empty SQLite database: filled by the writers, as every save is, but all at once.

No rule is asked and nothing is recorded: it is for content that was valid when it was written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session
from typing_extensions import override

from app.store.revisions import Change, Seed
from app.store.service.fresh import Filling, Fresh, Row
from app.store.service.refs import Refs
from app.store.service.writer import Writer, Writing

_NOBODY = Change("seed", "", None, datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Laid:
    """One entity to be laid: its key, its version, and all its forms with their instants; the last one counts."""

    key: str
    version: int
    history: Sequence[tuple[datetime, Seed]]


class Layer:
    """Lays entities into the tables of one transaction; all keys are declared before anything is laid."""

    def __init__(self, session: Session, pinyin: Mapping[tuple[str, ...], str]) -> None:
        """Lay into the tables of this session, which must be empty, and as `make_tables` makes them.

        `pinyin` are readings that are known, by a region's names: what finds them takes half a second to load.
        """
        self._session = session
        self._pinyin = pinyin
        self._refs = Refs()
        self._ids: dict[str, dict[str, int]] = {}
        self._last: dict[Table, int] = defaultdict(int)
        self._fresh = Fresh(session, self._give_ids)

    def declare(self, kind: str, keys: Iterable[str]) -> None:
        """Give ids to all entities of a kind, in the order of the keys."""
        ids = self._ids[kind] = {key: number for number, key in enumerate(keys, 1)}
        if hasattr(self._refs, kind):
            setattr(self._refs, kind, ids)

    def lay(self, writer: Writer[Any], batch: Collection[Laid]) -> None:
        """Lay entities of one kind with what they hold, in a statement a table."""
        to = _Laying(self._session, self._refs, _NOBODY, self._pinyin)
        filled = []
        for one in batch:
            at, seed = one.history[-1]
            entity = writer.schema.from_seed(self._known(seed))
            row: Any = to.new(writer.model, id=self._ids[writer.name][one.key])
            row.version = row.head = one.version
            row.retired_on = entity.retired_on
            row.updated_at = at
            writer.fill(replace(to, by=replace(_NOBODY, at=at)), row, entity, None)
            if len(one.history) > 1:
                writer.backdate(row, one.history)
            filled.append((row, entity))
        writer.connect(to, filled)
        self._fresh.insert((*(row for row, _ in filled), *to.added))

    def _known(self, seed: Seed) -> Seed:
        """Leave out links to plans that are not laid, since they were never published."""
        if "links" not in seed:
            return seed
        return {**seed, "links": [link for link in seed["links"] if link["to"] in self._refs.plan]}

    def _give_ids(self, table: Table, count: int) -> Iterable[int]:
        first = self._last[table] + 1
        self._last[table] += count
        return range(first, first + count)


@dataclass(frozen=True, slots=True)
class _Laying(Filling):
    """A writing of stand-ins that knows how regions' names are read."""

    known: Mapping[tuple[str, ...], str]
    added: list[Row] = field(default_factory=list)

    @override
    def pinyin(self, names: tuple[str, ...]) -> str:
        known = self.known.get(names)
        return Writing.pinyin(self, names) if known is None else known

    @override
    def add(self, rows: Iterable[Any]) -> None:
        self.added.extend(rows)
