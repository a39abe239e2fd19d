"""What the explorer reads: a page of dated figures, its facets, and the names of its other filters.

Figures are listed in `deadlines`, counted in `facets`; this puts them together.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import Plan, Source
from app.store.queries.deadlines import list_deadlines
from app.store.queries.facets import count_facets
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.queries.rows import PLAN, plan_of
from app.store.views.base import PlanRef
from app.store.views.entities import SourceRef
from app.store.views.explorer import Exploration


def explore(session: Session, filters: Filters, paging: Paging, today: date) -> Exploration:
    """Read a page of dated figures as `list_deadlines` does, with the facets of the whole list.

    Raises DomainError as `list_deadlines` does.
    """
    return Exploration(
        page=list_deadlines(session, filters, paging, today),
        facets=count_facets(session, filters, today),
        plan=_plan(session, filters.plan),
        source=_source(session, filters.source),
    )


def _plan(session: Session, slug: str | None) -> PlanRef | None:
    if slug is None:
        return None
    # A draft's title is not for the public, though its slug may be asked for.
    public = Plan.editorial_state == EditorialState.PUBLISHED
    row = session.execute(select(*PLAN).where(Plan.slug == slug, public)).one_or_none()
    return None if row is None else plan_of(row)


def _source(session: Session, slug: str | None) -> SourceRef | None:
    if slug is None:
        return None
    columns = (Source.slug, Source.kind, Source.title_zh, Source.title_en)
    return SourceRef(**session.execute(select(*columns).where(Source.slug == slug)).mappings().one())
