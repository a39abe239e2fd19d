"""The dated deadlines for calendars, as many as a calendar may hold, those nearest to come first.

The pages of deadlines are read in `timeline`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from sqlalchemy.orm import Session

from app.store.models import Deadline
from app.store.queries.choosing import UNDATED, choose_deadlines
from app.store.queries.chosen import read_chosen
from app.store.queries.deadlines import DEADLINES, read_deadlines
from app.store.queries.filters import Filters
from app.store.queries.timeline import unmeasured_ids
from app.store.views.facts import DeadlineView


@dataclass(frozen=True, slots=True)
class Dated:
    """Deadlines by due date, how many more there are, and how many have no date."""

    items: Sequence[DeadlineView]
    left_out: int
    undated: int


def read_dated(
    session: Session, filters: Filters, today: date, *, most: int, unmeasured: bool = False
) -> Dated:
    """Read what falls due from today on, the next first, then what is past, the latest first, up to `most`.

    With `unmeasured`, only past ones of which no observation can tell whether they were kept; `timing` must be
    empty then. Raises DomainError for what the filters name and is unknown.
    """
    chosen = choose_deadlines(session, filters, today)
    if unmeasured:
        ids, _ = unmeasured_ids(session, replace(filters, timing=None), today)
        chosen = chosen.narrowed(ids)
    days = [(day, chosen.ids & ids) for day, ids in sorted(chosen.side.by["due"].items()) if day != UNDATED]
    coming = list(islice(chain.from_iterable(ids for day, ids in days if day >= today), most))
    past = chain.from_iterable(reversed(ids.to_array()) for day, ids in reversed(days) if day < today)
    shown = [*reversed(list(islice(past, most - len(coming)))), *coming]
    items = read_deadlines(session, read_chosen(session, DEADLINES, Deadline.id, shown), today)
    dated = sum(len(ids) for _, ids in days)
    return Dated(items, dated - len(items), len(chosen.ids) - dated)
