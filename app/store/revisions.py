"""The append-only record of every write: what changed, the whole entity in seed form, by whom, when and why.

What may be written is decided by the service, which alone adds to the record.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.domain.schemas import SCHEMA_VERSION
from app.domain.vocabulary import EditorialState
from app.store.inserting import insert_rows
from app.store.models import Revision

Door = Literal["seed", "api", "form", "cli"]
Action = Literal[
    "created",
    "updated",
    "retired",
    "restored",
    "drafted",
    "submitted",
    "sent_back",
    "scheduled",
    "discarded",
]
"""What a revision did: the first four to the tables, the others to what waits to be published."""
Seed = dict[str, Any]

EDITED: Final = frozenset({"plan", "observation"})
"""The kinds that the public sees only while they are published (R7)."""
TOMBSTONE: Final = and_(Revision.version == 1, Revision.state == EditorialState.RETIRED)
"""Holds revisions to those that brought something retired: what a load brings was public where it was written."""
MADE_KNOWN: Final = and_(Revision.applied, or_(Revision.state == EditorialState.PUBLISHED, TOMBSTONE))
"""Holds revisions to those after which the public knew of the entity."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who writes, through which door, why, and at which instant (with its time zone).

    `publishes`: whether the author may make something public; `four_eyes`: only what others wrote.
    """

    door: Door
    author: str
    reason: str | None
    at: datetime
    publishes: bool = True
    four_eyes: bool = False


class Outcome(StrEnum):
    """What became of one entity; `kept`: an editor changed it since the last load, so the seed waits (R6)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Written:
    """One entity after a write: `before` and `after` are whole seed forms, `before` is None if it is new.

    Of a kept entity, `after` is what the seed says; the database still holds `before`. `base` is the version
    of `before`. What `waits` is recorded, and leaves the tables as they were.
    """

    entity: str
    key: str
    outcome: Outcome
    version: int
    before: Seed | None
    after: Seed
    base: int | None = None
    waits: bool = False


def seed_hash(seed: Mapping[str, Any]) -> str:
    """Hash a seed form: SHA-256, in hexadecimal, of its JSON with sorted keys and no white space."""
    text = json.dumps(seed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(session: Session, written: Iterable[Written], by: Change) -> None:
    """Add one revision for each entity that was created or updated in the tables, all in one statement."""
    rows = [
        _columns(one, by, action_of(one.before, one.after), state_of(one.entity, one.after))
        for one in written
        if one.outcome in {Outcome.CREATED, Outcome.UPDATED}
    ]
    # As rows of the table and not as objects, which would be sent and numbered one by one.
    insert_rows(session.connection(), Revision.__table__, rows)  # type: ignore[arg-type]


def revision(
    one: Written, by: Change, action: Action, state: EditorialState, publish_at: datetime | None = None
) -> Revision:
    """Make the revision of one write."""
    return Revision(**_columns(one, by, action, state, publish_at))


def _columns(
    one: Written, by: Change, action: Action, state: EditorialState, publish_at: datetime | None = None
) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "entity_key": one.key,
        "version": one.version,
        "action": action,
        "door": by.door,
        "author": by.author,
        "reason": by.reason,
        "at": by.at,
        "schema_version": SCHEMA_VERSION,
        "applied": not one.waits,
        "state": state,
        "base": one.base,
        "publish_at": publish_at,
        "seed": one.after,
    }


def state_of(entity: str, seed: Seed) -> EditorialState:
    """Say in which state a seed form is; the vocabulary, which knows no drafts, is published or retired."""
    if entity in EDITED:
        return EditorialState(seed.get("editorial_state", EditorialState.DRAFT))
    return EditorialState.RETIRED if "retired_on" in seed else EditorialState.PUBLISHED


def action_of(before: Seed | None, after: Seed) -> Action:
    """Name what was done to an entity: retiring and restoring are changes of `retired_on`."""
    if before is None:
        return "created"
    if ("retired_on" in before) != ("retired_on" in after):
        return "retired" if "retired_on" in after else "restored"
    return "updated"


def was_public(session: Session, entity: str, key: str) -> bool:
    """Say whether the public ever knew of an entity: a draft that was retired was never there."""
    known = exists().where(Revision.entity == entity, Revision.entity_key == key, MADE_KNOWN)
    return bool(session.scalar(select(known)))


def list_revisions(session: Session, entity: str, key: str) -> list[Revision]:
    """List the revisions of one entity, the latest first."""
    found = (
        select(Revision)
        .where(Revision.entity == entity, Revision.entity_key == key)
        .order_by(Revision.version.desc())
    )
    return list(session.scalars(found))
