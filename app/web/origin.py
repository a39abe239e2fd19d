"""What keeps other sites from acting in a reader's name: a change is taken from our own pages alone (CSRF).

It holds for every page that a cookie reaches; the API takes no cookies, a token cannot be sent by another site. What
assistants ask changes nothing, yet a page whose name was bent to this machine must not reach it (DNS rebinding).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request

from app.domain.errors import ForbiddenError
from app.web.handlers import answer_problems
from app.web.headers import MCP, SAFE, is_admin

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# "none": the reader did it himself, by a bookmark or by loading a page again.
_OURS: Final = frozenset({"same-origin", "none"})
# Names that nobody can bend to another machine: programs on the reader's own.
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class OriginGuard:
    """The ASGI application around the routes that looks where a change comes from."""

    def __init__(self, app: App, public_url: str | None) -> None:
        """Guard an application that readers reach at `public_url`, or wherever they asked for it."""
        self.app = app
        self._public = _origin(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a change that another site asks for; let everything else through."""
        if scope["type"] == "http" and scope["method"] not in SAFE:
            request, path = Request(scope), scope["path"]
            if (is_admin(path) and not self._is_ours(request)) or (
                path == MCP and not self._may_ask(request)
            ):
                error = ForbiddenError("cross_site")
                answer = answer_problems(request, error.status, error.problems)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _is_ours(self, request: Request) -> bool:
        """Believe what the browser says of itself; an older one names the origin; who says nothing is refused."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in _OURS
        origin = request.headers.get("origin")
        if origin is None:
            return False
        asked = f"{request.url.scheme}://{request.headers.get('host', '')}"
        return _origin(origin) in {self._public, _origin(asked)} - {None}

    def _may_ask(self, request: Request) -> bool:
        """Let in whoever is no browser, our own pages, and pages of the reader's own machine; whatever Host says."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        known = _origin(origin)
        return known is not None and (known == self._public or urlsplit(known).hostname in _HERE)


def _origin(url: str) -> str | None:
    """Give scheme, host and port of an address, the scheme's own port left out; None if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or usual}"
