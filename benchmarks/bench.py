"""The figures of `make bench`: one worker on the committed facts, beside bare routes with the same bytes and a peer.

What it starts it stops; the client is `load`, the bare routes are `ceiling`, the peer is `peer`.
"""

import argparse
import json
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
from random import Random
from typing import Any, Final, Literal, NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode

from app.exchange.seeds import load_seeds
from app.resources import resource
from app.store.migrate import upgrade
from app.store.session import Database
from benchmarks.machine import described
from benchmarks.peer import serving_peer
from benchmarks.processes import HERE, memory, running
from tests.databases import PostgreSQLHome, SQLiteHome
from tests.leftovers import stop_server

WANTED: Final = 1.5
TURNS: Final = 8
JSON_TWIN, PAGE_TWIN = "/peer/deadline.json?_size=50", "/peer/deadline?_size=50"
# Each address, with the peer's that gives as many rows of the same table, and how many times as fast it shall be.
PATHS: Final[dict[str, tuple[str, float] | None]] = {
    "/api/v1/deadlines?limit=50": (JSON_TWIN, 20),
    "/zh/targets": (PAGE_TWIN, 100),
    "/api/v1/compare?region=330000&region=320000": None,
    "/zh/compare?region=330000&region=320000": None,
}
# A client that is busier than this may itself be what is measured.
BUSY: Final = 0.95
# As browsers ask; the server prefers br.
BROWSERS: Final = "gzip, deflate, br, zstd"
PLAIN: Final = "identity"
# Under a host name that was never used nothing is kept, so each of these is rendered.
UNKNOWN_HOST: Final = "h{n}.localhost"
FIRST_JSON: Final = 25
FIRST_PAGE: Final = 500


class Case(NamedTuple):
    """A way of asking for an address: of which server, and how."""

    name: str
    server: Literal["mubiao", "fastapi", "asgi", "peer"] = "mubiao"
    first: bool = False
    tagged: bool = False
    encoding: str = PLAIN


BARE: Final = Case("bare FastAPI route", "fastapi")
RAW: Final = Case("raw ASGI", "asgi")
PEER: Final = Case("Datasette, as many rows", "peer")
REPEATED: Final = Case("repeated")
CASES: Final = (
    BARE,
    RAW,
    PEER,
    Case("first", first=True),
    Case("first, br", first=True, encoding=BROWSERS),
    REPEATED,
    Case("repeated, br", encoding=BROWSERS),
    Case("repeated, zstd", encoding="zstd"),
    Case("repeated, gzip", encoding="gzip"),
    Case("repeated, If-None-Match", tagged=True),
    Case("repeated, br, If-None-Match", tagged=True, encoding=BROWSERS),
)


@dataclass(frozen=True)
class Fetched:
    """An answer as the bare routes are to give it again, and its tags and lengths by encoding."""

    content: bytes
    media_type: str
    etags: dict[str, str]
    packed: int


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
                ask(port, next(iter(PATHS)), PLAIN)
            except (URLError, ConnectionError):
                if process.poll() is not None:
                    raise SystemExit("the server ended before it answered") from None
                time.sleep(0.005)
            else:
                break
        yield process, port, time.perf_counter() - began


def fetch(port: int, path: str) -> Fetched:
    """Ask for the answer in each encoding that a case asks for."""
    answers = {encoding: ask(port, path, encoding) for encoding in {case.encoding for case in CASES}}
    content, headers = answers[PLAIN]
    etags = {encoding: answer[1]["etag"] for encoding, answer in answers.items()}
    return Fetched(content, headers["content-type"], etags, len(answers[BROWSERS][0]))


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
    ports: dict[str, int], answers: dict[str, Fetched], seconds: float
) -> dict[tuple[str, Case], dict[str, float]]:
    """Let the client run all cases for so many seconds each, those that are compared in alternating turns."""
    asked = [(path, case) for path in PATHS for case in CASES if case is not PEER or PATHS[path]]
    jobs: list[dict[str, Any]] = []
    for path, case in asked:
        headers = {"Host": UNKNOWN_HOST if case.first else "127.0.0.1"}
        if case.encoding != PLAIN:
            headers["Accept-Encoding"] = case.encoding
        if case.tagged:
            headers["If-None-Match"] = answers[path].etags[case.encoding]
        twin = PATHS[path]
        jobs.append(
            {
                "port": ports[case.server],
                "path": twin[0] if case is PEER and twin else path,
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


def verdict(path: str, case: Case, rates: dict[tuple[str, Case], float]) -> str:
    """Say of what is repeated whether it is as many times as fast as it shall be."""
    if case.server != "mubiao" or case.first:
        return ""
    rate = rates[path, case]
    wanted = [(rate / rates[path, BARE], WANTED, "the bare route")]
    twin = PATHS[path]
    if case is REPEATED and twin:
        wanted.append((rate / rates[path, PEER], twin[1], "Datasette"))
    if case.tagged:
        wanted.append(
            (
                rate
                / rates[path, case._replace(name=case.name.removesuffix(", If-None-Match"), tagged=False)],
                1,
                "without",
            )
        )
    short = [f"falls short of {least:g} x {name}" for ratio, least, name in wanted if ratio < least]
    return ", ".join(short) or "pass"


def print_table(results: dict[tuple[str, Case], dict[str, float]], answers: dict[str, Fetched]) -> None:
    """Print the rates, first as ratios to the bare route and the peer, and whether they reach what is wanted."""
    rates = {asked: result["rate"] for asked, result in results.items()}
    print(
        f"{'':32}{'x bare':>8}{'x peer':>8}{'answers/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'client':>8}"
    )
    for path in PATHS:
        print(f"\n{path}  ({len(answers[path].content):,} bytes, {answers[path].packed:,} in br)")
        for case in CASES:
            if (path, case) not in results:
                continue
            result = results[path, case]
            peer = f"{result['rate'] / rates[path, PEER]:8.1f}" if PATHS[path] else " " * 8
            busy = " (the client was busy: at least this)" if result["cpu"] > BUSY else ""
            print(
                f"  {case.name:30}{result['rate'] / rates[path, BARE]:>8.2f}{peer}{result['rate']:>11,.0f}"
                f"{result['p50']:>9.2f}{result['p95']:>9.2f}{result['p99']:>9.2f}{result['cpu']:>8.0%}"
                f"  {verdict(path, case, rates)}{busy}"
            )


def first_times(port: int) -> None:
    """Print how long comparisons of eight regions take that nobody asked for, one after the other."""
    regions = json.loads(ask(port, "/api/v1/regions?limit=1000", PLAIN)[0])["items"]
    codes = [region["code"] for region in regions if region["targets"]]
    print("\nfirst time, nothing kept, one request at a time")
    for place, (path, wanted, number) in enumerate(
        (("/api/v1/compare", FIRST_JSON, 40), ("/zh/compare", FIRST_PAGE, 15))
    ):
        random = Random(place)
        taken = []
        for _ in range(number):
            query = urlencode([("region", code) for code in random.sample(codes, 8)])
            began = time.perf_counter()
            ask(port, f"{path}?{query}", BROWSERS)
            taken.append(1000 * (time.perf_counter() - began))
        taken.sort()
        middle, most = taken[number // 2], taken[number * 95 // 100]
        said = "pass" if most <= wanted else "falls short"
        print(
            f"  {most / wanted:5.2f} x {wanted} ms  {said:11}  {path} of eight regions:"
            f" p50 {middle:.0f} ms, p95 {most:.0f} ms, n {number}"
        )


def bench(home: SQLiteHome | PostgreSQLHome, seconds: float, folder: Path) -> None:
    """Run everything on one engine and print it."""
    fresh, unchanged = load_times(home.create("loaded"))
    url = home.create("served")
    with serving(url) as (_, _, first_start):
        pass
    # The peer reads SQLite alone: its file holds the same facts.
    file = folder / "peer.sqlite3"
    load_times(f"sqlite:///{file}")
    with serving(url) as (process, port, second_start), serving_peer(file) as peer:
        answers = {path: fetch(port, path) for path in PATHS}
        at_start = memory(process)
        bodies = {}
        for number, (path, answer) in enumerate(answers.items()):
            body = folder / f"{number}.body"
            body.write_bytes(answer.content)
            bodies[path.partition("?")[0]] = (str(body), answer.media_type)
        bare = [sys.executable, str(HERE / "ceiling.py")]
        with (
            running(bare, json.dumps(bodies)) as fastapi,
            running([*bare, "--raw"], json.dumps(bodies)) as asgi,
        ):
            assert fastapi.stdout is not None  # noqa: S101 - it was asked for
            assert asgi.stdout is not None  # noqa: S101 - likewise
            ports = {
                "mubiao": port,
                "peer": peer,
                "fastapi": int(fastapi.stdout.readline()),
                "asgi": int(asgi.stdout.readline()),
            }
            results = measured(ports, answers, seconds)
        after = memory(process)
        print_table(results, answers)
        first_times(port)
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
        f"Mubiao on {'PostgreSQL' if given.postgresql else 'SQLite'}; {described()}\n"
        "One worker shares the cores with the client, which keeps 32 connections open and waits for each answer.\n"
        "x bare, x peer = times a bare FastAPI route with the same bytes, times Datasette with as many rows;\n"
        "first = rendered anew each time; repeated = unchanged data; br as browsers ask; client = share of a core.\n"
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
