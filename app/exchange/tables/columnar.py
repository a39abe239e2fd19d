"""Tables as Apache Parquet: typed columns that say what they mean, in row groups that are written one by one.

pyarrow, which writes it, is an extra: everything else works without.
"""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from typing import Any, Final

from app.domain.errors import NotInstalledError
from app.exchange.tables.about import LICENCE, LICENCE_ADDRESS, About
from app.exchange.tables.table import JOINT, Cell, CellKind, Column, Table, derived, written
from app.i18n import LANGS

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
GROUP: Final = 8_192
"""How many rows a row group has: what is held in memory at a time."""
DIGITS: Final = 38
"""How many digits a number has at most, as many as other programs read exactly."""
DECIMALS: Final = 10
"""How many of them stand after the point, as many as the schemas let in."""
UNFIT: Final[Column[Any]] = derived(
    "numbers_as_text",
    "Numbers of this row that 38 digits, ten of them decimals, cannot hold exactly, as name=digits; their own "
    "columns are empty",
    lambda _row: None,
)
"""The last column, which only this form has."""
_BATCH: Final = 1_024
_LARGEST: Final = Decimal(10) ** (DIGITS - DECIMALS)


def refuse_without_pyarrow() -> None:
    """Refuse where pyarrow is not installed: NotInstalledError parquet_not_installed."""
    if find_spec("pyarrow") is None:
        raise NotInstalledError("parquet_not_installed")


def parquet_blocks(table: Table[Any], about: About) -> Iterator[bytes]:
    """Write a table, a block for each row group and one for the end.

    Raises NotInstalledError parquet_not_installed.
    """
    refuse_without_pyarrow()
    # Read for its own sake: it takes a third of a second and 50 MB.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    schema = _schema(pa, table, about)
    sink = _Sink()
    # Without the version of the writer equal data give equal bytes as long as pyarrow is the same.
    with parquet.ParquetWriter(sink, schema, compression="zstd", store_schema=True) as writer:
        records = table.records()
        while True:
            batches: list[Any] = []
            while len(batches) * _BATCH < GROUP and (some := list(islice(records, _BATCH))):
                batches.append(_batch(pa, schema, table, some))
            if not batches:
                break
            writer.write_table(pa.Table.from_batches(batches, schema), row_group_size=GROUP)
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """The file that pyarrow writes into: it keeps what has not been taken yet."""

    closed = False

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, content: Any) -> int:
        self._waiting.append(bytes(content))
        return len(self._waiting[-1])

    def flush(self) -> None:
        """Do nothing: there is nothing behind it."""

    def close(self) -> None:
        """Keep what was written until it is taken."""

    def taken(self) -> bytes:
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)


def _schema(pa: Any, table: Table[Any], about: About) -> Any:
    """Give the columns with their types and meanings, and what the file says of itself."""
    kinds = {
        CellKind.TEXT: pa.string(),
        CellKind.INTEGER: pa.int64(),
        CellKind.NUMBER: pa.decimal128(DIGITS, DECIMALS),
        CellKind.BOOLEAN: pa.bool_(),
        CellKind.DATE: pa.date32(),
        CellKind.INSTANT: pa.timestamp("us", "UTC"),
    }
    fields = [
        pa.field(
            column.name,
            kinds[column.kind],
            metadata={f"meaning_{lang}": column.meaning(lang) for lang in LANGS},
        )
        for column in (*table.columns, UNFIT)
    ]
    return pa.schema(fields, metadata=_facts(about))


def _facts(about: About) -> dict[str, str]:
    return {
        "name": about.name,
        "address": about.address,
        "filters": json.dumps(dict(about.filters), ensure_ascii=False, default=str),
        "as_of": about.as_of.isoformat(),
        "revision": str(about.revision),
        "licence": f"{LICENCE}, {LICENCE_ADDRESS}",
        "publisher": "Mubiao",
    }


def _batch(pa: Any, schema: Any, table: Table[Any], records: Sequence[Sequence[Cell]]) -> Any:
    """Make a batch of rows; a number that does not fit moves into the last column."""
    unfit: list[list[str]] = [[] for _ in records]
    arrays = []
    for column, kind, cells in zip(table.columns, schema.types, zip(*records, strict=True), strict=False):
        if column.kind is CellKind.NUMBER:
            arrays.append(pa.array(_fitting(column.name, cells, unfit), kind))
        else:
            arrays.append(pa.array(cells, kind))
    arrays.append(pa.array([JOINT.join(parts) or None for parts in unfit], pa.string()))
    return pa.record_batch(arrays, schema=schema)


def _fitting(name: str, cells: Sequence[Any], unfit: list[list[str]]) -> list[Decimal | None]:
    kept: list[Decimal | None] = []
    for cell, others in zip(cells, unfit, strict=True):
        if cell is None or _fits(cell):
            kept.append(cell)
        else:
            kept.append(None)
            others.append(f"{name}={written(cell)}")
    return kept


def _fits(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return abs(value) < _LARGEST and isinstance(exponent, int) and exponent >= -DECIMALS
