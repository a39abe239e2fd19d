"""Tables as comma-separated values: UTF-8, CRLF, quotation as RFC 4180 has it, and nothing that runs as a formula.

What the columns are is said elsewhere; workbooks are written in `workbook`.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from app.exchange.tables.table import BLOCK, Cell, Table, written

BOM: Final = "\ufeff".encode()
"""What makes Excel read a file as UTF-8; everything else takes it for a part of the first column's name."""
# Spreadsheet programs take text that begins so for a formula and run it, full-width signs too.
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")


def csv_blocks(table: Table[Any], *, excel: bool = False) -> Iterator[bytes]:
    """Write a table in blocks of about 64 kB, its header first; `excel` puts a byte order mark before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    if excel:
        yield BOM
    for record in table.records():
        writer.writerow([cell_text(cell) for cell in record])
        if text.tell() >= BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def cell_text(cell: Cell) -> str:
    """Write a cell; before text that a spreadsheet program would take for a formula stands an apostrophe.

    A number stays as it is, with its sign: it is no formula, and programs read it as the number.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in _FORMULA else cell
    return written(cell)
