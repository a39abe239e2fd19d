"""Signing in and out in a browser: who is let in, how long, where to, and what the answers carry.

How attempts are slowed down is in `test_throttle`, links that work once in `test_links`.
"""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, update

from app.domain.vocabulary import Role
from app.serve import NoSecrets
from app.store.accounts import Passwords, disable, setup_link
from app.store.models import Person, SignIn
from app.store.session import Database
from tests.clients import asking
from tests.people import OURS, PASSWORD, make_person, sign_in_as

HOME = "/en/admin/"


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Response:
    """Send the form of the login page."""
    return client.post(
        "/en/admin/login",
        data={"name": name, "password": password, **fields},
        headers=OURS,
        follow_redirects=False,
    )


def parts(cookie: str) -> set[str]:
    """Take a Set-Cookie apart."""
    return set(cookie.split("; "))


def test_in_and_out(db: Database) -> None:
    """The right password opens a session under a new secret, kept as a hash alone; signing out ends it."""
    person = make_person(db, name="Li  Wei")
    with asking(db) as client:
        asked = client.get(HOME, follow_redirects=False)
        assert (asked.status_code, asked.headers["location"]) == (
            303,
            "/en/admin/login?next=%2Fen%2Fadmin%2F",
        )
        client.cookies.set("mubiao", "fixed-by-a-stranger")
        let_in = sign_in(client, " li WEI ", next="/zh/admin/")
        assert (let_in.status_code, let_in.headers["location"]) == (303, "/zh/admin/")
        cookies = let_in.headers.get_list("set-cookie")
        assert [line.partition("=")[0] for line in cookies] == ["mubiao", "mubiao-device"]
        assert all({"HttpOnly", "Path=/", "SameSite=lax"} < parts(line) for line in cookies)
        assert not any("Secure" in line or "Domain" in line for line in cookies)
        secret = cookies[0].partition("=")[2].partition(";")[0]
        client.cookies.clear()
        client.cookies.set("mubiao", secret)
        home = client.get(HOME)
        assert "Signed in as Li Wei, editor." in home.text
        assert {
            name: home.headers[name] for name in ("cache-control", "x-robots-tag", "referrer-policy")
        } == {
            "cache-control": "no-store",
            "x-robots-tag": "noindex, nofollow",
            "referrer-policy": "same-origin",
        }
        assert "frame-ancestors 'none'" in home.headers["content-security-policy"]
        with db.read() as session:
            (row,) = session.scalars(select(SignIn)).all()
        assert secret not in (row.token_hash, "fixed-by-a-stranger")
        assert row.person_id == person.id
        gone = client.post("/en/admin/logout", headers=OURS, follow_redirects=False)
        assert gone.headers["set-cookie"].startswith('mubiao=""; ')
        client.cookies.set("mubiao", secret)
        assert client.get(HOME, follow_redirects=False).status_code == 303


def test_over_https_a_cookie_is_held_to_the_host(db: Database) -> None:
    """With an https address the names begin with __Host- and the cookies are Secure."""
    person = make_person(db)
    with asking(db, public_url="https://mubiao.example") as client:
        lines = sign_in(client, person.name).headers.get_list("set-cookie")
    assert [line.partition("=")[0] for line in lines] == ["__Host-mubiao", "__Host-mubiao-device"]
    assert all("Secure" in line and "Path=/" in line and "Domain" not in line for line in lines)


def test_who_is_refused_learns_nothing(db: Database) -> None:
    """An unknown name, a wrong password and a closed account get the same page; what was typed stays but the password."""
    person = make_person(db, name="Someone")
    closed = make_person(db, name="Another")
    with db.write() as session:
        disable(session, closed.id, datetime.now(UTC))
    with asking(db) as client:
        said = [
            sign_in(client, person.name, "another password"),
            sign_in(client, "No-one", PASSWORD),
            sign_in(client, closed.name, PASSWORD),
        ]
    pages = {
        answer.text.replace(name, "…")
        for answer, name in zip(said, ("Someone", "No-one", "Another"), strict=True)
    }
    assert {answer.status_code for answer in said} == {422}
    assert len(pages) == 1
    assert "Name and password do not fit together" in said[0].text
    assert PASSWORD not in "".join(answer.text for answer in said)


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/zh/admin\\@evil.example",
        "/zh/admin/\r\nSet-Cookie: a=1",
        "/zh/adminer",
        "/zh/plans",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_login_leads_to_our_own_pages_alone(db: Database, to: str) -> None:
    """Any other address as `next` leads to the first page behind the login, and is not repeated on the form."""
    person = make_person(db)
    with asking(db) as client:
        assert to not in client.get("/en/admin/login", params={"next": to}).text
        assert sign_in(client, person.name, next=to).headers["location"] == HOME


def test_a_session_ends(db: Database) -> None:
    """After twelve hours of silence or fourteen days, whatever was done meanwhile; a use is written down now and then."""
    with asking(db) as client:
        sign_in_as(client, Role.EDITOR)
        now = datetime.now(UTC)

        def status(**values: datetime) -> int:
            with db.write() as session:
                session.execute(update(SignIn).values(**values))
            return client.get(HOME, follow_redirects=False).status_code

        assert status(used_at=now - timedelta(hours=11, minutes=59)) == 200
        with db.read() as session:
            used_at = session.scalar(select(SignIn.used_at))
        assert used_at is not None
        assert used_at >= now
        assert status(used_at=now - timedelta(hours=12, seconds=1)) == 303
        assert status(used_at=now, expires_at=now - timedelta(seconds=1)) == 303


def test_another_site_cannot_act_for_a_reader(db: Database) -> None:
    """A change is taken from our own pages: said by the browser, or by the origin where it says nothing else."""
    with asking(db) as client:
        sign_in_as(client)
        del client.headers["Sec-Fetch-Site"]

        def status(**headers: str) -> int:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.post("/en/admin/logout", headers=given, follow_redirects=False).status_code

        refused = [
            {},
            {"sec_fetch_site": "cross-site", "origin": "http://testserver"},
            {"sec_fetch_site": "same-site"},
            {"origin": "null"},
            {"origin": "https://evil.example"},
            {"origin": "http://testserver:81"},
            {"origin": "https://testserver"},
            {"origin": "http://["},
            {"referer": "http://testserver/en/admin/"},
        ]
        assert [status(**headers) for headers in refused] == [403] * len(refused)
        assert client.get(HOME).status_code == 200
        assert status(origin="http://testserver:80") == 303


def test_public_pages_do_not_know_who_reads(db: Database) -> None:
    """The answer to someone signed in is the kept one of everybody, and no route is told of a cookie."""
    with asking(db) as client:
        first = client.get("/en/methodology")
        sign_in_as(client)
        again = client.get("/en/methodology", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["cache-control"], again.status_code) == ("no-cache", 304)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_secret_is_logged(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the log of errors nor in that of requests: a link's secret is blotted out, a password never there."""
    with db.write() as session:
        link = setup_link(session, datetime.now(UTC))
    assert link is not None
    secret = link.secret
    with asking(db) as client:
        # What nobody foresees.
        client.app.state.passwords = None  # type: ignore[attr-defined]
        fields = {"name": "Ann", "password": PASSWORD, "again": PASSWORD}
        assert client.post(f"/en/admin/link/{secret}", data=fields, headers=OURS).status_code == 500
    line = logging.LogRecord(
        "uvicorn.access", 20, "", 0, '"%s %s"', ("GET", f"/en/admin/link/{secret}?a=b"), None
    )
    assert NoSecrets().filter(line)
    assert line.getMessage() == '"GET /en/admin/link/…?a=b"'
    assert "/en/admin/link/…" in caplog.text
    assert secret not in caplog.text
    assert PASSWORD not in caplog.text


def test_signing_in_again_leaves_nothing_of_before(db: Database) -> None:
    """The sign-in that a browser brings along ends, whoever it is of: a secret that was planted opens nothing."""
    owner, planter = make_person(db), make_person(db)
    with asking(db) as client:
        sign_in_as(client, person=planter)
        planted = client.cookies["mubiao"]
        let_in = sign_in(client, owner.name)
        assert planted not in let_in.headers["set-cookie"]
    with db.read() as session:
        assert [row.person_id for row in session.scalars(select(SignIn))] == [owner.id]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_hash_of_other_costs_is_renewed_and_one_of_another_kind_opens_nothing(db: Database) -> None:
    """Costs may be raised at any time: whoever signs in next has them."""
    person = make_person(db, passwords=Passwords(Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1)))

    def kept(value: str | None = None) -> str:
        with db.write() as session:
            if value is not None:
                session.execute(update(Person).values(password_hash=value))
            return str(session.scalar(select(Person.password_hash)))

    assert "t=2" in kept()
    with asking(db) as client:
        assert sign_in(client, person.name).status_code == 303
        assert "t=1" in kept()
        kept("$2b$12$of-another-kind")
        assert sign_in(client, person.name).status_code == 422
