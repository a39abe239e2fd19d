"""Which part of the revision log belongs to a region, a topic or a comparison, as the data stand now.

Which revisions are public at all is said in `log`; what is compared, and how, in `compare`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, extract, or_, select
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import EditorialState
from app.store.models import (
    Assessment,
    Deadline,
    Metric,
    Observation,
    Organization,
    Plan,
    PlanTopic,
    Region,
    Revision,
    Target,
    Topic,
)
from app.store.queries.compare import CompareQuery, regions_asked
from app.store.queries.filters import Condition, Filters, key_conditions, topic_id, under_topic
from app.store.views.changes import Recorded

_ASSESSED = (
    select(Region.code + "/" + Topic.slug)
    .select_from(Assessment)
    .join(Region, Region.id == Assessment.region_id)
    .join(Topic, Topic.id == Assessment.topic_id)
)
# A draft is nobody's business: not even that it names a metric.
_SEEN = Plan.editorial_state.in_((EditorialState.PUBLISHED, EditorialState.RETIRED))


def of_regions(place: Condition) -> Condition:
    """Hold changes to what belongs to the regions of a condition; topics, metrics, sources do not."""
    return _among(
        {
            Recorded.REGION: select(Region.code).where(place),
            Recorded.PLAN: select(Plan.slug).join(Region, Region.id == Plan.region_id).where(place),
            Recorded.OBSERVATION: select(Observation.slug)
            .join(Region, Region.id == Observation.region_id)
            .where(place),
            Recorded.ORGANIZATION: select(Organization.slug)
            .join(Region, Region.id == Organization.region_id)
            .where(place),
            Recorded.ASSESSMENT: _ASSESSED.where(place),
        }
    )


def of_topic(session: Session, slug: str) -> Condition:
    """Hold changes to a topic with all below it, and to the plans, observations and searches on them.

    A plan is on a topic if it says so, or if one of its targets is. Raises DomainError unknown_topic.
    """
    topics = under_topic(topic_id(session, slug))
    targeted = select(Target.plan_id).where(Target.topic_id.in_(topics))
    named = select(PlanTopic.plan_id).where(PlanTopic.topic_id.in_(topics))
    return _among(
        {
            Recorded.TOPIC: select(Topic.slug).where(Topic.id.in_(topics)),
            Recorded.PLAN: select(Plan.slug).where(or_(Plan.id.in_(targeted), Plan.id.in_(named))),
            Recorded.OBSERVATION: select(Observation.slug).where(Observation.topic_id.in_(topics)),
            Recorded.ASSESSMENT: _ASSESSED.where(Topic.id.in_(topics)),
        }
    )


def of_comparison(session: Session, query: CompareQuery) -> Condition:
    """Hold changes to what a comparison rests on.

    That is its regions, on its topic and family the plans, observations and searches of these, and the metrics
    and topics that the verdicts depend on. What `only` leaves out counts too: a change can make it comparable.
    Raises DomainError as the comparison does.
    """
    if query.year_from and query.year_to and query.year_from > query.year_to:
        raise DomainError("years_reversed", "year_to", given=query.year_to, start=query.year_from)
    regions = [row.id for row in regions_asked(session, query.regions).values()]
    figures = Filters(topic=query.topic, family=query.family)
    compared = (
        select(Target.plan_id, Target.metric_id, Target.topic_id)
        .join(Plan, Plan.id == Target.plan_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .where(
            _SEEN,
            Target.region_id.in_(regions),
            *key_conditions(
                session, figures, topic=Target.topic_id, metric=Target.metric_id, kind=Target.kind
            ),
            *_due(query),
        )
        .cte("compared")
    )
    observed = select(Observation.slug).outerjoin(Metric, Metric.id == Observation.metric_id)
    searched = _ASSESSED.where(Region.id.in_(regions))
    if query.topic is not None:
        searched = searched.where(Topic.id.in_(under_topic(topic_id(session, query.topic))))
    return _among(
        {
            Recorded.REGION: select(Region.code).where(Region.id.in_(regions)),
            Recorded.PLAN: select(Plan.slug).where(Plan.id.in_(select(compared.c.plan_id))),
            Recorded.METRIC: select(Metric.slug).where(Metric.id.in_(select(compared.c.metric_id))),
            Recorded.TOPIC: select(Topic.slug).where(Topic.id.in_(select(compared.c.topic_id))),
            Recorded.OBSERVATION: observed.where(
                Observation.region_id.in_(regions),
                *key_conditions(
                    session,
                    figures,
                    topic=Observation.topic_id,
                    metric=Observation.metric_id,
                    kind=Observation.kind,
                ),
            ),
            Recorded.ASSESSMENT: searched,
        }
    )


def _due(query: CompareQuery) -> list[Condition]:
    """Hold targets to those that fall due in the years compared, at least with one figure."""
    year = extract("year", Deadline.due_on)
    bounds: list[Condition] = []
    if query.year_from is not None:
        bounds.append(year >= query.year_from)
    if query.year_to is not None:
        bounds.append(year <= query.year_to)
    return [Target.id.in_(select(Deadline.target_id).where(*bounds))] if bounds else []


def _among(keys: Mapping[Recorded, Select[Any]]) -> Condition:
    return or_(
        *(and_(Revision.entity == entity, Revision.entity_key.in_(named)) for entity, named in keys.items())
    )
