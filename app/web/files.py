"""Answers that are files to keep: written before the first byte leaves, named, sent from memory or from disk.

What stands in them is `exchange`'s business; what is sent while it is written is in `streams`.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from anyio.to_thread import run_sync
from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

IN_MEMORY: Final = 2**20
"""Up to this many bytes a file is an answer like any other, which is kept and compressed."""
_BLOCK: Final = 256 * 2**10
# From one byte to another or to the end, or the last so many bytes.
_PART: Final = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-(?P<end>\d{1,18}))")


def file_answer(write: Callable[[IO[bytes]], None], headers: Mapping[str, str], media_type: str) -> Response:
    """Answer with what `write` writes; what it raises is answered as an error, since nothing has been sent yet.

    The database is done with by then: a slow reader holds a file on disk, not a connection.
    """
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed here or, once it is sent, by the answer
    try:
        write(file)
        size = file.tell()
        file.seek(0)
        if size > IN_MEMORY:
            return FileResponse(file, size, dict(headers), media_type)
        content = file.read()
    except BaseException:
        file.close()
        raise
    file.close()
    return Response(content, 200, dict(headers), media_type)


def stored_answer(path: Path, name: str, media_type: str, link: str) -> Response:
    """Answer with a file on disk, opened at once, so that it may be removed before a slow reader has it all.

    Plain text is shown by browsers, all else is saved.
    """
    kind = "inline" if media_type.startswith("text/plain") else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{name}"', "Link": link}
    file = path.open("rb")
    try:
        size = os.fstat(file.fileno()).st_size
        if size > IN_MEMORY:
            return FileResponse(file, size, headers, media_type)
        content = file.read()
    except BaseException:
        file.close()
        raise
    file.close()
    return Response(content, 200, headers, media_type)


class FileResponse(Response):
    """The answer that sends an open file, or the part of it that is asked for, and closes it.

    Parts are given where the file has a tag of its own, by which a reader knows that the rest is of the same file.
    """

    def __init__(self, file: IO[bytes], size: int, headers: dict[str, str], media_type: str) -> None:
        """Take a file of this size, at its beginning."""
        super().__init__(None, 200, {**headers, "Content-Length": str(size)}, media_type)
        self._file = file
        self._size = size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send the file block by block: 206 for a part, 416 where there is none (RFC 9110, 14)."""
        try:
            left = self._choose_part(Headers(scope=scope))
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            while left and (block := await run_sync(self._file.read, min(_BLOCK, left))):
                left -= len(block)
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()

    def _choose_part(self, asked: Headers) -> int:
        """Go to where the part begins that is asked for; give how many bytes it has."""
        tag, size = self.headers.get("etag"), self._size
        if tag is None:
            return size
        self.headers["Accept-Ranges"] = "bytes"
        found = _PART.fullmatch(asked.get("range", ""))
        # Of a file that has changed since, the whole is sent; so it is for several parts, and what is not understood.
        if found is None or asked.get("if-range", tag) != tag:
            return size
        first, last = found["first"], found["last"]
        start = int(first) if first else max(size - int(found["end"]), 0)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return size
        if start >= size:
            self.status_code = 416
            self.headers.update({"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return 0
        self.status_code = 206
        part = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
        self.headers.update(part)
        self._file.seek(start)
        return end - start
