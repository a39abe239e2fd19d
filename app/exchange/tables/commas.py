"""Tables as comma-separated values: UTF-8, CRLF, quotation as RFC 4180 has it, and nothing that runs as a formula.

What the columns are is said elsewhere; workbooks are written in `workbook`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.exchange.tables.table import BLOCK, Cell, Table, written

BOM: Final = "\ufeff".encode()
"""What makes Excel read a file as UTF-8; everything else takes it for a part of the first column's name."""
END: Final = "\r\n"
"""What ends a line."""
# Spreadsheet programs take text that begins so for a formula and run it, full-width signs too.
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")


def csv_blocks(table: Table[Any], *, excel: bool = False) -> Iterator[bytes]:
    """Write a table in blocks of about 64 kB, its header first; `excel` puts a byte order mark before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=END)
    writer.writerow([column.name for column in table.columns])
    if excel:
        yield BOM
    if table.lines is not None:
        yield text.getvalue().encode()
        yield from table.lines()
        return
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


def cells(values: Sequence[str | None], *, are_text: bool = True) -> Sequence[str]:
    """Write all cells of a column as they stand in a line; numbers, days and words are text already, and harmless.

    Most columns have nothing that needs a mark or quotation, which is seen for all cells at once.
    """
    if not any(values):
        return [""] * len(values)
    texts = [value or "" for value in values]
    if not are_text:
        return texts
    joined = ",".join(texts)
    if (
        joined.count(",") < len(texts)
        and not any(mark in joined for mark in '"\r\n')
        and _FORMULA.isdisjoint({text[:1] for text in texts})
    ):
        return texts
    return [quoted(cell_text(text)) for text in texts]


def quoted(text: str) -> str:
    """Put a text into quotation marks if it needs them, as RFC 4180 has it."""
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
