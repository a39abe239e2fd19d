"""The picture that stands for a page where its link is shown: 1200 × 630 pixels, drawn from the page's own head.

Charts and their pictures are `exchange`'s; how an SVG becomes pixels is known there alone.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi import Response
from starlette.types import Receive, Scope, Send

from app.exchange import drawing
from app.exchange.charts.text import wrapped
from app.i18n import TAGS, Lang
from app.web.templating import Head, environment

WIDTH: Final = 1200
HEIGHT: Final = 630

_ROOM: Final = 1056
_TITLE_SIZES: Final = ((64, 3), (52, 4), (44, 4))
"""Sizes of the title and how many lines each may have, the first that fits is taken."""
_LEADING: Final = 1.28
_TITLE_TOP: Final = 150
_DESCRIPTION_SIZE: Final = 28
_DESCRIPTION_LEADING: Final = 42
_MOST_HIGHLIGHTS: Final = 4
# Above the highlights, or above the lower margin.
_BOTTOM: Final = {True: 460, False: 590}
# The drawer draws one picture after another: more threads would only wait for it, and pages need theirs.
_turns: RunVar[CapacityLimiter] = RunVar("pictures")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that fit the picture at a size."""

    lines: list[str]
    size: int

    @property
    def step(self) -> int:
        """The distance from line to line."""
        return round(self.size * _LEADING)


class PictureResponse(Response):
    """A page's picture, drawn when it is sent: by then the page's route has given its connection back."""

    media_type = "image/png"

    def __init__(self, head: Head, lang: Lang) -> None:
        """Take what the picture shows."""
        super().__init__(headers={"Content-Language": TAGS[lang]})
        self._head = head
        self._lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Draw, then answer; raises UnavailableError drawing_failed and NoFontError no_cjk_font before the start."""
        turns = _turns.get(None)
        if turns is None:
            turns = CapacityLimiter(1)
            _turns.set(turns)
        self.body = await run_sync(partial(draw, self._head), limiter=turns)
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def draw(head: Head) -> bytes:
    """Draw the picture of a page as PNG; raises UnavailableError drawing_failed and NoFontError no_cjk_font."""
    font = drawing.cjk_font()
    return drawing.png(svg(head, f"{font}, sans-serif" if font else "sans-serif"), scale=1)


def svg(head: Head, font: str) -> str:
    """Write the picture of a page as SVG, its texts in a font."""
    highlights = head.highlights[:_MOST_HIGHLIGHTS]
    bottom = _BOTTOM[bool(highlights)]
    title = _fitting(head.title)
    title_top = _TITLE_TOP + title.size
    below = title_top + (len(title.lines) - 1) * title.step + round(_DESCRIPTION_LEADING * 1.4)
    room = max((bottom - below) // _DESCRIPTION_LEADING + 1, 0)
    description = _cut(wrapped(head.description, _DESCRIPTION_SIZE, _ROOM), room)
    # What is left over goes above and below, more of it below.
    down = max((bottom - below - (len(description) - 1) * _DESCRIPTION_LEADING) * 2 // 5, 0)
    return (
        environment()
        .get_template("picture.svg")
        .render(
            font=font,
            title=title.lines,
            title_size=title.size,
            title_step=title.step,
            title_top=title_top + down,
            description=description,
            description_top=below + down,
            highlights=highlights,
        )
    )


def _fitting(title: str) -> Text:
    for size, most in _TITLE_SIZES:
        lines = wrapped(title, size, _ROOM)
        if len(lines) <= most:
            return Text(_balanced(title, lines, size), size)
    return Text(_cut(lines, most), size)


def _balanced(text: str, lines: list[str], size: int) -> list[str]:
    """Make the lines about as long as each other, without another line."""
    room = _ROOM - size / 2
    while room > size and len(tried := wrapped(text, size, room)) == len(lines):
        lines = tried
        room -= size / 2
    return lines


def _cut(lines: list[str], most: int) -> list[str]:
    """Keep the first lines, and say with an ellipsis that there was more."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1].rstrip("，。、；：,.;: ")[:-1] + "…"] if most else []
