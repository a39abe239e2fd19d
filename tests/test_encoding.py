"""Encodings: which one a reader gets, that it unpacks to the same bytes, and that tags and keeping still hold.

What is true of answers in any encoding is tested in `test_middleware`.
"""

import asyncio
import gzip
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import brotli
import pytest
import zstandard
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from app.store.session import Database
from app.web.assets import assets
from app.web.encoding import SMALLEST, chosen, pack, worth_packing
from app.web.kept import Answer, KeptAnswers, Message
from app.web.middleware import Asked, Packing, WebMiddleware
from tests.clients import asking
from tests.databases import Databases
from tests.raw_server import serving

DAY = date(2026, 3, 1)
TEXT = "目标与期限，" * 500
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.decompress(body)),
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "gzip": gzip.decompress,
}
BROWSER = "gzip, deflate, br, zstd"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        (BROWSER, "br"),
        ("gzip, zstd", "zstd"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "zstd"),
        ("*;q=0", ""),
        ("*;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0.5,gzip;q=0.5", "br"),
        ("gzip ; q=1.000 , br;q=0.999", "gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0.000", ""),
        ("gzip;q=0.5, identity", ""),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0", ""),
        ("deflate, compress", ""),
        ("gzip;q=2", ""),
        ("gzip;q=x", ""),
        ("gzip;q=", ""),
        ("br;level=4", ""),
        (", ,gzip,", "gzip"),
        ("é\x00;;;q", ""),
    ],
)
def test_the_encoding_is_the_one_with_the_highest_weight(accepted: str, encoding: str) -> None:
    """Between equals the smallest; what is not of the header's form counts for nothing."""
    assert chosen(accepted.encode()).decode() == encoding


@pytest.mark.parametrize("encoding", UNPACK)
@pytest.mark.parametrize("thoroughly", [False, True])
def test_what_is_packed_is_the_same_and_smaller(encoding: str, thoroughly: bool) -> None:  # noqa: FBT001 - a table
    """And equal bodies give equal bytes."""
    body = TEXT.encode()
    packed = pack(encoding.encode(), body, thoroughly=thoroughly)
    assert UNPACK[encoding](packed) == body
    assert len(packed) < len(body) / 10
    assert pack(encoding.encode(), body, thoroughly=thoroughly) == packed


@pytest.mark.parametrize(
    ("media_type", "worth"),
    [
        ("text/html; charset=utf-8", True),
        ("text/csv", True),
        ("application/json", True),
        ("application/vnd.citationstyles.csl+json", True),
        ("application/x-bibtex; charset=utf-8", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_text_is_worth_packing(media_type: str, worth: bool) -> None:  # noqa: FBT001 - a table
    """Pictures and workbooks are packed already, a short answer fits a packet, and nothing is packed twice."""
    headers = [(b"content-type", media_type.encode())]
    assert worth_packing(headers, SMALLEST) is worth
    assert not worth_packing(headers, SMALLEST - 1)
    assert not worth_packing([*headers, (b"content-encoding", b"gzip")], SMALLEST)


def unpacked(answer: Any) -> bytes:
    """Give the body as it was before it was packed; the client itself unpacks all but one encoding."""
    content: bytes = answer.content
    return UNPACK["zstd"](content) if answer.headers.get("content-encoding") == "zstd" else content


class Site:
    """A small application behind the middleware that counts how often it answers."""

    def __init__(self, db: Database, **options: Any) -> None:
        self.db = db
        self.rendered = 0
        api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        for path, media_type in (("text", "text/plain"), ("picture", "image/png")):
            api.get(f"/zh/{path}")(self.route(Response(TEXT, media_type=media_type)))
        api.get("/zh/short")(self.route(Response("short", media_type="text/plain")))
        api.get("/zh/varying")(self.route(Response(TEXT, headers={"Vary": "Cookie"})))
        api.get("/zh/broken")(self.route(Response(TEXT, 404, media_type="text/plain")))
        api.get("/zh/stream")(self.stream)
        self.outermost = WebMiddleware(api, db, today=lambda: DAY, **options)
        self.client = TestClient(self.outermost)

    def route(self, answer: Response) -> Callable[[Request], Response]:
        """Make a route that gives an answer."""

        def give(request: Request) -> Response:
            self.rendered += 1
            with self.db.read() as session:
                request.state.revision = session.info["revision"]
            return answer

        return give

    def stream(self) -> Response:
        """Answer bit by bit."""
        return StreamingResponse(iter([TEXT, TEXT]), media_type="text/plain")

    def ask(self, path: str, accepted: str | None = BROWSER, method: str = "GET", **headers: str) -> Any:
        """Ask with an Accept-Encoding; underscores in headers' names are dashes."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        # An empty value would be left to the client's default.
        return self.client.request(method, path, headers={**given, "Accept-Encoding": accepted or "identity"})


@pytest.fixture
def site(db: Database) -> Site:
    """Serve from either engine."""
    return Site(db)


def test_one_answer_serves_all_encodings(site: Site) -> None:
    """The application is asked once; each encoding has its length, its tag, and the same text."""
    plain = site.ask("/zh/text", None)
    tags = {plain.headers["etag"]}
    assert (plain.text, plain.headers.get("content-encoding")) == (TEXT, None)
    for encoding in UNPACK:
        for _ in range(2):
            answer = site.ask("/zh/text", encoding)
            assert unpacked(answer).decode() == TEXT
            assert answer.headers["content-encoding"] == encoding
            assert int(answer.headers["content-length"]) < len(TEXT.encode()) / 10
        tags.add(answer.headers["etag"])
        assert answer.headers["etag"] == plain.headers["etag"][:-1] + f'-{encoding}"'
    assert {answer.headers["vary"], plain.headers["vary"]} == {"Accept-Encoding"}
    assert (len(tags), site.rendered) == (4, 1)


def test_packed_answers_differ_from_plain_ones_in_nothing_else(site: Site) -> None:
    """All other headers are the same."""
    of_body = {"etag", "content-length", "content-encoding"}
    plain, packed = (
        {name: value for name, value in site.ask("/zh/text", accepted).headers.items() if name not in of_body}
        for accepted in (None, "zstd")
    )
    assert plain == packed


@pytest.mark.parametrize("warm", [False, True])
def test_a_reader_is_told_that_he_has_what_he_would_get(site: Site, warm: bool) -> None:  # noqa: FBT001 - both
    """A tag holds for its encoding alone, whether or not the answer is kept, and whether or not it was packed."""
    tag = site.ask("/zh/text", "br").headers["etag"]
    fresh = "/zh/text" if warm else "/zh/text?other"
    same = site.ask(fresh, "br", if_none_match=f'"x", W/{tag}')
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert same.headers["vary"] == "Accept-Encoding"
    assert {"content-encoding", "content-length", "content-type"}.isdisjoint(same.headers)
    for accepted in ("gzip", None):
        other = site.ask(fresh, accepted, if_none_match=tag)
        assert (other.status_code, other.text) == (200, TEXT)
    assert site.ask(fresh, "gzip", if_none_match="*").status_code == 304


def test_nothing_is_packed_for_a_reader_who_has_it(site: Site) -> None:
    """A 304 is made from the tag alone."""
    plain = site.ask("/zh/text", None)
    size = site.outermost._kept.size
    tag = plain.headers["etag"][:-1] + '-br"'
    assert site.ask("/zh/text", "br", if_none_match=tag).status_code == 304
    assert site.outermost._kept.size == size


def test_head_says_what_get_says(site: Site) -> None:
    """In each encoding, before and after it was packed."""
    for accepted in (None, "br", "gzip"):
        first = site.ask("/zh/text", accepted, "HEAD")
        get = site.ask("/zh/text", accepted)
        assert (first.status_code, dict(first.headers), first.content) == (200, dict(get.headers), b"")


@pytest.mark.parametrize("path", ["/zh/picture", "/zh/short", "/zh/varying", "/zh/broken", "/zh/stream"])
def test_what_is_not_packed_is_as_it_is(site: Site, path: str) -> None:
    """Pictures, short answers, what differs by reader, errors and streams; for each the tag is the plain one."""
    plain, packed = site.ask(path, None), site.ask(path, BROWSER)
    assert (packed.status_code, packed.content) == (plain.status_code, plain.content)
    assert dict(packed.headers) == dict(plain.headers)
    assert "content-encoding" not in packed.headers


def test_a_personal_answer_is_not_packed(site: Site) -> None:
    """What a page says to one reader cannot be guessed from its length then."""
    answer = site.ask("/zh/text", BROWSER, authorization="Bearer a")
    assert (answer.text, answer.headers.get("content-encoding")) == (TEXT, None)


def test_an_answer_too_large_to_keep_is_sent_as_it_is(db: Database) -> None:
    """It would be packed again for every reader."""
    site = Site(db, kept_bytes=len(TEXT))
    answer = site.ask("/zh/text", "br")
    assert (answer.text, answer.headers.get("content-encoding")) == (TEXT, None)


def test_a_public_change_is_seen_in_every_encoding(site: Site) -> None:
    """Nothing packed of before it is served."""
    before = {accepted: site.ask("/zh/text", accepted).headers["etag"] for accepted in UNPACK}
    with site.db.write() as session:
        session.info["public_change"] = True
    after = {accepted: site.ask("/zh/text", accepted, if_none_match=before[accepted]) for accepted in UNPACK}
    assert {answer.status_code for answer in after.values()} == {200}
    assert site.rendered == 2


def test_an_answer_is_packed_once_for_all_who_wait() -> None:
    """Twenty readers at once cost one packing, in a thread of its own; each gets the whole."""
    packed_in, sent = [], []

    def packer(encoding: bytes, body: bytes) -> bytes:
        packed_in.append(threading.current_thread().name)
        return pack(encoding, body)

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        kept = KeptAnswers(10**6)
        packing = Packing(kept, packer)
        mark = (1, DAY, "")
        plain = Answer.of(mark, b'"x"', ((b"etag", b'"x"'),), TEXT.encode(), packable=True)
        key = ("http", b"", "/", b"", b"br")
        asked = Asked("/", False, True, False, b"", b"br", key, DAY)  # noqa: FBT003 - the fields in order
        await asyncio.gather(*(packing.send(plain, asked, send) for _ in range(20)))
        assert kept.get(key, mark) is not None

    asyncio.run(ask())
    assert {UNPACK["br"](one["body"]) for one in sent if "body" in one} == {TEXT.encode()}
    assert (len(sent), len(packed_in)) == (40, 1)
    assert packed_in[0].startswith("packing")


def test_a_real_server_sends_each_reader_his_encoding(seeded: Database) -> None:
    """Readers of all encodings at once get the same page."""
    accepted = [*UNPACK, "identity"] * 5
    with serving(seeded) as server, ThreadPoolExecutor(20) as readers:
        answers = list(readers.map(lambda one: server.ask("/zh/sources", accept_encoding=one), accepted))
    assert {answer.status for answer in answers} == {200}
    assert [answer.headers.get("content-encoding", "identity") for answer in answers] == accepted
    assert len({UNPACK.get(one, bytes)(each.body) for one, each in zip(accepted, answers, strict=True)}) == 1


def test_two_lines_of_a_header_are_one(seeded: Database) -> None:
    """As RFC 9110 has it; the names of encodings know no capitals."""
    with serving(seeded) as server:
        lines = "GET /zh/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: br;q=0\r\nACCEPT-ENCODING: GZip, *;q=0\r\n\r\n"
        answer = server.send(lines.encode())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body).startswith(b"<!DOCTYPE html>")


@pytest.fixture(scope="module")
def client(databases: Databases) -> Any:
    """Ask the real application; the engine makes no difference here."""
    with asking(databases.seeded("sqlite")) as asked:
        yield asked


@pytest.mark.parametrize("encoding", UNPACK)
def test_static_files_are_packed_once_for_all(client: TestClient, encoding: str) -> None:
    """Text is, pictures are not; what is kept for a year says that it depends on the encoding."""
    for name, asset in assets().items():
        answer = client.get(
            f"/static/{name}?v={asset.digest}",
            headers={"Accept-Encoding": encoding},
        )
        assert unpacked(answer) == asset.content
        text = worth_packing([(b"content-type", asset.media_type.encode())], len(asset.content))
        assert answer.headers.get("content-encoding") == (encoding if text else None), name
        assert answer.headers.get("vary") == ("Accept-Encoding" if text else None)
        assert "immutable" in answer.headers["cache-control"]
        assert int(answer.headers["content-length"]) <= len(asset.content)


def test_static_files_are_plain_for_who_asks_so(client: TestClient) -> None:
    """The same bytes as on disk."""
    answer = client.get("/static/mubiao.css", headers={"Accept-Encoding": "identity"})
    assert answer.headers["content-length"] == str(len(assets()["mubiao.css"].content))
    assert "content-encoding" not in answer.headers
