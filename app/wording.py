"""Figures in words, in Chinese and in English, for pages, exports and the command line.

Nothing is computed but the size in which an amount is read; `parse_quantity` reads all that is written here.
"""

from decimal import Decimal
from typing import Literal

from app.domain.units import CURRENCIES, find_unit, plain_decimal, split_unit, times, to_canonical
from app.domain.vocabulary import Comparator, Dimension, Kind
from app.domain.words import SIGNS

Language = Literal["zh", "en"]

_CHINESE_FORMS = {
    Comparator.GT: "超过{}",
    Comparator.GE: "{}以上",
    Comparator.EQ: "{}",
    Comparator.APPROX: "约{}",
    Comparator.LE: "不超过{}",
    Comparator.LT: "不到{}",
    Comparator.BETWEEN: "{}",
    Comparator.ORDER: "{}级",
}
_ENGLISH_FORMS = {
    Comparator.GT: "more than {}",
    Comparator.GE: "at least {}",
    Comparator.EQ: "{}",
    Comparator.APPROX: "about {}",
    Comparator.LE: "at most {}",
    Comparator.LT: "less than {}",
    Comparator.BETWEEN: "between {}",
    Comparator.ORDER: "in the order of {}",
}
_KINDS: dict[Language, dict[Kind, str]] = {
    "zh": {Kind.INCREASE: "新增{}", Kind.GROWTH: "增长{}", Kind.AVERAGE_GROWTH: "年均增长{}"},
    "en": {
        Kind.INCREASE: "an increase of {}",
        Kind.GROWTH: "growth of {}",
        Kind.AVERAGE_GROWTH: "average growth of {}",
    },
}
_CHINESE_SIZES = ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_ENGLISH_SIZES = (
    (Decimal(10) ** 12, " trillion"),
    (Decimal(10) ** 9, " billion"),
    (Decimal(10) ** 6, " million"),
)
_CHINESE_NAMES = {code: names.split()[0] for code, names in CURRENCIES.items()} | {
    "count": "个",
    "pp": "个百分点",
    "rank": "位",
    "per_10k_people": "台/万人",
    "km": "公里",
    "m2": "平方米",
    "year": "年",
}
_SIGNS = {code: sign for sign, code in reversed(SIGNS.items())}
# What a noun is called in English, for one and for more; other units are written in canonical units.
_ENGLISH_NOUNS = {
    "米": (" m", " m"),
    "平方公里": (" km²", " km²"),
    "公顷": (" hectare", " hectares"),
    "亩": (" mu", " mu"),
    "个月": (" month", " months"),
    "天": (" day", " days"),
    "倍": (" times", " times"),
}
_ENGLISH_CANONICAL = {
    "%": ("%", "%"),
    "pp": (" percentage point", " percentage points"),
    "per_10k_people": (" per 10,000 people", " per 10,000 people"),
    "PFLOPS": (" PFLOPS", " PFLOPS"),
    "km": (" km", " km"),
    "m2": (" m²", " m²"),
    "year": (" year", " years"),
    "count": ("", ""),
}


def figure(
    lang: Language,
    comparator: Comparator,
    value: Decimal,
    value_high: Decimal | None,
    unit: str,
    kind: Kind | None = None,
) -> str:
    """Write a figure as its readers expect: 超过5,000亿元, more than ¥500 billion.

    `unit` is any unit as stated or a canonical one; money is resized (12000亿元 is 1.2万亿元). `kind` adds 新增,
    增长 or 年均增长. Raise `unknown_unit`.
    """
    write = _chinese if lang == "zh" else _english
    words = write(comparator, value, value_high, unit)
    return _KINDS[lang].get(kind, "{}").format(words) if kind else words


def _chinese(comparator: Comparator, value: Decimal, high: Decimal | None, unit: str) -> str:
    if find_unit(unit).canonical == "rank" and comparator in {Comparator.LE, Comparator.EQ}:
        return f"{'前' if comparator is Comparator.LE else '第'}{digits(value)}位"
    if comparator is Comparator.ORDER:
        return _chinese_size_class(value, unit)
    number, name = _chinese_amount(value, unit)
    if high is not None:
        high_number, high_name = _chinese_amount(high, unit)
        low = number if name == high_name else number + name
        return f"{low}–{high_number}{high_name}"
    return _CHINESE_FORMS[comparator].format(number + name)


def _chinese_amount(value: Decimal, unit: str) -> tuple[str, str]:
    """Give number and unit; what is stated in a Chinese unit stays so, except money."""
    found = find_unit(unit)
    magnitude, noun = split_unit(unit)
    if found.dimension is Dimension.MONEY:
        number, size = _sized(to_canonical(value, unit)[0], _CHINESE_SIZES)
        return number, size + _CHINESE_NAMES[found.canonical]
    if not noun:
        return (
            (digits(value), unit) if not unit.isascii() else _sized(times(value, magnitude), _CHINESE_SIZES)
        )
    if unit.isascii() and found.canonical in _CHINESE_NAMES:
        return digits(to_canonical(value, unit)[0]), _CHINESE_NAMES[found.canonical]
    return digits(value), _CHINESE_NAMES["pp"] if found.canonical == "pp" else unit


def _chinese_size_class(value: Decimal, unit: str) -> str:
    """Write 百亿级 and 上千家 without a numeral, as they are said."""
    magnitude, noun = split_unit(unit)
    if value == 1 and magnitude > 1 and not unit.isascii():
        return f"上{unit}" if noun and find_unit(unit).dimension is not Dimension.MONEY else f"{unit}级"
    return _CHINESE_FORMS[Comparator.ORDER].format("".join(_chinese_amount(value, unit)))


def _english(comparator: Comparator, value: Decimal, high: Decimal | None, unit: str) -> str:
    if find_unit(unit).canonical == "rank" and comparator is Comparator.LE:
        return f"top {digits(value)}"
    amount = _english_amount(value, unit)
    if high is not None:
        amount = f"{amount} and {_english_amount(high, unit)}"
    return _ENGLISH_FORMS[comparator].format(amount)


def _english_amount(value: Decimal, unit: str) -> str:
    found = find_unit(unit)
    magnitude, noun = split_unit(unit)
    canonical = to_canonical(value, unit)[0]
    if found.dimension is Dimension.MONEY:
        number, size = _sized(abs(canonical), _ENGLISH_SIZES)
        return f"{'-' if canonical < 0 else ''}{_SIGNS[found.canonical]}{number}{size}"
    if found.canonical == "rank":
        return f"rank {digits(value)}"
    if not noun:
        # A bare number keeps a word of size, which tells it from a count: 10 billion, 5 thousand.
        sizes = (*_ENGLISH_SIZES, (Decimal(1000), " thousand"), (Decimal(0), " hundred"))
        return "".join(_sized(canonical, sizes))
    own = _ENGLISH_NOUNS.get(noun)
    counted = times(value, magnitude) if own else canonical
    one, many = own or _ENGLISH_CANONICAL[found.canonical]
    return digits(counted) + (one if counted == 1 else many)


def _sized(value: Decimal, sizes: tuple[tuple[Decimal, str], ...]) -> tuple[str, str]:
    """Divide by the largest size that fits and name it."""
    for size, name in sizes:
        if abs(value) >= size:
            return digits(value / (size or Decimal(100))), name
    return digits(value), ""


def digits(value: Decimal) -> str:
    """Write a Decimal with thousands separators, without an exponent or trailing zeros: 5,000.5."""
    return format(plain_decimal(value), ",f")
