"""No reader is given what is older than his request: with saves going on, four processes, on both engines.

What a single request gets is in `test_middleware`.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.store.session import Database
from app.web.middleware import WebMiddleware
from app.web.revision import ReadAtOnce, SharedRead
from tests.test_middleware import application, write


def test_readers_who_wait_share_one_read() -> None:
    """Those who come during a read share the next one, since the present one may have begun too early."""
    reads: list[int] = []
    go = threading.Event()

    def read() -> int:
        reads.append(len(reads))
        go.wait(5)
        return reads[-1]

    async def ask() -> list[int]:
        shared = SharedRead(read)
        first = asyncio.create_task(shared())
        while not reads:  # noqa: ASYNC110 - the event is another thread's
            await asyncio.sleep(0.001)
        later = [asyncio.create_task(shared()) for _ in range(10)]
        await asyncio.sleep(0.01)
        later.pop().cancel()
        go.set()
        return await asyncio.gather(first, *later)

    assert asyncio.run(ask()) == [0] + [1] * 9


def test_nobody_waits_for_a_read_without_end() -> None:
    """A database that says nothing at all is given up; once it speaks again, all is as before."""
    speaks = threading.Event()

    def read() -> int:
        speaks.wait(5)
        return 7

    async def ask() -> int:
        shared = partial(SharedRead(read), 0.02)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await shared()
        speaks.set()
        await asyncio.sleep(0.01)
        return await shared()

    assert asyncio.run(ask()) == 7


def test_a_read_at_once_serves_only_those_who_were_there() -> None:
    """Ten requests that wait for their turn share a read; one that comes after it has another."""
    reads = iter(range(100))

    async def ask() -> tuple[list[int], list[int]]:
        read = ReadAtOnce(lambda: next(reads))
        late: list[asyncio.Task[int]] = []

        async def request() -> int:
            value = read()
            late.append(asyncio.create_task(after()))
            return value

        async def after() -> int:
            return read()

        first = await asyncio.gather(*(request() for _ in range(10)))
        return first, await asyncio.gather(*late)

    assert asyncio.run(ask()) == ([0] * 10, [1] * 10)


def answered_together(db: Database, status: int) -> tuple[int, list[int]]:
    """Let ten readers ask for the same at once; give how often it was made, and what they got."""
    made = 0

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        nonlocal made
        made += 1
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    async def ask(app: WebMiddleware) -> int:
        got: list[Any] = []

        async def send(message: Any) -> None:
            got.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/",
            "query_string": b"",
            "headers": [],
        }
        await app(scope, no_body, send)
        return int(got[0]["status"])

    async def no_body() -> Any:
        return {"type": "http.request", "body": b""}

    async def everyone() -> list[int]:
        app = WebMiddleware(slow, db)
        return await asyncio.gather(*(ask(app) for _ in range(10)))

    got = asyncio.run(everyone())
    return made, got


def test_readers_of_the_same_wait_for_one_answer(db: Database) -> None:
    """After a save an address that many read is rendered once."""
    made, got = answered_together(db, 200)
    assert (made, got) == (1, [200] * 10)


def test_an_answer_that_is_not_kept_is_made_for_each(db: Database) -> None:
    """Those who waited for another reader's answer in vain get their own."""
    made, got = answered_together(db, 404)
    assert (made, got) == (10, [404] * 10)


def serve(url: str, processes: int) -> None:
    """Serve the small application in so many processes, each on a free port of its own, and say which."""
    # What they run is loaded once; a database is opened by each for itself.
    while processes > 1 and os.fork():
        processes -= 1
    listening = socket.create_server(("127.0.0.1", 0))
    os.write(1, f"{listening.getsockname()[1]}\n".encode())
    db = Database(url)
    app: Any = WebMiddleware(application(db), db)
    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run([listening])


@contextmanager
def workers(url: str, processes: int) -> Iterator[list[int]]:
    """Run `serve` apart from this process and give the ports."""
    with subprocess.Popen(
        [sys.executable, "-c", f"from tests.test_staleness import serve; serve({url!r}, {processes})"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield [int(process.stdout.readline()) for _ in range(processes)]
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_no_reader_sees_what_was_before_a_save_that_had_returned(db: Database) -> None:
    """Four server processes that share nothing but the database, eight readers and a writer: nobody gets what is old.

    It takes two seconds, and goes on where others use the processors until every reader saw five saves arrive.
    """
    write(db, 1)
    url = db.engine.url.render_as_string(hide_password=False) if db.path is None else f"sqlite:///{db.path}"
    saved, stale, answers = [1], [], []
    news = [0] * 8
    end = threading.Event()

    def watch(place: int, port: int) -> None:
        conditional = place % 2 == 0
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        tag, number = "", 0
        while not end.is_set():
            floor = saved[0]
            connection.request("GET", "/api/v1/number", headers={"If-None-Match": tag} if conditional else {})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 200:
                news[place] += int(body) > number
                tag, number = answer.headers["etag"], int(body)
            answers.append(answer.status)
            if answer.status not in {200, 304} or number < floor:
                stale.append((answer.status, number, floor))
        connection.close()

    def enough() -> bool:
        return saved[0] > 20 and min(news) >= 5 and set(answers) >= {200, 304}

    with workers(url, 4) as ports:
        readers = [
            # Two to each process, of whom one asks whether his copy still holds.
            threading.Thread(target=watch, args=[place, ports[place // 2]])
            for place in range(len(news))
        ]
        for reader in readers:
            reader.start()
        # Pauses of all lengths, so that saves fall into renders as well as between kept answers.
        began = time.monotonic()
        try:
            while (passed := time.monotonic() - began) < 2 or (passed < 60 and not enough()):
                write(db, saved[0] + 1)
                saved[0] += 1
                time.sleep((saved[0] % 7) / 200)
        finally:
            end.set()
            for reader in readers:
                reader.join()
    assert stale == []
    assert set(answers) == {200, 304}
    assert enough(), (saved, news)
