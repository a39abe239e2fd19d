"""Answers that are files to keep: written before the first byte leaves, named, sent from memory or from disk.

What stands in them is `exchange`'s business; what is sent while it is written is in `streams`.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from anyio.to_thread import run_sync
from fastapi import Response
from starlette.types import Receive, Scope, Send

IN_MEMORY: Final = 2**20
"""Up to this many bytes a file is an answer like any other, which is kept and compressed."""
_BLOCK: Final = 256 * 2**10


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
    """The answer that sends an open file and closes it."""

    def __init__(self, file: IO[bytes], size: int, headers: dict[str, str], media_type: str) -> None:
        """Take a file of this size, at its beginning."""
        super().__init__(None, 200, {**headers, "Content-Length": str(size)}, media_type)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send the file block by block."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while block := await run_sync(self._file.read, _BLOCK):
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()
