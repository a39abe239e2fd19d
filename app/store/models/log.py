"""The tables that say what happened: every write's revision, and the counter of public changes.

What the entities look like now is in the modules beside this one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.models.base import Base


class Revision(Base):
    """One write: the whole entity in seed form after it, by whom, through which door, why; append-only."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("entity", "entity_key", "version"),)

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
    seed: Mapped[dict[str, Any]] = mapped_column(JSON)


class DatasetRevision(Base):
    """A single row, raised last in any transaction with a public change; a sequence would skip the rollback."""

    __tablename__ = "dataset_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
