"""The entities as every door accepts them: YAML, JSON, form and command line validate here, once.

Rules that need other rows (a known region, a unit that fits the metric) are the service's.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from app.domain.base import Name, PublicId, RegionCode, Schema, Slug, Text, Title, fitting, refuse_misfits
from app.domain.dates import PartialDateField
from app.domain.errors import Problem
from app.domain.figures import Amount, FigureIn, Unit, check_unit
from app.domain.vocabulary import (
    Ambition,
    Bindingness,
    Boundary,
    Check,
    Comparator,
    Coverage,
    Dimension,
    Direction,
    EditorialState,
    Family,
    Kind,
    LinkKind,
    MeasureKind,
    ObservationStatus,
    PlanForm,
    RegionLevel,
    Script,
    SourceKind,
    Stage,
)

SCHEMA_VERSION = 1
"""The version of the seed form that revisions carry; raised when a field changes its meaning."""

KeyField = Literal["kind", "boundary", "coverage", "topic", "metric", "qualifier"]
KEY: tuple[KeyField, ...] = get_args(KeyField)
T = TypeVar("T")
Year = Annotated[int, Field(ge=1949, le=2100)]


class Entity(Schema):
    """What every entity with an identity of its own has: it is retired, never deleted (R6)."""

    retired_on: date | None = Field(
        None, description="The day it was withdrawn from Mubiao; a tombstone stays."
    )


class Noted(Schema):
    """A remark that is shown to readers: an ambiguity, a doubt, a choice the curator made."""

    note_zh: Text | None = None
    note_en: Text | None = None


class RegionIn(Entity):
    """A country, province, prefecture, county, zone, or a group of them."""

    code: RegionCode
    slug: Slug
    level: RegionLevel
    iso: Annotated[str, StringConstraints(pattern=r"^CN(-[A-Z]{2})?$")] | None = None
    parent: RegionCode | None = None
    name_zh: Name
    name_en: Name
    short_zh: Name
    abbr_zh: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    aliases: list[Name] = Field(default_factory=list)
    members: list[RegionCode] = Field(default_factory=list)
    replaced_by: RegionCode | None = None

    @fitting
    def _only_groups_have_members(self) -> Self:
        if bool(self.members) != (self.level is RegionLevel.GROUP):
            refuse_misfits([Problem("members_of_group", "members")])
        return self


class OrganizationIn(Entity):
    """A body that issues plans or measures things."""

    slug: Slug
    name_zh: Name
    name_en: Name
    region: RegionCode | None = None


class TopicIn(Entity):
    """A subject; `standard` is the classification that fixes its limits, if any."""

    slug: Slug
    name_zh: Name
    name_en: Name
    aliases: list[Name] = Field(default_factory=list)
    parent: Slug | None = None
    definition_zh: Text
    definition_en: Text
    standard: Title | None = None


class MetricIn(Entity):
    """What a figure counts; `standard` is the rule or public list that fixes how, if any."""

    slug: Slug
    name_zh: Name
    name_en: Name
    aliases: list[Name] = Field(default_factory=list)
    definition_zh: Text
    definition_en: Text
    family: Family
    dimension: Dimension
    standard: Title | None = None
    direction: Direction = Direction.UP
    additive: bool = False
    canonical_unit: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class SourceIn(Entity, Noted):
    """Where facts are written: an official text, a newspaper article, a column."""

    slug: Slug
    kind: SourceKind
    title_zh: Title
    title_en: Title
    publisher_zh: Name | None = None
    publisher_en: Name | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    language: Literal["zh", "en"] = "zh"
    script: Script
    published: PartialDateField | None = None
    text_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Paragraphs(tuple[int, int]):
    """A paragraph, or a run of them, by number from 1: written `6` or `6-7`."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self[0]) if self[0] == self[1] else f"{self[0]}-{self[1]}"


def _read_paragraphs(value: Any) -> Any:
    return value if isinstance(value, Paragraphs) else _paragraphs(str(value).strip())


@lru_cache(maxsize=1024)
def _paragraphs(text: str) -> Paragraphs:
    match = re.fullmatch(r"([1-9]\d{0,4})(?:\s*[-–]\s*([1-9]\d{0,4}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if first > last:
        raise PydanticCustomError("bad_paragraph", "write a paragraph as 6, a run of them as 6-7")
    return Paragraphs((first, last))


ParagraphField = Annotated[
    Any,
    BeforeValidator(_read_paragraphs),
    PlainSerializer(str, return_type=str),
    Field(examples=["6", "6-7"]),
]


class EvidenceIn(Schema):
    """Where a fact is written: a source, a paragraph, and the short phrase that says it (R5)."""

    source: Slug
    paragraph: ParagraphField
    phrase: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    check: Check = Check.UNCHECKED
    checked_on: date | None = None


class DeadlineIn(FigureIn, Noted):
    """What a target must have reached, and when; `due` is left out where the source gives no date."""

    due: PartialDateField | None = None
    due_as_stated: Name | None = None
    ambition: Ambition = Ambition.UNMARKED
    inferred: list[Literal["due", "comparator", "value", "unit", "ambition"]] = Field(default_factory=list)
    retired_on: date | None = None
    evidence: list[EvidenceIn] = Field(default_factory=list)


class KeyIn(Schema):
    """The six fields by which a figure says what it measures; no metric if qualitative."""

    kind: Kind = Kind.LEVEL
    boundary: Boundary = Boundary.UNSPECIFIED
    coverage: Coverage = Coverage.UNSPECIFIED
    topic: Slug
    metric: Slug | None = None
    qualifier: Annotated[str, StringConstraints(max_length=200)] = ""

    @fitting
    def _metric_unless_qualitative(self) -> Self:
        if (self.kind is Kind.QUALITATIVE) != (self.metric is None):
            code = "metric_missing" if self.metric is None else "metric_of_qualitative"
            refuse_misfits([Problem(code, "metric")])
        return self


class TargetIn(KeyIn, Entity, Noted):
    """What a plan promises for a region, with one deadline or more."""

    public_id: PublicId
    region: RegionCode | None = Field(None, description="The plan's region unless stated.")
    statement_zh: Text
    statement_en: Text | None = None
    bindingness: Bindingness = Bindingness.UNSPECIFIED
    baseline_value: Amount | None = None
    baseline_unit: Unit | None = None
    baseline_year: Year | None = None
    inferred: list[KeyField | Literal["region", "baseline"]] = Field(default_factory=list)
    deadlines: Annotated[list[DeadlineIn], Field(min_length=1)]

    @fitting
    def _figures_fit_kind(self) -> Self:
        qualitative = self.kind is Kind.QUALITATIVE
        code = "figure_of_qualitative" if qualitative else "figure_missing"
        problems = [
            Problem(code, f"deadlines.{number}")
            for number, deadline in enumerate(self.deadlines)
            if deadline.quantified == qualitative
        ]
        if (self.baseline_value is None) != (self.baseline_unit is None):
            missing = "baseline_value" if self.baseline_value is None else "baseline_unit"
            problems.append(Problem("baseline_incomplete", missing))
        problems += check_unit("baseline_unit", self.baseline_unit)
        seen = [(deadline.due and deadline.due.last, deadline.ambition) for deadline in self.deadlines]
        problems += [Problem("deadline_twice", f"deadlines.{number}.due") for number, _ in _twice(seen)]
        refuse_misfits(problems)
        return self


class MeasureIn(Entity, Noted):
    """A policy instrument of a plan: a fund, a voucher, a cap."""

    public_id: PublicId
    kind: MeasureKind
    region: RegionCode | None = Field(None, description="The plan's region unless stated.")
    statement_zh: Text
    statement_en: Text | None = None
    value_as_stated: Annotated[str, StringConstraints(max_length=120)] | None = None
    total: Amount | None = None
    max_each: Amount | None = None
    unit: Unit | None = Field(None, description="The unit of `total` and `max_each`, as stated.")
    max_share: Amount | None = Field(None, description="In percent.")
    per: Literal["year"] | None = None
    comparator: Comparator | None = Field(None, description="Bounds `total`: 超百亿 gt, 百亿级 order.")
    inferred: list[Literal["region", "kind", "total", "max_each", "unit", "per"]] = Field(
        default_factory=list
    )
    evidence: list[EvidenceIn] = Field(default_factory=list)

    @fitting
    def _amounts_have_units(self) -> Self:
        amounts = self.total is not None or self.max_each is not None
        half = amounts != (self.unit is not None)
        refuse_misfits([Problem("measure_unit", "unit")] if half else check_unit("unit", self.unit))
        return self


class LinkIn(Schema):
    """What this plan does to another one."""

    to: Slug
    kind: LinkKind
    note_zh: Text | None = None
    note_en: Text | None = None


class PlanIn(Entity, Noted):
    """A plan with all it holds: what one curator reviews in one sitting."""

    slug: Slug
    region: RegionCode
    title_zh: Title
    title_en: Title
    document_number: Name | None = None
    form: PlanForm
    stage: Stage
    written: PartialDateField | None = None
    published: PartialDateField | None = None
    effective: PartialDateField | None = None
    expires: PartialDateField | None = None
    reported: PartialDateField | None = None
    period_start: Year | None = None
    period_end: Year | None = None
    issuers: list[Slug] = Field(default_factory=list)
    topics: list[Slug] = Field(default_factory=list)
    summary_zh: Text | None = None
    summary_en: Text | None = None
    editorial_state: EditorialState = EditorialState.DRAFT
    links: list[LinkIn] = Field(default_factory=list)
    evidence: list[EvidenceIn] = Field(default_factory=list)
    targets: list[TargetIn] = Field(default_factory=list)
    measures: list[MeasureIn] = Field(default_factory=list)

    @fitting
    def _hangs_together(self) -> Self:
        problems = retirement(self.editorial_state, self.retired_on)
        if self.period_start and self.period_end and self.period_start > self.period_end:
            problems.append(Problem("period_reversed", "period_end"))
        named = [(f"targets.{number}", one.public_id) for number, one in enumerate(self.targets)]
        named += [(f"measures.{number}", one.public_id) for number, one in enumerate(self.measures)]
        problems += [
            Problem("foreign_public_id", f"{path}.public_id", {"public_id": public_id, "slug": self.slug})
            for path, public_id in named
            if public_id.split(".")[0] != self.slug
        ]
        problems += [
            Problem("public_id_twice", f"{named[number][0]}.public_id", {"value": public_id})
            for number, public_id in _twice([public_id for _, public_id in named])
        ]
        # Qualitative and retired targets may share a key.
        keyed = [
            (number, (target.region or self.region, *(getattr(target, name) for name in KEY)))
            for number, target in enumerate(self.targets)
            if target.kind is not Kind.QUALITATIVE and target.retired_on is None
        ]
        problems += [
            Problem("key_twice", f"targets.{keyed[place][0]}", {"value": ", ".join(filter(None, key))})
            for place, key in _twice([key for _, key in keyed])
        ]
        refuse_misfits(problems)
        return self


class ObservationIn(FigureIn, KeyIn, Entity, Noted):
    """A figure measured, estimated or forecast; a stock has an `end` only, a flow a `start` too."""

    slug: Slug
    region: RegionCode
    start: PartialDateField | None = None
    end: PartialDateField | None = None
    baseline_year: Year | None = None
    status: ObservationStatus
    measured_by: Slug | None = None
    series: Slug | None = Field(None, description="Shared by figures that one sentence states together (R3).")
    statement_zh: Text
    statement_en: Text | None = None
    inferred: list[KeyField | Literal["region", "start", "end", "status", "measured_by", "unit"]] = Field(
        default_factory=list
    )
    editorial_state: EditorialState = EditorialState.DRAFT
    evidence: list[EvidenceIn] = Field(default_factory=list)

    @fitting
    def _hangs_together(self) -> Self:
        problems = retirement(self.editorial_state, self.retired_on)
        if self.kind is Kind.QUALITATIVE or not self.quantified:
            problems.append(Problem("figure_missing", "value"))
        if self.start and (self.end is None or self.start.first > self.end.last):
            problems.append(Problem("period_reversed", "end"))
        refuse_misfits(problems)
        return self


class AssessmentIn(Entity):
    """A search that found nothing: which region and topic, what was searched, when."""

    region: RegionCode
    topic: Slug
    searched_zh: Text
    searched_en: Text | None = None
    searched_on: date


def retirement(state: EditorialState, retired_on: date | None) -> list[Problem]:
    """Hold `editorial_state: retired` and `retired_on` together (R6, R7): `retirement_incomplete`."""
    whole = (state is EditorialState.RETIRED) == (retired_on is not None)
    return [] if whole else [Problem("retirement_incomplete", "retired_on")]


def _twice(values: Sequence[T]) -> list[tuple[int, T]]:
    """List what stands a second time, with its place."""
    return [(number, value) for number, value in enumerate(values) if value in values[:number]]
