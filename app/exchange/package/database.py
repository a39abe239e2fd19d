"""The whole dataset as an SQLite file for readers: the published tables with keys and types, and what they mean.

It is not the program's own database, and holds nothing that is not public. The other files are made from it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.exchange.package.tables import TABLES, WholeTable
from app.exchange.tables.about import LICENCE, LICENCE_ADDRESS
from app.exchange.tables.table import Cell, CellKind, Column, written
from app.i18n import gettext, word
from app.store.queries.whole import last_change

MEDIA_TYPE: Final = "application/vnd.sqlite3"
# A number is held exactly, as an integer or a float where that is possible, so its column takes more than one type.
_TYPES: Final = {
    CellKind.TEXT: "TEXT",
    CellKind.INTEGER: "INTEGER",
    CellKind.NUMBER: "ANY",
    CellKind.BOOLEAN: "INTEGER",
    CellKind.DATE: "TEXT",
    CellKind.INSTANT: "TEXT",
}
_LARGEST: Final = 2**63 - 1
_ABOUT: Final = {
    "about": ("name", "value"),
    "about_tables": ("table_name", "meaning_en", "meaning_zh"),
    "about_columns": ("table_name", "column_name", "kind", "refers_to", "meaning_en", "meaning_zh"),
    "about_codes": ("table_name", "column_name", "code", "meaning_en", "meaning_zh"),
}
"""The tables that explain the others, all of text."""


def write_database(session: Session, path: Path) -> None:
    """Write the file, which must not be there yet; equal data give equal bytes.

    Raises ValueError if a row names another that is not in it, which a file to build on must not do.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        # It is thrown away if it does not become whole.
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
        file.execute("BEGIN")
        for name, columns in _ABOUT.items():
            file.execute(f"CREATE TABLE {name} ({', '.join(f'{column} TEXT' for column in columns)}) STRICT")
        for table in TABLES:
            file.execute(_create(table))
        for name, rows in _explained(session).items():
            _insert(file, name, len(_ABOUT[name]), rows)
        for table in TABLES:
            _insert(file, table.name, len(table.columns), (_row(cells) for cells in table.rows(session)))
            for column in table.refers:
                file.execute(f'CREATE INDEX "{table.name}_by_{column}" ON "{table.name}" ("{column}")')
        file.execute("COMMIT")
        dangling = file.execute("PRAGMA foreign_key_check").fetchmany(3)
    if dangling:
        raise ValueError(f"rows name others that are not published: {dangling}")


def stored(value: Decimal) -> int | float | str:
    """Hold an amount so that no digit is lost: as an integer or a float where either is exact, else as text."""
    if value == value.to_integral_value() and abs(value) <= _LARGEST:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else written(value)


def read_rows(file: sqlite3.Connection, table: WholeTable, schema: str = "main") -> Iterator[tuple[Any, ...]]:
    """Read the rows of a table of such a file, as they are held, in the order of the key."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(f'"{name}"' for name in table.key)
    yield from file.execute(f'SELECT {names} FROM {schema}."{table.name}" ORDER BY {order}')  # noqa: S608 - names of ours


def _create(table: WholeTable) -> str:
    """Write the statement that makes a table."""
    parts = [_declared(table, column) for column in table.columns]
    parts.append("PRIMARY KEY ({})".format(", ".join(f'"{name}"' for name in table.key)))
    listed = ",\n  ".join(parts)
    return f'CREATE TABLE "{table.name}" (\n  {listed}\n) STRICT'


def _declared(table: WholeTable, column: Column[Any]) -> str:
    """Declare a column: type, what it refers to, and its words."""
    parts = [f'"{column.name}" {_TYPES[column.kind]}']
    if column.name in table.key:
        parts.append("NOT NULL")
    if referred := table.referred(column):
        parts.append('REFERENCES "{}" ("{}")'.format(*referred))
    if column.words is not None:
        listed = ", ".join(f"'{one}'" for one in column.words)
        parts.append(f'CHECK ("{column.name}" IN ({listed}))')
    if column.kind is CellKind.BOOLEAN:
        parts.append(f'CHECK ("{column.name}" IN (0, 1))')
    return " ".join(parts)


def _insert(file: sqlite3.Connection, name: str, width: int, rows: Iterator[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * width)
    file.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - names of ours


def _row(cells: tuple[Cell, ...]) -> tuple[Any, ...]:
    return tuple(_held(cell) for cell in cells)


def _held(cell: Cell) -> Any:
    """Hold a cell as SQLite has types for it: days and instants are text by ISO 8601."""
    if cell is None or isinstance(cell, str | int):
        return cell
    return stored(cell) if isinstance(cell, Decimal) else written(cell)


def _explained(session: Session) -> dict[str, Iterator[tuple[str | None, ...]]]:
    """Write what the file, its tables, columns and codes are, in both languages."""
    columns = [(table, column) for table in TABLES for column in table.columns]
    return {
        "about": iter(about(session).items()),
        "about_tables": ((table.name, table.meaning("en"), table.meaning("zh")) for table in TABLES),
        "about_columns": (
            (
                *(table.name, column.name, column.kind.value),
                ".".join(table.referred(column) or ()) or None,
                *(column.meaning("en"), column.meaning("zh")),
            )
            for table, column in columns
        ),
        "about_codes": (
            (table.name, column.name, str(one), word("en", one), word("zh", one))
            for table, column in columns
            for one in column.words or ()
        ),
    }


def about(session: Session) -> dict[str, str | None]:
    """Say what the dataset is, in both languages, under which licence, and when it last changed."""
    changed = last_change(session)
    chinese = partial(gettext, "zh")
    title = "Targets of Chinese governments: who promised what, by when, where it is written"
    return {
        "name": "mubiao",
        "title_en": title,
        "title_zh": chinese(title),
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "changed_at": None if changed is None else written(changed),
    }
