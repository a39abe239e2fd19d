"""Which figures stand in a chart and what is said of them, and the files to take along.

How charts are laid out is tested in `test_charts`.
"""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.vocabulary import Verdict
from app.exchange.charts import ON_PAGE, chart
from app.i18n import LANGS, Lang
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.queries.names import topic_names
from app.store.queries.observations import named_observations
from app.store.queries.standards import read_standards
from app.store.queries.targets import get_target
from app.store.queries.together import deadlines_of_region, observations_of_region
from app.store.queries.vocabulary import get_region, list_recorded_regions
from app.store.session import Database
from app.web.charts import Gathered, compare_charts, compare_plots, picture, region_plots, target_plots
from app.web.pages.verdicts import considered_in, deadlines_of, topics_by_slug
from app.web.speech import Speech
from tests.builders import deadline, make_observation, make_plan, make_region, make_target
from tests.clients import asking
from tests.counting import count_statements
from tests.reading import Page, reader
from tests.test_charts import schema

TODAY = date(2026, 11, 20)
ZJ, JS = "330000", "320000"


def compared(db: Database, *regions: str, lang: Lang = "en") -> Gathered:
    """Choose what of a comparison is drawn."""
    with db.read() as session:
        view = compare_regions(session, CompareQuery(regions), TODAY)
        observations = named_observations(session, considered_in(deadlines_of(view)))
        topics = topics_by_slug(topic_names(session))
        return compare_plots(Speech(lang), view, observations, topics, read_standards(session))


def of_target(db: Database, public_id: str) -> Gathered:
    """Choose what of a target is drawn."""
    with db.read() as session:
        target = get_target(session, public_id, TODAY)
        observations = named_observations(session, considered_in(target.deadlines))
        topics = topics_by_slug(topic_names(session))
        return target_plots(Speech("en"), target, observations, topics, read_standards(session))


def of_region(db: Database, code: str) -> Gathered:
    """Choose what of a region is drawn."""
    with db.read() as session:
        return region_plots(
            Speech("en"),
            get_region(session, code),
            deadlines_of_region(session, code, TODAY),
            observations_of_region(session, code),
            topics_by_slug(topic_names(session)),
            read_standards(session),
        )


def two_regions(session: Session) -> None:
    """Write two regions with a plan each, the second a draft."""
    for code in (ZJ, JS):
        make_region(session, code)
    make_plan(session, "zj-plan")
    make_plan(session, "js-plan", region=JS, stage="consultation_draft")


def joined(gathered: Gathered) -> list[list[tuple[str, str, bool]]]:
    """List each chart's lines by the labels of their ends, and whether they are needed paths."""
    return [
        [(p.panel.points[j.start].label, p.panel.points[j.end].label, j.needed) for j in p.panel.joints]
        for p in gathered.plots
    ]


def test_figures_of_one_measure_stand_in_one_chart(db: Database) -> None:
    """Filled where adopted, hollow in a draft, by region and comparator; the verdict with its reasons beside."""
    with db.write() as session:
        two_regions(session)
        make_target(session, "zj-plan.revenue", words="突破5000亿元")
        make_target(session, "js-plan.revenue", words="6000亿元左右")
    [plot] = compared(db, ZJ, JS).plots
    assert [(p.name, p.label, p.shape, p.hollow, p.series, p.year) for p in plot.panel.points] == [
        ("Zhejiang", "more than ¥500 billion", "triangle-up", False, 1, 2027),
        ("Jiangsu", "about ¥600 billion", "diamond", True, 2, 2027),
    ]
    assert plot.title == "Metric revenue in topic ai"
    assert plot.verdict is Verdict.CAUTION
    assert plot.notes == (
        "They name the same measure, but mind: a draft beside an adopted plan and no public standard fixes what is counted.",
        "Pace needed: no comparable observation yet.",
    )
    assert plot.panel.joints == ()
    assert plot.panel.points[0].words == (
        "Zhejiang, 2027: more than ¥500 billion, Metric revenue in topic ai (target, adopted)"
    )
    assert plot.rows == (
        ("Zhejiang", "2027", "more than ¥500 billion", "target, adopted", "Plan zj-plan"),
        ("Jiangsu", "2027", "about ¥600 billion", "target, draft for comment", "Plan js-plan"),
    )


@pytest.mark.parametrize(
    "other",
    [
        {"metric": "output"},
        {"kind": "increase"},
        {"topic": "chips"},
        {"boundary": "core"},
        {"coverage": "smes"},
        {"qualifier": "百亿级"},
        {"words": "6000亿美元"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_measures_never_share_an_axis(db: Database, other: dict[str, Any]) -> None:
    """Whatever field of the key differs, or the currency: neither is drawn, and the page says why."""
    with db.write() as session:
        two_regions(session)
        make_target(session, "zj-plan.revenue")
        make_target(session, "js-plan.revenue", **other)
    gathered = compared(db, ZJ, JS)
    assert gathered.plots == ()
    assert len(gathered.left) == 2


def test_lines_join_the_dates_of_one_target_only(db: Database) -> None:
    """Not two plans of one region, nor two regions."""
    with db.write() as session:
        two_regions(session)
        make_plan(session, "zj-new")
        make_target(
            session, "zj-plan.revenue", deadlines=[deadline("5000亿元", "2027"), deadline("7000亿元", "2030")]
        )
        make_target(session, "zj-new.revenue", words="8000亿元", due="2031")
        make_target(session, "js-plan.revenue", words="9000亿元", due="2032")
    assert joined(compared(db, ZJ, JS)) == [[("¥500 billion", "¥700 billion", False)]]
    assert joined(of_region(db, ZJ)) == [[("¥500 billion", "¥700 billion", False)]]
    assert [plot.verdict for plot in of_region(db, ZJ).plots] == [Verdict.CAUTION]


def test_a_firm_figure_is_joined_to_a_firm_one(db: Database) -> None:
    """确保6000、力争7000 are two deadlines of one date, each of which goes on as it is meant."""
    due = [
        deadline("5000亿元", "2027", ambition="strive"),
        deadline("6000亿元", "2030"),
        deadline("7000亿元", "2030", ambition="strive"),
    ]
    with db.write() as session:
        make_target(session, "zj-plan.revenue", deadlines=due)
    assert joined(of_target(db, "zj-plan.revenue")) == [[("¥500 billion", "¥700 billion", False)]]


def test_an_observation_that_counts_leads_to_the_first_date(db: Database) -> None:
    """The path that is needed is dashed and said in words; what does not count is not there."""
    with db.write() as session:
        make_target(
            session, "zj-plan.revenue", deadlines=[deadline("5000亿元", "2027"), deadline("8000亿元", "2030")]
        )
        make_observation(session, "zj-2024", words="3000亿元", start="2024", end="2024")
        make_observation(session, "zj-2031", words="9000亿元", end="2031", status="forecast")
    [plot] = of_target(db, "zj-plan.revenue").plots
    assert [(p.label, p.shape) for p in plot.panel.points] == [
        ("¥500 billion", "circle"),
        ("¥800 billion", "circle"),
        ("¥300 billion", "square"),
    ]
    assert joined(of_target(db, "zj-plan.revenue")) == [
        [("¥500 billion", "¥800 billion", False), ("¥300 billion", "¥500 billion", True)]
    ]
    assert plot.notes == (
        "They measure the same thing and may be compared.",
        "Pace needed (2027, ¥500 billion): ¥200 billion to go; on average ¥66.67 billion a year; growth of 18.6% a year.",
        "Pace needed (2030, ¥800 billion): ¥500 billion to go; on average ¥83.33 billion a year; growth of 17.8% a year.",
    )


def test_a_region_shows_all_observations_of_what_it_promised(db: Database) -> None:
    """A forecast is hollow; what nothing was promised about is not drawn."""
    with db.write() as session:
        make_target(session, "zj-plan.revenue", words="5000亿元")
        make_observation(session, "zj-2024", words="3000亿元", start="2024", end="2024")
        make_observation(session, "zj-2031", words="9000亿元", end="2031", status="forecast")
        make_observation(session, "zj-jobs", words="300家", metric="enterprises", end="2024")
    gathered = of_region(db, ZJ)
    assert [[(p.label, p.hollow) for p in plot.panel.points] for plot in gathered.plots] == [
        [("¥500 billion", False), ("¥300 billion", False), ("¥900 billion", True)]
    ]
    assert gathered.left == ()


def test_a_single_figure_is_not_drawn(db: Database) -> None:
    """Nor one beside others without a date or an exact size; the page says so, with the figures in a table."""
    due = [deadline("5000亿元", "2027"), deadline("百亿元级", "2030"), deadline("6000亿元", None)]
    with db.write() as session:
        make_target(session, "zj-plan.revenue", deadlines=due)
        view = compare_regions(session, CompareQuery((ZJ,)), TODAY)
        topics, standards = topics_by_slug(topic_names(session)), read_standards(session)
    [told] = compare_charts(Speech("en"), view, {}, topics, {}, standards)
    assert told.svg is None
    assert told.why_not == (
        "1 measure is not drawn: it has a single dated figure at most, which shows neither a course nor a comparison."
    )
    assert [row[3] for row in told.rows] == ["¥500 billion", "in the order of ¥10 billion", "¥600 billion"]
    assert told.files == ()


def test_figures_without_a_place_stay_in_the_table(db: Database) -> None:
    """The chart says how many there are."""
    due = [deadline("5000亿元", "2027"), deadline("6000亿元", "2028"), deadline("百亿元级", "2030")]
    with db.write() as session:
        make_target(session, "zj-plan.revenue", deadlines=due)
    [plot] = of_target(db, "zj-plan.revenue").plots
    assert len(plot.panel.points) == 2
    assert len(plot.rows) == 3
    assert plot.notes[-1] == "1 figure without a date or an exact size is in the table only."


def test_words_alone_are_no_measure(db: Database) -> None:
    """A promise in words is neither drawn nor missed."""
    with db.write() as session:
        make_target(session, "zj-plan.words", metric=None, kind="qualitative", deadlines=[{"due": "2027"}])
    assert of_region(db, ZJ).left == ()


def test_a_page_has_room_for_twelve(db: Database) -> None:
    """The rest is told."""
    with db.write() as session:
        for number in range(14):
            make_target(
                session,
                f"zj-plan.m{number}",
                metric=f"metric-{number}",
                deadlines=[deadline("5000亿元", "2027"), deadline("6000亿元", "2030")],
            )
    gathered = compared(db, ZJ)
    assert (len(gathered.plots), len(gathered.further), gathered.left) == (12, 2, ())


def test_a_half_year_stands_half_way(db: Database) -> None:
    """The end of 2027 is 2027; a month is placed by its last day, and labelled as a month."""
    with db.write() as session:
        due = [deadline("5000亿元", "2027-06"), deadline("6000亿元", "2028")]
        make_target(session, "zj-plan.revenue", deadlines=due)
    [plot] = of_target(db, "zj-plan.revenue").plots
    assert [p.year for p in plot.panel.points] == [pytest.approx(2026.5, abs=0.01), 2028]
    assert [label for _, label in plot.panel.years] == ["June 2027", "2028"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_chart_of_the_committed_facts_is_valid(seeded: Database, lang: Lang) -> None:
    """Of all regions eight by eight, on the page and to take along, the schema finds nothing wrong."""
    with seeded.read() as session:
        regions = [region.code for region in list_recorded_regions(session) if region.targets]
    drawn = 0
    for start in range(0, len(regions), 8):
        for plot in compared(seeded, *regions[start : start + 8], lang=lang).plots:
            drawn += 1
            for spec in (chart(plot.panel, ON_PAGE), picture(Speech(lang), plot, TODAY)):
                assert [error.message for error in schema().iter_errors(spec)] == []
    assert drawn


def test_reading_for_a_chart_takes_a_fixed_number_of_statements(seeded: Database) -> None:
    """A chart of one region and of three ask the database as often."""
    counts = []
    with reader(seeded) as client:
        for regions in ([JS], [JS, ZJ, "310000"]):
            client.get("/en/compare/chart-1.vl.json", params={"region": regions})
            with count_statements(seeded) as so_far:
                assert (
                    client.get("/en/compare/chart-1.vl.json", params={"region": regions}).status_code == 200
                )
                counts.append(so_far())
    assert counts[0] == counts[1]


FILES = ["/compare/chart-1", "/targets/js-ai-plus.adoption/chart-1", "/regions/320000/chart-1"]


@pytest.mark.parametrize("path", FILES)
def test_charts_can_be_taken_along(seeded: Database, path: str) -> None:
    """As SVG, PNG and spec, with title, sources and day in them, under a name that says what it is."""
    with asking(seeded) as client:
        svg, png, spec = (client.get(f"/en{path}.{form}") for form in ("svg", "png", "vl.json"))
        unchanged = client.get(f"/en{path}.png", headers={"If-None-Match": png.headers["ETag"]})
    assert [r.headers["Content-Type"] for r in (svg, png, spec)] == [
        "image/svg+xml",
        "image/png",
        "application/json",
    ]
    assert svg.text.startswith("<svg ")
    assert png.content.startswith(b"\x89PNG")
    assert spec.json()["description"] == (
        "Jiangsu: Adoption rate in new-generation smart terminals and AI agents"
    )
    assert re.search(r"Source: Jiangsu .* As of", svg.text)
    assert "var(" not in svg.text
    assert svg.headers["Content-Language"] == "en"
    assert re.fullmatch(r'inline; filename="mubiao-[a-z0-9.-]+-1\.svg"', svg.headers["Content-Disposition"])
    assert unchanged.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/compare/chart-99.svg",
        "/compare/chart-0.svg",
        "/compare/chart-1.pdf",
        f"/compare/chart-{'9' * 5000}.svg",
        "/targets/no-such.target/chart-1.svg",
        "/targets/js-ai-plus.adoption/chart-2.svg",
        "/regions/320000/chart-x.png",
    ],
)
def test_a_chart_that_is_not_there_is_said_to_be_missing(seeded: Database, path: str) -> None:
    """In the reader's language."""
    with asking(seeded) as client:
        answer = client.get(f"/zh{path}")
    assert answer.status_code == 404
    assert Page(answer.text).one("html").attributes["lang"] == "zh-Hans-CN"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ["/compare", "/targets/js-ai-plus.adoption", "/regions/320000"])
def test_a_page_shows_its_charts_with_what_belongs_to_them(seeded: Database, lang: Lang, path: str) -> None:
    """Title, text alternative, a table behind it, files that can be had, and marks that speak; no word of the library."""
    with reader(seeded) as client:
        html = client.get(f"/{lang}{path}").text
        page = Page(html)
        figures = [each for each in page.all("figure", "chart") if "chart-missing" not in each.classes]
        assert [each.attributes["id"] for each in figures] == ["chart-1"]
        plot = page.one("svg", "plot")
        ids = page.ids()
        assert plot.attributes["aria-labelledby"] in ids
        assert plot.attributes["aria-describedby"] in ids
        files = [link for link in page.links() if "/chart-1." in link]
        assert [link.partition("?")[0].rpartition("chart-1.")[2] for link in files] == [
            "svg",
            "png",
            "vl.json",
        ]
        assert [client.get(link).status_code for link in files] == [200, 200, 200]
    marks = [e for e in page.elements if e.attributes.get("role") == "graphics-symbol"]
    assert [("%" in mark.attributes["aria-label"]) for mark in marks] == [True, True]
    assert "aria-roledescription" not in html
    assert len(ids) == len(set(ids))
    assert "style=" not in html


def test_the_description_says_what_a_chart_shows(db: Database) -> None:
    """In one sentence, in the reader's language."""
    with db.write() as session:
        two_regions(session)
        make_target(session, "zj-plan.revenue", words="突破5000亿元")
        make_target(session, "js-plan.revenue", words="6000亿元左右")
    said = [plot.description for lang in LANGS for plot in compared(db, ZJ, JS, lang=lang).plots]
    assert said == [
        "横轴为日期，纵轴为数值：浙江2027年超过5,000亿元；江苏2027年约6,000亿元。",
        "Value against date: Zhejiang 2027, more than ¥500 billion; Jiangsu 2027, about ¥600 billion.",
    ]
