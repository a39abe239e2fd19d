"""Tokens of the API: made and named by their owner, shown once, limited in what they may and for how long.

What a request with one may do is decided in `web.people`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from app.domain.people import clean_name, may, role_through
from app.domain.vocabulary import AccountDeed, Role, TokenScope
from app.store.accounts.accounts import locked_person
from app.store.accounts.events import note_deed
from app.store.accounts.identity import Identity
from app.store.accounts.secret import digest, new_secret
from app.store.models import ApiToken, Person

PREFIX: Final = "mubiao_"
"""What our tokens begin with, so that programmes which look for leaked ones find them."""
LONGEST_DAYS: Final = 366
MOST: Final = 20
"""How many tokens a person may have in use."""


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it; the secret is not known any more."""

    id: int
    name: str
    scope: TokenScope
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token just made, with the secret that is shown this once."""

    name: str
    scope: TokenScope
    secret: str
    expires_at: datetime


def issue_token(
    session: Session, person_id: int, name: str, scope: TokenScope, days: int, at: datetime
) -> FreshToken:
    """Make a token for someone.

    Raises ForbiddenError scope_above_role, DomainError bad_name, too_many_tokens, bad_days, ConflictError
    token_name_taken.
    """
    person = locked_person(session, person_id)
    if scope is TokenScope.PUBLISH and not may(person.role, Role.REVIEWER):
        raise ForbiddenError("scope_above_role", "scope")
    if not 1 <= days <= LONGEST_DAYS:
        raise DomainError("bad_days", "days", min=1, max=LONGEST_DAYS)
    if len(list_tokens(session, person_id, at)) >= MOST:
        raise DomainError("too_many_tokens", "name", max=MOST)
    cleaned, secret = clean_name(name), new_secret(PREFIX)
    token = ApiToken(
        person_id=person_id,
        name=cleaned,
        token_hash=digest(secret),
        scope=scope,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    try:
        with session.begin_nested():
            session.add(token)
    except IntegrityError as error:
        raise ConflictError("token_name_taken", "name", given=cleaned) from error
    note_deed(session, AccountDeed.TOKEN_MADE, person_id, at, person_id, cleaned)
    return FreshToken(cleaned, scope, secret, token.expires_at)


def list_tokens(session: Session, person_id: int, at: datetime) -> list[TokenView]:
    """List someone's tokens that still work, by name."""
    found = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
        .order_by(ApiToken.name)
    )
    return [
        TokenView(one.id, one.name, one.scope, one.created_at, one.expires_at, one.used_at) for one in found
    ]


def revoke_token(session: Session, person_id: int, token: int, at: datetime) -> None:
    """Let one of someone's own tokens work no more; raise NotFoundError unknown_token."""
    found = (
        update(ApiToken)
        .where(ApiToken.id == token, ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiToken.name)
    )
    name = session.scalar(found)
    if name is None:
        raise NotFoundError("unknown_token", given=str(token))
    note_deed(session, AccountDeed.TOKEN_REVOKED, person_id, at, person_id, name)


def who_holds(session: Session, secret: str, at: datetime) -> tuple[Identity, int, datetime | None] | None:
    """Say for whom a token speaks, its number, and when it was last noticed; None if it does not work (any more)."""
    row = session.execute(
        select(
            Person.id, Person.name, Person.role, ApiToken.scope, ApiToken.id.label("token"), ApiToken.used_at
        )
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.token_hash == digest(secret), Person.disabled_at.is_(None))
        .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    ).one_or_none()
    if row is None:
        return None
    role = role_through(row.role, row.scope)
    return Identity(id=row.id, name=row.name, role=role, scope=row.scope), row.token, row.used_at


def notice_token(session: Session, token: int, at: datetime) -> None:
    """Write down that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token).values(used_at=at))
