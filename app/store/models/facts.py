"""The tables of what is known besides plans: evidence, observations, searches that found nothing.

Plans and their targets are in `plans`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.vocabulary import Check, EditorialState, ObservationStatus, Precision
from app.store.models.base import Aggregate, Base, Noted, Word, one_of
from app.store.models.columns import FigureColumns, KeyColumns, figure_checks, key_checks

FACTS = ("plan_id", "deadline_id", "observation_id", "measure_id")
_ONE_FACT = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in FACTS)


class Evidence(Base):
    """Where one fact is written; it belongs to exactly one plan, deadline, observation or measure."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(f"{_ONE_FACT} = 1", name="one_fact"),
        CheckConstraint(
            "paragraph_first >= 1 AND paragraph_first <= paragraph_last", name="paragraphs_ordered"
        ),
        one_of("outcome", Check),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"), index=True)
    observation_id: Mapped[int | None] = mapped_column(ForeignKey("observation.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    paragraph_first: Mapped[int]
    paragraph_last: Mapped[int]
    phrase: Mapped[str]
    # `check` is a word of SQL, so the column has another name than the field.
    outcome: Mapped[Check] = mapped_column(Word(Check))
    checked_on: Mapped[date | None]
    position: Mapped[int]


class Observation(Aggregate, KeyColumns, FigureColumns, Noted, Base):
    """A figure measured, estimated or forecast; a stock's `from_on` equals its `to_on`."""

    __tablename__ = "observation"
    __table_args__ = (
        *key_checks(),
        *figure_checks(),
        one_of("precision", Precision),
        one_of("from_precision", Precision),
        one_of("status", ObservationStatus),
        one_of("editorial_state", EditorialState),
        CheckConstraint("value IS NOT NULL AND kind <> 'qualitative'", name="quantified"),
        CheckConstraint(
            "(from_on IS NULL) = (to_on IS NULL) AND (from_on IS NULL OR from_on <= to_on)",
            name="period_ordered",
        ),
        CheckConstraint("(to_on IS NULL) = (precision = 'none')", name="period_precise"),
        CheckConstraint("(editorial_state = 'retired') = (retired_on IS NOT NULL)", name="retired_has_date"),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    from_on: Mapped[date | None]
    # `none` where the figure is a stock: then only its one day is known.
    from_precision: Mapped[Precision] = mapped_column(Word(Precision))
    to_on: Mapped[date | None]
    precision: Mapped[Precision] = mapped_column(Word(Precision))
    baseline_year: Mapped[int | None]
    status: Mapped[ObservationStatus] = mapped_column(Word(ObservationStatus))
    measured_by_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    series: Mapped[str | None] = mapped_column(String(80))
    statement_zh: Mapped[str]
    statement_en: Mapped[str | None]
    inferred: Mapped[list[str]]
    editorial_state: Mapped[EditorialState] = mapped_column(Word(EditorialState))

    evidence: Mapped[list[Evidence]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Evidence.position
    )


class Assessment(Aggregate, Base):
    """A search that found nothing for a region and topic: what was searched, when."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("region_id", "topic_id"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    searched_zh: Mapped[str]
    searched_en: Mapped[str | None]
    searched_on: Mapped[date]
