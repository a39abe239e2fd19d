"""Answers kept in memory as the bytes they are, and the tags by which a reader asks whether his copy still holds.

Nothing here knows the database or decides whether an answer may be kept: that is `middleware`.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.resources import resource
from app.web.headers import Header

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
# Scheme, host, path, query, encoding. Scheme and host are in it since an answer may name its own address.
Key = tuple[str, bytes, str, bytes, bytes]
# The dataset revision, the day in Shanghai, on which progress depends, and the file that the revision is of:
# a restored backup counts from a revision that the file before it may have had too.
Mark = tuple[int, date, str]

NO_BODY: Final[Message] = {"type": "http.response.body", "body": b""}

# Of a body no part goes with a 304; its length would be taken for the length of what is not there.
_OF_BODY: Final = frozenset({b"content-length", b"content-type", b"content-encoding", b"content-language"})
_TAG = re.compile(rb'(?:W/)?("[^"]*")')
# What an entry costs beside its bytes, about.
_OVERHEAD: Final = 2000
# One large answer must not push all others out.
_SHARE: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200 in the messages that send it, as it is and as "not modified"."""

    mark: Mark
    etag: bytes
    start: Message
    body: Message
    unchanged: Message
    size: int
    packable: bool

    @classmethod
    def of(
        cls, mark: Mark, etag: bytes, headers: tuple[Header, ...], body: bytes, *, packable: bool = False
    ) -> "Answer":
        """Build the messages; `headers` are complete, the tag among them, and Vary if it is `packable`."""
        return cls(
            mark=mark,
            etag=etag,
            start={"type": "http.response.start", "status": 200, "headers": headers},
            body={"type": "http.response.body", "body": body},
            unchanged=unchanged(headers),
            size=len(body) + sum(len(name) + len(value) for name, value in headers) + _OVERHEAD,
            packable=packable,
        )

    def packed(self, encoding: bytes, body: bytes) -> "Answer":
        """Build the same answer in an encoding, under the tag of that encoding."""
        etag = packed_tag(self.etag, encoding)
        length = str(len(body)).encode()
        headers = _replaced(self.start["headers"], {b"etag": etag, b"content-length": length})
        return Answer.of(self.mark, etag, (*headers, (b"content-encoding", encoding)), body)

    def packed_unchanged(self, encoding: bytes) -> Message:
        """Make the start of the 304 that stands for the answer in an encoding, without packing it."""
        etag = packed_tag(self.etag, encoding)
        return {**self.unchanged, "headers": _replaced(self.unchanged["headers"], {b"etag": etag})}


class KeptAnswers:
    """The answers used last, up to a number of bytes; safe to share between threads."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` bytes."""
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return self._size

    def get(self, key: Key, mark: Mark) -> Answer | None:
        """Return the answer kept for this request under exactly this mark."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or answer.mark != mark:
                return None
            self._answers.move_to_end(key)
            return answer

    def put(self, key: Key, answer: Answer) -> bool:
        """Keep an answer in the place of an earlier one, and let go of what was not used for longest.

        False if it is too large to be kept.
        """
        size = _weight(key, answer)
        if size * _SHARE > self._limit:
            return False
        with self._lock:
            earlier = self._answers.pop(key, None)
            if earlier is not None:
                self._size -= _weight(key, earlier)
            self._answers[key] = answer
            self._size += size
            while self._size > self._limit:
                self._size -= _weight(*self._answers.popitem(last=False))
        return True


def entity_tag(version: int, mark: Mark, code: str) -> bytes:
    """Write the tag `"version.revision.day.code"`; a list's version is 0, the file's mark follows the code."""
    revision, day, file = mark
    return f'"{version}.{revision}.{day.isoformat()}.{code}{file}"'.encode()


def packed_tag(etag: bytes, encoding: bytes) -> bytes:
    """Write the tag of an answer in an encoding, `"….code-br"`: other bytes have another tag (RFC 9110, 8.8.3)."""
    return etag[:-1] + b"-" + encoding + b'"'


def matches(condition: bytes, etag: bytes) -> bool:
    """Say whether an If-None-Match names this tag: `*`, or a list that holds it, weak or strong."""
    if condition == etag:
        return True
    return condition.strip() == b"*" or etag in _TAG.findall(condition)


def unchanged(headers: tuple[Header, ...]) -> Message:
    """Make the start of a 304 from the headers of the answer that it stands for."""
    return {
        "type": "http.response.start",
        "status": 304,
        "headers": tuple(header for header in headers if header[0] not in _OF_BODY),
    }


def _replaced(headers: tuple[Header, ...], values: dict[bytes, bytes]) -> tuple[Header, ...]:
    """Give headers with other values for some of their names."""
    return tuple((name, values.get(name, value)) for name, value in headers)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Name what makes answers of the data: code, templates, catalogues and static files, in 12 characters."""
    digest = hashlib.sha256(__version__.encode())
    for folder in (Path(__file__).parents[1], resource("templates")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _weight(key: Key, answer: Answer) -> int:
    """Count the bytes of an answer and of the address it is kept for."""
    return answer.size + sum(len(part) for part in key)
