"""The tables of the whole dataset: their columns, what identifies a row, and which table a column refers to.

Names, kinds and meanings of the columns are the views'; the rows are read in `store.queries.whole`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.exchange.tables.table import JOINT, Cell, Column, columns_of
from app.i18n import Lang, term
from app.store.queries.whole import read_table
from app.store.views.entities import MetricView, OrganizationView, PlanView, RegionView, SourceView, TopicView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView
from app.store.views.whole import (
    AssessmentView,
    EvidenceRowView,
    LinkRowView,
    MemberView,
    PlacedView,
    TombstoneView,
)

CHANGED: Final = "updated_at"
"""The column that says when a row last changed, which is no change by itself."""
RETIRED: Final = "retired_on"


@dataclass(frozen=True, slots=True)
class WholeTable:
    """One table: its columns, those that identify a row, and the tables that columns refer to by their only key."""

    name: str
    about: str
    columns: tuple[Column[Any], ...]
    key: tuple[str, ...]
    refers: Mapping[str, str]

    def meaning(self, lang: Lang) -> str:
        """Say in a language what the rows are."""
        return term(lang, "table", self.about)

    def rows(self, session: Session) -> Iterator[tuple[Cell, ...]]:
        """Read the cells of all published rows, in the order of the columns."""
        readers = [column.read for column in self.columns]
        for row in read_table(session, self.name):
            yield tuple(read(row) for read in readers)

    def referred(self, column: Column[Any]) -> tuple[str, str] | None:
        """Name the table and the column that a column refers to, if it does."""
        to = self.refers.get(column.name)
        return None if to is None else (to, BY_NAME[to].key[0])


def _of(view: type[BaseModel], *paths: str) -> tuple[Column[Any], ...]:
    """Make columns of a view's fields, by path; what leads to another entity has that entity's name: `region.code`.

    `topic=subject.slug` gives a column another name.
    """
    made = []
    for path in paths:
        name, _, field = path.rpartition("=")
        name = name or field.partition(".")[0]
        (column,) = columns_of(view, field)
        made.append(replace(column, name=name, read=_reader(name)))
    return tuple(made)


def _reader(name: str) -> Callable[[Any], Cell]:
    return lambda row: _cell(getattr(row, name))


def _cell(value: Any) -> Cell:
    """Make one cell of a value: a word its text, a list its parts joined as in all tables."""
    if isinstance(value, list):
        return JOINT.join(value) or None
    return str(value) if isinstance(value, StrEnum) else value


def _table(name: str, about: str, columns: tuple[Column[Any], ...], key: str, **refers: str) -> WholeTable:
    return WholeTable(name, about, columns, tuple(key.split()), refers)


_NAMES: Final = ("slug", "name_zh", "name_en")
_GONE: Final = _of(TombstoneView, RETIRED)
_KEY: Final = ("metric.slug", "kind", "topic", "boundary", "coverage", "qualifier")
_FIGURE: Final = (
    *("comparator", "value", "value_high", "unit", "canonical_value", "canonical_high", "canonical_unit"),
    "value_as_stated",
)
_NOTES: Final = ("note_zh", "note_en", CHANGED)

TABLES: Final[tuple[WholeTable, ...]] = (
    _table(
        "regions",
        "The country, its provinces, prefectures, counties and zones, and groups of them",
        _of(
            RegionView,
            *("code", "slug", "name_zh", "name_en", "level", "iso", "short_zh", "abbr_zh", "aliases"),
            *("parent", "replaced_by", CHANGED),
        )
        + _GONE,
        "code",
        parent="regions",
        replaced_by="regions",
    ),
    _table(
        "region_members",
        "Which regions are members of which groups",
        _of(MemberView, "region.code", "member.code", "position"),
        "region member",
        region="regions",
        member="regions",
    ),
    _table(
        "organizations",
        "Bodies that issue plans or measure things",
        _of(OrganizationView, *_NAMES, "region.code", CHANGED) + _GONE,
        "slug",
        region="regions",
    ),
    _table(
        "topics",
        "Topics with their definitions",
        _of(
            TopicView,
            *(*_NAMES, "aliases", "parent", "definition_zh", "definition_en", "standard", CHANGED),
        )
        + _GONE,
        "slug",
        parent="topics",
    ),
    _table(
        "metrics",
        "What figures count, with definitions",
        _of(
            MetricView,
            *(*_NAMES, "family", "dimension", "aliases", "definition_zh", "definition_en", "standard"),
            *("direction", "additive", "canonical_unit", CHANGED),
        )
        + _GONE,
        "slug",
    ),
    _table(
        "sources",
        "Where facts are written; the texts themselves are not kept",
        _of(
            SourceView,
            *("slug", "kind", "title_zh", "title_en", "publisher_zh", "publisher_en", "url", "language"),
            *("script", "published_on", "published_precision", "text_sha256", *_NOTES),
        )
        + _GONE,
        "slug",
    ),
    _table(
        "plans",
        "Plans, schemes, measures and meetings at which a government said what it would reach",
        _of(
            PlanView,
            *("slug", "region.code", "title_zh", "title_en", "document_number", "form", "stage"),
            *("written_on", "written_precision", "published_on", "published_precision"),
            *("effective_on", "effective_precision", "expires_on", "expires_precision"),
            *("reported_on", "reported_precision", "period_start", "period_end", "summary_zh", "summary_en"),
            *_NOTES,
        ),
        "slug",
        region="regions",
    ),
    _table(
        "plan_issuers",
        "Who issued which plan",
        _of(PlanView, "plan=slug", "organization=issuers.slug") + _of(PlacedView, "position"),
        "plan organization",
        plan="plans",
        organization="organizations",
    ),
    _table(
        "plan_topics",
        "Which plan is about what",
        _of(PlanView, "plan=slug", "topic=topics.slug") + _of(PlacedView, "position"),
        "plan topic",
        plan="plans",
        topic="topics",
    ),
    _table(
        "plan_links",
        "What one plan does to another",
        _of(LinkRowView, "plan.slug", "kind", "to_plan.slug", "note_zh", "note_en"),
        "plan kind to_plan",
        plan="plans",
        to_plan="plans",
    ),
    _table(
        "targets",
        "What a plan promises for a region",
        _of(
            TargetView,
            *("public_id", "plan.slug", "region.code", "statement_zh", "statement_en", *_KEY, "bindingness"),
            *("baseline_value", "baseline_unit", "baseline_year", "inferred", *_NOTES),
        ),
        "public_id",
        plan="plans",
        region="regions",
        metric="metrics",
        topic="topics",
    ),
    _table(
        "deadlines",
        "What a target must have reached, and when: one row for each dated figure",
        _of(
            DeadlineView,
            *("id", "target.public_id", "due_on", "due_precision", "due_as_stated", "ambition"),
            *(*_FIGURE, "inferred", *_NOTES),
        ),
        "id",
        target="targets",
    ),
    _table(
        "observations",
        "What was measured, estimated or forecast",
        _of(
            ObservationView,
            *("slug", "region.code", "statement_zh", "statement_en", *_KEY, *_FIGURE),
            *("from_on", "to_on", "precision", "baseline_year", "status", "measured_by.slug", "series"),
            *("inferred", *_NOTES),
        ),
        "slug",
        region="regions",
        metric="metrics",
        topic="topics",
        measured_by="organizations",
    ),
    _table(
        "measures",
        "Policy instruments of plans",
        _of(
            MeasureView,
            *("public_id", "plan.slug", "region.code", "kind", "statement_zh", "statement_en"),
            *("value_as_stated", "comparator", "total", "max_each", "unit", "max_share", "per"),
            *("canonical_total", "canonical_max_each", "canonical_unit", "inferred", *_NOTES),
        ),
        "public_id",
        plan="plans",
        region="regions",
    ),
    _table(
        "evidence",
        "Where facts are written: each row supports one plan, deadline, observation or measure",
        _of(
            EvidenceRowView,
            *("id", "plan.slug", "deadline.id", "observation.slug", "measure.public_id"),
            *("source", "paragraph", "phrase", "check", "checked_on"),
        ),
        "id",
        plan="plans",
        deadline="deadlines",
        observation="observations",
        measure="measures",
        source="sources",
    ),
    _table(
        "assessments",
        "Searches that found nothing for a region and topic",
        _of(
            AssessmentView,
            *("region.code", "topic=subject.slug", "searched_zh", "searched_en", "searched_on", CHANGED),
        ),
        "region topic",
        region="regions",
        topic="topics",
    ),
)
"""Each after those that it refers to."""
BY_NAME: Final[Mapping[str, WholeTable]] = {table.name: table for table in TABLES}
