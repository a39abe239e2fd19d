"""Whether a phrase proves a fact: it stands in the named paragraph, and the figure follows from it (R5).

Only the proof is here; how texts are unified is in `text`, how figures are read in `quantities`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.domain.quantities import Quantity, find_quantities
from app.domain.text import normalise, simplify
from app.domain.units import to_canonical
from app.domain.vocabulary import Check, Comparator

_ELLIPSIS = re.compile(r"(?:…|⋯|\.{3,}|。{3,})+")
# These marks were lost or turned into question marks in the conversion of some texts.
_LOST = re.compile(r'["()]|(?<![0-9])[+?]')
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年|\s*[-–—~至到]\s*(?:19|20)[0-9]{2}年)")
_YEAR_IN_WORDS = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")

_NUMERAL = "0-9零〇一二三四五六七八九两十百千万亿"
_BETWEEN_NUMERALS = re.compile(rf"(?<=[{_NUMERAL}]){_ELLIPSIS.pattern}(?=[{_NUMERAL}])")
_BOUND_FAR = (
    "不超过|不高于|不低于|不少于|不小于|不多于|超过|超出|高于|低于|多于|少于|大于|小于|至少|最多|不到|大约"
)
_BOUND = f"{_BOUND_FAR}|不足|逾|(?<![节合契公条])约|(?<![赶反])超|(?<![最附])近"
_BOUND_AFTER = "以上|以下|以内|左右|上下|之间"
_FIGURE_START = "[0-9]|百分之|[一二三四五六七八九十两]+(?:成|分之)"
# 不超过合同金额的30%: what the figure is a part of stands between it and its comparator.
_PART_OF = re.compile(f"({_BOUND_FAR}|约(?=占))[^0-9,.。;:、?!]{{1,24}}的(?={_FIGURE_START})")
# The line end is where the phrase begins or ends in the text: 2|10家, 6%-|8%, 达|70%|以上, 突破|5000亿元.
_CUT_BEFORE = re.compile(
    rf"[0-9]\.?\n[0-9]|[{_NUMERAL}几数]\n[十百千万亿]|[0-9十百千万亿]点?\n[{_NUMERAL}]|分之\n[{_NUMERAL}]"
    r"|[0-9%万亿][-~至]\n(?!(?:19|20)[0-9]{2}年)[0-9]"
    rf"|(?:{_BOUND})\n(?:{_FIGURE_START})(?!.{{0,8}}(?:{_BOUND_AFTER}))"
    rf"|突破\n[{_NUMERAL}.]+(?:元|美元|%)(?!{_BOUND_AFTER})"
)
_CUT_AFTER = re.compile(
    rf"[0-9]\n\.?[0-9]|[{_NUMERAL}]\n[十百千万亿]|[0-9%万亿]\n[-~至][0-9]"
    rf"|[{_NUMERAL}%][^,。;、\n]{{0,4}}\n(?:{_BOUND_AFTER})"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What evidence must prove: a figure as stated, or a fact without one (no value); `year` if it is dated.

    Without a comparator any comparator will do, as for the amounts of a measure.
    """

    comparator: Comparator | None = None
    value: Decimal | None = None
    value_high: Decimal | None = None
    unit: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check gave, and why.

    `detail` of *differs*: value, comparator, unit, year, or cut (the figure goes on in the text where the phrase
    is cut off); of *phrase_missing*: the paragraphs where the phrase does stand, as `paragraph 3, 12`; else empty.
    """

    check: Check
    detail: str = ""


def phrase_supports(phrase: str, claim: Claim) -> Checked:
    """Judge by the phrase alone whether it says the claim's value, unit and comparator (R5).

    Gives found, differs or figure_missing. A phrase that names years, but not the claim's, differs.
    Raise `unknown_unit` if the claim's unit is none.
    """
    joined = _ELLIPSIS.sub("", _BETWEEN_NUMERALS.sub(";", phrase))
    if claim.year is not None and (years := _years(joined)) and claim.year not in years:
        return Checked(Check.DIFFERS, "year")
    if claim.value is None or claim.unit is None:
        return Checked(Check.FOUND)
    figures = _figures(joined)
    if not figures:
        return Checked(Check.FIGURE_MISSING)
    value, unit = to_canonical(claim.value, claim.unit)
    high = None if claim.value_high is None else to_canonical(claim.value_high, claim.unit)[0]
    return _compare(figures, claim.comparator, (value, high), unit)


def check_evidence(phrase: str, first: int, last: int, claim: Claim, text: list[str]) -> Checked:
    """Check that a phrase stands in paragraphs `first` to `last` (from 1) of a text and proves the claim (R5).

    The paragraphs of a run are joined. An ellipsis in the phrase stands for what was left out between parts
    that must all be there, in order; paragraphs that the text does not have hold nothing. Raise `unknown_unit`.
    """
    parts = [part for part in map(_fold, _ELLIPSIS.split(phrase)) if part]
    run = _fold("\n".join(text[first - 1 : last])) if 1 <= first <= last else ""
    if not _stands(parts, run):
        found = [number for number, line in enumerate(text, 1) if _stands(parts, _fold(line))]
        return Checked(Check.PHRASE_MISSING, "paragraph " + ", ".join(map(str, found)) if found else "")
    judged = phrase_supports(phrase, claim)
    if judged.check is Check.FOUND and claim.value is not None and not _stands(parts, run, whole=True):
        return Checked(Check.DIFFERS, "cut")
    return judged


def _compare(
    figures: Sequence[Quantity],
    comparator: Comparator | None,
    values: tuple[Decimal, Decimal | None],
    unit: str,
) -> Checked:
    # A bare magnitude (突破1.2万亿) leaves the unit unsaid; it is the claim's if the number is.
    alike = [figure for figure in figures if figure.canonical_unit in {unit, ""}]
    if not alike:
        return Checked(Check.DIFFERS, "unit")
    equal = [figure for figure in alike if (figure.canonical_value, figure.canonical_high) == values]
    if not equal:
        return Checked(Check.DIFFERS, "value")
    if comparator is None or any(figure.comparator is comparator for figure in equal):
        return Checked(Check.FOUND)
    return Checked(Check.DIFFERS, "comparator")


# A plan's phrases are judged each time that it is saved, and many say the same.
@lru_cache(maxsize=4096)
def _figures(phrase: str) -> tuple[Quantity, ...]:
    """Read all figures of a phrase; white space inside a figure (达 70 % 以上) means nothing."""
    return tuple(find_quantities(_PART_OF.sub(r"\1", "".join(simplify(phrase).split()))))


def _years(phrase: str) -> set[int]:
    digits = _YEAR_IN_WORDS.sub(lambda found: found[0].translate(_DIGITS), simplify(phrase))
    return {int(year) for year in _YEAR.findall(digits)}


def _fold(text: str) -> str:
    return _LOST.sub("", normalise(text))


def _stands(parts: list[str], text: str, *, whole: bool = False) -> bool:
    """Tell whether all parts, at least one, stand in a text one after the other; `whole`: none of them cut."""
    position = 0
    for part in parts:
        at = text.find(part, position)
        while whole and at >= 0 and _is_cut(text, at, at + len(part)):
            at = text.find(part, at + 1)
        if at < 0:
            return False
        position = at + len(part)
    return bool(parts)


def _is_cut(text: str, start: int, end: int) -> bool:
    """Tell whether the figure at either end of `text[start:end]` goes on, or is bounded, outside of it."""
    before = f"{text[max(0, start - 4) : start]}\n{text[start : min(end, start + 24)]}"
    after = f"{text[max(start, end - 8) : end]}\n{text[end : end + 4]}"
    return _CUT_BEFORE.search(before) is not None or _CUT_AFTER.search(after) is not None
