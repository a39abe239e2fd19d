"""The flat list of dated figures: a row per deadline, with target, plan, region, progress and evidence.

The comparison puts the same rows side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.comparability import TARGET_STATUS, Figure
from app.domain.errors import GoneError, NotFoundError
from app.domain.progress import Goal
from app.domain.vocabulary import Direction, EditorialState
from app.store.models import Deadline, Evidence, Metric, Plan, Region, Target, Topic
from app.store.queries.choosing import Chosen, choose_deadlines
from app.store.queries.chosen import by_day, fetch_chosen
from app.store.queries.filters import Filters, within
from app.store.queries.judging import Judged
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, Slice
from app.store.queries.progress import ProgressReader
from app.store.queries.rows import (
    METRIC,
    PLAN,
    REGION,
    TOPIC,
    evidence_of,
    figure_columns,
    figure_fields,
    figure_of,
    key_columns,
    key_fields,
    key_of,
    plan_of,
    region_of,
    swift,
)
from app.store.revisions import was_public
from app.store.views.base import Page, trusted
from app.store.views.facts import DeadlineView, NotedTargetRef

_deadline = trusted(DeadlineView)
_target = trusted(NotedTargetRef)
ORDERS = {
    "due_on": Order(Deadline.due_sort, Deadline.id, steps=by_day),
    "-due_on": Order(Deadline.due_sort, Deadline.id, descending=True, steps=by_day),
    "updated_at": Order(Deadline.updated_at, Deadline.id),
    "-updated_at": Order(Deadline.updated_at, Deadline.id, descending=True),
}
# By value only within one metric and kind (R3); qualitative rows have none and are not listed then.
VALUE_ORDERS = {
    "value": Order(Deadline.canonical_sort, Deadline.id),
    "-value": Order(Deadline.canonical_sort, Deadline.id, descending=True),
}
PUBLIC = (
    Plan.editorial_state == EditorialState.PUBLISHED,
    Target.retired_on.is_(None),
    Deadline.retired_on.is_(None),
)


# What a deadline's view is made of, joined but not yet filtered.
DEADLINES: AnySelect = (
    select(
        Deadline.id,
        Deadline.public_id,
        Deadline.due_on,
        Deadline.due_precision,
        Deadline.due_as_stated,
        Deadline.ambition,
        Deadline.inferred,
        Deadline.note_zh,
        Deadline.note_en,
        Deadline.updated_at,
        *figure_columns(Deadline),
        *key_columns(Target),
        Target.public_id.label("target_public_id"),
        Target.statement_zh,
        Target.statement_en,
        Target.bindingness,
        Target.baseline_year,
        Target.inferred.label("target_inferred"),
        Target.note_zh.label("target_note_zh"),
        Target.note_en.label("target_note_en"),
        Target.region_id,
        *REGION,
        *PLAN,
        *METRIC,
        *TOPIC,
    )
    .join(Target, Target.id == Deadline.target_id)
    .join(Plan, Plan.id == Target.plan_id)
    .join(Region, Region.id == Target.region_id)
    .join(Topic, Topic.id == Target.topic_id)
    .outerjoin(Metric, Metric.id == Target.metric_id)
)


def list_deadlines(session: Session, filters: Filters, paging: Paging, today: date) -> Page[DeadlineView]:
    """List public deadlines as `find_deadlines` finds them."""
    found = find_deadlines(session, filters, paging, today)
    items = read_deadlines(session, found.rows, today)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def find_deadlines(session: Session, filters: Filters, paging: Paging, today: date) -> Slice:
    """Find a page of public deadlines, by due date unless sorted otherwise; undated ones come last.

    Raises DomainError for an unknown region, topic, metric, plan, sort or cursor.
    """
    chosen, orders = choose_in_order(session, filters, paging, today)
    return fetch_chosen(
        session,
        DEADLINES,
        Deadline.id,
        chosen,
        paging,
        orders=orders,
        belongs_to=("deadlines", filters),
        capped=filters.q is not None,
    )


def choose_in_order(
    session: Session, filters: Filters, paging: Paging, today: date
) -> tuple[Chosen, Mapping[str, Order]]:
    """Find what the filters leave, and the orders it can be read in: by value only within one metric and kind (R3)."""
    chosen = choose_deadlines(session, filters, today)
    if filters.metric is None or filters.kind is None:
        return chosen, ORDERS
    if paging.sort in VALUE_ORDERS:
        valued = select(Deadline.id).where(Deadline.canonical_sort.is_not(None))
        chosen = chosen.narrowed(session.scalars(valued.where(within(session, Deadline.id, chosen.ids))))
    return chosen, ORDERS | VALUE_ORDERS


def get_deadline(session: Session, public_id: str, today: date) -> DeadlineView:
    """Read one deadline; raise NotFoundError unknown_deadline, or GoneError if it was retired."""
    columns = (Plan.editorial_state, Plan.retired_on, Target.retired_on, Deadline.retired_on)
    named = DEADLINES.where(Deadline.public_id == public_id)
    state = session.execute(named.with_only_columns(*columns)).one_or_none()
    refuse_hidden(session, "unknown_deadline", public_id, state)
    rows = session.execute(named).all()
    return read_deadlines(session, rows, today)[0]


def refuse_hidden(session: Session, code: str, key: str, state: Sequence[Any] | None) -> None:
    """Refuse an entity that is missing, not yet public, or retired: state first, then its tombstones' days.

    What was retired and never public is missing too: to say that it is gone would tell that it was there.
    """
    if state is None:
        raise NotFoundError(code, given=key)
    days = [day for day in state[1:] if day is not None]
    of_plan = code != "unknown_observation"
    whole = ("plan", key.partition(".")[0]) if of_plan else ("observation", key)
    if (days and state[0] is EditorialState.PUBLISHED) or (
        state[0] is EditorialState.RETIRED and was_public(session, *whole)
    ):
        raise GoneError("retired", given=key, retired_on=min(days).isoformat())
    if state[0] is not EditorialState.PUBLISHED:
        raise NotFoundError(code, given=key)


def judged_deadlines(session: Session, rows: Sequence[AnyRow], today: date) -> list[Judged[DeadlineView]]:
    """Read rows of DEADLINES as `read_deadlines` does, and add what R3 needs to judge them."""
    views = read_deadlines(session, rows, today)
    return [
        Judged(row.public_id, view, _figure(row), row.metric_direction or Direction.UP)
        for row, view in zip(swift(rows), views, strict=True)
    ]


def read_deadlines(session: Session, rows: Iterable[AnyRow], today: date) -> list[DeadlineView]:
    """Complete rows of DEADLINES by evidence and progress, in a fixed number of statements."""
    listed = swift(rows)
    evidence = evidence_of(session, Evidence.deadline_id, [row.id for row in listed])
    progress = ProgressReader(session, [(row.region_id, row.metric_family) for row in listed], today)
    return [
        _deadline(
            id=row.public_id,
            target=_target(
                public_id=row.target_public_id,
                statement_zh=row.statement_zh,
                statement_en=row.statement_en,
                note_zh=row.target_note_zh,
                note_en=row.target_note_en,
            ),
            plan=plan_of(row),
            region=region_of(row),
            **key_fields(row),
            **figure_fields(row),
            due_on=row.due_on,
            due_precision=row.due_precision,
            due_as_stated=row.due_as_stated,
            ambition=row.ambition,
            bindingness=row.bindingness,
            inferred=list(dict.fromkeys([*row.target_inferred, *row.inferred])),
            note_zh=row.note_zh,
            note_en=row.note_en,
            progress=progress.assess(goal_of(row), row.region_id, row.metric_family),
            evidence=evidence.get(row.id, []),
            updated_at=row.updated_at,
        )
        for row in listed
    ]


def goal_of(row: AnyRow) -> Goal:
    """Give what R4 needs to know of a row of DEADLINES, or of its columns of that name."""
    return Goal(
        key=key_of(row),
        region=row.region_code,
        due_on=row.due_on,
        baseline_year=row.baseline_year,
        comparator=row.comparator,
        value=row.canonical_value,
        value_high=row.canonical_high,
        unit=row.canonical_unit,
        direction=row.metric_direction or Direction.UP,
        dimension=row.metric_dimension,
    )


def _figure(row: AnyRow) -> Figure:
    return figure_of(
        row,
        on=row.due_on,
        status=TARGET_STATUS,
        inferred=row.target_inferred,
        stage=row.plan_stage,
        target=row.target_public_id,
        plan=row.plan_slug,
    )
