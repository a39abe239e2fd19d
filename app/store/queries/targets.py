"""The list of targets, each with all its deadlines, and single ones.

Dated figures as a flat list are in `deadlines`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.models import Deadline, Metric, Plan, Region, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.choosing import choose_targets
from app.store.queries.chosen import by_final_day, fetch_chosen
from app.store.queries.deadlines import DEADLINES, read_deadlines, refuse_hidden
from app.store.queries.filters import Filters
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging
from app.store.queries.rows import (
    METRIC,
    PLAN,
    REGION,
    TOPIC,
    key_columns,
    key_fields,
    plan_of,
    region_of,
)
from app.store.views.base import Page
from app.store.views.facts import DeadlineView, TargetView

# The last deadline is the final one; every target has one, so this is never null.
_FINAL = (
    select(func.max(Deadline.due_sort))
    .where(Deadline.target_id == Target.id, Deadline.retired_on.is_(None))
    .correlate(Target)
    .scalar_subquery()
)
ORDERS = {
    "public_id": Order(Bytewise(Target.public_id), Target.id),
    "due_on": Order(_FINAL, Target.id, steps=by_final_day),
    "-due_on": Order(_FINAL, Target.id, descending=True, steps=by_final_day),
    "updated_at": Order(Target.updated_at, Target.id),
    "-updated_at": Order(Target.updated_at, Target.id, descending=True),
}
# What a target's view is made of, joined but not yet filtered.
TARGETS: AnySelect = (
    select(
        Target.id,
        Target.public_id,
        Target.statement_zh,
        Target.statement_en,
        Target.bindingness,
        Target.baseline_value,
        Target.baseline_unit,
        Target.baseline_year,
        Target.inferred,
        Target.note_zh,
        Target.note_en,
        Target.updated_at,
        Target.retired_on,
        Plan.editorial_state,
        Plan.retired_on.label("plan_retired_on"),
        *key_columns(Target),
        *REGION,
        *PLAN,
        *METRIC,
        *TOPIC,
    )
    .select_from(Target)
    .join(Plan, Plan.id == Target.plan_id)
    .join(Region, Region.id == Target.region_id)
    .join(Topic, Topic.id == Target.topic_id)
    .outerjoin(Metric, Metric.id == Target.metric_id)
)


def list_targets(session: Session, filters: Filters, paging: Paging, today: date) -> Page[TargetView]:
    """List public targets by public id; `due_on` sorts by the final deadline.

    Filters: region, under, topic, metric, family, kind, year (of any deadline), stage, plan, source, q,
    updated_since. Raises DomainError for what they name and is unknown, bad_sort, bad_limit, bad_cursor.
    """
    found = fetch_chosen(
        session,
        TARGETS,
        Target.id,
        choose_targets(session, filters),
        paging,
        orders=ORDERS,
        belongs_to=("targets", filters),
        capped=filters.q is not None,
    )
    items = _read(session, found.rows, today)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def get_target(session: Session, public_id: str, today: date) -> TargetView:
    """Read one target; raise NotFoundError unknown_target, or GoneError if it was retired."""
    row = session.execute(TARGETS.where(Target.public_id == public_id)).one_or_none()
    state = None if row is None else (row.editorial_state, row.plan_retired_on, row.retired_on)
    refuse_hidden(session, "unknown_target", public_id, state)
    return _read(session, [] if row is None else [row], today)[0]


def targets_of_plan(session: Session, plan: int, today: date) -> list[TargetView]:
    """Read the targets of a plan in the curator's order, but for retired ones."""
    held = (Target.plan_id == plan, Target.retired_on.is_(None))
    rows = session.execute(TARGETS.where(*held).order_by(Target.position, Target.id)).all()
    return _read(session, rows, today)


def _read(session: Session, rows: Sequence[AnyRow], today: date) -> list[TargetView]:
    """Complete targets by their deadlines, in a fixed number of statements."""
    listed = session.execute(
        DEADLINES.where(
            Deadline.target_id.in_([row.id for row in rows]), Deadline.retired_on.is_(None)
        ).order_by(Deadline.due_sort, Deadline.position, Deadline.id)
    )
    deadlines: dict[str, list[DeadlineView]] = defaultdict(list)
    for deadline in read_deadlines(session, listed, today):
        deadlines[deadline.target.public_id].append(deadline)
    return [
        TargetView(
            public_id=row.public_id,
            statement_zh=row.statement_zh,
            statement_en=row.statement_en,
            bindingness=row.bindingness,
            baseline_value=row.baseline_value,
            baseline_unit=row.baseline_unit,
            baseline_year=row.baseline_year,
            inferred=row.inferred,
            note_zh=row.note_zh,
            note_en=row.note_en,
            **key_fields(row),
            plan=plan_of(row),
            region=region_of(row),
            deadlines=deadlines[row.public_id],
            updated_at=row.updated_at,
        )
        for row in rows
    ]
