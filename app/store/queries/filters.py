"""The filters of all collections, and the conditions they put on columns.

Which filters a collection has is said by its own module.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ARRAY, Integer, Select, Text, bindparam, cast, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import DomainError
from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    EditorialState,
    Family,
    Kind,
    MeasureKind,
    ObservationStatus,
    PlanForm,
    RegionLevel,
    SourceKind,
    Stage,
    Timing,
)
from app.store.models import Deadline, Evidence, Metric, Plan, Region, RegionMember, Source, Topic
from app.store.revisions import was_public

Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks of a collection; `region` is that region alone, `under` it with all below."""

    region: str | None = None
    under: str | None = None
    topic: str | None = None
    metric: str | None = None
    family: Family | None = None
    year: int | None = None
    year_from: int | None = None
    year_to: int | None = None
    stage: Stage | None = None
    form: PlanForm | None = None
    kind: Kind | MeasureKind | SourceKind | None = None
    boundary: Boundary | None = None
    coverage: Coverage | None = None
    bindingness: Bindingness | None = None
    timing: Timing | None = None
    status: ObservationStatus | None = None
    level: RegionLevel | None = None
    parent: str | None = None
    plan: str | None = None
    source: str | None = None
    q: str | None = None
    updated_since: datetime | None = None


def region_id(session: Session, code: str, field: str = "region") -> int:
    """Find a region by code or slug; raise DomainError unknown_region at the field."""
    # A page reads several collections of one region, whose id is the same for all of them.
    known: dict[str, int] = session.info.setdefault("region ids", {})
    if code not in known:
        found = session.scalar(select(Region.id).where((Region.code == code) | (Region.slug == code)))
        known[code] = _known(found, "unknown_region", field, code)
    return known[code]


def topic_id(session: Session, slug: str) -> int:
    """Find a topic by slug; raise DomainError unknown_topic."""
    return _known(session.scalar(select(Topic.id).where(Topic.slug == slug)), "unknown_topic", "topic", slug)


def metric_id(session: Session, slug: str) -> int:
    """Find a metric by slug; raise DomainError unknown_metric."""
    return _known(
        session.scalar(select(Metric.id).where(Metric.slug == slug)), "unknown_metric", "metric", slug
    )


def plan_id(session: Session, slug: str) -> int:
    """Find a plan that is public, or was, by slug; raise DomainError unknown_plan."""
    found = session.execute(select(Plan.id, Plan.editorial_state).where(Plan.slug == slug)).one_or_none()
    known = found is not None and (
        found.editorial_state is EditorialState.PUBLISHED
        or (found.editorial_state is EditorialState.RETIRED and was_public(session, "plan", slug))
    )
    return _known(found.id if found is not None and known else None, "unknown_plan", "plan", slug)


def source_id(session: Session, slug: str) -> int:
    """Find a source by slug; raise DomainError unknown_source."""
    return _known(
        session.scalar(select(Source.id).where(Source.slug == slug)), "unknown_source", "source", slug
    )


def _known(found: int | None, code: str, field: str, given: str) -> int:
    if found is None:
        raise DomainError(code, field, given=given)
    return found


def under_region(start: int) -> Select[tuple[int]]:
    """Select the ids of a region and all below it; a group's members and all below them too."""
    below = select(Region.id.label("id")).where(Region.id == start).cte("below", recursive=True)
    edges = union_all(
        select(Region.parent_id.label("above"), Region.id.label("id")).where(Region.parent_id.is_not(None)),
        select(RegionMember.group_id.label("above"), RegionMember.member_id.label("id")),
    ).subquery("edges")
    below = below.union(select(edges.c.id).join(below, edges.c.above == below.c.id))
    return select(below.c.id)


def under_topic(start: int) -> Select[tuple[int]]:
    """Select the ids of a topic and all below it."""
    below = select(Topic.id.label("id")).where(Topic.id == start).cte(recursive=True)
    child = aliased(Topic)
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return select(below.c.id)


def place_conditions(session: Session, filters: Filters, column: Column) -> list[Condition]:
    """Hold a region column to `region` and `under`."""
    conditions: list[Condition] = []
    if filters.region is not None:
        conditions.append(column == region_id(session, filters.region))
    if filters.under is not None:
        conditions.append(column.in_(under_region(region_id(session, filters.under, "under"))))
    return conditions


def key_conditions(
    session: Session,
    filters: Filters,
    *,
    topic: Column,
    metric: InstrumentedAttribute[int | None],
    kind: InstrumentedAttribute[Kind],
) -> list[Condition]:
    """Hold the columns of a key to `topic` (with all below it), `metric`, `family` and `kind`.

    The statement must join Metric where `family` is given.
    """
    conditions: list[Condition] = []
    if filters.topic is not None:
        conditions.append(topic.in_(under_topic(topic_id(session, filters.topic))))
    if filters.metric is not None:
        conditions.append(metric == metric_id(session, filters.metric))
    if filters.family is not None:
        conditions.append(Metric.family == filters.family)
    if filters.kind is not None:
        conditions.append(kind == filters.kind)
    return conditions


def year_conditions(first: int | None, last: int | None) -> list[Condition]:
    """Hold deadlines to the years from `first` to `last`; by the day, since that is in the index and a year is not."""
    conditions: list[Condition] = []
    if first is not None:
        conditions.append(Deadline.due_sort >= date(first, 1, 1))
    if last is not None:
        conditions.append(Deadline.due_sort <= date(last, 12, 31))
    # An undated one has the last day of all to be sorted by.
    return [*conditions, Deadline.due_on.is_not(None)] if conditions else []


def supported_by(
    session: Session, source: str, fact: InstrumentedAttribute[int | None]
) -> Select[int | None]:
    """Select the ids of the facts of one sort that a source supports: `fact` is Evidence's reference to them.

    Raises DomainError unknown_source.
    """
    return select(fact).where(Evidence.source_id == source_id(session, source), fact.is_not(None))


def within(session: Session, column: Column, ids: Iterable[int]) -> Condition:
    """Hold a column to any number of ids, which are bound as one value."""
    if session.get_bind().dialect.name == "postgresql":
        # As text, which the driver hands on as it is, while it would look at each of many numbers.
        written = f"{{{','.join(map(str, ids))}}}"
        return column == func.any(cast(bindparam(None, written, type_=Text), ARRAY(Integer)))
    listed = func.json_each(f"[{','.join(map(str, ids))}]").table_valued("value")
    return column.in_(select(listed.c.value))
