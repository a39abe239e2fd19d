"""Pages of rows whose ids are known: in an order that is known in memory too, or in one of the tables.

Which ids filters leave is said in `choosing`, what is read of a row by its collection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final, TypeAlias

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.held import Side
from app.store.queries.choosing import Chosen
from app.store.queries.filters import Column, within
from app.store.queries.paging import (
    COUNT_CAP,
    AnyRow,
    AnySelect,
    Asked,
    Order,
    Paging,
    Slice,
    Step,
    arranged,
    beyond,
    read_paging,
)

_FEW: Final = 20_000
"""Up to how many rows are sorted by the database; more are met often enough in an index of their order."""
_AT_A_TIME: Final = 1000
Placed: TypeAlias = tuple[Any, int, int]
"""The value that a row is ordered by, its tie and its id."""


def fetch_chosen(  # noqa: PLR0913 - what makes a list
    session: Session,
    statement: AnySelect,
    column: Column,
    chosen: Chosen,
    paging: Paging,
    *,
    orders: Mapping[str, Order],
    belongs_to: tuple[Any, ...],
    capped: bool = False,
) -> Slice:
    """Fetch one page of the chosen rows of a statement that has their `column` of ids, as `fetch_page` does.

    Raises DomainError bad_sort, bad_limit, bad_cursor.
    """
    asked = read_paging(paging, orders, belongs_to)
    total = len(chosen.ids) if asked.total is None else asked.total
    capped = capped and not paging.exact
    if capped:
        total = min(total, COUNT_CAP)
    places = list(islice(in_order(session, column, chosen, asked), paging.limit + 1))
    more = len(places) > paging.limit
    places = places[: paging.limit]
    following = asked.cursor(places[-1][0], places[-1][1], total) if more else None
    rows = read_chosen(session, statement, column, [place[2] for place in places])
    return Slice(rows, total, capped and total >= COUNT_CAP, following)


def read_chosen(session: Session, statement: AnySelect, column: Column, ids: Sequence[int]) -> list[AnyRow]:
    """Read the rows of these ids, in their order; the statement has the ids as `id`."""
    found = {row.id: row for row in session.execute(statement.where(within(session, column, ids)))}
    return [found[number] for number in ids]


def in_order(session: Session, column: Column, chosen: Chosen, asked: Asked) -> Iterator[Placed]:
    """Go through the chosen rows in the order that is asked for, from where it is."""
    order = asked.order
    if order.steps is not None:
        return _by_steps(chosen.ids, list(order.steps(chosen.side)), order, asked.after)
    places = select(order.column, order.tie, column).order_by(*arranged(order))
    if asked.after is not None:
        places = places.where(beyond(order, *asked.after))
    if len(chosen.ids) <= _FEW:
        found = session.execute(places.where(within(session, column, chosen.ids)))
        return (tuple(row) for row in found)
    return _met(session, places, chosen.ids)


def by_day(side: Side) -> list[Step]:
    """Give the steps of an order by due date, undated ones last."""
    return [(day, 0, ids) for day, ids in sorted(side.by["due"].items())]


def by_final_day(side: Side) -> list[Step]:
    """Give the steps of an order of targets by their last due date."""
    return [(day, 0, ids) for day, ids in sorted(side.by["final"].items())]


def _by_steps(
    ids: BitMap, steps: list[Step], order: Order, after: tuple[date, int] | None
) -> Iterator[Placed]:
    way = -1 if order.descending else 1
    for value, offset, members in steps[::way]:
        if after is not None and (value > after[0] if order.descending else value < after[0]):
            continue
        own = (ids & members).to_array()
        start, end = 0, len(own)
        if after is not None and value == after[0]:
            last = after[1] - offset
            if order.descending:
                end = bisect_left(own, last)
            else:
                start = bisect_right(own, last)
        for number in own[start:end][::way]:
            yield value, number + offset, number


def _met(session: Session, places: AnySelect, ids: BitMap) -> Iterator[Placed]:
    """Go through all rows in an order, and keep those that are chosen."""
    found = session.execute(places, execution_options={"yield_per": _AT_A_TIME})
    try:
        for some in found.partitions():
            yield from (tuple(row) for row in some if row[2] in ids)
    finally:
        found.close()
