"""The list of plans, and one plan with all it holds.

Targets and measures by themselves are in `targets` and `measures`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import (
    Evidence,
    Measure,
    Organization,
    Plan,
    PlanIssuer,
    PlanLink,
    PlanTopic,
    Region,
    Target,
    Topic,
)
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import refuse_hidden
from app.store.queries.filters import (
    Condition,
    Filters,
    place_conditions,
    supported_by,
    topic_id,
    under_topic,
)
from app.store.queries.measures import measures_of_plan
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, fetch_page
from app.store.queries.rows import ORGANIZATION, PLAN, REGION, evidence_of, plan_of, region_of
from app.store.queries.targets import targets_of_plan
from app.store.search import matching
from app.store.views.base import OrganizationRef, Page, TopicRef
from app.store.views.entities import LinkView, PlanDetail, PlanView

ORDERS = {
    "slug": Order(Bytewise(Plan.slug), Plan.id),
    "updated_at": Order(Plan.updated_at, Plan.id),
    "-updated_at": Order(Plan.updated_at, Plan.id, descending=True),
}
# Fields of the view that are not columns of the same name.
_GATHERED = frozenset({"region", "issuers", "topics", "targets", "measures"})
_PLAIN = tuple(name for name in PlanView.model_fields if name not in _GATHERED)


def _count(part: type[Target] | type[Measure]) -> SQLColumnExpression[int]:
    counted = select(func.count()).where(part.plan_id == Plan.id, part.retired_on.is_(None))
    return counted.correlate(Plan).scalar_subquery()


# What a plan's view is made of, joined but not yet filtered.
PLANS: AnySelect = (
    select(
        Plan.id,
        *(getattr(Plan, name) for name in _PLAIN),
        Plan.editorial_state,
        Plan.retired_on,
        Plan.version,
        _count(Target).label("targets"),
        _count(Measure).label("measures"),
        *REGION,
    )
    .select_from(Plan)
    .join(Region, Region.id == Plan.region_id)
)


def list_plans(session: Session, filters: Filters, paging: Paging) -> Page[PlanView]:
    """List public plans by slug.

    Filters: region, under, topic (with all below it), stage, form, source, q, updated_since.
    Raises DomainError for what they name and is unknown, bad_sort, bad_limit, bad_cursor.
    """
    found = fetch_page(
        session,
        PLANS.where(*plan_conditions(session, filters)),
        paging,
        orders=ORDERS,
        belongs_to=("plans", filters),
        capped=filters.q is not None,
    )
    items = _read(session, found.rows)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def get_plan(session: Session, slug: str, today: date) -> PlanDetail:
    """Read one plan with its links, targets, measures and evidence, in a fixed number of statements.

    Raises NotFoundError unknown_plan, or GoneError if it was retired.
    """
    row = session.execute(PLANS.where(Plan.slug == slug)).one_or_none()
    refuse_hidden(session, "unknown_plan", slug, row and (row.editorial_state, row.retired_on))
    rows = [] if row is None else [row]
    (plan,) = _read(session, rows)
    (number,) = (row.id for row in rows)
    session.info["entity_version"] = rows[0].version
    return PlanDetail(
        **dict(plan),
        links=_links(session, number),
        evidence=evidence_of(session, Evidence.plan_id, [number]).get(number, []),
        target_list=targets_of_plan(session, number, today),
        measure_list=measures_of_plan(session, number),
    )


def plan_conditions(session: Session, filters: Filters) -> list[Condition]:
    """Turn filters into conditions on plans; only public rows pass."""
    conditions: list[Condition] = [
        Plan.editorial_state == EditorialState.PUBLISHED,
        *place_conditions(session, filters, Plan.region_id),
    ]
    if filters.topic is not None:
        below = under_topic(topic_id(session, filters.topic))
        conditions.append(Plan.id.in_(select(PlanTopic.plan_id).where(PlanTopic.topic_id.in_(below))))
    if filters.stage is not None:
        conditions.append(Plan.stage == filters.stage)
    if filters.form is not None:
        conditions.append(Plan.form == filters.form)
    if filters.source is not None:
        conditions.append(Plan.id.in_(supported_by(session, filters.source, Evidence.plan_id)))
    if filters.updated_since is not None:
        conditions.append(Plan.updated_at >= filters.updated_since)
    if filters.q is not None:
        conditions.append(Plan.id.in_(matching(session, "plan", filters.q)))
    return conditions


def _read(session: Session, rows: Sequence[AnyRow]) -> list[PlanView]:
    """Complete plans by issuers and topics, in two statements."""
    ids = [row.id for row in rows]
    issuers: dict[int, list[OrganizationRef]] = defaultdict(list)
    for one in session.execute(
        select(PlanIssuer.plan_id, *ORGANIZATION)
        .join(Organization, Organization.id == PlanIssuer.organization_id)
        .where(PlanIssuer.plan_id.in_(ids))
        .order_by(PlanIssuer.plan_id, PlanIssuer.position)
    ):
        issuers[one.plan_id].append(
            OrganizationRef(
                slug=one.organization_slug,
                name_zh=one.organization_name_zh,
                name_en=one.organization_name_en,
            )
        )
    topics: dict[int, list[TopicRef]] = defaultdict(list)
    for one in session.execute(
        select(PlanTopic.plan_id, Topic.slug, Topic.name_zh, Topic.name_en)
        .join(Topic, Topic.id == PlanTopic.topic_id)
        .where(PlanTopic.plan_id.in_(ids))
        .order_by(PlanTopic.plan_id, PlanTopic.position)
    ):
        topics[one.plan_id].append(TopicRef(slug=one.slug, name_zh=one.name_zh, name_en=one.name_en))
    return [
        PlanView(
            **{name: getattr(row, name) for name in _PLAIN},
            region=region_of(row),
            issuers=issuers[row.id],
            topics=topics[row.id],
            targets=row.targets,
            measures=row.measures,
        )
        for row in rows
    ]


def _links(session: Session, plan: int) -> list[LinkView]:
    """Read the links to and from other public plans, its own first."""
    columns = (PlanLink.kind, PlanLink.note_zh, PlanLink.note_en, *PLAN)
    ends = ((PlanLink.from_plan_id, PlanLink.to_plan_id), (PlanLink.to_plan_id, PlanLink.from_plan_id))
    return [
        LinkView(
            kind=row.kind,
            plan=plan_of(row),
            outgoing=here is PlanLink.from_plan_id,
            note_zh=row.note_zh,
            note_en=row.note_en,
        )
        for here, there in ends
        for row in session.execute(
            select(*columns)
            .join(Plan, Plan.id == there)
            .where(here == plan, Plan.editorial_state == EditorialState.PUBLISHED)
            .order_by(PlanLink.position, Bytewise(Plan.slug))
        )
    ]
