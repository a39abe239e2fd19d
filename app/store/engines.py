"""How each engine is connected to and how its transactions begin.

When they begin and end is decided in `session`.
"""

from pathlib import Path
from typing import Any

from psycopg import ServerCursor
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry
from typing_extensions import override

from app.domain.errors import DomainError

# The thread limit of the server is this number too: more threads than connections were seen to fail.
POOL_SIZE = 16
# How long a thread waits for the server or for a connection of the pool.
PATIENCE_SECONDS = 5
# How long one statement may take on a server; no read of ours takes a tenth of it.
STATEMENT_SECONDS = 60
# At how many pages of its log SQLite lets a save carry them into the file (40 MB), unless that was done beside it.
LOG_PAGES = 10_000


class _Pool(QueuePool):
    """Closes what is brought back to it after its end: SQLAlchemy's own leaves that to the collector of garbage."""

    _ended = False

    @override
    def dispose(self) -> None:
        self._ended = True
        super().dispose()

    @override
    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._ended:
            super().dispose()


_POOL: dict[str, Any] = {
    "poolclass": _Pool,
    "pool_size": POOL_SIZE,
    "max_overflow": 0,
    "pool_timeout": PATIENCE_SECONDS,
    # The connection that was used last, and not all in turn: it knows the tables, and has statements prepared.
    "pool_use_lifo": True,
}
# Given to `Engine.execution_options`; the `mubiao_` ones are read where SQLite begins.
READ_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"mubiao_read": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"mubiao_write": True},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}


def parse_url(text: str) -> URL:
    """Read a database URL; raises DomainError("bad_setting") unless it is an SQLite file or PostgreSQL."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DomainError("bad_setting", "MUBIAO_DATABASE_URL") from None
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"} and not url.host:
        return url
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    # A database in memory would be another one for each connection of the pool.
    raise DomainError("bad_setting", "MUBIAO_DATABASE_URL")


def open_postgresql(url: URL) -> Engine:
    """Make the engine of a PostgreSQL database; nothing is connected yet."""
    arguments = {
        "connect_timeout": PATIENCE_SECONDS,
        "application_name": "mubiao",
        # Without these a reader would wait for ever for a locked table or a server that has frozen.
        "options": f"-c lock_timeout={PATIENCE_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s",
        "tcp_user_timeout": 1000 * STATEMENT_SECONDS,
    }
    # What the URL says itself goes first.
    given = {name: value for name, value in arguments.items() if name not in url.query}
    engine = create_engine(url, connect_args=given, **_POOL)
    event.listen(engine, "checkin", _forget_mode)
    event.listen(engine, "do_execute", _plan_for_words)
    return engine


def open_sqlite(url: URL, path: Path, lock_seconds: float) -> Engine:
    """Make the engine of an SQLite file, which must exist by the time of connecting.

    The URL's own query passes to SQLite, so `?mode=ro` opens it read-only.
    """
    address = URL.create(
        "sqlite",
        database=path.as_uri(),
        query={"mode": "rw", **url.query, "uri": "true"},
    )
    engine = create_engine(
        address,
        # None: the driver begins nothing by itself, `_begin` does.
        connect_args={"isolation_level": None, "timeout": lock_seconds, "check_same_thread": False},
        **_POOL,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _forget_mode(connection: Any, _record: object) -> None:
    """Leave it to the server again whether it may be written: SQLAlchemy would ask for READ WRITE by name."""
    if connection is not None and not connection.closed:
        connection.read_only = None


def _plan_for_words(cursor: Any, statement: str, parameters: Any, _context: object) -> bool:
    """Let what searches texts be planned anew each time: how frequent its words are decides how."""
    if "search_document" not in statement or isinstance(cursor, ServerCursor):
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True


def _prepare(connection: Any, _record: object) -> None:
    """Hold foreign keys, and put a commit on the disk before it is answered: it survives a power cut."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")


def _begin(connection: Connection) -> None:
    """Begin as the session asks: a save takes the write lock at once, a read session cannot write."""
    options = connection.get_execution_options()
    reading = bool(options.get("mubiao_read"))
    if connection.info.get("query_only", False) is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
        connection.info["query_only"] = reading
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("mubiao_write") else "BEGIN")
