"""Names to choose from and to word sentences with: complete lists, without what is recorded of each.

The entities themselves are read in `vocabulary`.
"""

from collections.abc import Iterable

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState, RegionLevel
from app.store.models import Metric, Observation, Plan, Region, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.rows import METRIC, REGION, metric_of, region_of
from app.store.views.base import MetricRef, RegionRef, TopicRef

_TOPICS = (
    select(Topic.slug, Topic.name_zh, Topic.name_en)
    .where(Topic.retired_on.is_(None))
    .order_by(Bytewise(Topic.slug))
)
_METRICS = select(*METRIC).where(Metric.retired_on.is_(None)).order_by(Bytewise(Metric.slug))
_TARGETED = (
    select(Target.region_id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(Target.retired_on.is_(None), Plan.editorial_state == EditorialState.PUBLISHED)
)
_BY_CODE = select(*REGION).where(Region.retired_on.is_(None)).order_by(Bytewise(Region.code))
_WITH_TARGETS = _BY_CODE.where(Region.id.in_(_TARGETED))
_TO_COMPARE = _BY_CODE.where((Region.level == RegionLevel.PROVINCE) | Region.id.in_(_TARGETED))
_ALL_NAMES = select(
    Region.level, Region.code, Region.slug, Region.name_zh, Region.short_zh, Region.name_en, Region.aliases
).where(Region.retired_on.is_(None))


def topic_names(session: Session) -> list[TopicRef]:
    """Name all topics, by slug."""
    return [
        TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en) for row in session.execute(_TOPICS)
    ]


def metric_names(session: Session) -> list[MetricRef]:
    """Name all metrics, by slug."""
    named = (metric_of(row) for row in session.execute(_METRICS))
    return [metric for metric in named if metric is not None]


def regions_with_targets(session: Session) -> list[RegionRef]:
    """Name the regions of any level that have a public target, by code."""
    return [region_of(row) for row in session.execute(_WITH_TARGETS)]


def regions_to_compare(session: Session) -> list[RegionRef]:
    """Name all provinces and the regions of any other level that have a public target, by code.

    However many cities and counties are there, the list grows only with what is recorded.
    """
    return [region_of(row) for row in session.execute(_TO_COMPARE)]


def region_codes(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Find regions as a reader may call them: by code, slug, name or alias, in any case.

    A name that several regions bear is the highest one's. What names nothing is left out. Only where something
    else than codes is asked for are the names of all regions read.
    """
    asked = set(names)
    known = set(session.scalars(select(Region.code).where(Region.code.in_(asked))))
    if known == asked:
        return {name: name for name in known}
    order = list(RegionLevel)
    rows = session.execute(_ALL_NAMES).all()
    codes: dict[str, str] = {row.code.lower(): row.code for row in rows}
    for row in sorted(rows, key=lambda row: (order.index(row.level), row.code)):
        for name in (row.slug, row.name_zh, row.short_zh, row.name_en, *row.aliases):
            codes.setdefault(name.lower(), row.code)
    return {name: codes[name.lower()] for name in asked if name.lower() in codes}


def recorded_regions() -> CompoundSelect[int]:
    """Select the ids of the regions that anything public is recorded of."""
    return union(
        select(Plan.region_id).where(Plan.editorial_state == EditorialState.PUBLISHED),
        _TARGETED,
        select(Observation.region_id).where(Observation.editorial_state == EditorialState.PUBLISHED),
    )
