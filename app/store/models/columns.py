"""The columns that targets, deadlines and observations have in common: the key and the figure.

The tables that use them are in `plans` and `facts`.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Boundary, Comparator, Coverage, Kind
from app.store.models.base import Word, one_of


class KeyColumns:
    """The six fields by which a figure says what it measures; `metric_id` is empty if qualitative."""

    kind: Mapped[Kind] = mapped_column(Word(Kind))
    boundary: Mapped[Boundary] = mapped_column(Word(Boundary))
    coverage: Mapped[Coverage] = mapped_column(Word(Coverage))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    metric_id: Mapped[int | None] = mapped_column(ForeignKey("metric.id"), index=True)
    qualifier: Mapped[str] = mapped_column(String(200))


class FigureColumns:
    """A figure as stated and in canonical units; `canonical_sort` is a float, only to order and filter by."""

    comparator: Mapped[Comparator | None] = mapped_column(Word(Comparator))
    value: Mapped[Decimal | None]
    value_high: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(String(20))
    value_as_stated: Mapped[str | None]
    canonical_value: Mapped[Decimal | None]
    canonical_high: Mapped[Decimal | None]
    canonical_unit: Mapped[str | None] = mapped_column(String(20))
    canonical_sort: Mapped[float | None]


class RangeOrdered(ColumnElement[bool]):
    """That a range's low value is not above its high one, by all their digits on both engines."""

    inherit_cache = True


@compiles(RangeOrdered)
def _numbers(*_: Any, **__: Any) -> str:
    return "value_high IS NULL OR value <= value_high"


@compiles(RangeOrdered, "sqlite")
def _digits(*_: Any, **__: Any) -> str:
    """Compare texts of plain digits, since a cast would round them: where the point stands, then the digits."""
    low, high = (
        f"(instr(ltrim({one}, '-') || '.', '.'), ltrim({one}, '-'))" for one in ("value", "value_high")
    )
    return (
        "value_high IS NULL OR CASE"
        " WHEN substr(value, 1, 1) = '-' AND substr(value_high, 1, 1) <> '-' THEN TRUE"
        " WHEN substr(value, 1, 1) <> '-' AND substr(value_high, 1, 1) = '-' THEN FALSE"
        f" WHEN substr(value, 1, 1) = '-' THEN {high} <= {low} ELSE {low} <= {high} END"
    )


def key_checks() -> tuple[CheckConstraint, ...]:
    """Hold the key fields to their words, and the metric to quantified keys."""
    return (
        one_of("kind", Kind),
        one_of("boundary", Boundary),
        one_of("coverage", Coverage),
        CheckConstraint("(kind = 'qualitative') = (metric_id IS NULL)", name="metric_unless_qualitative"),
    )


def figure_checks() -> tuple[CheckConstraint, ...]:
    """Hold a figure together: all of comparator, value and unit or none; a range low ≤ high."""
    return (
        one_of("comparator", Comparator),
        CheckConstraint(
            "(value IS NULL) = (unit IS NULL) AND (value IS NULL) = (comparator IS NULL)"
            " AND (value IS NULL) = (canonical_value IS NULL) AND (value IS NULL) = (canonical_sort IS NULL)"
            " AND (value IS NULL) = (canonical_unit IS NULL)",
            name="figure_whole",
        ),
        CheckConstraint("(comparator = 'between') = (value_high IS NOT NULL)", name="between_has_two"),
        # A comparison with what is not there is neither true nor false, and passes a check.
        CheckConstraint(
            "(value_high IS NULL) = (canonical_high IS NULL) AND (value_high IS NULL OR value IS NOT NULL)",
            name="high_whole",
        ),
        CheckConstraint(RangeOrdered(), name="between_ordered"),
    )
