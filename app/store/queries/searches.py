"""Searches that found nothing: what was looked for in a region, and when.

What was found is what is recorded; a region without plans and without a search was not looked at.
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.models import Assessment, Region, Topic
from app.store.queries.bytewise import Bytewise
from app.store.views.base import TopicRef
from app.store.views.beside import SearchView


def searches_in_region(session: Session, code: str) -> list[SearchView]:
    """List the searches in a region, by code, that found nothing, by topic."""
    rows = session.execute(
        select(
            Topic.slug,
            Topic.name_zh,
            Topic.name_en,
            Assessment.searched_on,
            Assessment.searched_zh,
            Assessment.searched_en,
        )
        .join(Assessment, Assessment.topic_id == Topic.id)
        .join(Region, Region.id == Assessment.region_id)
        .where(Region.code == code, Assessment.retired_on.is_(None))
        .order_by(Bytewise(Topic.slug))
    )
    return [
        SearchView(
            topic=TopicRef(slug=row.slug, name_zh=row.name_zh, name_en=row.name_en),
            searched_on=row.searched_on,
            searched_zh=row.searched_zh,
            searched_en=row.searched_en,
        )
        for row in rows
    ]


def regions_searched(session: Session) -> dict[str, date]:
    """Give the last day on which a search in each region, by code, found nothing on some topic."""
    rows = session.execute(
        select(Region.code, func.max(Assessment.searched_on))
        .join(Assessment, Assessment.region_id == Region.id)
        .where(Assessment.retired_on.is_(None))
        .group_by(Region.code)
    )
    return dict(rows.all())
