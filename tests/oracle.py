"""Which public deadlines filters leave, found the plainest way: every row is read and looked at by itself.

What the application finds by its sets of ids is compared with this.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.progress import timing_of
from app.store.models import (
    Deadline,
    Evidence,
    Metric,
    Plan,
    Region,
    RegionMember,
    Source,
    Target,
    Topic,
)
from app.store.queries.filters import Filters
from app.store.search import matching


def passing(session: Session, filters: Filters, today: date) -> list[int]:
    """List the ids of the public deadlines that pass all filters, by due date."""
    regions = _lines(session, Region.id, Region.parent_id)
    for group, member in session.execute(select(RegionMember.group_id, RegionMember.member_id)).all():
        for line in regions.values():
            if member in line:
                line.add(group)
    topics = _lines(session, Topic.id, Topic.parent_id)
    found = [] if filters.q is None else session.scalars(matching(session, "target", filters.q)).all()
    rows = session.execute(
        select(Deadline, Target, Plan, Region, Topic, Metric)
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
        .order_by(Deadline.due_sort, Deadline.id)
    ).all()
    codes = {
        row.id: {row.code, row.slug} for row in session.execute(select(Region.id, Region.code, Region.slug))
    }
    slugs = {row.id: row.slug for row in session.execute(select(Topic.id, Topic.slug))}
    kept = []
    for deadline, target, plan, region, topic, metric in rows:
        year = None if deadline.due_on is None else deadline.due_on.year
        has: dict[str, Collection[Any]] = {
            "region": codes[region.id],
            "under": set().union(*(codes[one] for one in regions[region.id])),
            "topic": {slugs[one] for one in topics[topic.id]},
            "metric": {metric.slug} if metric else (),
            "family": {metric.family} if metric else (),
            "year": {year} if year else (),
            "year_from": range(1949, year + 1) if year else (),
            "year_to": range(year, 2101) if year else (),
            "timing": {timing_of(deadline.due_on, today)},
            "level": {region.level},
            "stage": {plan.stage},
            "plan": {plan.slug},
            "source": session.scalars(
                select(Source.slug)
                .join(Evidence, Evidence.source_id == Source.id)
                .where(Evidence.deadline_id == deadline.id)
            ).all(),
            "q": {filters.q} if target.id in found else (),
            "updated_since": {filters.updated_since}
            if filters.updated_since and deadline.updated_at >= filters.updated_since
            else (),
            **{name: {getattr(target, name)} for name in ("kind", "boundary", "coverage", "bindingness")},
        }
        public = plan.editorial_state == "published" and target.retired_on is deadline.retired_on is None
        if public and all(value in has[name] for name, value in _asked(filters)):
            kept.append(deadline.id)
    return kept


def _asked(filters: Filters) -> Iterator[tuple[str, Any]]:
    for name in Filters.__dataclass_fields__:
        if (value := getattr(filters, name)) is not None:
            yield name, value


def _lines(session: Session, own: Any, parent: Any) -> Mapping[int, set[int]]:
    parents: dict[int, Any] = dict(session.execute(select(own, parent)).all())
    lines: dict[int, set[int]] = {}
    for start in parents:
        line: set[int] = set()
        at = start
        while at is not None and at not in line:
            line.add(at)
            at = parents[at]
        lines[start] = line
    return lines
