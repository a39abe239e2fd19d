"""What happens to the targets, deadlines and measures of a plan that is written again.

The rules for the plan as a whole are in `test_service`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store import service
from app.store.models import Deadline, Evidence, Measure, PlanLink, Target
from app.store.session import Database
from tests import builders as make
from tests.builders import AT, BY

LATER = replace(BY, at=AT + timedelta(days=1))
Rows = dict[str, tuple[int, datetime]]


def rows(session: Session, model: type[Target] | type[Deadline] | type[Measure]) -> Rows:
    """Give id and instant of the last change of all rows by public id."""
    found = session.execute(select(model.public_id, model.id, model.updated_at))
    return {row.public_id: (row.id, row.updated_at) for row in found}


def plan_of(*targets: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Give the fields of a plan with these targets and one measure."""
    return {"targets": list(targets), "measures": [make.measure()], **fields}


def test_children_keep_their_rows_and_only_what_changed_is_dated(session: Session) -> None:
    """A new figure dates its deadline and target; the others keep their instants, and all keep their ids."""
    one, two = make.target(), make.target("zj-plan.output", metric="output")
    one["deadlines"].append(make.deadline("突破8000亿元", "2030"))
    make.make_plan(session, **plan_of(one, two))
    targets, deadlines, measures = rows(session, Target), rows(session, Deadline), rows(session, Measure)
    one["deadlines"][1] = make.deadline("突破9000亿元", "2030")
    make.make_plan(session, by=LATER, **plan_of(two, one, summary_en="New"))
    changed = {"zj-plan.revenue": (targets["zj-plan.revenue"][0], LATER.at)}
    assert rows(session, Target) == targets | changed
    later = {"zj-plan.revenue@2030-12-31": (deadlines["zj-plan.revenue@2030-12-31"][0], LATER.at)}
    assert rows(session, Deadline) == deadlines | later
    assert rows(session, Measure) == measures
    order = select(Target.public_id).order_by(Target.position)
    assert list(session.scalars(order)) == ["zj-plan.output", "zj-plan.revenue"]


@pytest.mark.parametrize("change", [{"title_en": "New"}, {"stage": "consultation_draft"}])
def test_what_lists_show_of_the_plan_dates_its_children(session: Session, change: dict[str, Any]) -> None:
    """Who asks for what changed since learns that a draft became a plan, at every figure of it."""
    make.make_plan(session, **plan_of(make.target()))
    make.make_plan(session, by=LATER, **plan_of(make.target(), **change))
    instants = [at for model in (Target, Deadline, Measure) for _, at in rows(session, model).values()]
    assert instants == [LATER.at] * 3


def test_a_new_statement_dates_the_deadlines_that_are_shown_with_it(session: Session) -> None:
    """A deadline's row shows its target's words, so it changes with them."""
    make.make_plan(session, **plan_of(make.target()))
    make.make_plan(session, by=LATER, **plan_of(make.target(statement_en="New")))
    assert [at for _, at in rows(session, Deadline).values()] == [LATER.at]


def test_a_child_that_is_left_out_is_refused(session: Session) -> None:
    """Targets, deadlines and measures are retired by their date, never dropped (R6)."""
    one, two = make.target(), make.target("zj-plan.output", metric="output")
    one["deadlines"].append(make.deadline("突破8000亿元", "2030", ambition="strive"))
    make.make_plan(session, **plan_of(one, two))
    moved = make.target(due="2028")
    with pytest.raises(DomainError) as error:
        make.make_plan(session, targets=[moved])
    assert [(problem.code, problem.field, problem.detail) for problem in error.value.problems] == [
        ("child_missing", "targets", {"public_id": "zj-plan.output"}),
        ("child_missing", "measures", {"public_id": "zj-plan.fund"}),
        ("child_missing", "targets.0.deadlines", {"public_id": "zj-plan.revenue@2027-12-31"}),
        ("child_missing", "targets.0.deadlines", {"public_id": "zj-plan.revenue@2030-12-31~strive"}),
    ]


def test_retired_children_stay_as_tombstones(session: Session) -> None:
    """A retired child keeps its row and its date."""
    make.make_plan(session, **plan_of(make.target()))
    retired = make.target(retired_on="2026-11-20")
    make.make_plan(session, by=LATER, **plan_of(retired))
    assert list(session.scalars(select(Target.retired_on))) == [date(2026, 11, 20)]


def test_a_retired_target_frees_its_key(session: Session) -> None:
    """Another target may take the key of one that is retired in the same write."""
    make.make_plan(session, targets=[make.target()])
    old = make.target(retired_on="2026-11-20")
    make.make_plan(session, targets=[make.target("zj-plan.revenue-2"), old])
    assert set(rows(session, Target)) == {"zj-plan.revenue", "zj-plan.revenue-2"}


def test_two_targets_may_swap_their_keys(session: Session) -> None:
    """What is unique after a write need not be so row by row on the way."""
    one, two = make.target(qualifier="a"), make.target("zj-plan.two", qualifier="b")
    make.make_plan(session, targets=[one, two])
    ids = {public_id: row[0] for public_id, row in rows(session, Target).items()}
    swapped = [one | {"qualifier": "b"}, two | {"qualifier": "a"}]
    make.make_plan(session, targets=swapped)
    assert {public_id: row[0] for public_id, row in rows(session, Target).items()} == ids
    found = session.execute(select(Target.public_id, Target.qualifier, Target.retired_on))
    assert {tuple(row) for row in found} == {("zj-plan.revenue", "b", None), ("zj-plan.two", "a", None)}


def test_a_plan_that_moves_takes_its_children_along(session: Session) -> None:
    """Children without a region of their own are the plan's, and are dated with its move."""
    make.make_region(session, "zhejiang-delta", level="zone", slug="zj-plan")
    own = make.target("zj-plan-a.own", region="330000", metric="output")
    make.make_plan(session, "zj-plan-a", targets=[make.target("zj-plan-a.revenue"), own])
    moved = [make.target("zj-plan-a.revenue"), own]
    make.make_plan(session, "zj-plan-a", by=LATER, region="zhejiang-delta", targets=moved)
    assert {row[1] for row in rows(session, Target).values()} == {LATER.at}
    seed = service.read_back(session, "plan", "zj-plan-a")
    assert [target.get("region") for target in seed["targets"]] == [None, "330000"]


def test_evidence_and_links_follow_their_lists(session: Session) -> None:
    """Lists without identities of their own are made what the input says, in its order."""
    for slug in ("zj-a", "zj-b"):
        make.make_plan(session, slug)
    proofs = [make.evidence("一"), make.evidence("二"), make.evidence("三")]
    links = [{"to": "zj-a", "kind": "amends"}, {"to": "zj-b", "kind": "amends"}]
    make.make_plan(session, evidence=proofs, links=links, issuers=["miit", "ndrc"], topics=["ai", "robots"])
    kept = session.scalars(select(PlanLink.id).where(PlanLink.kind == "amends")).all()
    changed: dict[str, Any] = {
        "evidence": [proofs[2], proofs[0]],
        "links": [links[1], links[0] | {"kind": "supersedes"}],
        "issuers": ["ndrc", "miit"],
        "topics": ["robots"],
    }
    make.make_plan(session, **changed)
    seed = service.read_back(session, "plan", "zj-plan")
    assert {field: seed[field] for field in changed} == {
        **changed,
        "evidence": [{"source": "gazette", "paragraph": "1", "phrase": phrase} for phrase in ("三", "一")],
    }
    assert len(session.scalars(select(Evidence.id)).all()) == 2
    assert session.scalars(select(PlanLink.id).where(PlanLink.kind == "amends")).one() in kept


def test_deadline_ids_say_date_and_ambition(session: Session) -> None:
    """A deadline is named by its target, its last day or `undated`, and its ambition if it has one (R6)."""
    deadlines = [
        make.deadline(),
        make.deadline("突破6000亿元", ambition="strive"),
        make.deadline("突破7000亿元", "2028-Q1"),
        make.deadline("突破8000亿元", None),
    ]
    make.make_plan(session, targets=[make.target(deadlines=deadlines)])
    assert set(rows(session, Deadline)) == {
        "zj-plan.revenue@2027-12-31",
        "zj-plan.revenue@2027-12-31~strive",
        "zj-plan.revenue@2028-03-31",
        "zj-plan.revenue@undated",
    }


def statements(db: Database, slug: str, count: int) -> int:
    """Count the statements, inserts aside, of giving each target of a plan one deadline more."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        # SQLite is given rows to insert one by one, since it may return their ids in another order.
        if not arguments[2].startswith("INSERT"):
            sent.append(arguments[2])

    def targets(*years: str) -> list[dict[str, Any]]:
        deadlines = [make.deadline(due=due) for due in years]
        return [
            make.target(f"{slug}.t{number}", qualifier=str(number), deadlines=deadlines)
            for number in range(count)
        ]

    with db.write() as session:
        make.make_plan(session, slug, targets=targets("2027"))
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with db.write() as session:
            make.make_plan(session, slug, by=LATER, targets=targets("2027", "2030"))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_a_write_runs_a_fixed_number_of_statements(db: Database) -> None:
    """Three targets are read and updated by as many statements as one."""
    assert statements(db, "zj-one", 1) == statements(db, "zj-three", 3)
