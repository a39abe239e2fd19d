"""The comparison page: what it says of the committed facts, and of facts made for the occasion.

How figures are put together is tested with the query; here is what a reader gets.
"""

import pytest
from sqlalchemy.orm import Session

from app.store.session import Database
from tests.builders import make_assessment, make_observation, make_plan, make_region, make_target, target
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
        "浙江省到2027年超过5,000亿元，指人工智能终端规上企业营业收入；江苏省到2030年超过1万亿元，指人工智能产业规模。 "
        "两者的指标、主题和企业范围不同，不可比较。"
    )


def test_every_figure_leads_to_its_source(seeded: Database) -> None:
    """Each figure of the table has its passages beside it, each a link into a source's page."""
    page = read(seeded, "/en/compare")
    entries = page.all("div", "entry")
    sources = [link for link in page.links() if link.startswith("/en/sources/") and "#p" in link]
    assert len(page.all("ul", "evidence")) == len(entries) > 10
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
            assert "<script" not in html
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
    json = next(a for a in page.all("a") if a.text == "This page as JSON")
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


def _two_provinces(session: Session) -> None:
    make_target(session, "zj-plan.revenue", words="突破5000亿元")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", words="突破6000亿元")])
