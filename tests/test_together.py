"""Figures that stand together on one page: by family and key, with the verdict wherever two meet (R3)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import Family, Reason, Verdict
from app.store.queries.together import deadlines_of_region, deadlines_on_metric, observations_of_region
from app.store.session import Database
from app.store.views.comparison import VerdictView
from tests.builders import deadline, make_observation, make_plan, make_region, make_target, target
from tests.reading import Page, reader

TODAY = date(2026, 11, 20)


def said(verdicts: list[VerdictView]) -> dict[tuple[str, str], tuple[Verdict, list[Reason]]]:
    """Give verdicts by the two figures they are about."""
    return {(one.a[0], one.b[0]): (one.verdict, one.reasons) for one in verdicts}


def contradict(session: Session) -> None:
    """Write three sizes of one industry, two of one year, and a figure of another key."""
    nation: dict[str, Any] = {"region": "100000", "topic": "ai", "metric": "scale"}
    make_region(session, "100000")
    make_observation(session, "seen-a", words="突破7000亿元", end="2024", measured_by="ccid", **nation)
    make_observation(session, "seen-b", words="10000亿元", end="2025", status="estimate", **nation)
    make_observation(session, "seen-c", words="3985亿元", end="2025", status="forecast", **nation)
    make_observation(session, "seen-d", words="6000亿元", end="2025", boundary="core", **nation)
    make_observation(session, "unseen", words="1亿元", editorial_state="draft", **nation)


def test_observations_of_one_key_stand_together_with_their_cautions(session: Session) -> None:
    """The nation's sizes are one row, every pair judged; another boundary is another row, and said to differ."""
    contradict(session)
    found = observations_of_region(session, "100000")
    (subject,) = found.subjects
    assert (found.total, found.shown, subject.family) == (4, 4, Family.INDUSTRY_SIZE)
    assert [[figure.slug for figure in row.figures] for row in subject.rows] == [
        ["seen-a", "seen-b", "seen-c"],
        ["seen-d"],
    ]
    year, status, measurer, undefined = Reason.YEAR, Reason.STATUS, Reason.MEASURED_BY, Reason.UNDEFINED
    assert said(subject.rows[0].verdicts) == {
        ("seen-a", "seen-b"): (Verdict.CAUTION, [year, status, measurer, undefined]),
        ("seen-a", "seen-c"): (Verdict.CAUTION, [year, status, measurer, undefined]),
        ("seen-b", "seen-c"): (Verdict.CAUTION, [status, measurer, undefined]),
    }
    assert subject.rows[1].verdicts == []
    assert subject.differences == [Reason.BOUNDARY]


def test_two_dates_of_one_measurer_are_the_same(session: Session) -> None:
    """A series may be read as one."""
    for year in ("2024", "2025"):
        make_observation(session, f"seen-{year}", end=year, measured_by="ccid")
    (subject,) = observations_of_region(session, "330000").subjects
    assert said(subject.rows[0].verdicts) == {("seen-2024", "seen-2025"): (Verdict.SAME, [])}


def test_deadlines_of_a_region_stand_by_year_and_family(session: Session) -> None:
    """Undated ones come last; what differs between the rows of a family is named; words make no row with figures."""
    make_plan(
        session,
        targets=[
            target(deadlines=[deadline(due="2030"), deadline(due="2027")]),
            target("zj-plan.robots", topic="robots", coverage="above_scale", words="1000亿元"),
            target("zj-plan.rate", metric="adoption-rate", words="70%以上"),
            target("zj-plan.words", kind="qualitative", metric=None, deadlines=[{"due": None}]),
        ],
    )
    found = deadlines_of_region(session, "zj", TODAY)
    assert (found.total, found.shown) == (5, 5)
    shown = [
        (
            year.year,
            subject.family,
            [row.figures[0].target.public_id for row in subject.rows],
            subject.differences,
        )
        for year in found.years
        for subject in year.subjects
    ]
    assert shown == [
        (2027, Family.INDUSTRY_SIZE, ["zj-plan.revenue", "zj-plan.robots"], [Reason.TOPIC, Reason.COVERAGE]),
        (2027, Family.ADOPTION, ["zj-plan.rate"], []),
        (2030, Family.INDUSTRY_SIZE, ["zj-plan.revenue"], []),
        (None, None, ["zj-plan.words"], []),
    ]


def test_a_metric_ranks_within_one_key_year_and_level_only(session: Session) -> None:
    """Two provinces' figures of one key get places; a third of another topic stands apart without one."""
    make_target(session, "zj-plan.revenue", words="突破5000亿元")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", words="突破6000亿元")])
    make_plan(session, "ah-plan", region="340000", targets=[target("ah-plan.revenue", topic="robots")])
    (subject,) = deadlines_on_metric(session, "revenue", TODAY).subjects
    assert [
        [(place.first, place.id) for ranking in row.rankings for place in ranking.places]
        for row in subject.rows
    ] == [[(1, "js-plan.revenue@2027-12-31"), (2, "zj-plan.revenue@2027-12-31")], []]
    assert subject.differences == [Reason.TOPIC]


def test_an_unknown_region_is_refused(session: Session) -> None:
    """It is not one without figures."""
    with pytest.raises(DomainError, match="unknown_region"):
        observations_of_region(session, "atlantis")


def test_the_page_of_a_region_shows_contradictions_side_by_side(db: Database) -> None:
    """The measure is named once, its verdicts stand over its figures, and the two sizes of one year are marked."""
    with db.write() as session:
        contradict(session)
    with reader(db) as client:
        page = Page(client.get("/en/regions/100000").text)
    (kin,) = page.all("div", "kin")
    assert kin.text.startswith("Metric scale in topic ai ≈ with care")
    assert [figure.text for figure in page.all("span", "figure")] == [
        "more than ¥700 billion",
        "¥1 trillion",
        "¥398.5 billion",
        "¥600 billion",
    ]
    assert [span.text for span in page.all("span", "contested")] == ["sources contradict each other"] * 2
    assert [p.text for p in page.all("p", "between")] == [
        "≠ not comparable between different measures differ in industry boundary"
    ]


def test_equal_figures_of_two_sources_contradict_nothing(db: Database) -> None:
    """Only different figures for one day are called a contradiction."""
    with db.write() as session:
        for slug, words in (("seen-a", "3000亿元"), ("seen-b", "0.3万亿元")):
            make_observation(session, slug, words=words)
    with reader(db) as client:
        page = Page(client.get("/en/regions/330000").text)
    assert len(page.all("div", "kin")) == 1
    assert page.all("span", "contested") == []


def test_the_page_of_a_metric_says_what_may_be_compared(db: Database) -> None:
    """Figures of one key stand together with their cautions and places; those of another are said to differ."""
    with db.write() as session:
        make_target(session, "zj-plan.revenue", words="突破5000亿元")
        make_plan(
            session, "js-plan", region="320000", targets=[target("js-plan.revenue", words="突破6000亿元")]
        )
        make_plan(session, "ah-plan", region="340000", targets=[target("ah-plan.revenue", topic="robots")])
    with reader(db) as client:
        page = Page(client.get("/en/metrics/revenue").text)
    assert [span.text for span in page.all("span", "verdict")] == ["≠ not comparable", "≈ with care"]
    assert [p.text for p in page.all("p", "place")] == ["place 2 for 2027", "place 1 for 2027"]


def test_a_target_s_remark_is_said_once(db: Database) -> None:
    """On its own page the remark stands above the deadlines, each of which has its own; elsewhere the first has it."""
    dated = [deadline(due="2027", note_zh="其一。"), deadline(due="2030", note_zh="其二。")]
    with db.write() as session:
        make_plan(session, targets=[target(deadlines=dated, note_zh="总说。")])
    with reader(db) as client:
        alone = Page(client.get("/zh/targets/zj-plan.revenue").text)
        listed = Page(client.get("/zh/regions/330000").text)
        whole = Page(client.get("/zh/plans/zj-plan").text)
    assert [p.text for p in alone.all("p", "note")] == ["说明 总说。", "说明 其一。", "说明 其二。"]
    assert [p.text for p in listed.all("p", "note")] == [
        *("说明1 总说。", "说明 其一。"),
        *("同说明1。", "说明 其二。"),
    ]
    assert [p.text for p in whole.all("p", "note")] == ["说明 总说。", "说明 其一。", "说明 其二。"]
