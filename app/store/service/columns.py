"""How keys, figures and evidence are laid out in columns and read back, whichever fact they belong to.

Whether they are allowed is asked in `rules`.
"""

from collections.abc import Iterable
from typing import Any

from app.domain.figures import FigureIn
from app.domain.schemas import EvidenceIn, KeyIn, Paragraphs
from app.store.models import Evidence
from app.store.models.columns import FigureColumns, KeyColumns
from app.store.revisions import Seed
from app.store.service.refs import Names, Refs
from app.store.service.writer import Writing, copy_from, copy_to

_KEY = ("kind", "boundary", "coverage", "qualifier")
_FIGURE = ("comparator", "value", "value_high", "unit", "value_as_stated")


def fill_key(row: KeyColumns, key: KeyIn, refs: Refs) -> None:
    """Lay out a key."""
    copy_to(row, key, _KEY)
    row.topic_id = refs.topic[key.topic]
    row.metric_id = refs.metric[key.metric] if key.metric else None


def key_columns(key: KeyIn, region: str, refs: Refs) -> tuple[Any, ...]:
    """Give a region and key as `row_key` gives those of a row."""
    metric = refs.metric[key.metric] if key.metric else None
    words = (getattr(key, name) for name in _KEY)
    return (refs.region[region], refs.topic[key.topic], metric, *words)


def row_key(row: Any) -> tuple[Any, ...]:
    """Give the region and key of a row, by ids."""
    return (row.region_id, row.topic_id, row.metric_id, *(getattr(row, name) for name in _KEY))


def read_key(row: KeyColumns, names: Names) -> Seed:
    """Read a key back."""
    return copy_from(row, _KEY) | {
        "topic": names.topic[row.topic_id],
        "metric": names.metric.get(row.metric_id or 0),
    }


def fill_figure(row: FigureColumns, figure: FigureIn) -> None:
    """Lay out a figure, as stated and in canonical units (R1)."""
    copy_to(row, figure, _FIGURE)
    value, high, unit = figure.canonical or (None, None, None)
    row.canonical_value, row.canonical_high, row.canonical_unit = value, high, unit
    row.canonical_sort = None if value is None else float(value)


def read_figure(row: FigureColumns) -> Seed:
    """Read a figure back, as stated."""
    return copy_from(row, _FIGURE)


def fill_evidence(to: Writing, rows: list[Evidence], evidence: Iterable[EvidenceIn]) -> None:
    """Make the rows say what the input says, in its order; rows keep their places and ids."""
    wanted = list(evidence)
    del rows[len(wanted) :]
    rows.extend(to.new(Evidence) for _ in wanted[len(rows) :])
    for position, (row, one) in enumerate(zip(rows, wanted, strict=True)):
        row.source_id = to.refs.source[one.source]
        row.paragraph_first, row.paragraph_last = one.paragraph
        row.phrase = one.phrase
        row.outcome = one.check
        row.checked_on = one.checked_on
        row.position = position


def read_evidence(rows: Iterable[Evidence], names: Names) -> list[Seed]:
    """Read evidence back."""
    return [
        {
            "source": names.source[row.source_id],
            "paragraph": Paragraphs((row.paragraph_first, row.paragraph_last)),
            "phrase": row.phrase,
            "check": row.outcome,
            "checked_on": row.checked_on,
        }
        for row in rows
    ]
