"""Starting and ending the server: preparing once, an address that is taken, Ctrl-C, several processes.

That it also starts from a wheel is tested in `test_wheel`.
"""

import re
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from app.domain.errors import DomainError, UnavailableError
from app.main import create_app
from app.resources import resource
from app.serve import get_ready, prepare, serve
from app.settings import Settings
from app.store.held import held
from app.store.migrate import upgrade
from app.store.session import Database
from tests.builders import make_target, make_topic
from tests.clients import url_of
from tests.databases import address_of
from tests.serving import COMMAND, environment, free_port, get, served

ROOT = resource("migrations").parent


def test_preparing_twice_changes_nothing(blank_db: Database) -> None:
    """A second start finds tables and facts as they are: no public change, the same revision."""
    settings = Settings(database_url=address_of(blank_db))
    prepare(settings)
    before = blank_db.revision()
    prepare(settings)
    assert (before > 0, blank_db.revision()) == (True, before)


def test_seeds_that_name_what_an_editor_retired_do_not_keep_it_from_starting(
    blank_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The facts stay as they are, and the log says which line of which file is not loaded, and why."""
    upgrade(blank_db)
    with blank_db.write() as session:
        make_topic(session, "ai", retired_on="2026-11-19")
    before = blank_db.revision()
    prepare(Settings(database_url=address_of(blank_db)))
    assert blank_db.revision() == before
    assert "the seeds were not loaded" in caplog.text
    assert re.search(r"plans/[-a-z]+\.yaml:\d+: .*retired", caplog.text)


def test_what_the_first_reader_would_wait_for_is_read_before(db: Database) -> None:
    """The sets behind all filters are there when someone asks, and nothing was written."""
    with db.write() as session:
        make_target(session)
    before = db.revision()
    app = create_app(Settings(database_url=url_of(db)))
    get_ready(app)
    asked: list[str] = []
    event.listen(app.state.database.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    with app.state.database.read() as session:
        begun = len(asked)
        assert len(held(session).targets.every) == 1
        assert len(asked) == begun
    app.state.database.close()
    assert db.revision() == before


def test_a_database_without_tables_does_not_keep_a_process_from_getting_ready(blank_db: Database) -> None:
    """Who asks is told what is missing; nothing is said before."""
    app = create_app(Settings(database_url=url_of(blank_db)))
    get_ready(app)
    app.state.database.close()


def test_several_starts_at_once_load_once(blank_db: Database) -> None:
    """Whoever comes first does it; the others wait and find it done."""
    settings = Settings(database_url=address_of(blank_db))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(prepare, [settings] * 3))
    assert blank_db.revision() == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104 - the port is taken there
def test_a_port_in_use_is_said_before_anything_is_done(host: str, tmp_path: Path) -> None:
    """The error names host and port, and no database has been made."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DomainError) as caught:
            serve(Settings(f"sqlite:///{tmp_path}/m.sqlite3", host=host, port=port))
    problem = caught.value.problems[0]
    assert (problem.code, problem.detail) == ("port_in_use", {"host": host, "port": port})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.7", "a b"])
def test_a_host_that_is_not_this_machine_is_a_bad_setting(host: str, tmp_path: Path) -> None:
    """The error names the variable."""
    with pytest.raises(DomainError) as caught:
        serve(Settings(f"sqlite:///{tmp_path}/m.sqlite3", host=host, port=free_port()))
    assert (caught.value.code, caught.value.problems[0].field) == ("bad_setting", "MUBIAO_HOST")


def test_a_server_that_cannot_be_reached_ends_the_start() -> None:
    """PostgreSQL gone: a code, no stack trace of a driver."""
    with pytest.raises(UnavailableError) as caught:
        prepare(Settings("postgresql://nobody@127.0.0.1:1/nothing"))
    assert caught.value.code == "database_gone"


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_it_in_good_order(workers: int, tmp_path: Path) -> None:
    """It answers, prints where it is, and ends with code 0, without a stack trace and without a word of its pools."""
    port = free_port()
    address = f"sqlite:///{tmp_path}/m.sqlite3"
    with served(port, address, cwd=tmp_path, code=ROOT, workers=workers) as server:
        assert get(port, "/en/compare").startswith(b"<!")
        server.send_signal(signal.SIGINT)
        said = server.communicate(timeout=20)[0]
    assert (server.returncode, "Traceback" in said) == (0, False), said
    assert "Pool" not in said
    assert f"http://127.0.0.1:{port}/en/compare" in said
    # Nobody has an account: the link for the first one is printed, in both languages, once for all processes.
    assert (
        len(re.findall(rf"http://127\.0\.0\.1:{port}/(?:zh|en)/admin/link/[\w-]{{43}}$", said, re.MULTILINE))
        == 2
    )


def test_no_process_outlives_the_one_above_it(tmp_path: Path) -> None:
    """Killed outright, it takes all that it started with it, and nobody answers any more."""
    port = free_port()
    address = f"sqlite:///{tmp_path}/m.sqlite3"
    with served(port, address, cwd=tmp_path, code=ROOT, workers=2) as server:
        server.kill()
        # Their output ends when the last of them has.
        server.communicate(timeout=20)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_asking_for_a_websocket_leaves_the_log_alone(tmp_path: Path) -> None:
    """We have none; who asks for one gets the page, and not a line in the log each time."""
    port = free_port()
    with served(port, f"sqlite:///{tmp_path}/m.sqlite3", cwd=tmp_path, code=ROOT) as server:
        with socket.create_connection(("127.0.0.1", port)) as line:
            asked = (
                "GET /api/v1/topics HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            line.sendall(asked.encode())
            answer = line.recv(100)
        server.send_signal(signal.SIGINT)
        said = server.communicate(timeout=20)[0]
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert "WARNING" not in said


def test_the_command_says_that_the_port_is_in_use(tmp_path: Path) -> None:
    """A sentence with the port, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "serve"],
            cwd=tmp_path,
            env=environment(port, f"sqlite:///{tmp_path}/m.sqlite3", code=ROOT),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert (str(port) in done.stderr, "Traceback" in done.stderr) == (True, False), done.stderr
