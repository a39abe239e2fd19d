"""The way to publication: what waits, who may publish, embargoes, retirement, and what the public sees meanwhile.

How single rows are written is in `test_service`.
"""

import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError, ForbiddenError
from app.domain.schemas import Entity, MetricIn, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.main import create_app
from app.settings import Settings
from app.store import service
from app.store.embargoes import release
from app.store.models import Comment, Deadline, Plan, Target
from app.store.queries.changes import ChangeFilters, history_of, list_changes
from app.store.queries.paging import Paging
from app.store.revisions import Outcome, list_revisions
from app.store.session import Database
from tests import builders as make
from tests.builders import AT, BY
from tests.clients import url_of

EDITOR = replace(BY, author="editor", publishes=False)
REVIEWER = replace(BY, author="reviewer")
FOUR_EYES = replace(REVIEWER, four_eyes=True)
DRAFT = EditorialState.DRAFT


def entity(session: Session, kind: str = "plan", key: str = "zj-plan", **fields: Any) -> Entity:
    """Give what an editor would save: what stands or waits, with some fields changed."""
    seed = service.get_current(session, kind, key).seed
    made: Entity = validate(service.WRITERS[kind].schema, {**seed, **fields})
    return made


def edit(session: Session, **fields: Any) -> service.Written:
    """Let an editor save a change to the plan as a draft."""
    seen = service.get_current(session, "plan", "zj-plan").version
    return service.save(session, "plan", entity(session, **fields), EDITOR, seen, state=DRAFT)


def title(session: Session) -> str:
    """Read the title that the tables, and so the public, have."""
    return session.scalars(select(Plan.title_en)).one()


def actions(session: Session) -> list[str]:
    """List what was done to the plan, in order."""
    return [one.action for one in reversed(list_revisions(session, "plan", "zj-plan"))]


def test_a_change_to_what_is_public_waits_until_it_is_published(session: Session) -> None:
    """An editor saves, submits; a reviewer sends back, then publishes; the public sees the last step alone."""
    make.make_plan(session, targets=[make.target()], title_en="Old")
    session.info.pop("public_change", None)
    written = edit(session, title_en="New")
    assert (written.version, title(session)) == (2, "Old")
    service.submit(session, "plan", "zj-plan", EDITOR, 2)
    service.send_back(session, "plan", "zj-plan", REVIEWER, 3)
    edit(session, title_en="Newer")
    service.submit(session, "plan", "zj-plan", EDITOR, 5)
    current = service.get_current(session, "plan", "zj-plan")
    assert (current.version, current.state, current.waits, current.applied_version, current.base) == (
        *(6, EditorialState.IN_REVIEW, True),
        *(1, 1),
    )
    assert (title(session), len(history_of(session, "plan", "zj-plan"))) == ("Old", 1)
    assert "public_change" not in session.info
    service.publish(session, "plan", "zj-plan", REVIEWER, 6)
    assert title(session) == "Newer"
    assert session.info["public_change"]
    current = service.get_current(session, "plan", "zj-plan")
    assert (current.version, current.state, current.waits) == (7, EditorialState.PUBLISHED, False)
    seen = history_of(session, "plan", "zj-plan")
    assert [(one.action, [name for each in one.fields for name in each.fields]) for one in seen] == [
        ("changed", ["title_en"]),
        ("added", []),
    ]
    assert len(list_changes(session, ChangeFilters(), Paging()).items) == 6
    assert actions(session) == [
        *("created", "drafted", "submitted", "sent_back", "drafted", "submitted", "updated"),
    ]


def test_an_editor_cannot_publish(session: Session) -> None:
    """Neither by the state that is saved, nor by publishing, nor by retiring: that waits for a reviewer."""
    make.make_plan(session)
    changed, new = entity(session, title_en="New"), validate(PlanIn, make.plan("zj-new"))
    for attempt in (
        partial(service.save, session, "plan", changed, EDITOR, 1),
        partial(service.save, session, "plan", new, EDITOR, 0),
        partial(service.publish, session, "plan", "zj-plan", EDITOR, 1),
    ):
        with pytest.raises(ForbiddenError) as error:
            attempt()
        assert error.value.code == "may_not_publish"
    service.retire(session, "plan", "zj-plan", EDITOR, 1)
    assert session.scalars(select(Plan.retired_on)).one() is None
    service.publish(session, "plan", "zj-plan", REVIEWER, 2)
    row = session.execute(select(Plan.retired_on, Plan.editorial_state)).one()
    assert (str(row.retired_on), row.editorial_state) == ("2026-11-20", EditorialState.RETIRED)
    with pytest.raises(DomainError) as refused:
        service.retire(session, "plan", "zj-plan", REVIEWER)
    assert refused.value.code == "already_retired"
    service.restore(session, "plan", "zj-plan", REVIEWER, 3)
    assert session.scalars(select(Plan.editorial_state)).one() is EditorialState.PUBLISHED


def test_nothing_that_waits_is_lost_with_what_is_retired(session: Session) -> None:
    """Retiring and restoring are refused, with whose change it is, until it is published or dropped; the log has both."""
    make.make_plan(session)
    edit(session, title_en="New")
    for attempt, waiting in ((service.retire, 2), (service.restore, 5)):
        with pytest.raises(DomainError) as refused:
            attempt(session, "plan", "zj-plan", REVIEWER, waiting)
        (problem,) = refused.value.problems
        assert (problem.code, problem.detail) == ("change_waits", {"given": "zj-plan", "author": "editor"})
        service.discard(session, "plan", "zj-plan", REVIEWER, waiting)
        attempt(session, "plan", "zj-plan", REVIEWER)
        if attempt is service.retire:
            service.restore(session, "plan", "zj-plan", EDITOR)
    assert actions(session) == [
        "created",
        "drafted",
        "discarded",
        "retired",
        "submitted",
        "discarded",
        "restored",
    ]


def test_a_draft_that_was_retired_is_restored_as_a_draft(session: Session) -> None:
    """Retiring and restoring what nobody has seen is its editor's business, and makes nothing public."""
    make.make_plan(session, editorial_state="draft")
    service.retire(session, "plan", "zj-plan", EDITOR, 1)
    assert session.scalars(select(Plan.editorial_state)).one() is EditorialState.RETIRED
    service.restore(session, "plan", "zj-plan", EDITOR, 2)
    assert session.scalars(select(Plan.editorial_state)).one() is DRAFT
    assert history_of(session, "plan", "zj-plan") == []


def test_a_draft_lives_in_the_tables_and_may_lose_what_it_holds(session: Session) -> None:
    """Nobody has seen it, so a target, a date and a measure can go; once published they can only be retired."""
    two = make.target(deadlines=[make.deadline(due="2027"), make.deadline("突破8000亿元", "2030")])
    other = make.target("zj-plan.other", topic="ai", metric="enterprises", words="100家")
    make.make_plan(session, targets=[two, other], measures=[make.measure()], editorial_state="draft")
    one = make.target(deadlines=[make.deadline(due="2027")])
    seen = edit(session, targets=[one], measures=[]).version
    assert session.scalars(select(Target.public_id)).all() == ["zj-plan.revenue"]
    assert session.scalars(select(Deadline.public_id)).all() == ["zj-plan.revenue@2027-12-31"]
    swapped = make.target("zj-plan.anew")
    seen = edit(session, targets=[swapped]).version
    service.publish(session, "plan", "zj-plan", REVIEWER, seen)
    with pytest.raises(DomainError) as error:
        edit(session, targets=[])
    assert error.value.code == "child_missing"


def test_the_rules_hold_for_what_waits_too_but_evidence_is_for_publication(session: Session) -> None:
    """A draft with an unknown metric is refused; one without evidence is refused when it is published (R5)."""
    make.make_plan(session)
    with pytest.raises(DomainError) as error:
        edit(session, targets=[make.target(metric="nowhere")])
    assert [one.code for one in error.value.problems if "metric" in one.code] == ["unknown_metric"]
    make.make_metric(session)
    make.make_topic(session)
    bare = make.target(deadlines=[{**make.deadline(), "evidence": []}])
    edit(session, targets=[bare])
    for at in (None, AT + timedelta(days=1)):
        with pytest.raises(DomainError) as error:
            service.publish(session, "plan", "zj-plan", REVIEWER, 2, at=at)
        (problem,) = error.value.problems
        assert (problem.code, problem.field) == ("evidence_missing", "targets.0.deadlines.0.evidence")


def test_the_second_of_two_editors_of_a_waiting_change_is_refused(session: Session) -> None:
    """`seen` is the number of what waits; the tables' own number is out of date as soon as something waits."""
    make.make_plan(session)
    change = entity(session, title_en="Second")
    edit(session, title_en="First")
    with pytest.raises(ConflictError) as error:
        service.save(session, "plan", change, EDITOR, 1, state=DRAFT)
    assert (error.value.code, error.value.detail["version"]) == ("stale_version", 2)


def test_what_was_begun_before_another_publication_must_be_merged(session: Session) -> None:
    """A seed load goes past what waits; only a save that names the new base may then be published."""
    make.make_plan(session, title_en="Old")
    edit(session, title_en="Mine")
    make.make_plan(session, title_en="Theirs")
    assert service.get_current(session, "plan", "zj-plan").outdated
    with pytest.raises(ConflictError) as error:
        service.publish(session, "plan", "zj-plan", REVIEWER, 2)
    assert (error.value.code, error.value.detail["version"]) == ("published_meanwhile", 3)
    edit(session, summary_en="Still not seen")
    assert service.get_current(session, "plan", "zj-plan").outdated
    merged = entity(session, title_en="Both")
    written = service.save(session, "plan", merged, EDITOR, 4, state=DRAFT, base=3)
    service.publish(session, "plan", "zj-plan", REVIEWER, written.version)
    assert title(session) == "Both"


def test_a_save_that_changes_nothing_is_no_revision(session: Session) -> None:
    """Neither over what is public nor over what waits."""
    make.make_plan(session)
    assert edit(session).outcome is Outcome.UNCHANGED
    edit(session, title_en="New")
    assert edit(session).outcome is Outcome.UNCHANGED
    assert actions(session) == ["created", "drafted"]


def test_what_waits_can_be_dropped(session: Session) -> None:
    """The tables stay, the log keeps what was dropped, and an old version can be taken up again."""
    make.make_plan(session, title_en="Old")
    edit(session, title_en="New")
    service.discard(session, "plan", "zj-plan", EDITOR, 2)
    assert (actions(session), title(session)) == (["created", "drafted", "discarded"], "Old")
    with pytest.raises(DomainError) as error:
        service.discard(session, "plan", "zj-plan", EDITOR)
    assert error.value.code == "not_waiting"
    service.restore_revision(session, "plan", "zj-plan", 2, EDITOR, 1)
    current = service.get_current(session, "plan", "zj-plan")
    assert (current.seed["title_en"], current.state, title(session)) == ("New", DRAFT, "Old")


def test_a_reviewer_publishes_in_one_step_and_that_settles_what_waits(session: Session) -> None:
    """Whoever saw what waits and publishes something else has decided on it."""
    make.make_plan(session, title_en="Old")
    edit(session, title_en="New")
    changed = entity(session, title_en="Final", editorial_state="published")
    service.save(session, "plan", changed, REVIEWER, 2)
    current = service.get_current(session, "plan", "zj-plan")
    assert (title(session), current.waits, current.version) == ("Final", False, 3)


def test_four_eyes(session: Session) -> None:
    """Who wrote any of what waits cannot publish it, nor save as published, nor retire alone."""
    make.make_plan(session)
    published = entity(session, title_en="New", editorial_state="published")
    with pytest.raises(ForbiddenError) as error:
        service.save(session, "plan", published, FOUR_EYES, 1)
    assert error.value.code == "four_eyes"
    service.save(session, "plan", entity(session, title_en="New"), FOUR_EYES, 1, state=DRAFT)
    edit(session, title_en="Newer")
    with pytest.raises(ForbiddenError):
        service.publish(session, "plan", "zj-plan", FOUR_EYES, 3)
    other = replace(FOUR_EYES, author="second")
    service.publish(session, "plan", "zj-plan", other, 3)
    service.retire(session, "plan", "zj-plan", FOUR_EYES, 4)
    with pytest.raises(ForbiddenError):
        service.publish(session, "plan", "zj-plan", FOUR_EYES, 5)
    service.publish(session, "plan", "zj-plan", other, 5)
    assert session.scalars(select(Plan.editorial_state)).one() is EditorialState.RETIRED


@pytest.mark.parametrize("before", ["published", "draft"])
def test_an_embargo_runs_out(session: Session, before: str) -> None:
    """What is scheduled is public when its instant has come, not before; a later save takes it off the list."""
    make.make_plan(session, editorial_state=before, title_en="Old")
    edit(session, title_en="New")
    seen = service.submit(session, "plan", "zj-plan", EDITOR).version
    due = AT + timedelta(days=1)
    seen = service.publish(session, "plan", "zj-plan", REVIEWER, seen, at=due).version
    assert service.publish_due(session, due - timedelta(seconds=1)) == []
    seen = edit(session, title_en="Newer").version
    assert service.publish_due(session, due) == []
    service.publish(session, "plan", "zj-plan", REVIEWER, seen, at=due)
    (written,) = service.publish_due(session, due)
    assert (written.after["title_en"], written.after["editorial_state"]) == ("Newer", "published")
    assert service.publish_due(session, due) == []
    row = list_revisions(session, "plan", "zj-plan")[0]
    assert (row.author, row.at, row.applied) == ("reviewer", due, True)


def test_an_embargoed_change_that_no_longer_fits_goes_back(session: Session) -> None:
    """If the public form changed meanwhile, nothing is overwritten: the change is a draft again, with the reason."""
    make.make_plan(session, title_en="Old")
    edit(session, title_en="New")
    due = AT + timedelta(days=1)
    service.publish(session, "plan", "zj-plan", REVIEWER, 2, at=due)
    make.make_plan(session, title_en="Theirs")
    assert [one.waits for one in service.publish_due(session, due)] == [True]
    current = service.get_current(session, "plan", "zj-plan")
    assert (title(session), current.state, current.publish_at) == ("Theirs", DRAFT, None)
    assert list_revisions(session, "plan", "zj-plan")[0].reason == "published_meanwhile"


def test_the_vocabulary_goes_the_same_way(session: Session) -> None:
    """A new metric is there at once, so that a plan may use it; a change by an editor waits."""
    metric = make.make_metric(session, "revenue")
    service.save(session, "metric", metric.model_copy(update={"slug": "new-one"}), EDITOR, 0)
    changed = validate(MetricIn, {**metric.seed(), "definition_en": "Another."})
    service.save(session, "metric", changed, EDITOR, 1)
    assert service.read_back(session, "metric", "revenue")["definition_en"] == "A definition."
    service.submit(session, "metric", "revenue", EDITOR, 2)
    service.publish(session, "metric", "revenue", REVIEWER, 3)
    assert service.read_back(session, "metric", "revenue")["definition_en"] == "Another."
    again = validate(MetricIn, {**metric.seed(), "definition_en": "A third."})
    assert service.save(session, "metric", again, REVIEWER, 4).waits is False


def test_comments_belong_to_a_version(session: Session) -> None:
    """They say what was spoken of; an empty one is refused."""
    make.make_plan(session)
    edit(session, title_en="New")
    service.comment(session, "plan", "zj-plan", REVIEWER, "  哪一段？ ")
    row = session.execute(select(Comment.version, Comment.author, Comment.said)).one()
    assert tuple(row) == (2, "reviewer", "哪一段？")
    with pytest.raises(DomainError) as error:
        service.comment(session, "plan", "zj-plan", REVIEWER, " ")
    assert (error.value.code, error.value.problems[0].field) == ("missing", "said")


def test_waiting_changes_leave_seeds_and_their_hashes_alone(session: Session, db: Database) -> None:
    """A load finds what it loaded last, whatever waits beside it (R6)."""
    assert db.dialect in {"sqlite", "postgresql"}
    seeds = replace(BY, door="seed")
    make.make_plan(session, by=seeds)
    edit(session, title_en="New")
    again = validate(PlanIn, make.plan(title_en="Reloaded"))
    stored = service.get_stored(session, service.WRITERS["plan"], again.slug)
    (decision,) = service.decide(service.WRITERS["plan"], service.Refs.of(session), stored, [again], seeds)
    assert (decision.result.outcome, decision.result.version) == (Outcome.UPDATED, 3)


def test_a_process_that_serves_keeps_the_embargoes(db: Database) -> None:
    """It publishes what is due, once, and otherwise takes no lock: another one may be saving."""
    due = AT + timedelta(days=1)
    with db.write() as session:
        make.make_plan(session, title_en="Old")
        edit(session, title_en="New")
        service.publish(session, "plan", "zj-plan", REVIEWER, 2, at=due)
    before = db.revision()
    with db.write():
        assert release(db, due - timedelta(seconds=1)) == []
    assert [one.key for one in release(db, due)] == ["zj-plan"]
    assert release(db, due + timedelta(days=1)) == []
    assert db.revision() == before + 1


def test_a_server_publishes_by_itself(db: Database) -> None:
    """An embargo that is over is public shortly after, and the public sees it."""
    with db.write() as session:
        make.make_plan(session, title_en="Old")
        edit(session, title_en="New")
        service.publish(session, "plan", "zj-plan", REVIEWER, 2, at=AT + timedelta(minutes=1))
    app = create_app(Settings(database_url=url_of(db)), embargo_seconds=0.02)
    with TestClient(app) as client:
        for _ in range(200):
            shown = client.get("/api/v1/plans/zj-plan").json()["title_en"]
            if shown == "New":
                break
            time.sleep(0.02)
    assert shown == "New"
