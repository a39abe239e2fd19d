"""The timeline of deadlines: their order, the counts by year and quarter, what is past and unmeasured.

The page is in `test_pages_deadlines`.
"""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import Timing
from app.store.queries import timeline
from app.store.queries.dated import read_dated
from app.store.queries.deadlines import list_deadlines
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.queries.timeline import quarter_of, read_timeline
from app.store.session import Database
from app.store.views.timeline import Timeline, YearCount
from tests.builders import deadline, make_observation, make_plan, target
from tests.counting import count_statements

TODAY = date(2026, 11, 20)


def read(session: Session, *, unmeasured: bool = False, limit: int = 50, **filters: object) -> Timeline:
    """Read the timeline."""
    return read_timeline(session, Filters(**filters), Paging(limit), TODAY, unmeasured=unmeasured)  # type: ignore[arg-type]


def dues(found: Timeline) -> list[str]:
    """Give the due dates as the ids have them."""
    return [one.id.partition("@")[2] for one in found.page.items]


def test_what_is_known_to_the_year_only_comes_after_its_quarters(session: Session) -> None:
    """By date; 31 December as a day and the last quarter before the year; undated ones last, over all pages."""
    named = [
        target(f"zj-plan.t{number}", qualifier=str(number), due=due)
        for number, due in enumerate(["2027", None, "2027-Q4", "2027-12-31", "2027-03", "2026-12"])
    ]
    make_plan(session, targets=named)
    expected = ["t5", "t4", "t2", "t3", "t0", "t1"]
    found, cursor = [], None
    for _ in range(3):
        part = read_timeline(session, Filters(), Paging(2, cursor), TODAY)
        found += [one.target.public_id.partition(".")[2] for one in part.page.items]
        cursor = part.page.next
    assert (found, cursor) == (expected, None)
    assert (part.years, part.undated) == (
        (YearCount(2026, (0, 0, 0, 1), 0), YearCount(2027, (1, 0, 0, 2), 1)),
        1,
    )
    assert [year.total for year in part.years] == [1, 4]


@pytest.mark.parametrize(
    ("day", "quarter"), [((1, 1), 1), ((3, 31), 1), ((4, 1), 2), ((9, 30), 3), ((12, 31), 4)]
)
def test_quarters_end_with_march_june_september_and_december(day: tuple[int, int], quarter: int) -> None:
    """The first and last days of quarters."""
    assert quarter_of(date(2027, *day)) == quarter


def fill_past(session: Session) -> None:
    """Write past deadlines: one measured, one in words, one of which nothing is known, and one that is not past."""
    make_plan(
        session,
        targets=[
            target("zj-plan.measured", due="2024"),
            target("zj-plan.unknown", due="2025", qualifier="x"),
            target("zj-plan.words", kind="qualitative", metric=None, deadlines=[{"due": "2023"}]),
            target("zj-plan.later", due="2026", qualifier="y"),
        ],
    )
    make_observation(session, start="2024")


def test_what_is_past_and_measured_by_nothing_is_found(session: Session) -> None:
    """No observation, or no figure: counted whatever `timing` is set to, listed if asked for."""
    fill_past(session)
    assert read(session, timing=Timing.DUE_SOON).unmeasured == 2
    found = read(session, unmeasured=True)
    assert dues(found) == ["2023-12-31", "2025-12-31"]
    assert [year.year for year in found.years] == [2023, 2025]
    assert (found.page.total, found.unmeasured, found.unmeasured_capped) == (2, 2, False)
    assert read(session, unmeasured=True, year_from=2024).unmeasured == 1


def test_only_so_many_past_ones_are_looked_at(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest, and it is said."""
    fill_past(session)
    monkeypatch.setattr(timeline, "MOST_PAST", 2)
    found = read(session, unmeasured=True)
    assert (dues(found), found.unmeasured_capped) == (["2025-12-31"], True)


def test_years_bound_the_list_and_may_not_be_reversed(session: Session) -> None:
    """From and to are included; undated ones have no year."""
    make_plan(
        session, targets=[target(deadlines=[deadline(due=due) for due in ("2026", "2027", "2030", None)])]
    )
    assert dues(read(session, year_from=2027)) == ["2027-12-31", "2030-12-31"]
    assert dues(read(session, year_from=2026, year_to=2027)) == ["2026-12-31", "2027-12-31"]
    listed = list_deadlines(session, Filters(year_to=2026), Paging(), TODAY)
    assert [one.id for one in listed.items] == ["zj-plan.revenue@2026-12-31"]
    with pytest.raises(DomainError, match="years_reversed"):
        read(session, year_from=2030, year_to=2027)


@pytest.mark.parametrize(
    ("most", "expected", "left_out"),
    [
        (1, ["2026-11-20"], 4),
        (3, ["2026-11-20", "2027-12-31", "2030-12-31"], 2),
        (4, ["2025-12-31", "2026-11-20", "2027-12-31", "2030-12-31"], 1),
        (9, ["2024-12-31", "2025-12-31", "2026-11-20", "2027-12-31", "2030-12-31"], 0),
    ],
)
def test_a_calendar_has_what_is_due_next_then_the_latest_past_ones(
    session: Session, most: int, expected: list[str], left_out: int
) -> None:
    """What is due today is not past; what has no date is told apart from what is left out."""
    days = ("2024", "2025", "2026-11-20", "2027", "2030", None)
    make_plan(session, targets=[target(deadlines=[deadline(due=day) for day in days])])
    found = read_dated(session, Filters(), TODAY, most=most)
    assert [one.id.partition("@")[2] for one in found.items] == expected
    assert (found.left_out, found.undated) == (left_out, 1)


def test_drafts_are_nowhere_on_the_timeline(session: Session) -> None:
    """Neither listed nor counted."""
    make_plan(
        session, editorial_state="draft", targets=[target(due="2025"), target("zj-plan.b", qualifier="b")]
    )
    found = read(session)
    assert (found.page.total, found.years, found.undated, found.unmeasured) == (0, (), 0, 0)


def test_the_timeline_takes_no_more_statements_for_three_than_for_one(db: Database) -> None:
    """Progress, evidence, counts and facets are read together."""
    counts, sizes = [], []
    for several in (1, 3):
        with db.write() as session:
            named = [
                target(f"zj-{several}.t{n}", qualifier=str(n), due=str(2025 + n)) for n in range(several)
            ]
            make_plan(session, f"zj-{several}", targets=named)
        with count_statements(db) as counted, db.read() as session:
            sizes.append(read(session, unmeasured=True, under="330000").page.total + read(session).page.total)
        counts.append(counted())
    assert counts[0] == counts[1]
    assert sizes[0] < sizes[1]
