"""The matrix of regions and topics: what was found is computed, what was searched in vain is recorded.

How many plans each province has, for the map, is read in `overview`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import EditorialState, RegionLevel
from app.store.models import Assessment, Plan, PlanTopic, Region, RegionMember, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.rows import REGION, region_of, swift
from app.store.views.base import RegionRef, TopicRef
from app.store.views.coverage import (
    ColumnView,
    CoverageCellView,
    CoverageRowView,
    Looked,
    MatrixView,
    SearchView,
)

NATION = "100000"
DEPTH = 2
"""How many levels of the tree of topics are shown at once."""

_PUBLISHED = Plan.editorial_state == EditorialState.PUBLISHED
_REGIONS = (
    select(Region.id, Region.parent_id, Region.short_zh, *REGION)
    .where(Region.retired_on.is_(None))
    .order_by(Bytewise(Region.code))
)
_MEMBERS = select(RegionMember.group_id, RegionMember.member_id).order_by(
    RegionMember.group_id, RegionMember.position
)
_TOPICS = (
    select(Topic.id, Topic.parent_id, Topic.slug, Topic.name_zh, Topic.name_en)
    .where(Topic.retired_on.is_(None))
    .order_by(Topic.id)
)
_TARGETS = (
    select(Target.region_id, Target.topic_id, Target.plan_id, func.count().label("targets"))
    .join(Plan, Plan.id == Target.plan_id)
    .where(_PUBLISHED, Target.retired_on.is_(None))
    .group_by(Target.region_id, Target.topic_id, Target.plan_id)
)
_PLANS = (
    select(Plan.region_id, PlanTopic.topic_id, PlanTopic.plan_id)
    .join(Plan, Plan.id == PlanTopic.plan_id)
    .where(_PUBLISHED)
)
_SEARCHES = select(
    Assessment.region_id,
    Assessment.topic_id,
    Assessment.searched_zh,
    Assessment.searched_en,
    Assessment.searched_on,
).where(Assessment.retired_on.is_(None))


@dataclass(slots=True)
class _Found:
    """What is recorded of one region and topic."""

    targets: int = 0
    plans: set[int] = field(default_factory=set)

    def add(self, other: "_Found") -> None:
        """Put what is recorded of another one to it; a plan counts once."""
        self.targets += other.targets
        self.plans |= other.plans


Place = tuple[int, int]
"""The ids of a region and a topic."""


def read_matrix(session: Session, under: str | None = None, topic: str | None = None) -> MatrixView:
    """Read the matrix of a region with all directly below it, and of a topic with two levels below it.

    The nation and the whole tree of topics unless said otherwise; columns of which nothing is known are left
    out. A target counts for its topic and those above it, a search that found nothing for its topic and those
    below it. Six statements. Raises DomainError unknown_region, unknown_topic.
    """
    regions = {row.id: row for row in swift(session.execute(_REGIONS))}
    topics = {row.id: row for row in swift(session.execute(_TOPICS))}
    members: dict[int, list[int]] = defaultdict(list)
    for group, member in session.execute(_MEMBERS):
        members[group].append(member)
    root = _named(regions, under or NATION, ("region_code", "region_slug"), "unknown_region", "under")
    top = None if topic is None else _named(topics, topic, ("slug",), "unknown_topic", "topic")

    found = _found(session, topics)
    searched = _searched(session, topics)
    shown = _rows(regions, members, root, {region for region, _ in (*found, *searched)})
    below = _below(regions, found, shown)
    known = {topic for region, topic in (*found, *searched, *below) if region in set(shown)}
    columns, left_out = _columns(topics, top, known)
    rows = [
        CoverageRowView(
            region=region_of(regions[region]),
            short_zh=regions[region].short_zh,
            children=len(members[region]) or sum(row.parent_id == region for row in regions.values()),
            cells=[
                _cell(topics[column].slug, (region, column), found, below, searched) for column in columns
            ],
        )
        for region in shown
    ]
    states = [cell.state for row in rows for cell in row.cells]
    searches = {(row.region.code, cell.search.topic) for row in rows for cell in row.cells if cell.search}
    return MatrixView(
        under=region_of(regions[root]),
        topic=None if top is None else _topic_ref(topics[top]),
        topics=[_column(topics, column, columns) for column in columns],
        left_out=left_out,
        rows=rows,
        found=states.count(Looked.FOUND),
        none_found=states.count(Looked.NONE_FOUND),
        searches=len(searches),
        not_looked=states.count(Looked.NOT_LOOKED),
    )


def places_to_look_into(session: Session) -> list[RegionRef]:
    """Name the nation and the provinces, by code, whose parts a reader may choose to see."""
    levels = (RegionLevel.COUNTRY, RegionLevel.PROVINCE)
    return [region_of(row) for row in session.execute(_REGIONS.where(Region.level.in_(levels)))]


def _named(rows: Mapping[int, Any], name: str, fields: Iterable[str], code: str, at: str) -> int:
    for number, row in rows.items():
        if name in {getattr(row, field) for field in fields}:
            return number
    raise DomainError(code, at, given=name)


def _up(rows: Mapping[int, Any], start: int) -> Iterable[int]:
    """Go up a tree from one row, that row first; what is retired ends the way."""
    seen: set[int] = set()
    at: int | None = start
    while at is not None and at in rows and at not in seen:
        seen.add(at)
        yield at
        at = rows[at].parent_id


def _found(session: Session, topics: Mapping[int, Any]) -> dict[Place, _Found]:
    """Count targets and plans for each topic and all above it."""
    found: dict[Place, _Found] = defaultdict(_Found)
    for region, topic, plan, targets in session.execute(_TARGETS):
        for above in _up(topics, topic):
            found[region, above].add(_Found(targets, {plan}))
    for region, topic, plan in session.execute(_PLANS):
        for above in _up(topics, topic):
            found[region, above].add(_Found(0, {plan}))
    return dict(found)


def _searched(session: Session, topics: Mapping[int, Any]) -> dict[Place, SearchView]:
    """Lay each search that found nothing on its topic and all below it; the nearest one counts."""
    own = {
        (row.region_id, row.topic_id): SearchView(
            topic=topics[row.topic_id].slug,
            searched_zh=row.searched_zh,
            searched_en=row.searched_en,
            searched_on=row.searched_on,
        )
        for row in session.execute(_SEARCHES)
        if row.topic_id in topics
    }
    searched: dict[Place, SearchView] = {}
    for region in {region for region, _ in own}:
        for topic in topics:
            nearest = next((own[region, up] for up in _up(topics, topic) if (region, up) in own), None)
            if nearest is not None:
                searched[region, topic] = nearest
    return searched


def _rows(
    regions: Mapping[int, Any], members: Mapping[int, Sequence[int]], root: int, known: set[int]
) -> list[int]:
    """Choose the rows: the region, its members or those directly below it; under the nation, known groups too."""
    if members.get(root):
        return [root, *(member for member in members[root] if member in regions)]
    children = [number for number, row in regions.items() if row.parent_id == root]
    groups: list[int] = []
    if regions[root].region_level is RegionLevel.COUNTRY:
        groups = [
            number
            for number, row in regions.items()
            if row.region_level is RegionLevel.GROUP and number in known and number not in children
        ]
    kept = [
        number
        for number in children
        if number in known or regions[number].region_level is not RegionLevel.GROUP
    ]
    levels = list(RegionLevel)
    # By code as they come, but groups after all others.
    kept.sort(key=lambda number: levels.index(regions[number].region_level))
    kept.sort(key=lambda number: regions[number].region_level is RegionLevel.GROUP)
    return [root, *kept, *groups]


def _below(
    regions: Mapping[int, Any], found: Mapping[Place, _Found], shown: Iterable[int]
) -> dict[Place, _Found]:
    """Gather what is recorded of the places in each shown region, by topic."""
    below: dict[Place, _Found] = defaultdict(_Found)
    wanted = set(shown)
    for (region, topic), what in found.items():
        if region not in regions:
            continue
        for above in _up(regions, region):
            if above != region and above in wanted:
                below[above, topic].add(what)
    return dict(below)


def _columns(topics: Mapping[int, Any], top: int | None, known: set[int]) -> tuple[list[int], int]:
    """Choose the columns, each topic followed by those below it, and count those that are left out."""
    chosen: list[int] = []
    left_out = 0

    def walk(topic: int, depth: int) -> None:
        nonlocal left_out
        if topic in known or topic == top:
            chosen.append(topic)
        else:
            left_out += 1
        if depth < DEPTH:
            for number, row in topics.items():
                if row.parent_id == topic:
                    walk(number, depth + 1)

    for start in (
        [top] if top is not None else [n for n, row in topics.items() if row.parent_id not in topics]
    ):
        walk(start, 1)
    return chosen, left_out


def _cell(
    slug: str,
    place: Place,
    found: Mapping[Place, _Found],
    below: Mapping[Place, _Found],
    searched: Mapping[Place, SearchView],
) -> CoverageCellView:
    own, within = found.get(place, _Found()), below.get(place, _Found())
    search = None if own.plans else searched.get(place)
    state = Looked.FOUND if own.plans else Looked.NOT_LOOKED if search is None else Looked.NONE_FOUND
    return CoverageCellView(
        topic=slug,
        state=state,
        targets=own.targets,
        plans=len(own.plans),
        targets_below=within.targets,
        plans_below=len(within.plans),
        search=search,
    )


def _column(topics: Mapping[int, Any], column: int, columns: Sequence[int]) -> ColumnView:
    row = topics[column]
    parent = row.parent_id if row.parent_id in columns else None
    return ColumnView(
        slug=row.slug,
        name_zh=row.name_zh,
        name_en=row.name_en,
        parent=None if parent is None else topics[parent].slug,
        children=sum(other.parent_id == column for other in topics.values()),
    )


def _topic_ref(row: Any) -> TopicRef:
    return TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en)
