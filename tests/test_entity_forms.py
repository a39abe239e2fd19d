"""The forms of single things without scripts: made, refused, changed by those who may and those who may not, merged.

An observation in its four fields is in `test_observing`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain.vocabulary import EditorialState, Role
from app.store.service import WRITERS, get_current, read_back, retire
from app.store.session import Database
from tests.builders import (
    BY,
    make_metric,
    make_organization,
    make_region,
    make_source,
    make_topic,
)
from tests.clients import asking
from tests.people import OURS, PASSWORD, make_person, sign_in_as, signed_in
from tests.reading import Page
from tests.sheets import fields, given, opened, press, pressed, said

NEW, EDIT = "/en/admin/new/{}", "/en/admin/edit/{}/{}"
# Of each kind: what is typed, the key, and the seed form that comes of it; a name stands for what it names.
MADE: dict[str, tuple[dict[str, str], str, dict[str, Any]]] = {
    "source": (
        {
            "title_zh": "公报",
            "title_en": "The Daily Gazette",
            "kind": "official_text",
            "script": "hans",
            "language": "zh",
            "published": "2026-03",
            "url": "https://example.org/1",
            "text_sha256": "a" * 64,
            "note_zh": "注",
        },
        "the-daily-gazette",
        {"kind": "official_text", "published": "2026-03", "text_sha256": "a" * 64, "note_zh": "注"},
    ),
    "metric": (
        {
            "name_zh": "产值",
            "name_en": "Output value",
            "definition_zh": "定义",
            "definition_en": "Definition",
            "family": "industry_size",
            "dimension": "money",
            "canonical_unit": "CNY",
            "direction": "down",
            "additive": "true",
            "aliases.0": "总产值",
        },
        "output-value",
        {"direction": "down", "additive": True, "aliases": ["总产值"]},
    ),
    "topic": (
        {
            "name_zh": "机器人",
            "name_en": "Robots",
            "definition_zh": "定义",
            "definition_en": "Definition",
            "parent": "主题 ai",
            "aliases.0": "",
            "aliases.3": "机械人",
        },
        "robots",
        {"parent": "ai", "aliases": ["机械人"]},
    ),
    "organization": (
        {"name_zh": "省统计局", "name_en": "Statistics office", "region": "浙江"},
        "statistics-office",
        {"region": "330000"},
    ),
    "region": (
        {
            "name_zh": "长三角",
            "name_en": "Delta",
            "short_zh": "长三角",
            "code": "delta",
            "level": "group",
            "parent": "China",
            "members.0": "浙江",
            "members.1": "320000",
            "aliases.0": "江浙",
        },
        "delta",
        {"slug": "delta", "parent": "100000", "members": ["330000", "320000"], "aliases": ["江浙"]},
    ),
    "assessment": (
        {"region": "浙江", "topic": "ai", "searched_zh": "五篇文章", "searched_on": "2026-11-20"},
        "330000/ai",
        {"region": "330000", "topic": "ai", "searched_on": "2026-11-20"},
    ),
}


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask as an editor, where there are a few regions, a topic and a metric."""
    with db.write() as session:
        make_region(session, "100000", name_zh="中国")
        for code in ("330000", "320000"):
            make_region(session, code, parent="100000")
        make_topic(session)
        make_metric(session)
        make_source(session)
        make_organization(session)
    with signed_in(db, Role.EDITOR) as asking_as:
        yield asking_as


def current(db: Database, kind: str, key: str) -> Any:
    """Give how something stands."""
    with db.read() as session:
        return get_current(session, kind, key)


def test_each_kind_is_made_and_comes_back_as_it_was_typed(client: TestClient, db: Database) -> None:
    """Names become keys, a short name is made where none is given, blank rows go; the form shows what was saved."""
    for kind, (typed, key, expected) in MADE.items():
        blank = opened(client, NEW.format(kind))
        more = blank
        for name in {name.split(".")[0] for name in typed if "." in name}:
            more = pressed(client, NEW.format(kind), more, f"add:{name}")
            assert f"{name}.0" in more
        answer = press(client, NEW.format(kind), more | typed, "save", reason="found today")
        assert answer.status_code == 303, said(answer.text)
        assert answer.headers["location"] == EDIT.format(kind, key) + "?done=publish"
        with db.read() as session:
            seed = read_back(session, kind, key)
            validated = WRITERS[kind].seed(WRITERS[kind].schema.model_validate(seed))
        assert expected.items() <= validated.items()
        again = opened(client, EDIT.format(kind, key))
        assert {name: again.get(name) for name in given(blank | expected) if name in typed} == {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in given(typed | blank | expected).items()
            if name in given(blank | expected) and name in typed
        }
        # Saved again as it is, nothing is changed.
        assert press(client, EDIT.format(kind, key), again, "save").status_code == 303
        assert current(db, kind, key).version == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(client: TestClient, db: Database) -> None:
    """In either language; nothing is saved, and the other language has what was typed too."""
    typed = {"name_zh": "产值", "slug": "Revenue!", "aliases.0": "长" * 201, "dimension": "money"}
    sent = pressed(client, NEW.format("metric"), opened(client, NEW.format("metric")), "add:aliases") | typed
    answer = press(client, NEW.format("metric"), sent, "save")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert given(sent).items() <= fields(page).items()
    links = [
        link.attributes["href"] for link in page.all("a") if link.attributes.get("href", "").startswith("#")
    ]
    assert {"#name_en", "#definition_zh", "#family", "#canonical_unit", "#slug", "#aliases.0"} <= set(links)
    blank = press(client, NEW.format("metric"), sent | {"slug": ""}, "save")
    assert "#name_en" in Page(blank.text).links()
    assert "#slug" not in Page(blank.text).links()  # It is made of the English name.
    zh = press(client, NEW.format("metric").replace("/en/", "/zh/"), sent, "save")
    assert (zh.status_code, "缺少" in zh.text or "未填" in zh.text) == (422, True)
    (other,) = {link for link in page.links() if link.startswith("/zh/admin/new/metric?unsaved=")}
    assert given(opened(client, other))["aliases.0"] == "长" * 201
    taken = MADE["metric"][0] | {"slug": "revenue"}
    refused = press(client, NEW.format("metric"), opened(client, NEW.format("metric")) | taken, "save")
    assert (refused.status_code, "already in use" in refused.text) == (409, True)
    moved = opened(client, EDIT.format("topic", "ai")) | {"slug": "artificial"}
    refused = press(client, EDIT.format("topic", "ai"), moved, "save")
    assert (refused.status_code, "keeps its key" in refused.text) == (422, True)
    assert current(db, "topic", "ai").version == 1
    for address in (NEW.format("plan"), NEW.format("nothing"), EDIT.format("metric", "nothing")):
        assert client.get(address).status_code == 404


def test_an_editors_change_waits_and_a_reviewers_is_public(client: TestClient, db: Database) -> None:
    """The page says that it waits, and why one to a metric is reviewed; an editor may not publish it."""
    at = EDIT.format("metric", "revenue")
    sent = opened(client, at) | {"definition_en": "Another definition."}
    page = client.get(at).text
    assert 'value="publish"' not in page
    assert "may change what is compared with what, so it is reviewed" in page
    refused = press(client, at, sent, "publish")
    assert refused.status_code == 403
    assert fields(Page(refused.text))["definition_en"] == "Another definition."
    assert press(client, at, sent, "submit").headers["location"] == f"{at}?done=submit"
    stands = current(db, "metric", "revenue")
    assert (stands.waits, stands.state, stands.applied["definition_en"]) == (
        True,
        EditorialState.IN_REVIEW,
        "A definition.",
    )
    page = client.get(f"{at}?done=submit").text
    assert "The public sees version 1; this change waits to be published." in page
    assert "/en/admin/desk/metric/revenue" in page
    again = opened(client, at)
    assert (again["definition_en"], again["seen"]) == ("Another definition.", "2")
    sign_in_as(client, Role.REVIEWER)
    assert press(client, at, again, "publish").headers["location"] == f"{at}?done=publish"
    stands = current(db, "metric", "revenue")
    assert (stands.waits, stands.applied["definition_en"]) == (False, "Another definition.")
    with db.write() as session:
        retire(session, "organization", "miit", BY)
    gone = client.get(EDIT.format("organization", "miit"), follow_redirects=False)
    assert gone.headers["location"] == "/en/admin/desk/organization/miit"
    late = press(
        client,
        EDIT.format("organization", "miit"),
        {"form_key": "a", "seen": "2"} | MADE["organization"][0] | {"slug": "miit"},
        "save",
    )
    assert (late.status_code, "withdrawn" in late.text) == (422, True)


def test_the_second_to_save_merges_field_by_field(client: TestClient, db: Database) -> None:
    """What only one changed is preselected, what both changed must be chosen; words are those of the reader."""
    sign_in_as(client, Role.REVIEWER)
    at = EDIT.format("source", "gazette")
    first = second = opened(client, at)
    first = first | {"title_zh": "第一", "kind": "repost"}
    second = second | {"title_zh": "第二", "publisher_zh": "报社"}
    answer = press(client, at, first, "publish")
    assert answer.status_code == 303, said(answer.text)
    answer = press(client, at, second, "publish")
    page = Page(answer.text)
    assert (answer.status_code, page.one("h1").text) == (409, "Somebody else has changed this meanwhile")
    assert [one.text for one in page.all("legend")] == ["sort", "title in Chinese", "publisher in Chinese"]
    assert "re-posted news report" in answer.text
    sent = fields(page, "clash")
    assert (sent["choose.0"], sent["choose.2"], "choose.1" in sent) == ("theirs", "mine", False)
    assert press(client, at, sent, "merge").status_code == 409
    edited = press(client, at, sent | {"choose.1": "mine"}, "merge-edit")
    assert fields(Page(edited.text))["kind"] == "repost"
    assert press(client, at, sent | {"choose.1": "mine"}, "merge").status_code == 303
    seed = current(db, "source", "gazette").applied
    assert (seed["title_zh"], seed["kind"], seed["publisher_zh"]) == ("第二", "repost", "报社")


def test_unsaved_work_of_each_kind_is_its_own(client: TestClient, db: Database) -> None:
    """It is offered on the form of its kind alone, outlives the session, and is dropped where it belongs."""
    sent = opened(client, NEW.format("topic")) | {"name_zh": "未存的主题"}
    kept = client.post(f"/en/admin/unsaved/{sent['form_key']}", data=given(sent))
    assert kept.json()["suggested"] == {}
    assert "未存的主题" in client.get(NEW.format("topic")).text
    for elsewhere in (NEW.format("metric"), "/en/admin/plans/new", EDIT.format("topic", "ai")):
        assert "未存的主题" not in client.get(elsewhere).text
    at = f"{NEW.format('topic')}?unsaved={sent['form_key']}"
    assert opened(client, at)["name_zh"] == "未存的主题"
    assert client.post(f"/en/admin/unsaved/{sent['form_key']}/drop").url.path == NEW.format("topic")
    assert "未存的主题" not in client.get(NEW.format("topic")).text
    at = EDIT.format("assessment", "330000/ai")
    press(
        client,
        NEW.format("assessment"),
        opened(client, NEW.format("assessment")) | MADE["assessment"][0],
        "save",
    )
    sent = opened(client, at) | {"searched_zh": "十篇文章"}
    make_person(db, name="Li")
    with asking(db) as late:
        late.headers.update(OURS)
        answer = press(late, at, sent, "save")
        assert answer.status_code == 401
        carried = fields(Page(answer.text), "small-form")
        secrets = {"sign_in_name": "Li", "sign_in_password": PASSWORD}
        back = late.post("/en/admin/login/carried", data=carried | secrets)
        assert back.url.path == at
        assert fields(Page(back.text))["searched_zh"] == "十篇文章"
