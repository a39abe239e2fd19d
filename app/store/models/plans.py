"""The tables of a plan and all it holds: issuers, topics, links, targets, deadlines, measures.

Evidence and observations are in `facts`.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.vocabulary import (
    Ambition,
    Bindingness,
    Comparator,
    EditorialState,
    LinkKind,
    MeasureKind,
    PlanForm,
    Precision,
    Stage,
)
from app.store.models.base import Aggregate, Base, Noted, Word, one_of
from app.store.models.columns import FigureColumns, KeyColumns, figure_checks, key_checks
from app.store.models.facts import Evidence

QUANTIFIED = text("kind <> 'qualitative' AND retired_on IS NULL")


class Plan(Aggregate, Noted, Base):
    """A plan, scheme, set of measures or meeting at which a government said what it would reach.

    `changed_in` is the dataset revision that brought its last public change.
    """

    __tablename__ = "plan"
    __table_args__ = (
        one_of("form", PlanForm),
        one_of("stage", Stage),
        one_of("editorial_state", EditorialState),
        CheckConstraint("period_start <= period_end", name="period_ordered"),
        CheckConstraint("(editorial_state = 'retired') = (retired_on IS NOT NULL)", name="retired_has_date"),
        *(
            one_of(f"{name}_precision", Precision)
            for name in ("written", "published", "effective", "expires", "reported")
        ),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    document_number: Mapped[str | None]
    form: Mapped[PlanForm] = mapped_column(Word(PlanForm))
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    written_on: Mapped[date | None]
    written_precision: Mapped[Precision] = mapped_column(Word(Precision))
    published_on: Mapped[date | None]
    published_precision: Mapped[Precision] = mapped_column(Word(Precision))
    effective_on: Mapped[date | None]
    effective_precision: Mapped[Precision] = mapped_column(Word(Precision))
    expires_on: Mapped[date | None]
    expires_precision: Mapped[Precision] = mapped_column(Word(Precision))
    reported_on: Mapped[date | None]
    reported_precision: Mapped[Precision] = mapped_column(Word(Precision))
    period_start: Mapped[int | None]
    period_end: Mapped[int | None]
    summary_zh: Mapped[str | None]
    summary_en: Mapped[str | None]
    editorial_state: Mapped[EditorialState] = mapped_column(Word(EditorialState))
    changed_in: Mapped[int | None] = mapped_column(index=True)

    issuers: Mapped[list["PlanIssuer"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PlanIssuer.position"
    )
    topics: Mapped[list["PlanTopic"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PlanTopic.position"
    )
    links: Mapped[list["PlanLink"]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="PlanLink.position",
        foreign_keys="PlanLink.from_plan_id",
    )
    targets: Mapped[list["Target"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Target.position"
    )
    measures: Mapped[list["Measure"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Measure.position"
    )
    evidence: Mapped[list[Evidence]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Evidence.position
    )


class PlanIssuer(Base):
    """A body that issued a plan."""

    __tablename__ = "plan_issuer"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True, index=True)
    position: Mapped[int]


class PlanTopic(Base):
    """A topic of a plan."""

    __tablename__ = "plan_topic"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int]


class PlanLink(Base):
    """What one plan does to another."""

    __tablename__ = "plan_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        UniqueConstraint("from_plan_id", "to_plan_id", "kind"),
        CheckConstraint("from_plan_id <> to_plan_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    to_plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(Word(LinkKind))
    note_zh: Mapped[str | None]
    note_en: Mapped[str | None]
    position: Mapped[int]


class Target(KeyColumns, Noted, Base):
    """What a plan promises for a region; one quantified target per plan, region and key."""

    __tablename__ = "target"
    __table_args__ = (
        *key_checks(),
        one_of("bindingness", Bindingness),
        CheckConstraint("(baseline_value IS NULL) = (baseline_unit IS NULL)", name="baseline_whole"),
        CheckConstraint("baseline_year BETWEEN 1949 AND 2100", name="baseline_year_sane"),
        Index(
            "uq_target_key",
            *("plan_id", "region_id", "kind", "boundary", "coverage", "topic_id", "metric_id", "qualifier"),
            unique=True,
            sqlite_where=QUANTIFIED,
            postgresql_where=QUANTIFIED,
        ),
        Index("ix_target_updated_at_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(140), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    statement_zh: Mapped[str]
    statement_en: Mapped[str | None]
    bindingness: Mapped[Bindingness] = mapped_column(Word(Bindingness))
    baseline_value: Mapped[Decimal | None]
    baseline_unit: Mapped[str | None] = mapped_column(String(20))
    baseline_year: Mapped[int | None]
    inferred: Mapped[list[str]]
    position: Mapped[int]
    retired_on: Mapped[date | None]
    updated_at: Mapped[datetime]

    deadlines: Mapped[list["Deadline"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Deadline.position"
    )


class Deadline(FigureColumns, Noted, Base):
    """What a target must have reached, and when; `due_sort` is 9999-12-31 for an undated one."""

    __tablename__ = "deadline"
    __table_args__ = (
        *figure_checks(),
        one_of("due_precision", Precision),
        one_of("ambition", Ambition),
        CheckConstraint("due_on BETWEEN '1949-10-01' AND '2100-12-31'", name="due_sane"),
        CheckConstraint("(due_on IS NULL) = (due_precision = 'none')", name="due_precise"),
        CheckConstraint("(due_on IS NULL) = (due_sort = '9999-12-31')", name="due_sorted"),
        UniqueConstraint("target_id", "due_sort", "ambition"),
        # In the order of lists: many are due on the same day, and a page may begin among them.
        Index("ix_deadline_due_sort_id", "due_sort", "id"),
        Index("ix_deadline_updated_at_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(180), unique=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    due_on: Mapped[date | None]
    due_precision: Mapped[Precision] = mapped_column(Word(Precision))
    due_sort: Mapped[date]
    due_as_stated: Mapped[str | None]
    ambition: Mapped[Ambition] = mapped_column(Word(Ambition))
    inferred: Mapped[list[str]]
    position: Mapped[int]
    retired_on: Mapped[date | None]
    updated_at: Mapped[datetime]

    evidence: Mapped[list[Evidence]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Evidence.position
    )


class Measure(Noted, Base):
    """A policy instrument of a plan; amounts as stated, with canonical values beside them."""

    __tablename__ = "measure"
    __table_args__ = (
        one_of("kind", MeasureKind),
        one_of("comparator", Comparator),
        CheckConstraint("(total IS NULL AND max_each IS NULL) = (unit IS NULL)", name="amount_has_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(140), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    kind: Mapped[MeasureKind] = mapped_column(Word(MeasureKind))
    statement_zh: Mapped[str]
    statement_en: Mapped[str | None]
    value_as_stated: Mapped[str | None]
    comparator: Mapped[Comparator | None] = mapped_column(Word(Comparator))
    total: Mapped[Decimal | None]
    max_each: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(String(20))
    max_share: Mapped[Decimal | None]
    per: Mapped[str | None] = mapped_column(String(10))
    canonical_total: Mapped[Decimal | None]
    canonical_max_each: Mapped[Decimal | None]
    canonical_unit: Mapped[str | None] = mapped_column(String(20))
    inferred: Mapped[list[str]]
    position: Mapped[int]
    retired_on: Mapped[date | None]
    updated_at: Mapped[datetime] = mapped_column(index=True)

    evidence: Mapped[list[Evidence]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Evidence.position
    )
