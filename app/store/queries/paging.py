"""Pages of a collection by cursor: a cursor belongs to its filters and carries the total.

What is listed, and in which orders, is said by each collection.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from pyroaring import BitMap
from sqlalchemy import Row, Select, SQLColumnExpression, TypeDecorator, func, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import DomainError
from app.store.held import Side

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

Step: TypeAlias = tuple[Any, int, BitMap]
"""What has one value of the column that is ordered by: the value, what is added to an id for its tie, the ids."""
Steps: TypeAlias = Callable[[Side], Iterable[Step]]

MAX_LIMIT = 1000
COUNT_CAP = 1001
"""Where a text search stops counting."""

_LARGEST = 2**31 - 1  # of an INTEGER column
_READERS: Mapping[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: lambda text: datetime.fromisoformat(text).astimezone(UTC),
}


@dataclass(frozen=True, slots=True)
class Paging:
    """How much of a collection, from where, in which order; `exact` counts all, where a text search would stop."""

    limit: int = 50
    cursor: str | None = None
    sort: str | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a collection: a never-null column, a unique one to break ties, and the direction.

    `steps` give the order of ids that are held in memory, where it is known there.
    """

    column: SQLColumnExpression[Any]
    tie: SQLColumnExpression[int]
    descending: bool = False
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it is asked for: in which order, after which value and tie, and the total if that is known already.

    `mark` is what the cursors of this list in this order have in common.
    """

    order: Order
    mark: str
    after: tuple[Any, int] | None
    total: int | None

    def cursor(self, value: Any, tie: int, total: int) -> str:
        """Write the cursor of what comes after a row."""
        text = value.isoformat() if isinstance(value, date) else value
        packed = json.dumps([self.mark, text, tie, total], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page, with the total and the next cursor."""

    rows: list[AnyRow]
    total: int
    capped: bool
    next: str | None


def fetch_page(
    session: Session,
    statement: AnySelect,
    paging: Paging,
    *,
    orders: Mapping[str, Order],
    belongs_to: tuple[Any, ...],
    capped: bool = False,
) -> Slice:
    """Fetch one page of a statement: the first of `orders` is the default.

    `belongs_to` names the collection and its filters. Raises DomainError bad_sort, bad_limit, bad_cursor.
    """
    asked = read_paging(paging, orders, belongs_to)
    order, total = asked.order, asked.total
    capped = capped and not paging.exact
    page = statement
    if total is None:
        total = _count(session, statement, capped=capped)
    if asked.after is not None:
        page = page.where(beyond(order, *asked.after))
    rows = list(
        session.execute(
            page.add_columns(order.column.label("_sort"), order.tie.label("_tie"))
            .order_by(*arranged(order))
            .limit(paging.limit + 1)
        )
    )
    more = len(rows) > paging.limit
    rows = rows[: paging.limit]
    last: Any = rows[-1] if more else None
    following = asked.cursor(last._sort, last._tie, total) if more else None  # noqa: SLF001 - labelled columns of ours
    return Slice(rows, total, capped and total >= COUNT_CAP, following)


def read_paging(paging: Paging, orders: Mapping[str, Order], belongs_to: tuple[Any, ...]) -> Asked:
    """Read which page is asked for; raise DomainError bad_sort, bad_limit, bad_cursor."""
    if not 1 <= paging.limit <= MAX_LIMIT:
        raise DomainError("bad_limit", "limit", given=paging.limit, max=MAX_LIMIT)
    name = paging.sort or next(iter(orders))
    if name not in orders:
        raise DomainError("bad_sort", "sort", given=name, allowed=", ".join(orders))
    order = orders[name]
    mark = hashlib.sha256(repr((*belongs_to, name)).encode()).hexdigest()[:12]
    if paging.cursor is None:
        return Asked(order, mark, None, None)
    value, tie, total = _read_cursor(paging.cursor, mark, order)
    return Asked(order, mark, (value, tie), total)


def arranged(order: Order) -> list[ColumnElement[Any]]:
    """Write an order as SQL has it."""
    columns = (order.column, order.tie)
    return [column.desc() if order.descending else column.asc() for column in columns]


def _count(session: Session, statement: AnySelect, *, capped: bool) -> int:
    counted = statement.with_only_columns(func.count() if not capped else statement.selected_columns[0])
    if not capped:
        return session.scalar(counted.order_by(None)) or 0
    inner = counted.order_by(None).limit(COUNT_CAP).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def beyond(order: Order, after: Any, tie: int) -> ColumnElement[bool]:
    """Hold a statement to what comes after a row; both at once, so that an index leads there on both engines."""
    place, row = tuple_(order.column, order.tie), (after, tie)
    return place < row if order.descending else place > row


def _read_cursor(cursor: str, mark: str, order: Order) -> tuple[Any, int, int]:
    """Read where a page ended; what is not of the order's own form would otherwise fail in the database."""
    column: Any = order.column.label("_sort").type
    kind = (column.impl_instance if isinstance(column, TypeDecorator) else column).python_type
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        theirs, text, tie, total = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        value = _READERS[kind](text) if kind in _READERS else text
        sound = (
            theirs == mark
            and isinstance(value, kind)
            and str(value).isprintable()
            and text == (value.isoformat() if kind in _READERS else value)
            and all(type(number) is int and 0 <= number <= _LARGEST for number in (tie, total))
        )
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DomainError("bad_cursor", "cursor") from error
    if not sound:
        raise DomainError("bad_cursor", "cursor")
    return value, tie, total
