"""The one write path: outcomes, versions, revisions, and the rules that span tables.

What happens to the children of a plan is in `test_service_children`, seeds are in `test_seeds`.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, NotFoundError
from app.domain.schemas import PlanIn, RegionIn, TopicIn
from app.domain.validation import validate
from app.store import service
from app.store.models import Plan, Revision, Topic
from app.store.revisions import list_revisions
from app.store.service import Change, Outcome
from app.store.session import Database
from tests import builders as make
from tests.builders import BY


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


def test_a_new_entity_is_created_with_version_1_and_a_revision(session: Session) -> None:
    """A first write is version 1, and its revision holds the whole entity, by whom and when."""
    region = make.make_region(session)
    (revision,) = list_revisions(session, "region", "330000")
    assert (revision.version, revision.action, revision.door, revision.author) == (
        1,
        "created",
        "api",
        "tester",
    )
    assert (revision.reason, revision.at, revision.schema_version) == (None, make.AT, 1)
    assert revision.seed == region.seed()


def test_equal_content_changes_nothing(session: Session) -> None:
    """Writing the same again, however spelled, leaves version, instant and revisions as they are."""
    make.make_plan(session, targets=[make.target()])
    spelled_out = make.target(region="330000", qualifier="", kind="level", statement_en=" ")
    later = replace(BY, at=make.AT + timedelta(days=1))
    plan = validate(PlanIn, make.plan(targets=[spelled_out]))
    written = service.upsert_plan(session, plan, later)
    assert (written.outcome, written.version) == (Outcome.UNCHANGED, 1)
    assert len(list_revisions(session, "plan", "zj-plan")) == 1
    assert session.scalars(select(Plan.updated_at)).one() == make.AT


def test_a_change_raises_the_version_and_says_what_was(session: Session) -> None:
    """An update is the next version, and gives the forms before and after."""
    before = make.make_topic(session).seed()
    changed = make.make_topic(session, name_en="AI").seed()
    revisions = list_revisions(session, "topic", "ai")
    assert [(one.version, one.action, one.seed) for one in revisions] == [
        (2, "updated", changed),
        (1, "created", before),
    ]


def test_retiring_and_restoring_leave_a_tombstone_and_a_trace(session: Session) -> None:
    """A retired row stays with its date, and can come back."""
    make.make_topic(session)
    make.make_topic(session, retired_on="2026-11-20")
    assert session.scalars(select(Topic.retired_on)).one() == date(2026, 11, 20)
    make.make_topic(session)
    actions = [one.action for one in list_revisions(session, "topic", "ai")]
    assert actions == ["restored", "retired", "created"]


def test_the_second_of_two_editors_is_refused(session: Session) -> None:
    """A save against a version that is no longer current is a conflict that names the current one."""
    make.make_plan(session)
    make.make_plan(session, title_en="First")
    plan = validate(PlanIn, make.plan(title_en="Second"))
    with pytest.raises(ConflictError) as error:
        service.upsert_plan(session, plan, BY, expected_version=1)
    assert (error.value.code, error.value.detail["version"]) == ("stale_version", 2)
    assert service.upsert_plan(session, plan, BY, expected_version=2).version == 3


def test_a_save_that_began_before_another_is_refused(db: Database) -> None:
    """Where two read the same version at once, the row's version lets only the first write."""
    with db.write() as session:
        make.make_topic(session)
        writer = service.WRITERS["topic"]
        stored = service.get_stored(session, writer)
    with db.write() as session:
        make.make_topic(session, name_en="First")
    with db.write() as session:
        topic = validate(TopicIn, {**stored["ai"].seed, "name_en": "Second"})
        decisions = service.decide(writer, service.Refs.of(session), stored, [topic], BY)
        with pytest.raises(ConflictError) as error:
            service.apply(session, writer, decisions, BY)
    assert error.value.code == "stale_version"
    with db.read() as session:
        assert service.read_back(session, "topic", "ai")["name_en"] == "First"


def test_a_key_that_must_be_new_is_refused_if_it_is_not(session: Session) -> None:
    """Version 0 says that the entity must be new."""
    topic = make.make_topic(session)
    with pytest.raises(ConflictError) as error:
        service.upsert_topic(session, topic, BY, expected_version=0)
    assert problems(error) == [("key_taken", "slug")]


def test_public_changes_are_told_from_drafts(db: Database) -> None:
    """Only what readers see, before or after, raises the dataset revision."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], editorial_state="draft")
    assert db.revision() == 1  # the vocabulary that the plan names
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], editorial_state="draft", title_en="Draft 2")
    assert db.revision() == 1
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
    assert db.revision() == 2
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], editorial_state="in_review")
    assert db.revision() == 3
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], editorial_state="in_review")
    assert db.revision() == 3


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


def test_two_entities_of_one_batch_may_name_each_other(session: Session) -> None:
    """In one batch a parent may come after its child, and a key that comes twice is refused."""
    parent = {"code": "330000", "slug": "zj", "level": "province", "short_zh": "浙江"}
    child = {"code": "330100", "slug": "hangzhou", "level": "prefecture", "short_zh": "杭州"}
    names = {"name_zh": "名", "name_en": "Name"}
    regions = [
        validate(RegionIn, {**child, **names, "parent": "330000"}),
        validate(RegionIn, {**parent, **names}),
    ]
    writer, refs = service.WRITERS["region"], service.Refs.of(session)
    twice = service.decide(writer, service.Refs(), {}, [*regions, regions[0]], BY)
    assert [[problem.code for problem in one.problems] for one in twice] == [[], [], ["key_taken"]]
    service.apply(session, writer, service.decide(writer, refs, {}, regions, BY), BY)
    assert service.read_back(session, "region", "330100")["parent"] == "330000"


def test_reading_back_what_is_not_there_is_an_error(session: Session) -> None:
    """An unknown key has its own code."""
    with pytest.raises(NotFoundError) as error:
        service.read_back(session, "plan", "zj-nothing")
    assert error.value.code == "unknown_plan"


def test_every_kind_is_read_back_as_it_was_written(session: Session) -> None:
    """The tables hold all of each kind: what is read from them is what its revision says."""
    notes: dict[str, Any] = {"note_zh": "注", "note_en": "Note"}
    make.make_region(session, "330000", aliases=["浙"], abbr_zh="浙")
    make.make_region(session, "330100", level="prefecture", parent="330000", replaced_by="330000")
    make.make_region(session, "delta", level="group", members=["330000"], retired_on="2026-01-02")
    make.make_organization(session, region="330000")
    make.make_topic(session, "ai", aliases=["人工智能"], standard="GB/T 1")
    make.make_topic(session, "ai-terminals", parent="ai")
    make.make_metric(session, direction="down", additive=True, standard="名单", aliases=["收入"])
    make.make_source(session, url="https://gov.test/a", published="2026-01", text_sha256="0" * 64, **notes)
    proof = make.evidence("突破5000亿元", paragraph="6-7", check="found", checked_on="2026-11-20")
    deadlines = [
        make.deadline(due="2027-Q2", due_as_stated="明年二季度", inferred=["due"], evidence=[proof], **notes),
        make.deadline("7000亿—8000亿元", due=None, ambition="strive", retired_on="2026-02-03"),
    ]
    baseline: dict[str, Any] = {"baseline_value": "3000.50", "baseline_unit": "亿元", "baseline_year": "2024"}
    key: dict[str, Any] = {
        "boundary": "core",
        "coverage": "above_scale",
        "qualifier": "规上",
        "inferred": ["boundary"],
    }
    make.make_plan(session, "zj-old", region="330000")
    make.make_plan(
        session,
        targets=[
            make.target(
                deadlines=deadlines, region="330100", bindingness="binding", **baseline, **key, **notes
            ),
            make.target(
                "zj-plan.lead",
                kind="qualitative",
                metric=None,
                deadlines=[{"due": "2030"}],
                statement_en="Lead",
            ),
        ],
        measures=[
            make.measure(
                kind="subsidy",
                region="330100",
                total="100",
                max_each="0.5",
                max_share="30",
                unit="亿元",
                per="year",
                comparator="le",
                value_as_stated="不超过30%",
                evidence=[make.evidence("总额100亿元，每家0.5亿元，不超过合同金额的30%")],
                **notes,
            )
        ],
        links=[{"to": "zj-old", "kind": "supersedes", **notes}],
        issuers=["miit"],
        topics=["ai-terminals", "ai"],
        evidence=[proof],
        written="2025-12-31",
        published="2026-01",
        effective="2026-Q1",
        expires="2030",
        reported="2026-01-15",
        period_start="2026",
        period_end="2030",
        document_number="浙政发〔2024〕12号",
        summary_zh="摘要",
        summary_en="Summary",
        **notes,
    )
    period: dict[str, Any] = {
        "start": "2024-01",
        "end": "2024-06",
        "baseline_year": "2022",
        "series": "revenue-series",
    }
    make.make_observation(session, measured_by="miit", inferred=["end"], **period, **notes)
    make.make_observation(session, "zj-revenue-undated", end=None, status="estimate", editorial_state="draft")
    make.make_assessment(session, searched_en="Five articles")
    revisions = session.scalars(select(Revision)).all()
    assert {one.entity for one in revisions} == set(service.WRITERS)
    for revision in revisions:
        assert service.read_back(session, revision.entity, revision.entity_key) == revision.seed


def test_each_door_is_named(session: Session) -> None:
    """A revision says through which door its write came, and why."""
    topic = make.make_topic(session)
    by = Change("form", "li@example.test", "typing error", make.AT + timedelta(hours=1))
    service.upsert_topic(session, topic.model_copy(update={"name_en": "A.I."}), by)
    revision = list_revisions(session, "topic", "ai")[0]
    assert (revision.door, revision.author, revision.reason, revision.at) == (
        "form",
        "li@example.test",
        "typing error",
        by.at,
    )
