"""One entity on its editor's desk: how it stands, and the three things that can become of a change to it.

It is written to the tables, it waits beside them, or what waits is dropped; which of these is for `editorial`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.store.models import Revision
from app.store.revisions import EDITED, Action, Change, Outcome, Seed, Written, revision, state_of, was_public
from app.store.service.kinds import WRITERS, check_units
from app.store.service.refs import Refs
from app.store.service.write import Stored, apply_one, check_seen, decide, get_stored, raise_head
from app.store.service.writer import E, Writer

_OF_CURRENT: Final = (Revision.state, Revision.base, Revision.publish_at, Revision.author, Revision.at)
SHOWN: Final = frozenset({EditorialState.PUBLISHED, EditorialState.RETIRED})
"""What the public sees, or saw: a change to it waits, and nothing is left out of it."""


@dataclass(frozen=True, slots=True)
class Current:
    """An entity as an editor goes on with it: the change that waits, if any, else what the tables hold.

    `version` is what a save must name as `seen`. `applied` is the seed form in the tables, of version
    `applied_version`; `base` is the applied version that a waiting change was made from. `shown`: the tables
    hold what is, or was, before the public.
    """

    kind: str
    key: str
    version: int
    state: EditorialState
    seed: Seed
    waits: bool
    applied_version: int
    applied: Seed
    shown: bool
    base: int | None
    publish_at: datetime | None
    author: str
    at: datetime

    @property
    def base_of_next(self) -> int:
        """The applied version that what is saved next goes on from, unless it was merged with a later one."""
        return self.base if self.waits and self.base is not None else self.applied_version

    @property
    def outdated(self) -> bool:
        """Say whether the tables changed since the waiting change was begun: it must be merged first."""
        return self.base_of_next != self.applied_version


@dataclass(frozen=True, slots=True)
class Way:
    """How a change waits: its state, what brought it there, the applied version it is based on, until when."""

    state: EditorialState
    action: Action
    base: int
    publish_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk(Generic[E]):
    """One stored entity, and who is about to change it, within one write session."""

    session: Session
    writer: Writer[E]
    stored: Stored
    current: Current
    by: Change

    def content(self) -> E:
        """Give what stands or waits, as an entity."""
        return validate(self.writer.schema, self.current.seed)

    def apply(self, entity: E) -> Written:
        """Write to the tables, and let nothing wait any more; raise DomainError with every broken rule."""
        if self.current.waits and self.stored.seed == self.writer.seed(entity):
            return self.settle()
        return apply_settled(self.session, self.writer, self.stored, entity, self.by)

    def wait(self, entity: E, way: Way) -> Written:
        """Record a change that leaves the tables as they are, after the checks that a write would make."""
        self.check(entity)
        written = self._written(self.writer.seed(entity), way.base)
        return self._record(written, written.version, way.action, way.state, way.publish_at)

    def settle(self) -> Written:
        """Let nothing wait any more; the tables stay as they are."""
        written = self._written(self.stored.seed, self.stored.version)
        return self._record(written, None, "discarded", state_of(self.writer.name, self.stored.seed), None)

    def check(self, entity: E) -> None:
        """Make the checks that a write would make; raise DomainError with every broken rule."""
        refs = Refs.of(self.session)
        (decision,) = decide(self.writer, refs, {self.current.key: self.stored}, [entity], self.by)
        if decision.problems:
            raise DomainError.of(decision.problems)

    def check_base(self, base: int) -> None:
        """Refuse to publish over a public form that whoever wrote the change has not seen."""
        if base != self.current.applied_version:
            raise ConflictError(
                "published_meanwhile", given=self.current.key, version=self.current.applied_version
            )

    def check_four_eyes(self) -> None:
        """Refuse to publish to who wrote any of what the public has not seen; scheduling is no writing."""
        if not self.by.four_eyes:
            return
        authors = select(Revision.author).where(
            Revision.entity == self.current.kind,
            Revision.entity_key == self.current.key,
            Revision.version > (self.stored.version if self.current.shown else 0),
            Revision.action.not_in(["sent_back", "scheduled", "discarded"]),
        )
        if self.by.author in set(self.session.scalars(authors)):
            raise ForbiddenError("four_eyes")

    def check_waits(self) -> None:
        """Refuse to go on where there is neither a draft nor a change that waits: `not_waiting`."""
        if not self.current.waits and self.current.state in SHOWN:
            raise DomainError("not_waiting", given=self.current.key)

    def _written(self, seed: Seed, base: int) -> Written:
        return Written(
            *(self.writer.name, self.current.key, Outcome.UPDATED, self.stored.head + 1),
            *(self.stored.seed, seed, base),
            waits=True,
        )

    def _record(
        self,
        written: Written,
        pending: int | None,
        action: Action,
        state: EditorialState,
        publish_at: datetime | None,
    ) -> Written:
        raise_head(self.session, self.writer, self.stored, written.key, {"pending": pending})
        self.session.add(revision(written, self.by, action, state, publish_at))
        self.session.flush()
        return written


def open_desk(session: Session, kind: str, key: str, by: Change, seen: int | None) -> Desk[Any]:
    """Take an entity on the desk if it stands as it was seen.

    Raise NotFoundError `unknown_<kind>`, ConflictError `stale_version`.
    """
    writer = WRITERS[kind]
    stored = get_stored(session, writer, key).get(key)
    if stored is None:
        raise NotFoundError(f"unknown_{kind}", given=key)
    check_seen(writer, key, stored, seen)
    return Desk(session, writer, stored, _current(session, kind, key, stored), by)


def get_current(session: Session, kind: str, key: str) -> Current:
    """Read how an entity stands for its editors; raise NotFoundError `unknown_<kind>`."""
    stored = get_stored(session, WRITERS[kind], key).get(key)
    if stored is None:
        raise NotFoundError(f"unknown_{kind}", given=key)
    return _current(session, kind, key, stored)


def apply_settled(
    session: Session, writer: Writer[E], stored: Stored | None, entity: E, by: Change
) -> Written:
    """Write one entity to the tables; nothing of it waits afterwards."""
    found = {writer.key(entity): stored} if stored else {}
    written = apply_one(session, writer, found, entity, by, settle=True)
    check_units(session)
    return written


def in_state(writer: Writer[E], entity: E, state: EditorialState) -> E:
    """Give an entity in another state, validated anew; the vocabulary, which has none, as it is."""
    if writer.name not in EDITED:
        return entity
    seed = {**writer.seed(entity), "editorial_state": state}
    if state is not EditorialState.RETIRED:
        seed.pop("retired_on", None)
    return validate(writer.schema, seed)


def _current(session: Session, kind: str, key: str, stored: Stored) -> Current:
    at = and_(Revision.entity == kind, Revision.entity_key == key, Revision.version == stored.current)
    row = session.execute(select(*_OF_CURRENT).where(at)).one()
    waits = stored.pending is not None
    state = state_of(kind, stored.seed)
    retired = state is EditorialState.RETIRED
    return Current(
        kind=kind,
        key=key,
        version=stored.current,
        state=row.state,
        # What waits is a text of its own, which is read only where there is one.
        seed=session.scalars(select(Revision.seed).where(at)).one() if waits else stored.seed,
        waits=waits,
        applied_version=stored.version,
        applied=stored.seed,
        shown=was_public(session, kind, key) if retired else state is EditorialState.PUBLISHED,
        base=row.base,
        publish_at=row.publish_at,
        author=row.author,
        at=row.at,
    )
