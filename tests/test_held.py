"""The sets of ids behind lists and facets: in step with the tables, for every filter, whoever writes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any, Final

import pytest
from pyroaring import BitMap
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    EditorialState,
    Family,
    Kind,
    RegionLevel,
    Stage,
    Timing,
)
from app.store import service
from app.store.held import Held, held
from app.store.models import DatasetRevision, Plan
from app.store.queries.choosing import choose_deadlines, choose_targets
from app.store.queries.deadlines import list_deadlines
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.queries.targets import list_targets
from app.store.session import Database
from tests import builders as make
from tests.databases import address_of, opened
from tests.oracle import Oracle

TODAY: Final = date(2026, 11, 20)
FILTERS: Final[dict[str, list[Any]]] = {
    "region": ["330000", "js"],
    "under": ["100000", "js"],
    "topic": ["ai", "robots"],
    "metric": ["revenue", "enterprises"],
    "family": [Family.INDUSTRY_SIZE, Family.ENTERPRISES],
    "year": [2025, 2027],
    "year_from": [2026],
    "year_to": [2027],
    "stage": [Stage.ADOPTED, Stage.CONSULTATION_DRAFT],
    "kind": [Kind.LEVEL, Kind.QUALITATIVE],
    "boundary": [Boundary.UNSPECIFIED],
    "coverage": [Coverage.UNSPECIFIED, Coverage.ABOVE_SCALE],
    "bindingness": [Bindingness.UNSPECIFIED],
    "timing": list(Timing),
    "level": [RegionLevel.PROVINCE, RegionLevel.PREFECTURE],
    "plan": ["zj-plan-0", "zj-plan-1"],
    "source": ["gazette"],
    "q": ["江苏", "目标"],
    "updated_since": [
        datetime(2026, 11, 21, tzinfo=UTC),
        datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 21, 7, tzinfo=timezone(timedelta(hours=8))),
    ],
}


def vocabulary(session: Session) -> None:
    """Write regions and topics that stand above each other."""
    make.make_region(session, "100000")
    for code in ("320000", "330000"):
        make.make_region(session, code, parent="100000")
    make.make_region(session, "320100", parent="320000")
    make.make_topic(session, "ai")
    make.make_topic(session, "robots", parent="ai")
    make.make_metric(session, "enterprises")


def plan(session: Session, random: Random, number: int) -> None:
    """Write a plan with targets drawn by chance."""
    region = random.choice(["320000", "330000"])
    slug = f"{'js' if region == '320000' else 'zj'}-plan-{number}"
    later = replace(
        make.BY, at=datetime(2026, 11, 20 + random.randrange(3), random.choice([0, 12]), tzinfo=UTC)
    )
    targets = []
    for each in range(random.randrange(1, 4)):
        days = random.sample(["2025", "2027", "2027-06", "2030"], random.randrange(1, 4))
        fields: dict[str, Any] = {
            "topic": random.choice(["ai", "robots"]),
            "region": random.choice([None, "320100"]),
            "coverage": random.choice(["unspecified", "above_scale"]),
            "qualifier": "甲" * each,
        }
        if random.random() < 0.3:
            fields |= {"kind": "qualitative", "metric": None, "deadlines": [{"due": None, "evidence": []}]}
        else:
            fields["deadlines"] = [make.deadline(due=day) for day in days]
        targets.append(make.target(f"{slug}.t{each}", **fields))
    make.make_plan(
        session,
        slug,
        region=region,
        stage=random.choice(["adopted", "consultation_draft"]),
        editorial_state=random.choice(["published", "published", "draft"]),
        targets=targets,
        by=later,
    )


def drawn(random: Random) -> Filters:
    """Draw up to three filters."""
    names = random.sample(list(FILTERS), random.randrange(4))
    return Filters(**{name: random.choice(FILTERS[name]) for name in names})


def anew(session: Session) -> Held:
    """Give the sets as they are read from nothing."""
    session.info["kept"] = {}
    return held(session)


def contents(sets: Held) -> tuple[Any, ...]:
    """Give what sets say, whatever the numbers of measures."""
    keys = {number: key for key, number in sets.measures.items()}
    regions = sets.targets.by["region"]
    return (
        *(sets.deadlines, sets.targets, {one: sets.of_targets(BitMap([one])) for one in sets.targets.every}),
        {region: {keys[number] for number in sets.measures_of[region]} for region in regions},
    )


def fill(db: Database, plans: int = 12) -> None:
    """Write the vocabulary and plans."""
    random = Random(7)  # noqa: S311 - drawn for a test
    for number in range(plans):
        with db.write() as session:
            if not number:
                vocabulary(session)
            plan(session, random, number)


def counted(db: Database) -> int:
    """Count the public figures as readers see them."""
    with db.read() as session:
        return len(choose_deadlines(session, Filters(), TODAY).ids)


def test_filters_find_what_looking_at_every_row_finds(db: Database) -> None:
    """After each of many writes, any filters leave the same rows as the plainest way."""
    random = Random(5)  # noqa: S311 - drawn for a test
    with db.write() as session:
        vocabulary(session)
        make.make_plan(session, "zj-plan-0", targets=[make.target("zj-plan-0.a")])
        make.make_plan(session, "zj-plan-1", targets=[make.target("zj-plan-1.a")])
    found = 0
    for number in range(2, 14):
        with db.write() as session:
            plan(session, random, number)
            if number in {6, 9}:
                service.retire(session, "plan", f"zj-plan-{number % 2}", make.BY)
        with db.read() as session:
            oracle = Oracle(session, TODAY)
            for _ in range(12):
                filters = drawn(random)
                expected = oracle.passing(filters)
                assert sorted(choose_deadlines(session, filters, TODAY).ids) == sorted(expected), filters
                found += len(expected)
                listed = list_deadlines(session, filters, Paging(limit=1000), TODAY)
                assert [len(listed.items), listed.total] == [len(expected)] * 2
            assert contents(held(session)) == contents(anew(session))
    assert found > 100


@pytest.mark.parametrize("few", [0, 5000])
@pytest.mark.parametrize("sort", ["due_on", "-due_on", "updated_at", "-updated_at", "value", "-value"])
def test_pages_of_deadlines_follow_each_other(
    db: Database, monkeypatch: pytest.MonkeyPatch, sort: str, few: int
) -> None:
    """Page after page gives every figure once, in the order asked for, however many are sorted by the database."""
    monkeypatch.setattr("app.store.queries.chosen._FEW", few)
    fill(db)
    filters = Filters(metric="revenue", kind=Kind.LEVEL)
    ids: list[str] = []
    cursor, pages = None, 0
    with db.read() as session:
        whole = list_deadlines(session, filters, Paging(limit=1000, sort=sort), TODAY)
        while pages == 0 or cursor:
            page = list_deadlines(session, filters, Paging(limit=3, cursor=cursor, sort=sort), TODAY)
            ids += [one.id for one in page.items]
            cursor, pages = page.next, pages + 1
            assert page.total == whole.total
    assert ids == [one.id for one in whole.items]
    assert len(set(ids)) == len(ids) > 12
    keys: dict[str, Any] = {
        "due_on": [one.due_on or date.max for one in whole.items],
        "updated_at": [one.updated_at for one in whole.items],
        "value": [one.canonical_value for one in whole.items],
    }
    assert keys[sort.lstrip("-")] == sorted(keys[sort.lstrip("-")], reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ["public_id", "due_on", "-due_on", "updated_at", "-updated_at"])
def test_pages_of_targets_follow_each_other(db: Database, sort: str) -> None:
    """The same of targets; the day of one is its last."""
    fill(db)
    ids: list[str] = []
    cursor, pages = None, 0
    with db.read() as session:
        whole = list_targets(session, Filters(), Paging(limit=1000, sort=sort), TODAY)
        while pages == 0 or cursor:
            page = list_targets(session, Filters(), Paging(limit=3, cursor=cursor, sort=sort), TODAY)
            ids += [one.public_id for one in page.items]
            cursor, pages = page.next, pages + 1
    assert ids == [one.public_id for one in whole.items]
    assert len(ids) == whole.total > 9
    keys: dict[str, Any] = {
        "public_id": ids,
        "due_on": [max(each.due_on or date.max for each in one.deadlines) for one in whole.items],
        "updated_at": [one.updated_at for one in whole.items],
    }
    assert keys[sort.lstrip("-")] == sorted(keys[sort.lstrip("-")], reverse=sort.startswith("-"))


def test_a_target_is_of_every_year_of_its_deadlines(db: Database) -> None:
    """A target with two deadlines is found by either year, and once where neither is asked for."""
    with db.write() as session:
        two = [make.deadline(due="2025"), make.deadline(due="2030")]
        make.make_plan(
            session,
            targets=[make.target("zj-plan.two", deadlines=two), make.target("zj-plan.one", qualifier="x")],
        )
    with db.read() as session:
        years = {
            year: len(choose_targets(session, Filters(year=year)).ids) for year in (None, 2025, 2027, 2030)
        }
    assert years == {None: 2, 2025: 1, 2027: 1, 2030: 1}


def test_what_another_process_writes_is_seen_at_once(db: Database) -> None:
    """Two that share no memory agree after each write, whoever wrote."""
    fill(db, 3)
    with opened(address_of(db)) as other:
        for number, (writer, reader) in enumerate([(db, other), (other, db), (db, db)]):
            before = counted(reader)
            with writer.write() as session:
                make.make_plan(session, f"zj-new-{number}", targets=[make.target(f"zj-new-{number}.a")])
            assert counted(reader) == counted(other) == before + 1


def test_a_snapshot_keeps_what_it_saw(db: Database) -> None:
    """A reader who began before a write sees what there was, also when others have gone on since."""
    fill(db, 3)
    with db.read() as early:
        for number in range(6):
            with db.write() as session:
                make.make_plan(session, f"zj-new-{number}", targets=[make.target(f"zj-new-{number}.a")])
            late = counted(db)
        assert len(choose_deadlines(early, Filters(), TODAY).ids) == late - 6
    assert counted(db) == late


def test_a_write_session_sees_what_it_has_done(db: Database) -> None:
    """Before it is committed only the writer sees it, and nobody once it is rolled back."""
    fill(db, 3)
    before = counted(db)
    with db.rehearse() as session:
        make.make_plan(session, "zj-new", targets=[make.target("zj-new.a")])
        assert len(choose_deadlines(session, Filters(), TODAY).ids) == before + 1
        service.retire(session, "plan", "zj-new", make.BY)
        assert len(choose_deadlines(session, Filters(), TODAY).ids) == before
    assert counted(db) == before


def test_data_from_a_backup_are_read_anew(db: Database) -> None:
    """Where the revision has gone back, what was known is not built upon."""
    fill(db, 4)
    before = counted(db)
    with db.write() as session:
        session.execute(update(Plan).values(editorial_state=EditorialState.DRAFT))
        session.execute(update(DatasetRevision).values(revision=1))
    assert before > 0 == counted(db)


def test_an_observation_counts_at_once_for_pages_read_before(db: Database) -> None:
    """What pages keep of observations is of one state of the data: a new one is in the next answer, also of others."""
    with db.write() as session:
        make.make_target(session, "zj-plan.revenue")

    def observed(reader: Database) -> str | None:
        with reader.read() as session:
            (item,) = list_deadlines(session, Filters(), Paging(), TODAY).items
            return item.progress.observation

    with opened(address_of(db)) as other:
        assert (observed(db), observed(other)) == (None, None)
        with db.write() as session:
            make.make_observation(session)
        assert (observed(db), observed(other)) == ("zj-revenue-2024", "zj-revenue-2024")
        with db.rehearse() as session:
            service.retire(session, "observation", "zj-revenue-2024", make.BY)
            (item,) = list_deadlines(session, Filters(), Paging(), TODAY).items
            assert item.progress.observation is None
        assert observed(db) == "zj-revenue-2024"


def test_a_target_stays_listed_when_all_its_deadlines_are_retired(db: Database) -> None:
    """It is public itself: listed without figures, and last by its final day; its figures are in no list and no count."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target("zj-plan.a"), make.target("zj-plan.b", qualifier="x")])
    assert counted(db) == 2
    with db.write() as session:
        retired = [{**make.deadline(), "retired_on": "2026-11-21"}]
        targets = [make.target("zj-plan.a", deadlines=retired), make.target("zj-plan.b", qualifier="x")]
        make.make_plan(session, targets=targets)
    for sort, expected in (("public_id", ["zj-plan.a", "zj-plan.b"]), ("due_on", ["zj-plan.b", "zj-plan.a"])):
        with db.read() as session:
            listed = list_targets(session, Filters(), Paging(sort=sort), TODAY)
            assert [one.public_id for one in listed.items] == expected
            assert [len(one.deadlines) for one in listed.items] == [
                int(key == "zj-plan.b") for key in expected
            ]
            assert contents(held(session)) == contents(anew(session))
    assert counted(db) == 1
