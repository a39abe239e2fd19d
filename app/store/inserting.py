"""Inserting many rows of a table as the driver takes them, in one statement.

Where the rows come from, and in which order tables are filled, is said by who inserts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from sqlalchemy import JSON, Connection, Date, Dialect, Table

from app.store.models.base import Exact, Instant, Word

_AT_A_TIME: Final = 10_000
# Types of columns in which many rows have the same value.
_FEW = (Date, Instant, Word)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; what else is in the first one's mapping is passed over."""
    if not rows:
        return
    names = tuple(name for name in table.c.keys() if name in rows[0])  # noqa: SIM118 - a collection of columns
    one = _insert_of(table, names, connection.dialect)
    for start in range(0, len(rows), _AT_A_TIME):
        connection.exec_driver_sql(one.statement, one.parameters(rows[start : start + _AT_A_TIME]))


def _mostly_empty(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Write the empty list, which nearly all lists are, only once."""
    empty = write([])
    return lambda value: empty if value == [] else write(value)


# A table for each database that is open; tests open many.
@lru_cache(maxsize=64)
def _insert_of(table: Table, names: tuple[str, ...], dialect: Dialect) -> "_Insert":
    return _Insert.of(table, names, dialect)


@dataclass(frozen=True, slots=True)
class _Insert:
    """A statement that inserts rows of a table, with its columns and how the values of each are written.

    PostgreSQL takes one list for each column (`whole`) in half of the time that it takes for row after row.
    """

    statement: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None, bool], ...]
    whole: bool

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...], dialect: Dialect) -> Self:
        """Compile the statement."""
        whole = dialect.name == "postgresql"
        # Equal figures are one text on SQLite; on PostgreSQL each keeps the zeros that it was given with.
        few = (*_FEW, Exact) if dialect.name == "sqlite" else _FEW
        columns = []
        for name in names:
            kind = table.c[name].type
            write: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
            if write is not None and isinstance(kind, JSON):
                write = _mostly_empty(write)
            columns.append((name, write, isinstance(kind, few)))
        return cls(_worded(table, names, dialect, whole=whole), tuple(columns), whole)

    def parameters(self, rows: Sequence[Mapping[str, Any]]) -> Any:
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
        return tuple(map(list, columns)) if self.whole else list(zip(*columns, strict=True))


def _worded(table: Table, names: Sequence[str], dialect: Dialect, *, whole: bool) -> str:
    """Word an insert that takes the values of a row, or, `whole`, a list for each column."""
    prepared = dialect.identifier_preparer
    listed = ", ".join(prepared.quote(name) for name in names)
    if whole:
        # A cast to VARCHAR(30) would cut what is too long, where an insert of a text refuses it.
        kinds = (table.c[name].type.compile(dialect).partition("(")[0] for name in names)
        lists = ", ".join("%s::" + ("TEXT" if kind == "VARCHAR" else kind) + "[]" for kind in kinds)
        given = f"SELECT * FROM unnest({lists})"  # noqa: S608 - names of our own types
    else:
        given = f"VALUES ({', '.join('?' for _ in names)})"
    return f"INSERT INTO {prepared.format_table(table)} ({listed}) {given}"
