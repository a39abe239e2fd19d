"""How texts and queries become the words that searches compare: pairs of ideographs, numbers, stemmed words.

What a query asks for is read in `wanted`; where it matches in a text, in `marking`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from app.domain.text import searchable

_LONGEST_TOKEN = 80
_SHORTEST_STEMMED = 3
_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+)|(?P<word>[^\W_{_CJK}]+)"
)
_IDEOGRAPH = re.compile(f"[{_CJK}]")
_ENGLISH = snowballstemmer.stemmer("english")
_ONE_AT_A_TIME = Lock()


class Token(NamedTuple):
    """One token, and the signs of the searchable text that it stands for."""

    text: str
    start: int
    end: int


def tokens(texts: Iterable[str]) -> Iterator[str]:
    """Cut texts into tokens: pairs of ideographs, numbers, stemmed words."""
    return chain.from_iterable(map(tokens_of, texts))


# Names of regions, topics, metrics and plans stand in the texts of all that belongs to them.
@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[str, ...]:
    """Cut one text into tokens."""
    return tuple(_cut(searchable(text))[0])


def cut(text: str) -> Iterator[Token]:
    """Cut a searchable text into its tokens, with their places.

    Where ideographs stand next to a number or a word, the nearest is a token too: 第12号文 is 第 12 号 号文.
    """
    for word, (start, end) in zip(*_cut(text), strict=True):
        yield Token(word, start, end)


def _cut(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Give the tokens and their places, each as a list, since there are hundreds in a document."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    pieces = list(_TOKEN.finditer(text))
    for number, found in enumerate(pieces):
        start, end = found.span()
        if not found["cjk"]:
            words.append(_whole(found))
            places.append((start, end))
            continue
        follows = number > 0 and not pieces[number - 1]["cjk"]
        leads = number + 1 < len(pieces) and not pieces[number + 1]["cjk"]
        own = [(first, first + 2) for first in range(start, end - 1)]
        if follows or end - start == 1:
            own.insert(0, (start, start + 1))
        if leads and end - start > 1:
            own.append((end - 1, end))
        words += [text[first:last] for first, last in own]
        places += own
    return words, places


def runs(text: str) -> Iterator[str]:
    """Cut a searchable text into the runs of tokens that no gap parts."""
    start = end = -1
    for found in _TOKEN.finditer(text):
        if found.start() != end:
            if end > start:
                yield text[start:end]
            start = found.start()
        end = found.end()
    if end > start:
        yield text[start:end]


def is_ideograph(sign: str) -> bool:
    """Tell whether a sign is an ideograph."""
    return _IDEOGRAPH.fullmatch(sign) is not None


@lru_cache(maxsize=4096)
def ideographs(text: str) -> tuple[str, ...]:
    """List the ideographs of a text, each once."""
    return tuple(dict.fromkeys(_IDEOGRAPH.findall(searchable(text))))


def _whole(found: re.Match[str]) -> str:
    piece = found[0]
    return (piece.replace(",", "") if found["number"] else _stem(piece))[:_LONGEST_TOKEN]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Take an English word back to its stem (industries, industrial: industri); other words stay whole."""
    if len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    # A stemmer keeps the word that it is at.
    with _ONE_AT_A_TIME:
        return _ENGLISH.stemWord(word) or word
