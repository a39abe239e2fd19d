"""The ceiling: bare FastAPI routes that return bytes known beforehand, on a free port; with `--raw` no FastAPI either.

Nothing of Mubiao is here; what is measured against it is in `bench`.
"""

import json
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response


def route(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    """Make a route that answers with these bytes."""

    async def answer() -> Response:
        return Response(content, media_type=media_type)

    return answer


def raw(answers: Mapping[str, tuple[bytes, str]]) -> Callable[..., Awaitable[None]]:
    """Make an ASGI application that does nothing but send these bytes."""
    messages = {
        path: (
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-length", str(len(content)).encode()),
                    (b"content-type", media_type.encode()),
                ],
            },
            {"type": "http.response.body", "body": content},
        )
        for path, (content, media_type) in answers.items()
    }

    async def answer(
        scope: Mapping[str, Any], _receive: object, send: Callable[[Mapping[str, Any]], Awaitable[None]]
    ) -> None:
        if scope["type"] == "http":
            for message in messages[scope["path"]]:
                await send(message)

    return answer


def main() -> None:
    """Serve what standard input lists as `{path: [file, media type]}`, and print the port."""
    given = json.load(sys.stdin).items()
    answers = {path: (Path(file).read_bytes(), media_type) for path, (file, media_type) in given}
    app: Any = FastAPI(openapi_url=None)
    if "--raw" in sys.argv:
        app = raw(answers)
    else:
        for path, (content, media_type) in answers.items():
            app.get(path)(route(content, media_type))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    # As `app.serve` sets the server.
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
