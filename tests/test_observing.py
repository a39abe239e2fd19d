"""An observation is entered in four fields; what follows from them is suggested, said to be so, and can be changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain.vocabulary import Role
from app.store.service import get_current
from app.store.session import Database
from tests.builders import SOURCE, make_metric, make_observation, make_plan, make_source, target
from tests.people import sign_in_as, signed_in
from tests.reading import Page
from tests.sheets import fields, given, opened, press, pressed, said

NEW, EDIT = "/en/admin/new/observation", "/en/admin/edit/observation/{}"
FOUR = {
    "measured": "zj-plan.revenue",
    "value_as_stated": "突破5000亿元",
    "end": "2024年",
    "evidence.0.source": SOURCE,
    "evidence.0.paragraph": "6",
}


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask as an editor, where a plan has a target that is narrowed to the core industry."""
    with db.write() as session:
        make_plan(
            session,
            targets=[
                target(boundary="core", coverage="above_scale", statement_zh="核心产业营收突破8000亿元"),
                target("zj-plan.enterprises", metric="enterprises", words="100家"),
            ],
        )
        make_source(session, "bulletin", kind="official_text")
        make_metric(session, "share", name_zh="100%_率", dimension="share", canonical_unit="%")
    with signed_in(db, Role.EDITOR) as asking_as:
        yield asking_as


def seed_of(db: Database, key: str) -> dict[str, Any]:
    """Give an observation as it was saved last."""
    with db.read() as session:
        seed: dict[str, Any] = get_current(session, "observation", key).seed
    return seed


def test_four_fields_make_an_observation(client: TestClient, db: Database) -> None:
    """Target, figure, period and evidence are enough; what they do not say is inferred, and all of it is shown first."""
    sent = opened(client, NEW)
    checked = press(client, NEW, sent | FOUR, "check")
    assert checked.status_code == 200
    assert "more than ¥500 billion" in checked.text
    shown = fields(Page(checked.text))
    assert (shown["statement_zh"], shown["slug"]) == (
        "2024年，浙江主题 ai核心产业规上企业指标 revenue突破5000亿元。",
        "zj-ai-revenue-2024",
    )
    answer = press(client, NEW, sent | FOUR, "save")
    assert answer.headers["location"] == f"{EDIT.format('zj-ai-revenue-2024')}?done=save"
    assert seed_of(db, "zj-ai-revenue-2024") == {
        "slug": "zj-ai-revenue-2024",
        "region": "330000",
        "topic": "ai",
        "metric": "revenue",
        "boundary": "core",
        "coverage": "above_scale",
        "value_as_stated": "突破5000亿元",
        "comparator": "gt",
        "value": "5000",
        "unit": "亿元",
        "start": "2024",
        "end": "2024",
        "status": "estimate",
        "statement_zh": shown["statement_zh"],
        "inferred": ["boundary", "coverage", "start", "status"],
        "evidence": [{"source": SOURCE, "paragraph": "6", "phrase": "突破5000亿元"}],
    }
    # What was shown can be changed, and what the editor says himself is not inferred.
    changed = {name: value for name, value in shown.items() if not name.startswith("inferred")} | {
        "statement_zh": "改过的话。",
        "status": "official",
        "slug": "zj-own-name",
        "start": "2024",
    }
    assert press(client, NEW, changed, "save").headers["location"].startswith(EDIT.format("zj-own-name"))
    assert "inferred" not in seed_of(db, "zj-own-name")
    # The same once more gets a name of its own.
    third = press(client, NEW, opened(client, NEW) | FOUR | {"end": "2024"}, "save")
    assert third.headers["location"] == f"{EDIT.format('zj-ai-revenue-2024-2')}?done=save"
    sign_in_as(client, Role.REVIEWER)
    at = EDIT.format("zj-own-name")
    assert press(client, at, opened(client, at), "publish").status_code == 303
    assert client.get("/en/observations/zj-own-name").status_code == 200


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"measured": "浙江 · 指标 revenue · 主题 ai"}, {"boundary": None, "inferred": ["start", "status"]}),
        ({"measured": "ai,zj,Metric revenue", "end": "2024-06"}, {"end": "2024-06", "inferred": ["status"]}),
        ({"value_as_stated": "增长8%"}, {"kind": "growth", "unit": "%", "slug": "zj-ai-revenue-growth-2024"}),
        ({"evidence.0.source": "bulletin", "end": "2024-Q3"}, {"status": "official", "start": None}),
        ({"end": "2099年"}, {"status": "forecast"}),
        (
            {"measured": "zj-plan.enterprises", "value_as_stated": "166家", "evidence.0.phrase": "共166家"},
            {"statement_zh": "2024年，浙江主题 ai指标 enterprises为166家。", "start": None},
        ),
        (
            {"value_as_stated": "4千多亿", "value": "4000", "comparator": "gt", "unit": "亿元"},
            {"value": "4000"},
        ),
    ],
    ids=[
        "three names",
        "in any order",
        "growth",
        "official",
        "forecast",
        "a number",
        "words beyond the parser",
    ],
)
def test_what_is_suggested(
    client: TestClient, db: Database, typed: dict[str, str], expected: dict[str, Any]
) -> None:
    """It follows from the words, the period and the source."""
    answer = press(client, NEW, opened(client, NEW) | FOUR | typed, "save")
    assert answer.status_code == 303, said(answer.text)
    seed = seed_of(db, answer.headers["location"].split("/")[-1].split("?")[0])
    assert {name: seed.get(name) for name in expected} == expected


def test_what_is_wrong_is_said_at_the_four_fields(client: TestClient, db: Database) -> None:
    """Not at what would follow from them; what was typed stays."""

    def wrong(**typed: str) -> dict[str, str]:
        answer = press(client, NEW, opened(client, NEW) | typed, "save")
        page = Page(answer.text)
        assert answer.status_code == 422
        assert given(typed | {"end": ""}).items() <= fields(page).items()
        return {
            link.attributes["href"]: item.attributes["data-code"]
            for item in page.all("li")
            if "data-code" in item.attributes
            for link in page.all("a")
            if link.parent is item
        }

    assert wrong() == {"#measured": "missing", "#value_as_stated": "figure_missing"}
    four = FOUR | {"measured": "浙江 · 没有的指标 · ai"}
    assert wrong(**four) == {"#measured": "unknown_measured"}
    four = FOUR | {"end": "2024年前后", "evidence.0.paragraph": "six"}
    found = wrong(**four)
    assert (found["#end"], found["#evidence.0.paragraph"]) == ("bad_date", "bad_paragraph")
    # By the name that the field has in this form.
    refused = press(client, NEW, opened(client, NEW) | four, "save").text
    assert [words for words in said(refused) if words.startswith("period: “period” is not a date.")]
    assert wrong(**FOUR, unit="家")["#value_as_stated"] == "figure_disagrees"
    with db.read() as session:
        assert client.get("/en/admin/suggest/measured?q=nothing").json() == {"items": []}
        assert session is not None


def test_what_is_measured_is_found_by_words_in_any_order(client: TestClient) -> None:
    """Targets are found by region, metric, topic and statement; signs of patterns are letters like any other."""

    def found(typed: str) -> list[str]:
        items = client.get("/en/admin/suggest/measured", params={"q": typed}).json()["items"]
        return [item["key"] for item in items]

    both = ["zj-plan.enterprises", "zj-plan.revenue"]
    assert (found("浙江"), found("zhejiang ai"), found("主题 · 浙江")) == (both, both, both)
    assert (found("核心产業 浙江"), found("METRIC revenue")) == (["zj-plan.revenue"], ["zj-plan.revenue"])
    assert [found(typed) for typed in ("", "%", "_", "100%", "浙江 江苏", "x" * 81)] == [[]] * 6


def test_suggestions_come_while_typing_and_leave_what_is_there(client: TestClient, db: Database) -> None:
    """Keeping unsaved work answers with what fits into blank fields; an observation that is there gets none."""
    sent = opened(client, NEW) | FOUR | {"status": "official"}
    suggested = client.post(f"/en/admin/unsaved/{sent['form_key']}", data=given(sent)).json()["suggested"]
    assert suggested["slug"] == "zj-ai-revenue-2024"
    assert suggested["evidence.0.phrase"] == "突破5000亿元"
    assert "status" not in suggested
    assert sorted(value for name, value in suggested.items() if name.startswith("inferred.")) == [
        "boundary",
        "coverage",
        "start",
    ]
    with db.write() as session:
        make_observation(session)
    at = EDIT.format("zj-revenue-2024")
    sent = opened(client, at)
    kept = client.post(f"/en/admin/unsaved/{sent['form_key']}", data=given(sent))
    assert kept.json()["suggested"] == {}
    assert press(client, at, sent, "save").status_code == 303
    again = pressed(client, at, opened(client, at), "add:evidence")
    assert "evidence.1.source" in again
    assert press(client, at, again | {"note_zh": "注"}, "save").status_code == 303
    assert seed_of(db, "zj-revenue-2024")["note_zh"] == "注"


def test_what_may_be_there_already_is_pointed_out(client: TestClient, db: Database) -> None:
    """Same region and key, a period that overlaps: while typing, on the page, in both forms; nothing else is."""
    with db.write() as session:
        make_observation(session, statement_en="Seen before")
        make_observation(session, "zj-month", words="3100亿元", end="2024-06", editorial_state="draft")
        make_observation(session, "zj-old", words="2000亿元", end="2023")
        make_observation(session, "zj-core", words="1000亿元", boundary="core")
        make_observation(session, "js-other", region="320000")
        gone: dict[str, Any] = {"editorial_state": "retired", "retired_on": "2026-11-20"}
        make_observation(session, "zj-gone", **gone)

    def pointed(sent: dict[str, str]) -> list[str]:
        kept = client.post(f"/en/admin/unsaved/{sent['form_key']}", data=given(sent)).json()
        return [one["href"].rpartition("/")[2] for one in kept["alike"]]

    sent = opened(client, NEW)
    whole = sent | FOUR | {"measured": "浙江 · revenue · ai"}
    assert pointed(whole) == ["zj-revenue-2024", "zj-month"]
    day = {"end": "2024-06-30"}
    others: list[dict[str, str]] = [{"measured": "zj-plan.revenue"}, {"end": "2022"}, {"end": ""}, day]
    assert [pointed(whole | other) for other in others] == [[], [], [], ["zj-month"]]
    page = press(client, NEW, whole, "check").text
    assert "“Seen before” is on the same measure and period: more than ¥300 billion (2024)" in page
    at = EDIT.format("zj-revenue-2024")
    assert pointed(opened(client, at)) == []
    assert pointed(opened(client, at) | {"start": "2023-12"}) == ["zj-month", "zj-old"]
