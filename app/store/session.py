"""The database as the rest of Mubiao meets it: one object that hands out read and write sessions.

Only this module begins and commits; how engines connect is in `engines`, what goes wrong in `failures`.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.domain.errors import UnavailableError
from app.resources import resource
from app.store.engines import (
    READ_OPTIONS,
    WRITE_OPTIONS,
    open_postgresql,
    open_sqlite,
    parse_url,
)
from app.store.failures import translated
from app.store.line import Line
from app.store.models import DatasetRevision, Plan
from app.store.watch import FileWatch, Watch

T = TypeVar("T")
# SQLite binds 32,766 values at most.
_AT_A_TIME = 1000


class _RehearsedError(Exception):
    """Ends a rehearsal: what raises is rolled back."""


# The counter of public changes and the version of the tables, in one statement.
_STATE = "SELECT revision, (SELECT version_num FROM alembic_version) FROM dataset_revision"
# The same, and how long a transaction of PostgreSQL waits for a row that another one holds.
_STATE_AND_PATIENCE = _STATE + " WHERE set_config('lock_timeout', '{:.0f}ms', true) <> ''"


class Database:
    """One SQLite file or PostgreSQL database; safe to share between threads, not between processes."""

    def __init__(self, url: str, lock_seconds: float = 5) -> None:
        """Prepare the pool without connecting; raises DomainError("bad_setting") for another kind of URL.

        `lock_seconds` is how long a save waits for another one before it is refused.
        """
        parsed = parse_url(url)
        self.dialect = parsed.get_backend_name()
        self.path: Path | None = None
        if self.dialect == "sqlite":
            self.path = Path(parsed.database or "").absolute()
            self.engine = open_sqlite(parsed, self.path, lock_seconds)
        else:
            self.engine = open_postgresql(parsed)
        self._first = _STATE if self.path else _STATE_AND_PATIENCE.format(lock_seconds * 1000)
        self._reader = self.engine.execution_options(**READ_OPTIONS[self.dialect])
        self._writer = self.engine.execution_options(**WRITE_OPTIONS[self.dialect])
        self._migrations = migrations()
        self._watch = Watch(self.engine, _STATE)
        self._file = FileWatch(self.path, self.close) if self.path else None
        # What modules hold of the data beyond a session, each under its name.
        self._kept: dict[str, Any] = {}

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one read-only snapshot; `session.info["revision"]` is the dataset revision it shows.

        Raises UnavailableError, also for what fails inside the block.
        """
        with self._translated():
            session, state = _anew(lambda: _begin(self._reader, _STATE))
            with session:
                session.info.update(revision=self._checked(state), kept=self._kept)
                yield session
                # After a rollback the driver of PostgreSQL would forget what the server has prepared and planned.
                session.commit()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open one transaction; commit it on leaving, roll it back if the block raises.

        Where `session.info["public_change"]` was set, the dataset revision is raised by one, last of all, and
        noted with the plans whose ids are in `session.info["changed_plans"]`.
        Raises UnavailableError, also for what fails inside the block; other database errors pass unchanged.
        """
        with self._translated():
            session, state = _anew(lambda: _begin(self._writer, self._first))
            with session:
                self._checked(state)
                session.info["kept"] = self._kept
                yield session
                session.flush()
                if session.info.get("public_change"):
                    _raise_revision(session)
                session.commit()

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """Open a write session whose work is thrown away, to see what it would do.

        Other writes wait meanwhile. Raises what `write` raises.
        """
        with suppress(_RehearsedError), self.write() as session:
            yield session
            raise _RehearsedError

    def revision(self) -> int:
        """Read the dataset revision as it is now, by the shortest way; raises UnavailableError."""
        with self._translated():
            return self._checked(self._watch.read())

    def carry_log(self) -> None:
        """Carry what SQLite's log holds into the file, beside readers and writers, so that no save has to.

        Nothing is to be done on PostgreSQL. Where it cannot be done, a save will do it, or say why. Raises
        UnavailableError.
        """
        if self.path is None:
            return
        with self._translated():
            connection = self.engine.raw_connection()
            try:
                with suppress(sqlite3.Error):
                    # By the driver itself, since it cannot be done within a transaction.
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
            finally:
                connection.close()

    def open_line(self) -> Line:
        """Open a way for an event loop to read the same without a thread, on PostgreSQL; raises UnavailableError."""
        with self._translated():
            return Line(self._watch.take(), _STATE, self._checked)

    @property
    def file_mark(self) -> str:
        """Tell this SQLite file from another of its name, as of the last use; empty on PostgreSQL."""
        return self._file.mark if self._file else ""

    def close(self) -> None:
        """Close all connections; the object opens new ones if it is used again."""
        self._watch.close()
        self._kept = {}
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Refuse to go on with a file that is gone, and put what drivers say into our codes."""
        if self._file is not None:
            self._file.check()
        with translated(self.path):
            yield

    def _checked(self, state: Sequence[Any] | None) -> int:
        """Return the revision, if the tables are of the version that this code was written for."""
        if state is None or state[1] is None:
            raise UnavailableError("database_damaged")
        revision, version = state
        if version != self._migrations[-1]:
            known = version in self._migrations
            raise UnavailableError("database_outdated" if known else "database_newer", version=version)
        return int(revision)


def _begin(engine: Engine, first: str) -> tuple[Session, Sequence[Any] | None]:
    """Begin a session with its first statement, which reads the state."""
    session = Session(engine, expire_on_commit=False)
    try:
        return session, session.execute(text(first)).one_or_none()
    except BaseException:
        session.close()
        raise


def _raise_revision(session: Session) -> None:
    """Raise it last, so that the one row all public changes share is locked as briefly as can be."""
    raised = update(DatasetRevision).values(revision=DatasetRevision.revision + 1)
    revision = session.scalar(raised.returning(DatasetRevision.revision))
    plans = sorted(session.info.get("changed_plans", ()))
    for start in range(0, len(plans), _AT_A_TIME):
        some = Plan.id.in_(plans[start : start + _AT_A_TIME])
        changed = update(Plan).where(some).values(changed_in=revision)
        session.execute(changed, execution_options={"synchronize_session": False})


def _anew(attempt: Callable[[], T]) -> T:
    """Run a first statement, and run it again if the server has been restarted under the pool's connection."""
    try:
        return attempt()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    # The pool knows by now that all its connections are of before.
    return attempt()


def migrations() -> tuple[str, ...]:
    """List the versions of the tables, oldest first: the migrations' files, which are named by date."""
    files = (resource("migrations") / "versions").glob("*.py")
    return tuple(sorted(file.stem.replace("-", "_") for file in files))
