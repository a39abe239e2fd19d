"""How wide a text is, about, and where its lines are broken.

It is reckoned, not measured: a chart is laid out alike whatever fonts the server has.
"""

import re
import unicodedata
from typing import Final

_WIDE: Final = 1.0
_CAPITAL: Final = 0.68
_NARROW: Final = 0.3
_OTHER: Final = 0.58
_THIN: Final = frozenset(" ,.;:'!|ilj()")
# A line is broken at a space or between Chinese characters, not before what closes nor after what opens.
_PIECES = re.compile(
    r"\s+|[（《“‘(]*(?:[^\s\u2e80-\u9fff\uff00-\uffef（《“‘(]+|[^（《“‘(])[，。、；：？！）》”’)]*|."
)


def width(text: str, size: float) -> float:
    """Reckon the width of a text at a font size."""
    return size * sum(
        _WIDE
        if unicodedata.east_asian_width(each) in "WFA"
        else _NARROW
        if each in _THIN
        else _CAPITAL
        if each.isupper()
        else _OTHER
        for each in text
    )


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines that fit the room; a piece that is longer stays whole."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > room:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]
