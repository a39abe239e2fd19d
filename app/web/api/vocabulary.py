"""The routes of what plans and observations refer to: regions, topics, metrics, organizations, sources.

Plans and figures are in `facts`.
"""

from typing import Annotated

from fastapi import Query, Response

from app.store.queries import vocabulary as read
from app.store.queries.support import facts_of_source
from app.store.views.base import Page
from app.store.views.entities import MetricView, OrganizationView, RegionView, SourceView, TopicView
from app.store.views.summaries import SourceDetail
from app.web.api.parameters import (
    MetricParameters,
    OrganizationParameters,
    RegionParameters,
    SourceParameters,
    TopicParameters,
)
from app.web.api.routes import MISSING, answer, api_router, key_of
from app.web.dependencies import ReadSession

router = api_router("Vocabulary")

Code = Annotated[str, key_of("GB/T 2260 code or slug of the region", "330000")]
TopicSlug = Annotated[str, key_of("Slug of the topic", "ai-terminals")]
MetricSlug = Annotated[str, key_of("Slug of the metric", "revenue")]
OrganizationSlug = Annotated[str, key_of("Slug of the organization", "miit")]
SourceSlug = Annotated[str, key_of("Slug of the source", "ifn-2026-jiangsu-zhejiang")]


@router.get("/regions", response_model=Page[RegionView])
def list_regions(session: ReadSession, asked: Annotated[RegionParameters, Query()]) -> Response:
    """List the nation, its provinces, prefectures and zones, and groups of them."""
    return answer(read.list_regions(session, asked.filters(), asked.paging()))


@router.get("/regions/{key}", response_model=RegionView, responses=MISSING)
def get_region(session: ReadSession, key: Code) -> Response:
    """Read one region, with how much is recorded of it."""
    return answer(read.get_region(session, key))


@router.get("/topics", response_model=Page[TopicView])
def list_topics(session: ReadSession, asked: Annotated[TopicParameters, Query()]) -> Response:
    """List topics with their definitions."""
    return answer(read.list_topics(session, asked.filters(), asked.paging()))


@router.get("/topics/{key}", response_model=TopicView, responses=MISSING)
def get_topic(session: ReadSession, key: TopicSlug) -> Response:
    """Read one topic."""
    return answer(read.get_topic(session, key))


@router.get("/metrics", response_model=Page[MetricView])
def list_metrics(session: ReadSession, asked: Annotated[MetricParameters, Query()]) -> Response:
    """List metrics with their definitions."""
    return answer(read.list_metrics(session, asked.filters(), asked.paging()))


@router.get("/metrics/{key}", response_model=MetricView, responses=MISSING)
def get_metric(session: ReadSession, key: MetricSlug) -> Response:
    """Read one metric."""
    return answer(read.get_metric(session, key))


@router.get("/organizations", response_model=Page[OrganizationView])
def list_organizations(session: ReadSession, asked: Annotated[OrganizationParameters, Query()]) -> Response:
    """List the bodies that issue plans or measure things."""
    return answer(read.list_organizations(session, asked.filters(), asked.paging()))


@router.get("/organizations/{key}", response_model=OrganizationView, responses=MISSING)
def get_organization(session: ReadSession, key: OrganizationSlug) -> Response:
    """Read one organization."""
    return answer(read.get_organization(session, key))


@router.get("/sources", response_model=Page[SourceView])
def list_sources(session: ReadSession, asked: Annotated[SourceParameters, Query()]) -> Response:
    """List sources, with how much each supports."""
    return answer(read.list_sources(session, asked.filters(), asked.paging()))


@router.get("/sources/{key}", response_model=SourceDetail, responses=MISSING)
def get_source(session: ReadSession, key: SourceSlug) -> Response:
    """Read one source, with every fact that it supports, by paragraph."""
    source = read.get_source(session, key)
    return answer(SourceDetail(**dict(source), facts=facts_of_source(session, key)))
