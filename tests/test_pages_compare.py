"""The comparison page: what it says of the committed facts, and of facts made for the occasion.

How figures are put together is tested with the query; here is what a reader gets.
"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.store.session import Database
from tests.builders import make_assessment, make_observation, make_plan, make_region, make_target, target
from tests.clients import asking
from tests.counting import count_statements
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize("path", ["/en/compare", "/en/compare?region=330000&region=320000"])
def test_english_leads_say_what_differs(seeded: Database, path: str) -> None:
    """It opens on Zhejiang and Jiangsu: 500 billion and a trillion, and two rates of 70 %, are not the same."""
    leads = [p.text for p in read(seeded, path).all("p", "lead")][:2]
    assert leads == [
        (
            "Zhejiang: more than ¥500 billion by 2027 — operating revenue of above-scale enterprises in AI terminals; "
            "Jiangsu: more than ¥1 trillion by 2030 — scale of the industry in artificial intelligence. "
            "They differ in metric, topic, and enterprises counted: not comparable."
        ),
        (
            "Zhejiang: more than 70% by 2027 — adoption rate of above-scale enterprises in AI terminals; "
            "Jiangsu: at least 70% by 2027 — adoption rate in new-generation smart terminals and AI agents. "
            "They differ in topic and enterprises counted: not comparable."
        ),
    ]


def test_chinese_leads_say_what_differs(seeded: Database) -> None:
    """The same in Chinese."""
    lead = read(seeded, "/zh/compare").all("p", "lead")[0].text
    assert lead == (
        "浙江省到2027年超过5,000亿元，指人工智能终端规上企业营业收入；江苏省到2030年超过1万亿元，指人工智能产业规模。"
        "两者的指标、主题和企业范围不同，不可比较。"
    )


def test_every_figure_leads_to_its_source(seeded: Database) -> None:
    """Each figure of the table has its passages beside it, each a link into a source's page."""
    page = read(seeded, "/en/compare")
    entries = page.all("div", "entry")
    first = [e for e in page.elements if e.tag in {"ul", "details"} and e.classes & {"evidence", "more"}]
    folded = [e for e in first if e.tag == "details" and "more passage" in e.text]
    sources = [link for link in page.links() if link.startswith("/en/sources/") and "#p" in link]
    assert len(page.all("ul", "evidence")) - len(folded) == len(entries) > 10
    assert len(sources) >= len(entries)


def test_nothing_is_ranked_where_measures_differ(seeded: Database) -> None:
    """No figure of Zhejiang and Jiangsu gets a place."""
    assert read(seeded, "/en/compare").all("p", "place") == []


def test_a_ranking_shows_its_places_and_cautions(db: Database) -> None:
    """Two provinces with one key and one due year get places, with what to keep in mind said beside them."""
    with db.write() as session:
        _two_provinces(session)
    page = read(db, "/en/compare")
    assert [p.text for p in page.all("p", "place")] == ["place 2 for 2027", "place 1 for 2027"]
    assert [span.text for span in page.all("span", "verdict")][-1] == "≈ with care"
    assert [span.text for span in page.all("span", "why")][-1] == "no public standard fixes what is counted"


def test_an_empty_cell_says_whether_anyone_looked(db: Database) -> None:
    """No target in the plans recorded, looked and found none, not looked: three different things."""
    with db.write() as session:
        make_target(session)
        make_plan(session, "js-plan", region="320000")
        make_region(session, "340000")
        make_assessment(session, "340000")
        make_region(session, "350000")
    page = read(db, "/en/compare?region=330000&region=320000&region=340000&region=350000")
    assert [p.text for p in page.all("p", "empty")] == [
        "No target found in the 1 plan recorded.",
        "Looked on 20 November 2026, no target found.",
        "Not looked: no plan of this region is recorded.",
    ]


def test_a_statement_without_english_is_shown_in_chinese_and_marked(db: Database) -> None:
    """Where a translation is missing the Chinese stands in its place, and says that it is Chinese (R9)."""
    with db.write() as session:
        make_plan(
            session,
            targets=[
                target(kind="qualitative", metric=None, deadlines=[{"due": "2030"}], statement_zh="全国领先")
            ],
        )
    page = read(db, "/en/compare?region=330000")
    marked = [e.text for e in page.elements if e.attributes.get("lang") == "zh-Hans-CN"]
    assert "全国领先" in marked


def test_statements_do_not_break_the_page(db: Database) -> None:
    """What curators type is text: markup in it is shown, not obeyed, also in an English sentence around it."""
    with db.write() as session:
        make_plan(
            session,
            title_en="<script>alert(1)</script>",
            targets=[target(qualifier="<b>百亿级</b>", statement_zh="<i>目标</i>")],
        )
    with reader(db) as client:
        for path in ("/en/compare?region=330000", "/en/targets/zj-plan.revenue", "/en/plans/zj-plan"):
            html = client.get(path).text
            assert "alert(1)</script>" not in html
            assert "<b>百亿级" not in html
            assert "<i>目标" not in html


def test_words_stand_folded_apart(seeded: Database) -> None:
    """Qualitative targets are in a block of their own, folded, with a summary that says what they are."""
    page = read(seeded, "/en/compare")
    assert "Promises in words, which no figure measures" in [s.text for s in page.all("summary")]


def test_the_form_leads_to_a_short_address(seeded: Database) -> None:
    """Names and blanks of the form become codes and nothing; a name that means nothing is kept, to be refused."""
    asked = {"region": ["330000", "nanjing", "苏州", "SHANGHAI", ""], "topic": "ai", "family": "", "go": "1"}
    with reader(seeded) as client:
        answer = client.get("/en/compare", params=asked)
        assert answer.status_code == 303
        short = "/en/compare?region=330000&region=320100&region=320500&region=310000&topic=ai"
        assert answer.headers["location"] == short
        refused = client.get("/en/compare", params={"region": ["330000", "atlantis"]})
    assert refused.status_code == 422
    assert "There is no region “atlantis”" in refused.text


def test_the_language_switch_keeps_the_query(seeded: Database) -> None:
    """The same comparison in the other language is one click away, with its filters."""
    page = read(seeded, "/en/compare?region=330000&region=340000&topic=ai&year_to=2027")
    switch = next(a for a in page.all("a") if a.text == "中文")
    assert switch.attributes["href"] == "/zh/compare?region=330000&region=340000&topic=ai&year_to=2027"
    json = next(a for a in page.all("a") if a.text == "JSON")
    assert json.attributes["href"] == "/api/v1/compare?region=330000&region=340000&topic=ai&year_to=2027"


def test_progress_says_what_is_missing_and_the_pace(db: Database) -> None:
    """An observation of the same key gives the gap, the amount a year and, for money, the rate; points for shares."""
    with db.write() as session:
        make_target(session, "zj-plan.revenue", words="1000亿元", due="2027")
        make_target(session, "zj-plan.rate", words="70%以上", due="2027", metric="adoption-rate")
        make_observation(session, "seen", words="600亿元", start="2025", end="2025")
        make_observation(session, "rate", words="55%", end="2025", metric="adoption-rate")
    gaps = [span.text for span in read(db, "/en/compare?region=330000").all("span", "gap")]
    assert gaps == [
        "¥40 billion to go, ¥20 billion a year (29.1% a year)",
        "15 percentage points to go, 7.5 percentage points a year",
    ]


@pytest.mark.parametrize(
    ("query", "summary"),
    [
        (
            "region=330000&region=320000",
            (
                "None of the 3 pairs of figures that stand side by side here may be compared. "
                "What differs most often: topic and enterprises counted."
            ),
        ),
        (
            "region=330000&region=320000&region=340000&region=320100",
            (
                "Of the 11 pairs of figures that stand side by side here, none measures quite the same thing, "
                "2 may be compared with care, 9 may not be compared. What differs most often: topic."
            ),
        ),
        ("region=330000", "A single region stands here: add another to compare it with."),
        (
            "region=330000&region=320000&family=technology",
            "No two figures of different regions meet here, so there is nothing to compare.",
        ),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_first_sentence_says_what_can_be_compared_at_all(
    seeded: Database, query: str, summary: str
) -> None:
    """In numbers, with what sets most pairs apart."""
    assert read(seeded, f"/en/compare?{query}").one("p", "summary").text == summary


def test_the_pair_that_may_be_compared_is_named_first(seeded: Database) -> None:
    """Where one is, it stands above the tempting ones that may not be."""
    lead = read(seeded, "/en/compare?region=320000&region=320100").all("p", "lead")[0].text
    assert lead == (
        "Jiangsu: at least 70% by 2027 — adoption rate in new-generation smart terminals and AI agents; "
        "Nanjing: more than 75% by 2027 — adoption rate in new-generation smart terminals and AI agents. "
        "They name the same measure, but mind: different levels of government and "
        "no public standard fixes what is counted."
    )


def test_each_difference_is_named_in_its_cell(seeded: Database) -> None:
    """By both its sides, beside the figure that is nearest, with the year although R3 does not need it."""
    page = read(seeded, "/en/compare")
    assert [p.text for p in page.all("p", "apart")][:2] == [
        (
            "≠ not comparable beside Jiangsu 2030 operating revenue, not scale of the industry; "
            "AI terminals, not artificial intelligence; limited to above-scale enterprises; due 2027, not 2030"
        ),
        (
            "≠ not comparable beside Zhejiang 2027 scale of the industry, not operating revenue; "
            "artificial intelligence, not AI terminals; not limited to above-scale enterprises; "
            "due 2030, not 2027"
        ),
    ]
    assert "#js-ai-plus.industry-scale@2030-12-31" in page.links()
    assert "js-ai-plus.industry-scale@2030-12-31" in page.ids()


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ({"boundary": "core"}, {"boundary": "whole_chain"}, "core industry, not whole industry chain"),
        ({"boundary": "core"}, {}, "limited to core industry"),
        ({}, {"boundary": "core"}, "not limited to core industry"),
        ({"coverage": "smes"}, {"coverage": "large"}, "small and medium enterprises, not large enterprises"),
        ({"qualifier": "百亿级"}, {}, "only “百亿级”"),
        ({}, {"qualifier": "百亿级"}, "without the other’s “百亿级”"),
        ({"qualifier": "十亿级"}, {"qualifier": "百亿级"}, "“十亿级”, not “百亿级”"),
        ({"words": "100亿美元"}, {}, "in USD, not in CNY"),
        ({"due": "2030"}, {"due": None}, "due 2030, where the other has no date"),
        ({"due": None}, {"due": "2030"}, "no due date, where the other says 2030"),
        ({"due": None}, {"due": None}, "neither has a due date"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_differences_are_worded(db: Database, ours: Any, theirs: Any, words: str) -> None:
    """Each field of the key, the unit and the year, also where one side says nothing."""
    with db.write() as session:
        make_plan(session, targets=[target(**ours)])
        make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", **theirs)])
    first = read(db, "/en/compare").all("p", "apart")[0].text
    assert words in first


def test_pages_say_what_pace_is_needed_or_why_none_can_be_said(db: Database) -> None:
    """A line for each pace, and one for all figures that lack an observation for the same reason."""
    with db.write() as session:
        make_target(session, "zj-plan.revenue", words="1000亿元", due="2027")
        make_target(session, "zj-plan.later", words="2000亿元", due="2030", topic="robots")
        make_observation(session, "seen", words="600亿元", start="2025", end="2025")
        make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", words="3000亿元")])
    said = [li.text for li in read(db, "/en/compare").all("li") if li.text.startswith(("Zhe", "Jiangsu 2"))]
    assert [line for line in said if "20" in line] == [
        "Zhejiang 2027: ¥40 billion to go, ¥20 billion a year (29.1% a year)",
        "Zhejiang 2030, Jiangsu 2027: no pace can be said, since nothing comparable has been observed.",
    ]


def test_only_comparable_leaves_only_what_may_be_compared(seeded: Database) -> None:
    """The same in the JSON twin; where nothing is left, the page says that this is an answer."""
    asked = "?region=320000&region=320100&only=comparable"
    page = read(seeded, f"/en/compare{asked}")
    shown = {e.attributes["id"] for e in page.all("div", "entry")}
    with asking(seeded) as client:
        view = client.get(f"/api/v1/compare{asked}").json()
    cells = [cell for family in view["families"] for row in family["rows"] for cell in row["cells"]]
    assert shown == {deadline["id"] for cell in cells for deadline in cell["deadlines"]}
    assert len(shown) == 3
    assert view["filters"]["only"] == "comparable"
    nothing = read(seeded, "/en/compare?only=comparable")
    assert nothing.all("div", "entry") == []
    assert nothing.one("p", "nothing").text.startswith("None of these regions’ figures may be compared")


def test_the_comparison_is_taken_along_with_its_filters(seeded: Database) -> None:
    """Link, data, frame and citations, each for exactly what is shown."""
    asked = "region=330000&region=340000&topic=ai&only=comparable"
    page = read(seeded, f"/en/compare?{asked}")
    assert page.one("input", "address").attributes["value"] == f"/en/compare?{asked}"
    for form in ("", ".csv", ".xlsx"):
        assert f"/api/v1/compare{form}?{asked}" in page.links()
    for form in ("txt", "bib", "json"):
        assert f"/en/compare/cite.{form}?{asked}" in page.links()
    frame = page.one("textarea").text
    assert frame.startswith(
        f'<iframe src="/embed/compare?{asked}&lang=en" title="Compare Zhejiang and Anhui"'
    )


def test_the_page_takes_as_many_statements_for_three_regions_as_for_one(seeded: Database) -> None:
    """Whatever stands in it."""
    counts = []
    with reader(seeded) as client:
        for query in ("region=330000", "region=330000&region=320000&region=320100"):
            with count_statements(seeded) as counted:
                assert client.get(f"/en/compare?{query}").status_code == 200
            counts.append(counted())
    assert counts[0] == counts[1]


def _two_provinces(session: Session) -> None:
    make_target(session, "zj-plan.revenue", words="突破5000亿元")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", words="突破6000亿元")])
