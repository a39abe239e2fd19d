"""Reads of the public's part of the revision log: changes by day, as a flat list, and of one entity.

Which revisions are public is said in `log`; editors read the log itself, drafts included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Date, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.domain.dates import SHANGHAI
from app.store.models import Region, Revision
from app.store.queries.compare import CompareQuery
from app.store.queries.diffs import touched
from app.store.queries.filters import Condition, region_id, under_region
from app.store.queries.log import (
    CHANGES,
    WholeChange,
    event_of,
    fields_of,
    public_before,
    read_changes,
    whole_of,
)
from app.store.queries.paging import AnyRow, Order, Paging, Slice, fetch_page
from app.store.queries.scopes import of_comparison, of_regions, of_topic
from app.store.revisions import Seed
from app.store.views.base import Page
from app.store.views.changes import (
    ChangesByDay,
    ChangeView,
    DayOfChanges,
    Deed,
    EventView,
    GatheredChanges,
    Recorded,
)

DAYS = 10
"""How many days are read at once, if they hold no more than REVISIONS."""
REVISIONS = 2000
SHOWN = 50
"""How many of the changes that are alike are read; of the rest only their number."""
HISTORY = 100
"""How many revisions of an entity its history looks back on."""


class ShanghaiDay(FunctionElement[date]):
    """The day in Shanghai of an instant kept in UTC; eight hours ahead since 1991, summer and winter."""

    type = Date()
    inherit_cache = True


@compiles(ShanghaiDay, "sqlite")
def _modified(element: ShanghaiDay, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(ShanghaiDay, "postgresql")
def _shifted(element: ShanghaiDay, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} + INTERVAL '8 hours' AS DATE)"


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """Which changes are asked for: from `since` on, before `until`; `region` alone, `under` with all below it.

    What belongs to a topic or a comparison is said in `scopes`.
    """

    entity: Recorded | None = None
    region: str | None = None
    under: str | None = None
    topic: str | None = None
    comparison: CompareQuery | None = None
    since: datetime | None = None
    until: datetime | None = None


def day_start(day: date) -> datetime:
    """Give the instant at which a day begins in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def list_changes(session: Session, filters: ChangeFilters, paging: Paging) -> Page[ChangeView]:
    """List public changes one by one, the latest first unless sorted by `at`; the total stops at 1001.

    Raises DomainError unknown_region, bad_sort, bad_limit, bad_cursor.
    """
    found = _fetch(session, filters, paging)
    items = read_changes(session, found.rows)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def list_whole_changes(
    session: Session, filters: ChangeFilters, paging: Paging
) -> tuple[list[WholeChange], str | None]:
    """List public changes as `list_changes` does, each with the public forms around it, and the next cursor."""
    found = _fetch(session, filters, paging)
    before = public_before(session, found.rows)
    views = read_changes(session, found.rows, before)
    return [
        whole_of(row, before.get(row.id), view) for row, view in zip(found.rows, views, strict=True)
    ], found.next


def _fetch(session: Session, filters: ChangeFilters, paging: Paging) -> Slice:
    return fetch_page(
        session,
        CHANGES.where(*_conditions(session, filters)).add_columns(Revision.seed),
        paging,
        orders={
            "-at": Order(Revision.at, Revision.id, descending=True),
            "at": Order(Revision.at, Revision.id),
        },
        belongs_to=("changes", filters),
        capped=True,
    )


def changes_by_day(session: Session, filters: ChangeFilters) -> ChangesByDay:
    """Read the latest days with what changed on them, what is alike gathered, in a fixed number of statements.

    As many days as DAYS, or as hold REVISIONS, but one at least; a day on which only drafts were touched is
    left out. Raises DomainError unknown_region.
    """
    held = _conditions(session, filters)
    latest = (
        select(ShanghaiDay(Revision.at).label("day"))
        .where(*held)
        .order_by(Revision.at.desc())
        .limit(REVISIONS)
        .subquery()
    )
    days: list[date] = [
        *session.scalars(select(latest.c.day).distinct().order_by(latest.c.day.desc()).limit(DAYS))
    ]
    read = session.scalar(select(func.count()).select_from(latest)) or 0
    if read == REVISIONS and len(days) > 1:
        # The oldest one may have been cut.
        days.pop()
    if not days:
        return ChangesByDay(days=[], older=None)
    start, end = day_start(days[-1]), day_start(days[0] + timedelta(days=1))
    older = session.scalar(
        select(ShanghaiDay(Revision.at))
        .where(*held, Revision.at < start)
        .order_by(Revision.at.desc())
        .limit(1)
    )
    seen = (
        CHANGES.where(*held, Revision.at >= start, Revision.at < end)
        .add_columns(ShanghaiDay(Revision.at).label("day"))
        .cte("seen")
    )
    alike = (seen.c.day, seen.c.entity, seen.c.deed, seen.c.door)
    newest_first = (seen.c.at.desc(), seen.c.id.desc())
    window = select(
        *seen.c,
        func.count().over(partition_by=alike).label("alike"),
        func.row_number().over(partition_by=alike, order_by=newest_first).label("place"),
    ).subquery()
    rows = session.execute(
        select(*window.c, Revision.seed)
        .join(Revision, Revision.id == window.c.id)
        .where(window.c.place <= SHOWN)
        .order_by(window.c.day.desc(), window.c.at.desc(), window.c.id.desc())
    ).all()
    views = dict(zip((row.id for row in rows), read_changes(session, rows), strict=True))
    return ChangesByDay(
        days=[_day(day, list(of_day), views) for day, of_day in groupby(rows, lambda row: row.day)],
        older=older,
    )


def history_of(
    session: Session,
    entity: Literal[
        "plan", "observation", "assessment", "region", "topic", "metric", "organization", "source", "target"
    ],
    key: str,
) -> list[EventView]:
    """List the public changes of one entity, the latest first, in two statements.

    `key` is as in the API; of a target, its public id, and the changes are those of its plan that touched it.
    Looks back on HISTORY revisions. Whether the entity is public now is the caller's business; of an unknown
    one the list is empty.
    """
    whole = Recorded.PLAN if entity == "target" else Recorded(entity)
    name = key.partition(".")[0] if entity == "target" else key
    rows = session.execute(
        CHANGES.add_columns(Revision.seed)
        .where(Revision.entity == whole, Revision.entity_key == name)
        .order_by(Revision.version.desc())
        .limit(HISTORY)
    ).all()
    before = public_before(session, rows)
    if entity != "target":
        return [event_of(row, Deed(row.deed), fields_of(row, before.get(row.id))) for row in rows]
    events = (_event_of_target(row, before.get(row.id), key) for row in rows)
    return [event for event in events if event is not None]


def _conditions(session: Session, filters: ChangeFilters) -> list[Condition]:
    held: list[Condition] = [Revision.applied.is_(True)]
    if filters.entity is not None:
        held.append(Revision.entity == filters.entity)
    if filters.region is not None:
        held.append(of_regions(Region.id == region_id(session, filters.region)))
    if filters.under is not None:
        held.append(of_regions(Region.id.in_(under_region(region_id(session, filters.under, "under")))))
    if filters.topic is not None:
        held.append(of_topic(session, filters.topic))
    if filters.comparison is not None:
        held.append(of_comparison(session, filters.comparison))
    if filters.since is not None:
        held.append(Revision.at >= filters.since)
    if filters.until is not None:
        held.append(Revision.at < filters.until)
    return held


def _event_of_target(row: AnyRow, before: Seed | None, public_id: str) -> EventView | None:
    """Tell what a revision of a plan did to one of its targets; none if it left it as it was."""
    old, new = _target_in(before, public_id), _target_in(row.seed, public_id)
    deed = Deed(row.deed)
    if deed in {Deed.RETIRED, Deed.WITHDRAWN}:
        return None if old is None else event_of(row, deed, [])
    if old == new:
        return None
    if old is None:
        return event_of(row, Deed.ADDED if deed is Deed.CHANGED else deed, [])
    if new is None:
        return event_of(row, Deed.WITHDRAWN, [])
    was, is_now = "retired_on" in old, "retired_on" in new
    if was != is_now:
        return event_of(row, Deed.RETIRED if is_now else Deed.RESTORED, touched(old, new))
    return event_of(row, Deed.CHANGED, touched(old, new))


def _target_in(plan: Seed | None, public_id: str) -> Seed | None:
    targets: list[Seed] = (plan or {}).get("targets", [])
    return next((target for target in targets if target["public_id"] == public_id), None)


def _day(day: date, rows: Sequence[AnyRow], views: dict[int, ChangeView]) -> DayOfChanges:
    """Gather what is alike on one day, in the order of the entities, then of the deeds."""
    groups: dict[tuple[Recorded, Deed, str], list[AnyRow]] = {}
    for row in rows:
        groups.setdefault((Recorded(row.entity), Deed(row.deed), row.door), []).append(row)
    entities, deeds = list(Recorded), list(Deed)
    ordered = sorted(
        groups.items(), key=lambda item: (entities.index(item[0][0]), deeds.index(item[0][1]), item[0][2])
    )
    gathered = [
        GatheredChanges(
            entity=entity,
            action=deed,
            door=views[alike[0].id].door,
            count=alike[0].alike,
            changes=[views[row.id] for row in alike],
        )
        for (entity, deed, _), alike in ordered
    ]
    return DayOfChanges(day=day, count=sum(group.count for group in gathered), gathered=gathered)
