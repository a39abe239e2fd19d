"""The comparison as tables: its figures, each with what it is beside the others, their pairs, and its empty cells.

Verdicts are those of the comparison (R3); nothing is judged here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field

from app.domain.errors import DomainError
from app.domain.vocabulary import Family, Kind, Reason, Verdict
from app.exchange.tables.collections import DEADLINES
from app.exchange.tables.table import GROUPS, JOINT, MAX_ROWS, Column, Table, columns_of, derived, within
from app.store.views.base import MetricRef, View, about
from app.store.views.comparison import CellView, ComparisonView, RankingView, RowView, VerdictView
from app.store.views.facts import DeadlineView


class PlaceInTable(View):
    """Where in the comparison a figure or a cell stands."""

    row: int = about("Row of the comparison, from 1; figures of different rows differ in metric or kind", 1)
    row_family: Family | None = about("Metric family of the row", "industry_size")
    row_metric: MetricRef | None = Field(description="The metric that the row's figures share")
    row_kind: Kind = about("The sort of the row's figures", "level")
    row_mixed: bool = about("True where the row's figures are of different metrics", False)  # noqa: FBT003


class PairView(View):
    """Two figures of different regions in one row, and whether they may be compared (R3)."""

    place: PlaceInTable = Field(description="Where they stand")
    a: str = about("Id of one figure", "zj-ai-terminals.revenue@2027-12-31")
    b: str = about("Id of the other figure", "js-ai-plus.industry-scale@2030-12-31")
    verdict: Verdict = about("Whether they may be compared", "different")
    reasons: list[Reason] = about("Why they are not simply the same", ["metric"])


class MetView(View):
    """What a figure is beside others of its row (R3)."""

    verdict: Verdict = about("Whether they may be compared", "different")
    reasons: list[Reason] = about("Why they are not simply the same", ["metric"])
    ids: list[str] = about("Ids of the others", ["js-ai-plus.industry-scale@2030-12-31"])


class RankView(View):
    """A figure's place within one key, due year and region level, where R3 allows a ranking."""

    year: int = about("Due year", 2027)
    first: int = about("Place from 1; equal figures share one", 1)
    last: int = about("Lower end, where another region's several figures leave a span of places open", 1)
    of: int = about("How many figures are ranked", 3)
    cautions: list[Reason] = about("What to keep in mind", ["undefined"])


class ComparedView(View):
    """A figure of a comparison with what it may be compared with: a line of `compare.ndjson`."""

    place: PlaceInTable = Field(description="Where it stands")
    deadline: DeadlineView = Field(description="The figure")
    verdicts: list[MetView] = Field(description="With which figures of other regions in its row it is what")
    ranks: list[RankView] = Field(description="Its places in rankings; mostly none")


class EmptyCellView(View):
    """A region without a figure in a row; with no plan and no search, no one has looked."""

    place: PlaceInTable = Field(description="Where the empty cell stands")
    cell: CellView = Field(description="The cell")


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure in its place."""

    place: PlaceInTable
    deadline: DeadlineView
    met: dict[tuple[Verdict, tuple[Reason, ...]], list[str]]  # the figures it may be compared with, and how
    rankings: Sequence[RankingView]


_PLACE: Final = columns_of(PlaceInTable, "row", "row_family", "row_metric.slug", "row_kind", "row_mixed")


def _deadline(row: Placed) -> DeadlineView:
    return row.deadline


def _place_of(row: Placed | PairView | EmptyCellView) -> PlaceInTable:
    return row.place


def verdicts_in_words(row: Placed) -> str | None:
    """Name by verdict and reasons the figures that a figure meets: `caution (year): id; id | same: id`."""
    parts = []
    for (verdict, reasons), ids in row.met.items():
        why = f" ({', '.join(reasons)})" if reasons else ""
        parts.append(f"{verdict}{why}: {JOINT.join(ids)}")
    return GROUPS.join(parts) or None


def rank_in_words(row: Placed) -> str | None:
    """Give a figure's place where R3 allows a ranking, with its cautions: `2027: 1 of 3 (undefined)`."""
    parts = []
    for one in _ranks(row):
        places = f"{one.first}" if one.first == one.last else f"{one.first}-{one.last}"
        why = f" ({', '.join(one.cautions)})" if one.cautions else ""
        parts.append(f"{one.year}: {places} of {one.of}{why}")
    return GROUPS.join(parts) or None


def _ranks(row: Placed) -> list[RankView]:
    return [
        RankView(
            year=ranking.year,
            first=place.first,
            last=place.last,
            of=len(ranking.places),
            cautions=ranking.cautions,
        )
        for ranking in row.rankings
        for place in ranking.places
        if place.id == row.deadline.id
    ]


FIGURES: Final[tuple[Column[Any], ...]] = (
    *within(_PLACE, _place_of),
    *within(DEADLINES[:1], _deadline),
    derived(
        "verdicts",
        "With which figures of other regions in this row it is what (same, caution, different), and why",
        verdicts_in_words,
    ),
    derived("rank", "Place within one key, due year and region level, with cautions", rank_in_words),
    *within(DEADLINES[1:], _deadline),
)
PAIRS: Final[tuple[Column[Any], ...]] = (
    *within(_PLACE, _place_of),
    *columns_of(PairView, "a", "b", "verdict", "reasons"),
)
EMPTY: Final[tuple[Column[Any], ...]] = (
    *within(_PLACE, _place_of),
    *within(columns_of(CellView, "region", "plans", "searched"), lambda row: row.cell),
)


def figures(comparison: ComparisonView) -> Table[Placed]:
    """Give a row per figure, in the comparison's order."""
    return Table("figures", FIGURES, _figures(comparison), figure_count(comparison))


def compared(comparison: ComparisonView) -> Table[ComparedView]:
    """Give the same figures as items of their own, for a line each; they have no columns."""
    rows = (
        ComparedView(
            place=row.place,
            deadline=row.deadline,
            verdicts=[
                MetView(verdict=verdict, reasons=list(reasons), ids=ids)
                for (verdict, reasons), ids in row.met.items()
            ],
            ranks=_ranks(row),
        )
        for row in _figures(comparison)
    )
    return Table("figures", (), rows, figure_count(comparison))


def pairs(comparison: ComparisonView) -> Table[PairView]:
    """Give a row per two figures of different regions that stand in one row."""
    return Table("pairs", PAIRS, _pairs(comparison), pair_count(comparison))


def empty_cells(comparison: ComparisonView) -> Table[EmptyCellView]:
    """Give a row per region that has no figure in a row: none found, or not looked for."""
    cells = list(_empty_cells(comparison))
    return Table("empty_cells", EMPTY, cells, len(cells))


def refuse_too_many_pairs(comparison: ComparisonView, most: int = MAX_ROWS) -> None:
    """Refuse a comparison with more pairs than a file could name: DomainError too_many_rows."""
    count = pair_count(comparison)
    if count > most:
        raise DomainError("too_many_rows", "", case="pairs", given=count, max=most)


def figure_count(comparison: ComparisonView) -> int:
    """Count the figures."""
    return sum(len(cell.deadlines) for _, row in _rows(comparison) for cell in row.cells)


def pair_count(comparison: ComparisonView) -> int:
    """Count the pairs, statements without a figure among them."""
    return sum(len(one.a) * len(one.b) for _, row in _rows(comparison) for one in row.verdicts)


def _rows(comparison: ComparisonView) -> Iterator[tuple[PlaceInTable, RowView]]:
    number = 0
    for family in comparison.families:
        for row in family.rows:
            number += 1
            place = PlaceInTable(
                row=number,
                row_family=family.family,
                row_metric=row.metric,
                row_kind=row.kind,
                row_mixed=row.mixed,
            )
            yield place, row


def _figures(comparison: ComparisonView) -> Iterator[Placed]:
    for place, row in _rows(comparison):
        met = _met(row.verdicts)
        for cell in row.cells:
            for deadline in cell.deadlines:
                yield Placed(place, deadline, met[deadline.id], row.rankings)


def _met(verdicts: Sequence[VerdictView]) -> dict[str, Any]:
    """Sort verdicts by figure: each is of every one in `a` with every one in `b`."""
    found: dict[str, dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in verdicts:
        said = one.verdict, tuple(one.reasons)
        for ours, theirs in ((one.a, one.b), (one.b, one.a)):
            for figure in ours:
                found[figure][said].extend(theirs)
    return found


def _pairs(comparison: ComparisonView) -> Iterator[PairView]:
    for place, row in _rows(comparison):
        for one in row.verdicts:
            for a in one.a:
                for b in one.b:
                    yield PairView(place=place, a=a, b=b, verdict=one.verdict, reasons=one.reasons)


def _empty_cells(comparison: ComparisonView) -> Iterator[EmptyCellView]:
    for place, row in _rows(comparison):
        for cell in row.cells:
            if not cell.deadlines:
                yield EmptyCellView(place=place, cell=cell)
