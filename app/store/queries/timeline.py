"""The timeline of deadlines: a page of them by due date, counts by period, and those that nobody has measured.

Deadlines in other orders are listed in `deadlines`; counts for the filters are made in `facets`.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from pyroaring import BitMap
from sqlalchemy import case
from sqlalchemy.orm import Session

from app.domain.vocabulary import Precision, Result, Timing
from app.store.held import Side
from app.store.models import Deadline
from app.store.queries.choosing import UNDATED, Chosen, choose_deadlines
from app.store.queries.chosen import fetch_chosen, read_chosen
from app.store.queries.deadlines import DEADLINES, goal_of, read_deadlines
from app.store.queries.facets import count_facets
from app.store.queries.filters import Filters
from app.store.queries.paging import Order, Paging, Step
from app.store.queries.progress import ProgressReader
from app.store.queries.rows import swift
from app.store.views.base import Page
from app.store.views.timeline import Timeline, YearCount

UNMEASURED = frozenset({Result.UNOBSERVED, Result.NOT_ASSESSABLE})
MOST_PAST = 2000
"""How many of the past deadlines, the latest first, are looked at for whether anything measures them."""

# Of one last day, what is known to the year only comes last; ids stay far below the difference.
_YEARS_LAST = 1_000_000_000


def _by_day(side: Side) -> list[Step]:
    years = side.by["precision"].get(str(Precision.YEAR), BitMap())
    return [
        step
        for day, ids in sorted(side.by["due"].items())
        for step in ((day, 0, ids - years), (day, _YEARS_LAST, ids & years))
    ]


ORDERS = {
    "due_on": Order(
        Deadline.due_sort,
        case((Deadline.due_precision == Precision.YEAR, Deadline.id + _YEARS_LAST), else_=Deadline.id),
        steps=_by_day,
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
    chosen = choose_deadlines(session, filters, today)
    if unmeasured:
        chosen = chosen.narrowed(ids)
    found = fetch_chosen(
        session,
        DEADLINES,
        Deadline.id,
        chosen,
        paging,
        orders=ORDERS,
        belongs_to=("timeline", filters, unmeasured),
        capped=filters.q is not None,
    )
    items = read_deadlines(session, found.rows, today)
    years, undated = _count_periods(chosen)
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
    past = choose_deadlines(session, replace(filters, timing=Timing.PAST), today)
    latest = chain.from_iterable(
        past.ids & ids for _, ids in sorted(past.side.by["due"].items(), reverse=True)
    )
    rows = swift(read_chosen(session, DEADLINES, Deadline.id, list(islice(latest, MOST_PAST + 1))))
    looked_at = rows[:MOST_PAST]
    progress = ProgressReader(session, [(row.region_id, row.metric_family) for row in looked_at], today)
    ids = [
        row.id
        for row in looked_at
        if progress.assess(goal_of(row), row.region_id, row.metric_family).result in UNMEASURED
    ]
    return ids, len(rows) > MOST_PAST


def _count_periods(chosen: Chosen) -> tuple[tuple[YearCount, ...], int]:
    """Count by year and quarter; what is known to the year only counts for none of its quarters."""
    years = chosen.side.by["precision"].get(str(Precision.YEAR), BitMap())
    quarters: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    within: dict[int, int] = defaultdict(int)
    undated = 0
    for day, ids in chosen.side.by["due"].items():
        own = chosen.ids & ids
        if not own:
            continue
        if day == UNDATED:
            undated = len(own)
            continue
        whole = own.intersection_cardinality(years)
        within[day.year] += whole
        quarters[day.year][quarter_of(day) - 1] += len(own) - whole
    counted = tuple(
        YearCount(year, (one, two, three, four), within[year])
        for year in sorted(quarters)
        for one, two, three, four in [quarters[year]]
    )
    return counted, undated
