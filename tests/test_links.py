"""Links that work once: the first account, invitations, new passwords; and what is refused on their page.

How they are handed out is in `test_people_page` and `test_cli_user`.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.errors import DomainError
from app.domain.vocabulary import LinkPurpose, Role
from app.store.accounts import (
    Browser,
    FreshLink,
    add_person,
    disable,
    find_account,
    list_accounts,
    password_link,
    setup_link,
    sign_in,
    use_link,
)
from app.store.session import Database
from tests.clients import CHEAP, asking
from tests.people import OURS, PASSWORD, make_person, sign_in_as

OTHER = "nine kettles whisper"


def invited(db: Database, name: str = "Li Wei", role: Role = Role.EDITOR) -> FreshLink:
    """Add someone and give the invitation."""
    with db.write() as session:
        now = datetime.now(UTC)
        return password_link(session, add_person(session, name, role, now).id, now)


def use(client: TestClient, secret: str, lang: str = "en", **fields: str) -> Response:
    """Send the form of a link's page."""
    given = {"password": PASSWORD, "again": fields.get("password", PASSWORD), **fields}
    return client.post(f"/{lang}/admin/link/{secret}", data=given, headers=OURS, follow_redirects=False)


def test_the_first_account_is_made_once(db: Database) -> None:
    """The newest link makes an administrator of whoever uses it first; then all of them lead nowhere."""
    now = datetime.now(UTC)
    with db.write() as session:
        older, link = setup_link(session, now), setup_link(session, now)
    assert older is not None
    assert link is not None
    with asking(db) as client:
        page = client.get(f"/en/admin/link/{link.secret}")
        assert (page.status_code, page.headers["referrer-policy"]) == (200, "same-origin")
        assert 'name="name"' in page.text
        assert use(client, older.secret, name="Ann").status_code == 410
        assert use(client, link.secret, name="Ann").headers["location"] == "/en/admin/"
        assert "Signed in as Ann, administrator." in client.get("/en/admin/").text
        assert use(client, link.secret, name="Eve").status_code == 410
    with db.write() as session:
        assert setup_link(session, now) is None
        assert [(one.name, one.role) for one in list_accounts(session)] == [("Ann", Role.ADMIN)]


def test_a_link_for_the_first_account_ends_with_the_first_account(db: Database) -> None:
    """However that came to be: a link printed at the start is no way in afterwards."""
    with db.write() as session:
        link = setup_link(session, datetime.now(UTC))
    assert link is not None
    make_person(db, Role.ADMIN)
    with asking(db) as client:
        assert client.get(f"/en/admin/link/{link.secret}").status_code == 410
        assert use(client, link.secret, name="Eve").status_code == 410


def test_an_invitation_is_spent_by_its_form_and_not_by_opening(db: Database) -> None:
    """Mail programmes open links; the password that was set then opens the account."""
    link = invited(db)
    assert link.purpose is LinkPurpose.INVITATION
    with asking(db) as client:
        for _ in range(2):
            assert "Li Wei, choose a password" in client.get(f"/en/admin/link/{link.secret}").text
        assert use(client, link.secret).status_code == 303
        assert client.get(f"/en/admin/link/{link.secret}").status_code == 410
        assert use(client, link.secret, password=OTHER).status_code == 410
    sign_in(db, CHEAP, "li wei", PASSWORD, Browser("192.0.2.1"), datetime.now(UTC))


def test_a_new_password_ends_what_the_old_one_had_opened(db: Database) -> None:
    """The old one works until then; afterwards no browser of before is signed in, and no older link works."""
    person = make_person(db)
    now = datetime.now(UTC)
    with asking(db) as client, asking(db) as other:
        sign_in_as(client, person=person)
        with db.write() as session:
            older, link = password_link(session, person.id, now), password_link(session, person.id, now)
        assert link.purpose is LinkPurpose.RESET
        assert client.get("/en/admin/").status_code == 200
        assert use(other, older.secret).status_code == 410
        assert use(other, link.secret, password=OTHER).status_code == 303
        assert client.get("/en/admin/", follow_redirects=False).status_code == 303
    with pytest.raises(DomainError, match="wrong_login"):
        sign_in(db, CHEAP, person.name, PASSWORD, Browser("192.0.2.1"), now)


def test_links_expire_and_end_with_the_account(db: Database) -> None:
    """An invitation works for seven days; a closed account gets none, and its open ones lead nowhere."""
    link = invited(db)
    late = datetime.now(UTC) + timedelta(days=7, seconds=1)
    with pytest.raises(DomainError, match="link_spent"):
        use_link(db, CHEAP, link.secret, "", PASSWORD, Browser(""), late)
    with db.write() as session:
        person = find_account(session, "LI  wei")
        disable(session, person.id, late)
        with pytest.raises(DomainError, match="disabled"):
            password_link(session, person.id, late)
    with pytest.raises(DomainError, match="link_spent"):
        use_link(db, CHEAP, link.secret, "", PASSWORD, Browser(""), datetime.now(UTC))


def test_of_several_who_use_a_link_at_once_one_gets_in(db: Database) -> None:
    """Also on the engine on which both read it as unused."""
    now = datetime.now(UTC)
    with db.write() as session:
        setup = setup_link(session, now)
    assert setup is not None

    def attempt(number: int, secret: str) -> str:
        try:
            use_link(db, CHEAP, secret, f"Ann {number}", PASSWORD, Browser(""), now)
        except DomainError as error:
            return error.code
        return "in"

    for secret in (setup.secret, invited(db).secret):
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(attempt, range(4), [secret] * 4)) == ["in"] + ["link_spent"] * 3


def test_what_is_wrong_is_said_beside_the_field(db: Database) -> None:
    """In the reader's language, with the name still there and the passwords not; the link still works."""
    with db.write() as session:
        link = setup_link(session, datetime.now(UTC))
    assert link is not None
    cases: list[tuple[dict[str, str], str, str]] = [
        ({"password": "short"}, "f-password", "密码至少需要12个字符。"),
        ({"password": "password1234"}, "f-password", "此密码容易被猜中"),
        ({"again": OTHER}, "f-again", "两次输入的密码不一致"),
        ({"name": "<b>Ann</b>"}, "f-name", "名称最多60个字符"),
    ]
    with asking(db) as client:
        for fields, place, sentence in cases:
            answer = use(client, link.secret, "zh", **{"name": "Ann", **fields})
            assert answer.status_code == 422
            assert f'href="#{place}"' in answer.text
            assert sentence in answer.text
            assert "aria-invalid" in answer.text
            assert PASSWORD not in answer.text
            assert 'value="Ann"' in answer.text or 'value="&lt;b&gt;Ann&lt;/b&gt;"' in answer.text
        assert use(client, link.secret, name="Ann").status_code == 303
