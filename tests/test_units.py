"""Units: spellings, factors and canonical units (R1)."""

from decimal import Decimal

import pytest

from app.domain.errors import DomainError
from app.domain.units import find_unit, plain_decimal, to_canonical
from app.domain.vocabulary import Dimension

CASES = [
    ("5000", "亿元", "500000000000", "CNY", Dimension.MONEY),
    ("0.5", "万亿元", "500000000000", "CNY", Dimension.MONEY),
    ("5", "千亿元", "500000000000", "CNY", Dimension.MONEY),
    ("1.2", "萬億元", "1200000000000", "CNY", Dimension.MONEY),
    ("2", "十万亿元", "20000000000000", "CNY", Dimension.MONEY),
    ("1", "兆元", "1000000000000", "CNY", Dimension.MONEY),
    ("500", "billion yuan", "500000000000", "CNY", Dimension.MONEY),
    ("7", "CNY", "7", "CNY", Dimension.MONEY),
    ("10", "亿美元", "1000000000", "USD", Dimension.MONEY),
    ("3", "万港元", "30000", "HKD", Dimension.MONEY),
    ("1", "兆", "1000000", "", None),
    ("1", "百亿", "10000000000", "", None),
    ("10", "billion", "10000000000", "", None),
    ("1.2", "万家", "12000", "count", Dimension.COUNT),
    ("100", "項", "100", "count", Dimension.COUNT),
    ("36", "万名", "360000", "count", Dimension.COUNT),
    ("7", "成", "70", "%", Dimension.SHARE),
    ("3", "倍", "300", "%", Dimension.SHARE),
    ("70", "％", "70", "%", Dimension.SHARE),
    ("15", "百分点", "15", "pp", Dimension.SHARE),
    ("15", "个百分点", "15", "pp", Dimension.SHARE),
    ("3", "位", "3", "rank", None),
    ("600", "台/万人", "600", "per_10k_people", Dimension.DENSITY),
    ("6", "台/百人", "600", "per_10k_people", Dimension.DENSITY),
    ("5.25", "EFLOPS", "5250", "PFLOPS", Dimension.COMPUTING),
    ("5.25", "EFlops", "5250", "PFLOPS", Dimension.COMPUTING),
    ("5.25", "E", "5250", "PFLOPS", Dimension.COMPUTING),
    ("4", "万P", "40000", "PFLOPS", Dimension.COMPUTING),
    ("500", "米", "0.5", "km", Dimension.LENGTH),
    ("2", "千米", "2", "km", Dimension.LENGTH),
    ("2", "平方公里", "2000000", "m2", Dimension.AREA),
    ("3", "万平方米", "30000", "m2", Dimension.AREA),
    ("15", "亩", "10000", "m2", Dimension.AREA),
    ("1", "亩", "666.6666666667", "m2", Dimension.AREA),
    ("18", "个月", "1.5", "year", Dimension.TIME),
    ("365", "天", "1", "year", Dimension.TIME),
]


@pytest.mark.parametrize(("value", "unit", "canonical", "name", "dimension"), CASES)
def test_canonical(value: str, unit: str, canonical: str, name: str, dimension: Dimension | None) -> None:
    """A value in any spelling of a unit becomes the canonical value, unit and dimension."""
    assert to_canonical(Decimal(value), unit) == (Decimal(canonical), name)
    assert find_unit(unit).dimension is dimension


@pytest.mark.parametrize("unit", ["", " ", "亿百", "万%", "十位", "光年", "元元", "dollars", "百分点成"])
def test_unknown_unit(unit: str) -> None:
    """What is no unit is refused and named."""
    with pytest.raises(DomainError) as refused:
        find_unit(unit)
    assert (refused.value.code, refused.value.detail) == ("unknown_unit", {"unit": unit})


def test_no_digit_is_lost() -> None:
    """A product of more digits than the default context holds is exact and has no exponent."""
    value, _ = to_canonical(Decimal("12345678901234567890.1234567891"), "亿元")
    assert str(value) == "1234567890123456789012345678.91"


@pytest.mark.parametrize(
    ("given", "plain"), [("5E+11", "500000000000"), ("2.50", "2.5"), ("0.0", "0"), ("100", "100")]
)
def test_plain_decimal(given: str, plain: str) -> None:
    """A Decimal is left without an exponent and without idle zeros."""
    assert str(plain_decimal(Decimal(given))) == plain
