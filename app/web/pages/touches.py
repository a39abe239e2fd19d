"""What a change did to the parts of an entity, in words: 2 deadlines changed: value.

What was done to the entity as a whole, and when, is said by `changes` and `histories`.
"""

from collections.abc import Iterable

from app.store.views.changes import Part, Recorded, TouchedView
from app.web.speech import Speech


def touched_words(speech: Speech, fields: Iterable[TouchedView], entity: Recorded | None = None) -> str:
    """Say which parts were touched and in which fields: changed: title; 2 deadlines changed: value.

    `entity` is what was changed, where it may be a source, whose `kind` is not that of a figure.
    """
    return speech.gettext("; ").join(_touched(speech, one, entity) for one in fields)


def _touched(speech: Speech, one: TouchedView, entity: Recorded | None) -> str:
    sorts = one.part in {Part.MEASURE, Part.LINK} or entity is Recorded.SOURCE
    bases = ("sort" if sorts and name == "kind" else _base(name) for name in one.fields)
    named = speech.terms("Field", dict.fromkeys(bases))
    if one.part is Part.ITSELF:
        return speech.gettext("changed: {fields}", fields=named)
    said = speech.gettext(
        "{parts} {touched}",
        parts=_counted(speech, one.part, one.count),
        touched=speech.word(one.touch),
    )
    return speech.gettext("{what}: {fields}", what=said, fields=named) if named else said


def _base(name: str) -> str:
    """Take a field's language off: a reader is told of the title, not of its two texts."""
    return name.removesuffix("_zh").removesuffix("_en")


def _counted(speech: Speech, part: Part, n: int) -> str:
    return {
        Part.TARGET: speech.ngettext("{n} target", "{n} targets", n),
        Part.DEADLINE: speech.ngettext("{n} deadline", "{n} deadlines", n),
        Part.MEASURE: speech.ngettext("{n} measure", "{n} measures", n),
        Part.LINK: speech.ngettext("{n} link", "{n} links", n),
        Part.EVIDENCE: speech.ngettext("{n} piece of evidence", "{n} pieces of evidence", n),
    }[part]
