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
        for row in regions:
            refs.region[row.code] = row.id
            refs.region_slugs[row.code] = row.slug
            refs.region_owners[row.slug] = row.code
            if row.iso:
                refs.region_owners[row.iso] = row.code
            refs.region_parents[row.code] = codes.get(row.parent_id)
        topics = session.execute(select(Topic.id, Topic.slug, Topic.parent_id)).all()
        slugs = {row.id: row.slug for row in topics}
        for row in topics:
            refs.topic[row.slug] = row.id
            refs.topic_parents[row.slug] = slugs.get(row.parent_id)
        for row in session.execute(select(Metric.id, Metric.slug, Metric.dimension)):
            refs.metric[row.slug] = row.id
            refs.dimensions[row.slug] = row.dimension
        refs.organization = _slugs(session, Organization)
        refs.source = _slugs(session, Source)
        refs.plan = _slugs(session, Plan)
        return refs

    @classmethod
    def of(cls, session: Session) -> "Refs":
        """Give the keys of this transaction, reading them at the first call only."""
        refs = session.info.get("refs")
        if refs is None:
            refs = session.info["refs"] = cls.read(session)
        return refs  # type: ignore[no-any-return] # session.info holds anything


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


def _slugs(
    session: Session, model: type[Organization] | type[Source] | type[Plan]
) -> dict[str, int]:
    return {row.slug: row.id for row in session.execute(select(model.slug, model.id))}
