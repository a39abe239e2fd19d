"""A server that is killed again and again while clients save by the API, and what must be true of it afterwards.

It is forked from a process that has everything loaded, so that a new one is there within milliseconds. How often it is
killed is said by those who use it.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.main import create_app
from app.settings import Settings
from app.store.models import GivenAnswer, Revision
from app.store.service import read_back
from app.store.session import Database
from tests import builders as make
from tests.databases import address_of
from tests.people import bearer
from tests.stress.states import check_whole

CLIENTS = 4
V = "/api/v1"
# No request takes as long, unless its answer will never come.
PATIENCE = 20
Seed = dict[str, Any]


def supervise(url: str) -> None:
    """Listen on a free port and say which; for each line of input fork a process that serves, and say its number."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    app = create_app(Settings(database_url=url))
    # What a first save would do once: read the models, put its statements into words.
    database: Database = app.state.database
    with database.rehearse() as session:
        make.make_plan(session, "zj-warm", targets=[make.target("zj-warm.first")])
    database.close()
    config = uvicorn.Config(app, log_level="critical", access_log=False, ws="none")
    config.load()
    say(listener.getsockname()[1])
    child = 0
    for _ in sys.stdin:
        if child:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            uvicorn.Server(config).run([listener])
            os._exit(0)
        say(child)


def say(number: int) -> None:
    """Tell the test a number."""
    print(number, flush=True)  # noqa: T201 - the test reads it


@dataclass
class Supervisor:
    """The process that forks servers; whoever asks while there is none waits for the next one."""

    process: subprocess.Popen[str]
    port: int
    server: int = 0

    def start(self) -> None:
        """Have a new server."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.server = int(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill the server, whatever it is doing."""
        os.kill(self.server, signal.SIGKILL)


@contextmanager
def supervised(db: Database) -> Iterator[Supervisor]:
    """Run a supervisor over a database, and end it with its server."""
    script = f"from tests.killing import supervise; supervise({address_of(db)!r})"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        held = Supervisor(process, int(process.stdout.readline()))
        held.start()
        try:
            yield held
        finally:
            held.kill()
            process.kill()


def plan(slug: str, number: int) -> Seed:
    """Give a plan in all of whose parts the number stands: half of one and half of another would be seen."""
    targets = [
        make.target(
            f"{slug}.{name}",
            statement_zh=f"目标 {number}",
            qualifier=name,
            deadlines=[make.deadline(f"{number + 1}亿元", "2027", note_zh=f"注 {number}")],
        )
        for name in ("first", "second", "third")
    ]
    return {**make.plan(slug, targets=targets, title_en=f"Number {number}"), "editorial_state": "draft"}


def number_of(seed: Seed) -> int:
    """Give the number that stands in all parts of a plan."""
    parts = {seed["title_en"].split()[1]}
    for target in seed["targets"]:
        parts |= {target["statement_zh"].split()[1], target["deadlines"][0]["note_zh"].split()[1]}
        parts.add(str(int(target["deadlines"][0]["value"]) - 1))
    (only,) = parts
    return int(only)


STALE = 412


@dataclass
class Client:
    """Someone who saves a plan of his own over and over, and asks again where an answer did not come."""

    port: int
    slug: str
    headers: dict[str, str]
    named: bool  # whether each save has a key, by which it is done once however often it is sent
    answered: dict[int, int] = field(default_factory=dict)  # numbers by version
    lost: int = 0
    failed: list[str] = field(default_factory=list)

    def save(self, number: int) -> None:
        """Save the plan with a number, until it is answered."""
        seen = max(self.answered, default=0)
        method, path = ("PUT", f"{V}/plans/{self.slug}") if seen else ("POST", f"{V}/plans")
        given = {"Content-Type": "application/json"}
        if seen:
            given["If-Match"] = f'"{seen}"'
        if self.named:
            given["Idempotency-Key"] = f"{self.slug}-{number}"
        while True:
            answer = self._ask(method, path, given, json.dumps(plan(self.slug, number)))
            if not self.named and (answer is None or answer[0] == STALE):
                # It was saved as a whole, or nothing of it; a server of PostgreSQL that was told to commit does
                # so after the process that told it is dead, perhaps only when this was asked and sent again.
                answer = self._ask("GET", f"{V}/plans/{self.slug}/seed", {}, None)
                if answer is not None and (answer[0] == 404 or answer[1]["version"] == seen):
                    answer = None
            if answer is None:
                continue
            status, said = answer
            if status not in {200, 201} or said["version"] != seen + 1 or number_of(said["seed"]) != number:
                self.failed.append(f"{method} {number} from {seen}: {status} {str(said)[:300]}")
                return
            self.answered[said["version"]] = number
            return

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None
    ) -> tuple[int, Any] | None:
        """Ask once; None if no answer came, or the database was busy."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, self.headers | headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, HTTPException):
            self.lost += 1
            return None
        finally:
            connection.close()
        return None if answer.status == 503 else (answer.status, said)


def kill_among_saves(db: Database, kills: int, saves: int, chance: random.Random) -> None:
    """Kill a server this often among so many saves, then hold the database to all that was answered."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
    headers = bearer(db, Role.EDITOR)
    db.close()
    over = threading.Event()
    with supervised(db) as supervisor:
        clients = [Client(supervisor.port, f"zj-{n}", headers, named=n % 2 == 0) for n in range(CLIENTS)]

        def work(client: Client) -> None:
            number = 0
            while not over.is_set() and not client.failed:
                number += 1
                client.save(number)

        threads = [threading.Thread(target=work, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        try:
            for _ in range(kills):
                enough = done(clients) + chance.randint(1, 2 * saves // kills - 1)
                until = time.monotonic() + PATIENCE
                while done(clients) < enough and time.monotonic() < until:
                    time.sleep(0.001)
                time.sleep(chance.random() * 0.03)
                supervisor.kill()
                supervisor.start()
            while done(clients) < saves and time.monotonic() < until:
                time.sleep(0.01)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    check(db, clients, kills, saves)


def done(clients: list[Client]) -> int:
    """Count the saves that were answered."""
    return sum(len(client.answered) for client in clients)


def check(db: Database, clients: list[Client], kills: int, saves: int) -> None:
    """Hold that all that was answered is there, nothing else, nothing twice, and that log and tables agree."""
    assert [failed for client in clients for failed in client.failed] == []
    assert done(clients) >= saves
    # The moments were not all of those in which nothing happens.
    assert sum(client.lost for client in clients) >= kills // 2
    check_whole(db)
    with db.read() as session:
        for client in clients:
            log = session.execute(
                select(Revision.version, Revision.seed)
                .where(Revision.entity == "plan", Revision.entity_key == client.slug)
                .order_by(Revision.version)
            ).all()
            assert {row.version: number_of(row.seed) for row in log} == client.answered
            assert list(client.answered) == list(range(1, len(log) + 1))
            assert read_back(session, "plan", client.slug) == log[-1].seed
            kept = session.scalars(
                select(GivenAnswer.status).where(GivenAnswer.key.startswith(client.slug + "-"))
            ).all()
            assert len(kept) == (len(log) if client.named else 0)
            assert None not in kept
