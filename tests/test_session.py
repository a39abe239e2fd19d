"""The database object: snapshots, commits, the counter, and what happens when a database cannot serve.

What the tables themselves refuse is in `test_models`.
"""

import shutil
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.domain.errors import UnavailableError
from app.main import create_app
from app.settings import Settings
from app.store.engines import POOL_SIZE
from app.store.models import Topic
from app.store.session import Database
from tests.clients import url_of
from tests.databases import Databases, address_of
from tests.rows import TOPIC, add_topic, count_topics


def test_a_write_session_commits_on_leaving(db: Database) -> None:
    """What is written in the block is there afterwards."""
    with db.write() as session:
        add_topic(session, "a")
    assert count_topics(db) == 1


def test_a_write_session_rolls_back_when_the_block_raises(db: Database) -> None:
    """An exception leaves the database as it was and passes on."""
    with pytest.raises(ZeroDivisionError), db.write() as session:  # noqa: PT012 - both lines are the block
        add_topic(session, "a")
        raise ZeroDivisionError
    assert count_topics(db) == 0


def test_a_savepoint_rolls_back_alone(db: Database) -> None:
    """What was written before a failed savepoint stays, what was written in it does not."""
    with db.write() as session:
        add_topic(session, "a")
        with pytest.raises(IntegrityError), session.begin_nested():
            add_topic(session, "a")
        add_topic(session, "b")
    assert count_topics(db) == 2


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
    assert count_topics(db) == 1


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
    assert (count_topics(db), db.revision()) == (48, 48)


def test_revision_is_seen_by_another_database_object(db: Database) -> None:
    """Several processes share one counter: a change made through one is read through the other at once."""
    other = Database(address_of(db))
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
    assert count_topics(db) == 0


def test_a_session_that_ends_after_the_database_was_closed_leaves_nothing_open(db: Database) -> None:
    """Its connection is closed with it, whichever thread still held it."""
    with db.read() as session:
        driver = session.connection().connection.driver_connection
        db.close()
        assert session.scalar(select(1)) == 1
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match="closed"):
        driver.execute("SELECT 1")  # type: ignore[union-attr]


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


def test_log_is_carried_into_the_file_beside_readers_and_writers(databases: Databases) -> None:
    """What was saved is in the file itself afterwards, though someone reads and another one is saving."""
    with databases.lend("sqlite", "migrated") as db:
        with db.write() as session:
            add_topic(session, "a")
        assert db.path is not None
        with db.read(), db.write() as session:
            add_topic(session, "b")
            db.carry_log()
            assert in_the_file_alone(db.path) == ["a"]


def test_a_server_carries_the_log_by_itself(databases: Databases) -> None:
    """What was saved is in the file shortly after, without another save."""
    with databases.lend("sqlite", "migrated") as db:
        app = create_app(Settings(database_url=url_of(db)), embargo_seconds=0.02)
        assert db.path is not None
        with TestClient(app):
            with db.write() as session:
                add_topic(session, "a")
            for _ in range(200):
                found = in_the_file_alone(db.path)
                if found:
                    break
                time.sleep(0.02)
        assert found == ["a"]


def in_the_file_alone(path: Path) -> list[str]:
    """List the topics in a copy without its log, as after a power cut that took it."""
    alone = path.with_name("alone.sqlite3")
    shutil.copy(path, alone)
    with closing(sqlite3.connect(alone)) as connection:
        return [slug for (slug,) in connection.execute("SELECT slug FROM topic")]


def test_log_need_not_be_carried(databases: Databases) -> None:
    """A database that is only read, and one on a server, are left as they are."""
    with databases.lend("sqlite", "migrated") as db:
        only_read = Database(f"{url_of(db)}?mode=ro")
        only_read.carry_log()
        only_read.close()
    with databases.lend("postgresql", "migrated") as db:
        db.carry_log()


def test_postgresql_keeps_what_it_has_prepared(databases: Databases) -> None:
    """A statement that is read again and again is planned once: sessions that end leave it with the connection.

    Readers who come one after the other have the same connection, though there are others that are free. What
    searches texts is not among it: its plan depends on the words.
    """
    with databases.lend("postgresql", "migrated") as db:
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(db.read())
        for _ in range(10):
            count_topics(db)
            with db.read() as session:
                session.execute(text("SELECT id FROM search_document WHERE id > :id"), {"id": 0})
        with db.read() as session:
            prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert [statement for statement in prepared if "topic" in statement] != []
    assert [statement for statement in prepared if "search_document" in statement] == []


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
