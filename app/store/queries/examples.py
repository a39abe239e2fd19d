"""What there is to search for: the names that most targets bear, and a document's number.

The search itself is in `found`.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import Metric, Plan, Region, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.rows import METRIC, REGION, metric_of, region_of
from app.store.views.base import TopicRef
from app.store.views.found import ExamplesView

_EACH = 2
_PUBLIC = (Target.retired_on.is_(None), Plan.editorial_state == EditorialState.PUBLISHED)
_REGIONS = (
    select(*REGION)
    .join(Target, Target.region_id == Region.id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(*_PUBLIC, Region.retired_on.is_(None))
    .group_by(Region.id)
    .order_by(func.count().desc(), Bytewise(Region.code))
    .limit(_EACH)
)
_TOPICS = (
    select(Topic.slug, Topic.name_zh, Topic.name_en)
    .join(Target, Target.topic_id == Topic.id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(*_PUBLIC, Topic.retired_on.is_(None))
    .group_by(Topic.id)
    .order_by(func.count().desc(), Bytewise(Topic.slug))
    .limit(_EACH)
)
_METRICS = (
    select(*METRIC)
    .join(Target, Target.metric_id == Metric.id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(*_PUBLIC, Metric.retired_on.is_(None))
    .group_by(Metric.id)
    .order_by(func.count().desc(), Bytewise(Metric.slug))
    .limit(_EACH)
)
_NUMBER = (
    select(Plan.document_number)
    .where(Plan.editorial_state == EditorialState.PUBLISHED, Plan.document_number.is_not(None))
    .order_by(Bytewise(Plan.slug))
    .limit(1)
)


def examples(session: Session) -> ExamplesView:
    """Name the regions, topics and metrics with most public targets, and a plan's number, in four statements."""
    metrics = [metric_of(row) for row in session.execute(_METRICS)]
    return ExamplesView(
        regions=[region_of(row) for row in session.execute(_REGIONS)],
        topics=[
            TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en)
            for row in session.execute(_TOPICS)
        ],
        metrics=[metric for metric in metrics if metric is not None],
        document_number=session.scalar(_NUMBER),
    )
