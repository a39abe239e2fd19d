"""The declarative base and the column types that make both engines keep figures and instants exactly.

Tables are in the modules beside this one.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, MetaData, Numeric, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.domain.figures import plain

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Exact(TypeDecorator[Decimal]):
    """A Decimal kept digit for digit: NUMERIC on PostgreSQL, TEXT on SQLite, whose NUMERIC is a float."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the engine."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Write plain digits on SQLite."""
        return plain(value) if value is not None and dialect.name != "postgresql" else value

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Decimal | None]:  # noqa: ARG002
        """Read the digits back; NUMERIC may pad zeros, which are taken off again."""
        return _exact


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite drops time zones, so it is kept without one and given it back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Write the instant as naive UTC; refuse one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the instant back in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Word(TypeDecorator[StrEnum]):
    """A word of the vocabulary, kept as its text; `one_of` writes the check that goes with it."""

    impl = String(30)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        """Keep words of this enumeration."""
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the word; refuse one that is not in the list."""
        if value is None:
            return None
        return str(value if isinstance(value, self.words) else self.words(value))

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002
        coltype: Any,  # noqa: ARG002
    ) -> Callable[[str | None], StrEnum | None]:
        """Read the word back as a member."""
        return _Members(self.words).__getitem__


class _Members(dict[str | None, StrEnum | None]):
    """The members of an enumeration by their words: rows hold very many words, which are looked up, not read."""

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__({str(word): word for word in words})
        self[None] = None
        self._words = words

    def __missing__(self, word: str | None) -> StrEnum:
        return self._words(str(word))


@lru_cache(maxsize=4096)
def _exact(value: Any) -> Decimal | None:
    """Read digits; figures come again and again."""
    return None if value is None else Decimal(plain(Decimal(value)))


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Let the database hold a column to the words of an enumeration."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        Decimal: Exact,
        datetime: Instant,
        list[str]: JSON,
        str: Text,
    }


class Aggregate:
    """What every entity with an identity of its own keeps: versions, last change, tombstone, seed hash (R6).

    `version` is the number of the revision whose content the tables hold, `pending` of the one that waits to
    be published, if any, `head` of the latest.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    pending: Mapped[int | None]
    head: Mapped[int] = mapped_column(server_default=text("1"))
    seed_hash: Mapped[str | None] = mapped_column(String(64))
    retired_on: Mapped[date | None]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Noted:
    """A remark shown to readers, in both languages."""

    note_zh: Mapped[str | None]
    note_en: Mapped[str | None]
