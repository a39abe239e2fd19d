"""The list of observations and single ones.

Which of them a deadline's progress may rest on is found in `progress`.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from app.domain.comparability import Figure
from app.domain.vocabulary import EditorialState
from app.store.models import Evidence, Metric, Observation, Organization, Region, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.deadlines import refuse_hidden
from app.store.queries.filters import (
    Condition,
    Filters,
    key_conditions,
    place_conditions,
    supported_by,
)
from app.store.queries.judging import Judged
from app.store.queries.paging import AnyRow, AnySelect, Order, Paging, fetch_page
from app.store.queries.rows import (
    METRIC,
    ORGANIZATION,
    REGION,
    TOPIC,
    evidence_of,
    figure_columns,
    figure_fields,
    figure_of,
    key_columns,
    key_fields,
    organization_of,
    region_of,
    swift,
)
from app.store.search import matching
from app.store.views.base import Page
from app.store.views.facts import ObservationView

# An observation without a date comes last, as an undated deadline does.
_ENDED = func.coalesce(Observation.to_on, date(9999, 12, 31))
ORDERS = {
    "slug": Order(Bytewise(Observation.slug), Observation.id),
    "to_on": Order(_ENDED, Observation.id),
    "-to_on": Order(_ENDED, Observation.id, descending=True),
    "updated_at": Order(Observation.updated_at, Observation.id),
    "-updated_at": Order(Observation.updated_at, Observation.id, descending=True),
}
# By value only within one metric and kind (R3).
VALUE_ORDERS = {
    "value": Order(Observation.canonical_sort, Observation.id),
    "-value": Order(Observation.canonical_sort, Observation.id, descending=True),
}
# What an observation's view is made of, joined but not yet filtered.
OBSERVATIONS: AnySelect = (
    select(
        Observation.id,
        Observation.slug,
        Observation.from_on,
        Observation.to_on,
        Observation.precision,
        Observation.baseline_year,
        Observation.status,
        Observation.series,
        Observation.statement_zh,
        Observation.statement_en,
        Observation.inferred,
        Observation.note_zh,
        Observation.note_en,
        Observation.updated_at,
        Observation.editorial_state,
        Observation.retired_on,
        Observation.version,
        *key_columns(Observation),
        *figure_columns(Observation),
        *REGION,
        *METRIC,
        *TOPIC,
        *ORGANIZATION,
    )
    .select_from(Observation)
    .join(Region, Region.id == Observation.region_id)
    .join(Metric, Metric.id == Observation.metric_id)
    .join(Topic, Topic.id == Observation.topic_id)
    .outerjoin(Organization, Organization.id == Observation.measured_by_id)
)


def list_observations(session: Session, filters: Filters, paging: Paging) -> Page[ObservationView]:
    """List public observations by slug.

    Filters: region, under, topic, metric, family, kind, status, year (of the period's end), source, q,
    updated_since. Raises DomainError for what they name and is unknown, bad_sort, bad_limit, bad_cursor.
    """
    one_measure = filters.metric is not None and filters.kind is not None
    found = fetch_page(
        session,
        OBSERVATIONS.where(*observation_conditions(session, filters)),
        paging,
        orders=ORDERS | VALUE_ORDERS if one_measure else ORDERS,
        belongs_to=("observations", filters),
        capped=filters.q is not None,
    )
    items = _read(session, found.rows)
    return Page(items=items, total=found.total, total_is_capped=found.capped, next=found.next)


def named_observations(session: Session, slugs: Collection[str]) -> dict[str, ObservationView]:
    """Read the public observations of these slugs, all of them, in two statements."""
    rows = session.execute(
        OBSERVATIONS.where(
            Observation.slug.in_(slugs), Observation.editorial_state == EditorialState.PUBLISHED
        )
    ).all()
    return {item.slug: item for item in _read(session, rows)}


def judged_observations(session: Session, rows: Sequence[AnyRow]) -> list[Judged[ObservationView]]:
    """Complete rows of OBSERVATIONS by evidence, and add what R3 needs to judge them."""
    return [
        Judged(row.slug, view, _figure(row), row.metric_direction)
        for row, view in zip(swift(rows), _read(session, rows), strict=True)
    ]


def get_observation(session: Session, slug: str) -> ObservationView:
    """Read one observation; raise NotFoundError unknown_observation, or GoneError if it was retired."""
    row = session.execute(OBSERVATIONS.where(Observation.slug == slug)).one_or_none()
    refuse_hidden(session, "unknown_observation", slug, row and (row.editorial_state, row.retired_on))
    rows = [] if row is None else [row]
    session.info["entity_version"] = rows[0].version
    return _read(session, rows)[0]


def observation_conditions(session: Session, filters: Filters) -> list[Condition]:
    """Turn filters into conditions on OBSERVATIONS; only public rows pass."""
    conditions: list[Condition] = [
        Observation.editorial_state == EditorialState.PUBLISHED,
        *place_conditions(session, filters, Observation.region_id),
        *key_conditions(
            session,
            filters,
            topic=Observation.topic_id,
            metric=Observation.metric_id,
            kind=Observation.kind,
        ),
    ]
    if filters.year is not None:
        conditions.append(extract("year", Observation.to_on) == filters.year)
    if filters.status is not None:
        conditions.append(Observation.status == filters.status)
    if filters.source is not None:
        conditions.append(Observation.id.in_(supported_by(session, filters.source, Evidence.observation_id)))
    if filters.updated_since is not None:
        conditions.append(Observation.updated_at >= filters.updated_since)
    if filters.q is not None:
        conditions.append(Observation.id.in_(matching(session, "observation", filters.q)))
    return conditions


def _figure(row: AnyRow) -> Figure:
    return figure_of(
        row,
        on=row.to_on,
        status=row.status,
        inferred=row.inferred,
        measured_by=row.organization_slug,
        series=row.series,
    )


def _read(session: Session, rows: Sequence[AnyRow]) -> list[ObservationView]:
    evidence = evidence_of(session, Evidence.observation_id, [row.id for row in rows])
    return [
        ObservationView(
            slug=row.slug,
            region=region_of(row),
            **key_fields(row),
            **figure_fields(row),
            from_on=row.from_on,
            to_on=row.to_on,
            precision=row.precision,
            baseline_year=row.baseline_year,
            status=row.status,
            measured_by=organization_of(row),
            series=row.series,
            statement_zh=row.statement_zh,
            statement_en=row.statement_en,
            inferred=row.inferred,
            note_zh=row.note_zh,
            note_en=row.note_en,
            evidence=evidence.get(row.id, []),
            updated_at=row.updated_at,
        )
        for row in swift(rows)
    ]
