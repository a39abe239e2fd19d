"""Progress towards a deadline by R4: the worked cases, every comparator, periods, gaps and contradictions.

Whether two figures may be compared has its own file; here keys are only equal or not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparability import Key
from app.domain.progress import Goal, Progress, Reading, Refusal, assess
from app.domain.vocabulary import (
    Boundary,
    Comparator,
    Coverage,
    Dimension,
    Direction,
    Kind,
    ObservationStatus,
    Result,
    Timing,
)

TODAY = date(2026, 11, 20)
YI = 10**8
KEY = Key(Kind.LEVEL, Boundary.UNSPECIFIED, Coverage.UNSPECIFIED, "ai", "industry-scale", "")


def goal(
    words: str, due_on: date | None = date(2027, 12, 31), *, money: bool = False, kind: Kind = Kind.LEVEL
) -> Goal:
    """Build a deadline of Jiangsu: "gt 5000" or "between 3 5", in 亿元 if money, else in 家 or %."""
    comparator, *values = words.split()
    low, *rest = [Decimal(value) * (YI if money else 1) for value in values]
    high = rest[0] if rest else None
    unit = "yuan" if money else "item"
    dimension = Dimension.MONEY if money else Dimension.COUNT
    return Goal(
        replace(KEY, kind=kind),
        "320000",
        due_on,
        None,
        Comparator(comparator),
        low,
        high,
        unit,
        Direction.UP,
        dimension,
    )


def year(number: int) -> tuple[date, date]:
    """Return the period of a whole year."""
    return date(number, 1, 1), date(number, 12, 31)


def reading(
    target: Goal,
    words: str,
    period: tuple[date | None, date | None],
    slug: str = "seen",
    baseline_year: int | None = None,
) -> Reading:
    """Build an official observation of the goal's own key, region and unit."""
    stated = goal(words, money=target.unit == "yuan")
    return Reading(
        slug, target.key, target.region, *period, baseline_year, ObservationStatus.OFFICIAL,
        stated.comparator, stated.value, stated.value_high, target.unit,
    )  # fmt: skip


def day(iso: str) -> tuple[date, date]:
    """Return the period of a stock on one day."""
    return date.fromisoformat(iso), date.fromisoformat(iso)


def outcome(target: Goal, *readings: Reading, today: date = TODAY) -> str:
    """Return the timing and result in words."""
    progress = assess(target, readings, today)
    return f"{progress.timing}, {progress.result}"


def pace(progress: Progress) -> tuple[str | None, str | None, str | None, bool]:
    """Return gap, per year and rate as they print, and whether they are bounds."""
    gap, per_year, rate = (
        None if v is None else str(v) for v in (progress.gap, progress.per_year, progress.rate)
    )
    return gap, per_year, rate, progress.at_most


A = replace(
    goal("gt 5000", money=True), region="330000",
    key=replace(KEY, metric="revenue", topic="ai-terminals", coverage=Coverage.ABOVE_SCALE),
)  # fmt: skip
B = goal("gt 10000", date(2030, 12, 31), money=True)
D = goal("eq 1000", money=True)
E = replace(goal("ge 70"), unit="%", dimension=Dimension.SHARE)
K = replace(
    goal("ge 20"), key=replace(KEY, kind=Kind.AVERAGE_GROWTH, boundary=Boundary.CORE), region="320100", unit="%",
    dimension=Dimension.MONEY,
)  # fmt: skip
GROWTH = replace(
    goal("approx 6", date(2026, 12, 31), kind=Kind.GROWTH), unit="%", dimension=Dimension.MONEY,
)  # fmt: skip
FIRMS = goal("eq 100")
C_SEEN = replace(reading(A, "gt 5700", year(2024), "C"), key=replace(KEY, metric="output"))
M_SEEN = replace(reading(B, "ge 10000", year(2025), "M"), region="000000")
L_SEEN = replace(
    reading(GROWTH, "ge 20", (None, date(2024, 12, 31)), "L"),
    key=replace(KEY, kind=Kind.GROWTH),
    region="000000",
)


@pytest.mark.parametrize(
    ("target", "readings", "expected", "refused"),
    [
        pytest.param(A, [C_SEEN], "upcoming, unobserved", [Refusal("C", ("metric", "topic", "coverage"))], id="A with C"),
        pytest.param(B, [M_SEEN], "upcoming, unobserved", [Refusal("M", ("region",))], id="B with M"),
        pytest.param(K, [L_SEEN], "upcoming, unobserved", [Refusal("L", ("kind", "boundary", "region"))], id="K with L"),
        pytest.param(GROWTH, [reading(GROWTH, "eq 7.1", year(2024))], "due_soon, unobserved", [Refusal("seen", ("span",))], id="growth of another year"),
        pytest.param(GROWTH, [reading(GROWTH, "eq 5.8", year(2026))], "due_soon, inconclusive", [], id="about 6 with 5.8"),
        pytest.param(GROWTH, [reading(GROWTH, "eq 4.9", year(2026))], "due_soon, missed", [], id="about 6 with 4.9"),
        pytest.param(D, [reading(D, "eq 600", year(2025))], "upcoming, short", [], id="D with 600"),
        pytest.param(D, [reading(D, "gt 800", year(2026))], "upcoming, inconclusive", [], id="D with more than 800"),
        pytest.param(A, [reading(A, "eq 5000", year(2027))], "upcoming, missed", [], id="A with exactly 5000"),
        pytest.param(FIRMS, [reading(FIRMS, "eq 104", (date(2026, 10, 1), date(2026, 10, 31)))], "upcoming, reached", [], id="100 firms with 104"),
        pytest.param(FIRMS, [reading(FIRMS, "eq 104", day("2026-10-31")), reading(FIRMS, "eq 92", day("2027-12-31"))], "upcoming, missed", [], id="100 firms, then 92"),
        pytest.param(E, [reading(E, "eq 55", (date(2026, 1, 1), date(2026, 6, 30)))], "upcoming, short", [], id="E with 55"),
    ],
)  # fmt: skip
def test_worked_cases(target: Goal, readings: list[Reading], expected: str, refused: list[Refusal]) -> None:
    """Every row of the worked cases gets its timing, its result and the refusals with their fields."""
    assert (outcome(target, *readings), assess(target, readings, TODAY).refused) == (expected, tuple(refused))


@pytest.mark.parametrize(
    ("target", "seen", "expected"),
    [
        pytest.param(D, reading(D, "eq 600", year(2025)), ("40000000000", "20000000000", "29.1", False), id="D with 600"),
        pytest.param(D, reading(D, "gt 800", year(2026)), ("20000000000", "20000000000", "25.0", True), id="D with more than 800"),
        pytest.param(A, reading(A, "eq 5000", year(2027)), ("0", None, None, False), id="strict, reached exactly"),
        pytest.param(E, reading(E, "eq 55", day("2026-06-30")), ("15", "10.0", None, False), id="E, points a year"),
        pytest.param(E, reading(E, "between 55 60", day("2026-06-30")), ("15", "10.0", None, True), id="range: from its worse end"),
        pytest.param(E, reading(E, "approx 55", day("2026-06-30")), ("15", "10.0", None, False), id="approximate: at its word"),
        pytest.param(E, reading(E, "lt 55", day("2026-06-30")), (None, None, None, False), id="no lower bound, no gap"),
        pytest.param(E, reading(E, "eq 71", day("2026-06-30")), (None, None, None, False), id="reached"),
        pytest.param(FIRMS, reading(FIRMS, "approx 105", day("2026-06-30")), (None, None, None, False), id="nothing missing, yet inconclusive"),
        pytest.param(FIRMS, reading(FIRMS, "eq 60", day("2026-10-31")), ("40", "34.29", "54.9", False), id="four significant digits"),
        pytest.param(goal("eq 12345"), reading(FIRMS, "eq 0", day("2026-12-31")), ("12345", "12345", None, False), id="the gap's own digits; no rate from nought"),
        pytest.param(goal("eq 12345"), reading(FIRMS, "eq 1", day("2027-12-30")), ("12344", "4591968", None, False), id="no rate a day before the end"),
        pytest.param(replace(FIRMS, due_on=None), reading(FIRMS, "eq 60", day("2026-10-31")), ("40", None, None, False), id="undated"),
        pytest.param(FIRMS, reading(FIRMS, "eq 60", (None, None)), ("40", None, None, False), id="observed no one knows when"),
        pytest.param(FIRMS, reading(FIRMS, "eq 92", day("2027-12-31")), ("8", None, None, False), id="no time left"),
        pytest.param(goal("eq 100", date(2025, 12, 31)), reading(FIRMS, "eq 92", day("2024-12-31")), ("8", None, None, False), id="past: no pace"),
        pytest.param(goal("le 30"), reading(FIRMS, "eq 40", day("2026-12-31")), ("-10", "-10", "-25.0", False), id="has to fall"),
        pytest.param(goal("le 30"), reading(FIRMS, "le 40", day("2026-12-31")), ("-10", "-10", "-25.0", True), id="has to fall by at most"),
        pytest.param(goal("le 30"), reading(FIRMS, "gt 40", day("2026-12-31")), (None, None, None, False), id="has to fall, nobody knows how far"),
        pytest.param(replace(K, baseline_year=2024), reading(K, "eq 15", (date(2025, 1, 1), date(2026, 12, 31))), ("5", None, None, False), id="an average is not spread"),
        pytest.param(goal("le 3", kind=Kind.RANK), reading(goal("le 3", kind=Kind.RANK), "eq 5", year(2025)), ("-2", None, None, False), id="places are not spread"),
        pytest.param(goal("eq 9", kind=Kind.INCREASE), reading(goal("eq 9", kind=Kind.INCREASE), "eq 6", day("2026-12-31")), ("3", "3", None, False), id="a rise has no compound rate"),
    ],
)  # fmt: skip
def test_gap_and_pace(
    target: Goal, seen: Reading, expected: tuple[str | None, str | None, str | None, bool]
) -> None:
    """What is missing, how much that is a year and at what rate, each only where it has a meaning."""
    assert pace(assess(target, [seen], TODAY)) == expected


@pytest.mark.parametrize(
    ("words", "kind", "direction", "results"),
    [
        pytest.param("gt 100", Kind.LEVEL, Direction.UP, {"eq 100": "short", "gt 100": "reached", "ge 100": "inconclusive", "le 100": "short", "eq 101": "reached"}, id="突破"),
        pytest.param("ge 100", Kind.LEVEL, Direction.UP, {"eq 100": "reached", "lt 100": "short", "le 100": "inconclusive", "ge 99": "inconclusive"}, id="以上"),
        pytest.param("eq 100", Kind.LEVEL, Direction.UP, {"eq 100": "reached", "eq 140": "reached", "eq 99.9": "short"}, id="达到 means at least"),
        pytest.param("eq 100", Kind.LEVEL, Direction.DOWN, {"eq 100": "reached", "eq 60": "reached", "eq 100.1": "short"}, id="达到 means at most"),
        pytest.param("le 30", Kind.LEVEL, Direction.UP, {"eq 30": "reached", "gt 30": "short", "ge 30": "inconclusive", "lt 30": "reached"}, id="不超过, whatever the direction"),
        pytest.param("lt 30", Kind.LEVEL, Direction.DOWN, {"eq 30": "short", "lt 30": "reached", "le 30": "inconclusive", "ge 30": "short"}, id="不到"),
        pytest.param("ge 30", Kind.LEVEL, Direction.DOWN, {"eq 31": "reached", "eq 29": "short"}, id="以上, whatever the direction"),
        pytest.param("between 3 5", Kind.LEVEL, Direction.UP, {"eq 3": "reached", "eq 2": "short", "between 2 4": "inconclusive", "between 3 9": "reached"}, id="range from its low end"),
        pytest.param("between 3 5", Kind.LEVEL, Direction.DOWN, {"eq 5": "reached", "eq 4": "reached", "eq 6": "short"}, id="range from its high end"),
        pytest.param("approx 100", Kind.LEVEL, Direction.UP, {"eq 100": "reached", "eq 90": "inconclusive", "eq 89.9": "short", "lt 90": "short", "approx 100": "inconclusive", "approx 112": "reached"}, id="左右"),
        pytest.param("approx 100", Kind.LEVEL, Direction.DOWN, {"eq 100": "reached", "eq 110": "inconclusive", "eq 110.1": "short"}, id="左右 where less is better"),
        pytest.param("ge 600", Kind.LEVEL, Direction.UP, {"approx 660": "inconclusive", "approx 670": "reached", "approx 540": "short", "approx 546": "inconclusive"}, id="approximate readings"),
        pytest.param("eq 3", Kind.RANK, Direction.UP, {"eq 2": "reached", "eq 4": "short", "le 3": "reached", "le 5": "inconclusive"}, id="全国前三"),
        pytest.param("approx -10", Kind.LEVEL, Direction.DOWN, {"eq -10": "reached", "eq -9": "inconclusive", "eq -8.9": "short"}, id="a fall of about ten"),
    ],
)  # fmt: skip
def test_comparators(words: str, kind: Kind, direction: Direction, results: dict[str, str]) -> None:
    """A reading is an interval: it reaches if all of it does, falls short if none does, else decides nothing."""
    target = replace(goal(words, kind=kind), direction=direction)
    found = {
        seen: assess(target, [reading(target, seen, day("2026-06-30"))], TODAY).result for seen in results
    }
    assert found == results


@pytest.mark.parametrize(
    ("due_on", "timing"),
    [
        (None, Timing.UNDATED),
        (date(2026, 11, 19), Timing.PAST),
        (TODAY, Timing.DUE_SOON),
        (date(2027, 11, 20), Timing.DUE_SOON),
        (date(2027, 11, 21), Timing.UPCOMING),
    ],
)
def test_timing(due_on: date | None, timing: Timing) -> None:
    """Due soon is from today to the same day a year later; before today is past."""
    assert assess(goal("eq 1", due_on), [], TODAY) == Progress(
        timing, Result.UNOBSERVED, None, None, None, None, at_most=False, refused=()
    )


def test_timing_on_a_leap_day() -> None:
    """Twelve months from 29 February end on 28 February."""
    days = [date(2029, 2, 28), date(2029, 3, 1)]
    timings = [assess(goal("eq 1", due), [], date(2028, 2, 29)).timing for due in days]
    assert timings == [Timing.DUE_SOON, Timing.UPCOMING]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(goal("order 100"), id="size class"),
        pytest.param(replace(FIRMS, value=None, comparator=None, key=replace(KEY, kind=Kind.QUALITATIVE, metric=None)), id="qualitative"),
    ],
)  # fmt: skip
def test_not_assessable(target: Goal) -> None:
    """A size class and a qualitative goal are not assessed, whatever was observed."""
    assert outcome(target, reading(FIRMS, "eq 100", day("2026-06-30"))) == "upcoming, not_assessable"


RISE = replace(goal("eq 100", kind=Kind.INCREASE), baseline_year=2024)
DOUBLED = replace(GROWTH, baseline_year=2020, comparator=Comparator.GE, value=Decimal(100))
AVERAGE = replace(K, baseline_year=2024)
YEARLY = replace(goal("eq 100", kind=Kind.INCREASE), per="year")
HALF_YEAR = (date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("target", "period", "baseline_year", "refused"),
    [
        pytest.param(GROWTH, HALF_YEAR, 2025, "span", id="half a year's growth"),
        pytest.param(GROWTH, year(2026), 2020, "span", id="growth on another year"),
        pytest.param(GROWTH, (None, date(2026, 12, 31)), None, "span", id="growth since nobody knows when"),
        pytest.param(replace(GROWTH, due_on=date(2026, 6, 30)), HALF_YEAR, None, "", id="half a year's growth due at midyear"),
        pytest.param(replace(GROWTH, due_on=None), year(2026), None, "span", id="growth in no known year"),
        pytest.param(DOUBLED, year(2025), 2020, "", id="growth on the baseline year, on the way"),
        pytest.param(DOUBLED, (date(2021, 1, 1), date(2025, 12, 31)), None, "", id="growth over the years since then"),
        pytest.param(DOUBLED, year(2026), None, "span", id="growth on the year before for a doubling"),
        pytest.param(AVERAGE, (date(2025, 1, 1), date(2026, 12, 31)), None, "", id="average from the target's start"),
        pytest.param(AVERAGE, (date(2021, 1, 1), date(2026, 12, 31)), None, "span", id="average from another start"),
        pytest.param(K, year(2027), None, "span", id="average from no stated start"),
        pytest.param(D, HALF_YEAR, None, "span", id="half a year's revenue"),
        pytest.param(D, (date(2024, 1, 1), date(2025, 12, 31)), None, "span", id="two years' revenue"),
        pytest.param(D, day("2026-06-30"), None, "", id="a fund on one day"),
        pytest.param(FIRMS, HALF_YEAR, None, "", id="firms counted in half a year"),
        pytest.param(RISE, (date(2025, 1, 1), date(2026, 6, 30)), None, "", id="a rise from the baseline on"),
        pytest.param(RISE, year(2026), None, "span", id="a rise that leaves out a year"),
        pytest.param(RISE, day("2026-06-30"), 2024, "", id="a rise since the stated year"),
        pytest.param(RISE, (date(2024, 7, 1), date(2026, 6, 30)), None, "span", id="a rise from midyear"),
        pytest.param(replace(RISE, baseline_year=None), (date(2024, 7, 1), date(2026, 6, 30)), None, "span", id="a rise from an unknown start"),
        pytest.param(replace(RISE, baseline_year=None), day("2026-06-30"), None, "", id="two rises in equal words"),
        pytest.param(YEARLY, year(2026), None, "", id="each year, a whole year"),
        pytest.param(YEARLY, HALF_YEAR, None, "span", id="each year, half a year"),
    ],
)  # fmt: skip
def test_spans(
    target: Goal, period: tuple[date | None, date | None], baseline_year: int | None, refused: str
) -> None:
    """A reading counts only for a period that the goal can be measured by; otherwise its span is refused."""
    progress = assess(target, [reading(target, "eq 9", period, baseline_year=baseline_year)], TODAY)
    assert [refusal.fields for refusal in progress.refused] == ([(refused,)] if refused else [])


def test_refusals_are_ordered() -> None:
    """Refusals name their fields in the fixed order and come with the fewest fields first."""
    seen = reading(D, "eq 600", HALF_YEAR, "a")
    forecast = replace(
        seen, key=replace(KEY, qualifier="各市"), region="0", status=ObservationStatus.FORECAST, unit="usd"
    )
    size_class = replace(seen, slug="b", from_on=date(2026, 6, 30), comparator=Comparator.ORDER)
    assert assess(D, [forecast, size_class], TODAY).refused == (
        Refusal("b", ("comparator",)),
        Refusal("a", ("qualifier", "region", "forecast", "span", "unit")),
    )


def test_other_kinds_and_metrics_say_nothing_of_units() -> None:
    """Where the kind or the metric differs, a different period or unit is not a further reason."""
    other_kind = replace(
        reading(FIRMS, "order 5", HALF_YEAR, "a"), key=replace(KEY, kind=Kind.GROWTH), unit="%"
    )
    other_metric = replace(
        reading(FIRMS, "order 5", HALF_YEAR, "b"), key=replace(KEY, metric="output"), unit="yuan"
    )
    assert assess(FIRMS, [other_kind, other_metric], TODAY).refused == (
        Refusal("a", ("kind",)),
        Refusal("b", ("metric",)),
    )


def chosen(target: Goal, readings: Sequence[Reading]) -> tuple[str | None, Result]:
    """Return which observation was used, and the result."""
    progress = assess(target, readings, TODAY)
    return progress.observation, progress.result


def test_latest_reading_is_used() -> None:
    """The latest reading decides, and one without a date only where there is no other."""
    readings = [
        reading(FIRMS, "eq 104", day("2025-12-31"), "old"),
        reading(FIRMS, "eq 92", day("2026-06-30"), "new"),
    ]
    undated = reading(FIRMS, "eq 200", (None, None), "undated")
    assert chosen(FIRMS, [*readings, undated]) == ("new", Result.SHORT)
    assert chosen(FIRMS, [undated]) == ("undated", Result.REACHED)


def test_due_date_decides() -> None:
    """A reading whose period includes the due date is not undone by a later one."""
    due = reading(FIRMS, "eq 92", year(2027), "due")
    later = reading(FIRMS, "eq 120", day("2028-06-30"), "later")
    assert chosen(FIRMS, [due, later]) == ("due", Result.MISSED)
    assert chosen(FIRMS, [later]) == ("later", Result.REACHED)
    assert chosen(FIRMS, [replace(due, value=Decimal(100))]) == ("due", Result.MET)


def test_contradictory_readings() -> None:
    """Readings of one day that disagree decide nothing; what is missing is at most what the worst one says."""
    readings = [
        reading(FIRMS, "eq 90", day("2026-12-31"), "low"),
        reading(FIRMS, "eq 120", year(2026), "high"),
    ]
    progress = assess(FIRMS, readings, TODAY)
    assert (progress.observation, progress.result) == ("low", Result.INCONCLUSIVE)
    assert pace(progress) == ("10", "10", "11.1", True)


values = st.integers(1, 2000).map(lambda number: f"{number / 10}")
bounds = st.sampled_from(["gt", "ge", "eq", "le", "lt", "approx"])


@given(bounds, values, bounds, values, st.sampled_from(Direction))
def test_more_is_never_worse(
    comparator: str, figure: str, seen: str, value: str, direction: Direction
) -> None:
    """Moving a reading in the good direction never turns reached into inconclusive or short."""
    target = replace(goal(f"{comparator} {figure}"), direction=direction)
    falls = comparator in {"le", "lt"} or (comparator in {"eq", "approx"} and direction is Direction.DOWN)
    before = reading(target, f"{seen} {value}", day("2026-06-30"))
    after = replace(before, value=Decimal(value) + (-1 if falls else 1))
    order = [Result.SHORT, Result.INCONCLUSIVE, Result.REACHED]
    results = [order.index(assess(target, [r], TODAY).result) for r in (before, after)]
    assert results == sorted(results)


@given(values, values)
def test_gap_closes_the_distance(figure: str, value: str) -> None:
    """The reading and the gap make up the figure, and there is a gap exactly where it falls short."""
    target = goal(f"eq {figure}")
    progress = assess(target, [reading(target, f"eq {value}", day("2026-06-30"))], TODAY)
    assert (progress.gap is None) == (progress.result is Result.REACHED)
    assert progress.gap is None or Decimal(value) + progress.gap == Decimal(figure)
