"""The parser of figure phrases: the words of issue 2, running text, refusals, and invariance (R1, R2)."""

from contextlib import suppress
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.quantities import Quantity, find_quantities, parse_quantities, parse_quantity
from app.domain.vocabulary import Ambition, Comparator, Kind

PROFILE = settings(max_examples=200, deadline=None, database=None, derandomize=True)

# words | comparator | value | high | unit | canonical value | canonical high | canonical unit
TABLE = """
突破5000亿元 | gt | 5000 | | 亿元 | 500000000000 | | CNY
超万亿元 | gt | 1 | | 万亿元 | 1000000000000 | | CNY
超百亿级 | gt | 1 | | 百亿 | 10000000000 | |
超过1.2万亿元 | gt | 1.2 | | 万亿元 | 1200000000000 | | CNY
达70%以上 | ge | 70 | | % | 70 | | %
提升至90%以上 | ge | 90 | | % | 90 | | %
超七成 | gt | 7 | | 成 | 70 | | %
三分之一 | approx | 33.3 | | % | 33.3 | | %
近三分之一 | approx | 33.3 | | % | 33.3 | | %
全国1/3 | approx | 33.3 | | % | 33.3 | | %
四分之一 | eq | 25 | | % | 25 | | %
百分之七十以上 | ge | 70 | | % | 70 | | %
千分之五 | eq | 0.5 | | % | 0.5 | | %
增长6%左右 | approx | 6 | | % | 6 | | %
增长-3.2% | eq | -3.2 | | % | -3.2 | | %
不超过30% | le | 30 | | % | 30 | | %
控制在1%以内 | le | 1 | | % | 1 | | %
不到10个 | lt | 10 | | 个 | 10 | | count
20多个 | gt | 20 | | 个 | 20 | | count
100余家 | gt | 100 | | 家 | 100 | | count
1万余家 | gt | 1 | | 万家 | 10000 | | count
百余家 | gt | 1 | | 百家 | 100 | | count
10户以上 | ge | 10 | | 户 | 10 | | count
10项以上 | ge | 10 | | 项 | 10 | | count
至少10项 | ge | 10 | | 项 | 10 | | count
不低于10项 | ge | 10 | | 项 | 10 | | count
不少于10项 | ge | 10 | | 项 | 10 | | count
8万家 | eq | 8 | | 万家 | 80000 | | count
1.2万家 | eq | 1.2 | | 万家 | 12000 | | count
1000款 | eq | 1000 | | 款 | 1000 | | count
一万二千家 | eq | 12000 | | 家 | 12000 | | count
600台/万人 | eq | 600 | | 台/万人 | 600 | | per_10k_people
600臺/萬人 | eq | 600 | | 台/万人 | 600 | | per_10k_people
十五个百分点 | eq | 15 | | 百分点 | 15 | | pp
15 个百分点 | eq | 15 | | 百分点 | 15 | | pp
6%—8% | between | 6 | 8 | % | 6 | 8 | %
-3%—5% | between | -3 | 5 | % | -3 | 5 | %
5000~8000亿元 | between | 5000 | 8000 | 亿元 | 500000000000 | 800000000000 | CNY
5000亿元至1.2万亿元 | between | 0.5 | 1.2 | 万亿元 | 500000000000 | 1200000000000 | CNY
3—5个 | between | 3 | 5 | 个 | 3 | 5 | count
3到5个 | between | 3 | 5 | 个 | 3 | 5 | count
3万—5万家 | between | 3 | 5 | 万家 | 30000 | 50000 | count
百亿级 | order | 1 | | 百亿 | 10000000000 | |
万亿产业 | order | 1 | | 万亿 | 1000000000000 | |
百亿元级 | order | 1 | | 百亿元 | 10000000000 | | CNY
上千家 | order | 1 | | 千家 | 1000 | | count
数十家 | order | 1 | | 十家 | 10 | | count
数万亿 | order | 1 | | 万亿 | 1000000000000 | |
5亿元级 | order | 5 | | 亿元 | 500000000 | | CNY
翻一番 | eq | 100 | | % | 100 | | %
翻番 | eq | 100 | | % | 100 | | %
翻两番 | eq | 300 | | % | 300 | | %
全覆盖 | eq | 100 | | % | 100 | | %
实现全覆盖 | eq | 100 | | % | 100 | | %
新增100家 | eq | 100 | | 家 | 100 | | count
年均增长20%以上 | ge | 20 | | % | 20 | | %
年均增速保持在20%以上 | ge | 20 | | % | 20 | | %
复合年均增长率为15.6% | eq | 15.6 | | % | 15.6 | | %
增长15.5% | eq | 15.5 | | % | 15.5 | | %
5.25EFLOPS | eq | 5.25 | | EFLOPS | 5250 | | PFLOPS
40000P | eq | 40000 | | P | 40000 | | PFLOPS
一半以上 | ge | 50 | | % | 50 | | %
过半 | gt | 50 | | % | 50 | | %
不到一半 | lt | 50 | | % | 50 | | %
两千亿元 | eq | 2000 | | 亿元 | 200000000000 | | CNY
一点五万亿元 | eq | 1.5 | | 万亿元 | 1500000000000 | | CNY
十二亿三千万元 | eq | 1230000000 | | 元 | 1230000000 | | CNY
５０００亿元 | eq | 5000 | | 亿元 | 500000000000 | | CNY
5,000亿元 | eq | 5000 | | 亿元 | 500000000000 | | CNY
超兆元 | gt | 1 | | 兆元 | 1000000000000 | | CNY
每年2.5亿元 | eq | 2.5 | | 亿元 | 250000000 | | CNY
连续多年20%以上 | ge | 20 | | % | 20 | | %
接近6000亿元 | approx | 6000 | | 亿元 | 600000000000 | | CNY
近千家 | approx | 1 | | 千家 | 1000 | | count
约6% | approx | 6 | | % | 6 | | %
超600家 | gt | 600 | | 家 | 600 | | count
突破6款以上 | ge | 6 | | 款 | 6 | | count
力争突破6款以上 | ge | 6 | | 款 | 6 | | count
力争突破5000亿元 | gt | 5000 | | 亿元 | 500000000000 | | CNY
7成以上 | ge | 7 | | 成 | 70 | | %
超90% | gt | 90 | | % | 90 | | %
占比超三成 | gt | 3 | | 成 | 30 | | %
达到1000亿元 | eq | 1000 | | 亿元 | 100000000000 | | CNY
迈入万亿元规模 | eq | 1 | | 万亿元 | 1000000000000 | | CNY
突破3万亿元大关 | gt | 3 | | 万亿元 | 3000000000000 | | CNY
超過1.2萬億元 | gt | 1.2 | | 万亿元 | 1200000000000 | | CNY
突破5000億元 | gt | 5000 | | 亿元 | 500000000000 | | CNY
超10亿美元 | gt | 10 | | 亿美元 | 1000000000 | | USD
前三 | le | 3 | | 位 | 3 | | rank
全国前三 | le | 3 | | 位 | 3 | | rank
进入全国前3位 | le | 3 | | 位 | 3 | | rank
全国第一 | eq | 1 | | 位 | 1 | | rank
位居首位 | eq | 1 | | 位 | 1 | | rank
力争达到1.5万亿元左右 | approx | 1.5 | | 万亿元 | 1500000000000 | | CNY
逾2000家 | gt | 2000 | | 家 | 2000 | | count
过千亿元 | gt | 1 | | 千亿元 | 100000000000 | | CNY
过半数 | gt | 50 | | % | 50 | | %
百分之百 | eq | 100 | | % | 100 | | %
40%～50% | between | 40 | 50 | % | 40 | 50 | %
至多10% | le | 10 | | % | 10 | | %
降低到5%以下 | le | 5 | | % | 5 | | %
不得超过30% | le | 30 | | % | 30 | | %
未突破100家 | le | 100 | | 家 | 100 | | count
不得低于50% | ge | 50 | | % | 50 | | %
不应少于50家 | ge | 50 | | 家 | 50 | | count
达到或超过100家 | ge | 100 | | 家 | 100 | | count
30%（含）以上 | ge | 30 | | % | 30 | | %
≥100家 | ge | 100 | | 家 | 100 | | count
≤30% | le | 30 | | % | 30 | | %
＞50% | gt | 50 | | % | 50 | | %
＜5% | lt | 5 | | % | 5 | | %
增长2倍 | eq | 2 | | 倍 | 200 | | %
三万五千家 | eq | 35000 | | 家 | 35000 | | count
每万人500台 | eq | 500 | | 台/万人 | 500 | | per_10k_people
每千人口拥有2.5张 | eq | 2.5 | | 张/千人 | 25 | | per_10k_people
前10位 | le | 10 | | 位 | 10 | | rank
位居全国第一 | eq | 1 | | 位 | 1 | | rank
最高可达500万元 | le | 500 | | 万元 | 5000000 | | CNY
20EFLOPS（FP16）以上 | ge | 20 | | EFLOPS | 20000 | | PFLOPS
人民币500亿元 | eq | 500 | | 亿元 | 50000000000 | | CNY
50万架 | eq | 50 | | 万架 | 500000 | | count
more than ¥500 billion | gt | 500 | | billion CNY | 500000000000 | | CNY
up to US$3 million | le | 3 | | million USD | 3000000 | | USD
At least 12,000 | ge | 12000 | | count | 12000 | | count
between 3 and 5 | between | 3 | 5 | count | 3 | 5 | count
in the order of ¥10 billion | order | 10 | | billion CNY | 10000000000 | | CNY
600 per 10,000 people | eq | 600 | | per 10,000 people | 600 | | per_10k_people
15 percentage points | eq | 15 | | percentage points | 15 | | pp
top 3 | le | 3 | | 位 | 3 | | rank
"""
CASES = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


def facts(quantity: Quantity) -> tuple[str, ...]:
    """Write what a quantity says as the cells of a line of the table."""
    figures = (quantity.value, quantity.value_high, quantity.canonical_value, quantity.canonical_high)
    value, high, canonical, canonical_high = ("" if one is None else str(one) for one in figures)
    return (
        quantity.comparator.value,
        value,
        high,
        quantity.unit,
        canonical,
        canonical_high,
        quantity.canonical_unit,
    )


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_figure(case: tuple[str, ...]) -> None:
    """A figure phrase gives comparator, value and unit, as stated and canonical."""
    words = case[0].removesuffix("产业")
    assert facts(parse_quantity(words)) == case[1:]


@pytest.mark.parametrize(
    ("words", "kind", "ambition", "per"),
    [
        ("5000亿元", None, None, None),
        ("新增100家", Kind.INCREASE, None, None),
        ("新建3座", Kind.INCREASE, None, None),
        ("增加100家", Kind.INCREASE, None, None),
        ("提高15个百分点", Kind.INCREASE, None, None),
        ("年均新增100家", Kind.INCREASE, None, "year"),
        ("增长6%左右", Kind.GROWTH, None, None),
        ("同比增长15.5%", Kind.GROWTH, None, None),
        ("增速达5.9%", Kind.GROWTH, None, None),
        ("20%以上的增长率", Kind.GROWTH, None, None),
        ("翻一番", Kind.GROWTH, None, None),
        ("增长至17295亿元", None, None, None),
        ("提升至90%以上", None, None, None),
        ("年均增长20%以上", Kind.AVERAGE_GROWTH, None, None),
        ("年均增速保持在20%以上", Kind.AVERAGE_GROWTH, None, None),
        ("复合年均增长率为15.6%", Kind.AVERAGE_GROWTH, None, None),
        ("占全国三分之一", Kind.REGION_SHARE, None, None),
        ("全国前三", Kind.RANK, None, None),
        ("力争突破6款以上", None, Ambition.STRIVE, None),
        ("预计达到1000亿元", None, Ambition.EXPECTED, None),
        ("探索建设3个", None, Ambition.EXPLORE, None),
        ("每年2.5亿元", None, None, "year"),
        ("2.5亿元/年", None, None, "year"),
        ("growth of about 6%", Kind.GROWTH, None, None),
    ],
)
def test_other_words(words: str, kind: Kind | None, ambition: Ambition | None, per: str | None) -> None:
    """Kind, ambition and period are told from the words alone, and are none where nothing is said."""
    read = parse_quantity(words)
    assert (read.kind, read.ambition, read.per) == (kind, ambition, per)


def test_two_figures() -> None:
    """保底6%、力争7% is two figures, of which only the second is striven for."""
    read = parse_quantities("保底6%、力争7%")
    assert [(one.comparator, one.value, one.ambition) for one in read] == [
        (Comparator.GE, Decimal(6), None),
        (Comparator.EQ, Decimal(7), Ambition.STRIVE),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("從26家發展到超600家", ["eq 26 家", "gt 600 家"]),
        ("从26家到600家", ["eq 26 家", "eq 600 家"]),
        ("规上企业和产业链相关企业分别为783家和1.2万家", ["eq 783 家", "eq 1.2 万家"]),
        ("预计将从3985亿元增长至17295亿元", ["eq 3985 亿元", "eq 17295 亿元"]),
        ("到2027年,新一代智能终端普及率超75%。", ["gt 75 %"]),
        ("行动计划(2024—2027年)提出培育10家百亿级龙头企业", ["eq 10 家", "order 1 百亿"]),
        ("第三产业增速达5.9%", ["eq 5.9 %"]),
        ("前三季度超过 10 亿美元", ["gt 10 亿美元"]),
        ("处于全国第一梯队", []),
        ("实现“十百千万”目标,千万不要放松,万家灯火", []),
        ("六十年代的五位一体、一个数量级和3D打印", []),
        ("收入3亿5000万元", []),
        ("两三个", []),
        ("turnover 5% and at least 70%", ["eq 5 %", "ge 70 %"]),
        ("每万人机器人拥有量500台,机器人500台", ["eq 500 台/万人", "eq 500 台"]),
        ("目前100家,通过3年努力", ["eq 100 家", "eq 3 年"]),
        ("前10个月,前100家,每10家", []),
        ("装机500万千瓦、5兆瓦,30万吨,500万瑞士法郎", []),
        ("七成五、一成半、一倍半、百分之七八十、七八十家、两三百家", []),
        ("两位数增长,提升2个位次", []),
        ("壹亿元、伍仟亿元、5 000亿元、1·5万亿", []),
        ("误差±5%,~5000亿元", []),
        ("$5bn, ¥5m, ¥5 m", []),
    ],
)
def test_running_text(text: str, found: list[str]) -> None:
    """All figures of a running text are found, and years, ordinals and idioms are not taken for figures."""
    assert [f"{one.comparator} {one.value} {one.unit}" for one in find_quantities(text)] == found


def test_span() -> None:
    """The span of a figure includes the words that belong to it, and no others."""
    text = "人工智能终端普及率提升至90%以上,形成优势"
    assert [text[one.start : one.end] for one in find_quantities(text)] == ["率提升至90%以上"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("", ""),
        ("一流水平", "一流水平"),
        ("突破5000亿元左右的产值", "产值"),
        ("10户以上细分领域", "细分领域"),
        ("产值突破5000亿元", "产值"),
        ("下降10%", "下降"),
        ("突破100", "突破100"),
        ("千家", "千家"),
        ("8亿元—5亿元", "—"),
        ("6%、大约7瓦", "大约7瓦"),
        ("到2027年达70%", "到2027年"),
        ("不超过3—5家", "不超过3—5家"),
        ("30%-50%以上", "30%-50%以上"),
        ("前10家", "前10家"),
        ("两位数增长", "两位数增长"),
        ("建成3个国家级平台", "国家级平台"),
    ],
)
def test_unreadable(words: str, part: str) -> None:
    """A phrase with a word that is not understood is refused, and the error names that part."""
    with pytest.raises(DomainError) as refused:
        parse_quantities(words)
    assert (refused.value.code, refused.value.detail) == ("unreadable_figure", {"part": part})


def test_several_figures() -> None:
    """Where one figure is wanted, two are refused."""
    with pytest.raises(DomainError) as refused:
        parse_quantity("保底6%、力争7%")
    assert refused.value.code == "several_figures"


AMOUNTS = st.decimals(min_value=Decimal("0.0001"), max_value=10**6, places=4, allow_nan=False)
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@PROFILE
@given(AMOUNTS)
def test_spelling_of_the_unit_does_not_matter(trillions: Decimal) -> None:
    """One amount in any unit, script, width and grouping of digits has one canonical value."""
    spellings = [
        f"{trillions:f}万亿元",
        f"{trillions * 10**4:f}亿元",
        f"{trillions * 10**8:f}万元",
        f"{trillions * 10**12:.0f}元",
        f"{trillions * 10**12:,.0f}元",
        f"{trillions:f}兆元",
        f"{trillions:f}萬億元".translate(FULL_WIDTH),
        f"{trillions * 10**4:f} 億元",
        f"¥{trillions:f} trillion",
        f"{trillions * 10**3:f} billion yuan",
    ]
    read = [parse_quantity(words) for words in spellings]
    assert {(one.canonical_value, one.canonical_unit) for one in read} == {(trillions * 10**12, "CNY")}


@PROFILE
@given(st.integers(min_value=1, max_value=10**10))
def test_chinese_numerals_are_read(number: int) -> None:
    """A whole number written out in Chinese is the same count as in digits."""
    words = cn2an.an2cn(number) + "家"
    assert parse_quantity(words).canonical_value == number


@PROFILE
@given(st.text(alphabet="零一两十百千万亿兆元家%个分之点半前第翻番超至—-～0123.,/年 ¥P从and", max_size=12))
def test_never_fails_otherwise(text: str) -> None:
    """Any text is read or refused with an error that a reader can mend; a span lies within its text."""
    for one in find_quantities(text):
        assert 0 <= one.start < one.end <= len(text)
    with suppress(DomainError):
        assert parse_quantities(text)
