"""The routes of plans and figures: plans, targets, deadlines, observations, measures, the comparison.

What they refer to is in `vocabulary`.
"""

from typing import Annotated

from fastapi import Query, Response

from app.store.queries import compare, deadlines, measures, observations, plans, targets
from app.store.views.base import Page
from app.store.views.comparison import ComparisonView
from app.store.views.entities import PlanDetail, PlanView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView
from app.web.api.parameters import (
    CompareParameters,
    DeadlineParameters,
    MeasureParameters,
    ObservationParameters,
    PlanParameters,
    TargetParameters,
)
from app.web.api.routes import MISSING, answer, api_router, key_of
from app.web.dependencies import ReadSession, Today

router = api_router("Plans and figures")

PlanSlug = Annotated[str, key_of("Slug of the plan", "zj-ai-terminals")]
TargetId = Annotated[str, key_of("Public id of the target", "zj-ai-terminals.revenue")]
DeadlineId = Annotated[
    str, key_of("Id of the deadline: target, due date, ambition", "zj-ai-terminals.revenue@2027-12-31")
]
ObservationSlug = Annotated[str, key_of("Slug of the observation", "zj-ai-output-2024")]
MeasureId = Annotated[str, key_of("Public id of the measure", "hangzhou-ai-highland-2025.computing-vouchers")]


@router.get("/plans", response_model=Page[PlanView])
def list_plans(session: ReadSession, asked: Annotated[PlanParameters, Query()]) -> Response:
    """List plans, schemes, measures and meetings, without what they hold."""
    return answer(plans.list_plans(session, asked.filters(), asked.paging()))


@router.get("/plans/{key}", response_model=PlanDetail, responses=MISSING)
def get_plan(session: ReadSession, today: Today, key: PlanSlug) -> Response:
    """Read one plan with its links, targets, measures and evidence."""
    return answer(plans.get_plan(session, key, today))


@router.get("/targets", response_model=Page[TargetView])
def list_targets(session: ReadSession, today: Today, asked: Annotated[TargetParameters, Query()]) -> Response:
    """List targets, each with all its deadlines and their progress."""
    return answer(targets.list_targets(session, asked.filters(), asked.paging(), today))


@router.get("/targets/{key}", response_model=TargetView, responses=MISSING)
def get_target(session: ReadSession, today: Today, key: TargetId) -> Response:
    """Read one target with its deadlines."""
    return answer(targets.get_target(session, key, today))


@router.get("/deadlines", response_model=Page[DeadlineView])
def list_deadlines(
    session: ReadSession, today: Today, asked: Annotated[DeadlineParameters, Query()]
) -> Response:
    """List dated figures: a flat row each, with target, plan, region, progress and evidence."""
    return answer(deadlines.list_deadlines(session, asked.filters(), asked.paging(), today))


@router.get("/deadlines/{key}", response_model=DeadlineView, responses=MISSING)
def get_deadline(session: ReadSession, today: Today, key: DeadlineId) -> Response:
    """Read one dated figure."""
    return answer(deadlines.get_deadline(session, key, today))


@router.get("/observations", response_model=Page[ObservationView])
def list_observations(session: ReadSession, asked: Annotated[ObservationParameters, Query()]) -> Response:
    """List what was measured, estimated or forecast; contradictory figures stand side by side."""
    return answer(observations.list_observations(session, asked.filters(), asked.paging()))


@router.get("/observations/{key}", response_model=ObservationView, responses=MISSING)
def get_observation(session: ReadSession, key: ObservationSlug) -> Response:
    """Read one observation."""
    return answer(observations.get_observation(session, key))


@router.get("/measures", response_model=Page[MeasureView])
def list_measures(session: ReadSession, asked: Annotated[MeasureParameters, Query()]) -> Response:
    """List policy instruments: funds, vouchers, caps."""
    return answer(measures.list_measures(session, asked.filters(), asked.paging()))


@router.get("/measures/{key}", response_model=MeasureView, responses=MISSING)
def get_measure(session: ReadSession, key: MeasureId) -> Response:
    """Read one policy instrument."""
    return answer(measures.get_measure(session, key))


@router.get("/compare", response_model=ComparisonView)
def compare_regions(
    session: ReadSession, today: Today, asked: Annotated[CompareParameters, Query()]
) -> Response:
    """Put regions side by side: rows, cells, and a verdict with reasons wherever two figures meet (R3)."""
    return answer(compare.compare_regions(session, asked.query(), today))
