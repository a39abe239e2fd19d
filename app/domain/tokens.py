"""How texts and queries become the words that searches compare: pairs of ideographs, numbers, stemmed words.

What a query asks for is read in `wanted`; where it matches in a text, in `marking`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from operator import add
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
    return tuple(chain.from_iterable(_cut(searchable(text))))


def cut(text: str) -> Iterator[Token]:
    """Cut a searchable text into its tokens, with their places.

    Where ideographs stand next to a number or a word, the nearest is a token too: 第12号文 is 第 12 号 号文.
    """
    for found, words in zip(_TOKEN.finditer(text), _cut(text), strict=True):
        start, end = found.span()
        if not found["cjk"]:
            yield Token(words[0], start, end)
            continue
        for word in words:
            yield Token(word, start, start + len(word))
            # The next one begins with the last sign of this pair.
            start += len(word) - 1


def _cut(text: str) -> Iterator[Sequence[str]]:
    """Give the tokens of each run of ideographs, number or word."""
    pieces: list[tuple[str, str, str]] = _TOKEN.findall(text)
    follows = False
    for (run, number, word), (after, _, _) in pairwise([*pieces, ("end", "", "")]):
        if not run:
            yield ((number.replace(",", "") if number else _stem(word))[:_LONGEST_TOKEN],)
        elif len(run) == 1:
            yield (run,)
        else:
            own = [*map(add, run, run[1:])]
            if follows:
                own.insert(0, run[0])
            if not after:
                own.append(run[-1])
            yield own
        follows = not run


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
    if text.isascii():
        return ()
    return tuple(dict.fromkeys(_IDEOGRAPH.findall(searchable(text))))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Take an English word back to its stem (industries, industrial: industri); other words stay whole."""
    if len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    # A stemmer keeps the word that it is at.
    with _ONE_AT_A_TIME:
        return _ENGLISH.stemWord(word) or word
