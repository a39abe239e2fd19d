"""The rules that span tables: each breach has its code and its path, all of them at once.

How writes go that break none is in `test_service`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.store import service
from app.store.service import Outcome, Written, still_used
from app.store.session import Database
from tests import builders as make
from tests.builders import BY
from tests.counting import count_statements


def problems(error: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, str]]:
    """List code and field of all problems."""
    return [(problem.code, problem.field) for problem in error.value.problems]


def refused(session: Session, **fields: Any) -> list[tuple[str, str]]:
    """Write a plan that must be refused, into tables that hold what the default plan names."""
    make.make_plan(session, "zj-other", targets=[make.target("zj-other.revenue")])
    plan = validate(PlanIn, make.plan(**fields))
    with pytest.raises(DomainError) as error:
        service.upsert_plan(session, plan, BY)
    return problems(error)


def test_unknown_references_are_all_named_at_once(session: Session) -> None:
    """Each reference to what is not there has its own code and path."""
    source = make.evidence("突破5000亿元", "nowhere")
    deadline = make.deadline(evidence=[source])
    target = make.target(region="999999", topic="nothing", metric="no-metric", deadlines=[deadline])
    found = refused(
        session,
        issuers=["nobody"],
        topics=["nothing"],
        links=[{"to": "zj-nothing", "kind": "amends"}],
        evidence=[source],
        targets=[target],
        measures=[make.measure(region="999999", evidence=[source])],
    )
    assert found == [
        ("unknown_organization", "issuers.0"),
        ("unknown_topic", "topics.0"),
        ("unknown_source", "evidence.0.source"),
        ("unknown_plan", "links.0.to"),
        ("unknown_region", "targets.0.region"),
        ("unknown_topic", "targets.0.topic"),
        ("unknown_metric", "targets.0.metric"),
        ("unknown_source", "targets.0.deadlines.0.evidence.0.source"),
        ("unknown_region", "measures.0.region"),
        ("unknown_source", "measures.0.evidence.0.source"),
    ]


def test_a_unit_must_fit_the_metric(session: Session) -> None:
    """Revenue is an amount of money; its growth is in percent; its baseline may be either (R1)."""
    assert refused(session, targets=[make.target(words="达到70%")]) == [
        ("unit_mismatch", "targets.0.deadlines.0.unit")
    ]
    growth = make.target(kind="growth", words="5000亿元", baseline_value="3", baseline_unit="家")
    plan = validate(PlanIn, make.plan(targets=[growth]))
    with pytest.raises(DomainError) as error:
        service.upsert_plan(session, plan, BY)
    assert problems(error) == [
        ("unit_mismatch", "targets.0.baseline_unit"),
        ("unit_mismatch", "targets.0.deadlines.0.unit"),
    ]
    level = {"baseline_value": "300", "baseline_unit": "亿元", "baseline_year": "2024"}
    make.make_plan(session, targets=[make.target(kind="growth", words="增长8%", **level)])
    rate = {"baseline_value": "5", "baseline_unit": "%"}
    make.make_plan(
        session, "zj-rate", targets=[make.target("zj-rate.a", kind="growth", words="增长8%", **rate)]
    )


def test_a_published_figure_needs_evidence_that_contains_it(session: Session) -> None:
    """A phrase must say the figure, in digits or words; its comparator may be another (R5)."""
    none = make.deadline(evidence=[])
    other = make.deadline(due="2030", evidence=[make.evidence("突破6000亿元")])
    assert refused(session, targets=[make.target(deadlines=[none, other])]) == [
        ("evidence_missing", "targets.0.deadlines.0.evidence"),
        ("evidence_missing", "targets.0.deadlines.1.evidence"),
    ]
    words = make.deadline(evidence=[make.evidence("五千亿元以上")])
    make.make_plan(session, targets=[make.target(deadlines=[words])])


def test_a_published_observation_and_measure_need_evidence_too(session: Session) -> None:
    """Observations and the amounts of measures are quantified facts as well (R5)."""
    with pytest.raises(DomainError) as error:
        make.make_observation(session, evidence=[])
    assert problems(error) == [("evidence_missing", "evidence")]
    amounts = {"total": "100", "max_each": "1", "unit": "亿元", "max_share": "30"}
    proof = [make.evidence("总规模100亿元"), make.evidence("最高1亿元")]
    assert refused(session, measures=[make.measure(**amounts, evidence=proof)]) == [
        ("evidence_missing", "measures.0.evidence")
    ]
    proof.append(make.evidence("不超过合同金额的30%"))
    make.make_plan(session, measures=[make.measure(**amounts, evidence=proof)])


def test_a_draft_and_what_is_retired_need_no_evidence(session: Session) -> None:
    """Only what readers see must be proved."""
    bare = make.target(deadlines=[make.deadline(evidence=[])])
    make.make_plan(session, targets=[bare], editorial_state="draft")
    make.make_plan(session, "zj-two", targets=[bare | {"public_id": "zj-two.x", "retired_on": "2026-01-01"}])


def test_an_inferred_figure_needs_the_phrase_it_was_inferred_from(session: Session) -> None:
    """Where a curator inferred the value, the phrase cannot contain it, but must be there."""
    inferred = make.deadline(inferred=["value"], evidence=[make.evidence("再造一个浙江")])
    assert refused(session, targets=[make.target(deadlines=[inferred | {"evidence": []}])]) == [
        ("evidence_missing", "targets.0.deadlines.0.evidence")
    ]
    make.make_plan(session, targets=[make.target(deadlines=[inferred])])


def test_a_plan_slug_begins_with_its_region(session: Session) -> None:
    """The slug of a plan of Zhejiang begins with zj-."""
    assert refused(session, slug="js-plan") == [("slug_without_region", "slug")]


def test_lists_hold_nothing_twice(session: Session) -> None:
    """Issuers, topics and links are sets with an order."""
    link = {"to": "zj-other", "kind": "implements"}
    make.make_organization(session)
    assert refused(session, issuers=["miit", "miit"], topics=["ai", "ai"], links=[link, link]) == [
        ("listed_twice", "issuers.1"),
        ("listed_twice", "topics.1"),
        ("listed_twice", "links.1"),
    ]


def test_a_plan_does_not_link_to_itself(session: Session) -> None:
    """No plan supersedes itself."""
    make.make_plan(session)
    assert refused(session, links=[{"to": "zj-plan", "kind": "supersedes"}]) == [
        ("link_to_itself", "links.0.to")
    ]


@pytest.mark.parametrize("kind", ["topic", "region"])
def test_nothing_is_above_itself(session: Session, kind: str) -> None:
    """A parent may not lie below its child."""
    if kind == "topic":
        make.make_topic(session, "ai")
        make.make_topic(session, "ai-terminals", parent="ai")
        with pytest.raises(DomainError) as error:
            make.make_topic(session, "ai", parent="ai-terminals")
    else:
        make.make_region(session, "330000")
        make.make_region(session, "330100", level="prefecture", parent="330000")
        with pytest.raises(DomainError) as error:
            make.make_region(session, "330000", parent="330100")
    assert problems(error) == [("parent_cycle", "parent")]


def test_slugs_and_iso_codes_of_regions_are_their_own(session: Session) -> None:
    """Two regions share neither slug nor ISO code, and none has itself for a member."""
    make.make_region(session, "330000")
    with pytest.raises(DomainError) as error:
        make.make_region(session, "delta", level="group", slug="zj", iso="CN-ZJ", members=["330000", "delta"])
    assert problems(error) == [("slug_taken", "slug"), ("iso_taken", "iso"), ("contains_itself", "members")]


def test_members_of_a_group_can_change(session: Session) -> None:
    """A group's members are replaced as they are listed."""
    for code in ("330000", "320000", "340000"):
        make.make_region(session, code)
    group: dict[str, Any] = {"level": "group", "slug": "delta"}
    make.make_region(session, "delta", **group, members=["330000", "320000"])
    make.make_region(session, "delta", **group, members=["340000", "330000"])
    assert service.read_back(session, "region", "delta")["members"] == ["340000", "330000"]


def test_a_metric_is_counted_in_a_canonical_unit_of_its_dimension(session: Session) -> None:
    """The unit that figures are compared in must be known, canonical and of the dimension."""
    for unit, code in (("亿元", "unit_mismatch"), ("%", "unit_mismatch"), ("quux", "unknown_unit")):
        with pytest.raises(DomainError) as error:
            make.make_metric(session, canonical_unit=unit)
        assert problems(error) == [(code, "canonical_unit")]


def test_a_dimension_in_use_does_not_change(session: Session) -> None:
    """A metric whose figures are money cannot become a count, but an unused one can."""
    count: dict[str, Any] = {"dimension": "count", "canonical_unit": "count"}
    make.make_metric(session)
    make.make_metric(session, **count)
    make.make_metric(session)
    make.make_plan(session, targets=[make.target()])
    with pytest.raises(DomainError) as error:
        make.make_metric(session, **count)
    assert problems(error) == [("unit_mismatch", "revenue.dimension")]
    session.rollback()


def test_what_is_retired_does_not_hold_a_dimension(session: Session) -> None:
    """Figures that count no more, of targets, deadlines and observations, may be of the old dimension."""
    later = make.deadline(due="2030")
    targets = [
        make.target(retired_on="2026-11-19"),
        make.target("zj-plan.b", deadlines=[later | {"retired_on": "2026-11-19"}]),
    ]
    make.make_plan(session, targets=targets)
    make.make_observation(session, editorial_state="retired", retired_on="2026-11-19")
    assert make.make_metric(session, dimension="count", canonical_unit="count").dimension == "count"


def test_what_is_used_is_not_retired(db: Database) -> None:
    """Each kind is refused with who refers to it; one statement answers for many; what is retired refers to nothing."""
    gone: dict[str, Any] = {"retired_on": "2026-11-19"}
    retire: dict[str, Callable[[Session], object]] = {
        "330000": lambda session: make.make_region(session, **gone),
        "miit": lambda session: make.make_organization(session, **gone),
        "ai": lambda session: make.make_topic(session, **gone),
        "revenue": lambda session: make.make_metric(session, **gone),
        make.SOURCE: lambda session: make.make_source(session, **gone),
    }
    evidence = [make.evidence("突破5000亿元")]
    held: dict[str, Any] = {
        "issuers": ["miit"],
        "topics": ["ai"],
        "evidence": evidence,
        "targets": [make.target(deadlines=[make.deadline(evidence=evidence), make.deadline(due="2030")])],
        "measures": [make.measure(evidence=evidence)],
    }
    with db.write() as session:
        make.make_plan(session, **held)
        make.make_observation(session, "zj-seen", measured_by="miit")
        make.make_assessment(session)
    assert {key: _said(db, work) for key, work in retire.items()} == {
        "330000": (5, "330000/ai, zj-plan, zj-plan.fund"),
        "miit": (2, "zj-plan, zj-seen"),
        "ai": (4, "330000/ai, zj-plan, zj-plan.revenue"),
        "revenue": (2, "zj-plan.revenue, zj-seen"),
        make.SOURCE: (4, "zj-plan, zj-plan.fund, zj-plan.revenue"),
    }
    with db.write() as session:
        make.make_observation(session, "zj-seen", measured_by="miit", editorial_state="retired", **gone)
        make.make_assessment(session, **gone)
        target = make.target(deadlines=[make.deadline(evidence=evidence), make.deadline(due="2030")], **gone)
        make.make_plan(session, **held | {"targets": [target], "measures": [make.measure(**gone)]})
    assert [_said(db, work) for work in retire.values()] == [
        (1, "zj-plan"),
        (1, "zj-plan"),
        (1, "zj-plan"),
        None,
        (1, "zj-plan"),
    ]
    with db.write() as session:
        make.make_plan(session, **held, editorial_state="retired", **gone)
    with db.write() as session:
        for work in retire.values():
            work(session)
        written = [
            Written("source", f"source-{number}", Outcome.UPDATED, 2, {}, gone) for number in range(40_000)
        ]
        with count_statements(db) as counted:
            assert still_used(session, written) == []
        assert counted() == 1


def _said(db: Database, work: Callable[[Session], object]) -> tuple[int, str] | None:
    """Say who refers to what is to be retired, or that it can be; nothing is kept."""
    try:
        with db.rehearse() as session:
            work(session)
    except DomainError as error:
        (problem,) = error.problems
        assert (problem.code, problem.field) == ("still_used", "retired_on")
        return problem.detail["count"], problem.detail["keys"]
    return None
