"""Browsers that someone is signed in with: opened at login, used by each request, listed and ended by the owner.

Whether a password was right is decided in `login`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.vocabulary import AccountDeed
from app.store.accounts.events import note_deed
from app.store.accounts.identity import Identity
from app.store.accounts.secret import digest, new_secret
from app.store.models import Person, SignIn

IDLE: Final = timedelta(hours=12)
"""How long a browser may be silent."""
LONGEST: Final = timedelta(days=14)
"""After this the password is asked for again, however busy the browser was."""
NOTICED: Final = timedelta(minutes=5)
"""A use is written down no more often than this, so that most requests only read."""

_BROWSER_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class SignInView:
    """One browser as its owner sees it."""

    id: int
    browser: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


def open_sign_in(session: Session, person_id: int, browser: str, at: datetime) -> str:
    """Let a browser in and give the secret for its cookie; it is never the one of before."""
    secret = new_secret()
    session.execute(delete(SignIn).where((SignIn.expires_at <= at) | (SignIn.used_at <= at - IDLE)))
    session.add(
        SignIn(
            person_id=person_id,
            token_hash=digest(secret),
            browser=browser[:_BROWSER_LENGTH],
            created_at=at,
            used_at=at,
            expires_at=at + LONGEST,
        )
    )
    session.flush()
    return secret


def who_is_signed_in(session: Session, secret: str, at: datetime) -> tuple[Identity, datetime] | None:
    """Say whose browser this is and when it was last noticed; None if nobody's, no longer, or a disabled person's."""
    row = session.execute(
        select(Person.id, Person.name, Person.role, SignIn.id.label("sign_in"), SignIn.used_at)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == digest(secret), Person.disabled_at.is_(None))
        .where(SignIn.expires_at > at, SignIn.used_at > at - IDLE)
    ).one_or_none()
    if row is None:
        return None
    return Identity(id=row.id, name=row.name, role=row.role, sign_in=row.sign_in), row.used_at


def notice_sign_in(session: Session, sign_in: int, at: datetime) -> None:
    """Write down that a browser was used."""
    session.execute(update(SignIn).where(SignIn.id == sign_in).values(used_at=at))


def sign_out(session: Session, secret: str) -> None:
    """End the sign-in that a cookie belongs to, if it is one."""
    session.execute(delete(SignIn).where(SignIn.token_hash == digest(secret)))


def list_sign_ins(session: Session, person_id: int, at: datetime) -> list[SignInView]:
    """List someone's browsers, the one used last first."""
    found = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at, SignIn.used_at > at - IDLE)
        .order_by(SignIn.used_at.desc(), SignIn.id.desc())
    )
    return [SignInView(one.id, one.browser, one.created_at, one.used_at, one.expires_at) for one in found]


def end_sign_in(session: Session, person_id: int, sign_in: int) -> None:
    """Sign one of someone's own browsers out; raise NotFoundError unknown_sign_in."""
    found = delete(SignIn).where(SignIn.id == sign_in, SignIn.person_id == person_id).returning(SignIn.id)
    if session.scalar(found) is None:
        raise NotFoundError("unknown_sign_in", given=str(sign_in))


def end_other_sign_ins(session: Session, person_id: int, kept: int | None, at: datetime) -> None:
    """Sign all of someone's own browsers out but one."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != kept))
    note_deed(session, AccountDeed.SIGNED_OUT, person_id, at, person_id)
