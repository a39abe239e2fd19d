"""The log of what happens to accounts: what was done, to whom, by whom, when; it is added to and never changed.

What people do with what they may write is in the log of revisions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain.vocabulary import AccountDeed
from app.store.models import AccountEvent, Person

SHOWN: Final = 50
"""How many of the latest are listed, unless others are asked for."""


@dataclass(frozen=True, slots=True)
class AccountEventView:
    """One thing done to an account; `by` is None for whoever has the machine, `detail` a role or a token's name."""

    deed: AccountDeed
    person: str
    by: str | None
    at: datetime
    detail: str | None


def note_deed(
    session: Session,
    deed: AccountDeed,
    person_id: int,
    at: datetime,
    by: int | None,
    detail: str | None = None,
) -> None:
    """Add to the log that something was done to someone's account by a person, or on the machine; no secrets."""
    session.add(AccountEvent(deed=deed, person_id=person_id, by_id=by, at=at, detail=detail))


def list_account_events(session: Session, limit: int | None = SHOWN) -> list[AccountEventView]:
    """List what was done last to accounts, the latest first; all of it without a limit."""
    doer = aliased(Person)
    found = session.execute(
        select(
            AccountEvent.deed,
            Person.name.label("person"),
            doer.name.label("by"),
            AccountEvent.at,
            AccountEvent.detail,
        )
        .join(Person, Person.id == AccountEvent.person_id)
        .outerjoin(doer, doer.id == AccountEvent.by_id)
        .order_by(AccountEvent.id.desc())
        .limit(limit)
    )
    return [AccountEventView(**row) for row in found.mappings()]
