"""The shortest way to the state of the database, for every request: one connection kept for nothing else.

What the state means, and how sessions begin, is in `session`.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from psycopg import OperationalError
from sqlalchemy import Engine

from app.domain.errors import UnavailableError


class Watch:
    """Reads one statement again and again, in microseconds on SQLite and one journey on PostgreSQL.

    It does not take part in the pool, so readers waiting for a session do not make it wait.
    """

    def __init__(self, engine: Engine, statement: str) -> None:
        """Prepare to read a statement of one row; nothing is connected yet."""
        self._engine = engine
        self._statement = statement
        self._lock = threading.Lock()
        self._connection: Any = None

    def read(self) -> Sequence[Any] | None:
        """Give the row as it is now, None if there is none; raises the driver's errors."""
        with self._lock:
            try:
                return self._fetch()
            except (sqlite3.Error, OperationalError):
                # Only a connection that was cut is worth a second attempt; a lock is waited for once.
                cut = getattr(self._connection, "broken", False)
                self._drop()
                if not cut:
                    raise
                # A server that was restarted is asked once more; it has cut the idle connections of the pool too.
                self._engine.dispose()
                return self._fetch()

    def take(self) -> Any:
        """Give the connection away to whoever goes on reading over it; the next read here opens a new one."""
        with self._lock:
            taken, self._connection = self._connection or self._open(), None
            return taken

    def close(self) -> None:
        """Close the connection; the next read opens a new one."""
        with self._lock:
            self._drop()

    def _fetch(self) -> Sequence[Any] | None:
        if self._connection is None:
            self._connection = self._open()
        # All rows are fetched, since a statement left open would keep its snapshot.
        rows: list[Sequence[Any]] = self._connection.execute(self._statement).fetchall()
        return rows[0] if rows else None

    def _open(self) -> Any:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True
        else:
            # It reads in the server's event loop, where waiting for a lock would hold every other request.
            connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class FileWatch:
    """Notices that an SQLite file was deleted or replaced under connections that go on reading the old one."""

    def __init__(self, path: Path, replaced: Callable[[], None]) -> None:
        """Watch a file; `replaced` is called before the first use of another file of that name."""
        self._path = path
        self._replaced = replaced
        self._seen: tuple[int, int] | None = None
        self.mark = ""
        """A few digits that another file of this name would not have."""

    def check(self) -> None:
        """Raise UnavailableError database_missing if there is no such file; note if it is another one."""
        try:
            found = self._path.stat()
        except FileNotFoundError as error:
            raise UnavailableError("database_missing") from error
        file = (found.st_dev, found.st_ino)
        if file != self._seen:
            if self._seen is not None:
                self._replaced()
            self._seen = file
            self.mark = f"{hash(file) & 0xFFFFFFFF:08x}"
