"""Laying a whole dataset into an empty SQLite database: filled by the writers, as every save is, but all at once.

No rule is asked and nothing is recorded: it is for content that was valid when it was written.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Self, TypeVar, cast

from sqlalchemy import Date, Dialect, Table, insert, inspect, text
from sqlalchemy.orm import Session
from typing_extensions import override

from app.store.models.base import Instant, Word
from app.store.revisions import Change, Seed
from app.store.service.refs import Refs
from app.store.service.writer import Writer, Writing

M = TypeVar("M")
# Types of columns in which many rows have the same value.
_FEW = (Date, Instant, Word)
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
        """Lay into the tables of this session, which must be empty and SQLite's.

        `pinyin` are readings that are known, by a region's names: what finds them takes half a second to load.
        """
        self._session = session
        self._pinyin = pinyin
        self._refs = Refs()
        self._ids: dict[str, dict[str, int]] = {}
        self._last: dict[Table, int] = defaultdict(int)
        self._inserts: dict[Table, _Insert] = {}
        # Parents, members and links may come after what names them.
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        # The vocabularies are held by the columns' types too; asking again takes half of an insert's time.
        session.execute(text("PRAGMA ignore_check_constraints = ON"))

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
        found: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        for row in (*(row for row, _ in filled), *to.added):
            self._collect(row, found)
        for table, rows_of in found.items():
            self._insert(table, rows_of)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows as the driver takes them: SQLAlchemy's own way spends three times as long on each."""
        connection = self._session.connection()
        if table not in self._inserts:
            self._inserts[table] = _Insert.of(table, connection.dialect)
        insert = self._inserts[table]
        connection.exec_driver_sql(insert.statement, insert.parameters(rows))

    def _known(self, seed: Seed) -> Seed:
        """Leave out links to plans that are not laid, since they were never published."""
        if "links" not in seed:
            return seed
        return {**seed, "links": [link for link in seed["links"] if link["to"] in self._refs.plan]}

    def _collect(self, row: "_Row", found: dict[Table, list[dict[str, Any]]]) -> None:
        """Gather the columns of a row and, with its id, of the rows in its lists."""
        shape, values = row.shape, row.__dict__
        if shape.numbered and values["id"] is None:
            self._last[shape.table] += 1
            values["id"] = self._last[shape.table]
        for name, owner in shape.lists:
            for child in values.pop(name):
                child.__dict__[owner] = values["id"]
                self._collect(child, found)
        found[shape.table].append(values)


@dataclass(frozen=True, slots=True)
class _Insert:
    """A statement that inserts rows of a table, with its columns in their order and how each value is written."""

    statement: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None, bool], ...]

    @classmethod
    def of(cls, table: Table, dialect: Dialect) -> Self:
        """Compile the statement."""
        compiled = insert(table).compile(dialect=dialect)
        columns = []
        for name in compiled.positiontup or ():
            kind = table.c[name].type
            columns.append((name, kind.dialect_impl(dialect).bind_processor(dialect), isinstance(kind, _FEW)))
        return cls(str(compiled), tuple(columns))

    def parameters(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Write the values of rows; where few values stand in many rows, each of them once."""
        columns: list[Iterable[Any]] = []
        for name, write, few in self.columns:
            values = [row[name] for row in rows]
            if write is None:
                columns.append(values)
            elif few:
                columns.append(map({value: write(value) for value in set(values)}.__getitem__, values))
            else:
                columns.append(map(write, values))
        return list(zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the rows of a table have: columns at their defaults, and lists by the column that names the owner."""

    table: Table
    blank: Mapping[str, Any]
    numbered: bool
    lists: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _shape(model: type[Any]) -> _Shape:
    mapper = inspect(model)
    blank = {column.key: getattr(column.default, "arg", None) for column in model.__table__.columns}
    lists = tuple((one.key, one.local_remote_pairs[0][1].key) for one in mapper.relationships)
    return _Shape(model.__table__, MappingProxyType(blank), "id" in blank, lists)


class _Row:
    """Stands in for a model's row while a writer fills it: plain attributes, in a tenth of the time."""

    __slots__ = ("__dict__", "shape")

    def __init__(self, shape: _Shape, values: Mapping[str, Any]) -> None:
        self.shape = shape
        self.__dict__ = {**shape.blank, **values}
        for name, _ in shape.lists:
            self.__dict__[name] = []


@dataclass(frozen=True, slots=True)
class _Laying(Writing):
    """A writing whose new rows are stand-ins."""

    known: Mapping[tuple[str, ...], str]
    added: list[_Row] = field(default_factory=list)

    @override
    def new(self, model: type[M], **values: Any) -> M:
        return cast("M", _Row(_shape(cast("Any", model)), values))

    @override
    def pinyin(self, names: tuple[str, ...]) -> str:
        known = self.known.get(names)
        return Writing.pinyin(self, names) if known is None else known

    @override
    def add(self, rows: Iterable[Any]) -> None:
        self.added.extend(rows)
