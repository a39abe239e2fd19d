"""The keys that entities name each other by, with their row ids, each read once for a transaction.

Which references an entity may make is decided in `rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.domain.schemas import Entity
from app.domain.vocabulary import Dimension
from app.store.models import Metric, Organization, Plan, Region, Source, Topic

DECLARED = 0
"""The id of an entity that the same load is about to create."""
# So many keys are asked for in one statement.
_AT_A_TIME: Final = 500

Retired = tuple[date, str | None]
_REGIONS: Final = select(
    *(Region.id, Region.code, Region.slug, Region.iso, Region.parent_id),
    *(Region.replaced_by_id, Region.retired_on),
)
_TOPICS: Final = select(Topic.id, Topic.slug, Topic.parent_id, Topic.retired_on)
_METRICS: Final = select(Metric.id, Metric.slug, Metric.dimension, Metric.retired_on)
_ORGANIZATIONS: Final = select(Organization.slug, Organization.id, Organization.retired_on)
_SOURCES: Final = select(Source.slug, Source.id, Source.retired_on)
_PLANS: Final = select(Plan.slug, Plan.id)
_SOME_SOURCES: Final = _SOURCES.where(Source.slug.in_(bindparam("keys", expanding=True)))
_SOME_PLANS: Final = _PLANS.where(Plan.slug.in_(bindparam("keys", expanding=True)))


@dataclass
class Refs:
    """All keys by kind, each with its row's id; empty for a check that asks no database.

    `region_slugs` are by code; `region_owners` are the codes by slug and by ISO code, which are unique too. Of the
    vocabulary, `retired` is by kind what was, with its day and what took its place. Of sources and plans, of which
    there may be many, a transaction's own keys are those that it has met.
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

    session: Session | None = None

    @classmethod
    def read(cls, session: Session) -> "Refs":
        """Read all keys in six statements."""
        refs = cls._read_few(session)
        refs.meet_all(session)
        return refs

    @classmethod
    def _read_few(cls, session: Session) -> "Refs":
        """Read all keys but those of sources and plans, in four statements."""
        refs = cls(session=session)
        session.flush()
        # Past the ORM and without names, since there are hundreds of them and every save reads them.
        read = session.connection().execute
        regions = read(_REGIONS).all()
        codes: dict[int | None, str] = {number: code for number, code, *_ in regions}
        for number, code, slug, iso, parent, replaced_by, retired_on in regions:
            refs.region[code] = number
            refs.region_slugs[code] = slug
            refs.region_owners[slug] = code
            if iso:
                refs.region_owners[iso] = code
            refs.region_parents[code] = codes.get(parent)
            refs._note("region", code, retired_on, codes.get(replaced_by))
        topics = read(_TOPICS).all()
        slugs: dict[int | None, str] = {number: slug for number, slug, *_ in topics}
        for number, slug, parent, retired_on in topics:
            refs.topic[slug] = number
            refs.topic_parents[slug] = slugs.get(parent)
            refs._note("topic", slug, retired_on)
        for number, slug, dimension, retired_on in read(_METRICS):
            refs.metric[slug] = number
            refs.dimensions[slug] = dimension
            refs._note("metric", slug, retired_on)
        refs._read_many("organization", read(_ORGANIZATIONS))
        return refs

    def _read_many(self, kind: str, rows: Iterable[Any]) -> None:
        known = getattr(self, kind)
        for slug, number, *retired_on in rows:
            known[slug] = number
            if retired_on:
                self._note(kind, slug, *retired_on)

    def meet_all(self, session: Session) -> None:
        """Read all sources and plans, in two statements."""
        self._read_many("source", session.execute(_SOURCES))
        self._read_many("plan", session.execute(_PLANS))

    def meet(self, named: Iterable[tuple[str, str]]) -> None:
        """Read which of these sources and plans, given by kind and key, there are: a statement for hundreds of a kind."""
        if self.session is None:
            return
        self.session.flush()
        read = self.session.connection().execute
        wanted = set(named)
        for kind, found in (("source", _SOME_SOURCES), ("plan", _SOME_PLANS)):
            known = getattr(self, kind)
            keys = sorted(key for of, key in wanted if of == kind and key not in known)
            for start in range(0, len(keys), _AT_A_TIME):
                self._read_many(kind, read(found, {"keys": keys[start : start + _AT_A_TIME]}))

    @classmethod
    def of(cls, session: Session) -> "Refs":
        """Give the keys of this transaction, read at the first call only, but for those of `meet`."""
        if "refs" not in session.info:
            session.info["refs"] = cls._read_few(session)
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
