"""What is refused before any route: queries too long to mean anything, and bytes that are no text.

Which parameters a route knows is said by the routes.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from fastapi import Request

from app.domain.errors import DomainError
from app.web.handlers import answer_problems

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_QUERY: Final = 4096


class QueryTooLongError(DomainError):
    """A query of more bytes than MAX_QUERY."""

    status = 414


class BadTextError(DomainError):
    """A path or query whose bytes are not UTF-8, or hold a NUL, which no database takes."""

    status = 400


class QueryGuard:
    """The ASGI application around the routes that reads the raw path and query."""

    def __init__(self, app: App) -> None:
        """Guard an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is no text; let everything else through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            check(scope.get("raw_path") or scope["path"].encode(), scope["query_string"])
        except DomainError as error:
            # Nothing of the request itself is repeated: it is not known to be text.
            shown = {**scope, "query_string": b""}
            answer = answer_problems(Request(shown), error.status, error.problems)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def check(path: bytes, query: bytes) -> None:
    """Refuse a query too long, and bytes that are no text; raises QueryTooLongError, BadTextError."""
    if len(query) > MAX_QUERY:
        raise QueryTooLongError("query_too_long", "", given=len(query), max=MAX_QUERY)
    for place, raw in (("path", path), ("query", query)):
        text = unquote_to_bytes(raw)
        if b"\x00" in text:
            raise BadTextError("bad_character", "", where=place)
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise BadTextError("bad_utf8", "", where=place) from error
