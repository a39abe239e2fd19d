"""The page of a target: its path, the pace it needs, where it is written, the same measure elsewhere."""

from typing import Any

from app.store.session import Database
from tests.builders import (
    deadline,
    evidence,
    make_observation,
    make_plan,
    make_region,
    make_source,
    make_target,
    target,
)
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def points(page: Page) -> list[str]:
    """Give the rows of the path, without the marks of sources."""
    return [
        row.text.partition(" ✓")[0].partition(" ○")[0]
        for row in page.all("tr")
        if row.classes & {"promised", "observed"}
    ]


def test_the_path_holds_observations_and_deadlines_by_date(db: Database) -> None:
    """What was observed of the same measure in the same region comes before what is due; the last is final."""
    with db.write() as session:
        dated = [deadline("突破6000亿元", "2030"), deadline("突破5000亿元", "2027")]
        make_target(session, deadlines=dated)
        make_observation(session, words="3000亿元")
        make_observation(session, "other-topic", topic="robots")
        make_region(session, "320000")
        make_observation(session, "elsewhere", region="320000")
    page = read(db, "/en/targets/zj-plan.revenue")
    assert points(page) == [
        "2024 ¥300 billion official figure",
        "by 2027 more than ¥500 billion interim target",
        "by 2030 more than ¥600 billion final target",
    ]


def test_a_single_figure_has_no_path(db: Database) -> None:
    """One deadline without an observation is said to make no path, and no pace is invented."""
    with db.write() as session:
        make_target(session)
    page = read(db, "/en/targets/zj-plan.revenue")
    assert points(page) == []
    assert page.one("p", "empty").text.startswith("One figure, and no observation of the same measure")
    assert page.one("li", "need").text == (
        "No pace can be computed: nothing is recorded of the same measure in the same region."
    )


def test_the_pace_is_said_with_what_it_rests_on(db: Database) -> None:
    """From 300 to 500 billion in three years are 66.67 billion a year; the observation is one click away."""
    with db.write() as session:
        make_target(session, words="5000亿元")
        make_observation(session, words="3000亿元")
    page = read(db, "/en/targets/zj-plan.revenue")
    assert page.one("li", "need").text.startswith(
        "¥200 billion to go, ¥66.67 billion a year (18.6% a year) Zhejiang, 2024"
    )
    assert "/en/observations/zj-revenue-2024" in page.links()


def test_observations_that_contradict_each_other_stand_side_by_side(db: Database) -> None:
    """Two figures for one date are both in the path, and both are marked."""
    with db.write() as session:
        make_target(session)
        make_observation(session, "seen-a", words="3000亿元")
        make_observation(session, "seen-b", words="4000亿元", status="estimate")
    page = read(db, "/en/targets/zj-plan.revenue")
    assert [row.split()[1] for row in points(page)] == ["¥300", "¥400", "2027"]
    assert [span.text for span in page.all("span", "contested")] == ["sources contradict each other"] * 2


def test_differing_wordings_of_one_figure_all_stand_there(db: Database) -> None:
    """90%以上 in one article and 超90% in another: both are quoted, with what the check of each gave."""
    said = [
        evidence("普及率90%以上", check="found", checked_on="2026-11-20"),
        evidence("普及率超90%", "paper", check="differs", checked_on="2026-11-20"),
    ]
    with db.write() as session:
        make_source(session, "paper", title_zh="另文", title_en="Another report")
        make_target(
            session,
            "zj-plan.rate",
            metric="adoption-rate",
            deadlines=[deadline("90%以上") | {"evidence": said}],
        )
    page = read(db, "/en/targets/zj-plan.rate")
    assert page.one("ul", "quotes").text == (
        "普及率90%以上 ✓ found in the source A report ¶1 news report "
        "普及率超90% ≠ worded differently Another report ¶1 news report"
    )
    assert "The sources word the figure differently; all wordings stand here." in [
        p.text for p in page.all("p", "warning")
    ]


def test_the_same_measure_of_other_regions_carries_its_verdict(db: Database) -> None:
    """Another region's figure of the same key is there with why care is needed; one of another key is not."""
    with db.write() as session:
        make_target(session)
        js: dict[str, Any] = {
            "region": "320000",
            "targets": [target("js-plan.revenue", words="突破6000亿元")],
        }
        make_plan(session, "js-plan", **js)
        make_plan(session, "ah-plan", region="340000", targets=[target("ah-plan.revenue", topic="robots")])
    page = read(db, "/en/targets/zj-plan.revenue")
    assert page.one("ul", "others").text.partition(" Plan")[0] == (
        "Jiangsu more than ¥600 billion by 2027 ≈ with care no public standard fixes what is counted"
    )
    assert "/en/compare?region=330000&region=320000&family=industry_size" in page.links()
    assert not any("ah-plan" in link for link in page.links())


def test_every_figure_of_a_target_is_cited_and_has_a_history(seeded: Database) -> None:
    """Three forms of citation and the changes so far are linked or shown on the page itself."""
    page = read(seeded, "/en/targets/js-ai-plus.adoption")
    forms = [
        link.rpartition(".")[2]
        for link in page.links()
        if link.startswith("/en/targets/js-ai-plus.adoption/cite.")
    ]
    assert forms == ["txt", "bib", "json"]
    assert page.one("ol", "history").text.endswith(" added")


def test_a_target_says_its_figures_where_links_are_shown(seeded: Database) -> None:
    """The description names figure, date, measure and plan, without markup; above it stands its plan."""
    page = read(seeded, "/en/targets/zj-ai-terminals.revenue")
    (said,) = (e.attributes["content"] for e in page.all("meta") if e.attributes.get("name") == "description")
    assert said == (
        "more than ¥500 billion by 2027: operating revenue of above-scale enterprises in AI terminals. From Zhejiang "
        "action plan to advance the AI terminal industry, with its sources and how far it has come."
    )
    (crumbs,) = page.all("nav", "crumbs")
    assert "/en/plans/zj-ai-terminals" in [
        a.attributes["href"] for a in page.all("a") if a.text in crumbs.text
    ]
