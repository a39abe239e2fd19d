"""The observations that a deadline's progress may rest on, and the ones near enough to say why not (R4).

The judgement itself is in `domain.progress`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from sqlalchemy import bindparam, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from app.domain.near import Near
from app.domain.progress import Goal, Progress, Reading, assess, is_assessable
from app.domain.vocabulary import EditorialState, Family, Precision
from app.store.known import known
from app.store.models import Metric, Observation, Region, RegionMember, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.paging import AnySelect
from app.store.queries.rows import figure_columns, key_columns, key_of, swift
from app.store.views.base import trusted
from app.store.views.facts import ProgressView, RefusalView

_progress = trusted(ProgressView)
_refusal = trusted(RefusalView)
Place: TypeAlias = tuple[int, Family]
"""The id of a region and a metric family, by which observations are near."""
_MANY: Final = 4
"""From how many deadlines of one place on its observations are laid out, which takes longer than to look at them once."""
_MOST_KEPT: Final = 20_000
"""How many observations are kept in one state of the data, about a kilobyte each."""


class ProgressReader:
    """Assess many deadlines in a fixed number of statements: regions above, topics, observations.

    Near to a deadline are observations of the same metric family, of its region or one above it (a group
    it belongs to included), on its topic or one above or below it.
    """

    def __init__(
        self, session: Session, deadlines: Collection[tuple[int, Family | None]], today: date
    ) -> None:
        """Read the candidates for deadlines of these region ids and metric families, as of a day in Shanghai.

        Of each pair there are as many as there are deadlines.
        """
        self.today = today
        self._numbers = Counter(deadlines)
        self._above = regions_above(session, {region for region, _ in self._numbers})
        self._topics = topic_lines(session)
        self._candidates = _kept_candidates(session, places_near(self._numbers, self._above))
        self._lines: dict[str, Collection[str]] = {}
        self._near: dict[Place, tuple[Near, _Refusals]] = {}

    def assess(self, goal: Goal, region_id: int, family: Family | None) -> ProgressView:
        """Compute the progress of one deadline."""
        if family is None or not is_assessable(goal.key.kind, goal.comparator, goal.value):
            return progress_view(assess(goal, (), self.today), [])
        place = (region_id, family)
        if self._numbers[place] < _MANY:
            line = self._line(goal.key.topic)
            told = assess(goal, [one for one in self._readings(place) if one.key.topic in line], self.today)
            views = [_refusal(observation=one.observation, fields=list(one.fields)) for one in told.refused]
            return progress_view(told, views)
        if place not in self._near:
            near = Near(goal.region, self._readings(place), self._line)
            self._near[place] = near, _Refusals(near)
        near, known = self._near[place]
        counting, refused = near.refused(goal)
        return progress_view(assess(goal, counting, self.today), list(map(known.__getitem__, refused)))

    def _readings(self, place: Place) -> Iterator[Reading]:
        """Give the observations near to a place, on any topic."""
        region_id, family = place
        for other in self._above.get(region_id, frozenset()) | {region_id}:
            yield from self._candidates.get((other, family), ())

    def _line(self, topic: str) -> Collection[str]:
        """Give a topic with all above and below it."""
        if topic not in self._lines:
            self._lines[topic] = {other for other in self._topics if in_line(self._topics, topic, other)}
        return self._lines[topic]


class _Refusals(dict[int, RefusalView]):
    """Refusals by the numbers that `near` gives them: the same come again and again, and are one view."""

    def __init__(self, near: Near) -> None:
        self._near = near

    def __missing__(self, number: int) -> RefusalView:
        observation, fields = self._near.refusal(number)
        self[number] = view = _refusal(observation=observation, fields=fields)
        return view


def progress_view(progress: Progress, refused: list[RefusalView]) -> ProgressView:
    """Put what was assessed by the observations that count into a view, with those that are refused."""
    return _progress(
        timing=progress.timing,
        result=progress.result,
        observation=progress.observation,
        gap=progress.gap,
        per_year=progress.per_year,
        rate=progress.rate,
        at_most=progress.at_most,
        refused=refused,
    )


def _above() -> AnySelect:
    lines = select(Region.id.label("start"), Region.id.label("id"))
    above = lines.where(Region.id.in_(bindparam("ids", expanding=True))).cte("above", recursive=True)
    edges = union_all(
        select(Region.id.label("below"), Region.parent_id.label("id")).where(Region.parent_id.is_not(None)),
        select(RegionMember.member_id.label("below"), RegionMember.group_id.label("id")),
    ).subquery("edges")
    above = above.union(select(above.c.start, edges.c.id).join(above, edges.c.below == above.c.id))
    return select(above.c.start, above.c.id)


# Statements are built once: SQLAlchemy then finds their SQL without looking through them again.
_ABOVE = _above()
_parent = aliased(Topic)
_PARENTS = select(Topic.slug, _parent.slug).outerjoin(_parent, Topic.parent_id == _parent.id)
_OBSERVED = (
    select(
        Observation.slug,
        Observation.region_id,
        Region.code.label("region_code"),
        Observation.from_on,
        Observation.from_precision,
        Observation.to_on,
        Observation.baseline_year,
        Observation.status,
        Metric.family,
        Metric.slug.label("metric_slug"),
        Topic.slug.label("topic_slug"),
        *key_columns(Observation),
        *figure_columns(Observation),
    )
    .join(Region, Region.id == Observation.region_id)
    .join(Metric, Metric.id == Observation.metric_id)
    .join(Topic, Topic.id == Observation.topic_id)
    .where(
        # The first finds them by its index; of a region that has many, only the families asked for are read.
        Observation.region_id.in_(bindparam("regions", expanding=True)),
        tuple_(Observation.region_id, Metric.family).in_(bindparam("near", expanding=True)),
        Observation.editorial_state == EditorialState.PUBLISHED,
    )
    .order_by(Bytewise(Observation.slug))
)


def regions_above(session: Session, ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Find all regions above each of these, groups included, in one statement."""
    found: dict[int, set[int]] = defaultdict(set)
    for start, place in session.execute(_ABOVE, {"ids": list(ids)}):
        if place != start:
            found[start].add(place)
    return {start: frozenset(places) for start, places in found.items()}


def topic_lines(session: Session) -> Mapping[str, frozenset[str]]:
    """Find the topics above each topic, in one statement where they are not known from before."""
    return known(session, "topic_lines", _read_topic_lines)


def _read_topic_lines(session: Session) -> Mapping[str, frozenset[str]]:
    up: dict[str, str | None] = dict(session.execute(_PARENTS).all())
    lines = {}
    for slug, parent_slug in up.items():
        line: list[str] = []
        above = parent_slug
        while above is not None and above not in line:
            line.append(above)
            above = up[above]
        lines[slug] = frozenset(line)
    return lines


def in_line(lines: Mapping[str, frozenset[str]], a: str, b: str) -> bool:
    """Say whether two topics are one, or one is above the other; `lines` are the topics above each."""
    return a == b or b in lines[a] or a in lines[b]


def places_near(
    deadlines: Collection[tuple[int, Family | None]], above: Mapping[int, frozenset[int]]
) -> set[Place]:
    """Give the region ids and families whose observations are near to deadlines of these regions and families."""
    return {
        (place, family)
        for region, family in deadlines
        if family is not None
        for place in (region, *above.get(region, ()))
    }


@dataclass(slots=True)
class _Kept:
    """What was read of observations in one state of the data: pages show the same places again and again."""

    revision: int
    readings: dict[Place, list[Reading]] = field(default_factory=dict)
    number: int = 0


def _kept_candidates(session: Session, near: Collection[Place]) -> Mapping[Place, Sequence[Reading]]:
    """Give the candidates, and keep them for who comes next until the data change."""
    revision = session.info.get("revision")
    if revision is None:
        # In a write session there may be observations that nobody else sees.
        return candidates(session, near)
    kept: _Kept | None = session.info["kept"].get("readings")
    if kept is None or kept.revision != revision or kept.number > _MOST_KEPT:
        kept = session.info["kept"]["readings"] = _Kept(revision)
    found = {place: kept.readings[place] for place in near if place in kept.readings}
    if missing := [place for place in near if place not in found]:
        read = candidates(session, missing)
        for place in missing:
            own = found[place] = kept.readings[place] = read.get(place, [])
            kept.number += len(own)
    return found


def candidates(session: Session, near: Collection[Place]) -> dict[Place, list[Reading]]:
    """Read the published observations of these regions and families."""
    found: dict[Place, list[Reading]] = defaultdict(list)
    asked = {"regions": list({region for region, _ in near}), "near": list(near)}
    for row in swift(session.execute(_OBSERVED, asked)):
        found[row.region_id, row.family].append(
            Reading(
                slug=row.slug,
                key=key_of(row),
                region=row.region_code,
                from_on=None if row.from_precision is Precision.NONE else row.from_on,
                to_on=row.to_on,
                baseline_year=row.baseline_year,
                status=row.status,
                comparator=row.comparator,
                value=row.canonical_value,
                value_high=row.canonical_high,
                unit=row.canonical_unit,
            )
        )
    return found
