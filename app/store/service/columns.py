"""How evidence is laid out in rows and read back, whichever fact it belongs to.

Whether it proves the fact is asked in `rules`.
"""

from collections.abc import Iterable
from typing import Any

from app.domain.schemas import EvidenceIn, Paragraphs
from app.store.models import Evidence
from app.store.revisions import Seed
from app.store.service.refs import Names, Refs


def fill_evidence(rows: list[Evidence], evidence: Iterable[EvidenceIn], refs: Refs) -> None:
    """Make the rows say what the input says, in its order; rows keep their places and ids."""
    wanted = list(evidence)
    del rows[len(wanted) :]
    rows.extend(Evidence() for _ in wanted[len(rows) :])
    for position, (row, one) in enumerate(zip(rows, wanted, strict=True)):
        row.source_id = refs.source[one.source]
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


def copy_figure(row: Any, figure: Any) -> None:
    """Copy a figure to its columns, as stated and in canonical units (R1)."""
    for name in FIGURE:
        setattr(row, name, getattr(figure, name))
    value, high, unit = figure.canonical or (None, None, None)
    row.canonical_value, row.canonical_high, row.canonical_unit = value, high, unit
    row.canonical_sort = None if value is None else float(value)


FIGURE = ("comparator", "value", "value_high", "unit", "value_as_stated")
KEY = ("kind", "boundary", "coverage", "qualifier")
