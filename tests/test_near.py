"""Many deadlines set against the same observations: the observations are parted as R4 parts them one by one.

R4 itself is tested in `test_progress`.
"""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparability import Key
from app.domain.near import Dated, Measure, Near
from app.domain.progress import Reading, assess, is_assessable
from app.domain.vocabulary import (
    Boundary,
    Comparator,
    Coverage,
    Dimension,
    Direction,
    Family,
    Kind,
    ObservationStatus,
)

TODAY = date(2026, 11, 20)
# A topic with all above and below it.
LINES = {"ai": {"ai", "chips", "robots"}, "chips": {"ai", "chips"}, "robots": {"ai", "robots"}}
KINDS = st.sampled_from([Kind.LEVEL, Kind.LEVEL, Kind.INCREASE, Kind.GROWTH, Kind.AVERAGE_GROWTH])
BOUNDARIES = st.sampled_from([Boundary.UNSPECIFIED, Boundary.CORE])
COVERAGES = st.sampled_from([Coverage.UNSPECIFIED, Coverage.LARGE])
QUALIFIERS = st.sampled_from(["", "甲", "乙"])
TOPICS = st.sampled_from(sorted(LINES))
UNITS = st.sampled_from(["CNY", "USD"])
YEARS = st.sampled_from([None, 2024, 2025])
DAYS = st.sampled_from([date(2024, 1, 1), date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31)])
COMPARATORS = st.sampled_from([Comparator.EQ, Comparator.GE, Comparator.ORDER])


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """Draw observations, each with a name of its own."""
    made = []
    for number in range(draw(st.integers(1, 6))):
        since, until = sorted([draw(DAYS), draw(DAYS)])
        key = Key(
            draw(KINDS), draw(BOUNDARIES), draw(COVERAGES), draw(TOPICS), draw(st.sampled_from(["output", "revenue"])),
            draw(QUALIFIERS),
        )  # fmt: skip
        status = draw(st.sampled_from([ObservationStatus.OFFICIAL, ObservationStatus.FORECAST]))
        made.append(
            Reading(
                f"seen-{draw(st.integers(0, 99)):02}-{number}",
                key,
                draw(st.sampled_from(["330000", "000000"])),
                draw(st.sampled_from([None, since])),
                until,
                draw(YEARS),
                status,
                draw(COMPARATORS),
                Decimal(5),
                None,
                draw(UNITS),
            )
        )
    return made


@st.composite
def deadlines(draw: st.DrawFn) -> Dated:
    """Draw what deadlines of one region look like in their tables."""
    slug, dimension = draw(st.sampled_from([("output", Dimension.MONEY), ("revenue", Dimension.COUNT)]))
    return Dated(
        1, "330000", Measure(slug, Family.INDUSTRY_SIZE, dimension, Direction.UP), draw(TOPICS), str(draw(KINDS)),
        str(draw(BOUNDARIES)), str(draw(COVERAGES)), draw(QUALIFIERS), str(draw(COMPARATORS)), "7", None, draw(UNITS),
        draw(st.sampled_from([None, "2025-12-31", "2026-06-30"])), draw(YEARS),
    )  # fmt: skip


def dates_of(dated: list[Dated]) -> list[Dated]:
    """Add to each the same with every other due date and baseline year, whose observations may be others."""
    return [
        one._replace(due_on=due, baseline_year=year)
        for one in dated
        for due in (None, "2025-12-31", "2026-06-30", "2025-06-30")
        for year in (None, 2024, 2025)
    ]


@given(readings(), st.lists(deadlines(), min_size=1, max_size=4).map(dates_of))
def test_observations_are_parted_as_one_by_one(seen: list[Reading], dated: list[Dated]) -> None:
    """Which of them count, and in which order the others are refused, whatever was asked before."""
    near = Near("330000", seen, LINES.__getitem__)
    for one in dated:
        if not is_assessable(one.kind, one.comparator, one.canonical_value):
            continue
        goal = one.goal()
        in_line = [reading for reading in seen if reading.key.topic in LINES[one.topic]]
        told = assess(goal, in_line, TODAY)
        counting, refused = near.part(one)
        assert list(refused) == [refusal.observation for refusal in told.refused]
        assert assess(goal, counting, TODAY).observation == told.observation
        assert len(counting) + len(refused) == len(in_line)


@given(readings(), st.lists(deadlines(), min_size=1, max_size=4).map(dates_of))
def test_refusals_are_those_of_one_by_one(seen: list[Reading], dated: list[Dated]) -> None:
    """Each with all that forbids it, in order."""
    near = Near("330000", seen, LINES.__getitem__)
    for goal in (one.goal() for one in dated):
        if not is_assessable(goal.key.kind, goal.comparator, goal.value):
            continue
        told = assess(goal, [one for one in seen if one.key.topic in LINES[goal.key.topic]], TODAY)
        counting, refused = near.refused(goal)
        assert [near.refusal(number) for number in refused] == [
            (refusal.observation, list(refusal.fields)) for refusal in told.refused
        ]
        assert assess(goal, counting, TODAY).observation == told.observation
