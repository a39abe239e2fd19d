"""The whole dataset as a Frictionless Data Package: one zip with a CSV for each table, and what they mean.

It is made from the SQLite file that `database` writes, so that both hold the same.
"""

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from app.exchange.package.database import read_rows
from app.exchange.package.tables import BY_NAME, TABLES, WholeTable
from app.exchange.tables.about import LICENCE_ADDRESS
from app.exchange.tables.commas import csv_blocks
from app.exchange.tables.table import Cell, CellKind, Column, Table
from app.i18n import word

MEDIA_TYPE: Final = "application/zip"
DESCRIPTOR: Final = "datapackage.json"
# What the fields are called there; text is the rest.
_TYPES: Final[Mapping[CellKind, Mapping[str, Any]]] = {
    CellKind.INTEGER: {"type": "integer"},
    CellKind.NUMBER: {"type": "number"},
    CellKind.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    CellKind.DATE: {"type": "date"},
    CellKind.INSTANT: {"type": "datetime"},
}
_READING: Final = (
    "Empty cells are values that are not known or do not apply. A cell with several values joins them with a "
    "semicolon and a blank. Text that a spreadsheet program would take for a formula has an apostrophe before it. "
    "Chinese texts are authoritative, the English is ours. Figures in one column are not thereby comparable: they "
    "are if metric, kind, topic, boundary, coverage and qualifier of their targets are equal, and with the cautions "
    "that the comparison states."
)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_package(database: Path, file: IO[bytes]) -> None:
    """Write the zip from the SQLite file of the whole; equal data give equal bytes."""
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as rows,
        zipfile.ZipFile(file, "w") as archive,
    ):
        descriptor = json.dumps(_descriptor(rows), ensure_ascii=False, indent=2)
        add_file(archive, DESCRIPTOR, [descriptor.encode(), b"\n"])
        for table in TABLES:
            add_file(archive, _path(table), csv_blocks(_csv(rows, table)))


def add_file(archive: zipfile.ZipFile, name: str, blocks: Iterable[bytes]) -> None:
    """Add a file to a zip, block by block, at a date that is always the same."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for block in blocks:
            member.write(block)


def _path(table: WholeTable) -> str:
    return f"data/{table.name}.csv"


def _csv(rows: sqlite3.Connection, table: WholeTable) -> Table[tuple[Any, ...]]:
    """Open a table for the writer of CSV, with cells of the kinds that it knows."""
    columns = [
        Column(column.name, column.kind, column.about, _reader(number, column.kind), column.words)
        for number, column in enumerate(table.columns)
    ]
    return Table(table.name, columns, read_rows(rows, table))


def _reader(number: int, kind: CellKind) -> Any:
    def read(row: tuple[Any, ...]) -> Cell:
        value = row[number]
        if value is None:
            return None
        if kind is CellKind.NUMBER:
            return Decimal(str(value))
        return bool(value) if kind is CellKind.BOOLEAN else value

    return read


def _descriptor(rows: sqlite3.Connection) -> dict[str, Any]:
    """Describe the package, by the specification at specs.frictionlessdata.io."""
    about = dict(rows.execute("SELECT name, value FROM about"))
    described = {
        "profile": "tabular-data-package",
        "name": about["name"],
        "title": about["title_en"],
        "title_zh": about["title_zh"],
        "description": _READING,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": LICENCE_ADDRESS,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "sources": list(_sources(rows)),
        "resources": [_resource(table) for table in TABLES],
    }
    if about["changed_at"]:
        described["created"] = about["changed_at"]
    return described


def _sources(rows: sqlite3.Connection) -> Iterator[dict[str, str]]:
    """List what the facts are taken from, with the address where it is known."""
    for slug, title, url in rows.execute("SELECT slug, title_zh, url FROM sources ORDER BY slug"):
        yield {"name": slug, "title": title, **({"path": url} if url else {})}


def _resource(table: WholeTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.refers:
        schema["foreignKeys"] = [
            {
                "fields": name,
                # Of a table that refers to itself the specification wants no name.
                "reference": {
                    "resource": "" if to == table.name else to,
                    "fields": BY_NAME[to].key[0],
                },
            }
            for name, to in table.refers.items()
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": _path(table),
        "description": table.meaning("en"),
        "description_zh": table.meaning("zh"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": schema,
    }


def _field(table: WholeTable, column: Column[Any]) -> dict[str, Any]:
    """Describe a column: name, type, meaning in both languages, and what its codes mean."""
    field: dict[str, Any] = {
        "name": column.name,
        **_TYPES.get(column.kind, {"type": "string"}),
        "description": column.meaning("en"),
        "description_zh": column.meaning("zh"),
    }
    limits: dict[str, Any] = {}
    if column.name in table.key:
        limits["required"] = True
    if table.key == (column.name,):
        limits["unique"] = True
    if column.words is not None:
        limits["enum"] = [str(one) for one in column.words]
        field["codes"] = {str(one): {"en": word("en", one), "zh": word("zh", one)} for one in column.words}
    if limits:
        field["constraints"] = limits
    return field
