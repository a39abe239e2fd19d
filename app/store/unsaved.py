"""What people have typed into forms and not saved yet, kept so that nothing but they themselves can lose it.

What the fields mean is for the doors; of what was saved, the service keeps the record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.models import Unsaved

MOST_FORMS: Final = 50
"""So many forms are kept of one person; the oldest goes for a newer one."""


@dataclass(frozen=True, slots=True)
class UnsavedForm:
    """A form as it was left: its key, its fields as pairs of name and value, and when."""

    key: str
    pairs: tuple[tuple[str, str], ...]
    at: datetime


def keep_unsaved(
    session: Session, person: int, key: str, pairs: Iterable[Sequence[str]], at: datetime
) -> None:
    """Keep what stands in a form of a person's, in place of what was kept of it before."""
    row = {"person_id": person, "form_key": key, "fields": [list(pair) for pair in pairs], "at": at}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # Two windows, or a slow and a fast request, may keep one form at the same time.
    written = insert(Unsaved).values(row)
    newer = {"fields": written.excluded.fields, "at": written.excluded.at}
    session.execute(written.on_conflict_do_update(index_elements=["person_id", "form_key"], set_=newer))
    newest = (
        select(Unsaved.id).where(Unsaved.person_id == person).order_by(Unsaved.at.desc(), Unsaved.id.desc())
    )
    too_many = session.scalars(newest.offset(MOST_FORMS)).all()
    if too_many:
        session.execute(delete(Unsaved).where(Unsaved.id.in_(too_many)))


def get_unsaved(session: Session, person: int, key: str) -> UnsavedForm | None:
    """Give what is kept of one form of a person's; none if nothing is."""
    found = select(Unsaved).where(Unsaved.person_id == person, Unsaved.form_key == key)
    row = session.scalar(found)
    return None if row is None else _form(row)


def list_unsaved(session: Session, person: int, prefix: str = "") -> list[UnsavedForm]:
    """List the forms of a person's whose keys begin so, the latest first."""
    found = select(Unsaved).where(Unsaved.person_id == person).order_by(Unsaved.at.desc(), Unsaved.id.desc())
    return [_form(row) for row in session.scalars(found) if row.form_key.startswith(prefix)]


def drop_unsaved(session: Session, person: int, keys: Iterable[str]) -> None:
    """Forget forms of a person's."""
    session.execute(delete(Unsaved).where(Unsaved.person_id == person, Unsaved.form_key.in_(list(keys))))


def _form(row: Unsaved) -> UnsavedForm:
    return UnsavedForm(row.form_key, tuple((name, value) for name, value in row.fields), row.at)
