"""Putting together, beside the saves, the segments that each of them adds to SQLite's text index.

A search looks into all of them. Left to FTS5, each tenth save or so would put the others' together.
"""

from typing import Final

from sqlalchemy import text

from app.store.session import Database

_PAGES: Final = 64
"""How many pages are written at a time: what a save may have to wait for, some ten milliseconds."""
_MOST: Final = 30
_MERGE: Final = text("INSERT INTO search_text(search_text, rank) VALUES ('merge', :pages)")
_CHANGES: Final = text("SELECT total_changes()")


def merge_segments(db: Database) -> None:
    """Put together for up to half a second what is to be put together; nothing on PostgreSQL.

    Raises UnavailableError.
    """
    if db.dialect != "sqlite":
        return
    for _ in range(_MOST):
        with db.write() as session:
            before = session.scalar(_CHANGES) or 0
            session.execute(_MERGE, {"pages": _PAGES})
            # So FTS5 says that nothing was left to do.
            if (session.scalar(_CHANGES) or 0) - before < 2:  # noqa: PLR2004
                return
