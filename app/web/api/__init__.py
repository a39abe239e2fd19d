"""The JSON API, `/api/v1`: collections, single entities, the comparison, writing, and its documentation.

The answers are the store's views as they are; nothing is worded here.
"""

from typing import Final

from fastapi import APIRouter
from starlette.routing import BaseRoute

from app.web.api import (
    documentation,
    facts,
    imports,
    releases,
    search,
    suggest,
    summaries,
    tables,
    vocabulary,
    writes,
)

router = APIRouter()
for _group in (suggest, vocabulary, facts, search, summaries, tables, releases, documentation):
    router.include_router(_group.router)

# Apart, since they come last: readers, who are many, are not to pass by the routes of the writers. As they are, and
# not in a router, since an application reads the parameters of what it includes once more, for each of hundreds.
WRITING: Final[tuple[BaseRoute, ...]] = (*writes.router.routes, *imports.router.routes)
