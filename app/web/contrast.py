"""Two seed forms of one entity set against each other in words: a row for each field that differs.

Which fields differ is found by `exchange.seeds`; whose forms they are is said by the pages.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.exchange.seeds import Difference, differences
from app.store.revisions import Seed
from app.store.views.changes import Recorded
from app.web.said import is_sort, value_words
from app.web.speech import Speech

# `targets[zj-plan.revenue].deadlines[2027].value`: names, and the label of a child in brackets.
_STEP: Final = re.compile(r"([a-z0-9_]+)(?:\[([^\]]*)\])?(?:\.|$)")
_TAGS: Final = {"_zh": "zh-Hans-CN", "_en": "en"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One field that differs: where it is, its name, and both values, None where it is not given."""

    place: str
    field: str
    tag: str | None  # the language of the text, if the field has one
    old: str | None
    new: str | None


def contrasts(speech: Speech, kind: Recorded, old: Seed | None, new: Seed) -> tuple[Contrast, ...]:
    """Name what differs between two seed forms of an entity, in the reader's words."""
    # The state is no content, and said beside the title.
    found = (one for one in differences(old, new) if one.field != "editorial_state")
    return tuple(_contrast(speech, kind, one) for one in found)


def _contrast(speech: Speech, kind: Recorded, one: Difference) -> Contrast:
    steps = [(step[1], step[2]) for step in _STEP.finditer(one.field)]
    name = steps[-1][0]
    part = steps[0][0]
    base = "sort" if is_sort(kind, part, name) else name.removesuffix("_zh").removesuffix("_en")
    return Contrast(
        place=" · ".join(_place(speech, part, label) for part, label in steps if label is not None),
        field=speech.term("Field", base),
        tag=_TAGS.get(name[-3:]),
        old=None if one.old is None else value_words(speech, kind, part, name, one.old),
        new=None if one.new is None else value_words(speech, kind, part, name, one.new),
    )


def _place(speech: Speech, part: str, label: str) -> str:
    """Name a child: by its id or date, or by its place in a list."""
    if part == "evidence":
        return speech.gettext("evidence {n}", n=int(label) + 1)
    if part == "links":
        return speech.gettext("link {n}", n=int(label) + 1)
    return label.replace("~", " · ")
