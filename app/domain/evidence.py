"""Whether a phrase proves a fact: it stands in the named paragraph, and the figure follows from it (R5).

Only the proof is here; how texts are unified is in `text`, how figures are read in `quantities`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

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

_BEFORE = (
    "不超过|不高于|不低于|不少于|不小于|不多于|超过|超出|突破|高于|低于|多于|少于|大于|小于|至少|最多|接近|不到|不足"
    "|大约|约|逾|(?<!赶)(?<!反)超|(?<![最附])近"
)
_AFTER = "以上|以下|以内|左右|上下|之间"
_FIGURE_START = "[0-9]|百分之|[一二三四五六七八九十两]+(?:成|分之)"
# 不超过合同实际发生金额的30%: what the figure is a part of stands between it and its comparator.
_PART_OF = re.compile(f"({_BEFORE})[^0-9,.。;:、?!]{{1,24}}的(?={_FIGURE_START})")


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
    """Judge by the phrase alone whether it says the claim's value, unit and comparator (R5); never raises.

    Gives found, differs or figure_missing. A phrase that names years, but not the claim's, differs.
    """
    joined = _ELLIPSIS.sub("", phrase)
    years = _years(joined)
    if claim.year is not None and years and claim.year not in years:
        return Checked(Check.DIFFERS, "year")
    if claim.value is None or claim.unit is None:
        return Checked(Check.FOUND)
    figures = _figures(joined)
    if not figures:
        return Checked(Check.FIGURE_MISSING)
    value, unit = to_canonical(claim.value, claim.unit)
    high = None if claim.value_high is None else to_canonical(claim.value_high, claim.unit)[0]
    alike = [figure for figure in figures if figure.canonical_unit == unit]
    if not alike:
        return Checked(Check.DIFFERS, "unit")
    equal = [figure for figure in alike if (figure.canonical_value, figure.canonical_high) == (value, high)]
    if not equal:
        return Checked(Check.DIFFERS, "value")
    if claim.comparator is None or any(figure.comparator is claim.comparator for figure in equal):
        return Checked(Check.FOUND)
    return Checked(Check.DIFFERS, "comparator")


def check_evidence(phrase: str, first: int, last: int, claim: Claim, text: list[str]) -> Checked:
    """Check that a phrase stands in paragraphs `first` to `last` (from 1) of a text and proves the claim (R5).

    The paragraphs of a run are joined. An ellipsis in the phrase stands for what was left out between parts
    that must all be there, in order. Never raises; paragraphs that the text does not have hold nothing.
    """
    parts = [part for part in map(_fold, _ELLIPSIS.split(phrase)) if part]
    run = _fold("\n".join(text[first - 1 : last])) if 1 <= first <= last else ""
    if not _stand([re.escape(part) for part in parts], run):
        found = [number for number, line in enumerate(text, 1) if _stand(map(re.escape, parts), _fold(line))]
        return Checked(Check.PHRASE_MISSING, "paragraph " + ", ".join(map(str, found)) if found else "")
    judged = phrase_supports(phrase, claim)
    if judged.check is Check.FOUND and claim.value is not None and not _stand(map(_whole, parts), run):
        return Checked(Check.DIFFERS, "cut")
    return judged


def _fold(text: str) -> str:
    return _LOST.sub("", normalise(text))


def _stand(patterns: Iterable[str], text: str) -> bool:
    """Tell whether all patterns, at least one, match one after the other."""
    position, any_at_all = 0, False
    for pattern in patterns:
        found = re.compile(pattern).search(text, position)
        if found is None:
            return False
        position, any_at_all = found.end(), True
    return any_at_all


def _whole(part: str) -> str:
    """Write the pattern that finds a part only where no number and no comparator is cut in two.

    10家 is not in 210家, and 70% alone does not quote 达70%以上.
    """
    before, after = "", ""
    if part[0] in "0123456789":
        before = r"(?<![0-9])(?<![0-9]\.)"
    elif part[0] in "十百千万亿":
        before = "(?<![0-9一二三四五六七八九两几数十百千万亿])"
    elif part[0] in "一二三四五六七八九两":
        before = "(?<![0-9十百千万亿点])"
    if re.match(_FIGURE_START, part):
        before += "".join(f"(?<!{word})" for word in _WORDS_BEFORE)
    if part[-1] in "0123456789一二三四五六七八九两十百千万亿":
        after = r"(?![0-9十百千万亿]|\.[0-9])"
    if re.search(...)
