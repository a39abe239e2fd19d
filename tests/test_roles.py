"""Who may do what: every route that changes something, and every page behind the login, with the role that it needs.

A route that is not in the table fails: put it there, with its role. What the routes do is tested elsewhere.
"""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.people import may
from app.domain.vocabulary import Role, TokenScope
from app.main import create_app
from app.settings import Settings
from app.store.session import Database
from app.web.headers import MCP, SAFE
from tests.clients import asking, database_of
from tests.people import bearer, make_person, sign_in_as

ADMIN = "/{lang:lang}/admin"
EVERYONE = None
TABLE: dict[tuple[str, str], Role | None] = {
    ("GET", f"{ADMIN}/login"): EVERYONE,
    ("POST", f"{ADMIN}/login"): EVERYONE,
    ("POST", f"{ADMIN}/logout"): EVERYONE,
    ("GET", f"{ADMIN}/link/{{secret}}"): EVERYONE,
    ("POST", f"{ADMIN}/link/{{secret}}"): EVERYONE,
    ("GET", f"{ADMIN}/"): Role.EDITOR,
    ("POST", f"{ADMIN}/login/carried"): EVERYONE,
    ("GET", f"{ADMIN}/plans/new"): Role.EDITOR,
    ("POST", f"{ADMIN}/plans/new"): Role.EDITOR,
    ("GET", f"{ADMIN}/plans/{{slug}}/edit"): Role.EDITOR,
    ("POST", f"{ADMIN}/plans/{{slug}}/edit"): Role.EDITOR,
    ("GET", f"{ADMIN}/new/{{kind}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/new/{{kind}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/edit/{{kind}}/{{key:path}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/edit/{{kind}}/{{key:path}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/preview/{{key}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/unsaved/{{key}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/unsaved/{{key}}/drop"): Role.EDITOR,
    ("GET", f"{ADMIN}/add/{{kind}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/add/{{kind}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/suggest/{{kind}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/understand"): Role.EDITOR,
    ("GET", f"{ADMIN}/lists/{{kind}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/review"): Role.EDITOR,
    ("GET", f"{ADMIN}/desk/{{kind}}/{{key:path}}"): Role.EDITOR,
    ("POST", f"{ADMIN}/desk/{{kind}}/{{key:path}}"): Role.EDITOR,
    ("GET", f"{ADMIN}/account"): Role.EDITOR,
    ("POST", f"{ADMIN}/account/password"): Role.EDITOR,
    ("POST", f"{ADMIN}/account/browsers/{{number}}/end"): Role.EDITOR,
    ("POST", f"{ADMIN}/account/browsers/end"): Role.EDITOR,
    ("POST", f"{ADMIN}/account/tokens"): Role.EDITOR,
    ("POST", f"{ADMIN}/account/tokens/{{number}}/revoke"): Role.EDITOR,
    ("GET", f"{ADMIN}/people"): Role.ADMIN,
    ("POST", f"{ADMIN}/people"): Role.ADMIN,
    ("POST", f"{ADMIN}/people/{{number}}/link"): Role.ADMIN,
    ("POST", f"{ADMIN}/people/{{number}}/role"): Role.ADMIN,
    ("POST", f"{ADMIN}/people/{{number}}/close"): Role.ADMIN,
    ("POST", f"{ADMIN}/people/{{number}}/open"): Role.ADMIN,
}
# Assistants ask by POST: a read, open to everyone, that no cookie or token has to do with.
ASSISTANTS = ("POST", MCP)
TABLE[ASSISTANTS] = EVERYONE
KINDS = ("region", "organization", "topic", "metric", "source", "plan", "observation", "assessment")


def writing() -> Iterator[tuple[tuple[str, str], Role]]:
    """Give the routes that write through the API: the same for every kind of entity."""
    yield ("POST", "/api/v1/import"), Role.EDITOR
    for kind in KINDS:
        one = f"/api/v1/{kind}s/" + ("{region}/{topic}" if kind == "assessment" else "{key}")
        yield ("POST", f"/api/v1/{kind}s"), Role.EDITOR
        yield ("PUT", one), Role.EDITOR
        yield ("DELETE", one), Role.EDITOR
        for step in ("submit", "discard", "restore"):
            yield ("POST", f"{one}/{step}"), Role.EDITOR
        for step in ("publish", "send-back"):
            yield ("POST", f"{one}/{step}"), Role.REVIEWER


TABLE |= dict(writing())
# What editors read through the API.
READ: dict[tuple[str, str], Role | None] = {
    ("GET", path + part): Role.EDITOR
    for method, path in TABLE
    if method == "PUT"
    for part in ("/seed", "/revisions", "/revisions/{version}")
}
# A number that no row has, and a text that is no key.
FILLED = {"lang": "en", "number": "2147483647"}
GARBAGE = b'{"\xff'


def guarded(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Give method and path of every route that must be in the table."""
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            if route.path and (method not in SAFE or (method == "GET" and route.path.startswith(ADMIN))):
                yield method, route.path


def test_every_route_says_who_may() -> None:
    """A route that changes something without being in the table is one that nobody has thought about."""
    assert sorted(guarded(create_app(Settings.from_env()))) == sorted(TABLE)


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask an application in which there is someone of each role, and the last administrator is another one."""
    make_person(db, Role.ADMIN)
    with asking(db) as client:
        yield client


def ask(client: TestClient, method: str, path: str, **headers: str) -> Response:
    """Send a body that is neither a form nor JSON: it must not be looked at before it is known who sends it."""
    filled = re.sub(r"{(\w+)(?::\w+)?}", lambda found: FILLED.get(found[1], "none"), path)
    content = None if method == "GET" else GARBAGE
    given = {"Content-Type": "application/json", **headers}
    return client.request(method, filled, content=content, headers=given, follow_redirects=False)


def outcome(answer: Response) -> str:
    """Say whether an answer lets in, asks who it is, or refuses; who signs out is led to the login as well."""
    led = answer.headers.get("location", "").startswith("/en/admin/login")
    if answer.status_code == 401 or (led and not answer.request.url.path.endswith("/logout")):
        return "unknown"
    return "refused" if answer.status_code == 403 else "let in"


def test_each_route_lets_in_its_role_and_those_above(client: TestClient) -> None:
    """Nobody is led to the login, a lesser role is refused, and that before the body is read."""
    db = database_of(client)
    people = {role: make_person(db, role) for role in Role}
    tokens = {role: bearer(db, person=person, scope=TokenScope.WRITE) for role, person in people.items()}
    tokens |= {
        role: bearer(db, person=people[role], scope=TokenScope.PUBLISH)
        for role in Role
        if role is not Role.EDITOR
    }
    found, expected = {}, {}
    for (method, path), needed in (TABLE | READ).items():
        through_api = path.startswith("/api/")
        client.cookies.clear()
        place = f"{method} {path}"
        ours = {"Sec-Fetch-Site": "same-origin"}
        found[place, "nobody"] = outcome(ask(client, method, path, **ours))
        expected[place, "nobody"] = "let in" if needed is None else "unknown"
        if through_api:
            # A cookie says nothing there, which is why no other site can make use of it.
            sign_in_as(client, person=people[Role.ADMIN])
            assert outcome(ask(client, method, path)) == "unknown"
            client.cookies.clear()
        for role, person in people.items():
            if not through_api:
                # What is tried may sign out, so each is signed in anew.
                client.cookies.clear()
                sign_in_as(client, person=person)
            headers = tokens[role] if through_api else ours
            found[place, role] = outcome(ask(client, method, path, **headers))
            expected[place, role] = "let in" if needed is None or may(role, needed) else "refused"
    assert found == expected


def test_another_site_changes_nothing(client: TestClient) -> None:
    """Whoever is signed in, what another site sends is refused by its origin, and so is what says none."""
    db = database_of(client)
    admin = make_person(db, Role.ADMIN)
    for method, path in TABLE:
        if method in SAFE or path.startswith("/api/") or (method, path) == ASSISTANTS:
            continue
        sign_in_as(client, person=admin)
        del client.headers["Sec-Fetch-Site"]
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = ask(client, method, path, **headers)
            assert (answer.status_code, "another site" in answer.text) == (403, True), (method, path, headers)


def test_methods_are_named_whole(client: TestClient) -> None:
    """OPTIONS and a refused method name all that an address takes; other sites' scripts may only read."""
    for path, allowed in {
        "/en/admin/account/tokens": "OPTIONS, POST",
        "/en/admin/login": "GET, HEAD, OPTIONS, POST",
        "/en/compare": "GET, HEAD, OPTIONS",
        "/api/v1/plans": "GET, HEAD, OPTIONS, POST",
        "/mcp": "OPTIONS, POST",
        "/nothing": "GET, HEAD, OPTIONS",
    }.items():
        answer = client.options(path)
        assert (answer.status_code, answer.headers["allow"]) == (204, allowed)
    refused = client.delete("/en/admin/login", headers={"Sec-Fetch-Site": "same-origin"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    preflight = client.options("/api/v1/plans").headers
    assert preflight["access-control-allow-methods"] == "GET, HEAD"
