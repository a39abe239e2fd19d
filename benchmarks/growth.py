"""The figures of `make bench-growth`: how long answers, writes and loads take from a thousand to a million targets.

One worker in a process of its own is asked over HTTP, one request after the other, each under a host name that was
never used, so that nothing is kept; what is asked is in `asking`, how the databases are made in `laid`.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Final

from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import Role, TokenScope
from app.store.service import WRITERS, Change, Refs, apply, decide
from app.store.session import Database
from benchmarks.asking import Asked
from benchmarks.dataset import PER_PLAN, Dataset
from benchmarks.laid import Made
from benchmarks.machine import described
from benchmarks.processes import memory, processor_seconds, running
from benchmarks.results import Measure, Result, print_tables
from tests.databases import opened
from tests.people import bearer

PAGES: Final = Measure("a filtered page", 50, "ms")
FIRST: Final = Measure("page 1,000 to page 1", 1.2, "x")
FACETS: Final = Measure("the explorer with facets", 150, "ms")
SEARCH: Final = Measure("search", 100, "ms")
COMPARE: Final = Measure("comparison of eight regions", 150, "ms")
WRITE: Final = Measure("writing one plan", 50, "ms")
LOAD: Final = Measure("loading, targets/s", 5000, "/s")
BARE: Final = Measure("loading without the text index, targets/s", 20_000, "/s")
CSV: Final = Measure("CSV, rows/s", 50_000, "/s")
CSV_MEMORY: Final = Measure("CSV, memory growing", 50, "MB")
MEASURES: Final = (PAGES, FIRST, FACETS, SEARCH, COMPARE, WRITE, LOAD, BARE, CSV, CSV_MEMORY)

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
ENGINES: Final = ("sqlite", "postgresql")
MOST_SECONDS: Final = 60
"""How long one measure goes on, unless it has been taken as often as it shall be."""
FEWEST: Final = 5
DEEP: Final = 1000
PAGE: Final = 50
WRITTEN: Final = 30
LOADED: Final = 5000
_numbers = count(1)


class Client:
    """Asks one worker, one request at a time on one connection, and notes how long each answer took."""

    def __init__(self, port: int, cpu: Callable[[], float]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=600)
        self.cpu = cpu

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask under a host name of its own; give status and body."""
        self._connection.request(method, path, body, {"Host": f"h{next(_numbers)}.localhost", **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def timed(
        self, measure: Measure, asked: Iterable[tuple[str, str]], most: int, seconds: float = MOST_SECONDS
    ) -> Result:
        """Ask one address after the other, each once; raises RuntimeError for an answer that is none."""
        taken: list[float] = []
        slowest: dict[str, float] = defaultdict(float)
        began, used = time.perf_counter(), 0.0
        for path, label in asked:
            asked_at, cpu = time.perf_counter(), self.cpu()
            status, body = self.ask(path)
            took = 1000 * (time.perf_counter() - asked_at)
            used += self.cpu() - cpu
            if status != HTTPStatus.OK:
                raise RuntimeError(path, status, body[:500])
            taken.append(took)
            slowest[label] = max(slowest[label], took)
            if len(taken) >= most or (len(taken) >= FEWEST and time.perf_counter() - began > seconds):
                break
        worst = sorted(slowest.items(), key=lambda item: -item[1])[:3]
        note = ", ".join(f"{label} {took:.0f} ms" for label, took in worst)
        return Result.of(measure, taken, 1000 * used / len(taken), note)


def measure_reads(client: Client, dataset: Dataset, quick: int) -> Iterator[Result]:
    """Take the measures of reading."""
    asked = Asked(dataset)
    # So that the worker has imported and compiled what it needs.
    for path, _ in (next(asked.pages()), next(asked.facets()), next(asked.searches())):
        client.ask(path)
    yield client.timed(PAGES, asked.pages(), 300 // quick)
    yield measure_depth(client)
    yield client.timed(FACETS, asked.facets(), 60 // quick)
    yield client.timed(SEARCH, asked.searches(), 100 // quick)
    yield client.timed(COMPARE, narrow_enough(client, asked), 40 // quick)


def narrow_enough(client: Client, asked: Asked) -> Iterator[tuple[str, str]]:
    """Give comparisons of as many figures as may be compared; what is too wide is not timed."""
    for narrower in asked.comparisons():
        for path in narrower:
            status, body = client.ask(path)
            if status == HTTPStatus.OK:
                view = json.loads(body)
                cells = [
                    cell for family in view["families"] for row in family["rows"] for cell in row["cells"]
                ]
                figures = sum(len(cell["deadlines"]) for cell in cells)
                yield path, f"{figures:,} of {view['choices']['all']:,} figures"
                break


def measure_depth(client: Client) -> Result:
    """Compare page 1,000, or the last one, with the first."""
    cursor, page = "", 1
    address = f"/api/v1/deadlines?sort=due_on&limit={DEEP}"
    # Cursors do not depend on the length of pages, so a long one leads over twenty of fifty.
    while page + DEEP // PAGE <= DEEP:
        following = json.loads(client.ask(address + (f"&cursor={cursor}" if cursor else ""))[1])["next"]
        if following is None:
            break
        cursor, page = following, page + DEEP // PAGE
    times: dict[bool, list[float]] = {False: [], True: []}
    for number in range(40):
        deep = bool(number % 2)
        path = f"/api/v1/deadlines?sort=due_on&limit={PAGE}" + (
            f"&cursor={cursor}" if deep and cursor else ""
        )
        began = time.perf_counter()
        client.ask(path)
        times[deep].append(1000 * (time.perf_counter() - began))
    first, last = (sorted(taken)[len(taken) // 2] for taken in (times[False], times[True]))
    return Result(
        FIRST,
        last / first,
        last / first,
        len(times[True]),
        None,
        f"page 1 {first:.1f} ms, page {page} {last:.1f} ms",
    )


def measure_writes(client: Client, db: Database, dataset: Dataset) -> Result:
    """Let one who may publish write plans of twenty targets by the API, always so many that a p95 is none of a few."""
    headers = bearer(db, Role.REVIEWER, TokenScope.PUBLISH)
    taken = []
    cpu = client.cpu()
    for number in range(WRITTEN):
        body = json.dumps(dataset.plan(dataset.plans + number)).encode()
        began = time.perf_counter()
        status, answer = client.ask(
            "/api/v1/plans", method="POST", body=body, **{"Content-Type": "application/json", **headers}
        )
        taken.append(1000 * (time.perf_counter() - began))
        if status != HTTPStatus.CREATED:
            raise RuntimeError(status, answer[:500])
    return Result.of(WRITE, taken, 1000 * (client.cpu() - cpu) / len(taken), f"{PER_PLAN} targets each")


def measure_load(db: Database, dataset: Dataset, quick: int, *, index: bool) -> Result:
    """Load plans through the schema and the service, all at once, beside what is there already.

    Without the index they are loaded as a first load does, which fills it when everything is there.
    """
    first = dataset.plans + (1000 if index else 2000)
    seeds = [dataset.plan(number) for number in range(first, first + LOADED // quick // PER_PLAN)]
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    with db.write() as session:
        by = Change("seed", "benchmark", None, datetime.now(UTC))
        plans = [validate(PlanIn, seed) for seed in seeds]
        decisions = decide(WRITERS["plan"], Refs.of(session), {}, plans, by)
        apply(session, WRITERS["plan"], decisions, by, index=index)
    targets = len(seeds) * PER_PLAN
    rate = targets / (time.perf_counter() - began)
    by_cpu = targets / (time.process_time() - cpu)
    return Result(LOAD if index else BARE, rate, rate, targets, None, f"{by_cpu:,.0f} a CPU second")


def measure_csv(client: Client, process: subprocess.Popen[str], narrowed: str) -> Iterator[Result]:
    """Take all dated figures along as CSV, and watch the worker's memory meanwhile."""
    held = [memory(process)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            held.append(memory(process))

    thread = threading.Thread(target=watch)
    thread.start()
    began, cpu = time.perf_counter(), client.cpu()
    try:
        status, body = client.ask(f"/api/v1/deadlines.csv{narrowed}")
    finally:
        over.set()
        thread.join()
    took, used = time.perf_counter() - began, client.cpu() - cpu
    if status != HTTPStatus.OK:
        raise RuntimeError(status, body[:500])
    rows = body.count(b"\r\n") - 1
    of = f" of {narrowed[1:]}" if narrowed else ""
    yield Result(
        CSV, rows / took, rows / took, rows, None, f"{rows:,} rows{of}, {rows / used:,.0f} a CPU second"
    )
    yield Result(CSV_MEMORY, max(held) - held[0], max(held) - held[0], 1, None, f"from {held[0]:.0f} MB")


def measure_all(
    made: Made, dataset: Dataset, dialect: str, quick: int, narrowed: str
) -> Generator[Result, None, None]:
    """Take every measure on one engine at one size, and tell each as soon as it is known."""
    with made.copy(dataset, dialect) as url:
        with running([sys.executable, "-m", "benchmarks.worker", url]) as process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            port = int(process.stdout.readline())

            def cpu() -> float:
                return processor_seconds(process.pid) + made.server_seconds()

            client = Client(port, cpu)
            yield from measure_reads(client, dataset, quick)
            yield from measure_csv(client, process, narrowed)
            with opened(url) as db:
                # Reading a whole file takes longer than the server keeps a connection that is not used.
                yield measure_writes(Client(port, cpu), db, dataset)
        with opened(url) as db:
            yield measure_load(db, dataset, quick, index=True)
            yield measure_load(db, dataset, quick, index=False)


def main() -> None:
    """Take the measures that are asked for, and print them as they come and as tables at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="numbers of targets")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="this engine only")
    parser.add_argument(
        "--folder", type=Path, help="where the databases that are made are kept for the next run"
    )
    parser.add_argument("--quick", type=int, default=1, help="take each measure so many times less often")
    parser.add_argument("--narrowed", default="", help="which part of the figures is taken as CSV: ?topic=ai")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.gettempdir()) / "mubiao-growth"
    made = Made(folder)
    results: dict[tuple[str, int], list[Result]] = {}
    try:
        print(described())
        for size in given.sizes:
            dataset = Dataset(size)
            for engine in given.engine or ENGINES:
                print(f"\n{engine}, {dataset.targets:,} targets", flush=True)
                found = results[engine, dataset.targets] = []
                # Closed whatever happens, so that the worker ends before what it reads is removed.
                with closing(measure_all(made, dataset, engine, given.quick, given.narrowed)) as taken:
                    for result in taken:
                        found.append(result)
                        print(f"  {result.line()}", flush=True)
    finally:
        made.close()
    print_tables(results, MEASURES)


if __name__ == "__main__":
    main()
