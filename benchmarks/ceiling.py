"""The ceiling: bare FastAPI routes that return bytes known beforehand, on a free port.

Nothing of Mubiao is here; what is measured against it is in `bench`.
"""

import json
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response


def route(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    """Make a route that answers with these bytes."""

    async def answer() -> Response:
        return Response(content, media_type=media_type)

    return answer


def main() -> None:
    """Serve what standard input lists as `{path: [file, media type]}`, and print the port."""
    app = FastAPI(openapi_url=None)
    for path, (file, media_type) in json.load(sys.stdin).items():
        app.get(path)(route(Path(file).read_bytes(), media_type))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    # As `app.serve` sets the server.
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)).run(
        [listening]
    )


if __name__ == "__main__":
    main()
