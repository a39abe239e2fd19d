"""How far a region has come towards one deadline (R4), computed from observations of the same key and region.

The rules of that judgement belong here, not the search for candidates nor the wording of the answer.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from app.domain.comparability import CEILINGS, FLOORS, KEY_FIELDS, Key, key_differences
from app.domain.vocabulary import Comparator, Dimension, Direction, Kind, ObservationStatus, Result, Timing

APPROXIMATION = Decimal("0.1")
"""How far an approximate figure (左右, 约, 近) may be off, as a part of itself."""

ANNUAL = "year"
"""The `per` of an amount that is reached anew each year."""

OBSTACLES = (*KEY_FIELDS, "region", "forecast", "span", "unit", "comparator")
"""What forbids measuring by an observation: another word in a key field, another region, that it is a forecast, another
period than the target's, another unit, a size class, which is no interval."""

_TENTH = Decimal("0.1")
_SIGNIFICANT_DIGITS = 4
_HIGHEST_RATE = Decimal(10_000)
_ROUNDING = Context(prec=100, rounding=ROUND_HALF_UP)  # Wide enough never to refuse a long figure.
_INFINITY = Decimal("Infinity")
# A shortfall of these kinds can be spread over the years that are left; one of an average or a place cannot.
_SPREADABLE_KINDS = frozenset({Kind.LEVEL, Kind.INCREASE, Kind.GROWTH, Kind.REGION_SHARE})
_PERCENT_KINDS = frozenset({Kind.GROWTH, Kind.AVERAGE_GROWTH, Kind.REGION_SHARE})
# A size class (百亿级) is no interval.
_UNMEASURED = frozenset({None, Comparator.ORDER})
_FINAL = {Result.REACHED: Result.MET, Result.SHORT: Result.MISSED}


@dataclass(frozen=True, slots=True)
class Goal:
    """One deadline; figures are in the canonical `unit`, `baseline_year` is the target's."""

    key: Key
    region: str
    due_on: date | None
    baseline_year: int | None
    comparator: Comparator | None
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None
    direction: Direction
    dimension: Dimension | None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation; figures are in the canonical `unit`. Without `from_on` it is a stock on the day `to_on`."""

    slug: str
    key: Key
    region: str
    from_on: date | None
    to_on: date | None
    baseline_year: int | None
    status: ObservationStatus
    comparator: Comparator | None
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An observation that does not count, and what forbids it: `fields` are of `OBSTACLES`, in their order."""

    observation: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What can be said of one deadline today.

    `observation` is the slug of the one that was used. `gap` is the target's figure less the observed one
    (negative where the figure has to fall), `per_year` is the gap spread over the years from the observation to
    the due date, both in canonical units or percentage points; `rate` is the compound rate in percent a year.
    A strict figure (突破) that is reached exactly has a gap of nought. With `at_most`, they are bounds: the
    observation says only that at least so much has been reached.
    """

    timing: Timing
    result: Result
    observation: str | None
    gap: Decimal | None
    per_year: Decimal | None
    rate: Decimal | None
    at_most: bool
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What one reading says of the goal; `shortfall` is how far it stays behind, infinite if that is unknown."""

    reading: Reading
    result: Result
    shortfall: Decimal
    bound: bool  # the true shortfall may be smaller


def assess(goal: Goal, readings: Sequence[Reading], today: date) -> Progress:
    """Compute the timing and the result of a deadline from candidate observations (R4).

    Of the readings that count, those whose period includes the due date come before any other, then the latest
    by `to_on`. Readings of one last day that disagree about the result make it inconclusive; the one furthest
    from the figure then stands for all, and its gap is the most it can be. Nothing is spread over years once
    the due date or the figure itself has been passed.
    """
    timing = timing_of(goal.due_on, today)
    if goal.value is None or not is_assessable(goal.key.kind, goal.comparator, goal.value):
        return Progress(timing, Result.NOT_ASSESSABLE, None, None, None, None, at_most=False, refused=())
    refused: list[Refusal] = []
    counting: list[Reading] = []
    for reading in readings:
        if obstacles := _obstacles(goal, reading):
            refused.append(Refusal(reading.slug, obstacles))
        else:
            counting.append(reading)
    refusals = tuple(sorted(refused, key=lambda refusal: (len(refusal.fields), refusal.observation)))
    if not counting:
        return Progress(timing, Result.UNOBSERVED, None, None, None, None, at_most=False, refused=refusals)

    deciding = [reading for reading in counting if _includes_due_date(goal, reading)]
    figure = _figure(goal, goal.value)
    latest = _latest(deciding or counting)
    standings = [_standing(goal, figure, r, r.value) for r in latest if r.value is not None]
    results = {standing.result for standing in standings}
    result = results.pop() if len(results) == 1 else Result.INCONCLUSIVE
    worst = max(standings, key=lambda standing: (standing.shortfall, standing.reading.slug))
    gap = per_year = rate = None
    if result is not Result.REACHED and worst.shortfall.is_finite() and worst.shortfall >= 0:
        gap = _plain(-worst.shortfall if _less_is_better(goal) else worst.shortfall)
        if timing is not Timing.PAST:
            per_year, rate = _pace(goal, figure, gap, worst.reading.to_on)
    return Progress(
        timing,
        _FINAL.get(result, result) if deciding else result,
        worst.reading.slug,
        gap,
        per_year,
        rate,
        at_most=gap is not None and (worst.bound or any(s.shortfall != worst.shortfall for s in standings)),
        refused=refusals,
    )


def timing_of(due_on: date | None, today: date) -> Timing:
    """Say where a due date stands against today: soon is up to a year from today."""
    if due_on is None:
        return Timing.UNDATED
    if due_on < today:
        return Timing.PAST
    return Timing.DUE_SOON if due_on <= year_after(today) else Timing.UPCOMING


def year_after(day: date) -> date:
    """Give the same day a year later; of 29 February the 28th."""
    last = monthrange(day.year + 1, day.month)[1]
    return date(day.year + 1, day.month, min(day.day, last))


def is_assessable(kind: Kind | str, comparator: Comparator | str | None, value: Decimal | str | None) -> bool:
    """Say whether a goal of this kind and figure can be measured at all: words and size classes cannot."""
    return value is not None and kind != Kind.QUALITATIVE and comparator not in _UNMEASURED


def _obstacles(goal: Goal, reading: Reading) -> tuple[str, ...]:
    """Name what forbids measuring the goal by the reading, in the order of `Refusal.fields`; empty if it counts."""
    differences = key_differences(goal.key, reading.key)
    return (
        *map(str, differences),
        *place_obstacles(goal.region, reading),
        *span_obstacles(goal, reading),
        *figure_obstacles(goal, reading),
    )


def place_obstacles(region: str, reading: Reading) -> list[str]:
    """Name what forbids measuring any goal of a region (its code) by the reading."""
    rest = (("region", region != reading.region), ("forecast", reading.status is ObservationStatus.FORECAST))
    return [name for name, holds in rest if holds]


def span_obstacles(goal: Goal, reading: Reading) -> list[str]:
    """Name it if the reading's period is another than the goal's, which is asked between figures of one kind only.

    That those of other kinds differ there too says nothing more.
    """
    return ["span"] if goal.key.kind is reading.key.kind and not _spans(goal, reading) else []


def figure_obstacles(goal: Goal, reading: Reading) -> list[str]:
    """Name what of its unit and comparator forbids it, which is asked between figures of one kind and metric only."""
    if goal.key.kind is not reading.key.kind or goal.key.metric != reading.key.metric:
        return []
    rest = (
        ("unit", goal.unit != reading.unit),
        ("comparator", reading.value is None or reading.comparator in _UNMEASURED),
    )
    return [name for name, holds in rest if holds]


def _spans(goal: Goal, reading: Reading) -> bool:
    """Tell whether the reading's period is one that the goal can be measured by.

    Growth is on the goal's baseline year, or on the year before the due one where none is stated, and at the
    end of a year or at the due date: half a year's growth is no part of a year's. An average needs its baseline
    year. A rise must begin where the goal's does. An amount of each year, and a money level that covers a
    period (revenue, output), take a whole calendar year; a money level on one day is a stock (a fund).
    """
    since = _since(reading)
    match goal.key.kind:
        case Kind.GROWTH | Kind.AVERAGE_GROWTH:
            start = goal.baseline_year
            if start is None and goal.key.kind is Kind.GROWTH and goal.due_on is not None:
                start = goal.due_on.year - 1
            at_end = _one_day(reading) or _ends_year(reading) or reading.to_on == goal.due_on
            return start is not None and since == start and at_end
        case Kind.LEVEL | Kind.INCREASE if goal.per == ANNUAL:
            return _whole_year(reading)
        case Kind.INCREASE:
            return since == goal.baseline_year and (since is not None or _one_day(reading))
        case Kind.LEVEL if goal.dimension is Dimension.MONEY:
            return _one_day(reading) or _whole_year(reading)
        case _:
            return True


def _one_day(reading: Reading) -> bool:
    return reading.from_on in {None, reading.to_on}


def _begins_year(reading: Reading) -> bool:
    return reading.from_on is not None and (reading.from_on.month, reading.from_on.day) == (1, 1)


def _ends_year(reading: Reading) -> bool:
    return reading.to_on is not None and (reading.to_on.month, reading.to_on.day) == (12, 31)


def _whole_year(reading: Reading) -> bool:
    if reading.from_on is None or reading.to_on is None or reading.from_on.year != reading.to_on.year:
        return False
    return _begins_year(reading) and _ends_year(reading)


def _since(reading: Reading) -> int | None:
    """Return the year at whose end the reading's rise or growth begins, as stated or by its period."""
    if reading.baseline_year is None and reading.from_on is not None and not _one_day(reading):
        return reading.from_on.year - 1 if _begins_year(reading) else None
    return reading.baseline_year


def _includes_due_date(goal: Goal, reading: Reading) -> bool:
    if goal.due_on is None or reading.to_on is None:
        return False
    return (reading.from_on or reading.to_on) <= goal.due_on <= reading.to_on


def _latest(readings: Sequence[Reading]) -> list[Reading]:
    """Keep the readings of the latest last day; an undated one is taken as the oldest."""
    last = max(reading.to_on or date.min for reading in readings)
    return [reading for reading in readings if (reading.to_on or date.min) == last]


def _less_is_better(goal: Goal) -> bool:
    """Tell which way the goal points: its own words first (不超过, 以上), else its metric; a place is better low."""
    if goal.key.kind is Kind.RANK or goal.comparator in CEILINGS:
        return True
    return goal.direction is Direction.DOWN and goal.comparator not in FLOORS


def _figure(goal: Goal, value: Decimal) -> Decimal:
    """Return the figure that has to be reached: of a range, the end that is reached first."""
    return goal.value_high if goal.value_high is not None and _less_is_better(goal) else value


def _standing(goal: Goal, figure: Decimal, reading: Reading, value: Decimal) -> _Standing:
    """Set a reading that counts, with its value, against the figure, on a scale where more is better."""
    low, low_open, high, high_open = _interval(reading, value)
    if _less_is_better(goal):
        figure, value, low, low_open, high, high_open = -figure, -value, -high, high_open, -low, low_open
    strict = goal.comparator in {Comparator.GT, Comparator.LT}
    tolerance = abs(figure) * APPROXIMATION if goal.comparator is Comparator.APPROX else Decimal(0)
    if low > figure or (low == figure and (low_open or not strict)):
        result = Result.REACHED
    elif high < figure - tolerance or (high == figure - tolerance and (high_open or strict)):
        result = Result.SHORT
    else:
        result = Result.INCONCLUSIVE
    # For the gap, an approximate reading is taken at its word, any other at its worse end.
    approximate = reading.comparator is Comparator.APPROX
    shortfall = figure - (value if approximate else low)
    return _Standing(reading, result, shortfall, bound=low != high and not approximate)


def _interval(reading: Reading, value: Decimal) -> tuple[Decimal, bool, Decimal, bool]:
    """Return the values that a reading leaves possible: low, whether low is excluded, high, whether high is."""
    match reading.comparator:
        case Comparator.GT | Comparator.GE:
            return value, reading.comparator is Comparator.GT, _INFINITY, True
        case Comparator.LT | Comparator.LE:
            return -_INFINITY, True, value, reading.comparator is Comparator.LT
        case Comparator.APPROX:
            margin = abs(value) * APPROXIMATION
            return value - margin, False, value + margin, False
        case _:
            return value, False, value if reading.value_high is None else reading.value_high, False


def _pace(
    goal: Goal, figure: Decimal, gap: Decimal, observed_on: date | None
) -> tuple[Decimal | None, Decimal | None]:
    """Spread the gap over the years that were left: an amount per year, and the compound rate in percent.

    Points a year and the rate are rounded to a tenth, other amounts to four significant digits, or to the
    gap's own last digit where that is finer. Only levels grow at a rate, and shares do not; a rate of ten
    thousand percent or more, a day before the due date, is left out.
    """
    each_year_anew = goal.per == ANNUAL and goal.key.kind is Kind.INCREASE
    if not gap or goal.key.kind not in _SPREADABLE_KINDS or each_year_anew:
        return None, None
    if goal.due_on is None or observed_on is None or observed_on >= goal.due_on:
        return None, None
    years = (_months(goal.due_on) - _months(observed_on)) / 12
    amount = gap / years
    if goal.key.kind in _PERCENT_KINDS or goal.dimension is Dimension.SHARE:
        return _round(amount, _TENTH), None
    exponent = min(amount.adjusted() - _SIGNIFICANT_DIGITS + 1, _last_digit(gap))
    per_year = _plain(_round(amount, Decimal(1).scaleb(exponent)).normalize(_ROUNDING))
    reached = figure - gap
    if goal.key.kind is not Kind.LEVEL or reached <= 0 or figure <= 0:
        return per_year, None
    rate = ((figure / reached) ** (1 / years) - 1) * 100
    return per_year, _round(rate, _TENTH) if rate < _HIGHEST_RATE else None


def _months(day: date) -> Decimal:
    """Count months, and the elapsed part of the last one, so that ends of months are whole months apart."""
    return day.year * 12 + day.month - 1 + Decimal(day.day) / monthrange(day.year, day.month)[1]


def _round(amount: Decimal, quantum: Decimal) -> Decimal:
    return amount.quantize(quantum, context=_ROUNDING)


def _last_digit(amount: Decimal) -> int:
    """Return the power of ten of the last digit that is not zero."""
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _plain(amount: Decimal) -> Decimal:
    """Return the same amount without an exponent above zero, so that it prints as plain digits."""
    return Decimal(format(amount, "f"))
