"""The whole published dataset, table by table, as rows that name each other by their public keys.

What the columns mean, and which files they become, is said in `exchange.package`. Of the vocabulary what was retired
is there too, marked, since what refers to it must find it; of plans and observations only what is public now.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import SQLColumnExpression, Text, case, cast, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.domain.vocabulary import EditorialState
from app.store.models import (
    Assessment,
    Base,
    Deadline,
    Evidence,
    Measure,
    Metric,
    Observation,
    Organization,
    Plan,
    PlanIssuer,
    PlanLink,
    PlanTopic,
    Region,
    RegionMember,
    Source,
    Target,
    Topic,
)
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import PUBLIC
from app.store.queries.filters import Condition
from app.store.queries.log import CHANGES
from app.store.queries.paging import AnyRow, AnySelect

_AT_A_TIME: Final = 1000
_PLAN: Final = (Plan.editorial_state == EditorialState.PUBLISHED,)
_MEASURE: Final = (*_PLAN, Measure.retired_on.is_(None))
_OBSERVATION: Final = (Observation.editorial_state == EditorialState.PUBLISHED,)

_parent, _heir, _member, _to = aliased(Region), aliased(Region), aliased(Region), aliased(Plan)
_parent_topic = aliased(Topic)
_region, _topic, _metric = Region.code.label("region"), Topic.slug.label("topic"), Metric.slug.label("metric")
_plan = Plan.slug.label("plan")


def read_table(session: Session, name: str) -> Iterator[AnyRow]:
    """Read a table of the whole, in the order of its keys, a thousand rows at a time.

    Enumerations come as such, lists as lists; the names of the columns are those of `exchange.package`.
    """
    for statement in STATEMENTS[name]:
        yield from session.execute(statement, execution_options={"yield_per": _AT_A_TIME})


def last_change(session: Session) -> datetime | None:
    """Say when the published data last changed; None where nothing was ever published."""
    latest: datetime | None = session.scalar(select(func.max(CHANGES.subquery().c.at)))
    return latest


def _own(model: type[Base]) -> list[Any]:
    """Give a table's columns but for references by id, which are of no use outside."""
    return [column for column in model.__table__.columns if column.key != "id" and not column.foreign_keys]


def _evidence(
    kind: str,
    fact: InstrumentedAttribute[int | None],
    key: InstrumentedAttribute[str],
    joined: AnySelect,
    public: tuple[Condition, ...],
) -> AnySelect:
    """Select the evidence of the public facts of one kind; `joined` leads from evidence to all that makes them public."""
    keys: dict[str, SQLColumnExpression[Any]] = dict.fromkeys(
        ("plan", "deadline", "observation", "measure"), null()
    )
    number = cast(Evidence.position + 1, Text)
    first, last = cast(Evidence.paragraph_first, Text), cast(Evidence.paragraph_last, Text)
    return (
        joined.join(Source, Source.id == Evidence.source_id)
        .with_only_columns(
            (f"{kind}:" + key + "#" + number).label("id"),
            *(column.label(name) for name, column in (keys | {kind: key}).items()),
            Source.slug.label("source"),
            case((first == last, first), else_=first + "-" + last).label("paragraph"),
            Evidence.phrase,
            Evidence.outcome.label("check"),
            Evidence.checked_on,
        )
        .where(fact.is_not(None), *public)
        .order_by(Bytewise(key), Evidence.position)
    )


_of_plans = select(Evidence.id).select_from(Evidence).join(Plan, Plan.id == Evidence.plan_id)
_of_deadlines = (
    select(Evidence.id)
    .select_from(Evidence)
    .join(Deadline, Deadline.id == Evidence.deadline_id)
    .join(Target, Target.id == Deadline.target_id)
    .join(Plan, Plan.id == Target.plan_id)
)
_of_observations = (
    select(Evidence.id).select_from(Evidence).join(Observation, Observation.id == Evidence.observation_id)
)
_of_measures = (
    select(Evidence.id)
    .select_from(Evidence)
    .join(Measure, Measure.id == Evidence.measure_id)
    .join(Plan, Plan.id == Measure.plan_id)
)

STATEMENTS: Final[Mapping[str, tuple[AnySelect, ...]]] = {
    "regions": (
        select(*_own(Region), _parent.code.label("parent"), _heir.code.label("replaced_by"))
        .outerjoin(_parent, _parent.id == Region.parent_id)
        .outerjoin(_heir, _heir.id == Region.replaced_by_id)
        .order_by(Bytewise(Region.code)),
    ),
    "region_members": (
        select(_region, _member.code.label("member"), (RegionMember.position + 1).label("position"))
        .join(Region, Region.id == RegionMember.group_id)
        .join(_member, _member.id == RegionMember.member_id)
        .order_by(Bytewise(Region.code), Bytewise(_member.code)),
    ),
    "organizations": (
        select(*_own(Organization), _region)
        .outerjoin(Region, Region.id == Organization.region_id)
        .order_by(Bytewise(Organization.slug)),
    ),
    "topics": (
        select(*_own(Topic), _parent_topic.slug.label("parent"))
        .outerjoin(_parent_topic, _parent_topic.id == Topic.parent_id)
        .order_by(Bytewise(Topic.slug)),
    ),
    "metrics": (select(*_own(Metric)).order_by(Bytewise(Metric.slug)),),
    "sources": (select(*_own(Source)).order_by(Bytewise(Source.slug)),),
    "plans": (
        select(*_own(Plan), _region)
        .join(Region, Region.id == Plan.region_id)
        .where(*_PLAN)
        .order_by(Bytewise(Plan.slug)),
    ),
    "plan_issuers": (
        select(_plan, Organization.slug.label("organization"), (PlanIssuer.position + 1).label("position"))
        .join(Plan, Plan.id == PlanIssuer.plan_id)
        .join(Organization, Organization.id == PlanIssuer.organization_id)
        .where(*_PLAN)
        .order_by(Bytewise(Plan.slug), Bytewise(Organization.slug)),
    ),
    "plan_topics": (
        select(_plan, _topic, (PlanTopic.position + 1).label("position"))
        .join(Plan, Plan.id == PlanTopic.plan_id)
        .join(Topic, Topic.id == PlanTopic.topic_id)
        .where(*_PLAN)
        .order_by(Bytewise(Plan.slug), Bytewise(Topic.slug)),
    ),
    "plan_links": (
        select(_plan, PlanLink.kind, _to.slug.label("to_plan"), PlanLink.note_zh, PlanLink.note_en)
        .join(Plan, Plan.id == PlanLink.from_plan_id)
        .join(_to, _to.id == PlanLink.to_plan_id)
        # Both ends: a link must not give away a plan that is not published yet.
        .where(*_PLAN, _to.editorial_state == EditorialState.PUBLISHED)
        .order_by(Bytewise(Plan.slug), Bytewise(PlanLink.kind), Bytewise(_to.slug)),
    ),
    "targets": (
        select(*_own(Target), _plan, _region, _topic, _metric)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .where(*_PLAN, Target.retired_on.is_(None))
        .order_by(Bytewise(Target.public_id)),
    ),
    "deadlines": (
        select(*_own(Deadline), Deadline.public_id.label("id"), Target.public_id.label("target"))
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .where(*PUBLIC)
        .order_by(Bytewise(Deadline.public_id)),
    ),
    "observations": (
        select(*_own(Observation), _region, _topic, _metric, Organization.slug.label("measured_by"))
        .join(Region, Region.id == Observation.region_id)
        .join(Topic, Topic.id == Observation.topic_id)
        .join(Metric, Metric.id == Observation.metric_id)
        .outerjoin(Organization, Organization.id == Observation.measured_by_id)
        .where(*_OBSERVATION)
        .order_by(Bytewise(Observation.slug)),
    ),
    "measures": (
        select(*_own(Measure), _plan, _region)
        .join(Plan, Plan.id == Measure.plan_id)
        .join(Region, Region.id == Measure.region_id)
        .where(*_MEASURE)
        .order_by(Bytewise(Measure.public_id)),
    ),
    "evidence": (
        _evidence("plan", Evidence.plan_id, Plan.slug, _of_plans, _PLAN),
        _evidence("deadline", Evidence.deadline_id, Deadline.public_id, _of_deadlines, PUBLIC),
        _evidence("observation", Evidence.observation_id, Observation.slug, _of_observations, _OBSERVATION),
        _evidence("measure", Evidence.measure_id, Measure.public_id, _of_measures, _MEASURE),
    ),
    "assessments": (
        select(*_own(Assessment), _region, _topic)
        .join(Region, Region.id == Assessment.region_id)
        .join(Topic, Topic.id == Assessment.topic_id)
        .where(Assessment.retired_on.is_(None))
        .order_by(Bytewise(Region.code), Bytewise(Topic.slug)),
    ),
}
"""By the names of the tables, each after those that it refers to; several statements give one table's rows in turn."""
