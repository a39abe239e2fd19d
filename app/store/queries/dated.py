"""The dated deadlines for calendars, as many as a calendar may hold, those nearest to come first.

The pages of deadlines are read in `timeline`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import Session

from app.store.models import Deadline
from app.store.queries.deadlines import DEADLINES, deadline_conditions, read_deadlines
from app.store.queries.filters import Filters, timing_condition
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
    conditions = deadline_conditions(session, filters)
    if filters.timing is not None:
        conditions.append(timing_condition(filters.timing, today))
    if unmeasured:
        ids, _ = unmeasured_ids(session, replace(filters, timing=None), today)
        conditions.append(Deadline.id.in_(ids))
    listed = DEADLINES.where(*conditions)
    every, dated = session.execute(listed.with_only_columns(func.count(), func.count(Deadline.due_on))).one()
    coming = session.execute(
        listed.where(Deadline.due_on >= today).order_by(Deadline.due_sort, Deadline.id).limit(most)
    ).all()
    past = session.execute(
        listed.where(Deadline.due_on < today)
        .order_by(Deadline.due_sort.desc(), Deadline.id.desc())
        .limit(most - len(coming))
    ).all()
    items = read_deadlines(session, [*reversed(past), *coming], today)
    return Dated(items, dated - len(items), every - dated)
