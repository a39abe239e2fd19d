"""Who is at work, where and when: what the pages of forms hand on from function to function.

Who that may be is decided by `web.people`.
"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.i18n import Lang
from app.store.session import Database
from app.web.people import Person
from app.web.speech import Speech


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    request: Request
    lang: Lang
    me: Person
    now: datetime

    @property
    def speech(self) -> Speech:
        """The reader's language."""
        return Speech(self.lang)

    @property
    def db(self) -> Database:
        """The database, for routes that read and write one after the other."""
        database: Database = self.request.app.state.database
        return database
