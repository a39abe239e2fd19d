"""Bringing a database to the version of the tables that this code was written for.

The steps themselves are the files in `migrations/versions`; what they lead to is `models`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from app.domain.errors import UnavailableError
from app.resources import resource
from app.store import documents
from app.store.failures import translated
from app.store.session import Database, migrations

# Alembic takes 11 MB and a third of a second, and a server whose tables are current has no use for it.
if TYPE_CHECKING:
    from alembic.config import Config

# Any numbers will do, so long as they are always the same.
_MIGRATION_LOCK = 7_305_112_026
_START_LOCK = 7_305_112_027
# Who waits for another process to finish waits as long as that takes.
_WAIT = "SET {0} lock_timeout = 0; SET {0} statement_timeout = 0"


def upgrade(db: Database) -> None:
    """Bring the tables to the newest version in one transaction; make the SQLite file if there is none.

    Raises UnavailableError: "database_newer" for a version that this code does not know.
    """
    with translated(db.path):
        _make_file(db)
        _keep_log(db)
        if is_current(db):
            return
        with migrating(db) as connection:
            # Read again under the lock: another process may have been at it until now.
            version = _version(connection)
            if version is not None and version not in migrations():
                raise UnavailableError("database_newer", version=version)
            if version is None and inspect(connection).has_table("dataset_revision"):
                raise UnavailableError("database_damaged")
            from alembic import command  # noqa: PLC0415

            command.upgrade(alembic_config(connection), "head")
            # Migrations don't know what is searched; the session leaves the commit to `migrating`.
            with Session(connection) as session:
                documents.fill(session)


def downgrade(db: Database, version: str) -> None:
    """Take the tables back to an older version, or to "base", no tables; rows of dropped tables are lost."""
    from alembic import command  # noqa: PLC0415

    with translated(db.path), migrating(db) as connection:
        command.downgrade(alembic_config(connection), version)


def is_current(db: Database) -> bool:
    """Say whether the tables are of the newest version; raises UnavailableError if there is no database."""
    with translated(db.path), db.engine.connect() as connection:
        return _version(connection) == migrations()[-1]


def alembic_config(connection: Connection) -> "Config":
    """Build Alembic's configuration, which an installed wheel has no file for."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def starting(db: Database) -> Iterator[None]:
    """Let one process at a time bring a database up to date; the others wait, then find it done.

    On SQLite the write lock that every migration and every load takes at once does the same.
    """
    if db.dialect == "sqlite":
        yield
        return
    with translated(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(_WAIT.format("SESSION")))
        # A lock of the connection, since both steps have transactions of their own.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _START_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _START_LOCK})
            connection.execute(text("RESET lock_timeout; RESET statement_timeout"))


@contextmanager
def migrating(db: Database) -> Iterator[Connection]:
    """Open the one transaction in which tables may change, and keep all other migrations waiting."""
    with db.engine.connect().execution_options(mubiao_write=True) as connection:
        if db.dialect == "sqlite":
            with _foreign_keys_later(connection), connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"the migration leaves rows that refer to nothing: {broken}")
        else:
            with connection.begin():
                connection.execute(text(_WAIT.format("LOCAL")))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                yield connection


@contextmanager
def _foreign_keys_later(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to; both settings can only change between transactions."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _keep_log(db: Database) -> None:
    """Let readers of an SQLite file go on while a save is under way; another tool may have switched that off."""
    if db.path is not None:
        with db.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = WAL")


def _version(connection: Connection) -> str | None:
    """Read the version of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _make_file(db: Database) -> None:
    """Make an empty SQLite file, and its folder, where there is none yet."""
    if db.path is None or db.path.exists():
        return
    try:
        db.path.parent.mkdir(parents=True, exist_ok=True)
        db.path.touch()
    except OSError as error:
        raise UnavailableError("database_read_only") from error
