"""The keys that entities name each other by, with their row ids, read once for a transaction.

Which references an entity may make is decided in `rules`.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.schemas import Entity
from app.domain.vocabulary import Dimension
from app.store.models import Metric, Organization, Plan, Region, Source, Topic

DECLARED = 0
"""The id of an entity that the same load is about to create."""

Retired = tuple[date, str | None]


@dataclass
class Refs:
    """All keys by kind, each with its row's id; empty for a check that asks no database.

    `region_slugs` are by code; `region_owners` are the codes by slug and by ISO code, which are unique too. Of the
    vocabulary, `retired` is by kind what was, with its day and what took its place.
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
    retired: dict[str, dict[str, Retired]] = field(
        default_factory=lambda: {kind: {} for kind in ("region", "organization", "topic", "metric", "source")}
    )

    @classmethod
    def read(cls, session: Session) -> "Refs":
        """Read all keys in six statements."""
        refs = cls()
        regions = session.execute(
            select(
                *(Region.id, Region.code, Region.slug, Region.iso, Region.parent_id),
                *(Region.replaced_by_id, Region.retired_on),
            )
        ).all()
        codes = {row.id: row.code for row in regions}
        for region in regions:
            refs.region[region.code] = region.id
            refs.region_slugs[region.code] = region.slug
            refs.region_owners[region.slug] = region.code
            if region.iso:
                refs.region_owners[region.iso] = region.code
            refs.region_parents[region.code] = codes.get(region.parent_id or 0)
            refs._note("region", region.code, region.retired_on, codes.get(region.replaced_by_id or 0))
        topics = session.execute(select(Topic.id, Topic.slug, Topic.parent_id, Topic.retired_on)).all()
        slugs = {row.id: row.slug for row in topics}
        for topic in topics:
            refs.topic[topic.slug] = topic.id
            refs.topic_parents[topic.slug] = slugs.get(topic.parent_id or 0)
            refs._note("topic", topic.slug, topic.retired_on)
        for metric in session.execute(select(Metric.id, Metric.slug, Metric.dimension, Metric.retired_on)):
            refs.metric[metric.slug] = metric.id
            refs.dimensions[metric.slug] = metric.dimension
            refs._note("metric", metric.slug, metric.retired_on)
        for kind, model in (("organization", Organization), ("source", Source)):
            for row in session.execute(select(model.slug, model.id, model.retired_on)):
                getattr(refs, kind)[row.slug] = row.id
                refs._note(kind, row.slug, row.retired_on)
        refs.plan = {row.slug: row.id for row in session.execute(select(Plan.slug, Plan.id))}
        return refs

    @classmethod
    def of(cls, session: Session) -> "Refs":
        """Give the keys of this transaction, reading them at the first call only."""
        if "refs" not in session.info:
            session.info["refs"] = cls.read(session)
        refs: Refs = session.info["refs"]
        return refs

    def declare_standing(self, kind: str, key: str, entity: Entity, *, new: bool, at_once: bool) -> None:
        """Make known that a write retires something, or restores it; what comes retired is not retired by it.

        What is restored only when a reviewer agrees, not `at_once`, is retired until then.
        """
        if kind not in self.retired:
            return
        if entity.retired_on is None:
            if at_once:
                self.retired[kind].pop(key, None)
        elif not new:
            self._note(kind, key, entity.retired_on, getattr(entity, "replaced_by", None))

    def _note(self, kind: str, key: str, retired_on: date | None, instead: str | None = None) -> None:
        if retired_on is not None:
            self.retired[kind][key] = (retired_on, instead)


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
