"""People for tests: someone of a role, signed in or with a token, in one line.

How people sign in by their password is tested in `test_login`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.domain.vocabulary import Role, TokenScope
from app.store.accounts import Account, Passwords, add_person, get_account, issue_token, open_sign_in
from app.store.models import Person
from app.store.session import Database
from tests.clients import CHEAP, asking, database_of

PASSWORD = "seven lanterns drift"  # noqa: S105 - of no one
OURS = {"Sec-Fetch-Site": "same-origin"}
_numbers = count(1)


def make_person(
    db: Database,
    role: Role = Role.EDITOR,
    name: str | None = None,
    *,
    password: str = PASSWORD,
    passwords: Passwords = CHEAP,
) -> Account:
    """Make someone with a role and a password; the name is new unless it is given."""
    hashed = passwords.hash(password)
    with db.write() as session:
        person = add_person(session, name or f"{role} {next(_numbers)}", role, datetime.now(UTC))
        session.execute(update(Person).where(Person.id == person.id).values(password_hash=hashed))
        session.expire_all()
        return get_account(session, person.id)


def sign_in_as(client: TestClient, role: Role = Role.EDITOR, person: Account | None = None) -> Account:
    """Let a client be the browser of someone of a role, a new one unless given; its requests come from our pages."""
    db = database_of(client)
    person = person or make_person(db, role)
    with db.write() as session:
        secret = open_sign_in(session, person.id, "test", datetime.now(UTC))
    client.cookies.set("mubiao", secret)
    client.headers.update(OURS)
    return person


@contextmanager
def signed_in(db: Database, role: Role = Role.EDITOR, **settings: Any) -> Iterator[TestClient]:
    """Start the application on a database, and ask it as someone of a role."""
    with asking(db, **settings) as client:
        sign_in_as(client, role)
        yield client


def bearer(
    db: Database,
    role: Role = Role.EDITOR,
    scope: TokenScope = TokenScope.WRITE,
    person: Account | None = None,
) -> dict[str, str]:
    """Give the header of a token of someone of a role, a new one unless given."""
    person = person or make_person(db, role)
    with db.write() as session:
        token = issue_token(session, person.id, f"token {next(_numbers)}", scope, 30, datetime.now(UTC))
    return {"Authorization": f"Bearer {token.secret}"}
