"""Figures in words, and that the parser reads what is written."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.quantities import parse_quantity
from app.domain.units import to_canonical
from app.domain.vocabulary import Comparator, Kind
from app.wording import Language, figure

PROFILE = settings(max_examples=200, deadline=None, database=None, derandomize=True)

# comparator | value | high | unit | kind | Chinese | English
TABLE = """
gt | 5000 | | 亿元 | | 超过5,000亿元 | more than ¥500 billion
gt | 1 | | 万亿元 | | 超过1万亿元 | more than ¥1 trillion
eq | 17295 | | 亿元 | | 1.7295万亿元 | ¥1.7295 trillion
eq | 40000000000 | | CNY | | 400亿元 | ¥40 billion
eq | 2000 | | 元 | | 2,000元 | ¥2,000
eq | -3 | | 亿元 | | -3亿元 | -¥300 million
gt | 10 | | 亿美元 | | 超过10亿美元 | more than US$1 billion
ge | 70 | | % | | 70%以上 | at least 70%
gt | 7 | | 成 | | 超过7成 | more than 70%
approx | 6 | | % | growth | 增长约6% | growth of about 6%
ge | 20 | | % | average_growth | 年均增长20%以上 | average growth of at least 20%
eq | 100 | | 家 | increase | 新增100家 | an increase of 100
eq | 70 | | % | level | 70% | 70%
eq | 600 | | 台/万人 | | 600台/万人 | 600 per 10,000 people
between | 3 | 5 | 个 | | 3–5个 | between 3 and 5
between | 6 | 8 | % | | 6–8% | between 6% and 8%
between | 5000 | 12000 | 亿元 | | 5,000亿元–1.2万亿元 | between ¥500 billion and ¥1.2 trillion
order | 1 | | 百亿 | | 百亿级 | in the order of 10 billion
order | 1 | | 百亿元 | | 百亿元级 | in the order of ¥10 billion
order | 1 | | 千家 | | 上千家 | in the order of 1,000
ge | 1.2 | | 万家 | | 1.2万家以上 | at least 12,000
le | 12000 | | count | | 不超过12,000个 | at most 12,000
eq | 15 | | 百分点 | | 15个百分点 | 15 percentage points
eq | 1 | | pp | | 1个百分点 | 1 percentage point
lt | 5.25 | | EFLOPS | | 不到5.25EFLOPS | less than 5,250 PFLOPS
le | 3 | | 位 | | 前3位 | top 3
eq | 1 | | rank | | 第1位 | rank 1
eq | 3 | | 万平方米 | | 3万平方米 | 30,000 m²
eq | 1 | | 亩 | | 1亩 | 1 mu
ge | 3 | | 年 | | 3年以上 | at least 3 years
"""
CASES = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case[5] for case in CASES])
def test_figure(case: tuple[str, ...]) -> None:
    """A figure is written as a reader of each language expects it."""
    comparator, value, high, unit, kind, chinese, english = case
    written = [
        figure(
            lang,
            Comparator(comparator),
            Decimal(value),
            Decimal(high) if high else None,
            unit,
            Kind(kind) if kind else None,
        )
        for lang in ("zh", "en")
    ]
    assert written == [chinese, english]


UNITS = [
    "元",
    "万元",
    "亿元",
    "万亿元",
    "兆元",
    "亿美元",
    "万港元",
    "欧元",
    "CNY",
    "家",
    "万家",
    "个",
    "亿户",
    "count",
    "%",
    "成",
    "倍",
    "百分点",
    "pp",
    "台/万人",
    "per_10k_people",
    "EFLOPS",
    "P",
    "万P",
    "公里",
    "米",
    "km",
    "平方米",
    "万平方米",
    "平方公里",
    "亩",
    "万亩",
    "公顷",
    "m2",
    "年",
    "个月",
    "天",
    "year",
    "万亿",
    "百亿",
    "千",
    "位",
    "rank",
]

VALUES = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False)
SIGNED = st.decimals(min_value=-100, max_value=1000, places=2, allow_nan=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
@PROFILE
@given(comparator=st.sampled_from(Comparator), low=VALUES, more=VALUES, unit=st.sampled_from(UNITS))
def test_parsing_inverts_formatting(
    lang: Language, comparator: Comparator, low: Decimal, more: Decimal, unit: str
) -> None:
    """What is written is read back: comparator, canonical values and canonical unit survive."""
    if unit in {"位", "rank"}:
        low, more = round(low, 0), round(more, 0)  # A rank is a whole number.
    high = low + more if comparator is Comparator.BETWEEN else None
    read = parse_quantity(figure(lang, comparator, low, high, unit))
    value, canonical_unit = to_canonical(low, unit)
    canonical_high = None if high is None else to_canonical(high, unit)[0]
    assert (read.comparator, read.canonical_unit) == (comparator, canonical_unit)
    assert (read.canonical_value, read.canonical_high) == (value, canonical_high)


@pytest.mark.parametrize("lang", ["zh", "en"])
@PROFILE
@given(
    comparator=st.sampled_from([one for one in Comparator if one is not Comparator.BETWEEN]),
    value=SIGNED,
    kind=st.sampled_from([Kind.GROWTH, Kind.AVERAGE_GROWTH]),
)
def test_growth_survives(lang: Language, comparator: Comparator, value: Decimal, kind: Kind) -> None:
    """A growth rate, negative ones too, keeps its kind when it is written and read back."""
    read = parse_quantity(figure(lang, comparator, value, None, "%", kind))
    assert (read.comparator, read.canonical_value, read.kind) == (comparator, value, kind)
