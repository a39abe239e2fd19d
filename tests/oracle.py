"""Which public deadlines filters leave, found the plainest way: every row is looked at by itself.

What the application finds by its sets of ids is compared with this.
"""

from collections import defaultdict
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


class Oracle:
    """Knows all public deadlines of one snapshot, and the values that filters would find them by."""

    def __init__(self, session: Session, today: date) -> None:
        """Read everything."""
        self._session = session
        regions, topics = _lines(session, Region), _lines(session, Topic)
        for group, member in session.execute(select(RegionMember.group_id, RegionMember.member_id)).all():
            for line in regions.values():
                if member in line:
                    line.add(group)
        codes = {
            row.id: {row.code, row.slug}
            for row in session.execute(select(Region.id, Region.code, Region.slug))
        }
        slugs = {row.id: row.slug for row in session.execute(select(Topic.id, Topic.slug))}
        sources: dict[int, set[str]] = defaultdict(set)
        supported = select(Evidence.deadline_id, Source.slug).join(Source, Source.id == Evidence.source_id)
        for fact, slug in session.execute(supported):
            sources[fact or 0].add(slug)
        rows = session.execute(
            select(Deadline, Target, Plan, Region, Metric)
            .join(Target, Target.id == Deadline.target_id)
            .join(Plan, Plan.id == Target.plan_id)
            .join(Region, Region.id == Target.region_id)
            .outerjoin(Metric, Metric.id == Target.metric_id)
            .order_by(Deadline.due_sort, Deadline.id)
        )
        self._has: list[tuple[Deadline, int, dict[str, Collection[Any]]]] = []
        for deadline, target, plan, region, metric in rows:
            if plan.editorial_state != "published" or not (target.retired_on is deadline.retired_on is None):
                continue
            year = None if deadline.due_on is None else deadline.due_on.year
            has: dict[str, Collection[Any]] = {
                "region": codes[region.id],
                "under": set().union(*(codes[one] for one in regions[region.id])),
                "topic": {slugs[one] for one in topics[target.topic_id]},
                "metric": {metric.slug} if metric else (),
                "family": {metric.family} if metric else (),
                "year": {year} if year else (),
                "year_from": range(1949, year + 1) if year else (),
                "year_to": range(year, 2101) if year else (),
                "timing": {timing_of(deadline.due_on, today)},
                "level": {region.level},
                "stage": {plan.stage},
                "plan": {plan.slug},
                "source": sources[deadline.id],
                **{name: {getattr(target, name)} for name in ("kind", "boundary", "coverage", "bindingness")},
            }
            self._has.append((deadline, target.id, has))

    def passing(self, filters: Filters) -> list[int]:
        """List the ids of the deadlines that pass all filters, by due date."""
        asked = dict(_asked(filters))
        words, since = asked.pop("q", None), asked.pop("updated_since", None)
        found = (
            set() if words is None else set(self._session.scalars(matching(self._session, "target", words)))
        )
        return [
            deadline.id
            for deadline, target, has in self._has
            if all(value in has[name] for name, value in asked.items())
            and (words is None or target in found)
            and (since is None or deadline.updated_at >= since)
        ]


def _asked(filters: Filters) -> Iterator[tuple[str, Any]]:
    for name in Filters.__dataclass_fields__:
        if (value := getattr(filters, name)) is not None:
            yield name, value


def _lines(session: Session, table: type[Region] | type[Topic]) -> Mapping[int, set[int]]:
    parents: dict[int, Any] = dict(session.execute(select(table.id, table.parent_id)).all())
    lines: dict[int, set[int]] = {}
    for start in parents:
        line: set[int] = set()
        at = start
        while at is not None and at not in line:
            line.add(at)
            at = parents[at]
        lines[start] = line
    return lines
