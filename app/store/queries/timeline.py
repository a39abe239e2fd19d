"""The timeline of deadlines: a page of them by due date, counts by period, and those that nobody has measured.

Deadlines in other orders are listed in `deadlines`; counts for the filters are made in `facets`.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.domain.vocabulary import Precision, Result, Timing
from app.store.models import Deadline, Metric, Plan, Region, Target, Topic
from app.store.queries.deadlines import DEADLINES, deadline_conditions, goal_of, read_deadlines
from app.store.queries.facets import count_facets
from app.store.queries.filters import Condition, Filters, timing_condition
from app.store.queries.paging import Order, Paging, fetch_page
from app.store.queries.progress import ProgressReader
from app.store.queries.rows import swift
from app.store.views.base import Page
from app.store.views.timeline import Timeline, YearCount

UNMEASURED = frozenset({Result.UNOBSERVED, Result.NOT_ASSESSABLE})
MOST_PAST = 2000
"""How many of the past deadlines, the latest first, are looked at for whether anything measures them."""

# Of one last day, what is known to the year only comes last; ids stay far below the difference.
_YEARS_LAST = 1_000_000_000
ORDERS = {
    "due_on": Order(
        Deadline.due_sort,
        case((Deadline.due_precision == Precision.YEAR, Deadline.id + _YEARS_LAST), else_=Deadline.id),
    )
}


def read_timeline(
    session: Session, filters: Filters, paging: Paging, today: date, *, unmeasured: bool = False
) -> Timeline:
    """Read a page of the public deadlines by due date, undated ones last, in a fixed number of statements.

    With `unmeasured`, only past ones of which no observation can tell whether they were kept; `timing` must
    be empty then. Raises DomainError for what the filters name and is unknown, bad_limit, bad_cursor.
    """
    ids, capped = unmeasured_ids(session, replace(filters, timing=None), today)
    conditions = deadline_conditions(session, filters)
    if filters.timing is not None:
        conditions.append(timing_condition(filters.timing, today))
    if unmeasured:
        conditions.append(Deadline.id.in_(ids))
    found = fetch_page(
        session,
        DEADLINES.where(*conditions),
        paging,
        orders=ORDERS,
        belongs_to=("timeline", filters, unmeasured),
        capped=filters.q is not None,
    )
    items = read_deadlines(session, found.rows, today)
    years, undated = _count_periods(session, conditions)
    return Timeline(
        page=Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next),
        years=years,
        undated=undated,
        facets=count_facets(session, replace(filters, timing=Timing.PAST) if unmeasured else filters, today),
        unmeasured=len(ids),
        unmeasured_capped=capped,
    )


def quarter_of(day: date) -> int:
    """Give the quarter of a day, 1 to 4."""
    return (day.month + 2) // 3


def unmeasured_ids(session: Session, filters: Filters, today: date) -> tuple[list[int], bool]:
    """Find the past deadlines that no observation measures, and say whether there were more than MOST_PAST.

    `timing` must be empty. Raises DomainError for what the filters name and is unknown.
    """
    held = [*deadline_conditions(session, filters), timing_condition(Timing.PAST, today)]
    rows = swift(
        session.execute(
            DEADLINES.where(*held).order_by(Deadline.due_sort.desc(), Deadline.id).limit(MOST_PAST + 1)
        )
    )
    looked_at = rows[:MOST_PAST]
    progress = ProgressReader(session, {(row.region_id, row.metric_family) for row in looked_at}, today)
    ids = [
        row.id
        for row in looked_at
        if progress.assess(goal_of(row), row.region_id, row.metric_family).result in UNMEASURED
    ]
    return ids, len(rows) > MOST_PAST


def _count_periods(session: Session, conditions: list[Condition]) -> tuple[tuple[YearCount, ...], int]:
    """Count by year and quarter; what is known to the year only counts for none of its quarters."""
    rows = session.execute(
        select(Deadline.due_on, Deadline.due_precision, func.count())
        .select_from(Deadline)
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .where(*conditions)
        .group_by(Deadline.due_on, Deadline.due_precision)
    )
    quarters: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    within: dict[int, int] = defaultdict(int)
    undated = 0
    for due_on, precision, count in rows:
        if due_on is None:
            undated += count
        elif precision is Precision.YEAR:
            within[due_on.year] += count
        else:
            quarters[due_on.year][quarter_of(due_on) - 1] += count
    years = tuple(
        YearCount(year, (one, two, three, four), within[year])
        for year in sorted({*quarters, *within})
        for one, two, three, four in [quarters[year]]
    )
    return years, undated
