"""What drivers say when a database cannot serve, put into our error codes.

Errors that a save itself has caused, such as a broken constraint, are not translated: they are the service's.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.domain.errors import UnavailableError

# SQLite's primary result codes; the extended ones hold them in their last eight bits.
_SQLITE = {
    sqlite3.SQLITE_BUSY: "database_locked",
    sqlite3.SQLITE_LOCKED: "database_locked",
    sqlite3.SQLITE_READONLY: "database_read_only",
    sqlite3.SQLITE_CANTOPEN: "database_missing",
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
    sqlite3.SQLITE_IOERR: "database_gone",
}
_POSTGRESQL = {
    "25006": "database_read_only",
    "28000": "database_refused",
    "28P01": "database_refused",
    "3D000": "database_missing",
    "40001": "database_locked",
    "40P01": "database_locked",
    "42501": "database_refused",
    "42P01": "database_missing",
    "53100": "database_full",
    "53300": "database_gone",
    "55P03": "database_locked",
    "57014": "database_locked",
    "57P01": "database_gone",
    "57P02": "database_gone",
    "57P03": "database_gone",
}


@contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn a driver's refusal into UnavailableError; `path` is the SQLite file, None for PostgreSQL."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError("database_locked") from error
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        code = _code(error, path)
        if code is None:
            raise
        raise UnavailableError(code) from error


def _code(error: DBAPIError | sqlite3.Error | psycopg.Error, path: Path | None) -> str | None:
    """Name the failure, or None if the database itself is well."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause, path)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return "database_gone"
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return _unconnected_code(str(cause).strip())
    return "database_gone" if state.startswith("08") else _POSTGRESQL.get(state)


def _unconnected_code(said: str) -> str:
    """Name why the driver never got as far as an answer, which only its text tells."""
    if 'role "' in said or "authentication failed" in said or "no pg_hba.conf entry" in said:
        return "database_refused"
    return "database_missing" if said.endswith("does not exist") else "database_gone"


def _sqlite_code(cause: sqlite3.Error, path: Path | None) -> str | None:
    """Name a failure of SQLite, which says the same of an absent file and of one it may not write beside."""
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if primary == sqlite3.SQLITE_ERROR and str(cause).startswith("no such table"):
        return "database_missing"
    if primary == sqlite3.SQLITE_CANTOPEN and path is not None and path.exists():
        return "database_read_only"
    return _SQLITE.get(primary)
