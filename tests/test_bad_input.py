"""What every kind of bad request gets from a real server: the table of `bad_requests`, and odd bytes and headers.

What the API's problems hold besides is in `test_api_problems`; databases that fail are in `test_outages`.
"""

import base64
import json
import socket
from collections.abc import Iterator

import pytest

from app.i18n import LANGS, TAGS, Lang
from tests.bad_requests import ROWS, V
from tests.databases import Databases
from tests.raw_server import Server, check_refusal, serving

NAMES = (
    *("regions", "topics", "metrics", "organizations", "sources"),
    *("plans", "targets", "deadlines", "observations", "measures"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Server]:
    """Serve the committed facts on either engine."""
    with serving(databases.seeded(request.param)) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """Lend the server to a test, after which its log must hold no error."""
    running.errors.clear()
    yield running
    assert running.errors == []


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:48] for row in ROWS])
def test_each_request_has_its_status_and_code(server: Server, row: tuple[str, ...]) -> None:
    """A defined status, a code, a sentence in the reader's language; nothing unforeseen in the log."""
    method, _, target = row[0].rpartition(" ")
    status, _, code = row[1].partition(" ")
    for lang in LANGS:
        path = target.replace("/L/", f"/{lang}/", 1)
        answer = server.ask(path, method or "GET", accept_language=lang)
        assert answer.status == int(status), answer.body[:300]
        if code:
            check_refusal(answer, lang, code, api=target.startswith("/api"))
        elif method in {"HEAD", "OPTIONS"}:
            assert answer.body == b""


def forged(cursor: str) -> Iterator[str]:
    """Take a cursor apart and put it together again with what no page of ours ends with."""
    mark, place, tie, total = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    ties = (str(tie), -1, 2**31, 2**63, 10**400, 1.5, True, None)
    places: tuple[object, ...] = ([1], {}, None, True, "\x00", "\ud800", "99999-01-01", "2026-W01-1", "NaN")
    nan, infinity = float("nan"), float("inf")
    contents: list[object] = [[mark, place, one, total] for one in ties]
    contents += [[mark, place, tie, one] for one in (-5, 2**64, None, True, "1")]
    contents += [[mark, one, tie, total] for one in (*places, nan, infinity) if type(one) is not type(place)]
    contents += [["x", place, tie, total], [mark], [mark, place, tie, total, 1], {}, None, 1, "abc", nan]
    for content in contents:
        yield base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    yield base64.urlsafe_b64encode(b"[" * 2900).decode()
    yield from (cursor + "A", cursor[:-1], cursor.upper())


@pytest.mark.parametrize("name", NAMES)
def test_no_forged_cursor_reaches_the_database(server: Server, name: str) -> None:
    """Whatever its parts are replaced by, in every order of every collection, it is refused as a cursor."""
    document = json.loads(server.ask(f"{V}/openapi.json").body)
    parameters = document["paths"][f"{V}/{name}"]["get"]["parameters"]
    (sorts,) = (one["schema"]["enum"] for one in parameters if one["name"] == "sort")
    for sort in sorts:
        one_key = "&metric=revenue&kind=level" if sort.endswith("value") else ""
        base = f"{V}/{name}?limit=1&sort={sort}{one_key}"
        cursor = json.loads(server.ask(base).body)["next"]
        if cursor is None:
            continue
        assert server.ask(f"{base}&cursor={cursor}").status == 200
        for other in forged(cursor):
            answer = server.ask(f"{base}&cursor={other}", accept_language="en")
            assert answer.status == 422, (sort, other, answer.body)
            check_refusal(answer, "en", "bad_cursor", api=True)


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("*", "en"),
        ("xx;q=abc", "en"),
        ("zh;q=1e400,en;q=0.1", "en"),
        ("zh;q=nan", "en"),
        ("zh;q=-1", "en"),
        ("zh-Hant-TW", "zh"),
        ("ZH", "zh"),
        ("zh ; q = 0.9", "zh"),
        (",,;q=1,,zh", "zh"),
        ("fr;q=1, zh;q=0.1", "zh"),
        ("x" * 10_000, "en"),
        ("zh," * 3000, "zh"),
        ("\xff\xfe", "en"),
    ],
)
def test_any_accept_language_gets_an_answer(server: Server, accepted: str, lang: Lang) -> None:
    """What is no language of ours, or no header at all, is English; problems and the front door agree."""
    answer = server.ask(f"{V}/regions?limit=0", accept_language=accepted)
    check_refusal(answer, lang, "too_small", api=True)
    assert server.ask("/", accept_language=accepted).headers["location"] == f"/{lang}/"
    assert server.ask("/none-such", accept_language=accepted).headers["content-language"] == TAGS[lang]


def test_any_condition_gets_an_answer(server: Server) -> None:
    """Tags that name the answer give 304, whatever stands around them; everything else gives the whole."""
    path = f"{V}/regions?limit=1"
    tag = server.ask(path).headers["etag"]
    same = ["*", " * ", tag, f"W/{tag}", f'"x", {tag}', f'"a"b"c",{tag}', f"{tag},{tag}"]
    other = [tag.strip('"'), '"', '""', "W/*", "x" * 9000, '"' * 9000, 'W/"' * 3000, "\xff", ",,,"]
    for condition, status in [*((one, 304) for one in same), *((one, 200) for one in other)]:
        answer = server.ask(path, if_none_match=condition)
        assert (answer.status, bool(answer.body)) == (status, status == 200), condition


@pytest.mark.parametrize(
    "host", ["evil.example", "", "a b", "[::1", "<script>", "\xe4", "x" * 5000, "a:99999"]
)
def test_no_host_leads_readers_away(server: Server, host: str) -> None:
    """Redirects stay on the address that was asked, and no page repeats the host."""
    for path, status, location in [
        ("/zh", 307, "/zh/"),
        ("/en/compare/", 307, "/en/compare"),
        (f"{V}/regions/", 307, f"{V}/regions"),
        ("/en/compare?go=1&region=zj", 303, "/en/compare?region=330000"),
    ]:
        answer = server.ask(path, host=host)
        assert (answer.status, answer.headers["location"]) == (status, location)
    assert b"evil.example" not in server.ask("/en/none-such", host=host).body


HEAD = b"Host: a\r\nConnection: close\r\n\r\n"
GOOD = f"GET {V}/regions?limit=1 HTTP/".encode()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (GOOD + b"1.0\r\n\r\n", 200),
        (GOOD + b"1.1\r\nConnection: close\r\n\r\n", 200),
        (GOOD + b"1.1\r\nContent-Length: 100\r\n" + HEAD + b"half a body", 200),
        (GOOD + b"1.1\r\nTransfer-Encoding: chunked\r\n" + HEAD, 200),
        (GOOD + b"1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n" + HEAD, 200),
        (GOOD + b"1.1\r\nRange: bytes=0-5\r\nIf-Match: x\r\nExpect: x\r\n" + HEAD, 200),
        (GOOD + b"1.1\r\n" + b"X: y\r\n" * 3000 + HEAD, 200),
        (b"GET http://evil.example/en/none-such HTTP/1.1\r\n" + HEAD, 404),
        (b"CONNECT a:80 HTTP/1.1\r\n" + HEAD, 400),
        (b"GET /zh/\xe6\xb5\x99 HTTP/1.1\r\n" + HEAD, 400),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + HEAD, 400),
        (b"GET /zh/a b HTTP/1.1\r\n" + HEAD, 400),
        (GOOD + b"1.1\r\nX: \x00\r\n" + HEAD, 400),
        (GOOD + b"1.1\r\nContent-Length: -5\r\n" + HEAD, 400),
        (b"FOO / HTTP/1.1\r\n" + HEAD, 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, 400),
    ],
)
def test_what_is_hardly_http_gets_a_status_too(server: Server, request_bytes: bytes, status: int) -> None:
    """Old versions, half bodies and odd headers are answered; what is no HTTP is refused in one line."""
    answer = server.send(request_bytes)
    assert answer.status == status
    assert (status == 400) == (answer.body == b"Invalid HTTP request received.")


def test_half_a_request_is_forgotten(server: Server) -> None:
    """A reader who goes away in the middle of a line leaves nothing behind."""
    for part in (b"GET /zh/ HT", GOOD + b"1.1\r\nHost: a\r\nX: "):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(part)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100) == b""
    assert server.ask(f"{V}/regions?limit=1").status == 200


def test_a_line_goes_on_after_refusals(server: Server) -> None:
    """Many requests on one line are answered in their order, the refused ones among them."""
    targets = ["/en/none-such", f"{V}/regions?limit=0", f"{V}/regions?q=%ff", "/static/none", f"{V}/regions"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"".join(f"GET {one} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for one in targets))
        reading = line.makefile("rb")
        statuses = []
        for _ in targets:
            statuses.append(int(reading.readline().split()[1]))
            length = 0
            while (header := reading.readline().strip().lower()) != b"":
                if header.startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            reading.read(length)
        reading.close()
    assert statuses == [404, 422, 400, 404, 200]
