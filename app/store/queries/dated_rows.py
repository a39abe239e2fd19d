"""All dated figures that filters leave, in an order: their ids at once, then the rows, block by block.

Single pages of them are read in `deadlines`.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from app.store.models import Deadline
from app.store.queries.chosen import in_order, read_chosen
from app.store.queries.dated_texts import Block, DatedTexts
from app.store.queries.deadlines import DEADLINES, choose_in_order, read_deadlines
from app.store.queries.filters import Filters
from app.store.queries.paging import MAX_LIMIT, Paging, read_paging
from app.store.views.base import View
from app.store.views.facts import DeadlineView

T = TypeVar("T")
_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The dated figures of these ids, in their order; they are read from the session's one snapshot."""

    session: Session
    ids: Sequence[int]
    today: date

    def views(self) -> Iterator[DeadlineView]:
        """Read one after the other, as the list gives them."""
        for ids in self._parts(MAX_LIMIT):
            rows = read_chosen(self.session, DEADLINES, Deadline.id, ids)
            yield from read_deadlines(self.session, rows, self.today)

    def blocks(self, make: Callable[[str, View | None], T]) -> Iterator[tuple[Sequence[int], Block[T]]]:
        """Read them as texts, as DatedTexts gives them, with the order of the ids of each block."""
        reader = DatedTexts(self.session, self.today, make)
        for ids in self._parts(_AT_A_TIME):
            yield ids, reader.read(ids)

    def _parts(self, size: int) -> Iterator[Sequence[int]]:
        return (self.ids[start : start + size] for start in range(0, len(self.ids), size))


def find_dated_rows(session: Session, filters: Filters, sort: str | None, today: date) -> DatedRows:
    """Find all public deadlines that the filters leave, as `find_deadlines` finds its pages of them.

    Raises DomainError as it does.
    """
    paging = Paging(sort=sort)
    chosen, orders = choose_in_order(session, filters, paging, today)
    asked = read_paging(paging, orders, ("deadlines", filters))
    ids = (number for _, _, number in in_order(session, Deadline.id, chosen, asked))
    return DatedRows(session, array("l", ids), today)
