"""The files of `app/static` as they are served: kept in memory, named with their hash so that they may be kept.

What the files say is theirs; nothing is built, but the sheets of every page are sent as one.
"""

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from app.domain.errors import NotFoundError
from app.resources import resource
from app.web.encoding import IDENTITY, VARY, chosen, pack, worth_packing

router = APIRouter(include_in_schema=False)

COMMON_SHEET = "common.css"
"""The sheets of every page, one after the other: a request instead of four."""
COMMON_SHEETS = ("mubiao.css", "frame.css", "parts.css", "lists.css")

# A script that is imported imports none itself: its hash is that of what stands in its file.
_IMPORT = re.compile(rb'from "\./([a-z-]+\.js)"')
_A_YEAR = "public, max-age=31536000, immutable"
_ASK = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    content: bytes
    media_type: str
    digest: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Read all files once, by their path in the folder."""
    folder = resource("static")
    found = {
        path.relative_to(folder).as_posix(): _asset(path.name, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    found |= {
        name: _asset(name, _IMPORT.sub(lambda match: _hashed(match, found), asset.content))
        for name, asset in found.items()
        if name.endswith(".js")
    }
    together = b"\n".join(found[name].content for name in COMMON_SHEETS)
    return found | {COMMON_SHEET: _asset(COMMON_SHEET, together)}


def static(name: str) -> str:
    """Give the address of a file, with its hash; raises KeyError for a file that is not there."""
    return f"/static/{name}?v={assets()[name].digest}"


@lru_cache(maxsize=256)
def packed(name: str, encoding: bytes) -> bytes:
    """Pack a file as small as it gets, once; raises KeyError for a file or an encoding that is not there."""
    return pack(encoding, assets()[name].content, thoroughly=True)


@router.get("/static/{name:path}")
def get_asset(
    name: str,
    v: Annotated[str | None, Query(max_length=64)] = None,
    accept_encoding: Annotated[list[str] | None, Header()] = None,
) -> Response:
    """Serve a file: for a year under its hash, else to be asked for again."""
    asset = assets().get(name)
    if asset is None:
        raise NotFoundError("not_found", given=name[:80])
    headers = {"Cache-Control": _A_YEAR if v == asset.digest else _ASK}
    content, media_type = asset.content, asset.media_type
    if worth_packing([(b"content-type", media_type.encode())], len(content)):
        headers["Vary"] = VARY[1].decode()
        encoding = chosen(", ".join(accept_encoding or ()).encode())
        if encoding != IDENTITY:
            content = packed(name, encoding)
            headers["Content-Encoding"] = encoding.decode()
    return Response(content, media_type=media_type, headers=headers)


def _hashed(match: re.Match[bytes], found: Mapping[str, Asset]) -> bytes:
    """Let a script import another under its hash, so that it is never run with an older one."""
    return b'from "./%b?v=%b"' % (match[1], found[match[1].decode()].digest.encode())


def _asset(name: str, content: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, media_type, hashlib.sha256(content).hexdigest()[:12])
