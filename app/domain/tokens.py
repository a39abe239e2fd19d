"""How texts and queries become the words that searches compare: pairs of ideographs, numbers, stemmed words.

Which entities a query matches is found by the store, where it matches in a text by `marking`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.domain.text import simplify

_LONGEST_TOKEN = 80
_SHORTEST_PLURAL = 4
_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+)|(?P<word>(?:(?![{_CJK}])[^\W_])+)"
)


class Token(NamedTuple):
    """One token, and the signs of the searchable text that it stands for."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow each other; with `prefix`, the last is only the start of one."""

    tokens: tuple[str, ...]
    prefix: bool


def searchable(text: str) -> str:
    """Bring a text to NFKC, Simplified characters and lower case."""
    return simplify(text).lower()


def tokens(texts: Iterable[str]) -> Iterator[str]:
    """Cut texts into tokens: pairs of ideographs with each run's last one, numbers, stemmed words."""
    for text in texts:
        yield from _tokens(text)


# Names of regions, topics, metrics and plans stand in the texts of all that belongs to them.
@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(word for found in _TOKEN.finditer(searchable(text)) for word in _words(found))


def cut(text: str) -> Iterator[Token]:
    """Cut a searchable text into its tokens, with their places."""
    for found in _TOKEN.finditer(text):
        yield from _cut(found)


def phrases(q: str) -> Iterator[Phrase]:
    """Give the phrase of each run of a query without a gap."""
    run: list[str] = []
    prefix = False
    end = -1
    for found in _TOKEN.finditer(searchable(q)):
        if run and found.start() != end:
            yield _phrase(run, prefix=prefix)
            run = []
        run += _words(found)
        # What follows the run's last ideograph in the text is not known, so its pair isn't either.
        prefix = bool(found["cjk"]) and len(found[0]) == 1
        end = found.end()
    if run:
        yield _phrase(run, prefix=prefix)


def _cut(found: re.Match[str]) -> Iterator[Token]:
    start, end = found.span()
    for place, word in enumerate(_words(found)):
        if found["cjk"]:
            yield Token(word, start + place, start + place + len(word))
        else:
            yield Token(word, start, end)


def _words(found: re.Match[str]) -> list[str]:
    piece = found[0]
    if found["cjk"]:
        return [piece[place : place + 2] for place in range(len(piece))]
    word = piece.replace(",", "") if found["number"] else _stem(piece)
    return [word[:_LONGEST_TOKEN]]


def _phrase(run: list[str], *, prefix: bool) -> Phrase:
    """Leave out the single ideograph at the end of a run, which only stands in texts that end there too."""
    last = run[-1]
    alone = len(last) == 1 and re.fullmatch(f"[{_CJK}]", last) is not None
    return Phrase(tuple(run[:-1] if alone and not prefix else run), prefix)


def _stem(word: str) -> str:
    """Take an English plural back to its singular, by Harman's S-stemmer; other words stay whole."""
    if len(word) < _SHORTEST_PLURAL:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word
