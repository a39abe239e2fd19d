"""Numbers as they stand in a text, in digits or in Chinese numerals: their patterns and their values.

Only the number itself is read here; magnitudes before a noun (亿 in 亿元) belong to the unit.
"""

import re
from decimal import Decimal
from functools import lru_cache
from operator import index

import cn2an

_DIGIT = "[一二两三四五六七八九]"
_SMALL = f"(?=[一二两三四五六七八九十廿])(?:{_DIGIT}千)?零?(?:{_DIGIT}百)?零?(?:{_DIGIT}?十|廿)?零?{_DIGIT}?"
# 十二亿三千万 ends in a lower magnitude than stands inside it, so that 万 is part of the numeral.
_WHOLE = f"{_SMALL}亿零?{_SMALL}万(?:零?{_SMALL})?|{_SMALL}[万亿]零?{_SMALL}"
_EXACT_PLACES = 10
_DECIMALS = "零一二三四五六七八九"

# A leading nought is the rest of a number that was parted: 5 000亿元.
ARABIC = r"(?:[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?|(?:0(?!\d)|[1-9]\d*)(?:\.\d+)?)"
# 十百千 is a slogan and no number, 七八十 is not seven.
CHINESE = f"(?:(?:{_WHOLE}|{_SMALL})(?![一二两三四五六七八九十百千])(?:点[{_DECIMALS}]+)?)"
NUMBER = f"(?:{ARABIC}|{CHINESE})"
# A number does not begin within another number (financial numerals are not read), a name (GPT4), an ordinal (第3),
# or behind the sign of a currency that it was not read with.
NOT_WITHIN = (
    r"(?<![\dA-Za-z.一二两三四五六七八九十百千万亿兆零〇点第壹贰叁肆伍陆柒捌玖拾佰仟$¥€£₩])(?<!\d[,·•])"
)

_ARABIC = re.compile(ARABIC)
_DENOMINATORS = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10000)}
FRACTION = (
    f"(?P<denominator>[百千万](?=分之)|{CHINESE})分之(?P<numerator>{NUMBER})"
    r"|(?P<over>[1-9])[/⁄](?P<under>[2-9]|10)(?![\d/⁄.月])"
)


@lru_cache(maxsize=1024)
def read_number(text: str) -> Decimal:
    """Read a number: 1.2, 5,000, 两千, 一百零五, 一点五; never through a float.

    Raise ValueError if it is none.
    """
    if _ARABIC.fullmatch(text):
        return Decimal(text.replace(",", ""))
    whole, _, decimals = text.partition("点")
    number = index(cn2an.cn2an(whole, "normal"))  # A float here would be an error of ours.
    digits = "".join(str(_DECIMALS.index(digit)) for digit in decimals)
    return Decimal(f"{number}.{digits}" if digits else number)


def read_fraction(found: re.Match[str]) -> tuple[Decimal, bool]:
    """Read a match of FRACTION in percent, and say whether that is exact (R1).

    百分之七十 is 70 and exact, 三分之一 is 33.3 and not. Raise ValueError if it is no proper fraction.
    """
    if found["over"]:
        numerator, denominator = Decimal(found["over"]), Decimal(found["under"])
    else:
        numerator = read_number(found["numerator"])
        below = found["denominator"]
        denominator = _DENOMINATORS.get(below) or read_number(below)
    if found["denominator"] != "百" and numerator >= denominator:
        raise ValueError(found[0])
    share = numerator * 100 / denominator
    return (share, True) if share == round(share, _EXACT_PLACES) else (round(share, 1), False)
