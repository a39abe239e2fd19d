"""The tables of people: who may write, how each of them proves it, and how often that failed.

Only `store.accounts` reads and writes them; secrets are kept as hashes alone.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import AccountDeed, LinkPurpose, Role, TokenScope
from app.store.models.base import Base, Word, one_of

# SHA-256 in hexadecimal.
_DIGEST = String(64)


class Person(Base):
    """Someone with an account; until a link was followed there is no password, and nobody can sign in."""

    __tablename__ = "person"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    login: Mapped[str] = mapped_column(String(120), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link that lets whoever holds it set a password, once; the one for the first account names nobody."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        one_of("purpose", LinkPurpose),
        CheckConstraint("(purpose = 'setup') = (person_id IS NULL)", name="person_unless_setup"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(_DIGEST, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser that someone is signed in with."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(_DIGEST, unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class KnownDevice(Base):
    """A browser in which someone has signed in before: strangers' failures do not slow it down."""

    __tablename__ = "known_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(_DIGEST, unique=True)
    used_at: Mapped[datetime]


class ApiToken(Base):
    """A key with which a programme of someone's writes through the API."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("person_id", "name"), one_of("scope", TokenScope))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(_DIGEST, unique=True)
    scope: Mapped[TokenScope] = mapped_column(Word(TokenScope))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AccountEvent(Base):
    """Something that was done to an account, append-only; `by_id` is none for whoever has the machine."""

    __tablename__ = "account_event"
    __table_args__ = (one_of("deed", AccountDeed),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[AccountDeed] = mapped_column(Word(AccountDeed))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    detail: Mapped[str | None] = mapped_column(String(60))


class LoginFailures(Base):
    """How often signing in has failed of late, by what is counted: an account at an address, say."""

    __tablename__ = "login_failures"

    counted: Mapped[str] = mapped_column(_DIGEST, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
