"""Processes killed without warning: what is stored is as before or as after, never between.

A save that fails by itself is tested in `test_failures` and `test_seeds`.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from app.exchange.seeds import load_seeds
from app.resources import resource
from app.serve import WORKER_SECONDS
from app.store.service import Outcome
from app.store.session import Database
from tests.databases import Databases, address_of
from tests.killing import kill_among_saves
from tests.serving import environment, free_port, get, served
from tests.stress.states import changed_seeds, check_whole, state_of

pytestmark = pytest.mark.stress

ROOT = resource("migrations").parent
KILLS = 20
# Says when it has imported what it needs, so that a kill falls into the load and not into the start.
LOAD = "import sys; from app.cli import cli; print('ready', flush=True); cli(['seeds', 'load', sys.argv[1]])"


def start_load(db: Database, folder: Path) -> subprocess.Popen[str]:
    """Start `mubiao seeds load`, and wait until it is about to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(folder)],
        env=environment(1, address_of(db), code=ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> int:
    """Wait for a process and give its exit code."""
    assert process.stdout is not None
    process.stdout.read()
    process.stdout.close()
    return process.wait()


def test_a_load_that_is_killed_leaves_all_or_nothing(
    databases: Databases, dialect: str, tmp_path: Path
) -> None:
    """Twenty loads, into empty tables and over other facts, killed at moments spread over their length."""
    folder = changed_seeds(tmp_path / "seeds")
    before, after, length = {}, {}, {}
    for begin in ("migrated", "seeded"):
        with databases.lend(dialect, begin) as db:
            before[begin] = state_of(db)
            db.close()
            began = time.monotonic()
            assert end(start_load(db, folder)) == 0
            length[begin] = time.monotonic() - began
            after[begin] = state_of(db)
            check_whole(db)
        assert before[begin] != after[begin]
    chance = random.Random(dialect)  # noqa: S311 - for moments, not for secrets
    found: Counter[str] = Counter()
    for number in range(KILLS):
        begin = ("migrated", "seeded")[number % 2]
        with databases.lend(dialect, begin) as db:
            db.close()
            process = start_load(db, folder)
            time.sleep(length[begin] * (number + chance.random()) / KILLS)
            process.kill()
            killed = end(process) == -signal.SIGKILL
            state = state_of(db)
            check_whole(db)
            assert state in (before[begin], after[begin]), f"kill {number}"
            done = state == after[begin]
            assert killed or done
            found["after" if done else "before"] += 1
            # Nothing of it stands in the way of the next one.
            again = load_seeds(db, folder)
            assert (again.of(Outcome.UNCHANGED) == list(again.written)) is done
    assert found["before"] >= KILLS // 4, found


def test_a_server_that_is_killed_leaves_everything(
    databases: Databases, dialect: str, tmp_path: Path
) -> None:
    """Killed among readers and a save, five times; it starts again on the same port and answers the same."""
    with databases.lend(dialect, "seeded") as db:
        before = state_of(db)
        db.close()
        port = free_port()
        for _ in range(5):
            with served(port, address_of(db), cwd=tmp_path, code=ROOT) as server:
                over = threading.Event()
                answers: list[bytes] = []

                def read(over: threading.Event = over, answers: list[bytes] = answers) -> None:
                    number = 0
                    while not over.is_set():
                        number += 1
                        try:
                            answers.append(get(port, f"/api/v1/deadlines?limit={number % 900 + 1}"))
                        except OSError:
                            return

                readers = [threading.Thread(target=read) for _ in range(4)]
                for reader in readers:
                    reader.start()
                time.sleep(0.7)
                server.kill()
                over.set()
                for reader in readers:
                    reader.join()
                assert len(answers) > 20
        assert state_of(db) == before
        check_whole(db)


def test_a_worker_that_is_killed_is_replaced(databases: Databases, dialect: str, tmp_path: Path) -> None:
    """Of two processes one is killed: the address goes on answering, and there are two again."""
    with databases.lend(dialect, "seeded") as db:
        db.close()
        port = free_port()
        with served(port, address_of(db), cwd=tmp_path, code=ROOT, workers=2) as server:
            first = workers_of(server.pid)
            assert len(first) == 2
            os.kill(first[0], signal.SIGKILL)
            until = time.monotonic() + WORKER_SECONDS + 20
            while time.monotonic() < until and not set(workers_of(server.pid)) - set(first):
                time.sleep(0.1)
            second = workers_of(server.pid)
            assert (len(second), first[0] in second) == (2, False)
            for _ in range(50):
                get(port, "/api/v1/regions?limit=1")
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


def test_a_server_that_is_killed_two_hundred_times_among_saves_loses_none(db: Database) -> None:
    """The long form of what `test_writing_together` does."""
    kill_among_saves(db, 200, 1000, random.Random(db.dialect))  # noqa: S311 - for moments, not for secrets


def workers_of(pid: int) -> list[int]:
    """List the processes that serve under another one."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = []
    for child in children:
        # One that has just ended is not there, or has no command any more.
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found
