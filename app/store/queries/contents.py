"""What the rows of a collection rest on: the metrics and topics that they name, and the sources of their evidence.

The rows themselves are read by the collections' own modules.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from app.store.models import (
    Deadline,
    Evidence,
    Measure,
    Metric,
    Observation,
    Plan,
    PlanTopic,
    Source,
    Topic,
)
from app.store.queries.bytewise import Bytewise
from app.store.queries.choosing import Chosen, choose_deadlines, choose_targets
from app.store.queries.citing import cited_sources
from app.store.queries.filters import Filters, within
from app.store.queries.measures import MEASURES, measure_conditions
from app.store.queries.observations import OBSERVATIONS, observation_conditions
from app.store.queries.plans import PLANS, plan_conditions
from app.store.views.contents import ContentsView, DefinitionView

MOST_SOURCES: Final = 1000
"""How many sources are named."""
Ids = Select[Any]


@dataclass(frozen=True, slots=True)
class _Used:
    """Selects of the ids of what rows use; none where rows of the sort use no such thing."""

    metrics: Ids | None = None
    topics: Ids | None = None
    sources: Ids | None = None


def contents_of(session: Session, collection: str, filters: Filters, today: date) -> ContentsView:
    """Tell what the rows that filters leave of a collection rest on, in a fixed number of statements.

    What others refer to (regions, metrics, sources, …) rests on nothing but itself.
    """
    use = _USES.get(collection)
    return _read(session, _Used() if use is None else use(session, filters, today))


def contents_named(
    session: Session, metrics: Collection[str], topics: Collection[str], sources: Collection[str]
) -> ContentsView:
    """Tell the same of rows that name these metrics, topics and sources."""
    used = _Used(
        select(Metric.id).where(Metric.slug.in_(metrics)),
        select(Topic.id).where(Topic.slug.in_(topics)),
        select(Source.id).where(Source.slug.in_(sources)),
    )
    return _read(session, used)


def _of_deadlines(session: Session, filters: Filters, today: date) -> _Used:
    chosen = choose_deadlines(session, filters, today)
    supported = within(session, Evidence.deadline_id, chosen.ids)
    return _of_keyed(chosen, select(Evidence.source_id).where(supported))


def _of_targets(session: Session, filters: Filters, _today: date) -> _Used:
    chosen = choose_targets(session, filters)
    owned = within(session, Deadline.target_id, chosen.ids)
    dated = select(Deadline.id).where(owned, Deadline.retired_on.is_(None))
    return _of_keyed(chosen, select(Evidence.source_id).where(Evidence.deadline_id.in_(dated)))


def _of_keyed(chosen: Chosen, sources: Ids) -> _Used:
    def used(column: str) -> list[int]:
        held = chosen.side.by[column].items()
        return [number for number, ids in held if number is not None and chosen.ids.intersect(ids)]

    return _Used(
        select(Metric.id).where(Metric.id.in_(used("metric"))),
        select(Topic.id).where(Topic.id.in_(used("topic"))),
        sources,
    )


def _of_observations(session: Session, filters: Filters, _today: date) -> _Used:
    rows = OBSERVATIONS.where(*observation_conditions(session, filters))
    ids = rows.with_only_columns(Observation.id)
    return _Used(
        rows.with_only_columns(Observation.metric_id),
        rows.with_only_columns(Observation.topic_id),
        select(Evidence.source_id).where(Evidence.observation_id.in_(ids)),
    )


def _of_plans(session: Session, filters: Filters, _today: date) -> _Used:
    ids = PLANS.where(*plan_conditions(session, filters)).with_only_columns(Plan.id)
    return _Used(
        topics=select(PlanTopic.topic_id).where(PlanTopic.plan_id.in_(ids)),
        sources=select(Evidence.source_id).where(Evidence.plan_id.in_(ids)),
    )


def _of_measures(session: Session, filters: Filters, _today: date) -> _Used:
    ids = MEASURES.where(*measure_conditions(session, filters)).with_only_columns(Measure.id)
    return _Used(sources=select(Evidence.source_id).where(Evidence.measure_id.in_(ids)))


_USES: Final[Mapping[str, Any]] = {
    "plans": _of_plans,
    "targets": _of_targets,
    "deadlines": _of_deadlines,
    "observations": _of_observations,
    "measures": _of_measures,
}


def _read(session: Session, used: _Used) -> ContentsView:
    slugs, total = _sources(session, used.sources)
    cited = cited_sources(session, slugs)
    return ContentsView(
        metrics=_definitions(session, Metric, used.metrics),
        topics=_definitions(session, Topic, used.topics),
        sources=[cited[slug] for slug in slugs],
        sources_total=total,
    )


def _sources(session: Session, ids: Ids | None) -> tuple[list[str], int]:
    if ids is None:
        return [], 0
    found = select(Source.slug).where(Source.id.in_(ids))
    slugs = session.scalars(found.order_by(Bytewise(Source.slug)).limit(MOST_SOURCES)).all()
    if len(slugs) < MOST_SOURCES:
        return list(slugs), len(slugs)
    return list(slugs), session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _definitions(
    session: Session, table: type[Metric] | type[Topic], ids: Ids | None
) -> list[DefinitionView]:
    if ids is None:
        return []
    unit = Metric.canonical_unit if table is Metric else null()
    columns = (getattr(table, name) for name in DefinitionView.model_fields if name != "canonical_unit")
    chosen = select(*columns, unit.label("canonical_unit")).where(table.id.in_(ids))
    return [
        DefinitionView(**row._mapping)  # noqa: SLF001 - the columns by their names
        for row in session.execute(chosen.order_by(Bytewise(table.slug)))
    ]
