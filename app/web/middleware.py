"""What stands between the server and the application: kept bytes, "not modified", HEAD, OPTIONS, common headers.

Each answer is made once, as it is; in the encodings that readers take it is packed once each, from what is kept.
It never serves what is older than the database at the moment a request arrived; what an answer says is the routes'.
"""

import asyncio
import logging
import re
from asyncio import Future
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.dates import shanghai_today
from app.domain.errors import UnavailableError
from app.store.session import Database
from app.web.encoding import IDENTITY, VARY, chosen, pack, worth_packing
from app.web.headers import SAFE, Header, completed, in_one_line, is_admin, options
from app.web.kept import (
    NO_BODY,
    Answer,
    KeptAnswers,
    Key,
    Mark,
    Message,
    Send,
    code_version,
    entity_tag,
    matches,
    packed_tag,
    unchanged,
)
from app.web.revision import LineRead, ReadAtOnce, SharedRead

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

KEPT_BYTES: Final = 64 * 2**20
PACKERS: Final = 2
"""How many threads pack answers: they are not the routes', which may all be waiting for the database."""

# Neither depends on the dataset revision: one says itself how long it holds, the other is for editors.
_APART = re.compile(r"/(?:static|(?:zh|en)/admin)(?:/|\Z)")
_OK: Final = 200
# With the first two an answer is not one for all readers of an address; with the third it has its tag.
_OWN: Final = frozenset({b"vary", b"set-cookie", b"etag"})

logger = logging.getLogger("mubiao")


@dataclass(slots=True)
class Asked:
    """What of a request decides how it is answered; `personal` ones are answered by who asks."""

    path: str
    head: bool
    tagged: bool  # whether its answers carry a tag at all
    personal: bool
    condition: bytes
    encoding: bytes  # the one that the reader likes best
    key: Key  # of the answer in that encoding
    day: date
    revision: int | None = None
    file: str = ""  # which SQLite file the revision is of

    @property
    def plain_key(self) -> Key:
        """The key of the answer as it is."""
        return (*self.key[:-1], IDENTITY)

    @property
    def mark(self) -> Mark | None:
        """What an answer that was made now would be made from."""
        return None if self.revision is None else (self.revision, self.day, self.file)


class WebMiddleware:
    """The outermost ASGI application; a route may leave `revision` and `entity_version` in `request.state`."""

    def __init__(
        self,
        app: App,
        database: Database,
        *,
        kept_bytes: int = KEPT_BYTES,
        today: Callable[[], date] = shanghai_today,
        methods: Callable[[str], Iterable[str]] = lambda _path: SAFE,
    ) -> None:
        """Wrap an application that reads this database; `methods` says which a path takes."""
        self.app = app
        self._database = database
        # An SQLite file answers in microseconds, a server after a journey.
        self._at_once = ReadAtOnce(database.revision) if database.dialect == "sqlite" else None
        self._by_line = LineRead(SharedRead(database.revision), database.open_line)
        self._kept = KeptAnswers(kept_bytes)
        self._packing = Packing(self._kept)
        # Done as soon as it is known whether the answer is kept.
        self._being_made: dict[tuple[Key, Mark], Future[None]] = {}
        self._today = today
        self._methods = methods
        self._code = code_version()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request from what is kept, or let the application answer it."""
        if scope["type"] == "lifespan":
            async with self._by_line:
                await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = self._asked(scope)
        if scope["method"] == "OPTIONS":
            headers = options(asked.path, self._methods(asked.path))
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send(NO_BODY)
            return
        if asked.tagged and not asked.personal:
            # Read for every request: between two reads another process may have saved.
            asked.revision = await self._revision()
            asked.file = self._database.file_mark
            mark = asked.mark
            if mark is not None:
                kept = self._kept.get(asked.key, mark)
                if kept is not None:
                    await _send_kept(kept, asked, send)
                    return
                plain_key = asked.plain_key
                plain = self._kept.get(plain_key, mark) or await self._awaited(plain_key, mark)
                if plain is not None:
                    await self._packing.send(plain, asked, send)
                    return
        await self._make(asked, scope, receive, send)

    async def _awaited(self, key: Key, mark: Mark) -> Answer | None:
        """If the answer is being made for another reader, wait until it is and look whether it is kept."""
        decided = self._being_made.get((key, mark))
        if decided is None or decided.get_loop() is not asyncio.get_running_loop():
            return None
        await asyncio.shield(decided)
        return self._kept.get(key, mark)

    async def _make(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and those who ask the same meanwhile wait for what becomes of it."""
        # Both scopes share one state, in which the routes leave what they know.
        state = scope.setdefault("state", {})
        headers = in_one_line(scope["headers"], b"accept-language")
        if not is_admin(asked.path):
            # No public answer can depend on who is signed in: it is the same for all, and kept for all.
            headers = [header for header in headers if header[0] != b"cookie"]
        inner = {**scope, "headers": headers}
        if asked.head:
            inner["method"] = "GET"
        decided: Future[None] = asyncio.get_running_loop().create_future()
        place = None if asked.mark is None else (asked.plain_key, asked.mark)
        if place is not None:
            self._being_made.setdefault(place, decided)
        try:
            outgoing = Outgoing(asked, state, send, self._kept, self._packing, self._code, decided)
            await self.app(inner, receive, outgoing)
        finally:
            if not decided.done():
                decided.set_result(None)
            if place is not None and self._being_made.get(place) is decided:
                del self._being_made[place]

    def _asked(self, scope: Scope) -> Asked:
        """Read what matters from a request."""
        method, path = scope["method"], scope["path"]
        host = condition = accepted = b""
        personal = is_admin(path)
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"if-none-match":
                condition = condition + b", " + value if condition else value
            elif name == b"accept-encoding":
                accepted = accepted + b", " + value if accepted else value
            elif name == b"authorization":
                personal = True
        encoding = chosen(accepted)
        return Asked(
            path=path,
            head=method == "HEAD",
            tagged=method in {"GET", "HEAD"} and not _APART.match(path),
            personal=personal,
            condition=condition,
            encoding=encoding,
            key=(scope["scheme"], host, path, scope["query_string"], encoding),
            day=self._today(),
        )

    async def _revision(self) -> int | None:
        """Read the dataset revision; None if it cannot be read, which the application then says if it matters."""
        try:
            return self._at_once() if self._at_once else await self._by_line()
        except UnavailableError:
            return None
        except Exception as error:  # noqa: BLE001 - the application answers it by an id, with the trace in the log
            logger.warning("the dataset revision cannot be read: %s", type(error).__name__)
            return None


class Outgoing:
    """The application's answer on its way out: completed, tagged, cut down to a 304, kept."""

    def __init__(
        self,
        asked: Asked,
        state: MutableMapping[str, Any],
        send: Send,
        kept: KeptAnswers,
        packing: "Packing",
        code: str,
        decided: Future[None],
    ) -> None:
        """Take what was asked, and what the routes leave in `state` until they answer."""
        self._asked = asked
        self._state = state
        self._send = send
        self._kept = kept
        self._packing = packing
        self._code = code
        self._decided = decided
        self._start: Message | None = None
        self._silent = asked.head

    async def __call__(self, message: Message) -> None:
        """Hold the start back until the first of the body is there, then send both."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._start is not None:
            start, self._start = self._start, None
            await self._begin(start, message)
        elif not self._silent:
            await self._send(message)
        elif not message.get("more_body", False):
            await self._send(NO_BODY)

    async def _begin(self, start: Message, first: Message) -> None:
        """Send the start and the first of the body, which is the whole unless the answer is a stream."""
        asked = self._asked
        mark = self._mark(start)
        more: list[Header] = [(b"cache-control", self._caching(start))]
        etag = b""
        if mark is not None:
            etag = entity_tag(self._state.get("entity_version", 0), mark, self._code)
            more.append((b"etag", etag))
        streamed = first.get("more_body", False)
        whole = mark is not None and not asked.personal and not streamed
        body = bytes(first.get("body", b""))
        packable = whole and worth_packing(start.get("headers", ()), len(body))
        if packable:
            more.append(VARY)
        headers = completed(asked.path, start.get("headers", ()), *more)
        answer, kept = None, False
        if mark is not None and whole:
            answer = Answer.of(mark, etag, headers, body, packable=packable)
            kept = self._kept.put(asked.plain_key, answer)
        # Before anything is sent: nobody waits for another reader's slow line.
        self._decided.set_result(None)
        if answer is not None:
            # What is too large to be kept would be packed again for each reader.
            await (self._packing.send if kept else _send_kept)(answer, asked, self._send)
            return
        if mark is not None and not asked.personal and matches(asked.condition, etag):
            self._silent = True
            await self._send(unchanged(headers))
        else:
            await self._send({**start, "headers": headers})
        if not self._silent:
            await self._send(first)
        elif streamed:
            # Whoever writes it need not go on.
            self._state["body_wanted"] = False
        else:
            await self._send(NO_BODY)

    def _mark(self, start: Message) -> Mark | None:
        """Say what the answer was made from, or None if it is not to be tagged.

        The snapshot says its own revision, as `session.info` has it. Of that and the one read on arrival the
        lower counts: the answer holds nothing older than it, so whoever reads a higher one is not given these
        bytes, even if the two came from two replicas.
        """
        asked = self._asked
        known = [each for each in (asked.revision, self._state.get("revision")) if each is not None]
        if not asked.tagged or not known or start["status"] != _OK:
            return None
        if any(name in _OWN for name, _ in start.get("headers", ())):
            return None
        # Drafts change without the revision: an editor's tag names one entity's version or nothing.
        if asked.personal and not self._state.get("entity_version"):
            return None
        return min(known), asked.day, asked.file

    def _caching(self, start: Message) -> bytes:
        """Let a browser keep every answer but ask each time, and a proxy only those that are not personal."""
        if is_admin(self._asked.path):
            return b"no-store"
        cookie = any(name == b"set-cookie" for name, _ in start.get("headers", ()))
        return b"private, no-cache" if self._asked.personal or cookie else b"no-cache"


class Packing:
    """Kept answers in the encodings that readers take: each is packed once, when it is first asked for."""

    def __init__(self, kept: KeptAnswers, packer: Callable[[bytes, bytes], bytes] = pack) -> None:
        """Keep what is packed, by encoding and body, beside what it is packed from."""
        self._kept = kept
        self._packer = packer
        self._threads = ThreadPoolExecutor(PACKERS, "packing")
        self._under_way: dict[tuple[Key, Mark], Future[Answer]] = {}

    async def send(self, plain: Answer, asked: Asked, send: Send) -> None:
        """Send a kept answer in the encoding asked for, or as it is if that is not worth it."""
        if asked.encoding == IDENTITY or not plain.packable:
            await _send_kept(plain, asked, send)
        elif asked.condition and matches(asked.condition, packed_tag(plain.etag, asked.encoding)):
            # Whoever has it already needs nothing packed.
            await send(plain.packed_unchanged(asked.encoding))
            await send(NO_BODY)
        else:
            await _send_kept(await self._packed(plain, asked), asked, send)

    async def _packed(self, plain: Answer, asked: Asked) -> Answer:
        """Pack an answer in a thread, once for all who ask for it meanwhile, and keep it."""
        place = asked.key, plain.mark
        under_way = self._under_way.get(place)
        if under_way is None or under_way.get_loop() is not asyncio.get_running_loop():
            under_way = asyncio.ensure_future(self._pack(plain, asked))
            self._under_way[place] = under_way
        # Whoever goes away leaves it to the others.
        return await asyncio.shield(under_way)

    async def _pack(self, plain: Answer, asked: Asked) -> Answer:
        place = asked.key, plain.mark
        try:
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(self._threads, self._packer, asked.encoding, plain.body["body"])
            answer = plain.packed(asked.encoding, body)
            self._kept.put(asked.key, answer)
        finally:
            self._under_way.pop(place, None)
        return answer


async def _send_kept(answer: Answer, asked: Asked, send: Send) -> None:
    """Send a whole answer, or that the reader has it already."""
    if asked.condition and matches(asked.condition, answer.etag):
        await send(answer.unchanged)
        await send(NO_BODY)
        return
    await send(answer.start)
    await send(NO_BODY if asked.head else answer.body)
