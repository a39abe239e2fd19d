"""Accounts: who there is, in which role, and whether they may sign in.

How someone proves to be one of them is in the modules beside this one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, NotFoundError
from app.domain.people import clean_email, clean_name, login_of
from app.domain.vocabulary import AccountDeed, Role
from app.store.accounts.events import note_deed
from app.store.models import ApiToken, KnownDevice, OneTimeLink, Person, SignIn


@dataclass(frozen=True, slots=True)
class Account:
    """A person as those see who look after people; `pending` until a password was set."""

    id: int
    name: str
    email: str | None
    role: Role
    pending: bool
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None  # the last time


def has_accounts(session: Session) -> bool:
    """Say whether anyone could ever sign in: a person with a password."""
    return bool(session.scalar(select(exists().where(Person.password_hash.is_not(None)))))


def list_accounts(session: Session) -> list[Account]:
    """List everyone, by name."""
    return [_account(person) for person in session.scalars(select(Person).order_by(Person.login))]


def get_account(session: Session, person_id: int) -> Account:
    """Read one person; raise NotFoundError unknown_person."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError("unknown_person", given=str(person_id))
    return _account(person)


def find_account(session: Session, name: str) -> Account:
    """Find a person by name, whatever its capitals; raise NotFoundError unknown_person."""
    person = session.scalar(select(Person).where(Person.login == login_of(name)))
    if person is None:
        raise NotFoundError("unknown_person", given=name)
    return _account(person)


def add_person(
    session: Session, name: str, role: Role, at: datetime, email: str | None = None, *, by: int | None = None
) -> Account:
    """Add a person, who has no password yet: give out a link for that.

    Who does it, `by`, is noted with it, here and below: a person, or whoever has the machine. Raises DomainError bad_name, bad_email, ConflictError name_taken.
    """
    cleaned = clean_name(name)
    person = Person(name=cleaned, login=login_of(cleaned), role=role, email=clean_email(email), created_at=at)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise ConflictError("name_taken", "name", given=cleaned) from error
    note_deed(session, AccountDeed.ADDED, person.id, at, by, role)
    return _account(person)


def give_role(session: Session, person_id: int, role: Role, at: datetime, by: int | None = None) -> None:
    """Give someone another role; raise NotFoundError unknown_person, DomainError last_admin."""
    if role is not Role.ADMIN:
        _keep_an_admin(session, person_id)
    person = locked_person(session, person_id)
    if person.role is not role:
        person.role = role
        note_deed(session, AccountDeed.ROLE_GIVEN, person_id, at, by, role)
    session.flush()


def disable(session: Session, person_id: int, at: datetime, by: int | None = None) -> None:
    """Let someone in no more, from this instant on: sign-ins, links and tokens end.

    What the person wrote stays under the name. Raises NotFoundError unknown_person, DomainError last_admin.
    """
    _keep_an_admin(session, person_id)
    person = locked_person(session, person_id)
    if person.disabled_at is None:
        person.disabled_at = at
        note_deed(session, AccountDeed.CLOSED, person_id, at, by)
    forget_proofs(session, person_id, at)
    unrevoked = update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    session.execute(unrevoked.values(revoked_at=at))
    session.flush()


def enable(session: Session, person_id: int, at: datetime, by: int | None = None) -> None:
    """Let someone in again, with the password of before; raise NotFoundError unknown_person."""
    person = locked_person(session, person_id)
    if person.disabled_at is not None:
        person.disabled_at = None
        note_deed(session, AccountDeed.OPENED, person_id, at, by)
    session.flush()


def set_password(session: Session, person: Person, hashed: str, at: datetime) -> None:
    """Set someone's own password by its hash, and end all that the one before had opened."""
    person.password_hash = hashed
    forget_proofs(session, person.id, at)
    note_deed(session, AccountDeed.PASSWORD_SET, person.id, at, person.id)
    session.flush()


def forget_proofs(session: Session, person_id: int, at: datetime) -> None:
    """End all sign-ins of a person, forget the browsers, and let open links lead nowhere."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))
    session.execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))
    unused = update(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
    session.execute(unused.values(used_at=at))


def locked_person(session: Session, person_id: int) -> Person:
    """Read a person's row and keep others from changing it until the end; raise NotFoundError unknown_person."""
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        raise NotFoundError("unknown_person", given=str(person_id))
    return person


def _keep_an_admin(session: Session, person_id: int) -> None:
    """Refuse to take the last one away who can look after people."""
    # All are locked, always in one order: two admins who take each other away at once would else both succeed.
    admins = session.scalars(
        select(Person)
        .where(Person.role == Role.ADMIN, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if [admin.id for admin in admins] == [person_id]:
        raise DomainError("last_admin", name=admins[0].name)


def _account(person: Person) -> Account:
    return Account(
        id=person.id,
        name=person.name,
        email=person.email,
        role=person.role,
        pending=person.password_hash is None,
        created_at=person.created_at,
        disabled_at=person.disabled_at,
        signed_in_at=person.signed_in_at,
    )
