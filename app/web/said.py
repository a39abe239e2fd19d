"""The values of an entity's fields in words: those that are given by a word of a list by its name.

How fields are named, and which of them differ, is said where they are shown.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain import vocabulary as words
from app.web.speech import Speech

_LISTS: Final[Mapping[str, type[StrEnum]]] = {
    "kind": words.Kind,
    "boundary": words.Boundary,
    "coverage": words.Coverage,
    "comparator": words.Comparator,
    "ambition": words.Ambition,
    "bindingness": words.Bindingness,
    "stage": words.Stage,
    "form": words.PlanForm,
    "family": words.Family,
    "dimension": words.Dimension,
    "direction": words.Direction,
    "status": words.ObservationStatus,
    "script": words.Script,
    "level": words.RegionLevel,
    "check": words.Check,
}
# What has a `kind` that is not that of a figure: an entity, or a part of one.
_KINDS: Final[Mapping[str, type[StrEnum]]] = {
    "source": words.SourceKind,
    "measures": words.MeasureKind,
    "links": words.LinkKind,
}


def is_sort(kind: str, part: str, field: str) -> bool:
    """Say whether a field `kind` says what sort of thing it is: of a source, a measure or a link."""
    return field == "kind" and (kind in _KINDS or part in _KINDS)


def value_words(speech: Speech, kind: str, part: str, field: str, value: str) -> str:
    """Write one value of an entity of a kind; `part` is the first step to the field: `measures`, or itself."""
    listed = _LISTS.get(field)
    if is_sort(kind, part, field):
        listed = _KINDS.get(kind) or _KINDS[part]
    if listed is None or value not in set(listed):
        return value
    return speech.word(listed(value))
