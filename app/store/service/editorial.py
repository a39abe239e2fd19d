"""The way to publication: what is saved waits, is submitted, sent back, published, embargoed, retired, restored.

How one entity is changed is in `desk`; who may ask for what by which door is said by the doors.
"""

from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import and_, select, union_all
from sqlalchemy.orm import Session

from app.domain.dates import shanghai_day
from app.domain.errors import DomainError, ForbiddenError, NotFoundError
from app.domain.schemas import Entity, ObservationIn, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.store.models import Revision
from app.store.revisions import EDITED, Action, Change, Door, Outcome, Seed, Written
from app.store.service.desk import SHOWN, Desk, Way, apply_settled, in_state, open_desk
from app.store.service.kinds import WRITERS
from app.store.service.write import check_seen, get_stored


def save(
    session: Session,
    kind: str,
    entity: Entity,
    by: Change,
    seen: int | None = None,
    *,
    state: EditorialState | None = None,
    base: int | None = None,
) -> Written:
    """Save an entity in a state; what the public sees changes only if it is `published`.

    The state is that of the entity itself, if it has one, unless another is given; a change to the vocabulary
    is published if its author may, and a new row of it always. `seen` is the version the editor went on from,
    0 for a new one; `base` the applied version that the content takes into account, if an older change waits.
    Raise DomainError with every rule that is broken, ForbiddenError `may_not_publish`, `four_eyes`,
    ConflictError `stale_version`, `key_taken`, `published_meanwhile`.
    """
    writer = WRITERS[kind]
    key = writer.key(entity)
    if state is not None:
        entity = in_state(writer, entity, state)
    new = not get_stored(session, writer, key)
    wanted = state or _wanted(entity, by, new=new)
    publishing = wanted in SHOWN and (kind in EDITED or not new)
    if publishing:
        _may_publish(by)
        if by.four_eyes:
            raise ForbiddenError("four_eyes")
    if new:
        check_seen(writer, key, None, seen)
        return apply_settled(session, writer, None, entity, by)
    desk = open_desk(session, kind, key, by, seen)
    taken = base or desk.current.base_of_next
    if publishing:
        desk.check_base(taken)
    elif desk.current.shown:
        return _draft(desk, entity, wanted, taken)
    return desk.apply(entity)


def submit(session: Session, kind: str, key: str, by: Change, seen: int | None = None) -> Written:
    """Hand what is saved to a reviewer; raise `not_waiting` if there is nothing to review."""
    return _move(open_desk(session, kind, key, by, seen), EditorialState.IN_REVIEW, "submitted")


def send_back(session: Session, kind: str, key: str, by: Change, seen: int | None = None) -> Written:
    """Give what is in review back to its authors; what is wrong with it is said by `by.reason` or a comment."""
    return _move(open_desk(session, kind, key, by, seen), EditorialState.DRAFT, "sent_back")


def publish(
    session: Session, kind: str, key: str, by: Change, seen: int | None = None, *, at: datetime | None = None
) -> Written:
    """Make public what waits, now, or at an instant to come.

    What is checked is what a save checks, evidence included (R5). Raise `not_waiting`, ForbiddenError
    `may_not_publish`, `four_eyes` if the author of any of it is who asks, ConflictError
    `published_meanwhile` if the public form is another than the one the change was made from.
    """
    desk = open_desk(session, kind, key, by, seen)
    _may_publish(by)
    desk.check_waits()
    entity = desk.content()
    if entity.retired_on is None:
        entity = in_state(desk.writer, entity, EditorialState.PUBLISHED)
    desk.check_four_eyes()
    desk.check_base(desk.current.base_of_next)
    if at is None or at <= by.at:
        return desk.apply(entity)
    desk.check(entity)
    return desk.wait(
        desk.content(), Way(EditorialState.IN_REVIEW, "scheduled", desk.current.applied_version, at)
    )


def list_due(session: Session, now: datetime) -> list[int]:
    """List the revisions whose embargo has run out and which still wait, by their ids."""
    of_kinds = (
        select(Revision.id)
        .join(
            writer.model,
            and_(writer.key_column() == Revision.entity_key, writer.model.pending == Revision.version),
        )
        .where(Revision.entity == kind, Revision.publish_at <= now)
        for kind, writer in WRITERS.items()
    )
    return list(session.scalars(union_all(*of_kinds)))


def publish_due(session: Session, now: datetime) -> list[Written]:
    """Publish what waited for an instant that has come, in the name of who scheduled it, in order.

    What can no longer be published as it is, is sent back to its authors, with the reason as its code.
    """
    found = select(Revision).where(Revision.id.in_(list_due(session, now)))
    written = []
    for due in session.scalars(found.order_by(Revision.publish_at, Revision.id)).all():
        by = Change(cast("Door", due.door), due.author, due.reason, now)
        try:
            with session.begin_nested():
                written.append(publish(session, due.entity, due.entity_key, by))
        except DomainError as error:
            session.info.pop("refs", None)
            back = replace(by, reason=error.code)
            written.append(send_back(session, due.entity, due.entity_key, back))
    return written


def discard(session: Session, kind: str, key: str, by: Change, seen: int | None = None) -> Written:
    """Drop the change that waits; the log keeps it. Raise `not_waiting` if there is none."""
    desk = open_desk(session, kind, key, by, seen)
    if not desk.current.waits:
        raise DomainError("not_waiting", given=key)
    return desk.settle()


def retire(session: Session, kind: str, key: str, by: Change, seen: int | None = None) -> Written:
    """Withdraw an entity, leaving a tombstone; asked by one who may not publish, it waits for a reviewer.

    Raise `already_retired`, `change_waits` if something would be dropped with it, and `still_used` for vocabulary
    that something refers to.
    """
    desk = open_desk(session, kind, key, by, seen)
    if "retired_on" in desk.stored.seed:
        raise DomainError("already_retired", given=key)
    retired = {"retired_on": shanghai_day(by.at).isoformat()}
    if kind in EDITED:
        retired["editorial_state"] = EditorialState.RETIRED
    return _turn(desk, {**desk.stored.seed, **retired})


def restore(session: Session, kind: str, key: str, by: Change, seen: int | None = None) -> Written:
    """Take a retirement back, as `retire` made it: a draft is a draft again; raise `not_retired`, `change_waits`."""
    desk = open_desk(session, kind, key, by, seen)
    if "retired_on" not in desk.stored.seed:
        raise DomainError("not_retired", given=key)
    seed = {name: value for name, value in desk.stored.seed.items() if name != "retired_on"}
    state = EditorialState.PUBLISHED if desk.current.shown else EditorialState.DRAFT
    return _turn(desk, seed | ({"editorial_state": state} if kind in EDITED else {}))


def restore_revision(
    session: Session, kind: str, key: str, version: int, by: Change, seen: int | None = None
) -> Written:
    """Save what an old revision held as a new one: a draft, which is published in a second step.

    Raise NotFoundError `unknown_version`, and what `save` raises.
    """
    of_version = (Revision.entity == kind, Revision.entity_key == key, Revision.version == version)
    old = session.scalar(select(Revision.seed).where(*of_version))
    if old is None:
        raise NotFoundError("unknown_version", given=version)
    if kind in EDITED:
        old = {name: value for name, value in old.items() if name not in {"editorial_state", "retired_on"}}
    entity = validate(WRITERS[kind].schema, old)
    return save(session, kind, entity, by, seen, state=EditorialState.DRAFT)


def _turn(desk: Desk[Entity], seed: Seed) -> Written:
    """Retire or restore: at once what was never public, or by one who may; else it is for a reviewer."""
    if desk.current.waits:
        raise DomainError("change_waits", given=desk.current.key, author=desk.current.author)
    entity = validate(desk.writer.schema, seed)
    if not desk.current.shown or (desk.by.publishes and not desk.by.four_eyes):
        return desk.apply(entity)
    return desk.wait(entity, Way(EditorialState.IN_REVIEW, "submitted", desk.stored.version))


def _move(desk: Desk[Entity], state: EditorialState, action: Action) -> Written:
    """Give what waits, or a draft, another state."""
    desk.check_waits()
    entity = desk.content()
    if entity.retired_on is None:
        entity = in_state(desk.writer, entity, state)
    if desk.current.waits and desk.current.shown:
        return desk.wait(entity, Way(state, action, desk.current.base_of_next))
    return desk.apply(entity)


def _draft(desk: Desk[Entity], entity: Entity, state: EditorialState, base: int) -> Written:
    """Let a change to what is public wait; nothing is recorded if it says what already stands or waits."""
    current = desk.current
    same = _content(desk.writer.seed(entity)) == _content(current.seed)
    if same and (not current.waits or (current.state is state and base == current.base)):
        return Written(
            *(current.kind, current.key, Outcome.UNCHANGED, current.version, current.seed, current.seed, base)
        )
    return desk.wait(entity, Way(state, "drafted", base))


def _content(seed: Seed) -> Seed:
    return {name: value for name, value in seed.items() if name != "editorial_state"}


def _wanted(entity: Entity, by: Change, *, new: bool) -> EditorialState:
    if isinstance(entity, PlanIn | ObservationIn):
        return entity.editorial_state
    alone = by.publishes and not by.four_eyes
    return EditorialState.PUBLISHED if alone or new else EditorialState.DRAFT


def _may_publish(by: Change) -> None:
    if not by.publishes:
        raise ForbiddenError("may_not_publish")
