"""The revision log's rows as the public may see them (R7), and their completion by names and by what changed.

Which rows are asked for, and how they are gathered, is said in `changes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, SQLColumnExpression, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.domain.vocabulary import EditorialState
from app.store.models import (
    Assessment,
    Metric,
    Observation,
    Organization,
    Plan,
    Region,
    Revision,
    Source,
    Topic,
)
from app.store.queries.diffs import touched
from app.store.queries.filters import Condition
from app.store.queries.paging import AnyRow, AnySelect
from app.store.revisions import EDITED, Seed
from app.store.views.changes import ChangeView, Deed, EventView, Recorded, TouchedView

_EDITED = sorted(EDITED)
_COMPARED = (Deed.CHANGED, Deed.PUBLISHED, Deed.RESTORED)
_Previous = aliased(Revision)
Names = dict[tuple[Recorded, str], tuple[str, str | None]]


def _published(revision: type[Revision]) -> Condition:
    """Say whether a revision's form is public: the vocabulary always is."""
    # A seed form leaves out what is left at its default, and NOT of NULL is not true.
    state = func.coalesce(revision.seed["editorial_state"].as_string(), str(EditorialState.DRAFT))
    return or_(revision.entity.not_in(_EDITED), state == str(EditorialState.PUBLISHED))


def _deed() -> SQLColumnExpression[str]:
    """Name what a revision did as the public saw it, from its form and the one before it."""
    after, before = _published(Revision), and_(_Previous.id.is_not(None), _published(_Previous))
    # What needs no look into the forms comes first.
    said = (
        (Revision.action == "retired", Deed.RETIRED),
        (Revision.action == "created", Deed.ADDED),
        (~after, Deed.WITHDRAWN),
        (Revision.action == "restored", Deed.RESTORED),
        (and_(Revision.entity.in_(_EDITED), ~before), Deed.PUBLISHED),
    )
    return case(*((when, str(deed)) for when, deed in said), else_=str(Deed.CHANGED))


DEED = _deed()
CHANGES: AnySelect = (
    select(
        Revision.id,
        Revision.entity,
        Revision.entity_key,
        Revision.version,
        Revision.door,
        Revision.reason,
        Revision.at,
        DEED.label("deed"),
    )
    .outerjoin(
        _Previous,
        and_(
            _Previous.entity == Revision.entity,
            _Previous.entity_key == Revision.entity_key,
            _Previous.version == Revision.base,
        ),
    )
    # What waits for a reviewer, or was a draft before and after, is nobody's business.
    .where(
        Revision.applied,
        or_(_published(Revision), and_(_Previous.id.is_not(None), _published(_Previous))),
    )
)


@dataclass(frozen=True, slots=True)
class WholeChange:
    """A change with the forms that the public saw before and after it; none of what was new, or is gone."""

    view: ChangeView
    before: Seed | None
    after: Seed | None


def whole_of(row: AnyRow, before: Seed | None, view: ChangeView) -> WholeChange:
    """Put the public forms to a change; the form that something was withdrawn or retired in is none."""
    gone = row.deed in {Deed.RETIRED, Deed.WITHDRAWN}
    return WholeChange(view, before if row.deed in _COMPARED else None, None if gone else row.seed)


def read_changes(
    session: Session, rows: Sequence[AnyRow], before: Mapping[int, Seed] | None = None
) -> list[ChangeView]:
    """Complete rows of `CHANGES` that carry their seed by what changed, and by names.

    `before` is what `public_before` gives of them, where that has been read.
    """
    before = public_before(session, rows) if before is None else before
    names = _names(session, rows)
    views = []
    for row in rows:
        entity = Recorded(row.entity)
        public = names.get((entity, row.entity_key))
        title_zh, title_en = _titles(entity, row.entity_key, _public_form(row, before.get(row.id)), names)
        views.append(
            ChangeView(
                **event_of(row, Deed(row.deed), fields_of(row, before.get(row.id))).model_dump(),
                entity=entity,
                key=row.entity_key,
                title_zh=title_zh,
                title_en=title_en,
                public=public is not None,
            )
        )
    return views


def public_before(session: Session, rows: Sequence[AnyRow]) -> dict[int, Seed]:
    """Read the form that was public before each revision, by the revision's id; none before the first."""
    later, earlier, any_earlier = aliased(Revision), aliased(Revision), aliased(Revision)
    last = (
        select(func.max(any_earlier.version))
        .where(
            any_earlier.entity == later.entity,
            any_earlier.entity_key == later.entity_key,
            any_earlier.version < later.version,
            any_earlier.applied,
            _published(any_earlier),
        )
        .correlate(later)
        .scalar_subquery()
    )
    found = session.execute(
        select(later.id, earlier.seed)
        .join(
            earlier,
            and_(
                earlier.entity == later.entity,
                earlier.entity_key == later.entity_key,
                earlier.version == last,
            ),
        )
        .where(later.id.in_([row.id for row in rows if row.version > 1]))
    )
    return dict(found.all())


def _public_form(row: AnyRow, before: Seed | None) -> Seed:
    """Give the form that the public saw: of what was withdrawn or retired, the one before."""
    gone = row.deed in {Deed.RETIRED, Deed.WITHDRAWN} and row.entity in _EDITED
    seed: Seed = before if gone and before is not None else row.seed
    return seed


def fields_of(row: AnyRow, before: Seed | None) -> list[TouchedView]:
    """Count what differs from the form that was public before; nothing of what is new, or gone."""
    return touched(before, row.seed) if row.deed in _COMPARED and before is not None else []


def event_of(row: AnyRow, deed: Deed, fields: list[TouchedView]) -> EventView:
    """Make an event of a row of CHANGES; who wrote it is left out."""
    return EventView(id=row.id, at=row.at, action=deed, door=row.door, reason=row.reason, fields=fields)


def _names(session: Session, rows: Sequence[AnyRow]) -> Names:
    """Name those of the changed entities that are public now, and the regions and topics of assessments."""
    keys: dict[Recorded, set[str]] = {entity: set() for entity in Recorded}
    for row in rows:
        keys[Recorded(row.entity)].add(row.entity_key)
    for key in keys[Recorded.ASSESSMENT]:
        region, _, topic = key.partition("/")
        keys[Recorded.REGION].add(region)
        keys[Recorded.TOPIC].add(topic)
    return {
        (Recorded(row.entity), row.key): (row.title_zh, row.title_en)
        for row in session.execute(_public_now(keys))
    }


def _public_now(keys: dict[Recorded, set[str]]) -> CompoundSelect[tuple[str, str, str, str | None]]:
    """Select kind, key and names of the entities with these keys that can be read now, in one statement."""
    tables: dict[Recorded, tuple[Any, Any, Any, Any, Condition]] = {
        Recorded.REGION: (
            Region.id,
            Region.code,
            Region.name_zh,
            Region.name_en,
            Region.retired_on.is_(None),
        ),
        Recorded.PLAN: (
            *(Plan.id, Plan.slug, Plan.title_zh, Plan.title_en),
            Plan.editorial_state == EditorialState.PUBLISHED,
        ),
        Recorded.OBSERVATION: (
            *(Observation.id, Observation.slug, Observation.statement_zh, Observation.statement_en),
            Observation.editorial_state == EditorialState.PUBLISHED,
        ),
        Recorded.SOURCE: (
            *(Source.id, Source.slug, Source.title_zh, Source.title_en),
            Source.retired_on.is_(None),
        ),
    }
    for entity, table in (
        (Recorded.TOPIC, Topic),
        (Recorded.METRIC, Metric),
        (Recorded.ORGANIZATION, Organization),
    ):
        tables[entity] = (table.id, table.slug, table.name_zh, table.name_en, table.retired_on.is_(None))
    selects = [
        select(
            literal(str(entity)).label("entity"),
            key.label("key"),
            zh.label("title_zh"),
            en.label("title_en"),
        )
        .select_from(number.class_)
        .where(public, key.in_(sorted(keys[entity])))
        for entity, (number, key, zh, en, public) in tables.items()
    ]
    assessed = Region.code + "/" + Topic.slug
    return union_all(
        *selects,
        select(literal(str(Recorded.ASSESSMENT)), assessed, Region.name_zh, Region.name_en)
        .select_from(Assessment)
        .join(Region, Region.id == Assessment.region_id)
        .join(Topic, Topic.id == Assessment.topic_id)
        .where(Assessment.retired_on.is_(None), assessed.in_(sorted(keys[Recorded.ASSESSMENT]))),
    )


def _titles(entity: Recorded, key: str, seed: Seed, names: Names) -> tuple[str, str | None]:
    """Title an entity by the form that was public; an assessment by the region and topic that it is of."""
    if entity is Recorded.ASSESSMENT:
        region, _, topic = key.partition("/")
        of_region = names.get((Recorded.REGION, region), (region, region))
        of_topic = names.get((Recorded.TOPIC, topic), (topic, topic))
        return f"{of_region[0]}·{of_topic[0]}", f"{of_region[1]} · {of_topic[1]}"
    field = {Recorded.PLAN: "title", Recorded.SOURCE: "title", Recorded.OBSERVATION: "statement"}.get(
        entity, "name"
    )
    return seed.get(f"{field}_zh", key), seed.get(f"{field}_en")
