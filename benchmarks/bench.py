"""The figures of `make bench`: one worker on the committed facts, beside a bare FastAPI route with the same bytes.

What it starts it stops, and nothing stays behind; the client is `load`, the bare routes are `ceiling`.
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.error import URLError

from app.exchange.seeds import load_seeds
from app.resources import resource
from app.store.migrate import upgrade
from app.store.session import Database
from benchmarks.processes import HERE, memory, running
from tests.databases import PostgreSQLHome, SQLiteHome
from tests.leftovers import stop_server

WANTED: Final = 1.5
TURNS: Final = 8
PATHS: Final = (
    "/api/v1/deadlines?limit=50",
    "/api/v1/compare?region=330000&region=320000",
    "/zh/compare?region=330000&region=320000",
)
# A client that is busier than this may itself be what is measured.
BUSY: Final = 0.95
# As browsers ask; the server prefers br.
ENCODINGS: Final = "gzip, deflate, br, zstd"
# Under a host name that was never used nothing is kept, so each of these is rendered.
UNKNOWN_HOST: Final = "h{n}.localhost"


class Case(NamedTuple):
    """A way of asking for an address."""

    name: str
    bare: bool
    first: bool
    tagged: bool
    packed: bool


CASES: Final = (
    Case("bare FastAPI route", bare=True, first=False, tagged=False, packed=False),
    *(
        Case(
            f"{'first' if first else 'repeated'}{', br' * packed}{', If-None-Match' * tagged}",
            bare=False,
            first=first,
            tagged=tagged,
            packed=packed,
        )
        for first in (True, False)
        for packed in (False, True)
        for tagged in (False, True)
    ),
)


@dataclass(frozen=True)
class Fetched:
    """An answer as the bare route is to give it again."""

    content: bytes
    media_type: str
    etag: str
    packed: int
    packed_etag: str


@contextmanager
def serving(url: str) -> Iterator[tuple[subprocess.Popen[str], int, float]]:
    """Run `mubiao serve` with one worker; give the process, the port and the seconds to the first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.perf_counter()
    with running(
        [sys.executable, "-c", "from app.cli import main; main()", "serve"],
        MUBIAO_DATABASE_URL=url,
        MUBIAO_HOST="127.0.0.1",
        MUBIAO_PORT=str(port),
        MUBIAO_WORKERS="1",
    ) as process:
        while True:
            try:
                # It takes the port first and answers once it can.
                fetch(port, PATHS[0])
            except (URLError, ConnectionError):
                if process.poll() is not None:
                    raise SystemExit("the server ended before it answered") from None
                time.sleep(0.005)
            else:
                break
        yield process, port, time.perf_counter() - began


def fetch(port: int, path: str) -> Fetched:
    """Ask for the answer as it is, and packed."""
    plain, headers = ask(port, path, "identity")
    packed, packed_headers = ask(port, path, ENCODINGS)
    return Fetched(plain, headers["content-type"], headers["etag"], len(packed), packed_headers["etag"])


def ask(port: int, path: str, encodings: str) -> tuple[bytes, Message]:
    """Ask once; give the bytes as they come, and the headers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": encodings})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read(), answer.headers


def load_times(url: str) -> tuple[float, float]:
    """Load the seeds into empty tables and once more unchanged; give the seconds of each."""
    db = Database(url)
    upgrade(db)
    times = []
    for _ in range(2):
        began = time.perf_counter()
        load_seeds(db, resource("seeds"))
        times.append(time.perf_counter() - began)
    db.close()
    return times[0], times[1]


def measured(
    port: int, bare_port: int, answers: dict[str, Fetched], seconds: float
) -> dict[tuple[str, Case], dict[str, float]]:
    """Let the client run all cases for so many seconds each, those that are compared in alternating turns."""
    asked = [(path, case) for path in PATHS for case in CASES]
    jobs: list[dict[str, Any]] = []
    for path, case in asked:
        host = UNKNOWN_HOST if case.first else "127.0.0.1"
        headers = {"Host": host}
        if case.packed:
            headers["Accept-Encoding"] = ENCODINGS
        if case.tagged:
            headers["If-None-Match"] = answers[path].packed_etag if case.packed else answers[path].etag
        jobs.append(
            {
                "port": bare_port if case.bare else port,
                "path": path,
                "headers": headers,
                "status": 304 if case.tagged else 200,
                "turns": 1 if case.first else TURNS,
                "turn_seconds": seconds if case.first else seconds / TURNS,
            }
        )
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")],
        input=json.dumps(jobs),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(zip(asked, json.loads(done.stdout), strict=True))


def print_table(results: dict[tuple[str, Case], dict[str, float]], answers: dict[str, Fetched]) -> None:
    """Print the rates, each beside the bare route's, and whether the repeated ones reach what is wanted."""
    print(f"{'':30}{'answers/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'x bare':>8}{'client':>8}")
    for path in PATHS:
        print(f"\n{path}  ({len(answers[path].content):,} bytes, {answers[path].packed:,} packed)")
        bare = results[path, CASES[0]]["rate"]
        for case in CASES:
            result = results[path, case]
            ratio = result["rate"] / bare
            verdict = ""
            if not case.bare and not case.first:
                verdict = "pass" if ratio >= WANTED else f"falls short of {WANTED}"
            if result["cpu"] > BUSY:
                verdict += " (the client was busy: at least this)"
            print(
                f"  {case.name:28}{result['rate']:>10,.0f}{result['p50']:>9.2f}{result['p99']:>9.2f}"
                f"{ratio:>8.2f}{result['cpu']:>8.0%}  {verdict}"
            )


def bench(home: SQLiteHome | PostgreSQLHome, seconds: float, folder: Path) -> None:
    """Run everything on one engine and print it."""
    fresh, unchanged = load_times(home.create("loaded"))
    url = home.create("served")
    with serving(url) as (_, _, first_start):
        pass
    with serving(url) as (process, port, second_start):
        answers = {path: fetch(port, path) for path in PATHS}
        at_start = memory(process)
        bodies = {}
        for number, (path, answer) in enumerate(answers.items()):
            file = folder / f"{number}.body"
            file.write_bytes(answer.content)
            bodies[path.partition("?")[0]] = (str(file), answer.media_type)
        with running([sys.executable, str(HERE / "ceiling.py")], json.dumps(bodies)) as bare:
            assert bare.stdout is not None  # noqa: S101 - it was asked for
            results = measured(port, int(bare.stdout.readline()), answers, seconds)
        after = memory(process)
    print_table(results, answers)
    print(
        f"\nstart to first answer   {first_start:.2f} s with tables and seeds to make, {second_start:.2f} s afterwards"
    )
    print(
        f"memory of the worker    {at_start:.0f} MB after the first answers, {after:.0f} MB after all, kept full"
    )
    print(f"load of the seeds       {fresh:.2f} s into empty tables, {unchanged:.2f} s unchanged")


def main() -> None:
    """Print the figures of this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away PostgreSQL, not SQLite")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each case is run")
    given = parser.parse_args()
    print(
        f"Mubiao on {'PostgreSQL' if given.postgresql else 'SQLite'}, Python {platform.python_version()}: one worker;"
        f" it shares {os.cpu_count()} cores with the client, which keeps 32 connections open and waits for each"
        f"\nanswer. first = rendered anew each time; repeated = unchanged data; br = by Accept-Encoding; x bare = times the bare FastAPI"
        f" route with the same bytes; client = share of a core.\n"
    )
    with tempfile.TemporaryDirectory(prefix="mubiao-bench-") as name:
        folder = Path(name)
        try:
            home = PostgreSQLHome(folder) if given.postgresql else SQLiteHome(folder)
            bench(home, given.seconds, folder)
            home.close()
        finally:
            stop_server(folder)


if __name__ == "__main__":
    main()
