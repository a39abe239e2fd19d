"""The tools over HTTP, at `/mcp`: one POST, one answer, nothing kept between two, so that any process may answer.

What other sites' pages may send is decided in `web.origin`; the protocol itself is the package's.
"""

import importlib.util
from collections.abc import Callable
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from app.domain.errors import DomainError
from app.web.api.requests import JSON, check_type
from app.web.bodies import read_body
from app.web.headers import MCP

MCP_BYTES: Final = 64 * 1024
"""How large a call may be: its arguments are a handful of words."""


class NotInstalledError(DomainError):
    """The optional package that speaks the protocol is not there."""

    status = 501


def check_installed() -> None:
    """Refuse to go on without the `mcp` package, before it is imported; raises NotInstalledError mcp_missing."""
    if importlib.util.find_spec("mcp") is None:
        raise NotInstalledError("mcp_missing")


class Endpoint:
    """The ASGI application at `/mcp`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the package answer one request; raises NotInstalledError, MediaTypeError, BodyTooLargeError."""
        check_installed()
        request = Request(scope, receive)
        check_type(request, JSON)
        body = await read_body(request, MCP_BYTES)
        state = request.app.state
        answer = getattr(state, "mcp", None)
        if answer is None:
            # Package and tools take a second and 30 MB: only processes that are asked pay for them, in a thread.
            answer = state.mcp = await run_in_threadpool(_prepare, state)
        await answer(scope, _given_back(body, receive), send)


def _prepare(state: Any) -> Callable[[Scope, Receive, Send], Any]:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415

    from app.web.mcp.calls import Library  # noqa: PLC0415
    from app.web.mcp.server import server_of  # noqa: PLC0415

    held = Library(state.database, state.past, state.readers, state.past_readers, state.settings.address)
    server = server_of(held)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # A manager belongs to the task that runs it; without sessions it is nothing but a task group.
        manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=MCP_BYTES
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    return answer


def _given_back(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


ROUTE: Final = Route(MCP, Endpoint(), methods=["POST"], name="mcp", include_in_schema=False)
