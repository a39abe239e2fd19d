"""What the timeline of deadlines shows: how many are due in each period, and a page of them.

The deadlines themselves are in `facts`, the counts for the filters in `explorer`.
"""

from dataclasses import dataclass

from app.store.views.base import Page
from app.store.views.explorer import Facets
from app.store.views.facts import DeadlineView


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many deadlines a year has: in each quarter by a date that exact, and within the year only."""

    year: int
    quarters: tuple[int, int, int, int]
    within: int

    @property
    def total(self) -> int:
        """All of the year."""
        return sum(self.quarters) + self.within


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of deadlines by due date, with the counts of the whole list."""

    page: Page[DeadlineView]
    years: tuple[YearCount, ...]  # those that have any, in their order
    undated: int
    facets: Facets
    unmeasured: int  # those past of which no observation can tell whether they were kept
    unmeasured_capped: bool  # whether only the latest past ones were looked at
