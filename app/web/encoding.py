"""The encodings that answers are sent in: which one a reader takes, which answers are worth it, and the packing.

Where packed answers are kept is decided in `middleware`; static files are packed by `assets`.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import brotli
import zstandard

from app.web.headers import Header

IDENTITY: Final = b""
"""No encoding: the bytes as they are."""
SMALLEST: Final = 1024
"""An answer of fewer bytes fits a packet as it is."""
VARY: Final[Header] = (b"vary", b"Accept-Encoding")

# Of the kinds that answers have, those that are text; pictures and workbooks are packed already.
_TEXT: Final = re.compile(
    rb"(?:text/[^;]+|application/(?:[^;]+\+)?(?:json|xml)|application/(?:x-ndjson|javascript|x-bibtex)|image/svg\+xml)(?:;|\Z)"
)
_ELEMENT: Final = re.compile(rb"\s*([a-z0-9*-]+)\s*(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?")
# Longer headers are no browser's; the beginning is enough, and what is remembered stays small.
_MOST: Final = 256


def _gzip(body: bytes, level: int) -> bytes:
    # With the file's date left out, equal bodies give equal bytes.
    packer = zlib.compressobj(level, wbits=31)
    return packer.compress(body) + packer.flush()


_Pack = Callable[[bytes, int], bytes]
# In the order in which they are preferred where the reader has no preference: the smallest first.
_PACKS: Final[Mapping[bytes, _Pack]] = {
    b"br": lambda body, level: bytes(brotli.compress(body, quality=level)),
    b"zstd": lambda body, level: zstandard.ZstdCompressor(level=level).compress(body),
    b"gzip": _gzip,
}
_OTHER_NAMES: Final = {b"gzip": b"x-gzip"}
# Answers are packed while a reader waits, files of the program once for all.
_SWIFT: Final = {b"br": 5, b"zstd": 6, b"gzip": 6}
_THOROUGH: Final = {b"br": 11, b"zstd": 19, b"gzip": 9}


def chosen(accepted: bytes) -> bytes:
    """Choose an encoding by an Accept-Encoding header (RFC 9110, 12.5.3): the one with the highest weight.

    IDENTITY where the reader takes none of ours, or says that he likes the bytes as they are better.
    """
    return _chosen(accepted[:_MOST])


@lru_cache(maxsize=256)
def _chosen(accepted: bytes) -> bytes:
    weights: dict[bytes, float] = {}
    for element in accepted.lower().split(b","):
        read = _ELEMENT.fullmatch(element)
        if read:
            weights[read[1]] = float(read[2] or 1)
    others = weights.get(b"*", 0.0)
    best, highest = IDENTITY, weights.get(b"identity", 0.0)
    for name in _PACKS:
        weight = weights.get(name, weights.get(_OTHER_NAMES.get(name, name), others))
        # Between equals, packed is better than not, and an earlier one better than a later one.
        if weight > highest or (weight == highest > 0 and best == IDENTITY):
            best, highest = name, weight
    return best


def worth_packing(headers: Iterable[Header], size: int) -> bool:
    """Say whether an answer is text, large enough, and not packed by whoever made it."""
    if size < SMALLEST:
        return False
    named = dict(headers)
    return b"content-encoding" not in named and is_text(named.get(b"content-type", b""))


def is_text(media_type: bytes) -> bool:
    """Say whether a media type is one of text, which becomes much smaller."""
    return _TEXT.match(media_type) is not None


def pack(encoding: bytes, body: bytes, *, thoroughly: bool = False) -> bytes:
    """Pack a body; raises KeyError for an encoding that is not one of ours."""
    levels = _THOROUGH if thoroughly else _SWIFT
    return _PACKS[encoding](body, levels[encoding])
