"""Signing in: whether an attempt may be made, whether the password is right, and the browser that is let in.

Passwords are checked between two transactions, so that nobody's save waits for it.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.people import check_password, login_of
from app.store.accounts.accounts import get_account, locked_person, set_password
from app.store.accounts.passwords import Passwords
from app.store.accounts.secret import digest, new_secret
from app.store.accounts.sign_ins import open_sign_in, sign_out
from app.store.accounts.throttle import Attempt, absolve, charge
from app.store.models import KnownDevice, Person
from app.store.session import Database

MOST_DEVICES: Final = 10
"""How many browsers of a person are known; the one used longest ago is forgotten."""


class TooManyAttemptsError(DomainError):
    """An attempt to sign in that has to wait; `seconds` is in the detail."""

    status = 429


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brings along: its address, what it calls itself, and the secrets of its cookies."""

    address: str
    name: str = ""
    sign_in: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets for the cookies of a browser that was let in."""

    sign_in: str
    device: str


def sign_in(
    db: Database, passwords: Passwords, name: str, password: str, browser: Browser, at: datetime
) -> SignedIn:
    """Let a browser in by name and password; what it was signed in as before ends.

    Raises DomainError wrong_login, the same after the same time for an unknown name, a wrong password and a
    disabled person, and TooManyAttemptsError too_many_attempts, whoever is meant.
    """
    with db.write() as session:
        person = session.scalar(select(Person).where(Person.login == login_of(name)))
        device = _known(session, name, browser.device)
        attempt = Attempt(name, browser.address, device)
        wait = charge(session, attempt, at)
        hashed = person.password_hash if person is not None and person.disabled_at is None else None
    if wait is not None:
        raise TooManyAttemptsError("too_many_attempts", seconds=ceil(wait.total_seconds()))
    right, renewed = passwords.check(password, hashed)
    if person is None or not right:
        raise DomainError("wrong_login")
    with db.write() as session:
        # It may have been disabled, or given another password, meanwhile.
        current = locked_person(session, person.id)
        if current.disabled_at is not None or current.password_hash != hashed:
            raise DomainError("wrong_login")
        current.password_hash = renewed or current.password_hash
        absolve(session, attempt, at)
        return let_in(session, current, browser, at)


def change_password(
    db: Database, passwords: Passwords, person_id: int, old: str, new: str, browser: Browser, at: datetime
) -> SignedIn:
    """Give someone who is signed in another password; all other browsers are signed out, this one anew.

    Raises DomainError wrong_password, what `check_password` raises, TooManyAttemptsError too_many_attempts.
    """
    with db.read() as reading:
        check_password(new, get_account(reading, person_id).name, "new")
    # Whoever has come this far is counted alone: nobody else can make the owner wait here.
    attempt = Attempt("", browser.address, f"person {person_id}")
    with db.write() as session:
        wait = charge(session, attempt, at)
        hashed = locked_person(session, person_id).password_hash
    if wait is not None:
        raise TooManyAttemptsError("too_many_attempts", seconds=ceil(wait.total_seconds()))
    if not passwords.check(old, hashed)[0]:
        raise DomainError("wrong_password", "old")
    renewed = passwords.hash(new)
    with db.write() as session:
        current = locked_person(session, person_id)
        if current.disabled_at is not None or current.password_hash != hashed:
            raise DomainError("wrong_password", "old")
        absolve(session, attempt, at)
        set_password(session, current, renewed, at)
        return let_in(session, current, browser, at)


def let_in(session: Session, person: Person, browser: Browser, at: datetime) -> SignedIn:
    """Open a sign-in under a new secret, end the one of before, and know the browser again next time."""
    if browser.sign_in:
        sign_out(session, browser.sign_in)
    person.signed_in_at = at
    return SignedIn(
        open_sign_in(session, person.id, browser.name, at), _remember(session, person.id, browser, at)
    )


def _known(session: Session, name: str, secret: str | None) -> str | None:
    """Give the hash of a browser's secret if the account of this name knows it."""
    if not secret:
        return None
    hashed = digest(secret)
    known = (
        select(KnownDevice.id)
        .join(Person, Person.id == KnownDevice.person_id)
        .where(Person.login == login_of(name), KnownDevice.token_hash == hashed)
    )
    return hashed if session.scalar(known) is not None else None


def _remember(session: Session, person_id: int, browser: Browser, at: datetime) -> str:
    """Give the secret by which this browser is known, a new one if it has none of this person's."""
    if browser.device:
        mine = (KnownDevice.person_id == person_id, KnownDevice.token_hash == digest(browser.device))
        known = update(KnownDevice).where(*mine).values(used_at=at).returning(KnownDevice.id)
        if session.scalar(known) is not None:
            return browser.device
    secret = new_secret()
    session.add(KnownDevice(person_id=person_id, token_hash=digest(secret), used_at=at))
    session.flush()
    order = func.row_number().over(order_by=(KnownDevice.used_at.desc(), KnownDevice.id.desc()))
    ranked = select(KnownDevice.id, order.label("rank")).where(KnownDevice.person_id == person_id).subquery()
    old = select(ranked.c.id).where(ranked.c.rank > MOST_DEVICES)
    session.execute(delete(KnownDevice).where(KnownDevice.id.in_(old)))
    return secret
