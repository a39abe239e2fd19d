"""Answers that are written and sent at the same time: a file on disk grows, and the sender follows behind it.

What stands in them is `exchange`'s business; files that are whole before they are sent are in `files`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Final

from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from app.web.files import IN_MEMORY

_BLOCK: Final = 256 * 2**10


def streamed_answer(
    request: Request, blocks: Iterable[bytes], headers: Mapping[str, str], media_type: str
) -> Response:
    """Answer with blocks: up to IN_MEMORY an answer like any other, more of them as they are written.

    What is raised within the first IN_MEMORY bytes is answered as an error. The read session goes over to the
    answer where that goes on writing after the route has returned.
    """
    coming = iter(blocks)
    begun: list[bytes] = []
    size = 0
    for block in coming:
        begun.append(block)
        size += len(block)
        if size > IN_MEMORY:
            lease = request.state.lent.pop_all()
            return StreamedResponse(chain(begun, coming), lease, headers, media_type)
    return Response(b"".join(begun), 200, dict(headers), media_type)


class StreamedResponse(Response):
    """The answer that writes blocks into a file, from the thread that reads the database, and sends what is there.

    The session is given back as soon as all is written, however slowly the reader takes it. An answer that is not
    whole is never ended: the server breaks the connection, by which the reader knows.
    """

    def __init__(
        self, blocks: Iterator[bytes], lease: AsyncExitStack, headers: Mapping[str, str], media_type: str
    ) -> None:
        """Take what is to be written, and what is to be closed once it is."""
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        # Without a body there is no length: the server sends chunks, the last of which says that it is the last.
        self.init_headers(dict(headers))
        self._blocks = blocks
        self._lease = lease
        self._lock = threading.Lock()
        self._wanted = True
        self._whole = False
        self._gone = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write and send until all is sent, the reader is gone, or something fails, which is raised."""
        with TemporaryFile(buffering=0) as file:
            grown = asyncio.Event()
            sending = asyncio.create_task(self._send(file, grown, scope, send))
            leaving = asyncio.create_task(self._watch(receive))
            loop = asyncio.get_running_loop()
            try:
                async with self._lease:
                    await run_sync(self._write, file, lambda: loop.call_soon_threadsafe(grown.set))
                if not self._gone:
                    await sending
            finally:
                self._wanted = False
                sending.cancel()
                leaving.cancel()
                await asyncio.gather(sending, leaving, return_exceptions=True)

    def _write(self, file: IO[bytes], tell: Callable[[], object]) -> None:
        """Write all blocks, and stop between two of them when nobody wants more."""
        for block in self._blocks:
            if not self._wanted:
                return
            with self._lock:
                file.seek(0, 2)
                file.write(block)
            tell()
        self._whole = True
        tell()

    async def _send(self, file: IO[bytes], grown: asyncio.Event, scope: Scope, send: Send) -> None:
        """Send what is written, as long as the reader wants it, and then the end."""
        sent = 0
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            # The middleware says when it has answered that nothing has changed, or that only the head was asked for.
            while scope["state"].get("body_wanted", True):
                grown.clear()
                # Asked for before the reading: what is written after it is not lost.
                whole = self._whole
                block = await run_sync(self._read, file, sent)
                sent += len(block)
                if block:
                    await send({"type": "http.response.body", "body": block, "more_body": True})
                elif whole:
                    break
                else:
                    await grown.wait()
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._wanted = False

    def _read(self, file: IO[bytes], start: int) -> bytes:
        with self._lock:
            file.seek(start)
            return file.read(_BLOCK)

    async def _watch(self, receive: Receive) -> None:
        """Wait until the reader goes away; what is under way for nobody then ends."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._wanted = False
