"""The database object: snapshots, commits, the counter, and what happens when a database cannot serve.

What the tables themselves refuse is in `test_models`.
"""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, UnavailableError
from app.store.engines import POOL_SIZE
from app.store.migrate import upgrade
from app.store.models import Topic
from app.store.session import Database, migrations
from tests.databases import Databases
from tests.rows import ROWS

# Without a number: the database gives one.
TOPIC = {name: value for name, value in ROWS["topic"].items() if name != "id"}


def add_topic(session: Session, slug: str) -> None:
    """Add a topic."""
    session.execute(insert(Topic).values(TOPIC | {"slug": slug}))


def topics(db: Database) -> int:
    """Count the topics."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Topic)) or 0


def url(db: Database) -> str:
    """Spell out the address of a database."""
    return f"sqlite:///{db.path}" if db.path else db.engine.url.render_as_string(hide_password=False)


def save_nothing(db: Database) -> None:
    """Open a write session and leave it."""
    with db.write():
        pass


def set_version(db: Database, version: str) -> None:
    """Write another version of the tables into the database."""
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def cut_connections(db: Database) -> None:
    """End all connections to a database of PostgreSQL from the server's side, as a restart does."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_write_session_commits_on_leaving(db: Database) -> None:
    """What is written in the block is there afterwards."""
    with db.write() as session:
        add_topic(session, "a")
    assert topics(db) == 1


def test_a_write_session_rolls_back_when_the_block_raises(db: Database) -> None:
    """An exception leaves the database as it was and passes on."""
    with pytest.raises(ZeroDivisionError), db.write() as session:  # noqa: PT012 - both lines are the block
        add_topic(session, "a")
        raise ZeroDivisionError
    assert topics(db) == 0


def test_a_savepoint_rolls_back_alone(db: Database) -> None:
    """What was written before a failed savepoint stays, what was written in it does not."""
    with db.write() as session:
        add_topic(session, "a")
        with pytest.raises(IntegrityError), session.begin_nested():
            add_topic(session, "a")
        add_topic(session, "b")
    assert topics(db) == 2


def test_a_broken_constraint_is_not_called_unavailable(db: Database) -> None:
    """The service must see which constraint a save broke."""
    with pytest.raises(IntegrityError), db.write() as session:  # noqa: PT012 - the second line raises
        add_topic(session, "a")
        add_topic(session, "a")


def test_a_read_session_cannot_write(db: Database) -> None:
    """Both engines refuse, with the same code, what would otherwise be lost in silence on SQLite."""
    with pytest.raises(UnavailableError) as caught, db.read() as session:
        add_topic(session, "a")
    assert caught.value.code == "database_read_only"
    with db.write() as session:
        add_topic(session, "a")
    assert topics(db) == 1


def test_a_read_session_is_one_snapshot(db: Database) -> None:
    """What others save meanwhile is not seen, nor is the revision that came of it."""
    with db.read() as reading:
        with db.write() as session:
            add_topic(session, "a")
            session.info["public_change"] = True
        assert reading.scalar(select(func.count()).select_from(Topic)) == 0
        assert reading.info["revision"] == 0
    with db.read() as reading:
        assert reading.scalar(select(func.count()).select_from(Topic)) == 1
        assert reading.info["revision"] == 1


def test_only_a_public_change_raises_the_revision(db: Database) -> None:
    """A draft leaves the counter, a public change raises it by one, a failed one leaves it."""
    with db.write() as session:
        add_topic(session, "a")
    assert db.revision() == 0
    with db.write() as session:
        session.info["public_change"] = True
    assert db.revision() == 1
    with pytest.raises(ZeroDivisionError), db.write() as session:  # noqa: PT012 - both lines are the block
        session.info["public_change"] = True
        raise ZeroDivisionError
    assert db.revision() == 1


def test_the_revision_is_raised_after_everything_else(db: Database) -> None:
    """The row that all public changes share is locked by the last statement, also when the ORM flushes late."""
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2].split()[0]))
    with db.write() as session:
        session.info["public_change"] = True
        session.add(Topic(**TOPIC))
    assert statements[-2:] == ["INSERT", "UPDATE"]


def test_sixteen_threads_save_and_none_is_lost(db: Database) -> None:
    """As many threads as connections raise the counter together; each save counts."""

    def save(number: int) -> None:
        with db.write() as session:
            add_topic(session, f"topic-{number}")
            session.info["public_change"] = True

    with ThreadPoolExecutor(POOL_SIZE) as pool:
        list(pool.map(save, range(48)))
    assert (topics(db), db.revision()) == (48, 48)


def test_revision_is_seen_by_another_database_object(db: Database) -> None:
    """Several processes share one counter: a change made through one is read through the other at once."""
    other = Database(url(db))
    try:
        assert other.revision() == 0
        for expected in (1, 2, 3):
            with db.write() as session:
                session.info["public_change"] = True
            assert other.revision() == expected
    finally:
        other.close()


def test_a_database_works_again_after_closing(db: Database) -> None:
    """Closing lets go of connections and is no farewell."""
    assert db.revision() == 0
    db.close()
    assert db.revision() == 0
    assert topics(db) == 0


def test_an_unmigrated_database_is_missing(blank_db: Database) -> None:
    """No file and no tables are the same to a reader: there is no database yet."""
    for attempt in (blank_db.revision, lambda: topics(blank_db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert caught.value.code == "database_missing"
    assert blank_db.path is None or not blank_db.path.exists()


@pytest.mark.parametrize("version", ["2999_01_01_unheard_of", ""])
def test_tables_of_a_version_unheard_of_are_refused(db: Database, version: str) -> None:
    """Reading tables of an unknown version would give wrong answers, so nothing is answered."""
    set_version(db, version)
    for attempt in (db.revision, lambda: topics(db), lambda: save_nothing(db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert (caught.value.code, caught.value.detail) == ("database_newer", {"version": version})
    set_version(db, migrations()[-1])
    assert topics(db) == 0


def test_tables_of_an_older_version_are_refused(db: Database) -> None:
    """Code that expects later tables says so, and does not fail somewhere in the middle."""
    db._migrations = (*migrations(), "2999_01_01_to_come")
    with pytest.raises(UnavailableError) as caught:
        topics(db)
    assert caught.value.code == "database_outdated"


def test_a_save_that_waits_too_long_is_refused_as_locked(db: Database) -> None:
    """A save waits for another one, but not for ever; reading goes on meanwhile."""
    impatient = Database(url(db), lock_seconds=0.05)
    with db.write() as session:
        session.execute(text("UPDATE dataset_revision SET revision = revision"))
        with pytest.raises(UnavailableError) as caught, impatient.write() as other:
            other.info["public_change"] = True
        assert (topics(impatient), impatient.revision()) == (0, 0)
    impatient.close()
    assert caught.value.code == "database_locked"


def test_a_thread_that_gets_no_connection_is_told_it_is_locked(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More threads than connections wait, and are refused with a code."""
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.05)
    with ExitStack() as stack:
        for _ in range(POOL_SIZE):
            stack.enter_context(db.read())
        with pytest.raises(UnavailableError) as caught, db.read():
            pass
    assert caught.value.code == "database_locked"
    assert topics(db) == 0


def test_a_read_only_database_is_read_but_not_written(databases: Databases, dialect: str) -> None:
    """A read-only file, or a replica, answers readers and refuses saves with a code."""
    with databases.lend(dialect, "migrated") as lent:
        lent.close()
        name = lent.path.stem if lent.path else str(lent.engine.url.database)
        db = Database(databases.home(dialect).read_only(name))
        assert (topics(db), db.revision()) == (0, 0)
        with pytest.raises(UnavailableError) as caught, db.write() as session:
            add_topic(session, "a")
        db.close()
    assert caught.value.code == "database_read_only"


def test_a_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    """What is no database at all is not taken for one that is missing."""
    file = tmp_path / "page.sqlite3"
    file.write_text("<html>404</html>" * 100)
    db = Database(f"sqlite:///{file}")
    for attempt in (db.revision, lambda: topics(db), lambda: upgrade(db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert caught.value.code == "database_damaged"
    db.close()


def test_a_full_disk_is_called_full(databases: Databases) -> None:
    """A save that finds no room is refused with a code and leaves what was there."""
    with databases.lend("sqlite", "migrated") as db:
        with db.write() as session:
            pages = session.scalar(text("PRAGMA page_count"))
        event.listen(
            db.engine,
            "begin",
            lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}"),
        )
        with pytest.raises(UnavailableError) as caught, db.write() as session:
            session.execute(insert(Topic).values(TOPIC | {"definition_zh": "目" * 100_000}))
        assert topics(db) == 0
    assert caught.value.code == "database_full"


def test_foreign_keys_are_held_on_every_connection(db: Database) -> None:
    """SQLite forgets them by default; a topic with a parent that is not there is refused."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(db.read())
        with pytest.raises(IntegrityError), db.write() as session:
            session.execute(insert(Topic).values(TOPIC | {"parent_id": 999}))


def test_sqlite_puts_a_commit_on_the_disk(databases: Databases) -> None:
    """An answered save survives a power cut: WAL with full synchronisation."""
    with databases.lend("sqlite", "migrated") as db, db.read() as session:
        found = [
            session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_what_was_committed_survives_a_kill(databases: Databases) -> None:
    """A process killed in the middle of a save leaves all it had answered and nothing of the unfinished one."""
    with databases.lend("sqlite", "migrated") as db:
        script = (
            "import sys; from app.store.session import Database; from tests.test_session import add_topic\n"
            "db = Database(sys.argv[1])\n"
            "for number in range(1000):\n"
            "    with db.write() as session:\n"
            "        add_topic(session, f'a-{number}')\n"
            "        session.flush()\n"
            "        session.execute(__import__('sqlalchemy').text('SELECT 1'))\n"
            "        if number == 20: print('now', flush=True); import time; time.sleep(60)\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script, url(db)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        with process.stdout as lines:
            assert lines.readline() == b"now\n"
        process.kill()
        process.wait()
        assert topics(db) == 20
        with db.write() as session:
            add_topic(session, "after")
        assert topics(db) == 21


def test_postgresql_gone_and_back(databases: Databases) -> None:
    """While connections are cut a reader gets a code or an answer; the first read after that is answered."""
    with databases.lend("postgresql", "migrated") as db:
        assert (topics(db), db.revision()) == (0, 0)
        cut_connections(db)
        assert topics(db) == 0
        cut_connections(db)
        assert db.revision() == 0
        cut_connections(db)
        with db.write() as session:
            add_topic(session, "a")
        assert topics(db) == 1
        with pytest.raises(UnavailableError) as caught, db.read() as session:  # noqa: PT012 - the third line raises
            cut_connections(db)
            session.scalar(select(func.count()).select_from(Topic))
        assert caught.value.code == "database_gone"
        assert topics(db) == 1


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", "database_gone"),
        ("postgresql://nobody@/nothing?host=/nowhere", "database_gone"),
    ],
)
def test_postgresql_that_cannot_be_reached_is_gone(address: str, code: str) -> None:
    """No server answers at this address."""
    db = Database(address)
    for attempt in (db.revision, lambda: topics(db), lambda: save_nothing(db), lambda: upgrade(db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert caught.value.code == code
    db.close()


def test_postgresql_without_the_database_is_missing(databases: Databases) -> None:
    """The server is there, but has no database of this name."""
    with databases.lend("postgresql", "migrated") as lent:
        db = Database(lent.engine.url.set(database="never_made").render_as_string(hide_password=False))
        with pytest.raises(UnavailableError) as caught:
            db.revision()
        db.close()
    assert caught.value.code == "database_missing"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/file",
        "mysql://a/b",
        "postgresql+psycopg2://a/b",
        "x",
        "postgresql://a:port/b",
    ],
)
def test_other_addresses_are_a_bad_setting(address: str) -> None:
    """Only an SQLite file or PostgreSQL is accepted, and the error names the variable, not its value."""
    with pytest.raises(DomainError) as caught:
        Database(address)
    problem = caught.value.problems[0]
    assert (problem.code, problem.field, problem.detail) == ("bad_setting", "MUBIAO_DATABASE_URL", {})


@pytest.mark.parametrize("address", ["postgres://a@b/c", "postgresql://a@b/c", "postgresql+psycopg://a@b/c"])
def test_postgresql_may_be_spelt_in_three_ways(address: str) -> None:
    """Hosts hand out addresses with either name."""
    assert Database(address).engine.url.render_as_string() == "postgresql+psycopg://a@b/c"


def test_an_odd_path_is_taken_as_it_is(tmp_path: Path) -> None:
    """Blanks, question marks' escapes, hashes, per cent signs and Chinese in a path all name one file."""
    folder = tmp_path / "目标 #1 50% off"
    db = Database(URL.create("sqlite", database=str(folder / "数据.sqlite3")).render_as_string())
    upgrade(db)
    assert db.revision() == 0
    db.close()
    assert [file.name for file in folder.iterdir()] == ["数据.sqlite3"]


def test_revision_on_sqlite_keeps_no_snapshot_open(databases: Databases) -> None:
    """The connection that only reads the counter must not stop the log from being written back."""
    with databases.lend("sqlite", "migrated") as db:
        db.revision()
        with db.write() as session:
            add_topic(session, "a")
        db.revision()
        with sqlite3.connect(str(db.path)) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        connection.close()
        assert db.revision() == 0


def test_threads_read_the_revision_together(db: Database) -> None:
    """One counter is asked for by many threads at once while it is raised; none sees it go back."""
    seen: dict[int, list[int]] = {number: [] for number in range(4)}

    def watch(number: int) -> None:
        while not seen[number] or seen[number][-1] < 20:
            seen[number].append(db.revision())

    threads = [threading.Thread(target=watch, args=(number,)) for number in seen]
    for thread in threads:
        thread.start()
    for _ in range(20):
        with db.write() as session:
            session.info["public_change"] = True
    for thread in threads:
        thread.join()
    assert [values == sorted(values) for values in seen.values()] == [True] * 4
