"""Which entities have a page of their own, for the sitemap: kind, key and the day of the last change.

Where their pages lie is the web's business.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.vocabulary import EditorialState
from app.store.models import Metric, Observation, Plan, Region, Source, Target
from app.store.queries.bytewise import Bytewise
from app.store.queries.paging import AnySelect


@dataclass(frozen=True, slots=True)
class Addressed:
    """An entity with a page: the collection it is in, its key there, and the day (UTC) of its last change."""

    collection: str
    key: str
    changed_on: date


def count_addressed(session: Session) -> int:
    """Count the entities that have a page, in one statement."""
    return session.scalar(select(func.count()).select_from(_ADDRESSED.subquery())) or 0


def list_addressed(session: Session, offset: int, limit: int) -> list[Addressed]:
    """List some of them in a lasting order, in one statement: by collection, then by key."""
    listed = _ADDRESSED.subquery()
    rows = session.execute(
        select(listed)
        .order_by(Bytewise(listed.c.collection), Bytewise(listed.c.key))
        .offset(offset)
        .limit(limit)
    )
    return [Addressed(row.collection, row.key, row.updated_at.date()) for row in rows]


def _public() -> list[AnySelect]:
    """Select what is public: published, not retired; a target by its plan."""
    return [
        _of("regions", Region.code, Region.updated_at).where(Region.retired_on.is_(None)),
        _of("plans", Plan.slug, Plan.updated_at).where(Plan.editorial_state == EditorialState.PUBLISHED),
        _of("targets", Target.public_id, Plan.updated_at)
        .join(Plan, Plan.id == Target.plan_id)
        .where(Plan.editorial_state == EditorialState.PUBLISHED, Target.retired_on.is_(None)),
        _of("metrics", Metric.slug, Metric.updated_at).where(Metric.retired_on.is_(None)),
        _of("observations", Observation.slug, Observation.updated_at).where(
            Observation.editorial_state == EditorialState.PUBLISHED
        ),
        _of("sources", Source.slug, Source.updated_at).where(Source.retired_on.is_(None)),
    ]


def _of(
    collection: str, key: InstrumentedAttribute[str], changed: InstrumentedAttribute[datetime]
) -> AnySelect:
    return select(literal(collection).label("collection"), key.label("key"), changed.label("updated_at"))


_ADDRESSED: Final = union_all(*_public())
