"""The pages a reader opens, one module per group, gathered in one router.

What the pages share is in `frame`, `query` and `verdicts`; the API is elsewhere.
"""

from fastapi import APIRouter

from app.web import assets
from app.web.pages import (
    calendars,
    changes,
    charts,
    citations,
    compare,
    coverage,
    data,
    deadlines,
    discovery,
    embed,
    examples,
    explorer,
    feeds,
    overview,
    plans,
    reference,
    regions,
    search,
    sources,
    styleguide,
    targets,
)

router = APIRouter(include_in_schema=False)
for _group in (
    assets,
    discovery,
    overview,
    compare,
    citations,
    charts,
    embed,
    deadlines,
    calendars,
    coverage,
    changes,
    data,
    feeds,
    regions,
    plans,
    explorer,
    targets,
    search,
    sources,
    reference,
    examples,
    styleguide,
):
    router.include_router(_group.router)
