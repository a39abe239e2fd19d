"""Tables as an Excel workbook: a sheet each, with typed cells, and one that says what they are.

Rows are written as they are read, so that a large table takes no more memory than a small one.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.domain.errors import DomainError
from app.exchange.tables.about import About, lines
from app.exchange.tables.table import MAX_ROWS, Cell, CellKind, Table, written

ABOUT: Final = "About 说明"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a cell of Excel holds, and the digits and days that it keeps.
_MOST_CHARACTERS: Final = 32_767
_MOST_DIGITS: Final = 15
_FIRST_YEAR: Final = 1900
_WIDTHS: Final = {
    CellKind.TEXT: 24,
    CellKind.INTEGER: 10,
    CellKind.NUMBER: 18,
    CellKind.BOOLEAN: 10,
    CellKind.DATE: 12,
    CellKind.INSTANT: 20,
}
_ABOUT_WIDTHS: Final = (34, 70, 60, 10)


def write_workbook(file: IO[bytes], tables: Sequence[Table[Any]], about: About) -> None:
    """Write a workbook of these tables; raises DomainError too_many_rows where one has more than MAX_ROWS."""
    for table in tables:
        refuse_many(table.total)
    book = Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    # Equal data give equal bytes, whenever they are written.
    made = datetime.combine(about.as_of, time.min)
    book.set_properties({"title": f"Mubiao: {about.name}", "author": "Mubiao", "created": made})
    look = _Look(book)
    try:
        for table in tables:
            _write_table(book.add_worksheet(table.name), table, look)
        _write_about(book.add_worksheet(ABOUT), tables, about, look)
    finally:
        # Rows wait in files of its own, which only this removes.
        book.close()


def refuse_many(rows: int) -> None:
    """Refuse a table with more rows than a workbook is made for: DomainError too_many_rows."""
    if rows > MAX_ROWS:
        raise DomainError("too_many_rows", "", given=rows, max=MAX_ROWS)


class _Look:
    """The formats of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


def _write_about(sheet: Worksheet, tables: Sequence[Table[Any]], about: About, look: _Look) -> None:
    for number, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(number, number, width)
    for number, line in enumerate(lines(about, tables)):
        for place, text in enumerate(line.cells):
            if not text:
                continue
            sheet.write_string(number, place, text, look.heading if line.heading else look.wrapped)


def _write_table(sheet: Worksheet, table: Table[Any], look: _Look) -> None:
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, _WIDTHS[column.kind])
        sheet.write_string(0, number, column.name, look.heading)
    last = 0
    for last, record in enumerate(table.records(), start=1):
        refuse_many(last)
        for number, cell in enumerate(record):
            _write_cell(sheet, last, number, cell, look)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, look: _Look) -> None:
    """Write a cell by its type; what Excel cannot hold exactly becomes text."""
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | Decimal) and _is_exact(cell):
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.astimezone(UTC).replace(tzinfo=None), look.instant)
    elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, datetime.combine(cell, time.min), look.day)
    else:
        text = written(cell)
        shown = text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
        sheet.write_string(row, column, shown)


def _is_exact(value: int | Decimal) -> bool:
    """Say whether Excel, which keeps 15 digits, holds a number as it is."""
    return len(Decimal(value).normalize().as_tuple().digits) <= _MOST_DIGITS
