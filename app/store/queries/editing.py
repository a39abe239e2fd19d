"""Reads of what editors alone see: the revisions of one entity, with their contents.

What the public is told of changes is in `changes`.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.store.models import Revision
from app.store.queries.paging import Order, Paging, fetch_page
from app.store.revisions import Seed
from app.store.views.base import Page
from app.store.views.editing import VersionView

_COLUMNS = tuple(getattr(Revision, name) for name in VersionView.model_fields)
_ORDERS = {"-version": Order(Revision.version, Revision.id, descending=True)}


def list_versions(session: Session, kind: str, key: str, paging: Paging) -> Page[VersionView]:
    """List the revisions of an entity, the latest first.

    Raises NotFoundError unknown_<kind>, DomainError bad_cursor, bad_limit.
    """
    found = fetch_page(
        session,
        select(*_COLUMNS).where(Revision.entity == kind, Revision.entity_key == key),
        paging,
        orders=_ORDERS,
        belongs_to=("revisions", kind, key),
    )
    if not found.total:
        raise NotFoundError(f"unknown_{kind}", given=key)
    items = [
        VersionView(**{name: getattr(row, name) for name in VersionView.model_fields}) for row in found.rows
    ]
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def get_version(session: Session, kind: str, key: str, version: int) -> tuple[VersionView, Seed | None, Seed]:
    """Read a revision with the content before it and its own; raises NotFoundError unknown_version."""
    of_entity = (Revision.entity == kind, Revision.entity_key == key)
    row = session.execute(
        select(*_COLUMNS, Revision.seed).where(*of_entity, Revision.version == version)
    ).one_or_none()
    if row is None:
        raise NotFoundError("unknown_version", given=version)
    before = session.scalar(select(Revision.seed).where(*of_entity, Revision.version == row.base))
    view = VersionView(**{name: getattr(row, name) for name in VersionView.model_fields})
    return view, before, row.seed
