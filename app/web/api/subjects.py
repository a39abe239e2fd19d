"""What can be had as a table: each collection and the comparison, opened by the parameters of their lists.

In which forms is said in `tables`; the columns are `exchange.tables`' business.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.exchange.tables import comparison as side_by_side
from app.exchange.tables.collections import COLLECTIONS, Collection
from app.exchange.tables.table import Column, Table
from app.store.queries.compare import compare_regions
from app.store.queries.contents import contents_named, contents_of
from app.store.queries.paging import MAX_LIMIT
from app.store.views.comparison import ComparisonView
from app.store.views.contents import ContentsView
from app.store.views.facts import DeadlineView
from app.web.api.parameters import (
    CompareParameters,
    DeadlineParameters,
    ListParameters,
    MeasureParameters,
    MetricParameters,
    ObservationParameters,
    OrganizationParameters,
    PlanParameters,
    RegionParameters,
    SourceParameters,
    TargetParameters,
    TopicParameters,
)

PARAMETERS: Final[Mapping[str, type[ListParameters]]] = {
    "regions": RegionParameters,
    "topics": TopicParameters,
    "metrics": MetricParameters,
    "organizations": OrganizationParameters,
    "sources": SourceParameters,
    "plans": PlanParameters,
    "targets": TargetParameters,
    "deadlines": DeadlineParameters,
    "observations": ObservationParameters,
    "measures": MeasureParameters,
}
COMPARE: Final = "compare"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was asked for: its tables, of which most forms hold the first, the same rows as items, and their grounds.

    `items` and the first table may be one; each is gone through once.
    """

    name: str  # as it stands in a file's name
    tables: Sequence[Table[Any]]
    items: Table[Any]
    contents: Callable[[], ContentsView]


class Subject(Protocol):
    """Something that can be had as a table."""

    @property
    def name(self) -> str:
        """Give the name in addresses."""

    @property
    def whole(self) -> str:
        """Say in English what the table holds."""

    @property
    def parameters(self) -> type[BaseModel]:
        """Give the parameters of its list."""

    @property
    def columns(self) -> Sequence[Column[Any]]:
        """Give the columns of its first table."""

    def open(self, session: Session, asked: Any, today: date, *, limit: int = MAX_LIMIT) -> Opened:
        """Open it by parameters of its own; `limit` rows are read at once. Raises what its query does."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A collection."""

    collection: Collection[Any]
    parameters: type[ListParameters]

    @property
    def name(self) -> str:
        """Give the name in addresses."""
        return self.collection.name

    @property
    def whole(self) -> str:
        """Say what the table holds."""
        return f"all {self.name}"

    @property
    def columns(self) -> Sequence[Column[Any]]:
        """Give the columns."""
        return self.collection.columns

    def open(self, session: Session, asked: ListParameters, today: date, *, limit: int = MAX_LIMIT) -> Opened:
        """Open the collection."""
        filters = asked.filters()
        table = self.collection.table(session, filters, asked.paging().sort, today, limit=limit)
        return Opened(self.name, [table], table, lambda: contents_of(session, self.name, filters, today))


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison: its figures, with their pairs and empty cells."""

    name: str = COMPARE
    whole: str = "the comparison, a row per figure with its verdicts"
    parameters: type[CompareParameters] = CompareParameters
    columns: Sequence[Column[Any]] = side_by_side.FIGURES

    def open(
        self,
        session: Session,
        asked: CompareParameters,
        today: date,
        *,
        limit: int = MAX_LIMIT,  # noqa: ARG002 - it is read whole
    ) -> Opened:
        """Compare; raises DomainError too_many_rows where there are more pairs than a file could name."""
        comparison = compare_regions(session, asked.query(), today)
        side_by_side.refuse_too_many_pairs(comparison)
        tables: list[Table[Any]] = [
            side_by_side.figures(comparison),
            side_by_side.pairs(comparison),
            side_by_side.empty_cells(comparison),
        ]
        name = "-".join((self.name, *(region.slug for region in comparison.regions)))
        return Opened(name, tables, side_by_side.compared(comparison), lambda: _contents(session, comparison))


SUBJECTS: Final[Sequence[Subject]] = (
    *(Listed(COLLECTIONS[name], parameters) for name, parameters in PARAMETERS.items()),
    Compared(),
)


def _contents(session: Session, comparison: ComparisonView) -> ContentsView:
    figures = list(_figures(comparison))
    return contents_named(
        session,
        {figure.metric.slug for figure in figures if figure.metric},
        {figure.topic for figure in figures},
        {one.source for figure in figures for one in figure.evidence},
    )


def _figures(comparison: ComparisonView) -> Iterable[DeadlineView]:
    for family in comparison.families:
        for row in family.rows:
            for cell in row.cells:
                yield from cell.deadlines
