"""The entities as every door accepts them: YAML, JSON, form and command line validate here, once.

Rules that need other rows (a known region, a unit that fits the metric) are the service's.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.domain.base import Name, PublicId, RegionCode, Schema, Slug, Text, Title
from app.domain.dates import PartialDateField
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

    @model_validator(mode="after")
    def _only_groups_have_members(self) -> Self:
        if bool(self.members) != (self.level is RegionLevel.GROUP):
            raise PydanticCustomError("members_of_group", "a group has members, and nothing else has")
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
    if isinstance(value, Paragraphs):
        return value
    match = re.fullmatch(r"([1-9]\d{0,4})(?:\s*[-–]\s*([1-9]\d{0,4}))?", str(value).strip())
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

    @model_validator(mode="after")
    def _metric_unless_qualitative(self) -> Self:
        if self.kind is Kind.QUALITATIVE and self.metric is not None:
            raise PydanticCustomError("metric_of_qualitative", "a qualitative target has no metric")
        if self.kind is not Kind.QUALITATIVE and self.metric is None:
            raise PydanticCustomError("metric_missing", "a figure needs a metric")
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

    @model_validator(mode="after")
    def _figures_fit_kind(self) -> Self:
        qualitative = self.kind is Kind.QUALITATIVE
        if any(deadline.quantified == qualitative for deadline in self.deadlines):
            code = "figure_of_qualitative" if qualitative else "figure_missing"
            raise PydanticCustomError(code, "a figure goes with a quantified target, and only with one")
        if (self.baseline_value is None) != (self.baseline_unit is None):
            raise PydanticCustomError("baseline_incomplete", "a baseline has a value and a unit")
        if self.baseline_unit is not None:
            check_unit(self.baseline_unit)
        seen = [(deadline.due and deadline.due.last, deadline.ambition) for deadline in self.deadlines]
        if len(set(seen)) < len(seen):
            raise PydanticCustomError("deadline_twice", "one deadline per due date and ambition")
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

    @model_validator(mode="after")
    def _amounts_have_units(self) -> Self:
        amounts = self.total is not None or self.max_each is not None
        if amounts != (self.unit is not None):
            raise PydanticCustomError("measure_unit", "an amount needs a unit, and a unit an amount")
        if self.unit is not None:
            check_unit(self.unit)
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

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise PydanticCustomError("period_reversed", "the period ends before it starts")
        check_retirement(self.editorial_state, self.retired_on)
        public_ids = [target.public_id for target in self.targets]
        public_ids += [measure.public_id for measure in self.measures]
        for public_id in public_ids:
            if public_id.split(".")[0] != self.slug:
                detail = {"public_id": public_id, "slug": self.slug}
                raise PydanticCustomError(
                    "foreign_public_id", "{public_id} does not begin with {slug}", detail
                )
        _refuse_twice("public_id_twice", public_ids)
        keys = [
            (t.region or self.region, t.kind, t.boundary, t.coverage, t.topic, t.metric, t.qualifier)
            for t in self.targets
            if t.kind is not Kind.QUALITATIVE and t.retired_on is None
        ]
        _refuse_twice("key_twice", keys)
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

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.kind is Kind.QUALITATIVE or not self.quantified:
            raise PydanticCustomError("figure_missing", "an observation has a figure")
        if self.start and (self.end is None or self.start.first > self.end.last):
            raise PydanticCustomError("period_reversed", "the period ends before it starts")
        check_retirement(self.editorial_state, self.retired_on)
        return self


class AssessmentIn(Entity):
    """A search that found nothing: which region and topic, what was searched, when."""

    region: RegionCode
    topic: Slug
    searched_zh: Text
    searched_en: Text | None = None
    searched_on: date


def check_retirement(state: EditorialState, retired_on: date | None) -> None:
    """Hold `editorial_state: retired` and `retired_on` together (R6, R7)."""
    if (state is EditorialState.RETIRED) != (retired_on is not None):
        raise PydanticCustomError("retirement_incomplete", "a retired entity has its date, and only that")


def _refuse_twice(code: str, values: list[Any]) -> None:
    twice = next((value for number, value in enumerate(values) if value in values[:number]), None)
    if twice is not None:
        raise PydanticCustomError(code, "{value} stands twice", {"value": str(twice)})
