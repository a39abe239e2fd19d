"""From selected columns to the parts that several views share: references, keys, figures, evidence.

The statements that select them are in the modules of the collections.
"""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.comparability import Figure, Key
from app.domain.schemas import Paragraphs
from app.domain.vocabulary import Dimension, Family, RegionLevel, Stage
from app.store.models import Evidence, Metric, Organization, Plan, Region, Source, Topic
from app.store.models.columns import FigureColumns, KeyColumns
from app.store.queries.paging import AnyRow, AnySelect
from app.store.views.base import EvidenceView, MetricRef, OrganizationRef, PlanRef, RegionRef, trusted
from app.store.views.facts import FigureView

REGION = (
    Region.code.label("region_code"),
    Region.slug.label("region_slug"),
    Region.name_zh.label("region_name_zh"),
    Region.name_en.label("region_name_en"),
    Region.level.label("region_level"),
)
PLAN = (
    Plan.slug.label("plan_slug"),
    Plan.title_zh.label("plan_title_zh"),
    Plan.title_en.label("plan_title_en"),
    Plan.stage.label("plan_stage"),
)
METRIC = (
    Metric.slug.label("metric_slug"),
    Metric.name_zh.label("metric_name_zh"),
    Metric.name_en.label("metric_name_en"),
    Metric.family.label("metric_family"),
    Metric.dimension.label("metric_dimension"),
    Metric.direction.label("metric_direction"),
    Metric.standard.label("metric_standard"),
)
TOPIC = (Topic.slug.label("topic_slug"), Topic.standard.label("topic_standard"))
ORGANIZATION = (
    Organization.slug.label("organization_slug"),
    Organization.name_zh.label("organization_name_zh"),
    Organization.name_en.label("organization_name_en"),
)

_evidence_view = trusted(EvidenceView)
FIGURE = tuple(FigureView.model_fields)


def swift(rows: Iterable[AnyRow]) -> list[Any]:
    """Turn rows into named tuples, whose fields are read ten times as fast as those of SQLAlchemy's rows."""
    listed = list(rows)
    return list(map(_tuples(listed[0]._fields), listed)) if listed else []


@cache
def _tuples(names: tuple[str, ...]) -> Callable[[AnyRow], Any]:
    """Give what makes a named tuple of a row; the names are those of a statement, of which there are few."""
    made = namedtuple("made", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - names known at run time
    return made._make


def key_columns(table: type[KeyColumns]) -> tuple[InstrumentedAttribute[Any], ...]:
    """Give the key columns of a table that are not references."""
    return (table.kind, table.boundary, table.coverage, table.qualifier)


def figure_columns(table: type[FigureColumns]) -> tuple[InstrumentedAttribute[Any], ...]:
    """Give the figure columns of a table."""
    return tuple(getattr(table, name) for name in FIGURE)


def region_of(row: AnyRow) -> RegionRef:
    """Name the region of a row that selected REGION."""
    return _region(row.region_code, row.region_slug, row.region_name_zh, row.region_name_en, row.region_level)


def plan_of(row: AnyRow) -> PlanRef:
    """Name the plan of a row that selected PLAN."""
    return _plan(row.plan_slug, row.plan_title_zh, row.plan_title_en, row.plan_stage)


def metric_of(row: AnyRow) -> MetricRef | None:
    """Name the metric of a row that selected METRIC over an outer join; None if qualitative."""
    if row.metric_slug is None:
        return None
    return _metric(
        row.metric_slug, row.metric_name_zh, row.metric_name_en, row.metric_family, row.metric_dimension
    )


# Lists name the same few regions, plans and metrics in row after row: equal names are one view, which nobody
# can change.
@lru_cache(maxsize=4096)
def _region(code: str, slug: str, name_zh: str, name_en: str, level: RegionLevel) -> RegionRef:
    return RegionRef(code=code, slug=slug, name_zh=name_zh, name_en=name_en, level=level)


@lru_cache(maxsize=4096)
def _plan(slug: str, title_zh: str, title_en: str, stage: Stage) -> PlanRef:
    return PlanRef(slug=slug, title_zh=title_zh, title_en=title_en, stage=stage)


@lru_cache(maxsize=4096)
def _metric(slug: str, name_zh: str, name_en: str, family: Family, dimension: Dimension) -> MetricRef:
    return MetricRef(slug=slug, name_zh=name_zh, name_en=name_en, family=family, dimension=dimension)


def organization_of(row: AnyRow) -> OrganizationRef | None:
    """Name the organization of a row that selected ORGANIZATION over an outer join."""
    if row.organization_slug is None:
        return None
    return OrganizationRef(
        slug=row.organization_slug, name_zh=row.organization_name_zh, name_en=row.organization_name_en
    )


def key_of(row: AnyRow) -> Key:
    """Give the key of a row that selected the key columns, TOPIC and METRIC."""
    return Key(row.kind, row.boundary, row.coverage, row.topic_slug, row.metric_slug, row.qualifier)


def figure_of(  # noqa: PLR0913 - what only a deadline or only an observation has, by name
    row: AnyRow,
    *,
    on: date | None,
    status: str,
    inferred: Iterable[str],
    stage: Stage | None = None,
    measured_by: str | None = None,
    target: str | None = None,
    plan: str | None = None,
    series: str | None = None,
) -> Figure:
    """Give what R3 needs of a row with a key, a figure, a region, metric and topic, and is said of it beside them."""
    return Figure(
        key=key_of(row),
        region=row.region_code,
        region_level=row.region_level,
        year=on.year if on else None,
        status=status,
        stage=stage,
        measured_by=measured_by,
        inferred=frozenset(inferred),
        target=target,
        plan=plan,
        series=series,
        metric_defined=row.metric_standard is not None,
        topic_defined=row.topic_standard is not None,
        comparator=row.comparator,
        value=row.canonical_value,
        value_high=row.canonical_high,
        unit=row.canonical_unit,
    )


def key_fields(row: AnyRow) -> dict[str, Any]:
    """Give the fields of a KeyView."""
    return {
        "metric": metric_of(row),
        "kind": row.kind,
        "topic": row.topic_slug,
        "boundary": row.boundary,
        "coverage": row.coverage,
        "qualifier": row.qualifier,
    }


def figure_fields(row: AnyRow) -> dict[str, Any]:
    """Give the fields of a FigureView."""
    return {name: getattr(row, name) for name in FIGURE}


@cache
def _evidence(column: InstrumentedAttribute[int | None]) -> AnySelect:
    """Select the evidence of `owners`, facts of the sort that a column refers to; built once for each sort."""
    return (
        select(
            column.label("owner"),
            Source.slug,
            Source.title_zh,
            Source.title_en,
            Source.kind,
            Evidence.paragraph_first,
            Evidence.paragraph_last,
            Evidence.phrase,
            Evidence.outcome,
            Evidence.checked_on,
        )
        .join(Source, Source.id == Evidence.source_id)
        .where(column.in_(bindparam("owners", expanding=True)))
        .order_by(column, Evidence.position)
    )


def evidence_of(
    session: Session, column: InstrumentedAttribute[int | None], owners: Collection[int]
) -> dict[int, list[EvidenceView]]:
    """Read the evidence of many facts in one statement, by the fact's id, in the curator's order."""
    found: dict[int, list[EvidenceView]] = defaultdict(list)
    for row in swift(session.execute(_evidence(column), {"owners": list(owners)})):
        found[row.owner].append(
            _evidence_view(
                source=row.slug,
                source_title_zh=row.title_zh,
                source_title_en=row.title_en,
                source_kind=row.kind,
                paragraph=str(Paragraphs((row.paragraph_first, row.paragraph_last))),
                phrase=row.phrase,
                check=row.outcome,
                checked_on=row.checked_on,
            )
        )
    return found
