"""How wide a text is, about, and where its lines are broken.

It is reckoned, not measured: charts and pages' pictures are laid out alike whatever fonts the server has.
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
_PIECES = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\S")
_CLOSING: Final = frozenset("，。、；：？！）》】〕”’…·—%％,.;:?!)")
_OPENING: Final = frozenset("（《【〔“‘(")


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
    for piece in _pieces(text):
        if lines[-1].strip() and width((lines[-1] + piece).rstrip(), size) > room:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """Cut a text where a line may be broken."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and not piece.isspace() and (piece[0] in _CLOSING or pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
