"""The headers that every answer carries, whatever made it: security, and open reading of the API.

Tags and what may be kept are the business of `middleware` and `kept`.
"""

import re
from collections.abc import Iterable
from typing import Final

Header = tuple[bytes, bytes]

SECURITY: Final[tuple[Header, ...]] = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
            b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# Pages behind a login: kept nowhere, found by no search engine, and their addresses, in which the secret of a link
# may stand, told to no other site. A form's Origin would be "null" under no-referrer.
ADMIN: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Anyone's script may read the API; neither a tag nor a count is among the headers that it sees by itself.
OPEN: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, X-Total-Count"),
)
# What a browser asks before a request that carries, say, If-None-Match; the answer holds for a day.
PREFLIGHT: Final[tuple[Header, ...]] = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
)
# The slash that an address lacks is added by the router, with whatever host the request named.
_ABSOLUTE = re.compile(rb"https?://[^/]*/*(?P<rest>.*)", re.DOTALL)
_LINK = re.compile(r"(/admin/link/)[^/?\s\"']+")
MCP: Final = "/mcp"
"""Where assistants ask, by POST alone: `web.mcp`."""
_ADMIN = re.compile(r"/(?:zh|en)/admin(?:/|\Z)")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


def completed(path: str, given: Iterable[Header], *more: Header) -> tuple[Header, ...]:
    """Add to an answer's headers those of `more` and of this module that it does not have yet.

    What a route says itself stays; names are in lower case, as ASGI has them.
    """
    kept = [_mended(header) for header in given]
    names = {name for name, _ in kept}
    for header in (*more, *(ADMIN if is_admin(path) else ()), *SECURITY, *(OPEN if is_api(path) else ())):
        if header[0] not in names:
            kept.append(header)
            names.add(header[0])
    return tuple(kept)


def options(path: str, methods: Iterable[str]) -> tuple[Header, ...]:
    """Give the headers of the answer to OPTIONS, which has no body; scripts elsewhere may read, whatever is allowed."""
    allow = (b"allow", ", ".join(sorted(methods)).encode())
    if not is_api(path):
        return completed(path, (allow,))
    asking = ((b"access-control-allow-methods", b"POST"),) if path == MCP else ()
    return completed(path, (allow,), *asking, *PREFLIGHT)


def is_admin(path: str) -> bool:
    """Say whether a path is one of those for people with an account; cookies reach no other."""
    return _ADMIN.match(path) is not None


def without_secrets(text: str) -> str:
    """Blot out the secrets of links in a line that is logged: whoever reads logs must not get in by them."""
    return _LINK.sub(r"\1…", text)


def is_api(path: str) -> bool:
    """Say whether a path is for programs: the API's, that of its documentation, or the assistants'."""
    return path in {"/api", MCP} or path.startswith("/api/")


def in_one_line(given: Iterable[Header], name: bytes) -> list[Header]:
    """Join the lines of a list whose words know no capitals (RFC 9110, 5.3), as if it had been sent in one."""
    headers = list(given)
    lines = [value for each, value in headers if each == name]
    rest = [header for header in headers if header[0] != name]
    return [*rest, (name, b", ".join(lines).lower())] if lines else rest


def _mended(header: Header) -> Header:
    """Say what a router does not know: who answers HEAD and OPTIONS, and under which address readers come."""
    name, value = header
    if name == b"allow":
        methods = {method.strip() for method in value.split(b",")}
        if b"GET" in methods:
            methods |= {b"HEAD", b"OPTIONS"}
        return name, b", ".join(sorted(methods))
    if name == b"location" and (absolute := _ABSOLUTE.fullmatch(value)):
        return name, b"/" + absolute["rest"]
    return header
