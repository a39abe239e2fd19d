"""What a query asks for: parts that must all stand in a text, each as one of several phrases or as a figure.

How texts are cut into tokens is in `tokens`, where a query matches in a text in `marking`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from app.domain.amounts import Amount, amounts_at
from app.domain.errors import DomainError
from app.domain.figures import plain
from app.domain.quantities import find_quantities
from app.domain.spelling import fold
from app.domain.text import as_on_the_mainland, searchable, simplify
from app.domain.tokens import Token, cut, is_ideograph, runs, tokens_of
from app.domain.units import to_canonical

_LONGEST_NAME = 70
_WRITTEN_FIGURE = re.compile(r"\d|[亿成]|分之|million|billion|trillion")
_NUMERAL = re.compile(r"(?<![\d.,一二两三四五六七八九十百千万亿])[\d一二两三四五六七八九十百千万¥$€£]")
_PERCENTAGE = re.compile(r"(?<![\d.,])(\d+(?:\.\d+)?)\s*%")
_NO_LETTER = re.compile(r"[^0-9a-z.]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow each other."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in canonical units; without a unit (5000亿), of any."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query: met by any of its phrases, its own words being the first, or by its figure."""

    phrases: tuple[Phrase, ...]
    figure: Figure | None = None
    ideograph: str | None = None  # one that stands alone in the query, and may stand anywhere in a text

    @property
    def forms(self) -> tuple[Phrase, ...]:
        """Give the phrases by which the index finds this part."""
        if self.ideograph is not None:
            return (*self.phrases, Phrase((ideograph_token(self.ideograph),)))
        if self.figure is not None:
            value = _digits(self.figure.value)
            token = f"f.{value}.{_worded(self.figure.unit)}" if self.figure.unit else f"f.{value}"
            return (*self.phrases, Phrase((token,)))
        return self.phrases


@lru_cache(maxsize=256)
def wanted(q: str) -> tuple[Part, ...]:
    """Read the parts of a query: each run without a gap, and each figure, blanks in it or not (5,000 亿元).

    Latin words are also one word written apart, as pinyin is (hang zhou); Taiwan's words are also those of the
    mainland (軟體).
    """
    parts, *others = (_parts(one) for one in _wordings(q))
    for other in others:
        if len(other) == len(parts):
            parts = [
                replace(part, phrases=(*part.phrases, *again.phrases))
                for part, again in zip(parts, other, strict=True)
            ]
    latin = searchable(q).split()
    if len(latin) > 1 and all(word.isascii() and word.isalpha() for word in latin):
        whole = _phrase(list(cut("".join(latin))))
        parts = [replace(part, phrases=(*part.phrases, whole)) for part in parts]
    return tuple(parts)


def openings(q: str) -> tuple[Phrase, ...]:
    """Give the phrases of which a name holds one that begins as the query does."""
    return tuple(Phrase(_opening(one)) for one in _wordings(q))


def _opening(q: str) -> tuple[str, ...]:
    first, *rest = tokens_of(q)
    whole = (first, *rest) if rest or not is_ideograph(first) else ()
    return (f"b.{first}", *whole)


def beginning(name: str) -> list[str]:
    """Cut a name into its tokens, after some that say how it begins: with which token, and which ideograph."""
    held = tokens_of(name)
    return [*(f"b.{one}" for one in dict.fromkeys([held[0][0], held[0]])), *held] if held else []


def ideograph_token(sign: str) -> str:
    """Give the token of a text in which an ideograph stands anywhere."""
    return f"i.{sign}"


def namings(q: str) -> tuple[Phrase, ...]:
    """Give the phrases by one of which a thing is found that is called as the query says."""
    return tuple(Phrase((name_token(one),)) for one in _wordings(q))


def name_token(name: str) -> str:
    """Give the token of a thing that bears this name, however it is spelled."""
    return f"n.{fold(name)[:_LONGEST_NAME]}"


@lru_cache(maxsize=4096)
def key_token(sort: str, key: str) -> str:
    """Give the token of what belongs to something with this key: `r` a region, `t` a topic."""
    return f"{sort}.{_worded(key)}"


@lru_cache(maxsize=4096)
def figure_tokens(value: Decimal, unit: str) -> tuple[str, str]:
    """Give the tokens of a canonical amount: without its unit, and with it."""
    digits = f"f.{_digits(value)}"
    return digits, f"{digits}.{_worded(unit)}"


@lru_cache(maxsize=4096)
def percentages(text: str) -> tuple[str, ...]:
    """Give the tokens of the percentages in a text, whose sign is no token."""
    said = searchable(text)
    if "%" not in said:
        return ()
    found = _PERCENTAGE.finditer(said)
    return tuple(token for one in found for token in figure_tokens(Decimal(one[1]), "%"))


@lru_cache(maxsize=4096)
def places_of(text: str, figure: Figure) -> tuple[tuple[int, int], ...]:
    """Find where a figure stands in a simplified text, in whichever words."""
    return tuple(
        (amount.start, amount.end)
        for amount in _amounts(text)
        if figure.value in _canonical(amount)[:2] and figure.unit in {"", _canonical(amount)[2]}
    )


def _digits(value: Decimal) -> str:
    return plain(value).replace("-", "m")


def _wordings(q: str) -> list[str]:
    """Give a query as it was typed, and in the words of the mainland where those are others."""
    reworded = as_on_the_mainland(q)
    return [q] if searchable(reworded) == searchable(q) else [q, reworded]


def _parts(q: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    text = searchable(q)
    # Units are told by their capitals (RMB, PFLOPS); where small letters are longer, places would be others.
    figures = _figures_asked(simplify(q)) if len(simplify(q)) == len(text) else ()
    for start, end, figure in figures:
        parts += _runs(text[at:start])
        if words := list(cut(text[start:end])):
            # Its sign is no token, and 70 alone would be anything's.
            own = () if "%" in text[start:end] else (_phrase(words),)
            parts.append(Part(own, figure))
        at = end
    return parts + list(_runs(text[at:]))


def _worded(text: str) -> str:
    return _NO_LETTER.sub(".", text.lower().replace("%", "pct"))


def _figures_asked(text: str) -> Iterator[tuple[int, int, Figure]]:
    """Find the figures of a simplified query; numerals without digit or magnitude (一个) are words."""
    for one in find_quantities(text):
        if one.value_high is None and _WRITTEN_FIGURE.search(text[one.start : one.end]):
            yield one.start, one.end, Figure(one.canonical_value, one.canonical_unit)


def _amounts(text: str) -> Iterator[Amount]:
    """Read the amounts in a text, each where its number begins."""
    floor = 0
    while found := _NUMERAL.search(text, floor):
        amount = next(amounts_at(text, found.start(), floor, counts=False), None)
        if amount:
            yield amount
        floor = amount.end if amount else found.end()


def _canonical(amount: Amount) -> tuple[Decimal, Decimal | None, str]:
    try:
        value, unit = to_canonical(amount.value, amount.unit)
        high = None if amount.high is None else to_canonical(amount.high, amount.unit)[0]
    except DomainError:
        return amount.value, amount.high, amount.unit
    return value, high, unit


def _runs(text: str) -> Iterator[Part]:
    """Give each run of a searchable text without a gap."""
    for run in runs(text):
        yield Part((_phrase(cut(run)),), ideograph=run if is_ideograph(run) else None)


def _phrase(run: Iterable[Token]) -> Phrase:
    return Phrase(tuple(token.text for token in run))
