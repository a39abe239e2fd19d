"""Publishing what waited for an instant that has come: asked now and then by every process that serves.

What publishing means is the service's.
"""

from datetime import datetime

from app.store.revisions import Written
from app.store.service import list_due, publish_due
from app.store.session import Database


def release(db: Database, now: datetime) -> list[Written]:
    """Publish what is due, in one transaction; where nothing is, nobody's save has to wait.

    Several processes may ask at once: one of them does it. Raises UnavailableError.
    """
    with db.read() as session:
        if not list_due(session, now):
            return []
    with db.write() as session:
        return publish_due(session, now)
