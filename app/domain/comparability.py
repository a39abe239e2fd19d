"""Which figures may be put together (R3): the verdict on a pair, the places of a ranking, the sum of members (R8).

Only what two figures say is judged here, not how far one has come (progress) nor where they are kept (store).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from operator import attrgetter

from app.domain.vocabulary import (
    Boundary,
    Comparator,
    Coverage,
    Direction,
    Kind,
    Reason,
    RegionLevel,
    Stage,
    Verdict,
)

TARGET_STATUS = "target"
"""The status of a deadline's figure; an observation's figure has its ObservationStatus instead."""

FLOORS = frozenset({Comparator.GT, Comparator.GE})
CEILINGS = frozenset({Comparator.LT, Comparator.LE})

_SUMMABLE_KINDS = frozenset({Kind.LEVEL, Kind.INCREASE})
# What a sum of figures says, by the comparators it is made of, the narrowest set first: floors add up to a
# floor, ceilings to a ceiling, and nothing is known of a floor plus a ceiling.
_SUM_COMPARATORS = (
    (frozenset({Comparator.EQ}), Comparator.EQ),
    (frozenset({Comparator.EQ, Comparator.GE}), Comparator.GE),
    (frozenset({Comparator.EQ, Comparator.GE, Comparator.GT}), Comparator.GT),
    (frozenset({Comparator.EQ, Comparator.LE}), Comparator.LE),
    (frozenset({Comparator.EQ, Comparator.LE, Comparator.LT}), Comparator.LT),
    (frozenset({Comparator.EQ, Comparator.APPROX}), Comparator.APPROX),
    (frozenset({Comparator.EQ, Comparator.BETWEEN}), Comparator.BETWEEN),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure measures, by the text's own words; `metric` is none where the kind is qualitative."""

    kind: Kind
    boundary: Boundary
    coverage: Coverage
    topic: str
    metric: str | None
    qualifier: str


KEY_FIELDS = ("metric", "kind", "topic", "boundary", "coverage", "qualifier")
"""The fields of a key in the order in which differences are named."""
# By the sum of their bits, the lowest for the first field, the fields in which two keys differ.
_DIFFERENCES = [
    tuple(Reason(field) for place, field in enumerate(KEY_FIELDS) if bits >> place & 1)
    for bits in range(1 << len(KEY_FIELDS))
]
key_words = attrgetter(*KEY_FIELDS)
"""Gives what stands in these fields of a key."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A deadline or an observation, as far as R3 needs it; `value` and `value_high` are canonical."""

    key: Key
    region: str  # code
    region_level: RegionLevel
    year: int | None  # the due year, or the year of to_on
    status: str  # TARGET_STATUS, or the observation's status
    stage: Stage | None  # of the plan, deadlines only
    measured_by: str | None  # organization slug, observations only
    inferred: frozenset[str]  # fields left to us; only names of key fields count here
    target: str | None  # public id, deadlines only
    plan: str | None  # plan slug, deadlines only
    series: str | None  # mark shared by observations stated in one sentence
    metric_defined: bool  # the metric has a `standard`
    topic_defined: bool  # the topic has one
    comparator: Comparator | None
    value: Decimal | None  # none if qualitative
    value_high: Decimal | None
    unit: str | None = None  # canonical; of a currency, which is never converted (R1)


Likeness = tuple[Key, str | None]
"""A key and a canonical unit."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on two figures with its reasons; only `joined` figures may share a line in a chart."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    joined: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where the figure at `index` of the input stands: from `first` to `last`, mostly one and the same.

    The two differ where another region has several figures, some better than this one and some not.
    """

    index: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Places, the best first, and every caution that holds between figures of two regions."""

    places: tuple[Place, ...]
    cautions: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A sum in canonical units, or, with `value` none, why there is none.

    `refused` names, in this order: additive, kind, members, the reasons of pairs that are not *same*, comparator.
    """

    comparator: Comparator | None
    value: Decimal | None
    value_high: Decimal | None
    refused: tuple[str, ...]


def key_differences(a: Key, b: Key) -> tuple[Reason, ...]:
    """Name the fields in which two keys are unequal: metric, kind, topic, boundary, coverage, qualifier (R3)."""
    # A comparison of many figures asks this of every two keys.
    return _DIFFERENCES[
        (a.metric != b.metric)
        | (a.kind != b.kind) << 1
        | (a.topic != b.topic) << 2
        | (a.boundary != b.boundary) << 3
        | (a.coverage != b.coverage) << 4
        | (a.qualifier != b.qualifier) << 5
    ]


def likeness(figure: Figure) -> Likeness | None:
    """Give what figures have in common whose verdict is not *different* (R3); none for words without a figure."""
    return None if figure.key.kind is Kind.QUALITATIVE else (figure.key, figure.unit)


def compare(a: Figure, b: Figure) -> Judgement:
    """Judge whether two figures are *same*, *caution* or *different*, and why (R3).

    Reasons of *different* are the unequal key fields, then `qualitative` where either side is; figures in two
    canonical units (yuan and dollars, percent and points) are of two metrics, whatever their keys. Reasons of
    *caution* come as year, region_level, stage, status, measured_by, inferred, undefined. What is unknown is
    not known to agree: two unknown years, or two unknown measurers, are a caution.
    """
    differences = key_differences(a.key, b.key)
    if a.unit != b.unit and not differences:
        differences = (Reason.METRIC,)
    if Kind.QUALITATIVE in (a.key.kind, b.key.kind):
        differences += (Reason.QUALITATIVE,)
    if differences:
        return Judgement(Verdict.DIFFERENT, differences, joined=False)
    if _one_series(a, b):
        return Judgement(Verdict.SAME, (), joined=True)
    cautions = _cautions(a, b)
    return Judgement(Verdict.CAUTION if cautions else Verdict.SAME, cautions, joined=False)


def rank(figures: Sequence[Figure], direction: Direction) -> Ranking | None:
    """Rank the regions that the figures stand for, the best first, or return None where R3 does not allow it.

    Allowed are figures of one key, one known year and one region level, of two regions or more, without size
    classes, all of them deadlines or all observations (a promise has no place among measurements), and not
    floors together with ceilings (30%以上 and 不超过30% are no two answers to one question).

    The stated canonical values decide; of a range, the end that has to be reached. 突破5000 and 达到5000 share a
    place: the words differ by less than anything that is measured. Ties share the better place (1, 1, 3).

    Places are counted in regions. A region with several figures (two plans; 确保6%、力争7%; readings that
    contradict each other) is never pushed down by itself and none of its figures is chosen for it: each is
    placed by itself, and the others get the span of places that its figures leave open.
    """
    if not _rankable(figures):
        return None
    # 全国前三: of places, the smaller is the better one whatever the metric.
    down = figures[0].key.kind is Kind.RANK or direction is Direction.DOWN
    scores = [score for figure in figures if (score := _score(figure, down=down)) is not None]
    if len(scores) < len(figures):
        return None
    best: dict[str, Decimal] = {}
    worst: dict[str, Decimal] = {}
    for figure, score in zip(figures, scores, strict=True):
        best[figure.region] = max(score, best.get(figure.region, score))
        worst[figure.region] = min(score, worst.get(figure.region, score))
    all_best, all_worst = sorted(best.values()), sorted(worst.values())
    places = []
    for index, (figure, score) in enumerate(zip(figures, scores, strict=True)):
        surely_better = len(all_worst) - bisect_right(all_worst, score)
        perhaps_better = len(all_best) - bisect_right(all_best, score)
        itself = best[figure.region] > score
        places.append(Place(index, 1 + surely_better, 1 + perhaps_better - itself))
    places.sort(key=lambda place: (place.first, place.last, -scores[place.index], place.index))
    return Ranking(tuple(places), _cautions_between_regions(figures))


def total(figures: Sequence[Figure], *, additive: bool, members: frozenset[str]) -> Total:
    """Add up the figures of a region's members, or say why they have no sum (R8).

    Needed are an additive metric, kind level or increase, exactly one figure of each member (region codes) and
    of nobody else, every pair *same*, and comparators that add up: floors, ceilings, ranges and approximate
    figures each go with exact ones, but not with each other.
    """
    comparators = frozenset(figure.comparator for figure in figures)
    comparator = next((result for parts, result in _SUM_COMPARATORS if comparators <= parts), None)
    refused: list[str] = []
    if not additive:
        refused.append("additive")
    if any(figure.key.kind not in _SUMMABLE_KINDS for figure in figures):
        refused.append("kind")
    if not members or sorted(figure.region for figure in figures) != sorted(members):
        refused.append("members")
    reasons = {reason for a, b in combinations(figures, 2) for reason in compare(a, b).reasons}
    refused += [reason for reason in Reason if reason in reasons and reason not in refused]
    lows = [figure.value for figure in figures if figure.value is not None]
    if comparator is None or len(lows) < len(figures):
        refused.append("comparator")
    if refused:
        return Total(None, None, None, tuple(refused))
    value = sum(lows, Decimal(0))
    if comparator is not Comparator.BETWEEN:
        return Total(comparator, value, None, ())
    widths = [f.value_high - f.value for f in figures if f.value_high is not None and f.value is not None]
    return Total(comparator, value, value + sum(widths, Decimal(0)), ())


def _one_series(a: Figure, b: Figure) -> bool:
    """Tell whether two figures of equal keys are two dates of one target, or of one measurer's or sentence's row."""
    if a.target is not None or b.target is not None:
        return a.target == b.target
    return a.region == b.region and (_one_measurer(a, b) or (a.series is not None and a.series == b.series))


def _one_measurer(a: Figure, b: Figure) -> bool:
    return a.measured_by is not None and a.measured_by == b.measured_by


def _cautions(a: Figure, b: Figure) -> tuple[Reason, ...]:
    """Collect what stands between two figures of equal keys, in the order of R3."""
    deadlines = (a.status == TARGET_STATUS) + (b.status == TARGET_STATUS)
    defined = a.metric_defined and b.metric_defined and a.topic_defined and b.topic_defined
    one_hand = _one_measurer(a, b) or (a.plan is not None and a.plan == b.plan)
    found = (
        (Reason.YEAR, a.year is None or a.year != b.year),
        (Reason.REGION_LEVEL, a.region_level != b.region_level),
        (Reason.STAGE, deadlines == len((a, b)) and a.stage != b.stage),
        (Reason.STATUS, a.status != b.status),
        (Reason.MEASURED_BY, not deadlines and not _one_measurer(a, b)),
        (Reason.INFERRED, not (a.inferred | b.inferred).isdisjoint(KEY_FIELDS)),
        (Reason.UNDEFINED, not defined and not one_hand),
    )
    return tuple(reason for reason, holds in found if holds)


def _rankable(figures: Sequence[Figure]) -> bool:
    if not figures:
        return False
    first = figures[0]
    comparators = {figure.comparator for figure in figures}
    return (
        first.key.kind is not Kind.QUALITATIVE
        and first.year is not None
        and all(
            figure.key == first.key
            and figure.unit == first.unit
            and figure.year == first.year
            and figure.region_level == first.region_level
            and (figure.status == TARGET_STATUS) == (first.status == TARGET_STATUS)
            for figure in figures
        )
        and comparators.isdisjoint({None, Comparator.ORDER})
        and not (comparators & FLOORS and comparators & CEILINGS)
        and len({figure.region for figure in figures}) > 1
    )


def _score(figure: Figure, *, down: bool) -> Decimal | None:
    """Turn a figure into a number of which more is better; of a range, the end that has to be reached."""
    value = figure.value_high if down and figure.value_high is not None else figure.value
    return -value if down and value is not None else value


def _cautions_between_regions(figures: Sequence[Figure]) -> tuple[Reason, ...]:
    found = {
        reason
        for a, b in combinations(figures, 2)
        if a.region != b.region
        for reason in compare(a, b).reasons
    }
    return tuple(reason for reason in Reason if reason in found)
