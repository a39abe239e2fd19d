"""The pages of plans: the way into force, dates, what linked plans keep, and the list with its counts."""

import pytest

from app.store.session import Database
from tests.builders import evidence, make_measure, make_plan, make_region, make_topic, target
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize(
    ("stage", "way"),
    [
        ("adopted", ["unknown", "unknown", "here"]),
        ("announced", ["here", "unknown", "unknown"]),
        ("unknown", ["unknown", "unknown", "unknown"]),
        ("withdrawn", ["unknown", "unknown", "unknown", "here"]),
    ],
)
def test_the_way_of_a_plan_says_only_what_is_known(db: Database, stage: str, way: list[str]) -> None:
    """The stage it is in is marked, in words and for screen readers; of the others nothing is claimed."""
    with db.write() as session:
        make_plan(session, stage=stage)
    page = read(db, "/en/plans/zj-plan")
    stations = [li for li in page.all("li") if li.classes & {"here", "elsewhere", "unknown"}]
    assert [next(iter(li.classes)) for li in stations] == way
    assert [li.attributes.get("aria-current") for li in stations] == [
        "step" if known == "here" else None for known in way
    ]


def test_a_draft_and_its_final_form_stand_on_one_way(db: Database) -> None:
    """Each names the other at the other's stage, and what became of each figure, with the verdict on the pair."""
    with db.write() as session:
        make_plan(session, "zj-draft", stage="consultation_draft", targets=[target("zj-draft.revenue")])
        make_plan(
            session,
            "zj-final",
            targets=[target("zj-final.revenue", words="突破6000亿元")],
            links=[{"to": "zj-draft", "kind": "finalises"}],
        )
    final, draft = read(db, "/en/plans/zj-final"), read(db, "/en/plans/zj-draft")
    assert [li.text for li in final.all("li", "elsewhere")] == ["draft for comment Plan zj-draft"]
    assert [li.text for li in draft.all("li", "elsewhere")] == ["adopted Plan zj-final"]
    for page in (final, draft):
        (row,) = [row for row in page.all("tr") if "raised" in row.text]
        assert row.text.startswith("Metric revenue in topic ai more than ¥500 billion by 2027")
        assert "raised ≈ with care a draft " in row.text
        assert {"/en/targets/zj-draft.revenue", "/en/targets/zj-final.revenue"} <= set(page.links())


def test_of_an_empty_linked_plan_nothing_is_claimed(db: Database) -> None:
    """That no figure is recorded of the plan above is said, instead of calling everything new."""
    with db.write() as session:
        make_region(session, "100000")
        make_plan(session, "cn-plan", region="100000")
        make_plan(session, targets=[target()], links=[{"to": "cn-plan", "kind": "implements"}])
    page = read(db, "/en/plans/zj-plan")
    assert (
        "No figure is recorded of Plan cn-plan, so nothing can be said of what was kept."
        in page.one("div", "link").text
    )
    assert page.all("table") == []


def test_a_date_says_how_exactly_it_is_known(db: Database) -> None:
    """Dates stand in their order, each with what of it the source leaves open."""
    with db.write() as session:
        make_plan(session, published="2026-01", written="2025-12-30", reported="2026")
    page = read(db, "/en/plans/zj-plan")
    assert page.one("dl", "moments").text == (
        "Written 30 December 2025 Published January 2026 the day is not stated "
        "Reported 2026 only the year is stated"
    )


def test_a_plan_shows_words_apart_from_figures(db: Database) -> None:
    """Targets with a figure are counted and listed first; each figure and measure leads to its paragraph."""
    with db.write() as session:
        words = target("zj-plan.words", kind="qualitative", metric=None, deadlines=[{"due": "2030"}])
        make_plan(session, targets=[words, target()])
        make_measure(session, value_as_stated="50亿元", evidence=[evidence("50亿元", paragraph="4")])
    page = read(db, "/en/plans/zj-plan")
    assert [p.text for p in page.all("p", "said")][:1] == ["1 target has a figure; due in 2027 and 2030"]
    assert [li.text.partition(" 目标")[0] for li in page.all("li", "promise")] == [
        "目标 zj-plan.revenue Metric revenue Topic ai more than ¥500 billion by 2027 ○ ¶1, A report: not yet checked not yet due · no comparable observation yet"
    ]
    assert "目标 zj-plan.words" in page.one("ul", "words").text
    assert {"/en/sources/gazette#p1", "/en/sources/gazette#p4"} <= set(page.links())


def options(page: Page) -> list[str]:
    """Give what the filters offer, but for all."""
    return [option.text for option in page.all("option") if option.text != "all"]


def test_the_list_of_plans_counts_what_each_choice_would_leave(db: Database) -> None:
    """A filter's own choice doesn't narrow its counts, the others' do; a topic counts what is below it, once."""
    with db.write() as session:
        make_topic(session, "ai")
        make_topic(session, "ai-phones", parent="ai")
        make_plan(session, "zj-a", topics=["ai", "ai-phones"], form="action_plan")
        make_plan(session, "zj-b", topics=["ai-phones"], stage="announced")
        make_plan(session, "js-a", region="320000", form="action_plan")
        make_plan(session, "zj-hidden", editorial_state="draft", topics=["ai"])
    whole = read(db, "/en/plans")
    assert options(whole) == [
        *("Jiangsu (1)", "Zhejiang (2)"),
        *("Topic ai (2)", "Topic ai-phones (2)"),
        *("announced (1)", "adopted (2)"),
        *("plan (1)", "action plan (2)"),
    ]
    some = read(db, "/en/plans?form=action_plan&region=330000")
    assert options(some) == [
        *("Jiangsu (1)", "Zhejiang (1)"),
        *("Topic ai (1)", "Topic ai-phones (1)"),
        "adopted (1)",
        *("plan (1)", "action plan (1)"),
    ]
    assert [th.text for th in some.all("th") if th.attributes.get("scope") == "row"] == ["Plan zj-a"]


def test_an_unknown_form_is_refused(db: Database) -> None:
    """The page says what forms there are, as the API does."""
    with reader(db) as client:
        assert client.get("/en/plans?form=novel").status_code == 422


@pytest.mark.parametrize("path", ["/plans/zj-plan", "/regions/330000"])
def test_a_note_that_figures_share_is_said_once(db: Database, path: str) -> None:
    """The first says it in full under a number, the others lead there and add what is their own; single notes stay."""
    shared, own, single = "New or in all is not said.", "Nor who counts.", "Placed here by context."
    notes = {"a": f"{shared} {own}", "b": shared, "c": single, "d": f"{shared} Other words."}
    with db.write() as session:
        make_plan(
            session,
            targets=[
                target(f"zj-plan.{name}", qualifier=name, note_zh="说明。", note_en=note)
                for name, note in notes.items()
            ],
        )
    page = read(db, f"/en{path}")
    assert [p.text for p in page.all("p", "note")] == [
        f"Note 1 {shared}",
        f"Note {own}",
        "As in note 1.",
        f"Note {single}",
        "As in note 1. Other words.",
    ]
    assert page.ids().count("note-1") == 1
    assert page.links().count("#note-1") == 2
    chinese = [p.text for p in read(db, f"/zh{path}").all("p", "note")]
    assert chinese == ["说明1 说明。", *["同说明1。"] * 3]
