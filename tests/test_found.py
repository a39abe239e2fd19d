"""The search across everything: what is found, in which order, where it matches, and what else to try.

How a query matches is tested with the text index, the page in `test_pages_search`.
"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store.queries.examples import examples
from app.store.queries.found import other_ways, search
from app.store.queries.ranked import KINDS
from app.store.session import Database
from app.store.views.found import FoundView, HitView
from tests.builders import (
    evidence,
    make_measure,
    make_metric,
    make_observation,
    make_organization,
    make_plan,
    make_region,
    make_source,
    make_target,
    make_topic,
    measure,
    target,
)
from tests.clients import asking
from tests.counting import count_statements


def keys(found: FoundView) -> dict[str, list[str]]:
    """Name what was found, by kind."""
    return {group.kind: [hit.key for hit in group.items] for group in found.groups}


def only(found: FoundView, kind: str) -> HitView:
    """Give the only hit of a kind."""
    (group,) = (one for one in found.groups if one.kind == kind)
    (hit,) = group.items
    return hit


def matches(hit: HitView) -> dict[str, list[str]]:
    """Name the fields that match, with the marked parts."""
    return {match.field: [match.text[mark.start : mark.end] for mark in match.marks] for match in hit.matches}


def fill(session: Session) -> None:
    """Write one of every kind that has the word 算力 in it, and others that have not."""
    make_region(session, "330000", name_zh="浙江省", aliases=["算力之省"])
    make_region(session, "320000")
    make_topic(session, "computing", name_zh="算力", definition_zh="计算的能力。")
    make_metric(session, "petaflops", name_zh="算力规模", name_en="Computing power")
    make_organization(session, "body", name_zh="算力局")
    make_source(session, "talk", title_zh="谈算力", title_en="On computing")
    make_plan(
        session,
        "zj-plan",
        title_zh="算力行动计划",
        title_en="A plan",
        document_number="浙政办发〔2025〕3号",
        topics=["computing"],
        targets=[target("zj-plan.revenue", statement_zh="建成算力中心", statement_en="Computing centres")],
        measures=[measure("zj-plan.fund", statement_zh="发放算力券")],
    )
    make_observation(session, "zj-seen", statement_zh="全省算力")


def test_everything_is_searched(session: Session) -> None:
    """One query finds all kinds, each with its number; an exact name comes first, then the kinds in their order."""
    fill(session)
    found = search(session, "算力")
    assert keys(found) == {
        "topic": ["computing"],
        "region": ["330000"],
        "metric": ["petaflops"],
        "plan": ["zj-plan"],
        "target": ["zj-plan.revenue"],
        "observation": ["zj-seen"],
        "measure": ["zj-plan.fund"],
        "organization": ["body"],
        "source": ["talk"],
    }
    assert [group.kind for group in found.groups][:2] == ["topic", "region"]
    assert found.total == 9
    assert {group.kind: group.total for group in found.groups} == dict.fromkeys(KINDS, 1)


@pytest.mark.parametrize(
    ("q", "kind", "key"),
    [
        ("浙江", "region", "330000"),
        ("浙江省", "region", "330000"),
        ("zhejiang", "region", "330000"),
        ("zhejiangsheng", "region", "330000"),
        ("zj", "region", "330000"),
        ("CN-ZJ", "region", "330000"),
        ("330000", "region", "330000"),
        ("浙政办发[2025]3号", "plan", "zj-plan"),
        ("浙政办發〔2025〕3號", "plan", "zj-plan"),
        ("算力規模", "metric", "petaflops"),
    ],
)
def test_what_is_named_exactly_comes_first(session: Session, q: str, kind: str, key: str) -> None:
    """A region by any of its names, its pinyin or code, a document by its number, whatever else matches."""
    fill(session)
    make_plan(session, "zj-plan-b", title_zh="浙江算力规模规划", title_en="Zhejiang zj 330000 CN-ZJ")
    first = search(session, q).groups[0]
    assert (first.kind, first.items[0].key) == (kind, key)


def test_titles_come_before_other_texts(session: Session) -> None:
    """First the exact name, then what begins with the query, then what has it in its title, then the rest."""
    for slug, name, definition in (
        ("d-defined", "别的", "关于机器人"),
        ("c-within", "工业机器人", "一"),
        ("b-begins", "机器人整机", "二"),
        ("a-exact", "机器人", "三"),
    ):
        make_topic(session, slug, name_zh=name, definition_zh=definition)
    assert keys(search(session, "機器人")) == {"topic": ["a-exact", "b-begins", "c-within", "d-defined"]}
    assert keys(search(session, "机器人", limit=2)) == {"topic": ["a-exact", "b-begins"]}
    assert search(session, "机器人", limit=2).groups[0].total == 4


def test_one_kind_alone_keeps_the_numbers_of_the_others(session: Session) -> None:
    """With a kind, only its hits are listed."""
    fill(session)
    found = search(session, "算力", "plan")
    assert {kind: hits for kind, hits in keys(found).items() if hits} == {"plan": ["zj-plan"]}
    assert {group.kind: group.total for group in found.groups} == dict.fromkeys(KINDS, 1)


def test_it_is_said_where_the_words_stand(session: Session) -> None:
    """Each text that matches is given with its marks: own words, those of the plan, the region, the figure."""
    fill(session)
    hit = only(search(session, "算力"), "target")
    assert matches(hit) == {"title_zh": ["算力"], "plan_title_zh": ["算力"]}
    assert (hit.title_zh, hit.region and hit.region.code) == ("建成算力中心", "330000")
    assert hit.plan is not None
    assert hit.plan.slug == "zj-plan"
    assert matches(only(search(session, "突破5000億元"), "target")) == {"value_as_stated": ["突破5000亿元"]}
    assert matches(only(search(session, "算力之省"), "region")) == {"alias": ["算力之省"]}
    assert matches(only(search(session, "Zhejiang computing"), "target")) == {
        "title_en": ["Computing"],
        "region_name_en": ["Zhejiang"],
    }
    assert matches(only(search(session, "算力局"), "organization")) == {"title_zh": ["算力局"]}


def test_a_plan_shows_the_topic_or_body_that_matches(session: Session) -> None:
    """What a plan is about and who issued it is searched, and shown where it matches."""
    make_organization(session, "body", name_zh="经信厅")
    make_topic(session, "computing", name_zh="算力")
    make_plan(session, "zj-plan", topics=["computing"], issuers=["body"])
    assert matches(only(search(session, "算力 经信厅"), "plan")) == {
        "topic_name_zh": ["算力"],
        "organization_name_zh": ["经信厅"],
    }


def test_what_was_found_is_counted_by_region_and_topic(session: Session) -> None:
    """Each thing counts for its region alone, and for its topic and all above it; filters leave as many."""
    make_topic(session, "ai")
    make_topic(session, "chips", parent="ai")
    for code in ("320000", "100000"):
        make_region(session, code)
    both = ["chips", "ai"]
    make_plan(
        session, "js-plan", region="320000", title_zh="算力", topics=both, targets=[target("js-plan.a")]
    )
    make_plan(session, title_zh="算力", topics=["chips"], measures=[measure(statement_zh="算力")])
    make_observation(session, statement_zh="算力", topic="chips")
    found = search(session, "算力")
    assert [(one.region.code, one.total) for one in found.regions] == [("330000", 3), ("320000", 2)]
    assert [(one.topic.slug, one.total) for one in found.topics] == [("ai", 4), ("chips", 3)]
    for region, topic, total in (
        *(("330000", None, 3), ("js", None, 2), (None, "ai", 4), (None, "chips", 3)),
        *(("330000", "chips", 2), ("js", "chips", 1), ("100000", "chips", 0)),
    ):
        assert search(session, "算力", region=region, topic=topic).total == total, (region, topic)
    nowhere = search(session, "算力", region="100000")
    assert [(one.region.code, one.total) for one in nowhere.regions] == [("100000", 0)]
    with pytest.raises(DomainError) as caught:
        search(session, "算力", region="000000")
    assert (caught.value.code, caught.value.problems[0].field) == ("unknown_region", "region")


def test_the_newest_come_first_among_equals(session: Session) -> None:
    """Plans, and what they hold, by their date, observations by theirs; what has none comes last."""
    for slug, day in (("zj-a", None), ("zj-b", "2024-05"), ("zj-c", "2025-01-31"), ("zj-d", "2023")):
        one = target(f"{slug}.a", statement_zh="算力")
        make_plan(session, slug, published=day, targets=[one])
        make_observation(session, f"zj-seen-{slug}", statement_zh="算力", end=day or "2022")
    found = keys(search(session, "算力"))
    assert found["target"] == ["zj-c.a", "zj-b.a", "zj-d.a", "zj-a.a"]
    assert found["observation"] == [f"zj-seen-zj-{one}" for one in "cbda"]


def test_only_what_is_public_is_found(session: Session) -> None:
    """Drafts, retired entities and what they hold stay hidden, and are not counted."""
    make_plan(
        session,
        "zj-plan",
        title_zh="秘密",
        editorial_state="draft",
        targets=[target("zj-plan.x", statement_zh="秘密")],
        measures=[measure(statement_zh="秘密")],
    )
    make_observation(session, "zj-seen", statement_zh="秘密", editorial_state="draft")
    make_topic(session, "old", name_zh="秘密", retired_on="2026-11-20")
    assert search(session, "秘密").groups == []
    assert other_ways(session, "秘密 火星") == []


@pytest.mark.parametrize(
    ("q", "ways"),
    [
        ("浙江算力", [("浙江 算力", 4)]),
        ("火星 算力", [("算力", 8)]),
        ("火星", []),
        ("。。。", []),
        ("星 。", []),
    ],
)
def test_ways_on_where_nothing_was_found(session: Session, q: str, ways: list[tuple[str, int]]) -> None:
    """A word that finds something alone, or one word as two; never one that finds nothing."""
    fill(session)
    make_region(session, "330000")
    assert [(way.q, way.total) for way in other_ways(session, q)] == ways


@pytest.mark.parametrize(("q", "code"), [("。！", "q_empty"), ("x" * 201, "q_too_long")])
def test_what_cannot_be_searched_for(session: Session, q: str, code: str) -> None:
    """A text without a word, or too long a one, is refused."""
    with pytest.raises(DomainError) as caught:
        search(session, q)
    assert caught.value.code == code


def test_examples_are_names_with_most_targets(session: Session) -> None:
    """Regions, topics and metrics that have targets, those with most first, and a document's number."""
    assert examples(session).model_dump() == {
        "regions": [],
        "topics": [],
        "metrics": [],
        "document_number": None,
    }
    make_region(session, "340000")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.a", topic="robots")])
    make_plan(session, "zj-plan", document_number="浙政〔1〕")
    for index in range(2):
        make_target(session, f"zj-plan.t{index}", qualifier="甲" * index)
    named = examples(session)
    assert [region.code for region in named.regions] == ["330000", "320000"]
    assert [topic.slug for topic in named.topics] == ["ai", "robots"]
    assert [metric.slug for metric in named.metrics] == ["revenue"]
    assert named.document_number == "浙政〔1〕"


def test_the_number_of_statements_does_not_grow(db: Database) -> None:
    """As many statements for three of everything as for one; on PostgreSQL one asks where documents begin."""
    counts = []
    for number in (1, 3):
        with db.write() as session:
            for index in range(number):
                fill_with(session, index)
        with db.read() as session, count_statements(db) as sent:
            assert search(session, "算力").total == 6 * number
            counts.append(sent())
    assert counts == [15 if db.dialect == "sqlite" else 16] * 2


def fill_with(session: Session, index: int) -> None:
    """Write one of most kinds with the word in it."""
    make_topic(session, f"computing-{index}", name_zh=f"算力{index}")
    make_metric(session, f"power-{index}", name_zh=f"算力{index}")
    targets = [target(f"zj-plan{index}.a", statement_zh="算力")]
    measures = [measure(f"zj-plan{index}.b", statement_zh="算力")]
    make_plan(session, f"zj-plan{index}", title_zh="算力", targets=targets, measures=measures)
    make_observation(session, f"seen-{index}", statement_zh="算力", evidence=[evidence("突破3000亿元")])


def test_every_name_in_the_data_is_found_first(seeded: Database) -> None:
    """Each province and topic that is searched by its whole name is the first thing on the page."""
    with seeded.read() as session:
        named = examples(session)
        asked: list[tuple[str, Any]] = [("region", region) for region in named.regions]
        asked += [("topic", topic) for topic in named.topics]
        for kind, ref in asked:
            for name in (ref.name_zh, ref.name_en):
                first = search(session, name).groups[0]
                assert (first.kind, first.items[0].title_zh) == (kind, ref.name_zh)


def test_the_api_answers_with_what_was_found(seeded: Database) -> None:
    """The JSON twin gives the same groups; unknown kinds, empty texts and large limits are refused."""
    with asking(seeded) as client, seeded.read() as session:
        answer = client.get("/api/v1/search", params={"q": "浙江", "kind": "plan", "limit": 2})
        assert answer.json() == search(session, "浙江", "plan", 2).model_dump(mode="json")
        for asked, code in (
            ("q=x&kind=y", "unknown_word"),
            ("q=.", "q_empty"),
            (f"q={'x' * 201}", "too_long"),
            ("q=x&limit=101", "too_large"),
            ("", "missing"),
        ):
            refused = client.get(f"/api/v1/search?{asked}")
            assert (refused.status_code, refused.json()["code"]) == (422, code), asked


def test_a_measure_stands_in_its_plan(session: Session) -> None:
    """A measure is found by its words and names its plan."""
    make_measure(session, statement_zh="设立基金")
    hit = only(search(session, "基金"), "measure")
    assert hit.plan is not None
    assert (hit.key, hit.plan.slug) == ("zj-plan.fund", "zj-plan")
