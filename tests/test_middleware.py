"""What readers get through the middleware: tags, kept bytes, HEAD, OPTIONS, and never anything stale.

The application behind it here is a small one; what the real routes answer is tested with them.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, text, update

from app.store.models import Organization
from app.store.session import Database
from app.web.headers import SECURITY
from app.web.kept import code_version
from app.web.middleware import WebMiddleware

DAY = date(2026, 3, 1)


def write(db: Database, number: int, *, public: bool = True) -> None:
    """Save a number, as a public change or as a draft that readers don't see."""
    with db.write() as session:
        if session.execute(update(Organization).values(name_en=str(number))).rowcount == 0:  # type: ignore[attr-defined]
            session.execute(
                insert(Organization).values(
                    slug="n", name_zh="数", name_en=str(number), version=1, updated_at=datetime.now(UTC)
                )
            )
        session.info["public_change"] = public


def application(db: Database) -> FastAPI:
    """Serve the number that is stored, and what else routes may answer; count the answers."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api.state.rendered = 0
    add_numbers(api, db)
    add_others(api, db)
    return api


def add_numbers(api: FastAPI, db: Database) -> None:
    """Add the routes that read the number."""

    @api.get("/api/v1/number")
    def number(request: Request) -> Response:
        api.state.rendered += 1
        with db.read() as session:
            request.state.revision = session.info["revision"]
            return Response(session.scalar(select(Organization.name_en)), media_type="text/plain")

    @api.get("/api/v1/entity")
    def entity(request: Request) -> Response:
        request.state.entity_version = 7
        return number(request)

    @api.get("/api/v1/raced")
    def raced(request: Request) -> Response:
        answer = number(request)
        write(db, 2)
        return answer

    @api.get("/api/v1/late")
    def late(request: Request) -> Response:
        write(db, int(time.time()))
        return number(request)


def add_others(api: FastAPI, db: Database) -> None:
    """Add the routes that need no database."""

    @api.get("/api/v1/stream")
    def stream() -> Response:
        return StreamingResponse(iter(["a", "b", "c"]), media_type="text/csv")

    @api.get("/api/v1/refused")
    def refused() -> Response:
        api.state.rendered += 1
        return Response("no", status_code=404)

    @api.get("/zh/varying")
    def varying() -> Response:
        api.state.rendered += 1
        return Response("你好", headers={"Vary": "Accept-Language"})

    @api.get("/zh/cookie")
    def cookie() -> Response:
        api.state.rendered += 1
        return Response("page", headers={"Set-Cookie": "a=1"})

    @api.get("/static/style.css")
    def style() -> Response:
        return Response("css", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    @api.get("/zh/cookies")
    @api.get("/zh/admin/cookies")
    def cookies(request: Request) -> Response:
        api.state.rendered += 1
        request.state.revision = db.revision()
        return Response(request.headers.get("cookie", "none"))

    @api.get("/zh/admin")
    def admin() -> Response:
        api.state.rendered += 1
        return Response("admin")

    @api.get("/zh/broken")
    def broken() -> Response:
        raise ZeroDivisionError


class Site:
    """A small application behind the middleware, on a database that holds a number."""

    def __init__(self, db: Database, **options: Any) -> None:
        write(db, 1)
        self.db = db
        self.api = application(db)
        self.client = TestClient(
            WebMiddleware(self.api, db, **{"today": lambda: DAY, **options}), raise_server_exceptions=False
        )

    def get(self, path: str, **headers: str) -> tuple[int, str, str | None]:
        """Return status, text and tag; underscores in header names are hyphens."""
        answer = self.client.get(
            path, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )
        return answer.status_code, answer.text, answer.headers.get("etag")

    @property
    def code(self) -> str:
        """Give the last part of a tag: the code's mark and the file's."""
        return code_version() + self.db.file_mark

    def times_rendered(self, ask: Callable[[], object], times: int = 2) -> int:
        """Count how often the application answers when the same is asked several times."""
        before = self.api.state.rendered
        for _ in range(times):
            ask()
        return int(self.api.state.rendered - before)


@pytest.fixture
def site(db: Database) -> Site:
    """Serve from either engine."""
    return Site(db)


def test_the_tag_says_version_revision_day_and_code(site: Site) -> None:
    """A list's version is 0, an entity's is what its route said."""
    rest = f"1.2026-03-01.{site.code}"
    assert site.get("/api/v1/number") == (200, "1", f'"0.{rest}"')
    assert site.get("/api/v1/entity") == (200, "1", f'"7.{rest}"')


def test_unchanged_data_is_rendered_once(site: Site) -> None:
    """Three reads of the same address cost one answer of the application."""
    assert site.times_rendered(lambda: site.get("/api/v1/number"), 3) == 1


def test_a_public_change_is_seen_at_once(site: Site) -> None:
    """The first read after a save shows it, under a new tag."""
    _, before, old = site.get("/api/v1/number")
    write(site.db, 2)
    _, after, new = site.get("/api/v1/number")
    assert (before, after, old == new) == ("1", "2", False)


def test_a_draft_leaves_what_is_kept(site: Site) -> None:
    """A save without a public change does not raise the revision."""
    site.get("/api/v1/number")
    write(site.db, 2, public=False)
    assert site.times_rendered(lambda: site.get("/api/v1/number")) == 0


def test_a_new_day_is_a_new_answer(db: Database) -> None:
    """Progress depends on the day, so nothing of yesterday is served."""
    days = [DAY, DAY, date(2026, 3, 2)]
    site = Site(db, today=lambda: days.pop(0))
    assert site.times_rendered(lambda: site.get("/api/v1/number"), 3) == 2


def test_each_address_has_its_own_answer(site: Site) -> None:
    """Query, host and path are parts of what is kept."""
    requests = [("/api/v1/number", "a"), ("/api/v1/number?x=1", "a"), ("/api/v1/number", "b")]
    assert site.times_rendered(lambda: [site.get(path, host=host) for path, host in requests]) == 3


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", W/{0}', "*"])
def test_a_reader_who_has_it_is_told_so(site: Site, form: str) -> None:
    """If-None-Match in each of its forms gets 304, whether the answer was kept or not."""
    tag = site.get("/api/v1/number")[2] or ""
    condition = form.format(tag)
    assert site.get("/api/v1/number", if_none_match=condition) == (304, "", tag)
    assert site.get("/api/v1/number?other", if_none_match=condition) == (304, "", tag)
    assert site.get("/api/v1/stream", if_none_match=condition) == (304, "", tag)


def test_a_reader_who_has_an_older_one_gets_the_new_one(site: Site) -> None:
    """A tag of before a change does not match."""
    tag = site.get("/api/v1/number")[2] or ""
    write(site.db, 2)
    assert site.get("/api/v1/number", if_none_match=tag)[:2] == (200, "2")


def test_not_modified_keeps_the_headers_but_those_of_the_body(site: Site) -> None:
    """A 304 says all that a kept copy needs, and nothing about a body."""
    full = site.client.get("/api/v1/number")
    short = site.client.get("/api/v1/number", headers={"If-None-Match": full.headers["etag"]})
    expected = {k: v for k, v in full.headers.items() if k not in {"content-type", "content-length"}}
    assert dict(short.headers) == expected


def test_an_error_is_never_not_modified_nor_kept(site: Site) -> None:
    """What is not there stays so whatever the reader says he has."""
    assert site.get("/api/v1/refused", if_none_match="*") == (404, "no", None)
    assert site.times_rendered(lambda: site.get("/api/v1/refused")) == 2


def test_a_personal_request_gets_nothing_that_is_kept(site: Site) -> None:
    """With a token the application answers each time, in full, untagged and for this reader only."""
    tag = site.get("/api/v1/number")[2] or ""
    asked = {"authorization": "x", "if-none-match": tag}
    assert site.times_rendered(lambda: site.client.get("/api/v1/number", headers=asked)) == 2
    answer = site.client.get("/api/v1/number", headers=asked)
    assert (answer.status_code, answer.headers.get("etag")) == (200, None)
    assert answer.headers["cache-control"] == "private, no-cache"


def test_what_a_personal_request_gets_is_not_kept_for_others(site: Site) -> None:
    """The next reader without a token is answered by the application."""
    site.get("/api/v1/number", authorization="x")
    assert site.times_rendered(lambda: site.get("/api/v1/number")) == 1


def test_cookies_reach_the_admin_alone(site: Site) -> None:
    """A public answer cannot depend on who is signed in, so it is kept for those who are as well."""
    assert site.get("/zh/admin/cookies", cookie="a=1")[1] == "a=1"
    assert site.times_rendered(lambda: site.get("/zh/cookies", cookie="a=1")) == 1
    assert site.get("/zh/cookies", cookie="a=2")[1:] == site.get("/zh/cookies")[1:]
    assert site.get("/zh/cookies")[1] == "none"


def test_an_editor_is_told_the_version_of_an_entity(site: Site) -> None:
    """He needs it for If-Match."""
    assert site.get("/api/v1/entity", authorization="x")[2] == f'"7.1.2026-03-01.{code_version()}"'


@pytest.mark.parametrize(
    ("path", "caching"), [("/zh/varying", "no-cache"), ("/zh/cookie", "private, no-cache")]
)
def test_an_answer_for_some_readers_is_neither_kept_nor_tagged(site: Site, path: str, caching: str) -> None:
    """Vary and Set-Cookie say that an address has more than one answer."""
    assert site.times_rendered(lambda: site.get(path)) == 2
    assert site.get(path)[2] is None
    assert site.client.get(path).headers["cache-control"] == caching


def test_the_admin_is_never_kept(site: Site) -> None:
    """It is rendered each time, even for a reader without a cookie, has no tag, and no search engine lists it."""
    assert site.times_rendered(lambda: site.get("/zh/admin")) == 2
    assert site.get("/zh/admin")[2] is None
    headers = site.client.get("/zh/admin").headers
    assert {name: headers[name] for name in ("cache-control", "x-robots-tag", "referrer-policy")} == {
        "cache-control": "no-store",
        "x-robots-tag": "noindex, nofollow",
        "referrer-policy": "same-origin",
    }


def test_static_files_say_themselves_how_long_they_hold(site: Site) -> None:
    """The middleware adds the security headers and leaves the rest."""
    headers = site.client.get("/static/style.css").headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_stream_passes_as_it_comes(site: Site) -> None:
    """It is tagged, whole, and not kept."""
    assert site.get("/api/v1/stream") == (200, "abc", f'"0.1.2026-03-01.{site.code}"')


@pytest.mark.parametrize(
    "path", ["/api/v1/number", "/api/v1/stream", "/zh/varying", "/static/style.css", "/no"]
)
def test_head_says_what_get_says(site: Site, path: str) -> None:
    """HEAD has GET's status and headers, Content-Length too, and no body; before and after GET was asked."""
    first = site.client.head(path)
    get = site.client.get(path)
    second = site.client.head(path)
    assert (first.status_code, dict(first.headers)) == (get.status_code, dict(get.headers))
    assert (second.status_code, dict(second.headers)) == (get.status_code, dict(get.headers))
    assert (first.content, second.content) == (b"", b"")


def test_get_after_head_has_its_body(site: Site) -> None:
    """What HEAD leaves kept is the whole answer."""
    site.client.head("/api/v1/number")
    assert site.get("/api/v1/number")[:2] == (200, "1")


def test_options_say_what_is_allowed(site: Site) -> None:
    """No body, the methods, and under /api what a browser needs to let a script ask."""
    answer = site.client.options("/api/v1/number")
    assert (answer.status_code, answer.content, answer.headers["allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"


def test_options_are_answered_for_static_files_too(site: Site) -> None:
    """What their 405 lists is really there; other sites' scripts have no business with them."""
    answer = site.client.options("/static/style.css")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-methods" not in answer.headers


def test_another_method_is_refused_by_the_router(site: Site) -> None:
    """405 names all that is allowed."""
    answer = site.client.post("/api/v1/number")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["/api/v1/number", "/no", "/zh/broken"])
def test_every_answer_has_the_security_headers(site: Site, path: str) -> None:
    """Also an error, and also one that nobody foresaw."""
    headers = site.client.get(path).headers
    expected = {name.decode(): value.decode() for name, value in SECURITY}
    assert {name: headers.get(name) for name in expected} == expected


def test_without_a_database_nothing_kept_is_served(site: Site) -> None:
    """The request goes to the application, which says itself what is wrong; afterwards all is as before."""
    site.get("/api/v1/number")
    version = set_version(site.db, "of another program")
    try:
        assert site.get("/api/v1/number")[::2] == (500, None)
        assert site.get("/zh/varying") == (200, "你好", None)
    finally:
        set_version(site.db, version)
    assert site.times_rendered(lambda: site.get("/api/v1/number")) == 0


def test_a_revision_that_cannot_be_read_is_no_answer_by_itself(site: Site) -> None:
    """Whatever is wrong with it, the application is asked: it answers what needs no database, and the rest its own way."""
    with site.db.engine.begin() as connection:
        connection.execute(text("DELETE FROM dataset_revision"))
    assert site.get("/zh/varying") == (200, "你好", None)
    assert site.get("/api/v1/number")[::2] == (500, None)
    with site.db.engine.begin() as connection:
        connection.execute(text("INSERT INTO dataset_revision (id, revision) VALUES (1, 9)"))
    assert site.get("/api/v1/number") == (200, "1", f'"0.9.2026-03-01.{site.code}"')


def set_version(db: Database, version: str) -> str:
    """Let the tables be of another version, which makes every read fail, and return the present one."""
    with db.engine.begin() as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    return str(before)


def test_a_write_in_the_middle_does_not_leave_the_old_under_the_new_revision(site: Site) -> None:
    """What was read before a save is kept under the revision of before, and so never served after it."""
    assert site.get("/api/v1/raced")[1:] == ("1", f'"0.1.2026-03-01.{site.code}"')
    assert site.get("/api/v1/raced")[1] == "2"


def test_a_snapshot_newer_than_the_arrival_counts_as_of_the_arrival(site: Site) -> None:
    """The lower of the two revisions is the tag's, so that no later request is given these bytes."""
    assert site.get("/api/v1/late")[2] == f'"0.1.2026-03-01.{site.code}"'


def test_a_snapshot_older_than_the_arrival_is_kept_as_what_it_is(db: Database) -> None:
    """A replica that lags behind leaves nothing under a revision that it has not reached."""
    write(db, 1)
    write(db, 2)
    lagging = FastAPI()

    @lagging.get("/")
    def number(request: Request) -> Response:
        request.state.revision = 1
        return Response("1")

    client = TestClient(WebMiddleware(lagging, db, today=lambda: DAY))
    assert client.get("/").headers["etag"] == f'"0.1.2026-03-01.{code_version()}{db.file_mark}"'
