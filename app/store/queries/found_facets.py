"""To which regions and topics belongs what a search found, and how much of it to each.

The filters themselves are tokens of the index; see `ranked`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from app.store.models import Measure, Observation, Organization, Plan, PlanTopic, Region, Target, Topic
from app.store.queries.filters import within
from app.store.queries.ranked import Ranked
from app.store.queries.rows import REGION, region_of, swift
from app.store.views.base import TopicRef
from app.store.views.found import FoundKind, RegionCountView, TopicCountView

MOST_VALUES: Final = 20
_REGIONS: Final[Mapping[FoundKind, tuple[Any, Any]]] = {
    "region": (Region.id, Region.id),
    "plan": (Plan.id, Plan.region_id),
    "target": (Target.id, Target.region_id),
    "observation": (Observation.id, Observation.region_id),
    "measure": (Measure.id, Measure.region_id),
    "organization": (Organization.id, Organization.region_id),
}
_TOPICS: Final[Mapping[FoundKind, tuple[Any, Any]]] = {
    "topic": (Topic.id, Topic.id),
    "plan": (PlanTopic.plan_id, PlanTopic.topic_id),
    "target": (Target.id, Target.topic_id),
    "observation": (Observation.id, Observation.topic_id),
}


def count_regions(
    session: Session, found: Mapping[FoundKind, Ranked], chosen: int | None
) -> list[RegionCountView]:
    """Count what was found by region, those with most first, the chosen one always, in two statements."""
    counts: Counter[int] = Counter()
    for _, _, region, total in _numbers(session, found, _REGIONS):
        counts[region] += total
    counts.update({chosen: 0} if chosen is not None else {})
    rows = swift(session.execute(select(Region.id, *REGION).where(Region.id.in_(counts)))) if counts else []
    values = [RegionCountView(region=region_of(row), total=counts[row.id]) for row in rows]
    return sorted(values, key=lambda one: (-one.total, one.region.code))[:MOST_VALUES]


def count_topics(
    session: Session, found: Mapping[FoundKind, Ranked], chosen: int | None
) -> list[TopicCountView]:
    """Count what was found by topic, with all below it, those with most first, the chosen one always, in two."""
    columns = (Topic.id, Topic.parent_id, Topic.slug, Topic.name_zh, Topic.name_en)
    topics = {row.id: row for row in swift(session.execute(select(*columns)))}
    # A plan that has several topics counts once in what they all stand below.
    held: dict[int, dict[tuple[FoundKind, int], int]] = {number: {} for number in topics}
    for kind, counted, topic, total in _numbers(session, found, _TOPICS):
        seen: set[int] = set()
        while topic in topics and topic not in seen:
            seen.add(topic)
            held[topic][kind, counted] = total
            topic = topics[topic].parent_id  # noqa: PLW2901 - up to the top
    values = [
        TopicCountView(
            topic=TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en),
            total=sum(held[row.id].values()),
        )
        for row in topics.values()
        if held[row.id] or row.id == chosen
    ]
    return sorted(values, key=lambda one: (-one.total, one.topic.slug))[:MOST_VALUES]


def _numbers(
    session: Session, found: Mapping[FoundKind, Ranked], columns: Mapping[FoundKind, tuple[Any, Any]]
) -> Sequence[tuple[FoundKind, int, int, int]]:
    """Read how much of what was found belongs to what, in one statement.

    Each is told with its kind and what is counted: a thing by its id where it may belong to several, else all that
    belongs to the same, by the id of that.
    """
    kinds = [kind for kind in columns if found[kind].numbers]
    reads = []
    for place, kind in enumerate(kinds):
        owner, of = columns[kind]
        counted = owner if of is PlanTopic.topic_id else of
        numbers = within(session, owner, found[kind].numbers)
        groups = select(literal(place), counted, of, func.count()).where(numbers, of.is_not(None))
        reads.append(groups.group_by(counted, of))
    rows = session.execute(union_all(*reads)) if reads else ()
    return [(kinds[place], counted, of, total) for place, counted, of, total in rows]
