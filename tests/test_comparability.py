"""The verdicts of R3, the rankings it allows and the sums of R8, on the pairs of the worked cases and beyond.

Progress has its own file; what pages make of a verdict is tested with the pages.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparability import (
    KEY_FIELDS,
    TARGET_STATUS,
    Figure,
    Judgement,
    Key,
    Place,
    Ranking,
    Total,
    compare,
    key_differences,
    rank,
    total,
)
from app.domain.vocabulary import (
    Boundary,
    Comparator,
    Coverage,
    Direction,
    Kind,
    ObservationStatus,
    Reason,
    RegionLevel,
    Stage,
    Verdict,
)

KEY = Key(Kind.LEVEL, Boundary.UNSPECIFIED, Coverage.UNSPECIFIED, "ai", "industry-scale", "")
TARGET = Figure(
    key=KEY, region="320000", region_level=RegionLevel.PROVINCE, year=2030, status=TARGET_STATUS,
    stage=Stage.ADOPTED, measured_by=None, inferred=frozenset(), target="js-ai.scale", plan="js-ai", series=None,
    metric_defined=False, topic_defined=False, comparator=Comparator.GT, value=Decimal(10**12), value_high=None,
)  # fmt: skip
READING = replace(
    TARGET, region="000000", region_level=RegionLevel.COUNTRY, year=2025, status=ObservationStatus.ESTIMATE,
    stage=None, target=None, plan=None,
)  # fmt: skip
KIND_INFERRED = frozenset({"kind"})

CASES = {
    "A": replace(
        TARGET, key=replace(KEY, metric="revenue", topic="ai-terminals", coverage=Coverage.ABOVE_SCALE),
        region="330000", year=2027, target="zj-ai-terminals.revenue", plan="zj-ai-terminals",
    ),
    "B": TARGET,
    "C": replace(READING, key=replace(KEY, metric="output"), region="330000", region_level=RegionLevel.PROVINCE, year=2024),
    "D": replace(
        TARGET, key=replace(KEY, metric="revenue", topic="intelligent-robots", boundary=Boundary.WHOLE_CHAIN),
        region="340000", year=2027, target="ah-robots.revenue", plan="ah-robots",
    ),
    "E 2027": replace(
        TARGET, key=replace(KEY, metric="adoption-rate", topic="terminals-and-agents"), year=2027,
        target="js-ai.adoption", comparator=Comparator.GE, value=Decimal(70),
    ),
    "G": replace(
        TARGET, key=replace(KEY, metric="key-technologies", topic="ai-terminals"), region="330000", year=2027,
        target="zj-ai-terminals.technologies", plan="zj-ai-terminals", inferred=KIND_INFERRED,
    ),
    "H": replace(
        TARGET, key=replace(KEY, metric="key-technologies", qualifier="GPU等领域"), region="120000", year=2027,
        stage=Stage.CONSULTATION_DRAFT, target="tj-ai.technologies", plan="tj-ai", inferred=KIND_INFERRED,
    ),
    "I": replace(
        TARGET, key=replace(KEY, metric="ai-models", qualifier="行业"), region="320100", year=2027,
        region_level=RegionLevel.PREFECTURE, target="nanjing-ai.models", plan="nanjing-ai", inferred=KIND_INFERRED,
    ),
    "K": replace(
        TARGET, key=replace(KEY, kind=Kind.AVERAGE_GROWTH, boundary=Boundary.CORE), region="320100", year=2027,
        region_level=RegionLevel.PREFECTURE, target="nanjing-ai.growth", plan="nanjing-ai",
    ),
    "L": replace(READING, key=replace(KEY, kind=Kind.GROWTH), year=2024),
    "M": READING,
    "N": replace(READING, year=2024, measured_by="ccid"),
    "O 2025": replace(READING, status=ObservationStatus.FORECAST, measured_by="ccid-consulting"),
    "P above scale": replace(READING, key=replace(KEY, metric="enterprises", coverage=Coverage.ABOVE_SCALE), region="340000"),
    "P chain": replace(READING, key=replace(KEY, metric="enterprises", boundary=Boundary.WHOLE_CHAIN), region="340000"),
    "Q 2022": replace(
        READING, key=replace(KEY, metric="enterprises", topic="data-security", qualifier="数据生态"),
        region="330300", region_level=RegionLevel.PREFECTURE, year=2022, series="001:22",
    ),
}  # fmt: skip
CASES["E 2030"] = replace(CASES["E 2027"], year=2030, value=Decimal(90))
CASES["F"] = replace(
    CASES["E 2027"], region="320100", region_level=RegionLevel.PREFECTURE, target="nanjing-ai.adoption",
    plan="nanjing-ai", comparator=Comparator.GT, value=Decimal(75),
)  # fmt: skip
CASES["J"] = replace(
    CASES["I"], key=replace(CASES["I"].key, qualifier="工业垂类"), region="320500", year=2026,
    target="suzhou-ai.models", plan="suzhou-ai",
)  # fmt: skip
CASES["O 2035"] = replace(CASES["O 2025"], year=2035)
CASES["Q 2025"] = replace(CASES["Q 2022"], year=2025)

PAIRS = [
    ("A", "B", "different", "metric topic coverage"),
    ("A", "C", "different", "metric topic coverage"),
    ("A", "D", "different", "topic boundary coverage"),
    ("E 2027", "E 2030", "same", ""),
    ("E 2027", "F", "caution", "region_level undefined"),
    ("G", "H", "different", "topic qualifier"),
    ("I", "J", "different", "qualifier"),
    ("K", "L", "different", "kind boundary"),
    ("B", "M", "caution", "year region_level status undefined"),
    ("N", "O 2025", "caution", "year status measured_by undefined"),
    ("O 2025", "O 2035", "same", ""),
    ("P above scale", "P chain", "different", "boundary coverage"),
    ("Q 2022", "Q 2025", "same", ""),
]


def judgement(verdict: str, reasons: str, *, joined: bool = False) -> Judgement:
    """Build the expected judgement from words."""
    return Judgement(Verdict(verdict), tuple(Reason(word) for word in reasons.split()), joined)


@pytest.mark.parametrize(("a", "b", "verdict", "reasons"), PAIRS, ids=[f"{a} with {b}" for a, b, *_ in PAIRS])
def test_worked_pairs(a: str, b: str, verdict: str, reasons: str) -> None:
    """Every pair of the worked cases gets its verdict and reasons, from either side; only *same* ones are joined."""
    expected = judgement(verdict, reasons, joined=verdict == "same")
    assert [compare(CASES[a], CASES[b]), compare(CASES[b], CASES[a])] == [expected, expected]


DEFINED = replace(TARGET, year=2027, metric_defined=True, topic_defined=True)
ELSEWHERE = replace(DEFINED, region="330000", target="zj-ai.scale", plan="zj-ai")
SEEN = replace(READING, metric_defined=True, topic_defined=True, measured_by="ccid")
QUALITATIVE = replace(
    TARGET, key=replace(KEY, kind=Kind.QUALITATIVE, metric=None), comparator=None, value=None
)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param(DEFINED, ELSEWHERE, judgement("same", ""), id="defined metric and topic, all else equal"),
        pytest.param(DEFINED, replace(ELSEWHERE, topic_defined=False), judgement("caution", "undefined"), id="topic without a standard"),
        pytest.param(TARGET, replace(TARGET, region="330000", target="js-ai.zj"), judgement("same", ""), id="one plan needs no standard"),
        pytest.param(DEFINED, replace(ELSEWHERE, stage=Stage.CONSULTATION_DRAFT), judgement("caution", "stage"), id="draft beside adopted"),
        pytest.param(DEFINED, replace(ELSEWHERE, year=None), judgement("caution", "year"), id="one year unknown"),
        pytest.param(replace(DEFINED, year=None), replace(ELSEWHERE, year=None), judgement("caution", "year"), id="both years unknown"),
        pytest.param(DEFINED, replace(ELSEWHERE, inferred=frozenset({"coverage"})), judgement("caution", "inferred"), id="inferred key field"),
        pytest.param(DEFINED, replace(ELSEWHERE, inferred=frozenset({"due_on", "region"})), judgement("same", ""), id="inferred, but no key field"),
        pytest.param(SEEN, replace(SEEN, region="330000"), judgement("same", ""), id="one measurer, two regions: not joined"),
        pytest.param(replace(READING, measured_by="ccid"), replace(READING, measured_by="ccid", region="1"), judgement("same", ""), id="one measurer needs no standard"),
        pytest.param(SEEN, replace(SEEN, measured_by=None, year=2024), judgement("caution", "year measured_by"), id="one measurer unknown"),
        pytest.param(replace(SEEN, measured_by=None), replace(SEEN, measured_by=None), judgement("caution", "measured_by"), id="two unknown measurers"),
        pytest.param(CASES["Q 2022"], replace(CASES["Q 2025"], region="330000"), judgement("caution", "year measured_by undefined"), id="one sentence, two regions"),
        pytest.param(CASES["Q 2022"], replace(CASES["Q 2025"], series="001:23"), judgement("caution", "year measured_by undefined"), id="two sentences"),
        pytest.param(DEFINED, replace(SEEN, year=2027, region="320000", region_level=RegionLevel.PROVINCE), judgement("caution", "status"), id="target beside observation has no stage or measurer"),
        pytest.param(replace(DEFINED, unit="CNY"), replace(ELSEWHERE, unit="CNY"), judgement("same", ""), id="one currency"),
        pytest.param(replace(DEFINED, unit="CNY"), replace(ELSEWHERE, unit="USD"), judgement("different", "metric"), id="two currencies"),
        pytest.param(replace(CASES["K"], unit="%"), replace(CASES["K"], unit="pp", year=2030), judgement("different", "metric"), id="percent and points"),
        pytest.param(replace(CASES["A"], unit="CNY"), replace(CASES["B"], unit="USD"), judgement("different", "metric topic coverage"), id="other keys in two currencies"),
        pytest.param(QUALITATIVE, TARGET, judgement("different", "metric kind qualitative"), id="qualitative beside a figure"),
        pytest.param(QUALITATIVE, replace(QUALITATIVE, year=2035), judgement("different", "qualitative"), id="two qualitative, even of one target"),
    ],
)  # fmt: skip
def test_rule_in_detail(a: Figure, b: Figure, expected: Judgement) -> None:
    """Each clause of R3 gives its own caution, in the fixed order, and no other."""
    assert [compare(a, b), compare(b, a)] == [expected, expected]


def ranked(figures: Sequence[Figure], direction: Direction = Direction.UP) -> list[tuple[int, int, int]]:
    """Rank and return plain places; fail where ranking is refused."""
    ranking = rank(figures, direction)
    assert ranking is not None
    return [(place.index, place.first, place.last) for place in ranking.places]


def of_region(
    region: str, value: str, comparator: Comparator = Comparator.EQ, high: str | None = None
) -> Figure:
    """Build a defined target of a province."""
    return replace(
        DEFINED, region=region, target=f"{region}.x{value}", plan=region, comparator=comparator,
        value=Decimal(value), value_high=None if high is None else Decimal(high),
    )  # fmt: skip


def test_rank_shares_places() -> None:
    """Equal values share the better place whatever their comparators, and the next region is third."""
    figures = [of_region("a", "4"), of_region("b", "5", Comparator.GT), of_region("c", "5.0", Comparator.GE)]
    assert rank(figures, Direction.UP) == Ranking((Place(1, 1, 1), Place(2, 1, 1), Place(0, 3, 3)), ())


def test_rank_where_less_is_better() -> None:
    """Where less is better the smallest leads, and a range counts with its high end."""
    figures = [of_region("a", "9"), of_region("b", "2", Comparator.BETWEEN, "10"), of_region("c", "3")]
    assert ranked(figures, Direction.DOWN) == [(2, 1, 1), (0, 2, 2), (1, 3, 3)]


def test_rank_of_places() -> None:
    """A place in the nation is better the smaller it is, whatever the metric's direction."""
    figures = [
        replace(f, key=replace(KEY, kind=Kind.RANK)) for f in (of_region("a", "5"), of_region("b", "3"))
    ]
    assert ranked(figures) == [(1, 1, 1), (0, 2, 2)]


def test_rank_counts_regions() -> None:
    """A region with two figures is not pushed down by itself, and leaves others the span that it leaves open."""
    figures = [of_region("a", "6"), of_region("a", "7"), of_region("b", "6.5"), of_region("c", "5")]
    assert ranked(figures) == [(1, 1, 1), (2, 1, 2), (0, 2, 2), (3, 3, 3)]


def test_rank_shows_cautions() -> None:
    """The cautions between figures of different regions stand beside the ranking, in their order."""
    draft = replace(of_region("b", "5"), stage=Stage.CONSULTATION_DRAFT, metric_defined=False)
    inferred_twin = replace(of_region("a", "3"), inferred=frozenset({"kind"}))
    ranking = rank([of_region("a", "4"), inferred_twin, draft], Direction.UP)
    assert ranking is not None
    assert ranking.cautions == (Reason.STAGE, Reason.INFERRED, Reason.UNDEFINED)


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param([], id="none"),
        pytest.param([of_region("a", "1"), of_region("a", "2")], id="one region"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "1"), key=CASES["A"].key)], id="two keys"),
        pytest.param([replace(of_region(r, "1"), unit=unit) for r, unit in (("a", "CNY"), ("b", "USD"))], id="two currencies"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "1"), year=2030)], id="two years"),
        pytest.param([replace(of_region(r, "1"), year=None) for r in "ab"], id="years unknown"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "1"), region_level=RegionLevel.PREFECTURE)], id="two levels"),
        pytest.param([of_region("a", "1"), of_region("b", "1", Comparator.ORDER)], id="size class"),
        pytest.param([of_region("a", "1"), of_region("b", "1", Comparator.LE), of_region("c", "1", Comparator.GE)], id="floor and ceiling"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "1"), status="official")], id="target and observation"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "1"), value=None)], id="no value"),
        pytest.param([replace(QUALITATIVE, region=r) for r in "ab"], id="qualitative"),
    ],
)  # fmt: skip
def test_rank_refused(figures: list[Figure]) -> None:
    """No ranking is made across keys, years, levels or sorts of figure, nor of fewer than two regions."""
    assert rank(figures, Direction.UP) is None


AB = frozenset("ab")


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        pytest.param([of_region("a", "1"), of_region("b", "2.5")], Total(Comparator.EQ, Decimal("3.5"), None, ()), id="exact"),
        pytest.param([of_region("a", "1", Comparator.GE), of_region("b", "2", Comparator.GT)], Total(Comparator.GT, Decimal(3), None, ()), id="floors"),
        pytest.param([of_region("a", "1", Comparator.BETWEEN, "3"), of_region("b", "2")], Total(Comparator.BETWEEN, Decimal(3), Decimal(5), ()), id="range"),
        pytest.param([of_region("a", "1", Comparator.APPROX), of_region("b", "2")], Total(Comparator.APPROX, Decimal(3), None, ()), id="approximate"),
        pytest.param([of_region("a", "1", Comparator.LE), of_region("b", "2", Comparator.GE)], Total(None, None, None, ("comparator",)), id="floor and ceiling"),
        pytest.param([of_region("a", "1"), of_region("b", "2", Comparator.ORDER)], Total(None, None, None, ("comparator",)), id="size class"),
        pytest.param([of_region("a", "1")], Total(None, None, None, ("members",)), id="one missing"),
        pytest.param([of_region("a", "1"), of_region("b", "2"), of_region("b", "3")], Total(None, None, None, ("members",)), id="one twice"),
        pytest.param([of_region("a", "1"), of_region("c", "2")], Total(None, None, None, ("members",)), id="a stranger"),
        pytest.param([], Total(None, None, None, ("members",)), id="nobody"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "2"), topic_defined=False)], Total(None, None, None, ("undefined",)), id="only a caution"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "2"), key=CASES["L"].key)], Total(None, None, None, ("kind",)), id="growth"),
        pytest.param([replace(of_region(r, "1"), unit=unit) for r, unit in (("a", "CNY"), ("b", "USD"))], Total(None, None, None, ("metric",)), id="two currencies"),
        pytest.param([of_region("a", "1"), replace(of_region("b", "2"), year=2030)], Total(None, None, None, ("year",)), id="two years"),
    ],
)  # fmt: skip
def test_total(figures: list[Figure], expected: Total) -> None:
    """Members add up only when each is there once and every pair is *same*; else the obstacles are named."""
    assert total(figures, additive=True, members=AB) == expected


def test_total_of_shares() -> None:
    """A metric that is not additive has no sum, however well its figures agree."""
    figures = [of_region("a", "1"), of_region("b", "2")]
    assert total(figures, additive=False, members=AB) == Total(None, None, None, ("additive",))


keys = st.builds(
    Key, kind=st.sampled_from(Kind), boundary=st.sampled_from(Boundary), coverage=st.sampled_from(Coverage),
    topic=st.sampled_from(["ai", "ai-terminals"]), metric=st.sampled_from([None, "revenue"]), qualifier=st.sampled_from(["", "行业"]),
)  # fmt: skip
names = st.sampled_from([None, "x", "y"])
figures_strategy = st.builds(
    Figure,
    # Mostly one key, or nearly all pairs would be different.
    key=st.one_of(st.just(KEY), st.just(KEY), keys),
    region=st.sampled_from("abc"), region_level=st.sampled_from([RegionLevel.PROVINCE, RegionLevel.PREFECTURE]),
    year=st.sampled_from([None, 2027, 2027, 2030]), status=st.sampled_from([TARGET_STATUS, *ObservationStatus]),
    stage=st.sampled_from([None, *Stage]), measured_by=names, inferred=st.frozensets(st.sampled_from([*KEY_FIELDS, "due_on"]), max_size=1),
    target=names, plan=names, series=names, metric_defined=st.booleans(), topic_defined=st.booleans(),
    comparator=st.sampled_from([None, *Comparator]), value=st.none() | st.decimals(-9, 9, places=1), value_high=st.none(),
)  # fmt: skip


@given(figures_strategy, figures_strategy)
def test_verdict_is_symmetric(a: Figure, b: Figure) -> None:
    """It does not matter which figure is named first."""
    assert compare(a, b) == compare(b, a)


@given(figures_strategy)
def test_same_is_reflexive(figure: Figure) -> None:
    """A figure whose origin is known is the same as itself, unless it is no figure."""
    known = figure.target or figure.measured_by or figure.series
    if known and figure.key.kind is not Kind.QUALITATIVE:
        assert compare(figure, figure) == judgement("same", "", joined=True)


@given(figures_strategy, figures_strategy)
def test_reasons_belong_to_the_verdict(a: Figure, b: Figure) -> None:
    """Reasons come in the vocabulary's order, *same* has none, and unequal keys are always *different*."""
    verdict, reasons = compare(a, b).verdict, compare(a, b).reasons
    assert list(reasons) == [reason for reason in Reason if reason in reasons]
    assert bool(reasons) == (verdict is not Verdict.SAME)
    if key_differences(a.key, b.key):
        assert verdict is Verdict.DIFFERENT


@given(st.lists(figures_strategy, max_size=4))
def test_what_differs_is_never_ranked_or_summed(figures: list[Figure]) -> None:
    """No two figures that are *different* stand in one ranking or one sum."""
    verdicts = {compare(a, b).verdict for a in figures for b in figures if a.region != b.region}
    if Verdict.DIFFERENT in verdicts:
        assert rank(figures, Direction.UP) is None
    if verdicts != {Verdict.SAME} and len(figures) > 1:
        assert total(figures, additive=True, members=frozenset("abc")).value is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-5, 5)), min_size=2, max_size=8))
def test_places_count_better_regions(rows: list[tuple[str, int]]) -> None:
    """A place is one more than the regions that are better with all of their figures, or with any of them."""
    figures = [of_region(region, str(value)) for region, value in rows]
    ranking = rank(figures, Direction.UP)
    if ranking is None:
        assert len({region for region, _ in rows}) == 1
        return
    for place in ranking.places:
        region, value = rows[place.index]
        others = [[v for r, v in rows if r == other] for other in "abcd" if other != region]
        assert place.first == 1 + sum(bool(all_of) and min(all_of) > value for all_of in others)
        assert place.last == 1 + sum(bool(all_of) and max(all_of) > value for all_of in others)
