"""The keys that entities name each other by, with their row ids, read once for a transaction.

Which references an entity may make is decided in `rules`.
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.vocabulary import Dimension
from app.store.models import Metric, Organization, Plan, Region, Source, Topic

DECLARED = 0
"""The id of an entity that the same load is about to create."""


@dataclass
class Refs:
    """All keys by kind, each with its row's id; empty for a check that asks no database.

    `region_slugs` are by code; `region_owners` are the codes by slug and by ISO code, which are unique too.
    """

    region: dict[str, int] = field(default_factory=dict)
    organization: dict[str, int] = field(default_factory=dict)
    topic: dict[str, int] = field(default_factory=dict)
    metric: dict[str, int] = field(default_factory=dict)
    source: dict[str, int] = field(default_factory=dict)
    plan: dict[str, int] = field(default_factory=dict)
    region_slugs: dict[str, str] = field(default_factory=dict)
    region_owners: dict[str, str] = field(default_factory=dict)
    region_parents: dict[str, str | None] = field(default_factory=dict)
    topic_parents: dict[str, str | None] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> "Refs":
        """Read all keys in six statements."""
        refs = cls()
        regions = session.execute(
            select(Region.id, Region.code, Region.slug, Region.iso, Region.parent_id)
        ).all()
        codes = {row.id: row.code for row in regions}
        for region in regions:
            refs.region[region.code] = region.id
            refs.region_slugs[region.code] = region.slug
            refs.region_owners[region.slug] = region.code
            if region.iso:
                refs.region_owners[region.iso] = region.code
            refs.region_parents[region.code] = codes.get(region.parent_id or 0)
        topics = session.execute(select(Topic.id, Topic.slug, Topic.parent_id)).all()
        slugs = {row.id: row.slug for row in topics}
        for topic in topics:
            refs.topic[topic.slug] = topic.id
            refs.topic_parents[topic.slug] = slugs.get(topic.parent_id or 0)
        for metric in session.execute(select(Metric.id, Metric.slug, Metric.dimension)):
            refs.metric[metric.slug] = metric.id
            refs.dimensions[metric.slug] = metric.dimension
        refs.organization = _slugs(session, Organization)
        refs.source = _slugs(session, Source)
        refs.plan = _slugs(session, Plan)
        return refs

    @classmethod
    def of(cls, session: Session) -> "Refs":
        """Give the keys of this transaction, reading them at the first call only."""
        if "refs" not in session.info:
            session.info["refs"] = cls.read(session)
        refs: Refs = session.info["refs"]
        return refs


@dataclass(frozen=True, slots=True)
class Names:
    """The way back, from row ids to keys."""

    region: dict[int, str]
    organization: dict[int, str]
    topic: dict[int, str]
    metric: dict[int, str]
    source: dict[int, str]
    plan: dict[int, str]

    @classmethod
    def of(cls, refs: Refs) -> "Names":
        """Turn all keys round."""
        kinds = (refs.region, refs.organization, refs.topic, refs.metric, refs.source, refs.plan)
        return cls(*({number: key for key, number in ids.items()} for ids in kinds))


def _slugs(session: Session, model: type[Organization] | type[Source] | type[Plan]) -> dict[str, int]:
    return {row.slug: row.id for row in session.execute(select(model.slug, model.id))}
