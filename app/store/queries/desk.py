"""Reads for editors and reviewers: lists with drafts in them, what waits for review, revisions, comments.

What the public reads is in the modules beside this one; what may be done with an entity is the service's.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import SQLColumnExpression, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import (
    Assessment,
    Comment,
    Metric,
    Observation,
    Organization,
    Plan,
    Region,
    Revision,
    Source,
    Topic,
)
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, fetch_page
from app.store.revisions import EDITED
from app.store.search import Kind, matching
from app.store.views.base import Page
from app.store.views.changes import Recorded
from app.store.views.desk import CommentView, EntryView, RevisionView

_LISTED: Final = 500
"""How many revisions, comments and entries of the queue are read at most."""

_ASSESSED = Region.code + "/" + Topic.slug
# Of each kind its table, its key and its two names.
_TABLES: Final[dict[Recorded, tuple[Any, Any, Any, Any]]] = {
    Recorded.PLAN: (Plan, Plan.slug, Plan.title_zh, Plan.title_en),
    Recorded.OBSERVATION: (
        Observation,
        Observation.slug,
        Observation.statement_zh,
        Observation.statement_en,
    ),
    Recorded.SOURCE: (Source, Source.slug, Source.title_zh, Source.title_en),
    Recorded.METRIC: (Metric, Metric.slug, Metric.name_zh, Metric.name_en),
    Recorded.TOPIC: (Topic, Topic.slug, Topic.name_zh, Topic.name_en),
    Recorded.ORGANIZATION: (Organization, Organization.slug, Organization.name_zh, Organization.name_en),
    Recorded.REGION: (Region, Region.code, Region.name_zh, Region.name_en),
    Recorded.ASSESSMENT: (
        Assessment,
        _ASSESSED,
        Region.name_zh + "·" + Topic.name_zh,
        Region.name_en + " · " + Topic.name_en,
    ),
}


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """Which entries are asked for: in a state, waiting or not, with words in their text."""

    state: EditorialState | None = None
    waiting: bool | None = None
    q: str | None = None


def list_entries(session: Session, kind: Recorded, filters: EntryFilters, paging: Paging) -> Page[EntryView]:
    """List the entities of a kind, drafts and retired ones too, the latest change first.

    Raises DomainError q_empty, q_too_long, bad_limit, bad_cursor.
    """
    model, _, zh, _ = _TABLES[kind]
    statement = _entries(kind)
    if filters.state is not None:
        statement = statement.where(_state(kind) == filters.state)
    if filters.waiting is not None:
        statement = statement.where(model.pending.is_not(None) == filters.waiting)
    if filters.q is not None:
        # Searches that found nothing are not in the index; there are few.
        if kind is Recorded.ASSESSMENT:
            statement = statement.where(_contains(zh, filters.q))
        else:
            statement = statement.where(model.id.in_(matching(session, cast("Kind", kind.value), filters.q)))
    page = fetch_page(
        session,
        statement,
        paging,
        orders={"-at": Order(Revision.at, Revision.id, descending=True)},
        belongs_to=("entries", kind, filters),
        capped=filters.q is not None,
    )
    items = [_entry(row) for row in page.rows]
    return Page(items=items, total=page.total, total_is_capped=page.capped, next=page.next)


def list_for_review(session: Session) -> list[EntryView]:
    """List what was handed in and not yet decided on, embargoes too, the oldest first."""
    selects = [_entries(kind).where(Revision.state == EditorialState.IN_REVIEW) for kind in _TABLES]
    asked = union_all(*selects).subquery()
    rows = session.execute(select(asked).order_by(asked.c.at, asked.c.id).limit(_LISTED))
    return [_entry(row) for row in rows]


def count_for_review(session: Session) -> int:
    """Count what is in the queue."""
    selects = [
        _entries(kind).with_only_columns(Revision.id).where(Revision.state == EditorialState.IN_REVIEW)
        for kind in _TABLES
    ]
    return session.scalar(select(func.count()).select_from(union_all(*selects).subquery())) or 0


def list_revision_views(session: Session, kind: Recorded, key: str) -> list[RevisionView]:
    """List the revisions of one entity, the latest first, without their content."""
    fields = [getattr(Revision, name) for name in RevisionView.model_fields]
    rows = session.execute(
        select(*fields)
        .where(Revision.entity == kind, Revision.entity_key == key)
        .order_by(Revision.version.desc())
        .limit(_LISTED)
    )
    return [RevisionView(**row._mapping) for row in rows]  # noqa: SLF001 - a row's own name for its columns


def get_revision_seed(session: Session, kind: Recorded, key: str, version: int) -> dict[str, Any] | None:
    """Read what one revision held, in seed form; None if there is no such revision."""
    return session.scalar(
        select(Revision.seed).where(
            Revision.entity == kind, Revision.entity_key == key, Revision.version == version
        )
    )


def list_comments(session: Session, kind: Recorded, key: str) -> list[CommentView]:
    """List what was said of an entity, in order."""
    rows = session.scalars(
        select(Comment)
        .where(Comment.entity == kind, Comment.entity_key == key)
        .order_by(Comment.id)
        .limit(_LISTED)
    )
    return [CommentView(version=one.version, author=one.author, at=one.at, said=one.said) for one in rows]


def _entries(kind: Recorded) -> AnySelect:
    """Select entries of a kind, each with the revision that its editors go on from."""
    model, key, zh, en = _TABLES[kind]
    current = func.coalesce(model.pending, model.version)
    waiting = case((model.pending.is_not(None), Revision.state), else_=None)
    statement = select(
        Revision.id,
        literal(str(kind)).label("kind"),
        key.label("key"),
        zh.label("title_zh"),
        en.label("title_en"),
        _state(kind).label("state"),
        waiting.label("waiting"),
        Revision.publish_at,
        Revision.version,
        Revision.author,
        Revision.at,
    ).select_from(model)
    if kind is Recorded.ASSESSMENT:
        statement = statement.join(Region, Region.id == Assessment.region_id).join(
            Topic, Topic.id == Assessment.topic_id
        )
    revision = and_(Revision.entity == str(kind), Revision.entity_key == key, Revision.version == current)
    return statement.join(Revision, revision)


def _state(kind: Recorded) -> SQLColumnExpression[str]:
    """Say how the tables hold an entity; the vocabulary knows no drafts."""
    model = _TABLES[kind][0]
    if kind in EDITED:
        state: SQLColumnExpression[str] = model.editorial_state
        return state
    retired = (model.retired_on.is_not(None), str(EditorialState.RETIRED))
    return case(retired, else_=str(EditorialState.PUBLISHED))


def _contains(column: SQLColumnExpression[str], q: str) -> SQLColumnExpression[bool]:
    return or_(*(column.contains(word, autoescape=True) for word in q.split()))


def _entry(row: AnyRow) -> EntryView:
    fields = {name: getattr(row, name) for name in EntryView.model_fields}
    return EntryView(**fields)
