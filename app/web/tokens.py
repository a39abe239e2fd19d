"""The tokens of the design as mubiao.css has them, and the contrast between two of their colours (WCAG 2.2).

Nothing is decided here: the colours are the style sheet's, the pairs those that it promises.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.web.assets import assets

TEXT: Final = 4.5
"""The least contrast of text on its ground."""
MARK: Final = 3.0
"""The least contrast of a mark or an edge that something depends on."""
GROUNDS: Final = ("paper", "raised", "sunken")
PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    *((ink, ground, TEXT) for ink in ("ink", "soft", "accent") for ground in GROUNDS),
    *((ink, ground, TEXT) for ink in ("same", "caution", "different") for ground in ("paper", "raised")),
    *((verdict, f"{verdict}-wash", TEXT) for verdict in ("same", "caution", "different")),
    ("ink", "caution-wash", TEXT),
    ("on-accent", "accent", TEXT),
    *((f"on-scale-{step}", f"scale-{step}", TEXT) for step in range(1, 5)),
    *(("edge", ground, MARK) for ground in GROUNDS),
    *((f"series-{number}", ground, MARK) for number in range(1, 9) for ground in ("paper", "raised")),
)
"""What stands on what, and the contrast that it needs in both schemes."""

_TOKEN = re.compile(r"^  --(?P<name>[a-z0-9-]+):\s*(?P<value>[^;]+);", re.MULTILINE)
_COLOUR = re.compile(r"light-dark\((?P<light>#[0-9a-f]{3,6}), (?P<dark>#[0-9a-f]{3,6})\)")
_SHORT: Final = 4
_LINEAR_BELOW: Final = 0.04045


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in both schemes, as #rgb or #rrggbb."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour on another, with the contrast needed and had in each scheme."""

    name: str
    ground: str
    needed: float
    light: float
    dark: float


@lru_cache(maxsize=1)
def tokens() -> dict[str, str]:
    """Read all tokens of the page's root by their names, without the dashes, in the order of the sheet."""
    sheet = assets()["mubiao.css"].content.decode()
    root = sheet[sheet.index(":root {") : sheet.index("\n}\n")]
    return {match["name"]: " ".join(match["value"].split()) for match in _TOKEN.finditer(root)}


def colours() -> dict[str, Colour]:
    """Read the tokens that are colours."""
    found = {name: _COLOUR.fullmatch(value) for name, value in tokens().items()}
    return {name: Colour(name, match["light"], match["dark"]) for name, match in found.items() if match}


def pairs() -> list[Pair]:
    """Measure every pair; raises KeyError for a token that is not there."""
    known = colours()
    return [
        Pair(
            name,
            ground,
            needed,
            contrast(known[name].light, known[ground].light),
            contrast(known[name].dark, known[ground].dark),
        )
        for name, ground, needed in PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) > _SHORT else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= _LINEAR_BELOW else float(((value + 0.055) / 1.055) ** 2.4)
