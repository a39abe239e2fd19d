"""What bad input gets from the API: a status, a code, a sentence in the reader's language, and never a trace.

What good input gets is in `test_api`.
"""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.domain.errors import DomainError
from app.main import create_app
from app.settings import Settings
from app.store.session import Database
from app.web.api.codes import CODES
from app.web.guard import MAX_QUERY, check
from tests.builders import make_plan, target
from tests.clients import asking, url_of
from tests.databases import Databases


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(databases: Databases, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """Ask the application about the committed facts on both engines; it is put together once."""
    with asking(databases.seeded(request.param)) as asked:
        yield asked


def problem(client: TestClient, path: str, status: int, **headers: str) -> dict[str, Any]:
    """Ask for what must go wrong, and read the problem, whose shape is always the same."""
    answer = client.get(f"/api/v1/{path}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said: dict[str, Any] = answer.json()
    always = {"type", "title", "status", "detail", "code", "errors"}
    assert said.keys() - {"retired_on", "total", "families", "error_id"} == always
    assert said["type"] == f"/api#{said['code']}"
    assert said["status"] == status
    assert [error.keys() for error in said["errors"]] == [{"field", "code", "message"}] * len(said["errors"])
    assert said["errors"][0]["code"] == said["code"]
    assert {error["code"] for error in said["errors"]} <= set(CODES[status])
    assert said["detail"].startswith(said["errors"][0]["message"])
    return said


BAD = [
    ("regions/990000", 404, [("", "unknown_region")]),
    ("topics/nothing", 404, [("", "unknown_topic")]),
    ("metrics/nothing", 404, [("", "unknown_metric")]),
    ("organizations/nobody", 404, [("", "unknown_organization")]),
    ("sources/nothing", 404, [("", "unknown_source")]),
    ("plans/nothing", 404, [("", "unknown_plan")]),
    ("targets/nothing.at-all", 404, [("", "unknown_target")]),
    ("deadlines/nothing@2027-12-31", 404, [("", "unknown_deadline")]),
    ("observations/nothing", 404, [("", "unknown_observation")]),
    ("measures/nothing.fund", 404, [("", "unknown_measure")]),
    ("regions/" + "9" * 3000, 404, [("", "unknown_region")]),
    ("nothing", 404, [("", "not_found")]),
    ("%2e%2e/%2e%2e/etc/passwd", 404, [("", "not_found")]),
    ("regions/..%2f..", 404, [("", "not_found")]),
    ("regions/%2e%2e", 404, [("", "unknown_region")]),
    ("deadlines?region=99", 422, [("region", "unknown_region")]),
    ("deadlines?under=99", 422, [("under", "unknown_region")]),
    ("regions?parent=99", 422, [("parent", "unknown_region")]),
    ("deadlines?topic=nothing", 422, [("topic", "unknown_topic")]),
    ("deadlines?metric=nothing", 422, [("metric", "unknown_metric")]),
    ("deadlines?plan=nothing", 422, [("plan", "unknown_plan")]),
    ("observations?source=nothing", 422, [("source", "unknown_source")]),
    ("deadlines?region=", 422, [("region", "too_short")]),
    ("deadlines?region=" + "9" * 500, 422, [("region", "too_long")]),
    ("deadlines?limit=0", 422, [("limit", "too_small")]),
    ("deadlines?limit=5000", 422, [("limit", "too_large")]),
    ("deadlines?limit=many", 422, [("limit", "bad_form")]),
    ("deadlines?limit=1_0", 422, [("limit", "bad_form")]),
    ("deadlines?limit=1.0", 422, [("limit", "bad_form")]),
    ("deadlines?limit=+5", 422, [("limit", "bad_form")]),
    ("deadlines?limit=%2B5", 422, [("limit", "bad_form")]),
    ("deadlines?limit=%EF%BC%95", 422, [("limit", "bad_form")]),
    ("deadlines?limit=-5", 422, [("limit", "too_small")]),
    ("deadlines?year=2_027", 422, [("year", "bad_form")]),
    ("compare?region=zj&year_from=2027.0", 422, [("year_from", "bad_form")]),
    ("deadlines?limit=" + "9" * 4000, 422, [("limit", "too_large")]),
    ("deadlines?year=abc", 422, [("year", "bad_form")]),
    ("deadlines?year=0", 422, [("year", "too_small")]),
    ("deadlines?year=99999999999999999999", 422, [("year", "too_large")]),
    ("deadlines?family=cars", 422, [("family", "unknown_word")]),
    ("deadlines?kind=cars&stage=cars", 422, [("kind", "unknown_word"), ("stage", "unknown_word")]),
    ("deadlines?sort=name", 422, [("sort", "unknown_word")]),
    ("deadlines?sort=value", 422, [("sort", "bad_sort")]),
    ("deadlines?sort=value&metric=revenue", 422, [("sort", "bad_sort")]),
    ("observations?sort=-value&kind=level", 422, [("sort", "bad_sort")]),
    ("deadlines?updated_since=yesterday", 422, [("updated_since", "bad_form")]),
    ("deadlines?updated_since=9999-12-31T23:59:59-23:00", 422, [("updated_since", "bad_form")]),
    ("deadlines?q=%E3%80%82", 422, [("q", "q_empty")]),
    ("deadlines?q=" + "x" * 300, 422, [("q", "too_long")]),
    ("deadlines?page=2", 422, [("page", "unknown_parameter")]),
    ("plans/zj-ai-terminals?limit=1", 422, [("limit", "unknown_parameter")]),
    (
        "plans?a=1&limit=1&b=2&limit=2",
        422,
        [("a", "unknown_parameter"), ("limit", "repeated_parameter"), ("b", "unknown_parameter")],
    ),
    ("compare", 422, [("region", "missing")]),
    ("compare?region=", 422, [("region.0", "too_short")]),
    ("compare?region=330000&region=99", 422, [("region", "unknown_region")]),
    (
        "compare?" + "&".join(f"region=3{number:05}" for number in range(60)),
        422,
        [("region", "too_many_regions")],
    ),
    ("compare?region=zj&year_from=2030&year_to=2026", 422, [("year_to", "years_reversed")]),
    ("deadlines?q=" + "%41" * 1400, 414, [("", "query_too_long")]),
    ("deadlines?q=%ff%fe", 400, [("", "bad_utf8")]),
    ("regions/%ff", 400, [("", "bad_utf8")]),
    ("deadlines?region=%00", 400, [("", "bad_character")]),
    ("regions/a%00b", 400, [("", "bad_character")]),
]


@pytest.mark.parametrize(("path", "status", "errors"), BAD, ids=[path[:50] for path, *_ in BAD])
def test_bad_input_is_told_what_is_wrong(
    client: TestClient, path: str, status: int, errors: list[tuple[str, str]]
) -> None:
    """Each mistake has its status, its code and its field, all of them at once."""
    said = problem(client, path, status)
    assert [(error["field"], error["code"]) for error in said["errors"]] == errors


FORGED = {
    "no text": "\u00ff",
    "no base64": "!!!",
    "no json": base64.urlsafe_b64encode(b"{").decode(),
    "no list": base64.urlsafe_b64encode(b"7").decode(),
    "too deep": base64.urlsafe_b64encode(b"[" * 2900).decode(),
    "short": "WyI",
}


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED)
def test_a_made_up_cursor_is_refused(client: TestClient, cursor: str) -> None:
    """Whatever it holds, it is no cursor of ours, and nothing breaks."""
    said = problem(client, f"deadlines?cursor={cursor}", 422)
    assert [(error["field"], error["code"]) for error in said["errors"]] == [("cursor", "bad_cursor")]


@pytest.mark.parametrize(
    ("value", "tie", "total"),
    [
        ("2027-13-99", 1, 1),
        (7, 1, 1),
        (None, 1, 1),
        ("2027-12-31", 10**30, 1),
        ("2027-12-31", 2**31, 1),
        ("2027-12-31", True, 1),
        ("20271231", 1, 1),
        ("2027-12-31", -1, 1),
        ("2027-12-31", "1", 1),
        ("2027-12-31", 1, None),
    ],
)
def test_a_cursor_with_other_contents_is_refused(
    client: TestClient, value: Any, tie: Any, total: Any
) -> None:
    """A cursor taken apart and put together with what its order cannot hold reaches no database."""
    cursor = client.get("/api/v1/deadlines?limit=1").json()["next"]
    mark = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    forged = base64.urlsafe_b64encode(json.dumps([mark, value, tie, total]).encode()).decode()
    assert problem(client, f"deadlines?cursor={forged}", 422)["code"] == "bad_cursor"


def test_a_text_in_a_cursor_holds_no_control_characters(client: TestClient) -> None:
    """A NUL smuggled in by JSON's own escapes does not get further than one in the address."""
    cursor = client.get("/api/v1/plans?limit=1").json()["next"]
    mark = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    for value in ("a\u0000", "\ud800"):
        forged = base64.urlsafe_b64encode(json.dumps([mark, value, 1, 1]).encode()).decode()
        assert problem(client, f"plans?cursor={forged}", 422)["code"] == "bad_cursor"


@pytest.mark.parametrize("other", ["sort=-due_on", "region=zj", "q=浙江", "year=2027"])
def test_a_cursor_belongs_to_its_filters(client: TestClient, other: str) -> None:
    """With other filters or another order it is refused; so is that of another collection."""
    cursor = client.get("/api/v1/deadlines?limit=1").json()["next"]
    assert problem(client, f"deadlines?{other}&cursor={cursor}", 422)["code"] == "bad_cursor"
    assert problem(client, f"targets?cursor={cursor}", 422)["code"] == "bad_cursor"


def test_a_comparison_too_wide_is_refused_with_counts(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is told how many figures there are, family by family, so as to choose one."""
    monkeypatch.setattr("app.store.queries.compare.MAX_DEADLINES", 5)
    said = problem(client, "compare?region=zj&region=js", 422)
    assert said["code"] == "too_wide"
    assert said["total"] == sum(said["families"].values()) > 5
    assert "industry_size" in said["families"]


def test_sentences_are_in_the_readers_language(client: TestClient) -> None:
    """Accept-Language chooses; English where it says nothing of ours or is not there."""
    said = {
        accepted: client.get("/api/v1/regions/99", headers={"Accept-Language": accepted})
        for accepted in ("zh-CN,zh;q=0.9,en;q=0.5", "en-GB", "fr", "")
    }
    languages = [answer.headers["content-language"] for answer in said.values()]
    assert languages == ["zh-Hans-CN", "en", "en", "en"]
    assert {answer.headers["vary"] for answer in said.values()} == {"Accept-Language"}
    chinese, *others = [answer.json()["detail"] for answer in said.values()]
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert others[0] == others[1] == others[2]
    assert others[0].isascii() or "“" in others[0]


@pytest.mark.parametrize(
    ("lines", "lang"),
    [(["fr", "zh"], "zh-Hans-CN"), (["zh;Q=0.9,en;q=0.5"], "zh-Hans-CN"), (["zh;q=0.2", "EN"], "en")],
)
def test_a_language_may_be_asked_for_in_any_way(client: TestClient, lines: list[str], lang: str) -> None:
    """Several lines are one list, and capitals mean nothing; the front door understands them as well."""
    headers = [("Accept-Language", line) for line in lines]
    assert client.get("/api/v1/regions/99", headers=headers).headers["content-language"] == lang
    door = client.get("/", headers=headers, follow_redirects=False)
    assert door.headers["location"] == f"/{lang[:2]}/"


def test_a_slash_is_added_without_naming_a_host(client: TestClient) -> None:
    """The host that a request names is not where the reader is sent."""
    answer = client.get("/zh?a=b", headers={"Host": "evil.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/zh/?a=b")


def test_other_methods_are_refused(client: TestClient) -> None:
    """Targets are only read, they are written with their plan; the answer says which methods there are."""
    for path, taken in (("targets", ()), ("regions", ("POST",)), ("regions/330000", ("DELETE", "PUT"))):
        for method in {"POST", "PUT", "DELETE", "PATCH"} - set(taken):
            answer = client.request(method, f"/api/v1/{path}")
            assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
            assert answer.headers["allow"] == ", ".join(sorted({"GET", "HEAD", "OPTIONS", *taken}))
            assert (
                answer.json()["detail"] == f"This address does not take {method}; “Allow” says what it takes."
            )


def test_a_retired_entity_says_since_when(session_client: TestClient) -> None:
    """It answers 410 with its date, alone; with a trailing slash the address is mended first."""
    said = problem(session_client, "plans/zj-plan", 410)
    assert (said["code"], said["retired_on"]) == ("retired", "2026-11-19")
    assert "2026-11-19" in said["detail"]
    assert problem(session_client, "targets/zj-plan.revenue/", 410)["retired_on"] == "2026-11-19"


@pytest.fixture
def session_client(db: Database) -> Iterator[TestClient]:
    """Ask about a retired plan."""
    with db.write() as session:
        make_plan(session, targets=[target()], editorial_state="retired", retired_on="2026-11-19")
    with asking(db) as client:
        yield client


def test_an_error_of_ours_has_an_id_that_stands_in_the_log(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets the id and a sentence; the trace and the exception's words are in the log alone."""
    # What is raised past the application would be logged once more, and the server would drop the connection.
    with TestClient(create_app(Settings(database_url=url_of(db)))) as client:
        assert isinstance(client.app, FastAPI)

        @client.app.get("/api/v1/broken")
        @client.app.get("/en/broken")
        def broken() -> None:
            raise RuntimeError("the secret cause")

        with caplog.at_level(logging.ERROR):
            answer = client.get("/api/v1/broken")
            page = client.get("/en/broken")
    said = answer.json()
    assert (answer.status_code, said["code"], page.status_code) == (500, "internal_error", 500)
    first, second = caplog.records
    assert said["error_id"] in first.getMessage()
    assert f"name {said['error_id']}, which stands in our log" in said["detail"]
    assert second.getMessage().split()[1] in page.text
    for shown in (answer.text, page.text):
        assert "secret" not in shown
        assert "Traceback" not in shown


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    """The reader is asked to come back, not shown what broke; it works again as soon as it is there."""
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/nothing.sqlite3"))
    with TestClient(app, raise_server_exceptions=False, headers={"Accept-Language": "en"}) as client:
        answer = client.get("/api/v1/regions")
        assert problem(client, "regions", 503)["code"] == "database_missing"
        assert answer.headers["retry-after"] == "5"
        assert client.get("/en/plans").status_code == 503


def test_a_database_that_is_gone() -> None:
    """A server that cannot be reached gives 503 too."""
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    with TestClient(app, raise_server_exceptions=False, headers={"Accept-Language": "en"}) as client:
        assert problem(client, "regions", 503)["code"] == "database_gone"


def test_a_database_of_a_newer_version(db: Database) -> None:
    """What a later version has written is not read by halves."""
    with db.engine.begin() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '2999_01_01_later'"))
    with asking(db) as client:
        assert problem(client, "regions", 503)["code"] == "database_newer"
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        (b"/", b"x" * (MAX_QUERY + 1), "query_too_long"),
        (b"/\xff", b"", "bad_utf8"),
        (b"/", b"q=\xe6\xb5", "bad_utf8"),
        (b"/%e6%b5", b"", "bad_utf8"),
        (b"/", b"q=%00", "bad_character"),
    ],
)
def test_the_guard_reads_raw_bytes(path: bytes, query: bytes, code: str) -> None:
    """Bytes that a server lets through unescaped are judged like escaped ones."""
    with pytest.raises(DomainError) as caught:
        check(path, query)
    assert caught.value.code == code


def test_the_guard_lets_text_through() -> None:
    """Chinese, escaped or not, and a query of just the right length pass."""
    check("/zh/浙江".encode(), "q=%E6%B5%99江".encode())
    check(b"/", b"x" * MAX_QUERY)


def test_pages_get_a_page(client: TestClient) -> None:
    """Outside the API an error is a page in the path's language with the same status."""
    for path, status, lang in (
        ("/en/nothing/here", 404, "en"),
        ("/zh/nothing/here", 404, "zh-Hans-CN"),
        ("/en/compare?q=%ff", 400, "en"),
        ("/zh/compare?" + "x" * 5000, 414, "zh-Hans-CN"),
        ("/static/%2e%2e/main.py", 404, "en"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"], answer.headers["content-language"]) == (
            status,
            "text/html; charset=utf-8",
            lang,
        )
