"""The one unit system: every spelling of a unit, what it measures, and its canonical unit (R1).

How figures are found in a text is the business of `quantities`, how they are written of `app.wording`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache

from app.domain.errors import DomainError
from app.domain.text import simplify
from app.domain.vocabulary import Dimension

# Months, days and mu are no finite decimals of a year or a square metre: their products are rounded.
DECIMALS = 10
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as stated; one of it is `factor` canonical units. A bare magnitude (百亿) has no dimension."""

    symbol: str
    dimension: Dimension | None
    factor: Decimal
    canonical: str


@dataclass(frozen=True, slots=True)
class _Base:
    dimension: Dimension | None
    factor: Decimal
    canonical: str


_CHINESE_MAGNITUDES = {"万亿": 12, "亿": 8, "兆": 6, "万": 4}
_LEADS = {"十": 1, "百": 2, "千": 3}
_ENGLISH_MAGNITUDES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_TAIWAN_TRILLION = 12  # 兆元 is 10^12, whereas a bare 兆 is 10^6.

# The first name of a currency is the one that is written.
CURRENCIES = {
    "CNY": "元 人民币 yuan",
    "USD": "美元 美金",
    "HKD": "港元 港币",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "KRW": "韩元",
    "SGD": "新加坡元",
    "TWD": "新台币 台币",
    "MOP": "澳门元",
    "AUD": "澳元",
}
_COUNTED = (
    "家 户 个 项 款 座 台 条 处 名 人 种 件 所 只 支 场 次 套 辆 颗 类 份 间 张 篇 组 片 栋 艘 架 枚 "
    "笔 人次 台套 台(套) count"
)
_PER_PEOPLE = {"万人": "1", "千人": "10", "百人": "100"}
_COMPUTING = {"EFLOPS": "1000", "PFLOPS": "1", "TFLOPS": "0.001"}
_OTHERS: dict[str, tuple[Dimension | None, Decimal, str]] = {
    "%": (Dimension.SHARE, Decimal(1), "%"),
    "percent": (Dimension.SHARE, Decimal(1), "%"),
    "‰": (Dimension.SHARE, Decimal("0.1"), "%"),
    "成": (Dimension.SHARE, Decimal(10), "%"),
    "倍": (Dimension.SHARE, Decimal(100), "%"),
    "times": (Dimension.SHARE, Decimal(100), "%"),
    "百分点": (Dimension.SHARE, Decimal(1), "pp"),
    "个百分点": (Dimension.SHARE, Decimal(1), "pp"),
    "pp": (Dimension.SHARE, Decimal(1), "pp"),
    "percentage point": (Dimension.SHARE, Decimal(1), "pp"),
    "percentage points": (Dimension.SHARE, Decimal(1), "pp"),
    "位": (None, Decimal(1), "rank"),
    "rank": (None, Decimal(1), "rank"),
    "per_10k_people": (Dimension.DENSITY, Decimal(1), "per_10k_people"),
    "per 10,000 people": (Dimension.DENSITY, Decimal(1), "per_10k_people"),
    "P": (Dimension.COMPUTING, Decimal(1), "PFLOPS"),
    "E": (Dimension.COMPUTING, Decimal(1000), "PFLOPS"),
    "公里": (Dimension.LENGTH, Decimal(1), "km"),
    "km": (Dimension.LENGTH, Decimal(1), "km"),
    "米": (Dimension.LENGTH, Decimal("0.001"), "km"),
    "m": (Dimension.LENGTH, Decimal("0.001"), "km"),
    "平方米": (Dimension.AREA, Decimal(1), "m2"),
    "m2": (Dimension.AREA, Decimal(1), "m2"),
    "平方公里": (Dimension.AREA, Decimal(10) ** 6, "m2"),
    "km2": (Dimension.AREA, Decimal(10) ** 6, "m2"),
    "公顷": (Dimension.AREA, Decimal(10) ** 4, "m2"),
    "hectare": (Dimension.AREA, Decimal(10) ** 4, "m2"),
    "hectares": (Dimension.AREA, Decimal(10) ** 4, "m2"),
    "亩": (Dimension.AREA, Decimal(10) ** 4 / 15, "m2"),
    "mu": (Dimension.AREA, Decimal(10) ** 4 / 15, "m2"),
    "年": (Dimension.TIME, Decimal(1), "year"),
    "year": (Dimension.TIME, Decimal(1), "year"),
    "years": (Dimension.TIME, Decimal(1), "year"),
    "个月": (Dimension.TIME, Decimal(1) / 12, "year"),
    "month": (Dimension.TIME, Decimal(1) / 12, "year"),
    "months": (Dimension.TIME, Decimal(1) / 12, "year"),
    "天": (Dimension.TIME, Decimal(1) / 365, "year"),
    "day": (Dimension.TIME, Decimal(1) / 365, "year"),
    "days": (Dimension.TIME, Decimal(1) / 365, "year"),
}


def _bases() -> dict[str, _Base]:
    bases = {symbol: _Base(*of) for symbol, of in _OTHERS.items()}
    for code, names in CURRENCIES.items():
        for name in (code, *names.split()):
            bases[name] = _Base(Dimension.MONEY, Decimal(1), code)
    for noun in _COUNTED.split():
        bases[noun] = _Base(Dimension.COUNT, Decimal(1), "count")
        for people, factor in _PER_PEOPLE.items():
            bases[f"{noun}/{people}"] = _Base(Dimension.DENSITY, Decimal(factor), "per_10k_people")
    for name, factor in _COMPUTING.items():
        for spelling in (name, name.replace("FLOPS", "Flops"), name.replace("FLOPS", "flops")):
            bases[spelling] = _Base(Dimension.COMPUTING, Decimal(factor), "PFLOPS")
    return bases


_BASES = _bases()
_UNSCALED = frozenset({"%", "percent", "‰", "成", "pp", "百分点", "个百分点", "位", "rank"})
# Before these words the noun is no unit: 成果, 七成五, 一倍半, 人工智能, 元宇宙, 项目, 年代, 五位一体, 两位数, 一个数量级.
_NOT_BEFORE = {
    "成": "[果为立员功就长熟一二三四五六七八九半]",
    "倍": "半",
    "人": "[工才民口]",
    "元": "宇宙",
    "项": "目",
    "条": "例",
    "年": "代",
    "位": "一体|[于置数次]",
    "个": "数量级|位次",
}


def _alternatives() -> str:
    patterns = []
    for symbol in sorted(_BASES, key=len, reverse=True):
        guard = f"(?!{_NOT_BEFORE[symbol]})" if symbol in _NOT_BEFORE else ""
        if symbol[-1].isascii() and symbol[-1].isalnum():
            guard = "(?![A-Za-z0-9])"
        patterns.append(re.escape(symbol) + guard)
    return "|".join(patterns)


MAGNITUDE = (
    f"(?:[{''.join(_LEADS)}]?(?:{'|'.join(_CHINESE_MAGNITUDES)})|[{''.join(_LEADS)}]"
    f"|(?:{'|'.join(_ENGLISH_MAGNITUDES)})(?![A-Za-z]))"
)
BASE = f"(?:{_alternatives()})"
_SYMBOL = re.compile(f"(?P<magnitude>{MAGNITUDE})?[ ]?(?P<base>{BASE})?")


def split_unit(symbol: str) -> tuple[Decimal, str]:
    """Part a unit into its magnitude's factor and its noun: 万家 is 10000 and 家, 百亿 is 10^10 and "".

    Raise `unknown_unit` if it is no unit.
    """
    tidy = " ".join(simplify(symbol).split())
    found = _SYMBOL.fullmatch(tidy)
    if not tidy or found is None or (found["magnitude"] and found["base"] in _UNSCALED):
        raise DomainError("unknown_unit", unit=symbol)
    base = found["base"] or ""
    return Decimal(10) ** _power(found["magnitude"] or "", base), base


def _power(magnitude: str, base: str) -> int:
    if magnitude in _ENGLISH_MAGNITUDES:
        return _ENGLISH_MAGNITUDES[magnitude]
    lead = magnitude[:1] if magnitude[:1] in _LEADS else ""
    rest = magnitude.removeprefix(lead)
    power = _CHINESE_MAGNITUDES.get(rest, 0)
    if rest == "兆" and base and _BASES[base].dimension is Dimension.MONEY:
        power = _TAIWAN_TRILLION
    return power + _LEADS.get(lead, 0)


@lru_cache(maxsize=1024)
def find_unit(symbol: str) -> Unit:
    """Look up a unit by any spelling: Simplified, Traditional, full width, English, or a canonical code.

    Raise `unknown_unit` if it is none (R1).
    """
    magnitude, noun = split_unit(symbol)
    if not noun:
        return Unit(symbol, None, magnitude, "")
    base = _BASES[noun]
    return Unit(symbol, base.dimension, magnitude * base.factor, base.canonical)


# Governments promise round numbers, the same again and again.
@lru_cache(maxsize=4096)
def to_canonical(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Convert a value to its canonical unit and name that unit (R1); raise `unknown_unit`.

    The product is exact, but for months, days and mu, which are rounded to ten decimal places.
    """
    found = find_unit(unit)
    return times(value, found.factor), found.canonical


def times(value: Decimal, factor: Decimal) -> Decimal:
    """Multiply without loss, round to ten places only where the factor is itself rounded; no exponent."""
    with localcontext(prec=_DIGITS):
        product = value * factor
        if _places(factor) > DECIMALS:
            product = round(product, DECIMALS)
        return plain_decimal(product)


def plain_decimal(value: Decimal) -> Decimal:
    """Drop trailing zeros and a positive exponent: 5E+11 becomes 500000000000, 2.50 becomes 2.5."""
    with localcontext(prec=_DIGITS):
        return Decimal(format(value, "f").rstrip("0").rstrip(".") if _places(value) else format(value, "f"))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
