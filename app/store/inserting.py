"""Inserting many rows of a table as the driver takes them, in one statement.

Where the rows come from, and in which order tables are filled, is said by who inserts.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from sqlalchemy import JSON, Connection, Date, Dialect, Table

from app.store.models.base import Exact, Instant, Word

# PostgreSQL takes at most a gigabyte at once; the largest rows, of revisions, have some ten thousand bytes.
_AT_A_TIME: Final = 5_000
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

    PostgreSQL takes all rows as one JSON text (`whole`) in a third of the time that it takes for row after row.
    """

    statement: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None, bool], ...]
    whole: bool

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...], dialect: Dialect) -> Self:
        """Word the statement."""
        whole = dialect.name == "postgresql"
        # Equal figures are one text on SQLite; on PostgreSQL each keeps the zeros that it was given with.
        few = (*_FEW, Exact) if dialect.name == "sqlite" else _FEW
        columns = []
        for name in names:
            kind = table.c[name].type
            write: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
            if write is not None and isinstance(kind, JSON):
                write = None if whole else _mostly_empty(write)
            columns.append((name, write, isinstance(kind, few)))
        return cls((_of_json if whole else _of_rows)(table, names, dialect), tuple(columns), whole)

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
        written = zip(*columns, strict=True)
        if not self.whole:
            return list(written)
        names = [name for name, _, _ in self.columns]
        # Days, instants and figures as texts, of which PostgreSQL makes what the columns are.
        given = json.dumps(
            [dict(zip(names, row, strict=True)) for row in written], ensure_ascii=False, default=str
        )
        return (given,)


def _of_rows(table: Table, names: Sequence[str], dialect: Dialect) -> str:
    """Word an insert that takes row after row."""
    return f"{_into(table, names, dialect)} VALUES ({', '.join('?' for _ in names)})"


def _of_json(table: Table, names: Sequence[str], dialect: Dialect) -> str:
    """Word an insert of PostgreSQL's that takes all rows in one text."""
    quote = dialect.identifier_preparer.quote
    # A cast to VARCHAR(30) would cut what is too long, where an insert of a text refuses it.
    kinds = ((quote(name), table.c[name].type.compile(dialect).partition("(")[0]) for name in names)
    typed = ", ".join(f"{name} {'TEXT' if kind == 'VARCHAR' else kind}" for name, kind in kinds)
    return f"{_into(table, names, dialect)} SELECT * FROM json_to_recordset(%s) AS given({typed})"  # noqa: S608 - names of our own tables


def _into(table: Table, names: Sequence[str], dialect: Dialect) -> str:
    prepared = dialect.identifier_preparer
    return f"INSERT INTO {prepared.format_table(table)} ({', '.join(map(prepared.quote, names))})"
