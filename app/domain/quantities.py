"""From the words of a figure phrase to comparator, value, unit and what else the words say (R1, R2).

Units are in `units`, numerals in `numerals`; whether a phrase proves a fact is decided in `evidence`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.domain.errors import DomainError
from app.domain.numerals import CHINESE, FRACTION, NOT_WITHIN, NUMBER, read_fraction, read_number
from app.domain.text import simplify
from app.domain.units import BASE, DECIMALS, MAGNITUDE, find_unit, plain_decimal, to_canonical
from app.domain.vocabulary import Ambition, Comparator, Dimension, Kind
from app.domain.words import AFTER, BEFORE, RANK_END, SEPARATOR, SIGNS, YEARLY, Effect


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure: as stated, canonical, what its words say, and its span in the simplified text.

    `kind`, `ambition` and `per` are None where the words say nothing of them.
    """

    comparator: Comparator
    value: Decimal
    value_high: Decimal | None
    unit: str
    canonical_value: Decimal
    canonical_high: Decimal | None
    canonical_unit: str
    kind: Kind | None
    ambition: Ambition | None
    per: str | None
    start: int
    end: int


def parse_quantities(text: str) -> list[Quantity]:
    """Read a figure phrase, every word of which must be understood: 保底6%、力争7% gives two.

    Raise `unreadable_figure` with the part that cannot be read. English wording is read too.
    """
    plain = simplify(text).strip()
    found = _scan(plain, counts=_is_english(plain))
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(plain)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if part := _EDGES.sub("", plain[start:end]):
            raise DomainError("unreadable_figure", part=part)
    if not found:
        raise DomainError("unreadable_figure", part=plain)
    return found


def parse_quantity(text: str) -> Quantity:
    """Read a phrase of exactly one figure.

    Raise `several_figures` if there are more, `unreadable_figure` with the part that cannot be read.
    """
    found = parse_quantities(text)
    if len(found) > 1:
        raise DomainError("several_figures", part=text)
    return found[0]


def find_quantities(text: str) -> list[Quantity]:
    """List all figures that stand in a running text, in order; words it does not know are skipped.

    Years (2027年) and ordinals (第三产业) are no figures.
    """
    return _scan(simplify(text), counts=False)


@dataclass(frozen=True, slots=True)
class _Core:
    """A number and its unit before the words around it are read; without a numeral, value is 1."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None
    comparator: Comparator | None = None
    kind: Kind | None = None
    numeral: bool = True


_YEARS = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?:\s*[-—–−~至到]+\s*(?:19|20)?\d\d)?\s*年")
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
_NEGATED = re.compile("(?:不|未|没有?|勿)(?:得|能|应|宜|可|会|要|曾|允许)?$")
_OPPOSITE = {
    Comparator.GT: Comparator.LE,
    Comparator.GE: Comparator.LT,
    Comparator.LT: Comparator.GE,
    Comparator.LE: Comparator.GT,
}
_RANK = re.compile(rf"(?:(?P<within>前|\btop )|第)(?P<number>{NUMBER})(?P<place>位|名|强)?")
_DOUBLING = re.compile(rf"翻(?P<number>{CHINESE})?番")
_EDGES = re.compile(rf"^(?:{SEPARATOR})+|(?:{SEPARATOR})+$")
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
_STARTS = re.compile(
    r"[-\d一二两三四五六七八九十廿百千万亿兆上数几第前翻全过半首¥$€£₩]|[A-Z]{2,3}|rank|top|[hmbt]"
)


def _scan(text: str, *, counts: bool) -> list[Quantity]:
    """Find the figures from left to right; `counts` lets a number without a unit be a count (English)."""
    masked = _YEARS.sub(lambda year: "\0" * len(year[0]), text)
    found: list[Quantity] = []
    place = 0
    while start := _STARTS.search(masked, place):
        place = start.start()
        floor = found[-1].end if found else 0
        figure = _figure(masked, place, floor, counts=counts)
        if figure:
            found.append(figure)
        place = figure.end if figure else place + 1
    return found


def _figure(text: str, place: int, floor: int, *, counts: bool) -> Quantity | None:
    for core in _cores(text, place, floor, counts=counts):
        try:
            return _complete(text, core, floor)
        except DomainError:
            continue
    return None


def _cores(text: str, place: int, floor: int, *, counts: bool) -> Iterator[_Core]:
    """Offer what may begin at this place, the most particular form first."""
    readers: tuple[Callable[[], _Core | None], ...] = (
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


def _fixed(text: str, place: int) -> _Core | None:
    for words, (value, unit, comparator) in _FIXED.items():
        if text.startswith(words, place):
            return _Core(place, place + len(words), value, unit, comparator=comparator)
    if found := _DOUBLING.match(text, place):
        doublings = read_number(found["number"] or "一")
        growth = (Decimal(2) ** doublings - 1) * 100
        return _Core(place, found.end(), growth, "%", kind=Kind.GROWTH)
    return None


def _fraction(text: str, place: int) -> _Core | None:
    found = _FRACTION.match(text, place)
    if not found:
        return None
    share, exact = read_fraction(found)
    comparator = None if exact else Comparator.APPROX
    return _Core(place, found.end(), plain_decimal(share), "%", comparator=comparator)


def _rank(text: str, place: int, floor: int) -> _Core | None:
    found = _RANK.match(text, place)
    if not found:
        return None
    # Without 位 a rank must be said to be one, else it counts: 第三产业, 前三季度.
    said = place == 0 or _word_before(text, place, floor) is not None
    if not found["place"] and not (said and RANK_END.match(text, found.end())):
        return None
    comparator = Comparator.LE if found["within"] else None
    value = read_number(found["number"])
    return _Core(place, found.end(), value, "位", comparator=comparator, kind=Kind.RANK)


def _amount(text: str, place: int, floor: int, *, counts: bool) -> _Core | None:
    low = _AMOUNT.match(text, place)
    if not low or not _LOOSE.match(text, place) or _goes_on(text, low):
        return None
    unit = _unit_of(low) or ("count" if counts else "")
    core = _Core(place, low.end(), _number_of(low), unit, comparator=_more(low)) if unit else None
    core = _range(text, low, floor, counts=counts) or core
    people = _PER_PEOPLE.search(text[floor:place])
    if core and people and find_unit(core.unit).dimension is Dimension.COUNT:
        # 每万人口发明专利拥有量12件 is a density and no count of twelve.
        return replace(core, unit=f"{core.unit}/{people['people']}")
    return core


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Tell whether a number without a noun is followed by more of it, or by a unit that is not known."""
    return not found["base"] and _UNKNOWN.match(text, found.end()) is not None


def _range(text: str, low: re.Match[str], floor: int, *, counts: bool) -> _Core | None:
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
    return _Core(low.start(), high.end(), ends[0], unit, ends[1], Comparator.BETWEEN)


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


def _magnitude_only(text: str, place: int) -> _Core | None:
    """Read a figure that has no numeral: 超万亿元, 百亿级, 上千家, 数万亿."""
    found = _MAGNITUDE_ONLY.match(text, place)
    if not found:
        return None
    unit = found["magnitude"] + (found["base"] or "")
    comparator = Comparator.ORDER if found["vague"] else _more(found)
    return _Core(place, found.end(), Decimal(1), unit, comparator=comparator, numeral=False)


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


@dataclass(slots=True)
class _Words:
    """What the words around a number say; the nearest comparator before it counts, one behind it more."""

    comparator: Comparator | None = None
    ambition: Ambition | None = None
    kinds: set[Kind] = field(default_factory=set)
    per: str | None = None

    def take(self, effect: Effect, *, behind: bool = False) -> None:
        if isinstance(effect, Comparator):
            # A size class behind a comparator adds nothing: 超百亿级 is more than ten billion.
            stronger = behind and effect is not Comparator.ORDER
            self.comparator = effect if stronger else self.comparator or effect
        elif isinstance(effect, Ambition):
            self.ambition = self.ambition or effect
        elif isinstance(effect, Kind):
            self.kinds.add(effect)
        elif effect == YEARLY:
            self.per = YEARLY


def _complete(text: str, core: _Core, floor: int) -> Quantity:
    """Read the words on both sides of a number and put the figure together."""
    words = _Words()
    start, end = core.start, core.end
    while before := _word_before(text, start, floor):
        start, effect = before
        words.take(effect)
    while after := _word_after(text, end):
        end, effect = after
        words.take(effect, behind=True)
    if words.comparator in _OPPOSITE and (negation := _NEGATED.search(text[floor:start])):
        words.comparator = _OPPOSITE[words.comparator]
        start = floor + negation.start()
    comparator = _comparator(core, words.comparator)
    canonical, unit = to_canonical(core.value, core.unit)
    high = None if core.high is None else to_canonical(core.high, core.unit)[0]
    quantity = Quantity(
        comparator, core.value, core.high, core.unit, canonical, high, unit,
        core.kind, words.ambition, words.per, start, end,
    )  # fmt: skip
    return _with_kind(quantity, words.kinds)


def _comparator(core: _Core, said: Comparator | None) -> Comparator:
    if core.comparator is Comparator.BETWEEN and said in _OPPOSITE:
        # 不超过3—5家: a bound on a range is none that could be kept.
        raise DomainError("unreadable_figure", part=core.unit)
    if core.comparator in {Comparator.BETWEEN, Comparator.ORDER}:
        return core.comparator
    if said or core.comparator or core.numeral:
        return said or core.comparator or Comparator.EQ
    # 万家 and 千万 are idle words by themselves; 万亿产业 is a size class, 千亿元 an amount.
    unit = find_unit(core.unit)
    if "亿" not in core.unit or len(core.unit) == 1:
        raise DomainError("unreadable_figure", part=core.unit)
    return Comparator.EQ if unit.canonical else Comparator.ORDER


def _with_kind(quantity: Quantity, kinds: set[Kind]) -> Quantity:
    """Tell rises apart: in % they are growth, in anything else an increase; 年均 then says a year."""
    share = quantity.canonical_unit == "%"
    rises = {Kind.GROWTH, Kind.AVERAGE_GROWTH}
    if Kind.INCREASE in kinds or (not share and Kind.GROWTH in kinds):
        quantity = replace(quantity, kind=Kind.INCREASE)
    elif share and kinds & rises:
        kind = Kind.AVERAGE_GROWTH if Kind.AVERAGE_GROWTH in kinds else Kind.GROWTH
        quantity = replace(quantity, kind=kind)
    elif rest := kinds - rises:
        quantity = replace(quantity, kind=quantity.kind or rest.pop())
    if Kind.AVERAGE_GROWTH in kinds and quantity.kind is not Kind.AVERAGE_GROWTH:
        quantity = replace(quantity, per=YEARLY)
    return quantity


def _word_before(text: str, place: int, floor: int) -> tuple[int, Effect] | None:
    """Give the longest known word that ends here: its start and what it says."""
    head = text[floor:place].rstrip().lower()
    for length in range(min(len(head), BEFORE.longest), 0, -1):
        word = head[-length:]
        if word in BEFORE.words and not _cuts_latin(head, len(head) - length):
            return floor + len(head) - length, BEFORE.words[word]
    return None


def _word_after(text: str, place: int) -> tuple[int, Effect] | None:
    tail = text[place : place + AFTER.longest + 2].lower()
    rest = tail.lstrip()
    for length in range(min(len(rest), AFTER.longest), 0, -1):
        if rest[:length] in AFTER.words and not _cuts_latin(rest, length):
            return place + len(tail) - len(rest) + length, AFTER.words[rest[:length]]
    return None


def _cuts_latin(text: str, place: int) -> bool:
    """Tell whether a cut here would fall within a word of Latin letters: over in turnover."""
    around = text[max(place - 1, 0) : place + 1]
    return len(around) > 1 and around.isascii() and around.isalpha()


def _is_english(text: str) -> bool:
    return not re.search(r"[㐀-鿿]", text)
