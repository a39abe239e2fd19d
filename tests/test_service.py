"""The one write path: outcomes, versions, revisions, and reading back.

The rules that span tables are in `test_service_rules`, the children of a plan in `test_service_children`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, NotFoundError
from app.domain.schemas import PlanIn, RegionIn, TopicIn
from app.domain.validation import validate
from app.store import service
from app.store.models import Deadline, Observation, Plan, Revision, Target, Topic
from app.store.revisions import list_revisions
from app.store.service import Change, Outcome
from app.store.session import Database
from tests import builders as make
from tests.builders import BY


def problems(error: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, str]]:
    """List code and field of all problems."""
    return [(problem.code, problem.field) for problem in error.value.problems]


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


def test_a_save_asks_only_for_the_sources_and_plans_that_it_names(db: Database) -> None:
    """However many there are: itself, what it is linked to, and what its evidence is from."""
    with db.write() as session:
        for number in range(3):
            make.make_source(session, f"source-{number}")
            make.make_plan(session, f"zj-{number}")
    with db.write() as session:
        links = [{"to": "zj-1", "kind": "implements"}]
        plan = validate(PlanIn, make.plan("zj-2", links=links, evidence=[make.evidence("计划", "source-0")]))
        service.upsert_plan(session, plan, BY)
        refs = service.Refs.of(session)
        assert (set(refs.source), set(refs.plan)) == ({"source-0"}, {"zj-1", "zj-2"})
    with db.read() as session:
        assert service.read_back(session, "plan", "zj-2")["links"][0]["to"] == "zj-1"


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
        stored = service.get_stored(session, writer, "ai")
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


def test_of_many_editors_at_once_one_wins(db: Database) -> None:
    """Eight saves of one version at the same time are one save and seven conflicts; none is lost."""
    with db.write() as session:
        make.make_plan(session)

    def save(number: int) -> str:
        plan = validate(PlanIn, make.plan(title_en=f"Title {number}"))
        try:
            with db.write() as session:
                service.upsert_plan(session, plan, BY, expected_version=1)
        except ConflictError as error:
            return error.code
        return plan.title_en

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    (winner,) = set(saved) - {"stale_version"}
    assert saved.count("stale_version") == 7
    with db.read() as session:
        assert session.execute(select(Plan.title_en, Plan.version)).one() == (winner, 2)


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


def test_a_period_runs_from_its_first_day_to_its_last(session: Session) -> None:
    """A flow has both days, a stock one, an undated figure none."""
    make.make_observation(session, "zj-half-year", start="2024-01", end="2024-06")
    make.make_observation(session, "zj-stock", end="2024-Q3")
    make.make_observation(session, "zj-undated", end=None)
    days = session.execute(select(Observation.from_on, Observation.to_on).order_by(Observation.slug))
    assert [tuple(row) for row in days] == [
        (date(2024, 1, 1), date(2024, 6, 30)),
        (date(2024, 9, 30), date(2024, 9, 30)),
        (None, None),
    ]


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


def test_signs_that_mean_something_to_a_driver_are_stored_as_they_are(db: Database) -> None:
    """Quotation marks, backslashes, braces, percent signs and signs of four bytes come back, and figures digit for digit."""
    said = "a \"b\" \\ \\u4e2d 'c' {d,NULL} %s :e 𠮷\n第二行"
    with db.write() as session:
        make.make_target(session, statement_zh=said, words="突破1234567.0500亿元")
        stored = session.execute(
            select(Target.statement_zh, Deadline.value, Deadline.due_on).join(Deadline)
        ).one()
        revision = session.scalars(select(Revision).where(Revision.entity == "plan")).one()
    assert tuple(stored) == (said, Decimal("1234567.05"), date(2027, 12, 31))
    assert revision.seed["targets"][0]["statement_zh"] == said
