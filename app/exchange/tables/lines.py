"""Tables as newline-delimited JSON: a line per row, each the item that the API's list gives.

What stands in an item is said by its view.
"""

from collections.abc import Iterator
from typing import Final

from app.exchange.tables.table import BLOCK, Table
from app.store.views.base import View

MEDIA_TYPE: Final = "application/x-ndjson"


def json_lines(table: Table[View]) -> Iterator[bytes]:
    """Write a table in blocks of about 64 kB, each a number of whole lines."""
    waiting: list[str] = []
    size = 0
    for row in table.rows:
        line = row.model_dump_json()
        waiting.append(line)
        size += len(line)
        if size >= BLOCK:
            yield _ended(waiting)
            waiting, size = [], 0
    yield _ended(waiting)


def _ended(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
