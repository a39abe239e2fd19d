"""The fields of forms of single things: sources, metrics, topics, organizations, regions, searches without a find.

One table serves the small form beside a plan and the whole one; observations have a page of their own shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from app.domain.vocabulary import Dimension, Direction, Family, RegionLevel, Script, SourceKind
from app.store.queries.naming import NameKind


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how it is typed, from what it is chosen, whether it must be there; `whole`: not in the small form."""

    name: str
    how: Literal["text", "area", "select", "pairs", "pick", "yes", "texts", "picks"] = "text"
    choices: tuple[StrEnum, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    kind: NameKind = "topic"
    required: bool = False
    whole: bool = False


def _needed(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, required=True) for name in names)


_NAMES: Final = _needed("name_zh", "name_en")
_ALIASES: Final = Field("aliases", "texts", whole=True)
_DEFINITIONS: Final = tuple(Field(name, "area", required=True) for name in ("definition_zh", "definition_en"))
_SLUG: Final = Field("slug", required=True)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "source": (
        *_needed("title_zh", "title_en"),
        Field("kind", "select", tuple(SourceKind), required=True),
        Field("script", "select", tuple(Script), required=True),
        Field("language", "pairs", pairs=(("zh", "中文"), ("en", "English"))),
        *map(Field, ("publisher_zh", "publisher_en", "url", "published")),
        _SLUG,
        Field("text_sha256", whole=True),
        *(Field(name, "area", whole=True) for name in ("note_zh", "note_en")),
    ),
    "metric": (
        *_NAMES,
        *_DEFINITIONS,
        Field("family", "select", tuple(Family), required=True),
        Field("dimension", "select", tuple(Dimension), required=True),
        *_needed("canonical_unit"),
        Field("direction", "select", tuple(Direction)),
        Field("standard"),
        _SLUG,
        Field("additive", "yes", whole=True),
        _ALIASES,
    ),
    "topic": (*_NAMES, *_DEFINITIONS, Field("parent", "pick"), Field("standard"), _SLUG, _ALIASES),
    "organization": (*_NAMES, Field("region", "pick", kind="region"), _SLUG),
    "region": (
        *_NAMES,
        *_needed("short_zh", "code"),
        Field("level", "select", tuple(RegionLevel), required=True),
        Field("parent", "pick", kind="region"),
        _SLUG,
        *map(Field, ("iso", "abbr_zh")),
        Field("replaced_by", "pick", kind="region"),
        _ALIASES,
        Field("members", "picks", kind="region", whole=True),
    ),
    "assessment": (
        Field("region", "pick", kind="region", required=True),
        Field("topic", "pick", required=True),
        Field("searched_zh", "area", required=True),
        Field("searched_en", "area"),
        Field("searched_on", required=True),
    ),
}
"""By the kind of thing, the fields with which one is made."""
