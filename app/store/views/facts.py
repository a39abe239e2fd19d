"""Views of figures: deadlines with their progress, targets, observations, measures.

Views of plans and of what they refer to are in `entities`.
"""

from datetime import date

from pydantic import Field

from app.domain.vocabulary import (
    Ambition,
    Bindingness,
    Boundary,
    Comparator,
    Coverage,
    Kind,
    MeasureKind,
    ObservationStatus,
    Precision,
    Result,
    Timing,
)
from app.store.views.base import (
    Digits,
    EvidenceView,
    Listed,
    MetricRef,
    OrganizationRef,
    PlanRef,
    RegionRef,
    TargetRef,
    View,
    about,
)


class KeyView(View):
    """The six fields by which a figure says what it measures."""

    metric: MetricRef | None = Field(description="What is counted; null if qualitative")
    kind: Kind = about("The sort of figure", "level")
    topic: str = about("Slug of the narrowest topic that the text names", "ai-terminals")
    boundary: Boundary = about("How far the industry is drawn", "unspecified")
    coverage: Coverage = about("Which enterprises are counted", "above_scale")
    qualifier: str = about("Words that still narrow it, verbatim; mostly empty", "", "百亿级")


class FigureView(View):
    """A figure as stated and in canonical units; all null if qualitative."""

    comparator: Comparator | None = about("How the figure is bounded", "gt")
    value: Digits | None = about("Value as stated, plain digits", "5000")
    value_high: Digits | None = about("Upper value of a range", None)
    unit: str | None = about("Unit as stated", "亿元")
    canonical_value: Digits | None = about("Value in the canonical unit", "500000000000")
    canonical_high: Digits | None = about("Upper value of a range in the canonical unit", None)
    canonical_unit: str | None = about("Canonical unit", "CNY")
    value_as_stated: str | None = about("The figure in the source's own words", "突破5000亿元")


class NotedView(View):
    """A remark on what is ambiguous or was decided."""

    note_zh: str | None = about("Remark in Chinese", None)
    note_en: str | None = about("Remark in English", None)


class RefusalView(View):
    """An observation that progress may not be read from, and why."""

    observation: str = about("Slug of the observation", "zj-ai-output-2024")
    fields: list[str] = about("The fields that differ", ["metric", "topic", "coverage"])


class ProgressView(View):
    """How far a deadline is from being reached, computed by rule R4."""

    timing: Timing = about("Where the due date stands against today", "upcoming")
    result: Result = about("What can be said", "unobserved")
    observation: str | None = about("Slug of the observation it rests on", None)
    gap: Digits | None = about("What is still missing, canonical unit (points for shares)", "40000000000")
    per_year: Digits | None = about("Needed a year from the observation on", "20000000000")
    rate: Digits | None = about("Needed compound growth a year, percent", "29.1")
    at_most: bool = about("The observation is a lower bound: gap and pace are at most this", False)  # noqa: FBT003
    refused: list[RefusalView] = Field(description="Near observations that do not count, and why")


class DeadlineRef(View):
    """A deadline, by its id."""

    id: str = about("Stable id: target, due date, ambition", "zj-ai-terminals.revenue@2027-12-31")


class DeadlineCore(NotedView, FigureView, KeyView, DeadlineRef):
    """A dated figure of a target, without the target around it."""

    due_on: date | None = about("Last day of the period; null if undated", "2027-12-31")
    due_precision: Precision = about("How exactly the due date is known", "year")
    due_as_stated: str | None = about("The due date in the source's words", "到2027年")
    ambition: Ambition = about("How firmly it is meant", "unmarked")
    bindingness: Bindingness = about("Whether the plan marks the target as binding", "unspecified")
    inferred: list[str] = about("Fields that the text leaves to us", [])


class NotedTargetRef(NotedView, TargetRef):
    """A target, by its statement, with the remark that holds for all its deadlines."""


class DeadlineView(Listed, DeadlineCore):
    """A row per dated figure, with everything a reader needs to quote it."""

    target: NotedTargetRef = Field(description="The target it belongs to, with its own remark")
    plan: PlanRef = Field(description="The plan that sets it")
    region: RegionRef = Field(description="The region it holds for")
    progress: ProgressView = Field(description="How far it is from being reached")
    evidence: list[EvidenceView] = Field(description="Where it is written")


class TargetView(Listed, NotedView, KeyView, TargetRef):
    """A target with all its deadlines."""

    bindingness: Bindingness = about("Whether the plan marks it as binding", "unspecified")
    baseline_value: Digits | None = about("Value it starts from, as stated", None)
    baseline_unit: str | None = about("Unit of the baseline", None)
    baseline_year: int | None = about("Year of the baseline", None)
    inferred: list[str] = about("Fields that the text leaves to us", [])
    plan: PlanRef = Field(description="The plan that sets it")
    region: RegionRef = Field(description="The region it holds for")
    deadlines: list[DeadlineView] = Field(description="What must be reached, and when; the last is final")


class ObservationRef(View):
    """An observation, by its statement."""

    slug: str = about("Stable short name", "zj-ai-output-2024")
    statement_zh: str = about("What was found, in our own words", "人工智能产业产值")
    statement_en: str | None = about("The same in English", "Output of the AI industry")


class ObservationView(Listed, NotedView, FigureView, KeyView, ObservationRef):
    """A figure measured, estimated or forecast."""

    region: RegionRef = Field(description="The region it was measured for")
    from_on: date | None = about("First day of the period; equals `to_on` for a stock", "2024-01-01")
    to_on: date | None = about("Last day of the period; null if unknown", "2024-12-31")
    precision: Precision = about("How exactly the period is known", "year")
    baseline_year: int | None = about("Year that growth is counted from", None)
    status: ObservationStatus = about("Who stands behind it, or that it is a forecast", "official")
    measured_by: OrganizationRef | None = Field(
        description="Who measured it; null if the source does not say"
    )
    series: str | None = about("Shared by figures of one sentence", None)
    inferred: list[str] = about("Fields that the text leaves to us", [])
    evidence: list[EvidenceView] = Field(description="Where it is written")


class MeasureRef(View):
    """A measure, by its statement."""

    public_id: str = about("Immutable public id", "hangzhou-ai-highland-2025.computing-vouchers")
    kind: MeasureKind = about("The sort of instrument", "voucher")
    statement_zh: str = about("What is done, in our own words", "设立算力券")
    statement_en: str | None = about("The same in English", "Computing vouchers")


class MeasureView(Listed, NotedView, MeasureRef):
    """A policy instrument of a plan."""

    plan: PlanRef = Field(description="The plan it belongs to")
    region: RegionRef = Field(description="The region it holds for")
    value_as_stated: str | None = about("The amount in the source's words", "每年2.5亿元")
    comparator: Comparator | None = about("How the amount is bounded", "eq")
    total: Digits | None = about("Amount in all, as stated", "2.5")
    max_each: Digits | None = about("Most that one recipient gets, as stated", None)
    unit: str | None = about("Unit of the amounts, as stated", "亿元")
    max_share: Digits | None = about("Most that is paid of the cost, percent", "30")
    per: str | None = about("Period of the amount", "year")
    canonical_total: Digits | None = about("Amount in all, canonical unit", "250000000")
    canonical_max_each: Digits | None = about("Most for one, canonical unit", None)
    canonical_unit: str | None = about("Canonical unit", "CNY")
    inferred: list[str] = about("Fields that the text leaves to us", [])
    evidence: list[EvidenceView] = Field(description="Where it is written")
