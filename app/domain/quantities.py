"""From the words of a figure phrase to comparator, value, unit and what else the words say (R1, R2).

The bare amount between the words is read in `amounts`; whether a phrase proves a fact is decided in `evidence`.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from app.domain.amounts import Amount, amounts_at
from app.domain.errors import DomainError
from app.domain.text import simplify
from app.domain.units import find_unit, to_canonical
from app.domain.vocabulary import Ambition, Comparator, Kind
from app.domain.words import SEPARATOR, YEARLY, Effect, word_after, word_before


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


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure that the sentence of a problem names; how it is written is the reader's language's business."""

    comparator: Comparator
    value: Decimal
    value_high: Decimal | None
    unit: str


def parse_quantities(text: str) -> list[Quantity]:
    """Read a figure phrase, every word of which must be understood: 保底6%、力争7% gives two.

    Raise `unreadable_figure` with the part that cannot be read. English wording is read too.
    """
    return list(_parse(text))


# One plan is read when it is checked, saved, submitted and published, and round numbers stand in many.
@lru_cache(maxsize=2048)
def _parse(text: str) -> tuple[Quantity, ...]:
    plain = simplify(text).strip()
    found = _scan(plain, counts=_is_english(plain))
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(plain)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if part := _EDGES.sub("", plain[start:end]):
            raise DomainError("unreadable_figure", part=part)
    if not found:
        raise DomainError("unreadable_figure", part=plain)
    return tuple(found)


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


_YEARS = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?:\s*[-—–−~至到]+\s*(?:19|20)?\d\d)?\s*年")
_NEGATED = re.compile("(?:不|未|没有?|勿)(?:得|能|应|宜|可|会|要|曾|允许)?$")
_OPPOSITE = {
    Comparator.GT: Comparator.LE,
    Comparator.GE: Comparator.LT,
    Comparator.LT: Comparator.GE,
    Comparator.LE: Comparator.GT,
}
_EDGES = re.compile(rf"^(?:{SEPARATOR})+|(?:{SEPARATOR})+$")
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
    for core in amounts_at(text, place, floor, counts=counts):
        try:
            return _complete(text, core, floor)
        except DomainError:
            continue
    return None


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


def _complete(text: str, core: Amount, floor: int) -> Quantity:
    """Read the words on both sides of a number and put the figure together."""
    words = _Words()
    start, end = core.start, core.end
    while before := word_before(text, start, floor):
        start, effect = before
        words.take(effect)
    while after := word_after(text, end):
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


def _comparator(core: Amount, said: Comparator | None) -> Comparator:
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


def _is_english(text: str) -> bool:
    return not re.search(r"[㐀-鿿]", text)
