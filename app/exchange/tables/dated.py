"""Dated figures as lines of CSV, very many at a time: the same bytes as cell by cell, many times as fast.

What the columns are is said in `collections`, what a cell looks like in `commas`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from types import SimpleNamespace
from typing import Any, Final

from app.exchange.tables.commas import END, cell_text, cells, quoted
from app.exchange.tables.evidence import IN_WORDS, in_words
from app.exchange.tables.table import GROUPS, JOINT, CellKind, Column
from app.store.queries.dated_rows import DatedRows
from app.store.queries.dated_texts import Block
from app.store.views.base import View

_SHARED: Final = frozenset({"region", "plan", "metric", "progress"})
# The one part of a row's progress that is hardly ever that of another.
_REFUSED: Final = "progress.refused.observation"


def dated_lines(found: DatedRows, columns: Sequence[Column[Any]]) -> Iterator[bytes]:
    """Write the lines of the rows, some thousand at a time.

    The cells of what many rows share, such as a region, are written once, by its columns.
    """
    parts = [(name, list(group)) for name, group in groupby(columns, _shared_part)]
    shared = {name: group for name, group in parts if name}

    def make(name: str, view: View | None) -> str:
        row = SimpleNamespace(**{name: view})
        return ",".join(quoted(cell_text(column.read(row))) for column in shared[name])

    for ids, block in found.blocks(make):
        written: list[Sequence[str]] = []
        for name, group in parts:
            written += [block.shared[name]] if name else [_cells(column, block) for column in group]
        lines: Iterable[str] = map(",".join, zip(*written, strict=True))
        # Rows are read by id; mostly that is the order already.
        if list(ids) != list(block.ids):
            placed = dict(zip(block.ids, lines, strict=True))
            lines = map(placed.__getitem__, ids)
        yield (END.join(lines) + END).encode()


def _shared_part(column: Column[Any]) -> str:
    """Name the part that a column's cells belong to, where rows share it."""
    name, _, field = column.path.partition(".")
    return name if field and name in _SHARED and column.path != _REFUSED else ""


def _cells(column: Column[Any], block: Block[str]) -> Sequence[str]:
    """Write the cells of a column that are each row's own."""
    path = column.path
    if column is IN_WORDS:
        named = (f"evidence.{name}" for name in ("source_title_zh", "paragraph", "phrase", "check"))
        said = list(map(in_words, *(block.evidence[name] for name in named)))
        return cells(_joined(said, block.lines, GROUPS))
    if path in block.evidence:
        return cells(_joined(block.evidence[path], block.lines, JOINT))
    if path in block.lists:
        return cells(list(map(JOINT.join, block.lists[path])))
    return cells(block.texts[path], are_text=column.kind is CellKind.TEXT and column.words is None)


def _joined(values: Sequence[str | None], lines: Sequence[int], joint: str) -> Sequence[str | None]:
    """Join what belongs to a row, so many of the values as it has lines; mostly there is one to each."""
    if len(values) == len(lines) and all(lines):
        return values
    coming = iter(values)
    return [joint.join(value or "" for value in islice(coming, number)) for number in lines]
