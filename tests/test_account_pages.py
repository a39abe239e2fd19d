"""The own account and the page of people: passwords, browsers, tokens, invitations, roles, accounts closed and opened.

Signing in is in `test_login`, what the links do in `test_links`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select, update

from app.domain.vocabulary import Role, TokenScope
from app.store.accounts import (
    find_account,
    issue_token,
    list_account_events,
    list_accounts,
    list_sign_ins,
    list_tokens,
)
from app.store.models import ApiToken
from app.store.session import Database
from app.web.admin.browsers import browser_words
from app.web.people import Editor, Reviewer
from app.web.speech import Speech
from tests.clients import asking, database_of
from tests.people import PASSWORD, bearer, make_person, sign_in_as, signed_in

ACCOUNT, PEOPLE = "/en/admin/account", "/en/admin/people"
OTHER = "nine kettles whisper"
PROBE = "/api/v1/probe"


def post(client: TestClient, path: str, **fields: str) -> Response:
    """Send a form."""
    return client.post(path, data=fields, follow_redirects=False)


def is_in(client: TestClient) -> bool:
    """Say whether a client is signed in."""
    return client.get("/en/admin/", follow_redirects=False).status_code == 200


@pytest.fixture
def probed(db: Database) -> Iterator[TestClient]:
    """Ask an application that has two routes more, for an editor and for a reviewer."""
    router = APIRouter()

    def name(me: Editor) -> list[str]:
        return [me.name, me.role, me.door]

    def published(me: Reviewer) -> str:
        return me.name

    router.add_api_route(PROBE, name, methods=["GET", "POST"])
    router.add_api_route(PROBE, published, methods=["PUT"])
    with asking(db) as client:
        assert isinstance(client.app, FastAPI)
        client.app.include_router(router)
        yield client


def said(answer: Response) -> tuple[int, str]:
    """Give status and code of an answer of the API."""
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else "ok"


def test_a_password_is_changed_by_who_knows_it(db: Database) -> None:
    """All other browsers are signed out, this one is signed in anew, and what was typed is never repeated."""
    person = make_person(db)
    with asking(db) as client, asking(db) as other:
        sign_in_as(client, person=person)
        sign_in_as(other, person=person)
        before = client.cookies["mubiao"]
        for fields, wrong in (
            ({"old": OTHER, "new": OTHER, "again": OTHER}, "This is not your present password."),
            ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 12 characters"),
            ({"old": PASSWORD, "new": OTHER, "again": PASSWORD}, "The two passwords are not the same."),
        ):
            answer = post(client, f"{ACCOUNT}/password", **fields)
            assert (answer.status_code, wrong in answer.text) == (422, True)
            assert not {PASSWORD, OTHER} & set(re.findall(r'"([^"]*)"', answer.text))
        assert is_in(other)
        answer = post(client, f"{ACCOUNT}/password", old=PASSWORD, new=OTHER, again=OTHER)
        assert answer.headers["location"] == f"{ACCOUNT}?done=password"
        client.cookies.delete("mubiao", domain="")
        assert (is_in(client), is_in(other)) == (True, False)
        assert client.cookies["mubiao"] != before
        assert "all other browsers were signed out" in client.get(answer.headers["location"]).text
        client.cookies.set("mubiao", before)
        # Guessing the password in a browser that was left open is slowed down, too.
        client.cookies.clear()
        sign_in_as(client, person=person)
        codes = [post(client, f"{ACCOUNT}/password", old="x", new=PASSWORD, again=PASSWORD) for _ in range(6)]
        assert [answer.status_code for answer in codes] == [422] * 5 + [429]
        assert codes[-1].headers["retry-after"] in {"1", "2"}


def test_browsers_are_listed_and_signed_out_by_their_owner(db: Database) -> None:
    """One, or all but this one; nobody else's."""
    person, stranger = make_person(db), make_person(db)
    with asking(db) as client, asking(db) as second, asking(db) as third, asking(db) as strange:
        for browser in (second, third, client):
            sign_in_as(browser, person=person)
        sign_in_as(strange, person=stranger)
        with db.read() as session:
            mine = [one.id for one in list_sign_ins(session, person.id, datetime.now(UTC))]
            (strangers,) = (one.id for one in list_sign_ins(session, stranger.id, datetime.now(UTC)))
        page = client.get(ACCOUNT).text
        assert set(re.findall(r"browsers/(\d+)/end", page)) == {str(number) for number in mine[1:]}
        assert post(client, f"{ACCOUNT}/browsers/{strangers}/end").status_code == 404
        assert (
            post(client, f"{ACCOUNT}/browsers/{mine[1]}/end").headers["location"].endswith("?done=browsers")
        )
        assert [is_in(one) for one in (second, third, client, strange)] == [True, False, True, True]
        post(client, f"{ACCOUNT}/browsers/end")
        assert [is_in(one) for one in (second, client, strange)] == [False, True, True]
        assert post(client, f"{ACCOUNT}/browsers/99999999999999999999/end").status_code == 422


def test_a_token_is_shown_once_and_works_until_it_is_revoked(probed: TestClient) -> None:
    """Of it only a hash is kept; its last use is written down."""
    db = database_of(probed)
    person = sign_in_as(probed)
    made = post(probed, f"{ACCOUNT}/tokens", name="my loader", scope="write", days="30")
    secret = re.findall(r"<code>(mubiao_[\w-]{43})</code>", made.text)[0]
    header = {"Authorization": f"bearer {secret}"}
    assert secret not in probed.get(ACCOUNT).text
    assert "Never used." in probed.get(ACCOUNT).text
    assert probed.post(PROBE, headers=header).json() == [person.name, "editor", "api"]
    answer = probed.get(PROBE, headers=header)
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("private, no-cache", False)
    assert "Last used" in probed.get(ACCOUNT).text
    with db.read() as session:
        (row,) = session.scalars(select(ApiToken)).all()
    assert secret not in row.token_hash
    assert row.expires_at - row.created_at == timedelta(days=30)
    again = post(probed, f"{ACCOUNT}/tokens", name="my loader", scope="write", days="30")
    assert (again.status_code, "already. Choose another name" in again.text) == (409, True)
    assert post(probed, f"{ACCOUNT}/tokens/{row.id}/revoke").status_code == 303
    assert said(probed.get(PROBE, headers=header)) == (401, "bad_token")


def test_a_token_may_no_more_than_its_scope_and_its_owner(probed: TestClient) -> None:
    """Reading, writing, publishing; expired ones and those of others' accounts do nothing, and a cookie says nothing."""
    db = database_of(probed)
    assert said(probed.get(PROBE)) == (401, "not_signed_in")
    assert probed.get(PROBE).headers["www-authenticate"] == "Bearer"
    for header in ("Bearer nothing", "Basic YTpi", "Bearer", "Bearer a b", "mubiao_x"):
        assert said(probed.get(PROBE, headers={"Authorization": header})) == (401, "bad_token")
    reader = bearer(db, Role.REVIEWER, TokenScope.READ)
    writer = bearer(db, Role.REVIEWER, TokenScope.WRITE)
    admin = make_person(db, Role.ADMIN)
    publisher = bearer(db, scope=TokenScope.PUBLISH, person=admin)
    asked = [
        [said(probed.request(method, PROBE, headers=header)) for method in ("GET", "POST", "PUT")]
        for header in (reader, writer, publisher)
    ]
    ok = (200, "ok")
    assert asked == [
        [ok, (403, "scope_missing"), (403, "scope_missing")],
        [ok, ok, (403, "role_missing")],
        [ok, ok, ok],
    ]
    assert probed.get(PROBE, headers=publisher).json()[1] == "reviewer"
    make_person(db, Role.ADMIN)
    sign_in_as(probed, Role.ADMIN)
    assert said(probed.get(PROBE)) == (401, "not_signed_in")
    post(probed, f"{PEOPLE}/{admin.id}/role", role="editor")
    assert said(probed.put(PROBE, headers=publisher)) == (403, "role_missing")
    with db.write() as session:
        session.execute(update(ApiToken).values(expires_at=datetime.now(UTC)))
    assert said(probed.get(PROBE, headers=writer)) == (401, "bad_token")


def test_a_token_that_cannot_be_made_says_why(db: Database) -> None:
    """An editor's cannot publish, none works for ever, and nobody has hundreds."""
    with signed_in(db) as client:
        publishing = post(client, f"{ACCOUNT}/tokens", name="a", scope="publish", days="7")
        assert (publishing.status_code, "you need the role of a reviewer" in publishing.text) == (403, True)
        assert 'value="publish"' not in client.get(ACCOUNT).text
        for days in ("0", "367", "x", "-1", "９"):
            answer = post(client, f"{ACCOUNT}/tokens", name="a", scope="read", days=days)
            assert (answer.status_code, "1 to 366 days" in answer.text) == (422, True)
        assert post(client, f"{ACCOUNT}/tokens", name="a", scope="all", days="7").status_code == 422
        person = make_person(db)
        now = datetime.now(UTC)
        with db.write() as session:
            for number in range(20):
                issue_token(session, person.id, f"t{number}", TokenScope.READ, 1, now)
        sign_in_as(client, person=person)
        full = post(client, f"{ACCOUNT}/tokens", name="one more", scope="read", days="7")
        assert (full.status_code, "20 tokens" in full.text) == (422, True)
        with db.read() as session:
            assert list_tokens(session, person.id, now + timedelta(days=1)) == []


def test_an_administrator_invites(db: Database) -> None:
    """The link is shown once, to be passed on, and mailed nowhere where no mail server is set."""
    with signed_in(db, Role.ADMIN) as client, asking(db) as guest:
        made = post(client, PEOPLE, name="Li Wei", role="reviewer", email="li@example.org")
        (address,) = re.findall(r"<code>http://testserver(/en/admin/link/[\w-]{43})</code>", made.text)
        assert (made.status_code, made.headers["cache-control"], "mailed to" in made.text) == (
            200,
            "no-store",
            False,
        )
        assert address not in client.get(PEOPLE).text
        assert "Li Wei, choose a password" in guest.get(address).text
        twice = post(client, PEOPLE, name="li wei", role="editor", email="x@example.org")
        assert (twice.status_code, 'value="x@example.org"' in twice.text) == (409, True)
        wrong = post(client, PEOPLE, name="Ann", role="emperor", email="nowhere")
        assert wrong.status_code == 422
        with db.read() as session:
            li_wei = find_account(session, "Li Wei")
        newer = post(client, f"{PEOPLE}/{li_wei.id}/link").text
        assert "An invitation for Li Wei" in newer
        assert guest.get(address).status_code == 410


def test_roles_and_closed_accounts_take_effect_at_once(db: Database) -> None:
    """The next request of whoever is signed in has the new role, or is asked to sign in; what was open stays closed."""
    person = make_person(db)
    with signed_in(db, Role.ADMIN) as client, asking(db) as guest:
        sign_in_as(guest, person=person)
        token = bearer(db, person=person)
        assert guest.get(PEOPLE).status_code == 403
        assert post(client, f"{PEOPLE}/{person.id}/role", role="admin").headers["location"] == PEOPLE
        assert guest.get(PEOPLE).status_code == 200
        post(client, f"{PEOPLE}/{person.id}/close")
        assert not is_in(guest)
        assert "closed" in client.get(PEOPLE).text
        assert post(client, f"{PEOPLE}/{person.id}/link").status_code == 422
        post(client, f"{PEOPLE}/{person.id}/open")
        assert not is_in(guest)
        with db.read() as session:
            assert list_tokens(session, person.id, datetime.now(UTC)) == []
        assert token
        assert post(client, f"{PEOPLE}/2147483647/close").status_code == 404


def test_what_is_done_to_accounts_is_noted(db: Database) -> None:
    """Who did what to whom, the latest first, on the page of people; only what changed something, and no secret."""
    with signed_in(db, Role.ADMIN) as admin, asking(db) as client:
        handed = post(admin, PEOPLE, name="Ann", email="ann@example.org").text
        with db.read() as session:
            ann = find_account(session, "Ann")
            (me,) = [one for one in list_accounts(session) if one.role is Role.ADMIN]
        at = f"{PEOPLE}/{ann.id}"
        for deed, fields in (("role", {"role": "reviewer"}), ("close", {}), ("close", {}), ("open", {})):
            post(admin, f"{at}/{deed}", **fields)
        for deed, fields in (("role", {"role": "reviewer"}), ("open", {}), ("link", {})):
            post(admin, f"{at}/{deed}", **fields)
        sign_in_as(client, person=ann)
        fresh = post(client, f"{ACCOUNT}/tokens", name="loader", scope="write", days="30").text
        with db.read() as session:
            (token,) = list_tokens(session, ann.id, datetime.now(UTC))
        post(client, f"{ACCOUNT}/tokens/{token.id}/revoke")
        post(client, f"{ACCOUNT}/browsers/end")
        with db.read() as session:
            events = list_account_events(session)
        page = admin.get(PEOPLE).text
    assert [(one.deed, one.by, one.detail) for one in events if one.person == "Ann"] == [
        ("signed_out", "Ann", None),
        ("token_revoked", "Ann", "loader"),
        ("token_made", "Ann", "loader"),
        ("link_made", me.name, None),
        ("opened", me.name, None),
        ("closed", me.name, None),
        ("role_given", me.name, "reviewer"),
        ("link_made", me.name, None),
        ("added", me.name, "editor"),
    ]
    listed = page[page.index("What was done last to accounts") :]
    entries = re.findall(r"<strong>Ann</strong>\s*([^<]*?)\s*</p>\s*<p class=\"said\">([^,]+),", listed)
    assert (entries[1], entries[6]) == (
        ("token revoked · loader", "Ann"),
        ("role changed · reviewer", me.name),
    )
    secrets = re.findall(r"admin/link/([\w-]{43})", handed) + re.findall(r"<code>(mubiao_[\w-]+)", fresh)
    assert (len(secrets), [secret for secret in secrets if secret in page]) == (2, [])


def test_the_last_administrator_stays(db: Database) -> None:
    """Someone must be able to look after people; one who has not accepted the invitation does not count."""
    with asking(db) as client:
        admin = sign_in_as(client, Role.ADMIN)
        post(client, PEOPLE, name="Ann", role="admin")
        for act, fields in (("close", {}), ("role", {"role": "editor"})):
            answer = post(client, f"{PEOPLE}/{admin.id}/{act}", **fields)
            assert (answer.status_code, "the last one who can look after" in answer.text) == (422, True)
        make_person(db, Role.ADMIN)
        assert post(client, f"{PEOPLE}/{admin.id}/close").status_code == 303
        assert not is_in(client)


def test_a_form_is_read_no_further_than_it_may_be(db: Database) -> None:
    """Too large, too many fields, no text: a sentence, never a trace."""
    with signed_in(db) as client:

        def status(body: bytes) -> int:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return client.post(f"{ACCOUNT}/tokens", content=body, headers=headers).status_code

        assert status(b"name=" + b"x" * 16_384) == 413
        assert status(b"&".join(b"a%d=1" % number for number in range(51))) == 422
        assert [status(b"token=%FF"), status("token=é".encode()), status(b"token=%00")] == [400] * 3
        assert client.post(f"{ACCOUNT}/tokens", content=iter([b"a" * 9000] * 3)).status_code == 413


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/149.0 MicroMessenger/9.0", "WeChat on Android"),
        ("curl/9.0", "curl/9.0"),
        ("<b>" * 40, "<b>" * 20),
        (" ", "Unknown browser"),
    ],
)
def test_a_browser_is_called_by_what_it_says(said: str, called: str) -> None:
    """Name and system where they are known, else the beginning of what was said."""
    assert browser_words(Speech("en"), said) == called
