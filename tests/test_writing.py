"""Writing by the API: the life of an entity, versions, roles, what is refused, what others see of it.

Repeats are tested in `test_repeats`, uploads in `test_import`, parallel saves and kills in `test_writing_together`.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.vocabulary import Role, TokenScope
from app.store import service
from app.store.session import Database
from tests import builders as make
from tests.clients import asking, database_of
from tests.people import bearer

V = "/api/v1"
PLAN = f"{V}/plans/zj-plan"
Headers = dict[str, str]


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask an application that knows a region, a topic, a metric and a source."""
    with db.write() as session:
        for code in ("100000", "330000"):
            make.make_region(session, code)
        make.make_topic(session)
        make.make_metric(session)
        make.make_source(session)
        make.make_organization(session)
    with asking(db) as asked:
        yield asked


@pytest.fixture
def editor(client: TestClient) -> Headers:
    """Give the token of an editor."""
    return bearer(database_of(client), Role.EDITOR)


@pytest.fixture
def reviewer(client: TestClient) -> Headers:
    """Give the token of a reviewer, which may publish."""
    return bearer(database_of(client), Role.REVIEWER, TokenScope.PUBLISH)


def draft(**fields: Any) -> dict[str, Any]:
    """Give a plan with a target as an editor sends it."""
    return {**make.plan(targets=[make.target()], **fields), "editorial_state": "draft"}


def seen(answer: Response | int) -> Headers:
    """Say which version a change is made from."""
    return {"If-Match": f'"{answer}"' if isinstance(answer, int) else answer.headers["etag"]}


def refusal(answer: Response, status: int) -> list[tuple[str, str]]:
    """Give field and code of each thing that is wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def test_the_life_of_a_plan(client: TestClient, editor: Headers, reviewer: Headers) -> None:
    """Made, saved, handed in, sent back, published, changed, dropped, retired, restored: each step is a version."""
    made = client.post(f"{V}/plans?reason=%E6%96%B0%E7%A8%BF", json=draft(), headers=editor)
    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (201, PLAN, '"1"')
    assert made.headers["cache-control"] == "private, no-cache"
    assert (made.json()["state"], made.json()["seed"]["title_en"]) == ("draft", "Plan zj-plan")
    assert client.get(PLAN).status_code == 404
    saved = client.put(PLAN, json=draft(title_en="Second"), headers=editor | seen(made))
    assert (saved.json()["version"], saved.json()["waits"]) == (2, False)
    handed = client.post(f"{PLAN}/submit", headers=editor | seen(saved))
    back = client.post(f"{PLAN}/send-back?reason=why", headers=reviewer | seen(handed))
    assert (handed.json()["state"], back.json()["state"]) == ("in_review", "draft")
    handed = client.post(f"{PLAN}/submit", headers=editor | seen(back))
    shown = client.post(f"{PLAN}/publish", headers=reviewer | seen(handed))
    assert (shown.json()["state"], client.get(PLAN).json()["title_en"]) == ("published", "Second")

    changed = client.put(PLAN, json=draft(title_en="Third"), headers=editor | seen(shown))
    assert {name: changed.json()[name] for name in ("waits", "applied_version", "base", "outdated")} == {
        "waits": True,
        "applied_version": shown.json()["version"],
        "base": shown.json()["version"],
        "outdated": False,
    }
    assert client.get(PLAN).json()["title_en"] == "Second"
    assert client.get(f"{PLAN}/seed", headers=editor).json() == changed.json()
    assert refusal(client.delete(PLAN, headers=reviewer | seen(changed)), 422) == [("", "change_waits")]
    dropped = client.post(f"{PLAN}/discard", headers=editor | seen(changed))
    assert (dropped.json()["seed"]["title_en"], dropped.json()["waits"]) == ("Second", False)

    asked = client.delete(PLAN, headers=editor | seen(dropped))
    assert (asked.json()["state"], client.get(PLAN).status_code) == ("in_review", 200)
    client.post(f"{PLAN}/publish", headers=reviewer | seen(asked))
    assert client.get(PLAN).status_code == 410
    gone = client.get(f"{PLAN}/seed", headers=reviewer)
    restored = client.post(f"{PLAN}/restore", headers=reviewer | seen(gone))
    assert (restored.json()["state"], client.get(PLAN).status_code) == ("published", 200)
    old = client.post(f"{PLAN}/restore?version=1", headers=editor | seen(restored))
    assert (old.json()["state"], old.json()["seed"]["title_en"]) == ("draft", "Plan zj-plan")

    listed = client.get(f"{PLAN}/revisions?limit=3", headers=editor).json()
    assert ([one["action"] for one in listed["items"]], listed["total"]) == (
        ["drafted", "restored", "retired"],
        12,
    )
    rest = client.get(f"{PLAN}/revisions", params={"cursor": listed["next"], "limit": 3}, headers=editor)
    assert [one["version"] for one in rest.json()["items"]] == [9, 8, 7]
    first = client.get(f"{PLAN}/revisions/1", headers=editor).json()
    assert (first["reason"], first["door"], first["before"]) == ("新稿", "api", None)
    second = client.get(f"{PLAN}/revisions/2", headers=editor).json()
    assert (second["before"], second["fields"]) == (
        first["after"],
        [{"field": "title_en", "old": "Plan zj-plan", "new": "Second"}],
    )
    assert refusal(client.get(f"{PLAN}/revisions/99", headers=editor), 404) == [("", "unknown_version")]


def test_every_kind_goes_the_same_way(client: TestClient, editor: Headers, reviewer: Headers) -> None:
    """Each kind can be made, read, changed and retired at the address that `Location` names."""
    entities: dict[str, tuple[str, dict[str, Any]]] = {
        "region": (
            "name_en",
            {"code": "330100", "slug": "hangzhou", "level": "prefecture", "name_zh": "杭州市"},
        ),
        "organization": ("name_en", {"slug": "body", "name_zh": "机构"}),
        "topic": ("name_en", {"slug": "robots", "name_zh": "机器人"}),
        "metric": ("name_en", {"slug": "profit", "name_zh": "利润"}),
        "source": ("title_en", {"slug": "paper", "kind": "news", "title_zh": "报道", "script": "hans"}),
        "plan": ("title_en", {**make.plan("zj-second"), "editorial_state": "draft"}),
        "observation": ("statement_en", {"slug": "zj-2024", "region": "330000", "topic": "ai"}),
        "assessment": ("searched_en", {"region": "330000", "topic": "ai", "searched_on": "2026-11-20"}),
    }
    entities["region"][1].update(short_zh="杭州", parent="330000")
    definition = {"definition_zh": "定义。", "definition_en": "A definition."}
    entities["topic"][1].update(definition)
    money = {"family": "industry_size", "dimension": "money", "canonical_unit": "CNY"}
    entities["metric"][1].update(definition, **money)
    figure = {"metric": "revenue", "status": "official", "value_as_stated": "300亿元", "end": "2024"}
    entities["observation"][1].update(figure, statement_zh="收入")
    entities["assessment"][1].update(searched_zh="文章")
    assert entities.keys() == service.WRITERS.keys()
    for kind, (field, entity) in entities.items():
        made = client.post(f"{V}/{kind}s", json={**entity, field: "One"}, headers=editor)
        assert made.status_code == 201, (kind, made.text)
        place = made.headers["location"]
        again = client.post(f"{V}/{kind}s", json={**entity, field: "One"}, headers=editor)
        assert refusal(again, 409)[0][1] == "key_taken", kind
        read = client.get(f"{place}/seed", headers=editor)
        assert (read.json()["kind"], read.json()["seed"][field]) == (kind, "One")
        saved = client.put(place, json={**entity, field: "Two"}, headers=reviewer | seen(read))
        assert (saved.json()["seed"][field], saved.json()["version"]) == ("Two", 2), (kind, saved.text)
        other = client.put(place, json={**entities[kind][1], field: "Three"}, headers=reviewer | seen(1))
        assert other.json()["stale"]["fields"] == [
            {"field": field, "base": "One", "sent": "Three", "stands": "Two"}
        ]
        retired = client.delete(place, headers=reviewer | seen(saved))
        assert (retired.status_code, retired.json()["state"]) == (200, "retired"), (kind, retired.text)


def test_a_change_says_which_version_it_is_made_from(client: TestClient, editor: Headers) -> None:
    """Without a version 428, with any version 422, with another than the latest 412 and both versions."""
    made = client.post(f"{V}/plans", json=draft(), headers=editor)
    assert refusal(client.put(PLAN, json=draft(), headers=editor), 428) == [
        ("If-Match", "precondition_required")
    ]
    for wrong in ("*", "3", '"a"', '"1", "2"', '""', '"1.'):
        answer = client.put(PLAN, json=draft(), headers=editor | {"If-Match": wrong})
        assert refusal(answer, 422) == [("If-Match", "bad_if_match")], wrong
    for tag in ('"1"', 'W/"1"', '"1.7.2026-11-30.abc-br"'):
        answer = client.put(PLAN, json=draft(), headers=editor | {"If-Match": tag})
        assert (answer.status_code, answer.headers["etag"]) == (200, '"1"'), tag
    theirs = client.put(PLAN, json=draft(title_en="Theirs", summary_en="S"), headers=editor | seen(made))
    mine = client.put(PLAN, json=draft(title_en="Mine"), headers=editor | seen(made))
    assert refusal(mine, 412) == [("If-Match", "stale_version")]
    stale = mine.json()["stale"]
    assert (stale["seen"], stale["base"]["title_en"], stale["sent"]["title_en"]) == (
        1,
        "Plan zj-plan",
        "Mine",
    )
    assert (stale["stands"]["version"], stale["stands"]["seed"]) == (2, theirs.json()["seed"])
    assert stale["fields"] == [
        {"field": "title_en", "base": "Plan zj-plan", "sent": "Mine", "stands": "Theirs"},
        {"field": "summary_en", "stands": "S"},
    ]
    for method, path in (("DELETE", ""), ("POST", "/submit"), ("POST", "/discard"), ("POST", "/restore")):
        stepped = client.request(method, PLAN + path, headers=editor | seen(1))
        assert refusal(stepped, 412) == [("If-Match", "stale_version")], path
        assert stepped.json()["stale"]["stands"]["version"] == 2
    assert client.get(f"{PLAN}/seed", headers=editor).json() == theirs.json()
    unknown = client.put(
        f"{V}/plans/zj-none", json={**draft(), "targets": [], "slug": "zj-none"}, headers=editor | seen(1)
    )
    assert refusal(unknown, 404) == [("", "unknown_plan")]


def test_what_an_editor_may_not(client: TestClient, editor: Headers, reviewer: Headers) -> None:
    """Publishing is for reviewers, by whichever way; under four eyes it is for another reviewer."""
    public = {**draft(), "editorial_state": "published"}
    assert refusal(client.post(f"{V}/plans", json=public, headers=editor), 403) == [("", "may_not_publish")]
    made = client.post(f"{V}/plans", json=draft(), headers=editor)
    answer = client.post(f"{PLAN}/publish", headers=editor | seen(made))
    assert refusal(answer, 403) == [("", "role_missing")]
    with asking(database_of(client), four_eyes=True) as strict:
        own = strict.put(PLAN, json=draft(title_en="Own"), headers=reviewer | seen(made))
        answer = strict.post(f"{PLAN}/publish", headers=reviewer | seen(own))
        assert refusal(answer, 403) == [("", "four_eyes")]
        other = bearer(database_of(client), Role.REVIEWER, TokenScope.PUBLISH)
        assert strict.post(f"{PLAN}/publish", headers=other | seen(own)).status_code == 200


def test_an_embargo_by_api(client: TestClient, editor: Headers, reviewer: Headers) -> None:
    """What is to be published later waits, and says for when; a day alone is no instant."""
    made = client.post(f"{V}/plans", json=draft(), headers=editor)
    answer = client.post(f"{PLAN}/publish?publish_at=2099-01-01", headers=reviewer | seen(made))
    assert refusal(answer, 422) == [("publish_at", "bad_form")]
    later = "2099-01-01T09:00:00%2B08:00"
    answer = client.post(f"{PLAN}/publish?publish_at={later}", headers=reviewer | seen(made))
    assert (answer.json()["publish_at"], answer.json()["waits"]) == ("2099-01-01T01:00:00Z", True)
    assert client.get(PLAN).status_code == 404


BODIES: list[tuple[str, bytes, int, list[tuple[str, str, int | None]]]] = [
    ("application/json", b"", 400, [("", "bad_json", 1)]),
    ("application/json", b'{\n "slug": "a",\n}', 400, [("", "bad_json", 3)]),
    ("application/json", b'{"slug": NaN}', 400, [("", "bad_json", 1)]),
    ("application/json", b"[" * 100_000, 400, [("", "bad_json", 1)]),
    ("application/json", b'{"slug": "\xff"}', 400, [("", "not_utf8", 1)]),
    ("application/json", b"[]", 422, [("", "bad_form", None)]),
    ("application/json", b'"slug"', 422, [("", "bad_form", None)]),
    ("text/plain", b"{}", 415, [("Content-Type", "wrong_media_type", None)]),
    ("application/json; charset=gbk", b"{}", 415, [("Content-Type", "wrong_media_type", None)]),
    ("application/yaml", b"slug: a", 415, [("Content-Type", "wrong_media_type", None)]),
    ("application/json", b" " * (2**20 + 1), 413, [("", "body_too_large", None)]),
    (
        "application/json",
        b'{"slug": "org",\n"slug": "org", "name_zh": "\\u0000",\n"name_en": "\\ud800", "x": 1}',
        422,
        [
            ("slug", "duplicate_key", 2),
            ("name_zh", "bad_character", 2),
            ("name_en", "bad_character", 3),
            ("name_zh", "missing", 2),
            ("name_en", "missing", 3),
            ("x", "unknown_field", 3),
        ],
    ),
    (
        "application/json",
        b'{"slug": "org", "name_zh": "a", "name_en": "b",\n"region": "999999"}',
        422,
        [("region", "unknown_region", 2)],
    ),
]


def test_content_that_is_refused(client: TestClient, editor: Headers) -> None:
    """What is no JSON, of another type, too large, ambiguous or wrong is told with its place, all at once."""
    for kind, body, status, wrong in BODIES:
        answer = client.post(f"{V}/organizations", content=body, headers=editor | {"Content-Type": kind})
        assert answer.status_code == status, (body[:50], answer.text)
        said = [(error["field"], error["code"], error.get("line")) for error in answer.json()["errors"]]
        assert said == wrong
        # What is wrong is in the content, not in the address.
        assert "The address" not in answer.json()["detail"]


def test_figures_keep_every_digit(client: TestClient, editor: Headers) -> None:
    """A number of JSON is taken as it is written, not by way of a float."""
    plan = draft()
    plan["targets"][0]["deadlines"][0] = {"due": "2027", "comparator": "eq", "unit": "亿元", "value": "VALUE"}
    text = json.dumps(plan).replace('"VALUE"', "12345678901234567.0123456789")
    made = client.post(f"{V}/plans", content=text, headers=editor | {"Content-Type": "application/json"})
    assert made.json()["seed"]["targets"][0]["deadlines"][0]["value"] == "12345678901234567.0123456789"


def test_what_is_said_besides_is_refused(client: TestClient, editor: Headers) -> None:
    """An unknown parameter, content where none is read, another key than the address names, a reason too long."""
    made = client.post(f"{V}/plans", json=draft(), headers=editor)
    tried = {
        client.put(f"{PLAN}?force=1", json=draft(), headers=editor | seen(made)): (422, "unknown_parameter"),
        client.post(f"{PLAN}/submit", json={"publish_at": "x"}, headers=editor | seen(made)): (
            422,
            "body_not_expected",
        ),
        client.put(
            PLAN, json={**make.plan("zj-other"), "editorial_state": "draft"}, headers=editor | seen(made)
        ): (
            422,
            "other_key",
        ),
        client.post(f"{PLAN}/submit?reason={'x' * 301}", headers=editor | seen(made)): (422, "too_long"),
        client.patch(PLAN, json={}, headers=editor): (405, "method_not_allowed"),
    }
    for answer, (status, code) in tried.items():
        assert refusal(answer, status)[0][1] == code
    assert client.get(f"{PLAN}/seed", headers=editor).json()["version"] == 1


def test_readers_see_a_write_at_once(client: TestClient, editor: Headers, reviewer: Headers) -> None:
    """The tag of what was kept holds no longer; that of an entity names its version, which a change may go on from."""
    made = client.post(f"{V}/plans", json={**draft(), "editorial_state": "published"}, headers=reviewer)
    before = client.get(PLAN)
    assert before.headers["etag"].startswith('"1.')
    assert client.get(PLAN, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    own = client.get(PLAN, headers=editor)
    assert (own.json(), own.headers["etag"][:3]) == (before.json(), '"1.')
    edited = client.get(f"{PLAN}/seed", headers=editor)
    waiting = client.put(PLAN, json=draft(title_en="Waits"), headers=editor | seen(before))
    assert client.get(PLAN, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    after = client.get(f"{PLAN}/seed", headers=editor)
    assert (after.json(), edited.headers["etag"][:3], after.headers["etag"][:3]) == (
        waiting.json(),
        '"1.',
        '"2.',
    )
    client.post(f"{PLAN}/publish", headers=reviewer | seen(waiting))
    after = client.get(PLAN, headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["title_en"], made.status_code) == (200, "Waits", 201)
    assert client.get(f"{V}/changes?entity=plan").json()["items"][0]["action"] == "changed"
