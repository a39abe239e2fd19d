"""What readers get over HTTP while the database cannot serve, and that the server mends by itself.

Which failure of a driver has which code is in `test_failures`; staleness among processes in `test_staleness`.
"""

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli import cli
from app.i18n import LANGS
from app.store.session import Database, migrations
from tests.databases import Databases, address_of
from tests.raw_server import Answer, Server, check_refusal, serving
from tests.serving import free_port

REGIONS = "/api/v1/regions?limit=1"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers wait a moment for a lock instead of five seconds."""
    monkeypatch.setattr("app.main.Database", partial(Database, lock_seconds=0.05))


def check_out(server: Server, code: str) -> None:
    """Hold that everything that needs the database says so, in both languages, and everything else goes on."""
    for lang in LANGS:
        for path in (REGIONS, "/api/v1/deadlines", f"/{lang}/compare", f"/{lang}/plans?q={code}"):
            answer = server.ask(path, accept_language=lang)
            assert answer.status == 503, (path, answer.body[:300])
            check_refusal(answer, lang, code, api=path.startswith("/api"))
            assert answer.headers["retry-after"] == "5"
            assert "etag" not in answer.headers
    check_standing(server)


def check_standing(server: Server) -> None:
    """Hold that what needs no database is answered as ever."""
    paths = {"/": 302, "/static/mubiao.css": 200, "/en/none-such": 404, "/zh/methodology": 200, "/api": 200}
    assert {path: server.ask(path).status for path in paths} == paths


def check_back(server: Server) -> None:
    """Hold that the next request of each kind is answered, and tagged, again."""
    for path in (REGIONS, "/api/v1/deadlines", "/zh/compare", "/en/plans"):
        answer = server.ask(path)
        assert (answer.status, "etag" in answer.headers) == (200, True), (path, answer.body[:300])


def check_unforeseen(server: Server, path: str) -> Answer:
    """Hold that an answer 500 says nothing but an id, which stands in the log, once."""
    server.errors.clear()
    answer = server.ask(path, accept_language="en")
    assert answer.status == 500
    check_refusal(answer, "en", "internal_error", api=path.startswith("/api"))
    assert len(server.errors) == 1
    error_id = server.errors[0].split()[1]
    assert error_id.encode() in answer.body
    return answer


def file_of(db: Database) -> Path:
    """Name the file of an SQLite database."""
    assert db.path is not None
    return db.path


def name_of(db: Database) -> str:
    """Name a database of PostgreSQL."""
    return str(db.engine.url.database)


@contextmanager
def served_copy(databases: Databases, dialect: str) -> Iterator[tuple[Database, Server]]:
    """Serve a copy of the committed facts, which has been read before the test begins."""
    with databases.lend(dialect, "seeded") as db, serving(db) as server:
        check_back(server)
        yield db, server


@pytest.fixture
def lite(databases: Databases) -> Iterator[tuple[Path, Server]]:
    """Serve an SQLite file that is not in WAL's hands: all of it lies in the one file."""
    with served_copy(databases, "sqlite") as (db, server):
        yield file_of(db), server


@contextmanager
def admin(db: Database) -> Iterator[psycopg.Connection]:
    """Connect to the server of a database of PostgreSQL, not to the database itself."""
    url = db.engine.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection


def test_a_file_removed_under_the_server(lite: tuple[Path, Server]) -> None:
    """It is missing at once, though the server still holds it open; put back, it is read again."""
    file, server = lite
    away = file.with_suffix(".away")
    file.rename(away)
    check_out(server, "database_missing")
    away.rename(file)
    check_back(server)


def test_a_file_replaced_under_the_server(lite: tuple[Path, Server]) -> None:
    """From the first request on all answers are of the new file, the kept ones too, whatever its revision."""
    file, server = lite
    other = file.with_suffix(".other")
    shutil.copyfile(file, other)
    with sqlite3.connect(other) as connection:
        connection.execute("UPDATE region SET name_en = 'Restored' WHERE code = '100000'")
    connection.close()
    other.rename(file)
    paths = [REGIONS, *(f"{REGIONS}&updated_since=20{year:02}-01-01" for year in range(20)), REGIONS]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(server.ask, paths * 2))
    old = [path for path, answer in zip(paths * 2, answers, strict=True) if b"Restored" not in answer.body]
    assert old == []


@pytest.mark.parametrize("damage", ["noise", "cut"])
def test_a_file_damaged_under_the_server(lite: tuple[Path, Server], damage: str) -> None:
    """Nothing is answered from memory while the file is no database; after it is mended all is as before."""
    file, server = lite
    whole = file.read_bytes()
    with file.open("r+b") as opened:
        opened.truncate(len(whole) // 2 if damage == "cut" else 0)
        opened.write(b"" if damage == "cut" else b"<html>404</html>" * 4096)
    check_out(server, "database_damaged")
    with file.open("r+b") as opened:
        opened.write(whole)
    check_back(server)


def test_a_damaged_row_is_an_error_with_an_id(lite: tuple[Path, Server]) -> None:
    """Bytes that are no text, in a row, break the answers that hold it, and those alone."""
    file, server = lite
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE region SET name_en = CAST(x'FF41' AS TEXT) WHERE code = '100000'")
    connection.close()
    check_unforeseen(server, REGIONS + "&sort=-updated_at&region=100000")
    check_unforeseen(server, "/en/regions/100000")
    assert server.ask("/api/v1/topics").status == 200
    check_standing(server)


def test_a_line_goes_on_after_an_error_of_ours(lite: tuple[Path, Server]) -> None:
    """The connection is not cut after an answer 500 that was given in full."""
    file, server = lite
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE region SET name_en = CAST(x'FF41' AS TEXT) WHERE code = '100000'")
    connection.close()
    asked = b"GET /api/v1/regions/100000 HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(asked)
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 500 ")
        line.sendall(asked.replace(b"100000", b"110000"))
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 200 ")


@pytest.mark.usefixtures("impatient")
def test_a_locked_file_holds_up_only_those_who_need_it(databases: Databases) -> None:
    """Without WAL a writer locks readers out: they are told so, and the server does not stand still."""
    with databases.lend("sqlite", "seeded") as db:
        db.close()
        connection = sqlite3.connect(file_of(db), isolation_level=None)
        connection.execute("PRAGMA journal_mode = DELETE")
        with serving(db) as server:
            check_back(server)
            connection.execute("BEGIN EXCLUSIVE")
            began = time.monotonic()
            with ThreadPoolExecutor(8) as pool:
                waiting = [pool.submit(server.ask, f"/en/compare?x={number}") for number in range(7)]
                check_standing(server)
                assert {one.result().status for one in waiting} == {503}
            assert time.monotonic() - began < 5
            check_out(server, "database_locked")
            connection.execute("ROLLBACK")
            check_back(server)
        connection.close()


def test_tables_of_another_version(databases: Databases, dialect: str) -> None:
    """While a newer version's tables are there nothing is answered from them, nor from memory."""
    with served_copy(databases, dialect) as (db, server):
        for version, code in (("2999_01_01_unheard_of", "database_newer"), (migrations()[-1], None)):
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
            if code:
                check_out(server, code)
        check_back(server)


def test_a_revision_that_cannot_be_read(databases: Databases, dialect: str) -> None:
    """Where the counter itself is gone the database is damaged; once it is there again all is as before."""
    with served_copy(databases, dialect) as (db, server):
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM dataset_revision"))
        check_out(server, "database_damaged")
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO dataset_revision (id, revision) VALUES (1, 99)"))
        check_back(server)


def test_postgresql_gone_and_back(databases: Databases) -> None:
    """Stopped, it is gone for the readers; started again, it is read again without the server's being told."""
    with served_copy(databases, "postgresql") as (db, server), admin(db) as connection:
        name = name_of(db)
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        check_out(server, "database_gone")
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        check_back(server)


@pytest.mark.parametrize("table", ["dataset_revision", "region"])
def test_a_locked_table_of_postgresql(databases: Databases, table: str) -> None:
    """A table that a migration holds makes readers wait for a while, not for ever."""
    with databases.lend("postgresql", "seeded") as db:
        patience = {"options": "-c lock_timeout=10ms"}
        impatient = Database(db.engine.url.update_query_dict(patience).render_as_string(hide_password=False))
        with serving(impatient) as server:
            check_back(server)
            with db.engine.begin() as connection:
                connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
                if table == "dataset_revision":
                    check_out(server, "database_locked")
                else:
                    answer = server.ask(REGIONS + "&region=110000", accept_language="en")
                    assert answer.status == 503
                    check_refusal(answer, "en", "database_locked", api=True)
                    check_standing(server)
            check_back(server)


@pytest.mark.parametrize("table", ["dataset_revision", "region"])
def test_a_role_without_rights(databases: Databases, table: str) -> None:
    """An account that may not read a table is a mistake of whoever runs the service, and named as such."""
    with databases.lend("postgresql", "seeded") as db:
        role = f"reader_{name_of(db)}"
        with db.engine.begin() as connection:
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
            connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
        reading = Database(address_of(db).replace("//postgres:", f"//{role}:"))
        try:
            with serving(reading) as server:
                check_back(server)
                with db.engine.begin() as connection:
                    connection.execute(text(f"REVOKE SELECT ON {table} FROM {role}"))  # noqa: S608 - no query
                for path in (REGIONS + "&region=110000", "/en/regions/110000"):
                    answer = server.ask(path, accept_language="en")
                    assert answer.status == 503
                    check_refusal(answer, "en", "database_refused", api=path.startswith("/api"))
                with db.engine.begin() as connection:
                    connection.execute(text(f"GRANT SELECT ON {table} TO {role}"))
                check_back(server)
        finally:
            reading.close()
            with db.engine.begin() as connection:
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))


@pytest.mark.parametrize("state", ["damaged", "newer", "folder", "gone"])
def test_a_start_that_must_fail_ends_with_a_sentence(
    databases: Databases, tmp_path: Path, state: str
) -> None:
    """The command ends with 1 and one line that says what to do, whatever is wrong with the database."""
    with databases.lend("sqlite", "migrated") as db:
        db.close()
        file = tmp_path / "m.sqlite3"
        shutil.copyfile(file_of(db), file)
    url = f"sqlite:///{file}"
    if state == "damaged":
        file.write_bytes(b"<html>404</html>" * 999)
    elif state == "newer":
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '2999'")
        connection.close()
    elif state == "folder":
        url = f"sqlite:///{file}/below/m.sqlite3"
    else:
        url = "postgresql://nobody@127.0.0.1:1/nothing"
    done = CliRunner().invoke(
        cli, ["serve"], env={"MUBIAO_DATABASE_URL": url, "MUBIAO_PORT": str(free_port())}
    )
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr[-2] in ".?"
