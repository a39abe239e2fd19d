"""What every test may ask for: databases of both engines.

Builders of rows are in `builders`, where the databases come from in `databases`.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.store.session import Database
from tests.databases import FOLDER, Databases
from tests.leftovers import noted, watch

# Printed by the process that starts the workers, which reads no conftest below this one.
pytest_plugins = ["tests.browser.weights"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run, in the process that starts the workers; nothing else is written to."""
    if hasattr(config, "workerinput"):
        alive = ExitStack()
        alive.enter_context(noted(Path(os.environ[FOLDER]), os.getpid()))
        config.add_cleanup(alive.close)
        return
    folder = Path(tempfile.mkdtemp(prefix="mubiao-"))
    os.environ[FOLDER] = str(folder)
    os.environ["MUBIAO_DATABASE_URL"] = f"sqlite:///{folder}/not-given.sqlite3"
    config.add_cleanup(watch(folder))


@pytest.fixture(scope="session")
def databases(worker_id: str) -> Iterator[Databases]:
    """Hold this worker's databases."""
    held = Databases(worker_id)
    yield held
    held.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines."""
    return str(request.param)


@pytest.fixture
def db(databases: Databases, dialect: str) -> Iterator[Database]:
    """Lend a database with all tables and no rows."""
    with databases.lend_empty(dialect) as lent:
        yield lent


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """Lend a write session on `db`, which is committed after the test; other saves wait until then."""
    with db.write() as opened:
        yield opened


@pytest.fixture
def blank_db(databases: Databases, dialect: str) -> Iterator[Database]:
    """Lend a database of the test's own in which no migration has run; on SQLite the file is not there yet."""
    with databases.lend(dialect, None) as lent:
        yield lent


@pytest.fixture
def seeded(databases: Databases, dialect: str) -> Database:
    """Lend the committed facts, read-only and shared by all tests of a worker."""
    return databases.seeded(dialect)


@pytest.fixture
def seeded_copy(databases: Databases, dialect: str) -> Iterator[Database]:
    """Lend a copy of the committed facts that the test may change."""
    with databases.lend(dialect, "seeded") as lent:
        yield lent
