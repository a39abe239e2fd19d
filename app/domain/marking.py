"""Where a query matches in a text as it is written, whatever its script, width or case: spans, pieces, snippets.

What becomes a token is said in `tokens`, what a query asks for in `wanted`; that an entity matches at all is found by the store.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.text import searchable, simplify
from app.domain.tokens import Token, cut
from app.domain.wanted import Part, Phrase, places_of, wanted

SNIPPET = 90
"""How many signs of a long text are shown around its first match."""
_BEFORE = 20
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it matches."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Where parts of a query stand in a text: spans of its own signs, and which parts they are."""

    spans: tuple[tuple[int, int], ...]
    parts: frozenset[int]


def find(text: str, q: str) -> Found:
    """Find every place where a part of the query stands, as the index finds it; spans are apart and in order.

    Parts are numbered in the order of the query.
    """
    plain = searchable(text)
    # Units are told by their capitals, unless small letters are longer.
    cased = simplify(text) if len(simplify(text)) == len(plain) else plain
    held = list(cut(plain))
    spans: list[tuple[int, int]] = []
    met = set()
    for number, part in enumerate(wanted(q)):
        found = _part(cased, held, part)
        if found:
            met.add(number)
            spans += found
    if not spans:
        return Found((), frozenset())
    starts, ends = _places(text, plain)
    return Found(tuple(_merged((starts[start], ends[end - 1]) for start, end in spans)), frozenset(met))


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """Cut a text at its spans; put together, the pieces are the text."""
    found = []
    at = 0
    for start, end in spans:
        found += [Piece(text[at:start], hit=False), Piece(text[start:end], hit=True)]
        at = end
    found.append(Piece(text[at:], hit=False))
    return [piece for piece in found if piece.text]


def snippet(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut a long text to the part around its first match, with an ellipsis where something is left out.

    Gives the part and its own spans; one that would be cut through is left out.
    """
    if len(text) <= SNIPPET or not spans:
        return text[:SNIPPET] + (ELLIPSIS if len(text) > SNIPPET else ""), tuple(
            span for span in spans if span[1] <= SNIPPET
        )
    first = max(0, min(spans[0][0] - _BEFORE, len(text) - SNIPPET))
    last = max(first + SNIPPET, spans[0][1])
    head = ELLIPSIS if first else ""
    shift = len(head) - first
    inside = tuple((start + shift, end + shift) for start, end in spans if end <= last)
    return head + text[first:last] + (ELLIPSIS if last < len(text) else ""), inside


def _part(cased: str, held: Sequence[Token], part: Part) -> Sequence[tuple[int, int]]:
    """Find the places of the first form of a part that stands in a simplified text, its own words before others."""
    if part.ideograph:
        return [(place, place + 1) for place, sign in enumerate(cased) if sign == part.ideograph]
    for phrase in part.phrases:
        if spans := list(_spans(held, phrase)):
            return spans
    return places_of(cased, part.figure) if part.figure else ()


def _spans(held: Sequence[Token], phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Find the places of a phrase among tokens, as spans of the searchable text."""
    count = len(phrase.tokens)
    for place in range(len(held) - count + 1):
        run = held[place : place + count]
        if tuple(token.text for token in run) == phrase.tokens:
            yield from ((token.start, token.end) for token in run)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Put spans that touch or overlap together."""
    start = end = -1
    for one, other in sorted(spans):
        if one > end:
            if end > start:
                yield start, end
            start = one
        end = max(end, other)
    if end > start:
        yield start, end


def _places(text: str, plain: str) -> tuple[list[int], list[int]]:
    """Say for each sign of a searchable text which signs of the text itself it comes from: first, and past the last."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        length = sum(len(sign.lower()) for sign in simplify(text[start:end]))
        starts += [start] * length
        ends += [end] * length
    if len(starts) != len(plain):
        # No such text is known; marking all of it would still be true.
        return [0] * len(plain), [len(text)] * len(plain)
    return starts, ends


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text into parts that NFKC changes one by one: a letter with its accents, two halves of a syllable."""
    start = 0
    for place in range(1, len(text)):
        if not _joins(text[start:place], text[place]):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _joins(before: str, sign: str) -> bool:
    """Tell whether a sign changes together with what stands before it."""
    if sign.isascii():
        return False
    inner = unicodedata.normalize("NFKD", sign)
    if inner and unicodedata.combining(inner[0]):
        return True
    both = unicodedata.normalize("NFKC", before + sign)
    return both != unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", sign)
