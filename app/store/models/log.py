"""The tables that say what happened: every write's revision, what was said of it and answered, the public counter.

What the entities look like now is in the modules beside this one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import EditorialState
from app.store.models.base import Base, Word, one_of

WAITING = text("publish_at IS NOT NULL")


class Revision(Base):
    """One write: the whole entity in seed form after it, by whom, through which door, why; append-only.

    `applied`: the tables hold this content from `at` until the next applied revision; any other waits for a
    reviewer, in `state`, or until `publish_at`. `base` is the version of the applied revision before it.
    """

    __tablename__ = "revision"
    __table_args__ = (
        one_of("state", EditorialState),
        UniqueConstraint("entity", "entity_key", "version"),
        Index("ix_revision_waiting", "publish_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(20))
    entity_key: Mapped[str] = mapped_column(String(170))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(10))
    door: Mapped[str] = mapped_column(String(10))
    author: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)
    schema_version: Mapped[int]
    applied: Mapped[bool] = mapped_column(server_default=true())
    state: Mapped[EditorialState] = mapped_column(Word(EditorialState), server_default=text("'published'"))
    base: Mapped[int | None]
    publish_at: Mapped[datetime | None]
    seed: Mapped[dict[str, Any]] = mapped_column(JSON)


class Comment(Base):
    """What someone who may edit said of a version of an entity, to those who may too."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_entity", "entity", "entity_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(20))
    entity_key: Mapped[str] = mapped_column(String(170))
    version: Mapped[int]
    author: Mapped[str]
    at: Mapped[datetime]
    said: Mapped[str]


class DatasetRevision(Base):
    """A single row, raised last in any transaction with a public change; a sequence would skip the rollback."""

    __tablename__ = "dataset_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]


class GivenAnswer(Base):
    """What was answered to a write that named itself, for the case that the answer got lost on its way.

    The row is made before the write and filled after it, both in the write's own transaction.
    """

    __tablename__ = "given_answer"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    body: Mapped[str | None]
