"""Reads of what plans and observations refer to: regions, topics, metrics, organizations, sources.

What a source supports is read in `support`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import CTE, SQLColumnExpression, bindparam, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.domain.errors import GoneError, NotFoundError
from app.domain.vocabulary import EditorialState, RegionLevel
from app.store.held import held
from app.store.models import (
    Metric,
    Observation,
    Organization,
    Plan,
    Region,
    RegionMember,
    Source,
    Topic,
)
from app.store.queries.bytewise import Bytewise
from app.store.queries.filters import Condition, Filters, place_conditions, region_id
from app.store.queries.names import recorded_regions
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, fetch_page
from app.store.queries.rows import REGION, region_of
from app.store.queries.support import evidence_count
from app.store.search import Kind as Indexed
from app.store.search import matching
from app.store.views.base import Page, RegionRef, View
from app.store.views.entities import MetricView, OrganizationView, RegionView, SourceView, TopicView

V = TypeVar("V", bound=View)
Vocabulary = type[Region] | type[Topic] | type[Metric] | type[Organization] | type[Source]
Reader = Callable[[Session, Sequence[AnyRow]], list[V]]


@dataclass(frozen=True, slots=True)
class _Collection(Generic[V]):
    """One kind of entity: its table, what is selected of it, and how that becomes views."""

    kind: Indexed
    table: Vocabulary
    statement: AnySelect
    one: AnySelect  # of those with the `key`
    read: Reader[V]

    def key(self) -> InstrumentedAttribute[str]:
        """Give the column that names an entity."""
        return Region.code if self.table is Region else self.table.slug


def _columns(table: Vocabulary) -> AnySelect:
    """Select all columns of a table."""
    return select(*table.__table__.columns)


def _reader(view: type[V]) -> Reader[V]:
    """Make views whose fields are columns of the same name."""

    def read(_session: Session, rows: Sequence[AnyRow]) -> list[V]:
        return [view(**{name: getattr(row, name) for name in view.model_fields}) for row in rows]

    return read


def _regions() -> AnySelect:
    parent, heir = aliased(Region), aliased(Region)
    return (
        select(
            *Region.__table__.columns,
            parent.code.label("parent"),
            heir.code.label("replaced_by"),
            _count(Plan.region_id, Plan.editorial_state == EditorialState.PUBLISHED).label("plans"),
            _count(Observation.region_id, Observation.editorial_state == EditorialState.PUBLISHED).label(
                "observations"
            ),
        )
        .outerjoin(parent, parent.id == Region.parent_id)
        .outerjoin(heir, heir.id == Region.replaced_by_id)
    )


def _count(column: InstrumentedAttribute[int], public: Condition) -> SQLColumnExpression[int]:
    counted = select(func.count()).where(column == Region.id, public)
    return counted.correlate(Region).scalar_subquery()


def _read_regions(session: Session, rows: Sequence[AnyRow]) -> list[RegionView]:
    member = aliased(Region)
    members: dict[int, list[str]] = defaultdict(list)
    listed = (
        select(RegionMember.group_id, member.code)
        .join(member, member.id == RegionMember.member_id)
        .where(RegionMember.group_id.in_([row.id for row in rows]))
        .order_by(RegionMember.group_id, RegionMember.position)
    )
    for group, code in session.execute(listed):
        members[group].append(code)
    targets = held(session).targets.by["region"]
    fields = RegionView.model_fields.keys() - {"members", "targets"}
    return [
        RegionView(
            **{name: getattr(row, name) for name in fields},
            targets=len(targets.get(row.id, ())),
            members=members.get(row.id, []),
        )
        for row in rows
    ]


def _topics() -> AnySelect:
    parent = aliased(Topic)
    return select(*Topic.__table__.columns, parent.slug.label("parent")).outerjoin(
        parent, parent.id == Topic.parent_id
    )


def _organizations() -> AnySelect:
    return select(*Organization.__table__.columns, *REGION).outerjoin(
        Region, Region.id == Organization.region_id
    )


def _read_organizations(_session: Session, rows: Sequence[AnyRow]) -> list[OrganizationView]:
    return [
        OrganizationView(
            slug=row.slug,
            name_zh=row.name_zh,
            name_en=row.name_en,
            region=None if row.region_code is None else region_of(row),
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _sources() -> AnySelect:
    count: Any = evidence_count()
    return select(*Source.__table__.columns, count.label("evidence"))


def _collection(kind: Indexed, table: Vocabulary, statement: AnySelect, read: Reader[V]) -> _Collection[V]:
    """Put a collection together; a region is named by its code too."""
    key: Any = bindparam("key")
    named = (Region.code == key) | (Region.slug == key) if table is Region else table.slug == key
    return _Collection(kind, table, statement, statement.where(named), read)


REGIONS = _collection("region", Region, _regions(), _read_regions)
TOPICS = _collection("topic", Topic, _topics(), _reader(TopicView))
METRICS = _collection("metric", Metric, _columns(Metric), _reader(MetricView))
ORGANIZATIONS = _collection("organization", Organization, _organizations(), _read_organizations)
SOURCES = _collection("source", Source, _sources(), _reader(SourceView))


def list_regions(session: Session, filters: Filters, paging: Paging) -> Page[RegionView]:
    """List regions by code; filters: region, under, parent, level, q, updated_since.

    Raises DomainError unknown_region, bad_sort, bad_limit, bad_cursor.
    """
    conditions = place_conditions(session, filters, Region.id)
    if filters.parent is not None:
        conditions.append(Region.parent_id == region_id(session, filters.parent, "parent"))
    if filters.level is not None:
        conditions.append(Region.level == filters.level)
    return _list(session, REGIONS, filters, paging, conditions)


def list_recorded_regions(session: Session) -> list[RegionView]:
    """List the country, all groups and provinces, and every other region that anything is recorded of.

    The regions above those are listed too, so that each can be found its place; by code, in two statements.
    """
    return REGIONS.read(session, session.execute(_RECORDED).all())


def _recorded() -> AnySelect:
    above = aliased(Region)
    recorded = recorded_regions().subquery("recorded")
    lines = select(recorded.c.region_id.label("id")).cte("lines", recursive=True)
    lines = lines.union(
        select(above.parent_id).join(lines, above.id == lines.c.id).where(above.parent_id.is_not(None))
    )
    always = Region.level.in_((RegionLevel.COUNTRY, RegionLevel.GROUP, RegionLevel.PROVINCE))
    held = always | Region.id.in_(select(lines.c.id))
    return REGIONS.statement.where(held, Region.retired_on.is_(None)).order_by(Bytewise(Region.code))


_RECORDED = _recorded()


def get_region(session: Session, code: str) -> RegionView:
    """Read a region by code or slug; raise NotFoundError unknown_region, or GoneError if it was retired."""
    return _get(session, REGIONS, code)


def region_children(session: Session, code: str) -> list[RegionView]:
    """List the regions directly below one, by code: a group's members, else those whose parent it is.

    Raises DomainError unknown_region.
    """
    rows = session.execute(_CHILDREN, {"above": region_id(session, code)}).all()
    return REGIONS.read(session, rows)


_MEMBERS = select(RegionMember.member_id).where(RegionMember.group_id == bindparam("above"))
_CHILDREN = REGIONS.statement.where(
    (Region.parent_id == bindparam("above")) | Region.id.in_(_MEMBERS), Region.retired_on.is_(None)
).order_by(Bytewise(Region.code))


def regions_above(session: Session, code: str) -> list[RegionRef]:
    """List the regions that hold one, by code, the largest first; the country is left out, being above all."""
    rows = session.execute(
        select(*REGION)
        .join(_LINE, _LINE.c.id == Region.id)
        .where(_LINE.c.steps > 0, Region.level != RegionLevel.COUNTRY)
        .order_by(_LINE.c.steps.desc()),
        {"below": code},
    )
    return [region_of(row) for row in rows]


def _line() -> CTE:
    line = select(Region.id.label("id"), literal(0).label("steps")).where(Region.code == bindparam("below"))
    above = line.cte("line", recursive=True)
    held = aliased(Region)
    return above.union_all(
        select(held.parent_id, above.c.steps + 1)
        .join(above, held.id == above.c.id)
        .where(held.parent_id.is_not(None), above.c.steps < len(RegionLevel))
    )


_LINE = _line()


def list_topics(session: Session, filters: Filters, paging: Paging) -> Page[TopicView]:
    """List topics by slug; filters: q, updated_since. Raises DomainError bad_sort, bad_limit, bad_cursor."""
    return _list(session, TOPICS, filters, paging, [])


def get_topic(session: Session, slug: str) -> TopicView:
    """Read a topic; raise NotFoundError unknown_topic, or GoneError if it was retired."""
    return _get(session, TOPICS, slug)


def list_metrics(session: Session, filters: Filters, paging: Paging) -> Page[MetricView]:
    """List metrics by slug; filters: family, q, updated_since.

    Raises DomainError bad_sort, bad_limit, bad_cursor.
    """
    conditions = [] if filters.family is None else [Metric.family == filters.family]
    return _list(session, METRICS, filters, paging, conditions)


def get_metric(session: Session, slug: str) -> MetricView:
    """Read a metric; raise NotFoundError unknown_metric, or GoneError if it was retired."""
    return _get(session, METRICS, slug)


def list_organizations(session: Session, filters: Filters, paging: Paging) -> Page[OrganizationView]:
    """List organizations by slug; filters: region, under, q, updated_since.

    Raises DomainError unknown_region, bad_sort, bad_limit, bad_cursor.
    """
    conditions = place_conditions(session, filters, Organization.region_id)
    return _list(session, ORGANIZATIONS, filters, paging, conditions)


def get_organization(session: Session, slug: str) -> OrganizationView:
    """Read an organization; raise NotFoundError unknown_organization, or GoneError if it was retired."""
    return _get(session, ORGANIZATIONS, slug)


def list_sources(session: Session, filters: Filters, paging: Paging) -> Page[SourceView]:
    """List sources by slug; filters: kind, q, updated_since.

    Raises DomainError bad_sort, bad_limit, bad_cursor.
    """
    conditions = [] if filters.kind is None else [Source.kind == filters.kind]
    return _list(session, SOURCES, filters, paging, conditions)


def get_source(session: Session, slug: str) -> SourceView:
    """Read a source; raise NotFoundError unknown_source, or GoneError if it was retired."""
    return _get(session, SOURCES, slug)


def _list(
    session: Session,
    collection: _Collection[V],
    filters: Filters,
    paging: Paging,
    conditions: Iterable[Condition],
) -> Page[V]:
    table, key = collection.table, collection.key()
    held = [*conditions, table.retired_on.is_(None)]
    if filters.updated_since is not None:
        held.append(table.updated_at >= filters.updated_since)
    if filters.q is not None:
        held.append(table.id.in_(matching(session, collection.kind, filters.q)))
    orders = {
        key.key: Order(Bytewise(key), table.id),
        "updated_at": Order(table.updated_at, table.id),
        "-updated_at": Order(table.updated_at, table.id, descending=True),
    }
    found = fetch_page(
        session,
        collection.statement.where(*held),
        paging,
        orders=orders,
        belongs_to=(collection.kind, filters),
        capped=filters.q is not None,
    )
    items = collection.read(session, found.rows)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def _get(session: Session, collection: _Collection[V], key: str) -> V:
    row = session.execute(collection.one, {"key": key}).one_or_none()
    if row is None:
        raise NotFoundError(f"unknown_{collection.kind}", given=key)
    if row.retired_on is not None:
        raise GoneError("retired", given=key, retired_on=row.retired_on.isoformat())
    session.info["entity_version"] = row.version
    return collection.read(session, [row])[0]
