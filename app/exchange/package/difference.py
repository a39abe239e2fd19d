"""What differs between two SQLite files of the whole: rows that were added, changed, retired, field by field.

When a row last changed is no difference by itself. Which files are compared is said in `releases`.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal

from pydantic import Field

from app.exchange.package.tables import CHANGED, RETIRED, TABLES, WholeTable
from app.store.views.base import View, about

What = Literal["added", "changed", "retired"]
_SIGNS: Final[Mapping[What, str]] = {"added": "+", "changed": "~", "retired": "-"}


class Counts(View):
    """How many rows of a table differ from the release before."""

    table: str = about("The table", "plans")
    added: int = about("Rows that were not there before", 3)
    changed: int = about("Rows with other content", 1)
    retired: int = about("Rows that are published no more, or marked as retired since", 0)


class Summary(View):
    """How much differs between a release and the one before."""

    tables: list[Counts] = Field(description="Counts by table; tables without a difference are left out")
    columns: list[str] = about("Columns that only one of the two has, `table.column`", [])


NOTHING: Final = Summary(tables=[], columns=[])


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happened to one row, named by its key; of a changed one, the fields with their old and new values."""

    table: str
    key: Mapping[str, Any]
    what: What
    fields: Mapping[str, tuple[Any, Any]]


class Comparison:
    """Two files side by side, which may be of different versions of the program: only what both have is compared."""

    def __init__(self, file: sqlite3.Connection) -> None:
        """Take a connection to the later file, with the earlier one attached as `old`."""
        self._file = file
        self._columns = {schema: self._read_columns(schema) for schema in ("main", "old")}

    def summary(self) -> Summary:
        """Count what differs."""
        counts: dict[str, dict[What, int]] = {}
        for change in self.changes():
            counts.setdefault(change.table, dict.fromkeys(_SIGNS, 0))[change.what] += 1
        return Summary(
            tables=[Counts(table=table, **found) for table, found in counts.items()],
            columns=sorted(self._columns["main"] ^ self._columns["old"]),
        )

    def changes(self) -> Iterator[RowChange]:
        """Go through all rows that differ: by table, added ones first, then changed and retired ones, by key."""
        for table in TABLES:
            yield from self._added(table)
            yield from self._changed(table)
            yield from self._gone(table)

    def _read_columns(self, schema: str) -> set[str]:
        found = self._file.execute(
            f"SELECT t.name || '.' || c.name FROM {schema}.sqlite_schema t, pragma_table_info(t.name, ?) c"  # noqa: S608
            " WHERE t.type = 'table' AND t.name NOT LIKE 'about%'",
            (schema,),
        )
        return {name for (name,) in found}

    def _keys(self, table: WholeTable, here: str, there: str) -> Iterator[dict[str, Any]]:
        """Give the keys of rows that only one of the two files has."""
        if not self._has(table, here):
            return
        names = ", ".join(f'"{name}"' for name in table.key)
        sql = f'SELECT {names} FROM {here}."{table.name}"'  # noqa: S608 - names of ours
        if self._has(table, there):
            sql += f' EXCEPT SELECT {names} FROM {there}."{table.name}"'  # noqa: S608 - names of ours
        for key in self._file.execute(f"{sql} ORDER BY {names}"):
            yield dict(zip(table.key, key, strict=True))

    def _has(self, table: WholeTable, schema: str) -> bool:
        return all(f"{table.name}.{name}" in self._columns[schema] for name in table.key)

    def _added(self, table: WholeTable) -> Iterator[RowChange]:
        for key in self._keys(table, "main", "old"):
            yield RowChange(table.name, key, "added", {})

    def _gone(self, table: WholeTable) -> Iterator[RowChange]:
        for key in self._keys(table, "old", "main"):
            yield RowChange(table.name, key, "retired", {})

    def _changed(self, table: WholeTable) -> Iterator[RowChange]:
        both = self._columns["main"] & self._columns["old"]
        names = [
            column.name
            for column in table.columns
            if f"{table.name}.{column.name}" in both and column.name not in {*table.key, CHANGED}
        ]
        if not names:
            return
        same = " AND ".join(f'n."{name}" = o."{name}"' for name in table.key)
        differs = " OR ".join(f'n."{name}" IS NOT o."{name}"' for name in names)
        listed = ", ".join(
            [*(f'n."{name}"' for name in table.key), *(f'o."{name}", n."{name}"' for name in names)]
        )
        order = ", ".join(f'n."{name}"' for name in table.key)
        rows = self._file.execute(
            f'SELECT {listed} FROM main."{table.name}" n JOIN old."{table.name}" o'  # noqa: S608 - names of ours
            f" ON {same} WHERE {differs} ORDER BY {order}"
        )
        for row in rows:
            key, pairs = row[: len(table.key)], row[len(table.key) :]
            fields = {
                name: (old, new)
                for name, old, new in zip(names, pairs[::2], pairs[1::2], strict=True)
                if old != new
            }
            gone = RETIRED in fields and fields[RETIRED][1] is not None
            yield RowChange(
                table.name, dict(zip(table.key, key, strict=True)), "retired" if gone else "changed", fields
            )


@contextmanager
def compared(earlier: Path, later: Path) -> Iterator[Comparison]:
    """Open two files of the whole to compare them."""
    with closing(sqlite3.connect(_uri(later), uri=True)) as file:
        file.execute("ATTACH ? AS old", (_uri(earlier),))
        yield Comparison(file)


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def write_json(
    file: IO[str], name: str, previous: str | None, summary: Summary, changes: Iterator[RowChange]
) -> None:
    """Write a difference as JSON, a row a line."""
    head = {"release": name, "previous": previous, **summary.model_dump()}
    file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "changes": [')
    for number, change in enumerate(changes):
        fields = {field: {"old": old, "new": new} for field, (old, new) in change.fields.items()}
        row = {"table": change.table, "key": dict(change.key), "what": change.what, "fields": fields}
        file.write(("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False))
    file.write("\n]}\n")


def write_text(
    file: IO[str], name: str, previous: str | None, summary: Summary, changes: Iterator[RowChange]
) -> None:
    """Write a difference for people: + added, ~ changed, - retired."""
    if previous is None:
        file.write(f"Mubiao, release {name}: the first one.\n")
        return
    file.write(f"Mubiao, release {name}, beside {previous}: + added, ~ changed, - retired\n")
    if summary.columns:
        file.write(f"\nColumns that only one of them has: {', '.join(summary.columns)}\n")
    tables = iter(summary.tables)
    table = None
    for change in changes:
        if change.table != table:
            table, counts = change.table, next(tables)
            file.write(f"\n{table}: +{counts.added} ~{counts.changed} -{counts.retired}\n")
        file.write(f"  {_SIGNS[change.what]} {' · '.join(map(str, change.key.values()))}\n")
        for field, (old, new) in change.fields.items():
            file.write(f"      {field}: {_said(old)} → {_said(new)}\n")


def _said(value: Any) -> str:
    return "(none)" if value is None else " ⏎ ".join(str(value).splitlines())
