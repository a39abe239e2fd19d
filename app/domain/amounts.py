"""From numerals, magnitudes, units and fixed words to a bare amount, as it stands at one place of a text (R1).

What the words around it say is read in `quantities`; units are in `units`, numerals in `numerals`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.errors import DomainError
from app.domain.numerals import CHINESE, FRACTION, NOT_WITHIN, NUMBER, read_fraction, read_number
from app.domain.units import BASE, DECIMALS, MAGNITUDE, find_unit, plain_decimal
from app.domain.vocabulary import Comparator, Dimension, Kind
from app.domain.words import RANK_END, SIGNS, word_before


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as stated, its unit and its span, before the words around it are read; without a numeral it is 1."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None
    comparator: Comparator | None = None
    kind: Kind | None = None
    numeral: bool = True


_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
# A minus stands only where no range can be meant.
_MINUS = r"(?:(?<=[长速幅比为达至到约过超近于\s~–—])|(?<![\s\S]))-"
_AMOUNT = re.compile(
    rf"(?P<minus>{_MINUS})?{NOT_WITHIN}(?:(?P<sign>{_SIGN})\s*)?(?P<number>{NUMBER})\s*(?P<more>[余多])?\s*"
    rf"(?:(?P<magnitude>{MAGNITUDE})\s*(?P<moreafter>[余多](?=\s*{BASE}))?\s*)?(?P<base>{BASE})?"
)
_MAGNITUDE_ONLY = re.compile(
    rf"{NOT_WITHIN}(?P<vague>[上数几])?(?P<magnitude>{MAGNITUDE})(?P<more>余)?(?P<base>{BASE})?"
)
_FRACTION = re.compile(f"{NOT_WITHIN}(?:{FRACTION})")
# The rest of what was not read as a range (3-5家以上), a deviation (±5%), every tenth (每10家), the first ten (前10家).
_LOOSE = re.compile(r"(?<![\d%][-–—−~])(?<![±~每])(?<!(?<![目当之以此先日])前)")
# More digits, and units that are not known: a magnitude before them is no figure of another unit (500万千瓦).
_UNKNOWN = re.compile(
    r"\d|[千兆]?瓦|吨|升|千?克|[公市]?斤|度电|字节|比特|小时|分钟|毫?秒|标箱|[一-鿿]{0,3}(?:法郎|卢布|卢比|铢|盾)"
    r"|(?:[bmt]n|[kmb])(?![A-Za-z])"
)
_PER_PEOPLE = re.compile(r"每(?P<people>[万千百]人)口?[^,;。、]{0,24}$")
_RANK = re.compile(rf"(?:(?P<within>前|\btop )|第)(?P<number>{NUMBER})(?P<place>位|名|强)?")
_DOUBLING = re.compile(rf"翻(?P<number>{CHINESE})?番")
_RANGE = re.compile(r"\s*(?:[-—–−~]{1,2}|(?P<word>至|到)|and\b)\s*")
_FIXED = {
    "全覆盖": (Decimal(100), "%", None),
    "全部覆盖": (Decimal(100), "%", None),
    "全面覆盖": (Decimal(100), "%", None),
    "百分之百": (Decimal(100), "%", None),
    "百分百": (Decimal(100), "%", None),
    "过半数": (Decimal(50), "%", Comparator.GT),
    "过半": (Decimal(50), "%", Comparator.GT),
    "一半": (Decimal(50), "%", None),
    "半数": (Decimal(50), "%", None),
    "首位": (Decimal(1), "位", None),
}
_FIXED_BEGIN = frozenset({"翻", *(words[0] for words in _FIXED)})


def amounts_at(text: str, place: int, floor: int, *, counts: bool) -> Iterator[Amount]:
    """Offer what may begin at this place, the most particular form first."""
    readers: tuple[Callable[[], Amount | None], ...] = (
        lambda: _fixed(text, place),
        lambda: _fraction(text, place),
        lambda: _rank(text, place, floor),
        lambda: _amount(text, place, floor, counts=counts),
        lambda: _magnitude_only(text, place),
    )
    for reader in readers:
        try:
            core = reader()
        except ValueError:
            continue
        if core:
            yield core


def _fixed(text: str, place: int) -> Amount | None:
    # Nearly every figure begins with a digit, and none of these does.
    if text[place] not in _FIXED_BEGIN:
        return None
    for words, (value, unit, comparator) in _FIXED.items():
        if text.startswith(words, place):
            return Amount(place, place + len(words), value, unit, comparator=comparator)
    if found := _DOUBLING.match(text, place):
        doublings = read_number(found["number"] or "一")
        growth = (Decimal(2) ** doublings - 1) * 100
        return Amount(place, found.end(), growth, "%", kind=Kind.GROWTH)
    return None


def _fraction(text: str, place: int) -> Amount | None:
    found = _FRACTION.match(text, place)
    if not found:
        return None
    share, exact = read_fraction(found)
    comparator = None if exact else Comparator.APPROX
    return Amount(place, found.end(), plain_decimal(share), "%", comparator=comparator)


def _rank(text: str, place: int, floor: int) -> Amount | None:
    found = _RANK.match(text, place)
    if not found:
        return None
    # Without 位 a rank must be said to be one, else it counts: 第三产业, 前三季度.
    said = place == 0 or word_before(text, place, floor) is not None
    if not found["place"] and not (said and RANK_END.match(text, found.end())):
        return None
    comparator = Comparator.LE if found["within"] else None
    value = read_number(found["number"])
    return Amount(place, found.end(), value, "位", comparator=comparator, kind=Kind.RANK)


def _amount(text: str, place: int, floor: int, *, counts: bool) -> Amount | None:
    low = _AMOUNT.match(text, place)
    if not low or not _LOOSE.match(text, place) or _goes_on(text, low):
        return None
    unit = _unit_of(low) or ("count" if counts else "")
    core = Amount(place, low.end(), _number_of(low), unit, comparator=_more(low)) if unit else None
    core = _range(text, low, floor, counts=counts) or core
    people = _PER_PEOPLE.search(text[floor:place])
    if core and people and find_unit(core.unit).dimension is Dimension.COUNT:
        # 每万人口发明专利拥有量12件 is a density and no count of twelve.
        return replace(core, unit=f"{core.unit}/{people['people']}")
    return core


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Tell whether a number without a noun is followed by more of it, or by a unit that is not known."""
    return not found["base"] and _UNKNOWN.match(text, found.end()) is not None


def _range(text: str, low: re.Match[str], floor: int, *, counts: bool) -> Amount | None:
    """Read 6%—8%, 5000~8000亿元, 3万至5万家, between 3 and 5; but 从26家到600家 are two figures."""
    joint = _RANGE.match(text, low.end())
    high = _AMOUNT.match(text, joint.end()) if joint else None
    before = text[floor : low.start()].rstrip()
    if not joint or not high or (joint["word"] and before.endswith(("从", "由"))):
        return None
    if joint[0].strip() == "and" and not before.lower().endswith("between"):
        return None
    unit = _unit_of(high) or ("count" if counts else "")
    low_unit = _unit_of(low)
    if low["magnitude"] and not low["base"] and not low["sign"]:
        low_unit += high["base"] or ""
    ends = _in_one_unit(_number_of(low), low_unit or unit, unit), _number_of(high)
    if not unit or ends[0] is None or ends[0] > ends[1]:
        return None
    return Amount(low.start(), high.end(), ends[0], unit, ends[1], Comparator.BETWEEN)


def _in_one_unit(value: Decimal, given: str, wanted: str) -> Decimal | None:
    if given == wanted:
        return value
    try:
        source, target = find_unit(given), find_unit(wanted)
    except DomainError:
        return None
    if source.canonical != target.canonical:
        return None
    return plain_decimal(round(value * source.factor / target.factor, DECIMALS))


def _magnitude_only(text: str, place: int) -> Amount | None:
    """Read a figure that has no numeral: 超万亿元, 百亿级, 上千家, 数万亿."""
    found = _MAGNITUDE_ONLY.match(text, place)
    if not found:
        return None
    unit = found["magnitude"] + (found["base"] or "")
    comparator = Comparator.ORDER if found["vague"] else _more(found)
    return Amount(place, found.end(), Decimal(1), unit, comparator=comparator, numeral=False)


def _unit_of(found: re.Match[str]) -> str:
    magnitude, base = found["magnitude"] or "", found["base"] or ""
    if found["sign"]:
        if base and find_unit(base).canonical != SIGNS[found["sign"]]:
            raise ValueError(found[0])  # ¥5m is millions to some, and metres to nobody.
        return f"{magnitude} {SIGNS[found['sign']]}".strip()
    joint = " " if magnitude.isascii() and magnitude and base else ""
    return magnitude + joint + base.removeprefix("个" if base == "个百分点" else "")


def _number_of(found: re.Match[str]) -> Decimal:
    number = read_number(found["number"])
    return -number if found["minus"] else number


def _more(found: re.Match[str]) -> Comparator | None:
    groups = found.groupdict()
    return Comparator.GT if groups["more"] or groups.get("moreafter") else None
