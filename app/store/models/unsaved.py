"""The table of forms that were begun and not saved: what stands in their fields, as it was typed.

Only `store.unsaved` reads and writes it; nothing of it is ever public.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.models.base import Base


class Unsaved(Base):
    """A form that someone is filling in: `fields` are pairs of name and value, in the order of the page."""

    __tablename__ = "unsaved"
    __table_args__ = (UniqueConstraint("person_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form_key: Mapped[str] = mapped_column(String(200))
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    at: Mapped[datetime]
