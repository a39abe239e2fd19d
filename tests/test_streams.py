"""Answers that are written while they are sent: when the first byte leaves, what is held meanwhile, how they break off.

What stands in the files is tested in `test_tables`, their addresses in `test_tables_api`.
"""

import asyncio
import http.client
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import insert
from starlette.types import Message, Scope

from app.store.models import Region
from app.store.session import Database
from app.web.files import IN_MEMORY
from app.web.streams import StreamedResponse, streamed_answer
from tests.raw_server import answering, serving

HEADERS = {"X-Total-Count": "3"}
COUNTIES = 1001


class Reader:
    """A reader as a server stands for him: what is sent to him, how fast he takes it, when he goes."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.closed = asyncio.Event()
        self.left = asyncio.Event()
        self.takes = asyncio.Event()
        self.takes.set()
        self.has_some = asyncio.Event()
        self.state: dict[str, Any] = {}

    @property
    def body(self) -> bytes:
        """Give what has come."""
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def ended(self) -> bool:
        """Say whether he was told that this is all."""
        bodies = [message for message in self.sent if message["type"] == "http.response.body"]
        return any(not message.get("more_body", False) for message in bodies)

    async def ask(self, blocks: Iterator[bytes]) -> None:
        """Be answered."""

        @asynccontextmanager
        async def lent() -> AsyncIterator[None]:
            try:
                yield
            finally:
                self.closed.set()

        lease = AsyncExitStack()
        await lease.enter_async_context(lent())
        scope: Scope = {"type": "http", "state": self.state}
        await StreamedResponse(blocks, lease, HEADERS, "text/csv")(scope, self._receive, self._send)

    async def _send(self, message: Message) -> None:
        await self.takes.wait()
        self.sent.append(message)
        if message.get("body"):
            self.has_some.set()

    async def _receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}


def test_the_first_byte_leaves_before_the_last_row_is_read() -> None:
    """What has been written is sent while the rest is still being read; the end says that it is the end."""

    async def run() -> None:
        reader, go_on = Reader(), threading.Event()

        def blocks() -> Iterator[bytes]:
            # By then the sender waits for something to send.
            assert not go_on.wait(0.2)
            yield b"first"
            assert go_on.wait(10)
            yield b"last"

        asking = asyncio.create_task(reader.ask(blocks()))
        await asyncio.wait_for(reader.has_some.wait(), 5)
        assert (reader.body, reader.ended) == (b"first", False)
        go_on.set()
        await asyncio.wait_for(asking, 10)
        assert (reader.body, reader.ended, reader.closed.is_set()) == (b"firstlast", True, True)
        assert [name for name, _ in reader.sent[0]["headers"]] == [b"x-total-count", b"content-type"]

    asyncio.run(run())


def test_a_slow_reader_holds_no_session() -> None:
    """The session is given back once all is written, while the reader has taken nothing yet."""

    async def run() -> None:
        reader = Reader()
        reader.takes.clear()
        asking = asyncio.create_task(reader.ask(iter([b"x" * 1000] * 3000)))
        await reader.closed.wait()
        assert reader.sent == []
        reader.takes.set()
        await asyncio.wait_for(asking, 10)
        assert (len(reader.body), reader.ended, reader.closed.is_set()) == (3_000_000, True, True)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_an_error_in_the_middle_is_no_end() -> None:
    """It is raised, and the reader is never told that what he has is all; the session is closed."""

    async def run() -> None:
        reader = Reader()

        def blocks() -> Iterator[bytes]:
            yield b"first"
            raise LookupError

        with pytest.raises(LookupError):
            await reader.ask(blocks())
        assert (reader.ended, reader.closed.is_set()) == (False, True)

    asyncio.run(run())


@pytest.mark.parametrize("why", ["left", "unwanted"])
def test_nothing_is_written_for_nobody(why: str) -> None:
    """When the reader goes away, or the middleware has said all there is to say, the reading ends soon."""

    async def run() -> int:
        reader, read = Reader(), 0
        loop = asyncio.get_running_loop()

        def blocks() -> Iterator[bytes]:
            nonlocal read
            for read in range(1, 1_000_000):
                yield b"x"
                if read == 10:
                    if why == "left":
                        loop.call_soon_threadsafe(reader.left.set)
                    else:
                        reader.state["body_wanted"] = False

        await asyncio.wait_for(reader.ask(blocks()), 10)
        assert (reader.ended, reader.closed.is_set()) == (why == "unwanted", True)
        return read

    assert asyncio.run(run()) < 900_000


def breaking(blocks: Callable[[], Iterator[bytes]]) -> FastAPI:
    """Make an application with one answer, whose session is nothing."""
    app = FastAPI()

    @app.get("/")
    def give(request: Request) -> Response:
        request.state.lent = AsyncExitStack()
        return streamed_answer(request, blocks(), HEADERS, "text/csv")

    return app


def test_a_reader_can_tell_a_broken_answer() -> None:
    """Over the wire: within the first bytes it is an error like any other, later a connection that breaks."""

    def blocks() -> Iterator[bytes]:
        yield b"x" * (2 * IN_MEMORY)
        raise LookupError

    with answering(breaking(blocks)) as server:
        with pytest.raises(http.client.IncompleteRead):
            server.ask("/")
        assert len(server.errors) == 1


def test_a_large_table_is_sent_whole_and_counted(db: Database) -> None:
    """By chunks, under the tag of all answers; HEAD and a tag that holds are answered without it; no session stays."""
    codes = [str(200000 + number) for number in range(COUNTIES)]
    names = {"name_zh": "县" * 1000, "name_en": "County", "short_zh": "县", "aliases": []}
    with db.write() as session:
        session.execute(
            insert(Region),
            [
                {"code": code, "slug": code, "level": "county", "updated_at": datetime.now(UTC), **names}
                for code in codes
            ],
        )
    with serving(db) as server:
        whole = server.ask("/api/v1/regions.ndjson")
        lines = [json.loads(line) for line in whole.body.splitlines()]
        assert [line["code"] for line in lines] == codes
        assert len(whole.body) > IN_MEMORY
        headers = whole.headers
        assert (headers["x-total-count"], headers["transfer-encoding"]) == (str(len(lines)), "chunked")
        assert "content-length" not in headers
        head = server.ask("/api/v1/regions.ndjson", "HEAD")
        assert (head.status, head.headers["etag"], head.body) == (200, headers["etag"], b"")
        again = server.ask("/api/v1/regions.ndjson", if_none_match=headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert server.errors == []
