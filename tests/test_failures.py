"""What a reader is told when a database cannot serve: codes, and an answer again once it can.

What sessions do when all is well is in `test_session`.
"""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import URL, event, func, insert, select, text, update

from app.domain.errors import DomainError, UnavailableError
from app.store.engines import POOL_SIZE
from app.store.migrate import upgrade
from app.store.models import Topic
from app.store.session import Database, migrations
from tests.databases import Databases, address_of
from tests.rows import TOPIC, add_topic, count_topics

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_an_unmigrated_database_is_missing(blank_db: Database) -> None:
    """No file and no tables are the same to a reader: there is no database yet."""
    for attempt in (blank_db.revision, lambda: count_topics(blank_db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert caught.value.code == "database_missing"
    assert blank_db.path is None or not blank_db.path.exists()


@pytest.mark.parametrize("version", ["2999_01_01_unheard_of", ""])
def test_tables_of_a_version_unheard_of_are_refused(db: Database, version: str) -> None:
    """Reading tables of an unknown version would give wrong answers, so nothing is answered."""
    set_version(db, version)
    for attempt in (db.revision, lambda: count_topics(db), lambda: save_nothing(db)):
        with pytest.raises(UnavailableError) as caught:
            attempt()
        assert (caught.value.code, caught.value.detail) == ("database_newer", {"version": version})
    set_version(db, migrations()[-1])
    assert count_topics(db) == 0


def test_tables_of_an_older_version_are_refused(db: Database) -> None:
    """Code that expects later tables says so, and does not fail somewhere in the middle."""
    db._migrations = (*migrations(), "2999_01_01_to_come")
    with pytest.raises(UnavailableError) as caught:
        count_topics(db)
    assert caught.value.code == "database_outdated"


def test_a_save_that_waits_too_long_is_refused_as_locked(db: Database) -> None:
    """A save waits for another one, but not for ever; reading goes on meanwhile."""
    impatient = Database(address_of(db), lock_seconds=0.05)
    with db.write() as session:
        session.execute(text("UPDATE dataset_revision SET revision = revision"))
        with pytest.raises(UnavailableError) as caught, impatient.write() as other:
            other.info["public_change"] = True
        assert (count_topics(impatient), impatient.revision()) == (0, 0)
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
    assert count_topics(db) == 0


def test_a_read_only_database_is_read_but_not_written(databases: Databases, dialect: str) -> None:
    """A read-only file, or a replica, answers readers and refuses saves with a code."""
    with databases.lend(dialect, "migrated") as lent:
        lent.close()
        name = lent.path.stem if lent.path else str(lent.engine.url.database)
        db = Database(databases.home(dialect).read_only(name))
        assert (count_topics(db), db.revision()) == (0, 0)
        with pytest.raises(UnavailableError) as caught, db.write() as session:
            add_topic(session, "a")
        db.close()
    assert caught.value.code == "database_read_only"


def test_a_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    """What is no database at all is not taken for one that is missing."""
    file = tmp_path / "page.sqlite3"
    file.write_text("<html>404</html>" * 100)
    db = Database(f"sqlite:///{file}")
    for attempt in (db.revision, lambda: count_topics(db), lambda: upgrade(db)):
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
        assert count_topics(db) == 0
    assert caught.value.code == "database_full"


def test_what_was_committed_survives_a_kill(databases: Databases) -> None:
    """A process killed in the middle of a save leaves all it had answered and nothing of the unfinished one."""
    with databases.lend("sqlite", "migrated") as db:
        script = (
            "import sys; from app.store.session import Database; from tests.rows import add_topic\n"
            "db = Database(sys.argv[1])\n"
            "for number in range(1000):\n"
            "    with db.write() as session:\n"
            "        add_topic(session, f'a-{number}')\n"
            "        session.flush()\n"
            "        session.execute(__import__('sqlalchemy').text('SELECT 1'))\n"
            "        if number == 20: print('now', flush=True); import time; time.sleep(60)\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script, address_of(db)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        with process.stdout as lines:
            assert lines.readline() == b"now\n"
        process.kill()
        process.wait()
        assert count_topics(db) == 20
        with db.write() as session:
            add_topic(session, "after")
        assert count_topics(db) == 21


def test_postgresql_gone_and_back(databases: Databases) -> None:
    """While connections are cut a reader gets a code or an answer; the first read after that is answered."""
    with databases.lend("postgresql", "migrated") as db:
        assert (count_topics(db), db.revision()) == (0, 0)
        cut_connections(db)
        assert count_topics(db) == 0
        cut_connections(db)
        assert db.revision() == 0
        cut_connections(db)
        with db.write() as session:
            add_topic(session, "a")
        assert count_topics(db) == 1
        with pytest.raises(UnavailableError) as caught, db.read() as session:  # noqa: PT012 - the third line raises
            cut_connections(db)
            session.scalar(select(func.count()).select_from(Topic))
        assert caught.value.code == "database_gone"
        assert count_topics(db) == 1


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
    for attempt in (db.revision, lambda: count_topics(db), lambda: save_nothing(db), lambda: upgrade(db)):
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


def test_an_sqlite_file_that_was_deleted_is_missing_at_once(databases: Databases) -> None:
    """An open connection would go on reading the deleted file, and a save into it would be lost."""
    with databases.lend("sqlite", "migrated") as db:
        assert db.path is not None
        assert (count_topics(db), db.revision()) == (0, 0)
        away = db.path.with_suffix(".away")
        db.path.rename(away)
        for attempt in (db.revision, lambda: count_topics(db), lambda: save_nothing(db)):
            with pytest.raises(UnavailableError) as caught:
                attempt()
            assert caught.value.code == "database_missing"
        away.rename(db.path)
        assert (count_topics(db), db.revision()) == (0, 0)


def test_an_sqlite_file_that_was_replaced_is_read_anew(databases: Databases) -> None:
    """After a backup was put in its place, readers see the backup."""
    with databases.lend("sqlite", "migrated") as db:
        assert db.path is not None
        backup = db.path.with_suffix(".backup")
        shutil.copy(db.path, backup)
        with db.write() as session:
            add_topic(session, "a")
            session.info["public_change"] = True
        assert (count_topics(db), db.revision()) == (1, 1)
        db.close()
        backup.replace(db.path)
        assert (count_topics(db), db.revision()) == (0, 0)


def test_the_look_at_the_revision_never_waits_for_a_lock(databases: Databases) -> None:
    """It is taken in the server's event loop: a locked file gives its code at once, not after five seconds."""
    with databases.lend("sqlite", "migrated") as db:
        assert db.revision() == 0
        with db._watch._lock:
            assert db._watch._connection.execute("PRAGMA busy_timeout").fetchone() == (0,)


@pytest.mark.parametrize("table", ["dataset_revision", "alembic_version"])
def test_a_database_without_its_state_is_damaged(db: Database, table: str) -> None:
    """Who emptied the row that everything begins with is told so, by reads, saves and the way to the tables."""
    with db.engine.begin() as connection:
        kept = connection.execute(text(f"SELECT * FROM {table}")).mappings().one()  # noqa: S608 - named above
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    attempts: list[Callable[[], object]] = [db.revision, lambda: count_topics(db), lambda: save_nothing(db)]
    if table == "alembic_version":
        attempts.append(lambda: upgrade(db))
    codes = []
    for attempt in attempts:
        with pytest.raises(UnavailableError) as caught:
            attempt()
        codes.append(caught.value.code)
    names = ", ".join(str(name) for name in kept)
    values = ", ".join(f":{name}" for name in kept)
    with db.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), dict(kept))  # noqa: S608
    assert codes == ["database_damaged"] * len(attempts)


def test_an_sqlite_file_gets_its_log_back(databases: Databases) -> None:
    """Where another tool switched the log off, readers would wait for saves; the next start switches it on."""
    with databases.lend("sqlite", "migrated") as db:
        db.close()
        assert db.path is not None
        with closing(sqlite3.connect(db.path)) as other:
            assert other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
        upgrade(db)
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_user_without_rights_is_refused(databases: Databases) -> None:
    """A role that may not read a table, and one that there is none of, give a code of their own."""
    with databases.lend("postgresql", "migrated") as lent:
        with lent.engine.begin() as connection:
            connection.execute(text("DROP ROLE IF EXISTS mubiao_nobody"))
            connection.execute(text("CREATE ROLE mubiao_nobody LOGIN"))
        for user in ("mubiao_nobody", "mubiao_never_made"):
            url = lent.engine.url.set(username=user).render_as_string(hide_password=False)
            db = Database(url)
            for attempt in (Database.revision, count_topics):
                with pytest.raises(UnavailableError) as caught:
                    attempt(db)
                assert caught.value.code == "database_refused"
            db.close()
        with lent.engine.begin() as connection:
            connection.execute(text("DROP ROLE mubiao_nobody"))


def test_nothing_waits_for_ever_on_postgresql(databases: Databases) -> None:
    """Reads have limits for locks and statements, unless the address of the database says otherwise."""
    with databases.lend("postgresql", "migrated") as lent:
        own = lent.engine.url.update_query_dict({"options": "-c lock_timeout=77ms"})
        limits = []
        for db in (lent, Database(own.render_as_string(hide_password=False))):
            with db.read() as session:
                limits.append(
                    [session.scalar(text(f"SHOW {name}_timeout")) for name in ("lock", "statement")]
                )
        db.close()
        assert limits == [["5s", "1min"], ["77ms", "0"]]


def test_of_two_saves_that_wait_for_each_other_one_goes_on(databases: Databases) -> None:
    """A deadlock of PostgreSQL is a lock like any other: one save is refused and may be tried again."""
    with databases.lend_empty("postgresql") as db:
        with db.write() as session:
            session.execute(insert(Topic), [TOPIC | {"id": n, "slug": f"topic-{n}"} for n in (1, 2)])
        both_hold_one = Barrier(2, timeout=30)

        def save(first: int, second: int) -> str:
            try:
                with db.write() as session:
                    session.execute(update(Topic).where(Topic.id == first).values(name_en="first"))
                    both_hold_one.wait()
                    session.execute(update(Topic).where(Topic.id == second).values(name_en="second"))
            except UnavailableError as error:
                return error.code
            return "saved"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(save, (1, 2), (2, 1))) == ["database_locked", "saved"]
