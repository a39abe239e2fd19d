"""What is gathered from several entities: the facts that a source supports, and the overview.

The entities by themselves are in `test_queries`.
"""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.vocabulary import Check, Precision, Reason, RegionLevel, Verdict
from app.store.queries import (
    overview,
    support,
    vocabulary,
)
from app.store.views.summaries import OverviewView
from tests.builders import (
    SOURCE,
    deadline,
    evidence,
    make_assessment,
    make_observation,
    make_plan,
    make_region,
    measure,
    target,
)

TODAY = date(2026, 11, 20)


def test_a_source_lists_what_it_supports_by_paragraph(session: Session) -> None:
    """Every sort of fact is there with phrase, check and figure, in the order of the text; each counts once."""
    phrases = [
        evidence("突破5000亿元", paragraph="6", check="found", checked_on="2026-11-20"),
        evidence("5000亿元", paragraph="9"),
    ]
    made = target(deadlines=[{"value_as_stated": "突破5000亿元", "due": "2027", "evidence": phrases}])
    make_plan(
        session,
        evidence=[evidence("行动计划", paragraph="2")],
        targets=[made],
        measures=[
            measure(
                value_as_stated="2亿元", total="2", unit="亿元", evidence=[evidence("2亿元", paragraph="7")]
            )
        ],
    )
    make_observation(session, evidence=[evidence("突破3000亿元", paragraph="1-2")])
    facts = support.facts_of_source(session, SOURCE)
    assert [(one.paragraph, one.fact, one.key, one.page) for one in facts] == [
        ("1-2", "observation", "zj-revenue-2024", "zj-revenue-2024"),
        ("2", "plan", "zj-plan", "zj-plan"),
        ("6", "deadline", "zj-plan.revenue@2027-12-31", "zj-plan.revenue"),
        ("7", "measure", "zj-plan.fund", "zj-plan.fund"),
        ("9", "deadline", "zj-plan.revenue@2027-12-31", "zj-plan.revenue"),
    ]
    assert [one.value_as_stated for one in facts] == [
        "突破3000亿元",
        None,
        "突破5000亿元",
        "2亿元",
        "突破5000亿元",
    ]
    assert [(one.on, one.precision) for one in facts] == [
        (date(2024, 12, 31), Precision.YEAR),
        (None, Precision.NONE),
        (date(2027, 12, 31), Precision.YEAR),
        (None, Precision.NONE),
        (date(2027, 12, 31), Precision.YEAR),
    ]
    assert [one.check for one in facts] == [Check.UNCHECKED] * 2 + [Check.FOUND] + [Check.UNCHECKED] * 2
    assert [one.plan and one.plan.slug for one in facts] == [None, *["zj-plan"] * 4]
    assert [one.statement_en for one in facts] == [None, "Plan zj-plan", None, None, None]
    assert vocabulary.get_source(session, SOURCE).evidence == 4


def test_facts_of_an_unknown_source_are_refused(session: Session) -> None:
    """A source that is not there is not an empty one."""
    with pytest.raises(NotFoundError, match="unknown_source"):
        support.facts_of_source(session, "nowhere")


def test_the_overview_counts_what_is_public(session: Session) -> None:
    """Drafts and retired rows are not in the totals, the next deadlines or the latest changes."""
    make_plan(
        session,
        targets=[
            target(deadlines=[deadline(due="2027"), deadline(due="2030", retired_on="2026-11-19")]),
            target("zj-plan.gone", kind="increase", retired_on="2026-11-19"),
        ],
        measures=[measure()],
    )
    make_plan(session, "js-draft", region="320000", editorial_state="draft", targets=[target("js-draft.a")])
    make_observation(session)
    make_observation(session, "draft", editorial_state="draft")
    view = overview.overview(session, TODAY)
    assert view.totals.model_dump() == {
        "regions": 1,
        "plans": 1,
        "targets": 1,
        "deadlines": 1,
        "observations": 1,
        "measures": 1,
        "sources": 1,
    }
    assert [one.id for one in view.upcoming] == ["zj-plan.revenue@2027-12-31"]
    assert promised(view) == {2027: ["zj-plan.revenue@2027-12-31"]}
    assert [(one.kind, one.key) for one in view.latest] == [
        ("plan", "zj-plan"),
        ("observation", "zj-revenue-2024"),
    ]


def promised(view: OverviewView) -> dict[int, list[str]]:
    """Give the ids of the figures that are shown, by due year."""
    return {year.year: [one.id for one in year.deadlines] for year in view.promises}


def test_what_is_past_is_not_next(session: Session) -> None:
    """The next deadlines begin today; each region has one figure a year, the size of its industry if there is one."""
    make_plan(
        session,
        targets=[
            target(deadlines=[deadline(due="2025"), deadline(due="2026-11-20"), deadline(due="2030")]),
            target("zj-plan.enterprises", metric="enterprises", words="达到100家", due="2026"),
            target("zj-plan.adoption", metric="adoption-rate", words="超70%", due="2030"),
            target(
                "zj-plan.words",
                kind="qualitative",
                metric=None,
                deadlines=[{"due": "2031", "evidence": []}],
            ),
        ],
    )
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue", due="2030")])
    view = overview.overview(session, TODAY)
    assert [one.id for one in view.upcoming] == [
        "zj-plan.revenue@2026-11-20",
        "zj-plan.enterprises@2026-12-31",
        "js-plan.revenue@2030-12-31",
        "zj-plan.adoption@2030-12-31",
        "zj-plan.revenue@2030-12-31",
        "zj-plan.words@2031-12-31",
    ]
    assert promised(view) == {
        2026: ["zj-plan.revenue@2026-11-20"],
        2030: ["js-plan.revenue@2030-12-31", "zj-plan.revenue@2030-12-31"],
    }


def test_an_example_is_two_sizes_of_an_industry_with_their_verdict(session: Session) -> None:
    """The two regions asked for are judged by R3, in the order asked; where one has no such figure there is none."""
    make_plan(session, targets=[target()])
    make_plan(
        session,
        "js-plan",
        region="320000",
        targets=[target("js-plan.scale", topic="ai-terminals", due="2030")],
    )
    example = overview.overview(session, TODAY, ("320000", "330000")).example
    assert example is not None
    assert [one.id for one in example.figures] == ["js-plan.scale@2030-12-31", "zj-plan.revenue@2027-12-31"]
    assert (example.verdict.verdict, example.verdict.reasons) == (Verdict.DIFFERENT, [Reason.TOPIC])
    assert overview.overview(session, TODAY, ("320000", "340000")).example is None
    assert overview.overview(session, TODAY).example is None


def test_coverage_counts_a_province_with_its_cities(session: Session) -> None:
    """Every province is listed by code, with the plans below it; a search that found nothing is said."""
    make_region(session, "330000")
    make_region(session, "330100", slug="hangzhou", level="prefecture", parent="330000")
    make_region(session, "320000")
    make_region(session, "340000")
    make_plan(session)
    make_plan(session, "hangzhou-plan", region="330100")
    make_plan(session, "js-draft", region="320000", editorial_state="draft")
    make_assessment(session, "340000")
    listed = overview.list_coverage(session)
    assert [(one.region.code, one.plans, one.searched) for one in listed] == [
        ("320000", 0, False),
        ("330000", 2, False),
        ("340000", 0, True),
    ]
    assert {one.region.level for one in listed} == {RegionLevel.PROVINCE}
