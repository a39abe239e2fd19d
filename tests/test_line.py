"""The event loop's own way to the dataset revision on PostgreSQL: nothing stale, and nobody left without an answer.

What many processes serve over it is in `test_staleness`, what readers are told when the server fails in `test_outages`.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count

import psycopg
import pytest
import uvloop
from sqlalchemy import text

from app.domain.errors import UnavailableError
from app.store.line import Line
from app.store.session import Database, migrations
from app.web.revision import LineRead, SharedRead
from tests.databases import Databases
from tests.rows import add_topic

# Reads the revision, and says it only after a while.
SLOW = "SELECT revision, pg_sleep({}) FROM dataset_revision"
PATIENCE = 5.0

Run = Callable[[Awaitable[None]], None]


@pytest.fixture
def db(databases: Databases) -> Iterator[Database]:
    """Lend a database of PostgreSQL that nobody else is connected to."""
    with databases.lend("postgresql", "migrated") as lent:
        yield lent


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run in the loop of the standard library, and in the one that serves; what never ends is ended."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield lambda work: runner.run(asyncio.wait_for(work, 30))


class Reading:
    """A `LineRead` in its running loop, with the number of reads in a thread and of lines that were opened."""

    def __init__(self, db: Database, statement: str | None, patience: float) -> None:
        self.db = db
        self.in_thread = 0
        self.lines = 0
        self.statement = statement
        self.read = LineRead(SharedRead(self._in_thread), self._open, patience)

    def _in_thread(self) -> int:
        self.in_thread += 1
        return self.db.revision()

    def _open(self) -> Line:
        self.lines += 1
        if self.statement is None:
            return self.db.open_line()
        return Line(self.db._watch.take(), self.statement, lambda row: int(row[0]))

    async def opened(self) -> None:
        """Read until a line has been opened."""
        before = self.lines
        while self.lines == before or self.read._line is None:
            await self.read()
            await asyncio.sleep(0.005)
        self.in_thread = 0


@asynccontextmanager
async def reading(
    db: Database, statement: str | None = None, patience: float = PATIENCE
) -> AsyncIterator[Reading]:
    """Read over a line that has been opened, by another statement if one is given."""
    made = Reading(db, statement, patience)
    async with made.read:
        await made.opened()
        yield made


def save(db: Database) -> None:
    """Make a public change."""
    with db.write() as session:
        session.info["public_change"] = True


def connections(db: Database) -> set[int]:
    """Ask the server who is connected to a database, by its own numbers."""
    url = db.engine.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", [db.engine.url.database]
        )
        return {pid for (pid,) in found}


def cut(db: Database) -> None:
    """End all connections from the server's side, and wait until they have ended."""
    url = db.engine.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [db.engine.url.database],
        )


def execute(db: Database, statement: str) -> None:
    """Run a statement and commit."""
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def set_version(db: Database, version: str | None) -> None:
    """Write another version of the tables, or none."""
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if version is not None:
            connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})


def test_a_save_is_seen_by_the_next_reader(db: Database, run: Run) -> None:
    """Each read over the line, which needs no thread, sees all that had been saved before it."""

    async def ask() -> None:
        async with reading(db) as made:
            for number in range(1, 6):
                await asyncio.to_thread(save, db)
                assert await made.read() == number
            assert (made.in_thread, made.lines) == (0, 1)

    run(ask())


def test_who_comes_while_it_is_asked_waits_for_the_next_answer(db: Database, run: Run) -> None:
    """An asking that began before a save may bring what is old: it is not for those who came after the save."""

    async def ask() -> None:
        async with reading(db, SLOW.format(0.3)) as made:
            first = [asyncio.create_task(made.read()) for _ in range(3)]
            await asyncio.sleep(0.1)
            await asyncio.to_thread(save, db)
            later = [asyncio.create_task(made.read()) for _ in range(3)]
            assert await asyncio.gather(*first, *later) == [0] * 3 + [1] * 3
            assert made.in_thread == 0

    run(ask())


def test_readers_who_wait_share_one_asking(db: Database, run: Run) -> None:
    """However many come together, the server is asked once; one that goes away takes nobody's answer along."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE SEQUENCE askings"))

    async def ask() -> None:
        async with reading(db, "SELECT nextval('askings')") as made:
            together = [asyncio.create_task(made.read()) for _ in range(50)]
            await asyncio.sleep(0)
            together.pop().cancel()
            assert await asyncio.gather(*together) == [1] * 49
            assert await made.read() == 2

    run(ask())


def test_a_line_that_is_cut_while_nothing_is_asked(db: Database, run: Run) -> None:
    """The next reader gets his answer as if nothing had been, and later ones have a line again."""

    async def ask() -> None:
        async with reading(db, patience=0.2) as made:
            await asyncio.to_thread(save, db)
            await asyncio.to_thread(cut, db)
            assert await made.read() == 1
            assert made.in_thread == 1
            await made.opened()
            assert await made.read() == 1
            assert (made.in_thread, made.lines) == (0, 2)

    run(ask())


def test_a_line_that_is_cut_while_it_is_asked(db: Database, run: Run) -> None:
    """Those who asked, and those who wait for the next asking, are answered by a thread."""

    async def ask() -> None:
        async with reading(db, SLOW.format(60)) as made:
            first = [asyncio.create_task(made.read()) for _ in range(3)]
            await asyncio.sleep(0.1)
            later = [asyncio.create_task(made.read()) for _ in range(3)]
            await asyncio.sleep(0)
            await asyncio.to_thread(save, db)
            await asyncio.to_thread(cut, db)
            assert await asyncio.gather(*first, *later) == [1] * 6

    run(ask())


def test_nobody_waits_for_an_answer_without_end(db: Database, run: Run) -> None:
    """A server that says nothing is given up after the time that is set; after that all is as before."""

    async def ask() -> None:
        async with reading(db, SLOW.format(60), patience=0.2) as made:
            with pytest.raises(TimeoutError):
                await made.read()
            made.statement = None
            assert await made.read() == 0
            await made.opened()
            assert await made.read() == 0
            assert made.in_thread == 0

    run(ask())


def test_what_a_line_cannot_tell_is_told_by_the_thread(db: Database, run: Run) -> None:
    """Tables of an unknown version, or none, give the reader the same code over a line as without."""

    async def ask() -> None:
        async with reading(db, patience=0.2) as made:
            for version, code in (("2999", "database_newer"), (None, "database_damaged")):
                await asyncio.to_thread(set_version, db, version)
                with pytest.raises(UnavailableError) as caught:
                    await made.read()
                assert caught.value.code == code
                await asyncio.to_thread(set_version, db, migrations()[-1])
                await made.opened()

    run(ask())


def test_a_statement_whose_columns_were_changed_is_prepared_anew(db: Database, run: Run) -> None:
    """What the server has prepared it refuses after a column has got another type."""

    async def ask() -> None:
        async with reading(db, patience=0.2) as made:
            await asyncio.to_thread(
                execute, db, "ALTER TABLE dataset_revision ALTER COLUMN revision TYPE numeric(20)"
            )
            assert await made.read() == 0
            await made.opened()
            assert await made.read() == 0
            assert (made.in_thread, made.lines) == (0, 2)

    run(ask())


def test_without_a_line_the_thread_goes_on_reading(
    db: Database, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """A statement that cannot be prepared is tried once in the time that is set, and the log says so."""

    async def ask() -> None:
        made = Reading(db, "SELECT nothing", PATIENCE)
        async with made.read:
            for _ in range(5):
                assert await made.read() == 0
                await asyncio.sleep(0.02)
        assert (made.in_thread, made.lines) == (5, 1)

    run(ask())
    assert [record.getMessage() for record in caplog.records] == [
        "the dataset revision is read in a thread: UndefinedColumn"
    ]


@pytest.mark.parametrize("when", ["opening", "open", "asking"])
def test_leaving_closes_the_line(db: Database, run: Run, when: str) -> None:
    """No connection is left behind, and who still waits is answered."""
    hold = threading.Event()

    class Held(Reading):
        def _open(self) -> Line:
            hold.wait(5)
            return super()._open()

    async def ask() -> None:
        made = Held(db, SLOW.format(0.5) if when == "asking" else None, PATIENCE)
        waiting = None
        async with made.read:
            if when == "opening":
                await made.read()
                asyncio.get_running_loop().call_later(0.05, hold.set)
            else:
                hold.set()
                await made.opened()
            if when == "asking":
                waiting = asyncio.create_task(made.read())
                await asyncio.sleep(0.05)
        if waiting is not None:
            assert await waiting == 0
        assert await made.read() == 0
        assert made.lines == 1

    run(ask())
    db.close()
    # The server notices what its client has left once it has nothing more to say.
    tries = count()
    while connections(db) and next(tries) < 200:
        time.sleep(0.05)
    assert connections(db) == set()


def test_another_loop_reads_in_a_thread(db: Database, run: Run) -> None:
    """A line belongs to the loop that it was opened in; readers elsewhere are served all the same."""

    async def ask() -> None:
        async with reading(db) as made:
            assert await asyncio.to_thread(asyncio.run, elsewhere(made)) == 0
            assert (made.in_thread, made.lines) == (1, 1)

    async def elsewhere(made: Reading) -> int:
        return await made.read()

    run(ask())


def test_a_saved_row_and_its_revision_come_together(db: Database, run: Run) -> None:
    """Who reads a revision over the line can read what it stands for."""

    async def ask() -> None:
        async with reading(db) as made:
            saving = asyncio.create_task(asyncio.to_thread(save_topics, db))
            while not saving.done():
                revision = await made.read()
                assert await asyncio.to_thread(count_of_topics, db) >= revision
            await saving
            assert await made.read() == 20

    run(ask())


def save_topics(db: Database) -> None:
    """Save twenty topics, one after the other."""
    for number in range(20):
        with db.write() as session:
            add_topic(session, f"a-{number}")
            session.info["public_change"] = True


def count_of_topics(db: Database) -> int:
    """Count the topics that are there."""
    with db.read() as session:
        return int(session.scalar(text("SELECT count(*) FROM topic")) or 0)
