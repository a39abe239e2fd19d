"""Uploads by the API: many entities at once in the form of the seeds, tried first, then done as a whole or not at all.

How the committed seeds are loaded is tested in `test_seeds`.
"""

from typing import Any

import yaml
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.domain.vocabulary import Role, TokenScope
from app.exchange.seeds.json_text import read_json
from app.exchange.seeds.reading import read_yaml
from app.store.models import Revision
from app.store.service import read_all, save_all
from app.store.session import Database
from tests import builders as make
from tests.counting import count_statements
from tests.people import bearer
from tests.test_writing import client as client  # noqa: PLC0414 - the fixture

PATH = "/api/v1/import"
YAML = {"Content-Type": "application/yaml"}


def upload() -> dict[str, Any]:
    """Give a topic below one that comes after it, and two plans that name each other."""
    names = {"definition_zh": "定义。", "definition_en": "A definition."}
    link = {"kind": "implements"}
    return {
        "plans": [
            {
                **make.plan("zj-one", targets=[make.target("zj-one.revenue")]),
                "links": [{**link, "to": "zj-two"}],
            },
            {**make.plan("zj-two"), "links": [{"kind": "supersedes", "to": "zj-one"}]},
        ],
        "topics": [
            {"slug": "arms", "parent": "robots", "name_zh": "机械臂", "name_en": "Arms", **names},
            {"slug": "robots", "name_zh": "机器人", "name_en": "Robots", **names},
        ],
    }


def rows(db: Database) -> int:
    """Count the revisions."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Revision)) or 0


def test_an_upload_is_tried_then_done(client: TestClient, db: Database) -> None:
    """A dry run tells all and writes nothing; an editor's plans are drafts, a reviewer's may be public."""
    editor, reviewer = bearer(db), bearer(db, Role.REVIEWER, TokenScope.PUBLISH)
    before, revision = rows(db), db.revision()
    tried = client.post(f"{PATH}?dry_run=true", json=upload(), headers=editor)
    assert (tried.status_code, tried.json()["created"], rows(db), db.revision()) == (200, 4, before, revision)
    done = client.post(PATH, json=upload(), headers=editor)
    assert done.json() == {**tried.json(), "dry_run": False}
    assert [(one["kind"], one["key"], one["outcome"]) for one in done.json()["items"]] == [
        ("topic", "arms", "created"),
        ("topic", "robots", "created"),
        ("plan", "zj-one", "created"),
        ("plan", "zj-two", "created"),
    ]
    assert client.get("/api/v1/plans/zj-one").status_code == 404
    again = client.post(PATH, json=upload(), headers=editor).json()
    assert (again["unchanged"], again["items"]) == (4, [])
    # Someone else's drafts are not replaced.
    changed = upload()
    changed["plans"][0]["title_en"] = "Changed"
    theirs = client.post(PATH, json=changed, headers=reviewer)
    assert [(one["field"], one["code"]) for one in theirs.json()["errors"]] == [
        ("plans.0.slug", "under_way"),
        ("plans.1.slug", "under_way"),
    ]
    for key in ("zj-one", "zj-two"):
        answer = client.post(f"/api/v1/plans/{key}/publish", headers=reviewer | {"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text
    public = client.post(PATH, content=yaml.safe_dump(changed), headers=reviewer | YAML)
    assert (public.json()["updated"], client.get("/api/v1/plans/zj-one").json()["title_en"]) == (1, "Changed")
    assert public.json()["items"][0]["fields"] == [
        {"field": "title_en", "old": "Plan zj-one", "new": "Changed"}
    ]
    waiting = client.post(PATH, content=yaml.safe_dump(upload()), headers=editor | YAML)
    assert [one["waits"] for one in waiting.json()["items"]] == [True]
    assert client.get("/api/v1/plans/zj-one").json()["title_en"] == "Changed"


MISTAKES = """\
topics:
- slug: robots
  name_zh: 机器人
organizations:
- {slug: body, name_zh: 机构, name_en: Body, region: '999999'}
- {slug: body, name_zh: 机构, name_en: Body}
- {slug: robot-body, name_zh: 机构, name_en: Body, colour: red}
colours: []
plans:
- {slug: zj-three, region: '330000', title_zh: 计划, title_en: P, form: plan, stage: adopted, topics: [robots, none]}
"""


def test_all_mistakes_of_an_upload_are_told_with_their_lines(client: TestClient, db: Database) -> None:
    """Those of the form and those of the rules, in the order of the lines; nothing is written."""
    before = rows(db)
    headers = bearer(db) | YAML
    answer = client.post(PATH, content=MISTAKES.encode(), headers=headers)
    assert answer.status_code == 422
    assert [(error["line"], error["field"], error["code"]) for error in answer.json()["errors"]] == [
        (2, "topics.0.definition_en", "missing"),
        (2, "topics.0.definition_zh", "missing"),
        (2, "topics.0.name_en", "missing"),
        (5, "organizations.0.region", "unknown_region"),
        (6, "organizations.1.slug", "key_taken"),
        (7, "organizations.2.colour", "unknown_field"),
        (8, "colours", "unknown_list"),
        (10, "plans.0.topics.1", "unknown_topic"),
    ]
    for content, status, code in (
        (b"a: &x 1\nb: *x", 422, "anchor"),
        (b"a: !!python/object:os.system x", 422, "tag"),
        (b"slug: a\nslug: b", 422, "duplicate_key"),
        (b'slug: "\\0"', 422, "bad_character"),
        (b"[", 400, "bad_yaml"),
        (b"\xff", 400, "not_utf8"),
        (b"", 422, "bad_form"),
        (b"- 1", 422, "bad_form"),
        (b"plans: 1", 422, "bad_form"),
        (b" " * (4 * 2**20 + 1), 413, "body_too_large"),
    ):
        answer = client.post(PATH, content=content, headers=headers)
        codes = {error["code"] for error in answer.json()["errors"]}
        assert (answer.status_code, code in codes) == (status, True), (content[:40], answer.text)
    assert client.post(PATH, content=b"x", headers=headers | {"Content-Type": "text/csv"}).status_code == 415
    assert rows(db) == before


def test_one_plan_as_a_file_of_the_seeds_holds_it(client: TestClient, db: Database) -> None:
    """A plan's file is an upload too; who may not publish cannot bring in what is retired."""
    one = make.plan("zj-one", targets=[make.target("zj-one.revenue")])
    done = client.post(PATH, content=yaml.safe_dump(one), headers=bearer(db) | YAML)
    assert (done.status_code, done.json()["created"]) == (200, 1), done.text
    with db.read() as session:
        assert [plan.get("editorial_state", "draft") for plan in read_all(session, "plan")] == ["draft"]
    retired = {**make.plan("zj-old"), "editorial_state": "retired", "retired_on": "2026-11-01"}
    refused = client.post(PATH, json=retired, headers=bearer(db))
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [
        ("retired_on", "may_not_publish")
    ]


def test_what_comes_retired_is_named_by_nothing_that_stands(client: TestClient, db: Database) -> None:
    """An upload that brings a retired topic and a search under it is refused at the topic."""
    before = rows(db)
    named = {"name_zh": "旧", "name_en": "Old", "definition_zh": "旧。", "definition_en": "Old."}
    search = {"region": "330000", "topic": "old", "searched_zh": "五篇文章", "searched_on": "2026-11-20"}
    upload = {"topics": [{"slug": "old", **named, "retired_on": "2026-11-19"}], "assessments": [search]}
    refused = client.post(PATH, json=upload, headers=bearer(db))
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [
        ("topics.0.retired_on", "still_used")
    ]
    assert rows(db) == before


def test_a_source_is_retired_with_its_last_use(client: TestClient, db: Database) -> None:
    """One upload may retire a source, a topic and the plan that names them, as a load may; not one of them alone."""
    reviewer = bearer(db, Role.REVIEWER, TokenScope.PUBLISH)
    gone = {"retired_on": "2026-11-19"}
    with db.write() as session:
        source, topic = make.make_source(session, "late").seed(), make.make_topic(session, "late").seed()
        deadline = make.deadline() | {"evidence": [make.evidence("突破5000亿元", "late")]}
        target = make.target("zj-one.revenue", topic="late", deadlines=[deadline])
        plan = make.make_plan(session, "zj-one", targets=[target]).seed()
    alone = client.post(PATH, json={"sources": [source | gone]}, headers=reviewer)
    assert [error["code"] for error in alone.json()["errors"]] == ["still_used"]
    upload = {
        "sources": [source | gone],
        "topics": [topic | gone],
        "plans": [plan | gone | {"editorial_state": "retired"}],
    }
    together = client.post(PATH, json=upload, headers=reviewer)
    assert (together.status_code, together.json().get("updated")) == (200, 3), together.text
    with db.read() as session:
        left = [one for one in read_all(session, "source") if one["slug"] == "late"]
    assert [one["retired_on"] for one in left] == ["2026-11-19"]


def test_an_upload_takes_as_many_statements_to_be_compared_for_three_as_for_one(
    client: TestClient, db: Database
) -> None:
    """What is stored of a kind is asked for together."""
    assert client
    with db.write() as session:
        topics = [make.make_topic(session, f"topic-{number}") for number in range(3)]
    counts = []
    for some in (topics[:1], topics):
        with db.write() as session, count_statements(db) as sent:
            save_all(session, {"topic": some}, make.BY)
            counts.append(sent())
    assert counts[0] == counts[1]


def test_json_is_read_as_yaml_is() -> None:
    """Fields, lines and figures of a JSON text are those that the reader of YAML finds in it."""
    text = '{\n "a": [1.10, true, null, "x"],\n "b": {"c": -1e3,\n "d": "\\u4e2d\\n"}, "e": [], "f": {}\n}\n'
    ours, theirs = read_json(text.encode()), read_yaml(text.encode())
    assert (ours.data, ours.mistakes) == (theirs.data, [])
    assert {path: ours.line(path) for path in theirs.lines} == theirs.lines
    for wrong in (
        '{"a" 1}',
        '{"a":1,}',
        "[1,]",
        "[1 2]",
        '["\n"]',
        "01",
        "+1",
        "nul",
        '{"a":1} 2',
        "{a: 1}",
        "'a'",
        "NaN",
        '{"a":-Infinity}',
        "[" * 13 + "]" * 13,
        "[" * 100_000,
    ):
        assert [problem.code for _, problem in read_json(wrong.encode()).mistakes] == ["bad_json"], wrong
    assert read_json(("[" * 12 + "]" * 12).encode()).mistakes == []
    assert read_json(b'["\\ud83d\\ude00", "\\\\u0000"]').data == ["😀", "\\u0000"]
    for mistaken, codes in {
        b'{"a": "\\u0000", "a": 1}': ["bad_character", "duplicate_key"],
        b'{"a": {"b": 1, "c": 2, "b": 3}}': ["duplicate_key"],
    }.items():
        assert [problem.code for _, problem in read_json(mistaken).mistakes] == codes
