"""Links that work once: for the first account, for someone invited, for a new password.

How they reach whom they are for is the business of the command line, the pages and `web.mail`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, GoneError
from app.domain.people import check_password, clean_name
from app.domain.vocabulary import AccountDeed, LinkPurpose, Role
from app.store.accounts.accounts import add_person, has_accounts, locked_person, set_password
from app.store.accounts.events import note_deed
from app.store.accounts.login import Browser, SignedIn, let_in
from app.store.accounts.passwords import Passwords
from app.store.accounts.secret import digest, new_secret
from app.store.models import OneTimeLink, Person
from app.store.session import Database

HOLDS: Final = {
    LinkPurpose.SETUP: timedelta(days=1),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(days=1),
}
"""How long a link works."""


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A link just made, with the secret that is shown this once; the first account's names nobody."""

    purpose: LinkPurpose
    name: str | None
    email: str | None
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link is for, and for whom."""

    purpose: LinkPurpose
    name: str | None
    expires_at: datetime


def setup_link(session: Session, at: datetime) -> FreshLink | None:
    """Make the link for the first account, and let an earlier one lead nowhere; None if there is an account."""
    if has_accounts(session):
        return None
    _spend(session, OneTimeLink.purpose == LinkPurpose.SETUP, at)
    return _make(session, LinkPurpose.SETUP, None, at)


def password_link(session: Session, person_id: int, at: datetime, by: int | None = None) -> FreshLink:
    """Make a link by which someone sets a password, the first or a new one; earlier ones lead nowhere.

    The password of before works until the link is used. Raises NotFoundError unknown_person, DomainError disabled.
    """
    person = locked_person(session, person_id)
    if person.disabled_at is not None:
        raise DomainError("disabled", name=person.name)
    _spend(session, OneTimeLink.person_id == person_id, at=at)
    note_deed(session, AccountDeed.LINK_MADE, person_id, at, by)
    purpose = LinkPurpose.INVITATION if person.password_hash is None else LinkPurpose.RESET
    return _make(session, purpose, person, at)


def read_link(session: Session, secret: str, at: datetime) -> LinkView:
    """Say what a link is for; raise GoneError link_spent if it is none, was used, or has expired."""
    link, person = _found(session, secret, at)
    return LinkView(link.purpose, person.name if person else None, link.expires_at)


def use_link(
    db: Database,
    passwords: Passwords,
    secret: str,
    name: str,
    password: str,
    browser: Browser,
    at: datetime,
) -> SignedIn:
    """Set a password by a link, which works no more then, and let the browser in; `name` is for the first account.

    Raises GoneError link_spent, DomainError bad_name, and what `check_password` raises.
    """
    with db.read() as reading:
        view = read_link(reading, secret, at)
    cleaned = clean_name(name) if view.name is None else view.name
    check_password(password, cleaned)
    hashed = passwords.hash(password)
    with db.write() as session:
        link, person = _found(session, secret, at)
        if not _spend(session, OneTimeLink.id == link.id, at):
            raise GoneError("link_spent")
        if person is None:
            person = locked_person(session, add_person(session, cleaned, Role.ADMIN, at).id)
        set_password(session, person, hashed, at)
        return let_in(session, person, browser, at)


def _found(session: Session, secret: str, at: datetime) -> tuple[OneTimeLink, Person | None]:
    """Read a link that works, and the person it is for."""
    link = session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.token_hash == digest(secret))
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
    )
    person = session.get(Person, link.person_id) if link is not None and link.person_id is not None else None
    # The link for the first account leads nowhere as soon as there is one, however it came to be.
    if link is None or (has_accounts(session) if person is None else person.disabled_at is not None):
        raise GoneError("link_spent")
    return link, person


def _spend(session: Session, which: ColumnElement[bool], at: datetime) -> int:
    """Let links lead nowhere that still led somewhere, and count them; of two who use one at once only one does."""
    unused = update(OneTimeLink).where(which, OneTimeLink.used_at.is_(None)).values(used_at=at)
    return len(session.scalars(unused.returning(OneTimeLink.id)).all())


def _make(session: Session, purpose: LinkPurpose, person: Person | None, at: datetime) -> FreshLink:
    secret = new_secret()
    link = OneTimeLink(
        purpose=purpose,
        person_id=person.id if person else None,
        token_hash=digest(secret),
        created_at=at,
        expires_at=at + HOLDS[purpose],
    )
    session.add(link)
    session.flush()
    return FreshLink(
        purpose, person.name if person else None, person.email if person else None, secret, link.expires_at
    )
