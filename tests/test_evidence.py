"""The check of evidence (R5) on texts of our own, damaged as real ones are."""

from decimal import Decimal

import pytest

from app.domain.errors import DomainError
from app.domain.evidence import Checked, Claim, check_evidence, phrase_supports
from app.domain.vocabulary import Check, Comparator

FOUND = Checked(Check.FOUND)
FIGURE_MISSING = Checked(Check.FIGURE_MISSING)
NO_FIGURE = Claim()

# An invented province: readings, full width, lost plus, lost brackets, spaces in figures, swapped words.
TEXT = [
    "虛構(gòu)省發(fā)布新材料行動方案",
    "到2027年,海島省新材料產(chǎn)業(yè)營業(yè)收入突破３２００億元,培育１５戶以上龍頭企業(yè)、210家瞪羚企業(yè)。",
    "到2030年,普及率達\u3000８５ % 以\u200b上;電站覆蓋率超６０％。",
    "《海岛省“新材料 ”三年行动方案(2026年—2028年(征求意见稿》提出?打造“小海燕?企业40家。",
    "海岛省东说念主才领域突破12万名,鸠合三年保抓9%以上的增长率,占比近三分之一。",
    "每年安排1.5亿元补贴,按不超过设备实际购置金额的20%给予支持,从18家发展到超300家。",
    "研发投入年均增速保持在6%—8%,新增11.5万千瓦",
    "装机,共建成三百二十座充电站。",
]


def claim(comparator: str, value: str, unit: str, high: str | None = None, year: int | None = None) -> Claim:
    """Make a claim from plain words."""
    return Claim(Comparator(comparator), Decimal(value), Decimal(high) if high else None, unit, year)


def differs(detail: str) -> Checked:
    """Make the answer that says in what the phrase differs."""
    return Checked(Check.DIFFERS, detail)


@pytest.mark.parametrize(
    ("phrase", "comparator", "value", "unit"),
    [
        ("10户以上细分领域国内龙头企业", "ge", "10", "户"),
        ("规上企业营业收入突破5000亿元", "gt", "5000", "亿元"),
        ("规上企业营业收入突破5000亿元", "gt", "0.5", "万亿元"),
        ("复合年均增长率为15.6%", "eq", "15.6", "%"),
        ("人工智能终端普及率超70%", "gt", "70", "%"),
        ("从26家发展到超600家", "eq", "26", "家"),
        ("从26家发展到超600家", "gt", "600", "家"),
        ("783家和1.2万家", "eq", "783", "家"),
        ("783家和1.2万家", "eq", "12000", "家"),
        ("占比近三分之一", "approx", "33.3", "%"),
        ("占了7成以上", "ge", "70", "%"),
        ("占比超七成", "gt", "70", "%"),
        ("达 70% 以上", "ge", "70", "%"),
        ("達 ７０％ 以上", "ge", "70", "%"),
        ("不超过合同实际发生金额的30%", "le", "30", "%"),
        ("不低于全省规上工业总量的四成", "ge", "40", "%"),
        ("约占全国总量的30%", "approx", "30", "%"),
        ("超算中心的30%", "eq", "30", "%"),
        ("超过1.2万亿", "gt", "1.2", "万亿元"),
        ("实现全覆盖", "eq", "100", "%"),
        ("规模超万亿元", "gt", "1", "万亿元"),
    ],
)
def test_a_phrase_supports_its_figure(phrase: str, comparator: str, value: str, unit: str) -> None:
    """Value, unit and comparator follow from the phrase, in digits or words, in whatever unit it is claimed."""
    assert phrase_supports(phrase, claim(comparator, value, unit)) == FOUND


@pytest.mark.parametrize(
    ("phrase", "stated", "detail"),
    [
        ("营业收入突破5000亿元", claim("gt", "6000", "亿元"), "value"),
        ("营业收入突破5000亿元", claim("ge", "5000", "亿元"), "comparator"),
        ("营业收入突破5000亿元", claim("gt", "5000", "家"), "unit"),
        ("提高5个百分点", claim("eq", "5", "%"), "unit"),
        ("不超过合同实际发生金额的30%", claim("eq", "30", "%"), "comparator"),
        ("增长6%—8%", claim("between", "6", "%", "9"), "value"),
        ("增长6%—8%", claim("eq", "6", "%"), "value"),
        ("从26家发展到超600家", claim("gt", "26", "家"), "comparator"),
        ("超过1.2万亿", claim("gt", "1.3", "万亿元"), "value"),
        ("2030年达到90%", claim("eq", "90", "%", year=2027), "year"),
        ("二〇三〇年达到90%", claim("eq", "90", "%", year=2027), "year"),
    ],
)
def test_another_figure_differs(phrase: str, stated: Claim, detail: str) -> None:
    """Another value, comparator, unit or year is told apart, and named."""
    assert phrase_supports(phrase, stated) == differs(detail)


@pytest.mark.parametrize("phrase", ["到2027年培育龙头企业", "“十五五”末基本建成", "推进第三产业发展"])
def test_a_phrase_without_a_figure(phrase: str) -> None:
    """Years, names and ordinals are no figure."""
    assert phrase_supports(phrase, claim("eq", "10", "家")) == FIGURE_MISSING


def test_a_fact_without_a_figure_needs_none() -> None:
    """A qualitative fact is supported by any phrase, unless the phrase names other years only."""
    assert phrase_supports("建成创新高地", NO_FIGURE) == FOUND
    assert phrase_supports("2030年建成创新高地", Claim(year=2035)) == differs("year")


def test_one_of_several_years_is_enough() -> None:
    """A span or a list of years holds the claim's year; digits that are no year do not matter."""
    stated = claim("gt", "90", "%", year=2027)
    assert phrase_supports("2025-2027年普及率超90%", stated) == FOUND
    assert phrase_supports("从2025年到2027年,普及率超90%", stated) == FOUND
    assert phrase_supports("2030套设备普及率超90%", stated) == FOUND


def test_an_amount_without_comparator_takes_any() -> None:
    """The amounts of a measure carry no comparator; then only value and unit count."""
    amount = Claim(None, Decimal(30), None, "%")
    assert phrase_supports("不超过30%", amount) == FOUND
    assert phrase_supports("不超过20%", amount) == differs("value")


def test_an_unknown_unit_is_refused() -> None:
    """A claim in a unit that is none cannot be checked."""
    with pytest.raises(DomainError, match="unknown_unit"):
        phrase_supports("达到5个", claim("eq", "5", "蒲式"))


@pytest.mark.parametrize(
    ("phrase", "paragraph", "stated"),
    [
        ("新材料产业营业收入突破3200亿元", 2, claim("gt", "3200", "亿元", year=2027)),
        ("15户以上龙头企业", 2, claim("ge", "15", "户")),
        ("210家瞪羚企业", 2, claim("eq", "210", "家")),
        ("普及率达85%以上", 3, claim("ge", "85", "%")),
        ("电站覆盖率超60%", 3, claim("gt", "60", "%")),
        ("“小海燕”企业40家", 4, claim("eq", "40", "家")),
        ("海岛省“新材料+”三年行动方案（2026年—2028年）（征求意见稿）", 4, NO_FIGURE),
        ("东说念主才领域突破12万名", 5, claim("gt", "12", "万名")),
        ("鸠合三年保抓9%以上", 5, claim("ge", "9", "%")),
        ("占比近三分之一", 5, claim("approx", "33.3", "%")),
        ("每年安排1.5亿元", 6, claim("eq", "1.5", "亿元")),
        ("不超过设备实际购置金额的20%", 6, claim("le", "20", "%")),
        ("从18家发展到超300家", 6, claim("gt", "300", "家")),
        ("年均增速保持在6%—8%", 7, claim("between", "6", "%", "8")),
        ("建成三百二十座充电站", 8, claim("eq", "320", "座")),
        ("发布新材料行动方案", 1, NO_FIGURE),
    ],
)
def test_a_phrase_is_found_in_a_damaged_text(phrase: str, paragraph: int, stated: Claim) -> None:
    """Readings, script, width, white space, lost plus, quotes and brackets do not hide a phrase."""
    assert check_evidence(phrase, paragraph, paragraph, stated, TEXT) == FOUND


def test_the_wrong_paragraph_is_told_the_right_one() -> None:
    """A phrase that stands elsewhere is missing here, and the answer names where it stands."""
    stated = claim("gt", "60", "%")
    assert check_evidence("覆盖率超60%", 2, 2, stated, TEXT) == Checked(Check.PHRASE_MISSING, "paragraph 3")
    assert check_evidence("新材料", 3, 3, NO_FIGURE, TEXT) == Checked(
        Check.PHRASE_MISSING, "paragraph 1, 2, 4"
    )


@pytest.mark.parametrize("phrase", ["海岛省人才规模突破12万名", "普及率达95%以上", "……", "？", "海燕 小"])
def test_a_phrase_that_stands_nowhere(phrase: str) -> None:
    """Corrected words, other figures and empty phrases are in no paragraph."""
    assert check_evidence(phrase, 1, len(TEXT), NO_FIGURE, TEXT) == Checked(Check.PHRASE_MISSING)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (-6, -5), (4, 3), (9, 12)])
def test_paragraphs_that_do_not_exist_hold_nothing(first: int, last: int) -> None:
    """Numbers outside of the text are no error: the phrase is not there."""
    checked = check_evidence("超60%", first, last, NO_FIGURE, TEXT)
    assert checked == Checked(Check.PHRASE_MISSING, "paragraph 3")


def test_a_run_of_paragraphs_is_joined() -> None:
    """A phrase may go over the end of a paragraph if the run covers both."""
    assert check_evidence("新增11.5万千瓦装机", 7, 8, NO_FIGURE, TEXT) == FOUND
    assert check_evidence("新增11.5万千瓦装机", 7, 7, NO_FIGURE, TEXT) == Checked(Check.PHRASE_MISSING)


@pytest.mark.parametrize("dots", ["……", "…", "⋯⋯", "..."])
def test_an_ellipsis_joins_parts_in_order(dots: str) -> None:
    """All parts must stand, in order, and the figure follows from them together."""
    stated = claim("ge", "85", "%", year=2030)
    assert check_evidence(f"到2030年{dots}85%以上", 3, 3, stated, TEXT) == FOUND
    backwards = check_evidence(f"85%以上{dots}到2030年", 3, 3, stated, TEXT)
    assert backwards == Checked(Check.PHRASE_MISSING)
    assert check_evidence(f"不超过{dots}20%", 6, 6, claim("le", "20", "%"), TEXT) == FOUND


def test_an_ellipsis_does_not_make_one_number_of_two() -> None:
    """Numerals on both sides of an ellipsis stay apart."""
    assert phrase_supports("到2030……90%", claim("eq", "90", "%")) == FOUND


def test_a_found_phrase_is_still_judged() -> None:
    """Standing in the text is not enough: the figure must follow from the phrase."""
    where = (2, 2)
    assert check_evidence("突破3200亿元", *where, claim("ge", "3200", "亿元"), TEXT) == differs("comparator")
    assert check_evidence("突破3200亿元", *where, claim("gt", "3300", "亿元"), TEXT) == differs("value")
    assert check_evidence("新材料产业营业收入", *where, claim("gt", "1", "亿元"), TEXT) == FIGURE_MISSING
    dated = claim("gt", "3200", "亿元", year=2030)
    assert check_evidence("到2027年……突破3200亿元", *where, dated, TEXT) == differs("year")


@pytest.mark.parametrize(
    ("phrase", "paragraph", "stated"),
    [
        ("10家瞪羚企业", 2, claim("eq", "10", "家")),
        ("3200亿元", 2, claim("eq", "3200", "亿元")),
        ("普及率达85%", 3, claim("eq", "85", "%")),
        ("60%", 3, claim("eq", "60", "%")),
        ("三分之一", 5, claim("approx", "33.3", "%")),
        ("5亿元补贴", 6, claim("eq", "5", "亿元")),
        ("二十座充电站", 8, claim("eq", "20", "座")),
        ("8%", 7, claim("eq", "8", "%")),
    ],
)
def test_a_figure_cut_in_two_does_not_prove(phrase: str, paragraph: int, stated: Claim) -> None:
    """A number or a comparator that goes on where the phrase is cut makes it another figure."""
    assert check_evidence(phrase, paragraph, paragraph, stated, TEXT) == differs("cut")


def test_a_cut_elsewhere_does_not_spoil_a_whole_one() -> None:
    """If the phrase also stands uncut in the paragraph, it proves."""
    text = ["建成210家工厂,其中10家工厂满负荷。"]
    assert check_evidence("10家工厂", 1, 1, claim("eq", "10", "家"), text) == FOUND


def test_a_verb_before_a_bounded_figure_is_no_cut() -> None:
    """突破100项以上 may be quoted without 突破: what bounds the figure stands behind it."""
    text = ["突破100项以上关键技术,节约30%能耗,形成制高点一百个"]
    assert check_evidence("100项以上关键技术", 1, 1, claim("ge", "100", "项"), text) == FOUND
    assert check_evidence("30%能耗", 1, 1, claim("eq", "30", "%"), text) == FOUND
    assert check_evidence("一百个", 1, 1, claim("eq", "100", "个"), text) == FOUND
