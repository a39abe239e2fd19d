"""The list of policy instruments and single ones.

The plans they belong to are in `plans`.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import Evidence, Measure, Plan, Region
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import refuse_hidden
from app.store.queries.filters import Condition, Filters, place_conditions, plan_id, supported_by
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, fetch_page
from app.store.queries.rows import PLAN, REGION, evidence_of, plan_of, region_of
from app.store.search import matching
from app.store.views.base import Page
from app.store.views.facts import MeasureView

ORDERS = {
    "public_id": Order(Bytewise(Measure.public_id), Measure.id),
    "updated_at": Order(Measure.updated_at, Measure.id),
    "-updated_at": Order(Measure.updated_at, Measure.id, descending=True),
}
# Fields of the view that are columns of the same name.
_PLAIN = tuple(name for name in MeasureView.model_fields if name not in {"plan", "region", "evidence"})
# What a measure's view is made of, joined but not yet filtered.
MEASURES: AnySelect = (
    select(
        Measure.id,
        *(getattr(Measure, name) for name in _PLAIN),
        Measure.retired_on,
        Plan.editorial_state,
        Plan.retired_on.label("plan_retired_on"),
        *PLAN,
        *REGION,
    )
    .select_from(Measure)
    .join(Plan, Plan.id == Measure.plan_id)
    .join(Region, Region.id == Measure.region_id)
)


def list_measures(session: Session, filters: Filters, paging: Paging) -> Page[MeasureView]:
    """List public measures by public id; filters: region, under, plan, stage, kind, source, q, updated_since.

    Raises DomainError for what they name and is unknown, bad_sort, bad_limit, bad_cursor.
    """
    found = fetch_page(
        session,
        MEASURES.where(*measure_conditions(session, filters)),
        paging,
        orders=ORDERS,
        belongs_to=("measures", filters),
        capped=filters.q is not None,
    )
    items = _read(session, found.rows)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def get_measure(session: Session, public_id: str) -> MeasureView:
    """Read one measure; raise NotFoundError unknown_measure, or GoneError if it was retired."""
    row = session.execute(MEASURES.where(Measure.public_id == public_id)).one_or_none()
    state = None if row is None else (row.editorial_state, row.plan_retired_on, row.retired_on)
    refuse_hidden(session, "unknown_measure", public_id, state)
    return _read(session, [] if row is None else [row])[0]


def named_measures(session: Session, public_ids: Collection[str]) -> list[MeasureView]:
    """Read the public measures of these ids, by public id."""
    named = MEASURES.where(*measure_conditions(session, Filters()), Measure.public_id.in_(public_ids))
    return _read(session, session.execute(named.order_by(Bytewise(Measure.public_id))).all())


def measures_of_plan(session: Session, plan: int) -> list[MeasureView]:
    """Read the measures of a plan in the curator's order, but for retired ones."""
    held = (Measure.plan_id == plan, Measure.retired_on.is_(None))
    rows = session.execute(MEASURES.where(*held).order_by(Measure.position, Measure.id)).all()
    return _read(session, rows)


def measure_conditions(session: Session, filters: Filters) -> list[Condition]:
    """Turn filters into conditions on MEASURES; only public rows pass."""
    conditions: list[Condition] = [
        Plan.editorial_state == EditorialState.PUBLISHED,
        Measure.retired_on.is_(None),
        *place_conditions(session, filters, Measure.region_id),
    ]
    if filters.plan is not None:
        conditions.append(Measure.plan_id == plan_id(session, filters.plan))
    if filters.stage is not None:
        conditions.append(Plan.stage == filters.stage)
    if filters.kind is not None:
        conditions.append(Measure.kind == filters.kind)
    if filters.source is not None:
        conditions.append(Measure.id.in_(supported_by(session, filters.source, Evidence.measure_id)))
    if filters.updated_since is not None:
        conditions.append(Measure.updated_at >= filters.updated_since)
    if filters.q is not None:
        conditions.append(Measure.id.in_(matching(session, "measure", filters.q)))
    return conditions


def _read(session: Session, rows: Sequence[AnyRow]) -> list[MeasureView]:
    evidence = evidence_of(session, Evidence.measure_id, [row.id for row in rows])
    return [
        MeasureView(
            **{name: getattr(row, name) for name in _PLAIN},
            plan=plan_of(row),
            region=region_of(row),
            evidence=evidence.get(row.id, []),
        )
        for row in rows
    ]
