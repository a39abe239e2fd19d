"""What of the vocabulary is still referred to, and that none of it is retired as long as it is.

What an entity itself may refer to is in `rules`; how a write goes is in `write`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from app.domain.errors import Problem
from app.store.models import (
    Assessment,
    Deadline,
    Evidence,
    Measure,
    Metric,
    Observation,
    Organization,
    Plan,
    PlanIssuer,
    PlanTopic,
    Region,
    Source,
    Target,
    Topic,
)
from app.store.revisions import Outcome, Written

NAMED: Final = 3
"""How many of the uses a problem names."""

_Select = Select[*tuple[Any, ...]]


def _targets(*columns: Any) -> _Select:
    """Select of the targets that are neither retired nor of a retired plan."""
    standing = Target.retired_on.is_(None) & Plan.retired_on.is_(None)
    return select(*columns).select_from(Target).join(Plan, Plan.id == Target.plan_id).where(standing)


def _measures(*columns: Any) -> _Select:
    standing = Measure.retired_on.is_(None) & Plan.retired_on.is_(None)
    return select(*columns).select_from(Measure).join(Plan, Plan.id == Measure.plan_id).where(standing)


def _plans(column: Any) -> _Select:
    return select(column, Plan.slug).where(Plan.retired_on.is_(None))


def _observations(column: Any) -> _Select:
    return select(column, Observation.slug).where(Observation.retired_on.is_(None))


def _assessments(column: Any) -> _Select:
    return (
        select(column, Region.code + "/" + Topic.slug)
        .select_from(Assessment)
        .join(Region, Region.id == Assessment.region_id)
        .join(Topic, Topic.id == Assessment.topic_id)
        .where(Assessment.retired_on.is_(None))
    )


_USES: Mapping[str, tuple[Any, tuple[tuple[Any, _Select], ...]]] = MappingProxyType(
    {
        "region": (
            Region,
            (
                (Plan.region_id, _plans(Plan.region_id)),
                (Target.region_id, _targets(Target.region_id, Target.public_id)),
                (Measure.region_id, _measures(Measure.region_id, Measure.public_id)),
                (Observation.region_id, _observations(Observation.region_id)),
                (Assessment.region_id, _assessments(Assessment.region_id)),
            ),
        ),
        "organization": (
            Organization,
            (
                (
                    PlanIssuer.organization_id,
                    _plans(PlanIssuer.organization_id).join(PlanIssuer, PlanIssuer.plan_id == Plan.id),
                ),
                (Observation.measured_by_id, _observations(Observation.measured_by_id)),
            ),
        ),
        "topic": (
            Topic,
            (
                (
                    PlanTopic.topic_id,
                    _plans(PlanTopic.topic_id).join(PlanTopic, PlanTopic.plan_id == Plan.id),
                ),
                (Target.topic_id, _targets(Target.topic_id, Target.public_id)),
                (Observation.topic_id, _observations(Observation.topic_id)),
                (Assessment.topic_id, _assessments(Assessment.topic_id)),
            ),
        ),
        "metric": (
            Metric,
            (
                (Target.metric_id, _targets(Target.metric_id, Target.public_id)),
                (Observation.metric_id, _observations(Observation.metric_id)),
            ),
        ),
        "source": (
            Source,
            (
                (Evidence.source_id, _plans(Evidence.source_id).join(Evidence, Evidence.plan_id == Plan.id)),
                (
                    Evidence.source_id,
                    _targets(Evidence.source_id, Target.public_id)
                    .join(Deadline, Deadline.target_id == Target.id)
                    .join(Evidence, Evidence.deadline_id == Deadline.id)
                    .where(Deadline.retired_on.is_(None)),
                ),
                (
                    Evidence.source_id,
                    _measures(Evidence.source_id, Measure.public_id).join(
                        Evidence, Evidence.measure_id == Measure.id
                    ),
                ),
                (
                    Evidence.source_id,
                    _observations(Evidence.source_id).join(
                        Evidence, Evidence.observation_id == Observation.id
                    ),
                ),
            ),
        ),
    }
)
"""The table of each kind, and who refers to it: the column that does, and ids with the keys of who is not retired."""


def still_used(session: Session, written: Iterable[Written]) -> list[tuple[Written, Problem]]:
    """List what was retired by these writes and is still referred to, each with its problem `still_used`.

    To be called at the end of a transaction, since who refers to it may be changed or retired with it. One statement
    for each kind of which something was retired, however much.
    """
    retired: dict[str, dict[str, Written]] = {kind: {} for kind in _USES}
    for one in written:
        if one.entity in retired and retires(one):
            retired[one.entity][one.key] = one
    return [
        (
            ones[key],
            Problem("still_used", "retired_on", {"given": key, "count": count, "keys": ", ".join(keys)}),
        )
        for kind, ones in retired.items()
        if ones
        for key, (count, keys) in _used(session, kind).items()
        if key in ones
    ]


def retires(one: Written) -> bool:
    """Say whether a write retires something, or brings it retired."""
    was = one.before is not None and "retired_on" in one.before
    return one.outcome in {Outcome.CREATED, Outcome.UPDATED} and "retired_on" in one.after and not was


def _used(session: Session, kind: str) -> dict[str, tuple[int, list[str]]]:
    """Count who refers to each retired entity of a kind, and name the first of them."""
    model, uses = _USES[kind]
    retired = select(model.id).where(model.retired_on.is_not(None))
    found = union(*(use.where(column.in_(retired)) for column, use in uses)).subquery()
    used, user = found.c
    ranked = select(
        used,
        user.label("user"),
        func.count().over(partition_by=used).label("total"),
        func.row_number().over(partition_by=used, order_by=user).label("place"),
    ).subquery()
    key = model.code if model is Region else model.slug
    rows = (
        select(key, ranked.c.total, ranked.c.user)
        .join(model, model.id == ranked.c[0])
        .where(ranked.c.place <= NAMED)
        .order_by(key, ranked.c.place)
    )
    named: dict[str, tuple[int, list[str]]] = {}
    for one, total, by in session.execute(rows):
        named.setdefault(one, (total, []))[1].append(by)
    return named
