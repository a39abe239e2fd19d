"""How every write goes: compare with what is stored, check the rules, write the rows, keep the revision.

What is particular to one kind of entity is its `Writer`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Generic

from sqlalchemy import Select, and_, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, Problem
from app.store import documents
from app.store.held import note_changes
from app.store.models import Revision
from app.store.revisions import Change, Outcome, Seed, Written, record, seed_hash
from app.store.service.fresh import Filling, Fresh
from app.store.service.refs import Refs
from app.store.service.retired import names_retired
from app.store.service.uses import still_used
from app.store.service.writer import E, Writer, Writing

# So many keys are asked for in one statement.
_AT_A_TIME: Final = 500
CHANGES = frozenset({Outcome.CREATED, Outcome.UPDATED})


@dataclass(frozen=True, slots=True)
class Stored:
    """An entity as the tables hold it: its row, its version, the hash of its last loaded seed, its seed form.

    `head` is the highest version given, `pending` that of a change that waits to be published.
    """

    id: int
    version: int
    head: int
    pending: int | None
    seed_hash: str | None
    seed: Seed

    @property
    def current(self) -> int:
        """The version that an editor goes on from: the waiting one, else the tables'."""
        return self.version if self.pending is None else self.pending


@dataclass(frozen=True, slots=True)
class Decision(Generic[E]):
    """What is to be done with one entity, and what forbids it."""

    entity: E
    result: Written
    stored: Stored | None
    problems: list[Problem] = field(default_factory=list)


def get_stored(session: Session, writer: Writer[E], *keys: str) -> dict[str, Stored]:
    """Read how these entities of one kind stand, by key: the revision of a row's version is its content."""
    session.flush()
    found = session.connection()
    return {
        key: Stored(number, version, head, pending, digest, seed or {})
        for start in range(0, len(keys), _AT_A_TIME)
        for key, number, version, head, pending, digest, seed in found.execute(
            _stored(writer), {"keys": keys[start : start + _AT_A_TIME]}
        )
    }


# One for each kind; to put it together takes longer than to find the row of a save.
@lru_cache(maxsize=16)
def _stored(writer: Writer[Any]) -> Select[*tuple[Any, ...]]:
    model, key = writer.model, writer.key_column()
    of_version = and_(
        Revision.entity == writer.name, Revision.entity_key == key, Revision.version == model.version
    )
    columns = (key, model.id, model.version, model.head, model.pending, model.seed_hash, Revision.seed)
    found = select(*columns).outerjoin(Revision, of_version)
    return found.where(key.in_(bindparam("keys", expanding=True)))


def decide(
    writer: Writer[E],
    refs: Refs,
    stored: Mapping[str, Stored],
    entities: Sequence[E],
    by: Change,
    *,
    overwrite: bool = False,
) -> list[Decision[E]]:
    """Decide for each entity what a write would do, and check the rules for what it would change.

    Nothing is written. Entities of one call know each other, in any order. A key that stands twice is
    `key_taken`. Through the door `seed`, what an editor changed is kept unless `overwrite` (R6).
    """
    refs.meet(one for entity in entities for one in writer.meets(entity))
    decisions = []
    seen: set[str] = set()
    for entity in entities:
        key = writer.key(entity)
        decision = _decide(writer, stored.get(key), key, entity, by, overwrite=overwrite)
        if key in seen:
            decision.problems.append(Problem("key_taken", writer.key_field, {"given": key}))
        elif decision.result.outcome in CHANGES:
            writer.declare(refs, entity)
            new, at_once = decision.stored is None, by.publishes and not by.four_eyes
            refs.declare_standing(writer.name, key, entity, new=new, at_once=at_once)
        seen.add(key)
        decisions.append(decision)
    for decision in decisions:
        if decision.result.outcome in CHANGES and not decision.problems:
            before, after = decision.result.before, decision.result.after
            decision.problems.extend(writer.check(refs, decision.entity, before))
            decision.problems.extend(names_retired(refs, writer.name, before, after))
    return decisions


def _decide(
    writer: Writer[E], stored: Stored | None, key: str, entity: E, by: Change, *, overwrite: bool
) -> Decision[E]:
    seed = writer.seed(entity)
    if stored is None:
        return Decision(entity, Written(writer.name, key, Outcome.CREATED, 1, None, seed), None)
    if stored.seed == seed:
        outcome = Outcome.UNCHANGED
    elif by.door == "seed" and not overwrite and seed_hash(stored.seed) != stored.seed_hash:
        outcome = Outcome.KEPT
    else:
        outcome = Outcome.UPDATED
    version = stored.head + 1 if outcome is Outcome.UPDATED else stored.version
    written = Written(writer.name, key, outcome, version, stored.seed, seed, stored.version)
    return Decision(entity, written, stored)


def apply(
    session: Session,
    writer: Writer[E],
    decisions: Sequence[Decision[E]],
    by: Change,
    *,
    settle: bool = False,
    index: bool = True,
) -> None:
    """Write what was decided: versions first, then rows and children, then revisions.

    Who asks not to `index` brings the text index up to date before the transaction ends: a load that finds it empty
    fills it when all kinds are written.
    What waits goes on waiting, unless this write `settle`s it. Raise `stale_version` if another writer was
    faster, `written_meanwhile` if one made the same row.
    """
    changes = [decision for decision in decisions if decision.result.outcome in CHANGES]
    updated = [
        decision.stored.id
        for decision in changes
        if decision.stored and _raise(session, writer, decision, settle=settle)
    ]
    to = Writing(session, Refs.of(session), by)
    rows = writer.rows(session, updated)
    try:
        filled = []
        for decision in changes:
            if decision.stored or not writer.inserted:
                row = rows[decision.stored.id] if decision.stored else writer.model(version=1, head=1)
                filled.append(_fill(to, writer, row, decision))
        session.add_all(row for row, _ in filled)
        session.flush()
        _declare(to, writer, filled)
        if writer.inserted:
            _insert(to, writer, [decision for decision in changes if decision.stored is None])
        writer.connect(to, filled)
        record(session, [decision.result for decision in changes], by)
        session.flush()
        if index:
            documents.refresh(session, writer.name, [decision.result.key for decision in changes])
    except IntegrityError as error:
        raise ConflictError("written_meanwhile") from error
    if by.door == "seed":
        _adopt(session, writer, decisions)
    if any(_is_public(writer, decision.result) for decision in changes):
        session.info["public_change"] = True


def _fill(to: Writing, writer: Writer[E], row: Any, decision: Decision[E]) -> tuple[Any, E]:
    row.retired_on = decision.entity.retired_on
    row.updated_at = to.by.at
    if to.by.door == "seed":
        row.seed_hash = seed_hash(decision.result.after)
    writer.fill(to, row, decision.entity, decision.result.before)
    return row, decision.entity


def _insert(to: Writing, writer: Writer[E], decisions: Sequence[Decision[E]]) -> None:
    """Write what is new past the ORM."""
    filling, fresh = Filling(to.session, to.refs, to.by), Fresh(to.session)
    filled = [
        _fill(filling, writer, filling.new(writer.model, version=1, head=1), decision)
        for decision in decisions
    ]
    rows = [row for row, _ in filled]
    fresh.number(rows)
    _declare(to, writer, filled)
    writer.connect(filling, filled)
    fresh.insert(rows)


def _declare(to: Writing, writer: Writer[E], filled: Sequence[tuple[Any, E]]) -> None:
    """Make the ids of rows known to those that name them."""
    ids: dict[str, int] = getattr(to.refs, writer.name, {})
    ids.update({writer.key(entity): row.id for row, entity in filled})
    if writer.name == "plan":
        note_changes(to.session, [row.id for row, _ in filled])


def _raise(session: Session, writer: Writer[E], decision: Decision[E], *, settle: bool) -> bool:
    """Raise a row's version if nothing was saved since it was read; this also locks the row."""
    if decision.stored is None:
        return False
    values = {"version": decision.result.version} | ({"pending": None} if settle else {})
    raise_head(session, writer, decision.stored, decision.result.key, values)
    return True


def raise_head(
    session: Session, writer: Writer[E], stored: Stored, key: str, values: Mapping[str, int | None]
) -> None:
    """Give a row its next version if it stands as it was read, and other columns too; raise `stale_version`."""
    table = writer.model.__table__
    seen = (table.c.id == stored.id) & (table.c.head == stored.head)
    done: Any = session.execute(update(table).where(seen).values(head=stored.head + 1, **values))
    if done.rowcount != 1:
        raise ConflictError("stale_version", given=key)


def _adopt(session: Session, writer: Writer[E], decisions: Sequence[Decision[E]]) -> None:
    """Take the seed as loaded where an editor had already written the same; that is no change."""
    same = [
        {"row": one.stored.id, "hash": digest}
        for one in decisions
        if one.result.outcome is Outcome.UNCHANGED
        and one.stored
        and (digest := seed_hash(one.result.after)) != one.stored.seed_hash
    ]
    if same:
        table = writer.model.__table__
        session.connection().execute(
            update(table).where(table.c.id == bindparam("row")).values(seed_hash=bindparam("hash")), same
        )


def _is_public(writer: Writer[E], result: Written) -> bool:
    forms = (result.before, result.after)
    return any(form is not None and writer.is_public(form) for form in forms)


def warm(session: Session) -> None:
    """Read as a save of a plan does, but of none: its statements are compiled then, which takes longer than they do."""
    Refs.of(session).meet([("source", ""), ("plan", "")])
    # The kind of which an entity brings most with it, and so most statements.
    documents.refresh(session, "plan", [""])


def upsert(
    session: Session, writer: Writer[E], entity: E, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update one entity; nothing is written if its content is what is stored.

    `expected_version` is the version the editor saw, 0 for one that must be new. Raise DomainError with
    every rule that is broken, or `still_used` if it is retired and others refer to it; ConflictError
    `stale_version` if the version is another, `key_taken` if the key is not new.
    """
    stored = get_stored(session, writer, writer.key(entity))
    check_seen(writer, writer.key(entity), next(iter(stored.values()), None), expected_version)
    return apply_one(session, writer, stored, entity, by)


def apply_one(
    session: Session,
    writer: Writer[E],
    stored: Mapping[str, Stored],
    entity: E,
    by: Change,
    *,
    settle: bool = False,
) -> Written:
    """Check the rules for one entity and write it; see `apply`. Raise `still_used` too, as `upsert` does."""
    (decision,) = decide(writer, Refs.of(session), stored, [entity], by)
    if decision.problems:
        raise DomainError.of(decision.problems)
    apply(session, writer, [decision], by, settle=settle)
    if used := still_used(session, [decision.result]):
        raise DomainError.of(problem for _, problem in used)
    return decision.result


def check_seen(writer: Writer[E], key: str, stored: Stored | None, seen: int | None) -> None:
    """Refuse a save against another version than the one the editor saw; None asks for no check."""
    current = stored.current if stored else 0
    if seen is not None and seen != current:
        code = "key_taken" if seen == 0 else "stale_version"
        raise ConflictError(code, writer.key_field, given=key, version=current)
