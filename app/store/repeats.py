"""Writes that name themselves by a key: each is done once, and whoever repeats it is given the first answer again.

What an answer looks like is the web's business; nothing else reads or writes the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store.models import GivenAnswer

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Repeat:
    """An answer that was given before."""

    status: int
    headers: Mapping[str, str]
    body: str


def begin(session: Session, person: int, key: str, request_hash: str, at: datetime) -> Repeat | None:
    """Take a key for the write that begins, or give the answer of the one that had it.

    If the other one is under way, wait for it. Raise DomainError `idempotency_key_reused` if it asked for
    something else, UnavailableError `database_locked` if it takes too long.
    """
    _forget(session, at)
    values = {"person_id": person, "key": key, "request_hash": request_hash, "at": at}
    # Waits for a transaction that has just taken the same key; SQLite lets one write at a time anyway.
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    taken = dialect.insert(GivenAnswer).values(values).on_conflict_do_nothing().returning(GivenAnswer.id)
    if session.scalar(taken) is not None:
        return None
    found = session.scalars(select(GivenAnswer).where(*_of(person, key))).one()
    if found.request_hash != request_hash:
        raise DomainError("idempotency_key_reused", "Idempotency-Key", given=key)
    return Repeat(found.status or 0, found.headers or {}, found.body or "")


def end(session: Session, person: int, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep the answer under the key that its write has taken."""
    values = {"status": status, "headers": dict(headers), "body": body}
    session.execute(update(GivenAnswer).where(*_of(person, key)).values(values))


def _forget(session: Session, at: datetime) -> None:
    """Delete what is too old; rows that another write is deleting are left to it."""
    old = select(GivenAnswer.id).where(GivenAnswer.at < at - KEPT_FOR).with_for_update(skip_locked=True)
    session.execute(
        delete(GivenAnswer).where(GivenAnswer.id.in_(old)), execution_options={"synchronize_session": False}
    )


def _of(person: int, key: str) -> tuple[Any, ...]:
    return GivenAnswer.person_id == person, GivenAnswer.key == key
