"""The tables that plans and observations refer to: regions, organizations, topics, metrics, sources.

What refers to them is in `plans` and `facts`.
"""

from datetime import date

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Dimension, Direction, Family, Precision, RegionLevel, Script, SourceKind
from app.store.models.base import Aggregate, Base, Noted, Word, one_of


class Region(Aggregate, Base):
    """A country, group, province, prefecture, county or zone, by its GB/T 2260 code or slug.

    `pinyin` holds how its names are read, a comma between the readings, a blank between syllables.
    """

    __tablename__ = "region"
    __table_args__ = (one_of("level", RegionLevel),)

    code: Mapped[str] = mapped_column(String(80), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    level: Mapped[RegionLevel] = mapped_column(Word(RegionLevel))
    iso: Mapped[str | None] = mapped_column(String(6), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    short_zh: Mapped[str]
    abbr_zh: Mapped[str | None] = mapped_column(String(1))
    aliases: Mapped[list[str]]
    pinyin: Mapped[str] = mapped_column(server_default=text("''"))


class RegionMember(Base):
    """One member of a group of regions."""

    __tablename__ = "region_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True, index=True)
    position: Mapped[int]


class Organization(Aggregate, Base):
    """A body that issues plans or measures things."""

    __tablename__ = "organization"

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))


class Topic(Aggregate, Base):
    """A subject; `standard` is the classification that fixes its limits, if any; `pinyin` as a region's."""

    __tablename__ = "topic"

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[list[str]]
    pinyin: Mapped[str] = mapped_column(server_default=text("''"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    definition_zh: Mapped[str]
    definition_en: Mapped[str]
    standard: Mapped[str | None]


class Metric(Aggregate, Base):
    """What a figure counts; `standard` is the rule or public list that fixes how, if any; `pinyin` as a region's."""

    __tablename__ = "metric"
    __table_args__ = (
        one_of("family", Family),
        one_of("dimension", Dimension),
        one_of("direction", Direction),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[list[str]]
    pinyin: Mapped[str] = mapped_column(server_default=text("''"))
    definition_zh: Mapped[str]
    definition_en: Mapped[str]
    family: Mapped[Family] = mapped_column(Word(Family), index=True)
    dimension: Mapped[Dimension] = mapped_column(Word(Dimension))
    standard: Mapped[str | None]
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    additive: Mapped[bool]
    canonical_unit: Mapped[str] = mapped_column(String(20))


class Source(Aggregate, Noted, Base):
    """Where facts are written; `text_sha256` is of the normalised text, which is not stored."""

    __tablename__ = "source"
    __table_args__ = (
        one_of("kind", SourceKind),
        one_of("script", Script),
        one_of("published_precision", Precision),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[SourceKind] = mapped_column(Word(SourceKind))
    title_zh: Mapped[str]
    title_en: Mapped[str]
    publisher_zh: Mapped[str | None]
    publisher_en: Mapped[str | None]
    url: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2))
    script: Mapped[Script] = mapped_column(Word(Script))
    published_on: Mapped[date | None]
    published_precision: Mapped[Precision] = mapped_column(Word(Precision))
    text_sha256: Mapped[str | None] = mapped_column(String(64))
