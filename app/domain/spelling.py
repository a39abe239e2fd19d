"""How names are typed: folded so that spellings of one name are equal, and read aloud in pinyin.

Which names something has, and which of them a reader meant, is decided by who asks.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from app.domain.text import searchable

_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_NO_LETTER = re.compile(r"[\W_]+")


class _Unmarked(dict[int, int | None]):
    """A table for `str.translate` that leaves marks above and below letters out."""

    def __missing__(self, code: int) -> int | None:
        """Look a sign up once."""
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def fold(text: str) -> str:
    """Bring a name into the form in which its spellings are equal: 浙江, zhèjiāng, ZHE JIANG, Xi'an.

    Traditional becomes Simplified, capitals small; marks above letters, blanks, hyphens and apostrophes go.
    """
    letters = searchable(text)
    if not letters.isascii():
        letters = unicodedata.normalize("NFC", unicodedata.normalize("NFD", letters).translate(_UNMARKED))
    return _NO_LETTER.sub("", letters)


def readings(names: Iterable[str]) -> list[str]:
    """Read the Chinese ones of a thing's names in pinyin: syllables without tones, a blank between them.

    A character with several readings (长, 都, 朝) is read as usual, and also as another of the names has it: a
    longer Chinese one (长江三角洲) or one in Latin letters (Changzhi). ü is both v and u, as people type it.
    """
    given = list(names)
    latin = [fold(name) for name in given if not _IDEOGRAPHS.search(name)]
    chinese = ["".join(_IDEOGRAPHS.findall(name)) for name in given]
    usual = {name: _usual(name) for name in chinese if name}
    heard = {
        (sign, syllable)
        for name, syllables in usual.items()
        for sign, syllable in zip(name, syllables, strict=True)
    }
    found: dict[str, None] = {}
    for name, syllables in usual.items():
        found[" ".join(syllables)] = None
        for place, sign in enumerate(name):
            for other in sorted(syllable for known, syllable in heard if known == sign):
                found[" ".join([*syllables[:place], other, *syllables[place + 1 :]])] = None
        for spelled in latin:
            if fitting := list(_fitting(name, spelled)):
                found[" ".join(max(fitting, key=lambda one: len("".join(one))))] = None
    both = [reading for one in found for reading in (one, re.sub(r"(?<=[ln])v", "u", one))]
    return list(dict.fromkeys(both))


def spells(typed: str, syllables: Sequence[str]) -> bool:
    """Tell whether folded letters begin a reading, each syllable as far as it was typed: zj, zhj, zhejiang, zjiang."""
    if not typed:
        return True
    if not syllables:
        return False
    first, rest = syllables[0], syllables[1:]
    return any(
        spells(typed[length:], rest)
        for length in range(1, min(len(first), len(typed)) + 1)
        if first[:length] == typed[:length]
    )


def spoken_span(name: str, typed: str, kept: str) -> tuple[int, int] | None:
    """Find the first characters of a name that typed letters read, whole or by their initials.

    `kept` are the readings of the thing's names as they are stored, a comma between them.
    """
    wanted = fold(typed)
    spoken = [reading.split(" ") for reading in kept.split(",") if reading]
    places = [found.start() for found in _IDEOGRAPHS.finditer(name)]
    whole = [one for one in spoken if len(one) == len(places)]
    fitting = [
        len(one)
        for one in spoken
        if wanted in {"".join(one), "".join(syllable[:1] for syllable in one)}
        and any(other[: len(one)] == one for other in whole)
    ]
    return (places[0], places[max(fitting) - 1] + 1) if fitting else None


def _usual(name: str) -> list[str]:
    # Its dictionaries take a quarter of a second and 55 MB, which only who writes names should pay.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return [str(syllable) for syllable in lazy_pinyin(name)]


def _fitting(name: str, spelled: str) -> Iterable[list[str]]:
    """Find the readings of all characters that a Latin spelling begins with."""
    from pypinyin import Style, pinyin  # noqa: PLC0415

    if not name:
        yield []
        return
    (options,) = pinyin(name[0], style=Style.NORMAL, heteronym=True)
    for option in options:
        if spelled.startswith(plain := option.replace("v", "u")):
            for rest in _fitting(name[1:], spelled[len(plain) :]):
                yield [option, *rest]
