"""Which metrics and topics are fixed by a rule or public list, without which equal words are not an equal measure (R3).

The verdicts themselves are made in `domain.comparability`.
"""

from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from app.store.models import Metric, Topic


@dataclass(frozen=True, slots=True)
class Standards:
    """The slugs of metrics and of topics that have a standard."""

    metrics: frozenset[str]
    topics: frozenset[str]


_STANDARDS = union_all(
    select(literal("metric").label("sort"), Metric.slug).where(Metric.standard.is_not(None)),
    select(literal("topic").label("sort"), Topic.slug).where(Topic.standard.is_not(None)),
)


def read_standards(session: Session) -> Standards:
    """Read them all, in one statement."""
    rows = session.execute(_STANDARDS).all()
    return Standards(
        metrics=frozenset(slug for sort, slug in rows if sort == "metric"),
        topics=frozenset(slug for sort, slug in rows if sort == "topic"),
    )
