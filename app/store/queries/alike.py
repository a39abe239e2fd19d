"""What is being written may repeat: plans of a region with a like title, targets and observations of the same.

Whether they do is for the editor to say; nothing here refuses anything.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Final

from sqlalchemy import extract, select, tuple_
from sqlalchemy.orm import Session

from app.domain.spelling import fold
from app.domain.vocabulary import Boundary, Coverage, EditorialState, Kind
from app.store.models import Deadline, Metric, Observation, Plan, Region, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.rows import figure_columns, figure_fields, swift
from app.store.views.facts import FigureView
from app.store.views.named import AlikeObservation, AlikePlan, AlikeTarget

LIKE: Final = 0.75
"""From this share of common characters on, two titles are like each other."""
MOST: Final = 5
_PLAN = (Plan.slug, Plan.title_zh, Plan.title_en, Plan.editorial_state)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a target that is being written is about: region (code), metric, topic, and the years that it is due in."""

    region: str
    metric: str
    topic: str
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observation that is being written is about: region (code), key, first and last day."""

    region: str
    metric: str
    topic: str
    kind: Kind
    boundary: Boundary
    coverage: Coverage
    qualifier: str
    from_on: date
    to_on: date


def plans_alike(
    session: Session, region: str, title_zh: str, title_en: str = "", but: str = ""
) -> list[AlikePlan]:
    """List plans of a region (code) with a like title in either language, the likest first; not the plan `but`."""
    given = [fold(title_zh), fold(title_en)]
    if not any(given):
        return []
    of_region = select(*_PLAN).join(Region).where(Region.code == region, Plan.slug != but)
    likeness = [
        (max(map(_likeness, given, (fold(row.title_zh), fold(row.title_en)))), row)
        for row in swift(session.execute(of_region))
    ]
    like = sorted((item for item in likeness if item[0] >= LIKE), key=lambda item: (-item[0], item[1].slug))
    return [_plan(row) for _, row in like[:MOST]]


def targets_alike(session: Session, claims: Collection[Claim], but: str = "") -> list[AlikeTarget]:
    """List dated figures of other plans than `but` with one of the claims' region, metric, topic and year.

    One statement, however many claims there are.
    """
    years = {
        (claim.region, claim.metric, claim.topic, year): None for claim in claims for year in claim.years
    }
    if not years:
        return []
    due = extract("year", Deadline.due_on)
    rows = session.execute(
        select(
            Target.public_id,
            Target.statement_zh,
            Target.statement_en,
            *_PLAN,
            *figure_columns(Deadline),
            Deadline.due_on,
            Deadline.due_precision,
        )
        .join(Target, Target.id == Deadline.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Metric, Metric.id == Target.metric_id)
        .join(Topic, Topic.id == Target.topic_id)
        .where(
            Plan.slug != but,
            Plan.editorial_state != EditorialState.RETIRED,
            Target.retired_on.is_(None),
            Deadline.retired_on.is_(None),
            tuple_(Region.code, Metric.slug, Topic.slug, due).in_(list(years)),
        )
        .order_by(Deadline.due_sort, Bytewise(Target.public_id))
        .limit(MOST * 4)
    )
    return [_target(row) for row in swift(rows)]


def observations_alike(session: Session, seen: Seen, but: str = "") -> list[AlikeObservation]:
    """List observations of the same region and key whose period overlaps, the latest first; not the one `but`."""
    rows = session.execute(
        select(
            Observation.slug,
            Observation.statement_zh,
            Observation.statement_en,
            *figure_columns(Observation),
            Observation.to_on,
            Observation.precision,
        )
        .join(Region, Region.id == Observation.region_id)
        .join(Metric, Metric.id == Observation.metric_id)
        .join(Topic, Topic.id == Observation.topic_id)
        .where(
            Region.code == seen.region,
            Metric.slug == seen.metric,
            Topic.slug == seen.topic,
            Observation.kind == seen.kind,
            Observation.boundary == seen.boundary,
            Observation.coverage == seen.coverage,
            Observation.qualifier == seen.qualifier,
            Observation.from_on <= seen.to_on,
            Observation.to_on >= seen.from_on,
            Observation.editorial_state != EditorialState.RETIRED,
            Observation.slug != but,
        )
        .order_by(Observation.to_on.desc(), Bytewise(Observation.slug))
        .limit(MOST)
    )
    return [
        AlikeObservation(
            slug=row.slug,
            statement_zh=row.statement_zh,
            statement_en=row.statement_en,
            figure=FigureView(**figure_fields(row)),
            to_on=row.to_on,
            precision=row.precision,
        )
        for row in swift(rows)
    ]


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0


def _plan(row: Any) -> AlikePlan:
    return AlikePlan(
        slug=row.slug, title_zh=row.title_zh, title_en=row.title_en, editorial_state=row.editorial_state
    )


def _target(row: Any) -> AlikeTarget:
    return AlikeTarget(
        public_id=row.public_id,
        statement_zh=row.statement_zh,
        statement_en=row.statement_en,
        plan=_plan(row),
        figure=FigureView(**figure_fields(row)),
        due_on=row.due_on,
        due_precision=row.due_precision,
    )
