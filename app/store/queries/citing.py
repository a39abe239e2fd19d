"""Reads of what citations name beside figures: documents with their issuers, and sources.

The figures themselves are read by their own modules.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import Organization, Plan, PlanIssuer, Region, Source
from app.store.queries.rows import ORGANIZATION, REGION, region_of
from app.store.views.base import OrganizationRef
from app.store.views.citing import CitedPlan, CitedSource

_PLAIN = tuple(name for name in CitedPlan.model_fields if name not in {"region", "issuers"})
_SOURCE = tuple(CitedSource.model_fields)


def cited_plans(session: Session, slugs: Collection[str]) -> dict[str, CitedPlan]:
    """Read the public plans of these slugs, in two statements."""
    rows = session.execute(
        select(Plan.id, *(getattr(Plan, name) for name in _PLAIN), *REGION)
        .join(Region, Region.id == Plan.region_id)
        .where(Plan.slug.in_(slugs), Plan.editorial_state == EditorialState.PUBLISHED)
    ).all()
    issuers: dict[int, list[OrganizationRef]] = defaultdict(list)
    for one in session.execute(
        select(PlanIssuer.plan_id, *ORGANIZATION)
        .join(Organization, Organization.id == PlanIssuer.organization_id)
        .where(PlanIssuer.plan_id.in_([row.id for row in rows]))
        .order_by(PlanIssuer.plan_id, PlanIssuer.position)
    ):
        issuers[one.plan_id].append(
            OrganizationRef(
                slug=one.organization_slug,
                name_zh=one.organization_name_zh,
                name_en=one.organization_name_en,
            )
        )
    return {
        row.slug: CitedPlan(
            **{name: getattr(row, name) for name in _PLAIN},
            region=region_of(row),
            issuers=issuers[row.id],
        )
        for row in rows
    }


def cited_sources(session: Session, slugs: Collection[str]) -> dict[str, CitedSource]:
    """Read the sources of these slugs, in one statement."""
    rows = session.execute(select(*(getattr(Source, name) for name in _SOURCE)).where(Source.slug.in_(slugs)))
    return {row.slug: CitedSource(**{name: getattr(row, name) for name in _SOURCE}) for row in rows}
