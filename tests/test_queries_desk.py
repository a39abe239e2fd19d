"""The lists of editors and reviewers: drafts are in them, what waits is marked, the queue is in order.

What may be done with an entry is in `test_editorial`.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from app.domain.schemas import MetricIn, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.store import service
from app.store.queries import desk
from app.store.queries.desk import EntryFilters
from app.store.queries.paging import Paging
from app.store.views.changes import Recorded
from tests import builders as make
from tests.builders import AT, BY

DRAFT = EditorialState.DRAFT


def at(minutes: int, author: str = "editor") -> service.Change:
    """Give a change some minutes later."""
    return replace(BY, author=author, at=AT + timedelta(minutes=minutes))


def keys(session: Session, kind: Recorded = Recorded.PLAN, **filters: object) -> list[str]:
    """List the keys of the entries of a kind."""
    asked = EntryFilters(**filters)  # type: ignore[arg-type]
    return [one.key for one in desk.list_entries(session, kind, asked, Paging()).items]


def test_lists_hold_drafts_and_say_what_waits(session: Session) -> None:
    """The latest change comes first; states, waiting changes and words narrow the list."""
    make.make_plan(session, "zj-public", title_en="Robots")
    make.make_plan(session, "zj-draft", editorial_state="draft", by=at(1))
    make.make_plan(session, "zj-gone", editorial_state="retired", retired_on="2026-11-20", by=at(2))
    changed = validate(PlanIn, make.plan("zj-public", title_en="Changed", editorial_state="draft"))
    service.save(session, "plan", changed, at(3), 1)
    assert keys(session) == ["zj-public", "zj-gone", "zj-draft"]
    assert keys(session, state=EditorialState.PUBLISHED) == keys(session, waiting=True) == ["zj-public"]
    assert keys(session, waiting=False, state=DRAFT) == ["zj-draft"]
    assert keys(session, q="robots") == ["zj-public"]
    first = desk.list_entries(session, Recorded.PLAN, EntryFilters(), Paging(limit=1))
    (entry,) = first.items
    assert (entry.title_en, entry.state, entry.waiting, entry.version, entry.author) == (
        *("Robots", EditorialState.PUBLISHED, DRAFT, 2),
        "editor",
    )
    second = desk.list_entries(session, Recorded.PLAN, EntryFilters(), Paging(limit=2, cursor=first.next))
    assert ([one.key for one in second.items], second.total) == (["zj-gone", "zj-draft"], 3)


def test_every_kind_has_its_list(session: Session) -> None:
    """Regions by code, searches that found nothing by region and topic, found by a word of both."""
    make.make_plan(session, targets=[make.target()], issuers=["miit"])
    make.make_observation(session)
    make.make_assessment(session)
    found = {kind: keys(session, kind) for kind in Recorded}
    assert found == {
        Recorded.PLAN: ["zj-plan"],
        Recorded.OBSERVATION: ["zj-revenue-2024"],
        Recorded.ASSESSMENT: ["330000/ai"],
        Recorded.REGION: ["330000"],
        Recorded.TOPIC: ["ai"],
        Recorded.METRIC: ["revenue"],
        Recorded.ORGANIZATION: ["miit"],
        Recorded.SOURCE: ["gazette"],
    }
    assert keys(session, Recorded.ASSESSMENT, q="浙江") == ["330000/ai"]
    assert keys(session, Recorded.ASSESSMENT, q="江苏", state=EditorialState.PUBLISHED) == []


def test_the_queue_holds_what_was_handed_in_of_every_kind(session: Session) -> None:
    """The oldest first; what is a draft again or published is no more in it, an embargo still is."""
    make.make_plan(session)
    make.make_plan(session, "zj-new", editorial_state="in_review", by=at(2))
    metric = make.make_metric(session)
    changed = validate(MetricIn, {**metric.seed(), "name_en": "Other"})
    service.save(session, "metric", changed, replace(at(1), publishes=False), 1)
    assert [one.key for one in desk.list_for_review(session)] == ["zj-new"]
    service.submit(session, "metric", "revenue", at(1))
    assert [one.key for one in desk.list_for_review(session)] == ["revenue", "zj-new"]
    later = AT + timedelta(days=1)
    service.publish(session, "plan", "zj-new", at(3), at=later)
    assert [one.publish_at for one in desk.list_for_review(session)] == [None, later]
    service.send_back(session, "metric", "revenue", at(4))
    assert desk.count_for_review(session) == 1
    service.publish(session, "plan", "zj-new", at(5))
    assert desk.count_for_review(session) == 0


def test_revisions_and_comments_of_one_entity(session: Session) -> None:
    """Who, when, why and through which door; the content of each is read by its number."""
    make.make_plan(session, title_en="Old")
    changed = validate(PlanIn, make.plan(title_en="New", editorial_state="draft"))
    service.save(session, "plan", changed, replace(at(1), reason="正文已公布"), 1)
    service.comment(session, "plan", "zj-plan", at(2, "reviewer"), "好")
    found = desk.list_revision_views(session, Recorded.PLAN, "zj-plan")
    assert [(one.version, one.action, one.applied, one.base, one.reason) for one in found] == [
        (2, "drafted", False, 1, "正文已公布"),
        (1, "created", True, None, None),
    ]
    seeds = [desk.get_revision_seed(session, Recorded.PLAN, "zj-plan", version) for version in (1, 2, 3)]
    assert [seed and seed["title_en"] for seed in seeds] == ["Old", "New", None]
    (said,) = desk.list_comments(session, Recorded.PLAN, "zj-plan")
    assert (said.version, said.author, said.said) == (2, "reviewer", "好")
