"""How long a past day takes to be read, and searched, for the first time, on generated data, on both databases.

`python -m benchmarks.asof 10000` takes so many targets, each with a deadline and two pieces of evidence.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.domain.schemas import SCHEMA_VERSION, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.serve import collect_less
from app.store.migrate import upgrade
from app.store.models import Revision, Target
from app.store.past import Past
from app.store.queries.found import search
from app.store.service import WRITERS, Change, upsert_plan
from app.store.session import Database
from benchmarks.dataset import Dataset
from benchmarks.growth import ENGINES
from benchmarks.laid import Made
from tests.builders import AT, deadline, evidence, make_metric, make_region, make_source, make_topic, plan
from tests.databases import opened

WANTED: Final = 2.0
PER_PLAN: Final = 10
SAVED: Final = 500
DAY: Final = date(2026, 11, 20)
LATE: Final = date(2026, 10, 20)
"""A day before the last changes of the whole dataset."""


def plans(targets: int) -> Iterator[PlanIn]:
    """Generate plans with ten targets each."""
    for number in range(targets // PER_PLAN):
        slug = f"zj-{number:06d}"
        words = [f"突破{1000 + number + place}亿元" for place in range(PER_PLAN)]
        yield validate(
            PlanIn,
            plan(
                slug,
                targets=[
                    {
                        "public_id": f"{slug}.t{place}",
                        "topic": "ai",
                        "metric": "revenue",
                        "qualifier": f"第{place}类企业",
                        "statement_zh": f"到2027年，第{place}类企业营业收入{said}。",
                        "statement_en": f"Revenue of enterprises of class {place} passes {1000 + number + place}.",
                        "deadlines": [
                            deadline(said, evidence=[evidence(said), evidence(said, paragraph="7")])
                        ],
                    }
                    for place, said in enumerate(words)
                ],
            ),
        )


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Run something; give the seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - clock, time.process_time() - processor


def record(session: Session, made: list[PlanIn]) -> None:
    """Write only the revisions of plans, which is all that a past day is read from."""
    writer = WRITERS["plan"]
    rows: list[dict[str, Any]] = [
        {
            "entity": "plan",
            "entity_key": one.slug,
            "version": 1,
            "action": "created",
            "door": "seed",
            "author": "bench",
            "at": AT,
            "schema_version": SCHEMA_VERSION,
            "applied": True,
            "state": EditorialState.PUBLISHED,
            "seed": writer.seed(one),
        }
        for one in made
    ]
    session.execute(insert(Revision), rows)


def prepare(db: Database, targets: int) -> tuple[float, float]:
    """Write a day's revisions, some through the service, and one later; give the seconds that those few took."""
    made = list(plans(max(targets, SAVED)))
    few, rest = made[: SAVED // PER_PLAN], made[SAVED // PER_PLAN :]
    by = Change("api", "bench", None, AT)
    with db.write() as session:
        for make in (make_region, make_topic, make_metric, make_source):
            make(session)
        times = timed(lambda: [upsert_plan(session, one, by) for one in few])
        record(session, rest)
    with db.write() as session:
        make_region(session, "320000", by=replace(by, at=datetime.now(UTC)))
    return times


def bench(folder: Path, targets: int) -> None:
    """Run everything and print it."""
    db = Database(f"sqlite:///{folder / 'live.sqlite3'}")
    upgrade(db)
    saved, saved_cpu = prepare(db, targets)
    collect_less()
    past = Past(db, at_once=10 * targets)

    def read(*, searched: bool = False) -> int:
        with past.read(DAY + timedelta(days=1), searched=searched) as session:
            return session.scalar(select(func.count()).select_from(Target)) or 0

    first, first_cpu = timed(read)
    again, _ = timed(read)
    searched, searched_cpu = timed(lambda: read(searched=True))
    print(f"targets                      {read():>10,}")
    print(
        f"through the service          {SAVED / saved:>10,.0f} targets/s, {SAVED / saved_cpu:,.0f} a CPU second"
    )
    print(
        f"laid                         {targets / first:>10,.0f} targets/s, {targets / first_cpu:,.0f} a CPU second"
    )
    print(f"laid / saved                 {(saved_cpu / SAVED) / (first_cpu / targets):>10.1f} times as fast")
    verdict = "pass" if first <= WANTED * targets / 10_000 else f"falls short of {WANTED} s at 10,000"
    print(f"a past day, the first time   {first:>10.2f} s, {first_cpu:.2f} s CPU  {verdict}")
    print(f"a past day, again            {again * 1000:>10.2f} ms")
    print(f"its first search, all anew   {searched:>10.2f} s, {searched_cpu:.2f} s CPU")
    past.close()
    db.close()


def bench_search(made: Made, dialect: str, targets: int) -> None:
    """Print how long the first text search of a day takes that nobody has read before, beside a whole live dataset."""
    with (
        made.copy(Dataset(targets), dialect) as url,
        opened(url) as db,
        closing(Past(db, at_once=10 * targets)) as past,
    ):

        def ask() -> None:
            with past.read(LATE, searched=True) as session:
                search(session, "机器人")

        # As a server does before its first answer: what made the data is none of its business.
        collect_less()
        server = made.server_seconds()
        took, cpu = timed(ask)
        cpu += made.server_seconds() - server
    verdict = "pass" if took <= WANTED * targets / 10_000 else f"falls short of {WANTED} s at 10,000"
    print(f"a first search, {dialect:<13}{took:>10.2f} s, {cpu:.2f} s CPU  {verdict}")


def main() -> None:
    """Read the number of targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", type=int, nargs="?", default=10_000)
    targets = parser.parse_args().targets
    with tempfile.TemporaryDirectory(prefix="mubiao-bench-") as folder:
        bench(Path(folder), targets)
        with closing(Made(Path(folder))) as made:
            for dialect in ENGINES:
                bench_search(made, dialect, targets)


if __name__ == "__main__":
    main()
