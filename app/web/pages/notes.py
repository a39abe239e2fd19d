"""Notes that many figures of one page have in common: said in full once, under a number, and named by it after that.

Where they are shown is said in `macros/marks.html`; what a note says is the curators' business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.store.views.base import View
from app.web.pages.together import Subject, V
from app.web.speech import Speech

STOPS: Final = (".", "。")
"""What ends a sentence: a shared note may be followed by one that is a figure's own."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as one figure shows it: the shared part with its number, then the figure's own words."""

    number: int | None  # none where nothing is shared
    shared: str  # "" but where it is said in full: by the first figure that has it
    own: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The shared notes of a page by their texts: the number, and the figure that says it in full."""

    shared: Mapping[str, tuple[int, View]]

    def of(self, view: View, texts: Iterable[str | None]) -> list[Note]:
        """Take a figure's notes apart."""
        return [self._apart(view, text) for text in texts if text]

    def _apart(self, view: View, text: str) -> Note:
        start = _start(text, self.shared)
        if start is None:
            return Note(None, "", text)
        number, first = self.shared[start]
        return Note(number, start if first is view else "", text[len(start) :].lstrip())


def notes_in(speech: Speech, views: Iterable[tuple[View, View | None]]) -> Notes:
    """Find the notes that several figures share, in the order of the page; beside each, what stands above it."""
    noted = [
        (view, str(text))
        for view, above in views
        for text in ((speech.text(above, "note") if above else None), speech.text(view, "note"))
        if text
    ]
    # Texts that begin alike stand together when they are sorted, the shortest first.
    common = [text for text, after in pairwise(sorted(text for _, text in noted)) if _begins(after, text)]
    shared: dict[str, tuple[int, View]] = {}
    for view, text in noted:
        start = _start(text, common)
        if start is not None and start not in shared:
            shared[start] = (len(shared) + 1, view)
    return Notes(shared)


def figures_in(subjects: Iterable[Subject[V]]) -> Iterable[V]:
    """Go through the figures of some subjects in the order in which they are shown."""
    for subject in subjects:
        for kin in subject.kin:
            yield from kin.figures
        yield from subject.alone


def _start(text: str, known: Iterable[str]) -> str | None:
    """Find the longest known note that is the text, or with which it begins."""
    return max((start for start in known if _begins(text, start)), key=len, default=None)


def _begins(text: str, start: str) -> bool:
    """Say whether a note is another one, with or without sentences of its own after it."""
    return text == start or (start.endswith(STOPS) and text.startswith(start))
