"""The log of changes as the public sees it: what shows, what it was, what changed; drafts never show.

The page is in `test_pages_changes`, the difference of two forms in `test_diffs`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.schemas import MetricIn, ObservationIn, PlanIn
from app.domain.validation import validate
from app.store import service
from app.store.queries import changes
from app.store.queries.changes import ChangeFilters, changes_by_day, history_of, list_changes
from app.store.queries.paging import Paging
from app.store.revisions import Change
from app.store.session import Database
from app.store.views.changes import Deed, Part, Recorded, Touch
from tests.builders import (
    AT,
    BY,
    deadline,
    make_assessment,
    make_metric,
    make_observation,
    make_plan,
    make_region,
    make_source,
    make_topic,
    target,
)
from tests.counting import count_statements

LATER = Change("form", "li", "Corrected", AT + timedelta(days=1))
Read = Callable[[Session], object]
SCHEMAS: dict[str, Any] = {"plan": PlanIn, "observation": ObservationIn, "metric": MetricIn}


def edit(session: Session, entity: str, key: str, by: Change = LATER, **fields: Any) -> None:
    """Write an entity again with some fields set otherwise; None takes a field away."""
    data = {**service.read_back(session, entity, key), **fields}
    write = getattr(service, f"upsert_{entity}")
    write(session, validate(SCHEMAS[entity], {k: v for k, v in data.items() if v is not None}), by)


def seen(session: Session, **filters: Any) -> list[tuple[str, str]]:
    """List key and deed of the public changes, the latest first."""
    page = list_changes(session, ChangeFilters(**filters), Paging())
    return [(one.key, str(one.action)) for one in page.items]


def of(session: Session, key: str) -> list[tuple[str, list[str]]]:
    """List deed and changed fields of the changes of one entity, the latest first."""
    items = list_changes(session, ChangeFilters(), Paging()).items
    return [
        (str(one.action), [name for part in one.fields for name in part.fields])
        for one in items
        if one.key == key
    ]


def test_a_change_says_what_when_how_and_why(session: Session) -> None:
    """Key, both titles, door, reason, instant and the changed fields are given; who wrote it is not."""
    make_metric(session, "revenue")
    edit(session, "metric", "revenue", name_en="Income")
    latest = list_changes(session, ChangeFilters(), Paging()).items[0]
    assert latest.model_dump(exclude={"id"}, mode="json") == {
        "at": "2026-11-21T08:00:00Z",
        "action": "changed",
        "door": "form",
        "reason": "Corrected",
        "fields": [{"part": "itself", "touch": "changed", "count": 1, "fields": ["name_en"]}],
        "entity": "metric",
        "key": "revenue",
        "title_zh": "指标 revenue",
        "title_en": "Income",
        "public": True,
    }


def test_nothing_of_a_draft_shows_until_it_is_published(session: Session) -> None:
    """A draft's writing and editing are not there; its publication is, without what changed before."""
    make_plan(session, editorial_state="draft", title_en="A secret")
    edit(session, "plan", "zj-plan", title_en="Another secret")
    assert seen(session, entity=Recorded.PLAN) == []
    edit(session, "plan", "zj-plan", editorial_state="in_review", reported="2026")
    assert history_of(session, "plan", "zj-plan") == []
    edit(session, "plan", "zj-plan", editorial_state="published", title_en="Open")
    (only,) = list_changes(session, ChangeFilters(entity=Recorded.PLAN), Paging()).items
    assert (only.action, only.title_en, only.fields) == (Deed.PUBLISHED, "Open", [])


def test_what_is_withdrawn_is_called_as_it_was_and_its_drafts_stay_hidden(session: Session) -> None:
    """Of a plan made a draft again the old title shows, no page; published again, all that changed meanwhile."""
    make_plan(session, title_en="As it was")
    edit(session, "plan", "zj-plan", editorial_state=None, title_en="Hidden")
    edit(session, "plan", "zj-plan", title_en="Hidden too", document_number="7号")
    withdrawn = list_changes(session, ChangeFilters(entity=Recorded.PLAN), Paging()).items[0]
    assert (withdrawn.action, withdrawn.title_en, withdrawn.public) == (Deed.WITHDRAWN, "As it was", False)
    edit(session, "plan", "zj-plan", editorial_state="published", title_en="As it is")
    assert of(session, "zj-plan") == [
        ("published", ["title_en", "document_number"]),
        ("withdrawn", []),
        ("added", []),
    ]


def test_retiring_and_restoring_show_and_retiring_a_draft_does_not(session: Session) -> None:
    """A published observation's tombstone is public; a draft that is retired was never there."""
    make_observation(session)
    make_observation(session, "draft", editorial_state="draft")
    gone: dict[str, Any] = {"editorial_state": "retired", "retired_on": "2026-11-20"}
    edit(session, "observation", "zj-revenue-2024", **gone)
    edit(session, "observation", "draft", **gone)
    edit(session, "observation", "zj-revenue-2024", editorial_state="published", retired_on=None)
    assert seen(session, entity=Recorded.OBSERVATION) == [
        ("zj-revenue-2024", "restored"),
        ("zj-revenue-2024", "retired"),
        ("zj-revenue-2024", "added"),
    ]


def test_the_vocabulary_is_public_also_when_it_is_retired(session: Session) -> None:
    """A metric is added, retired and restored; it has no page while it is retired."""
    make_metric(session, "revenue")
    edit(session, "metric", "revenue", retired_on="2026-11-20")
    assert not list_changes(session, ChangeFilters(), Paging()).items[0].public
    edit(session, "metric", "revenue", retired_on=None)
    assert of(session, "revenue") == [("restored", []), ("retired", []), ("added", [])]


def test_an_assessment_is_named_by_its_region_and_topic(session: Session) -> None:
    """It has no title of its own."""
    make_topic(session, "ai", name_zh="人工智能", name_en="AI")
    make_assessment(session, "330000", "ai")
    (one,) = list_changes(session, ChangeFilters(entity=Recorded.ASSESSMENT), Paging()).items
    assert (one.key, one.title_zh, one.title_en, one.public) == (
        "330000/ai",
        "浙江·人工智能",
        "Zhejiang · AI",
        True,
    )


def test_changes_are_filtered_by_region_with_or_without_what_is_below(session: Session) -> None:
    """A plan, an observation, a search and a region belong to a region; metrics and topics to none."""
    make_region(session, "330000")
    make_region(session, "330100", slug="hangzhou", level="prefecture", parent="330000")
    make_plan(session, "hangzhou-plan", region="330100")
    make_observation(session)
    make_assessment(session, "330000", "ai")
    make_plan(session, "js-plan", region="320000")
    own = {"330000", "zj-revenue-2024", "330000/ai"}
    assert {key for key, _ in seen(session, region="zj")} == own
    assert {key for key, _ in seen(session, under="330000")} == own | {"330100", "hangzhou-plan"}
    with pytest.raises(DomainError, match="unknown_region"):
        seen(session, region="nowhere")


def test_since_includes_its_instant_and_until_does_not(session: Session) -> None:
    """Two spans that meet share no change."""
    make_metric(session, "revenue")
    make_metric(session, "enterprises", by=LATER)
    assert seen(session, since=LATER.at) == [("enterprises", "added")]
    assert seen(session, until=LATER.at) == [("revenue", "added")]


@pytest.mark.parametrize("sort", ["-at", "at"])
def test_pages_go_through_all_changes_once(session: Session, sort: str) -> None:
    """However many share an instant, each stands on one page, in the order asked for."""
    for number in range(5):
        make_metric(session, f"metric-{number}")
    make_metric(session, "last", by=LATER)
    cursor, found = None, []
    for _ in range(3):
        page = list_changes(session, ChangeFilters(), Paging(2, cursor, sort))
        assert page.total == 6
        found += [one.id for one in page.items]
        cursor = page.next
    assert cursor is None
    assert found == sorted(set(found), reverse=sort == "-at")


def test_a_day_is_one_of_shanghai(session: Session) -> None:
    """Half past three in the afternoon UTC is the same day there, half past four the next."""
    for hour, slug in ((15, "today"), (16, "tomorrow")):
        at = datetime(2026, 11, 20, hour, 30, tzinfo=UTC)
        make_metric(session, slug, by=Change("api", "li", None, at))
    found = changes_by_day(session, ChangeFilters())
    assert [(day.day, day.gathered[0].changes[0].key) for day in found.days] == [
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 20), "today"),
    ]
    assert changes.day_start(date(2026, 11, 21)) == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_alike_changes_of_a_day_are_gathered_and_counted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for each sort of entity, deed and door; only some of a great many are read, all are counted."""
    monkeypatch.setattr(changes, "SHOWN", 3)
    for number in range(5):
        make_metric(session, f"metric-{number}")
    make_metric(session, "by-form", by=Change("form", "li", None, AT))
    make_source(session)
    (day,) = changes_by_day(session, ChangeFilters()).days
    assert [(one.entity, one.action, one.door, one.count, len(one.changes)) for one in day.gathered] == [
        ("metric", "added", "api", 5, 3),
        ("metric", "added", "form", 1, 1),
        ("source", "added", "api", 1, 1),
    ]
    assert day.count == 7


def test_older_days_are_one_step_away(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many days as fit are read, then the next one before them is named, however far back it is."""
    monkeypatch.setattr(changes, "DAYS", 2)
    for days in (0, 1, 2, 40):
        make_metric(session, f"after-{days}", by=Change("api", "li", None, AT + timedelta(days=days)))
    found = changes_by_day(session, ChangeFilters())
    assert [day.day for day in found.days] == [date(2026, 12, 30), date(2026, 11, 22)]
    assert found.older == date(2026, 11, 21)
    until = changes.day_start(found.older + timedelta(days=1))
    rest = changes_by_day(session, ChangeFilters(until=until))
    assert [day.day for day in rest.days] == [date(2026, 11, 21), date(2026, 11, 20)]
    assert rest.older is None


def test_a_day_is_never_cut(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many revisions for all days, the oldest one is left for the next page as a whole."""
    monkeypatch.setattr(changes, "REVISIONS", 4)
    for number in range(6):
        make_metric(
            session, f"metric-{number}", by=Change("api", "li", None, AT + timedelta(days=number // 3))
        )
    found = changes_by_day(session, ChangeFilters())
    assert [(day.day, day.count) for day in found.days] == [(date(2026, 11, 21), 3)]
    assert found.older == date(2026, 11, 20)
    monkeypatch.setattr(changes, "REVISIONS", 2)
    assert [(day.day, day.count) for day in changes_by_day(session, ChangeFilters()).days] == [
        (date(2026, 11, 21), 3)
    ]


def test_without_any_change_there_is_no_day(session: Session) -> None:
    """An empty log, and a span in which nothing happened, are empty."""
    assert changes_by_day(session, ChangeFilters()).model_dump() == {"days": [], "older": None}


def test_the_history_of_a_target_is_that_of_its_plan_where_it_was_touched(session: Session) -> None:
    """What was done to the plan or to its other targets is not in it."""
    make_plan(session, targets=[target(), target("zj-plan.other", kind="increase")])
    edit(session, "plan", "zj-plan", summary_zh="摘要")
    data = service.read_back(session, "plan", "zj-plan")
    first, other = data["targets"]
    edit(session, "plan", "zj-plan", targets=[first, other | {"statement_zh": "别的"}])
    edit(session, "plan", "zj-plan", targets=[first | {"deadlines": [deadline("突破6000亿元")]}, other])
    edit(session, "plan", "zj-plan", targets=[{**first, "retired_on": "2026-11-21"}, other])
    events = history_of(session, "target", "zj-plan.revenue")
    assert [event.action for event in events] == [Deed.RETIRED, Deed.CHANGED, Deed.ADDED]
    changed = events[1].fields[0]
    assert (changed.part, changed.touch, changed.count) == (Part.DEADLINE, Touch.CHANGED, 1)
    assert set(changed.fields) == {"value", "value_as_stated"}
    edit(session, "plan", "zj-plan", editorial_state="draft", targets=[first, other])
    assert history_of(session, "target", "zj-plan.revenue")[0].action is Deed.WITHDRAWN


def test_a_history_names_no_other_entity_and_is_empty_for_an_unknown_one(session: Session) -> None:
    """Keys are compared whole."""
    make_metric(session, "revenue")
    make_metric(session, "revenues")
    assert [event.action for event in history_of(session, "metric", "revenue")] == [Deed.ADDED]
    assert history_of(session, "metric", "reven") == []
    assert history_of(session, "target", "nothing.here") == []


def test_the_log_takes_no_more_statements_for_three_than_for_one(db: Database) -> None:
    """By day, as a list and of one entity."""
    reads: dict[str, Read] = {
        "days": lambda session: changes_by_day(session, ChangeFilters(under="330000")),
        "list": lambda session: list_changes(session, ChangeFilters(), Paging()),
        "history": lambda session: history_of(session, "plan", "zj-plan"),
    }
    counts: dict[str, list[int]] = {name: [] for name in reads}
    for several in (1, 3):
        with db.write() as session:
            for number in range(several):
                make_plan(session, "zj-plan", note_en=f"{several}.{number}", by=BY)
                make_observation(session, f"seen-{several}-{number}", by=LATER)
        for name, read in reads.items():
            with count_statements(db) as counted, db.read() as session:
                read(session)
            counts[name].append(counted())
    assert {name: len(set(both)) for name, both in counts.items()} == dict.fromkeys(reads, 1)
