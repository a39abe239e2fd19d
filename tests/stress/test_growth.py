"""What happens a hundred times over: neither memory nor files grow without a reason.

How long a single load or answer takes is measured by the benchmark.
"""

import gc
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.exchange.seeds import load_seeds
from app.resources import resource
from app.store.models import Revision
from app.store.session import Database
from tests.clients import asking
from tests.databases import Databases
from tests.seed_files import replace_in, write_seeds

pytestmark = pytest.mark.stress

MIB = 2**20


def size_of(db: Database) -> int:
    """Measure what a database takes on the disk, in bytes."""
    if db.path is not None:
        return sum(file.stat().st_size for file in db.path.parent.glob(f"{db.path.name}*"))
    with db.engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def count_revisions(db: Database) -> int:
    """Count the rows of the log."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Revision)) or 0


def resident() -> int:
    """Measure the memory that this process holds, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_loading_the_same_again_leaves_no_trace(databases: Databases, dialect: str) -> None:
    """Two hundred loads of the committed seeds: no revision, no byte on the disk, no memory kept."""
    with databases.lend(dialect, "seeded") as db:
        load_seeds(db, resource("seeds"))
        before = (count_revisions(db), db.revision())
        size = size_of(db)
        held = resident()
        for _ in range(200):
            load_seeds(db, resource("seeds"))
        assert resident() - held < 16 * MIB
        assert (count_revisions(db), db.revision()) == before
        assert size_of(db) - size < 16 * MIB // (16 if db.path else 1)


def test_every_changed_load_costs_its_revisions_alone(
    databases: Databases, dialect: str, tmp_path: Path
) -> None:
    """Two hundred loads that change one metric: so many revisions, and a file that grows by little more."""
    folder = write_seeds(tmp_path / "seeds")
    with databases.lend(dialect, "migrated") as db:
        load_seeds(db, folder)
        revisions, size = count_revisions(db), size_of(db)
        for number in range(200):
            old, new = ("What enterprises earn", "All that enterprises earn")[:: 1 - number % 2 * 2]
            replace_in(folder, old, new)
            load_seeds(db, folder)
        assert count_revisions(db) - revisions == 200
        assert db.revision() == 201
        assert size_of(db) - size < 5 * MIB


def test_a_server_asked_for_ever_new_addresses_keeps_its_size(databases: Databases, dialect: str) -> None:
    """Three thousand addresses, right and wrong, of pages and of the API: nothing is kept but their answers."""
    with asking(databases.seeded(dialect)) as client:

        def ask(start: int) -> None:
            for number in range(start, start + 500):
                client.get(f"/api/v1/regions?limit={number % 50 + 1}&updated_since=2000-01-01&q=a{number}")
                client.get(f"/en/none-such-{number}")

        ask(0)
        held = resident()
        for start in (500, 1000):
            ask(start)
        # A kept answer of this sort is less than 5 kB.
        assert resident() - held < 1000 * 5000 + 8 * MIB
