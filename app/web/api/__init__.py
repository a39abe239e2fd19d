"""The JSON API, `/api/v1`: collections, single entities, the comparison, writing, and its documentation.

The answers are the store's views as they are; nothing is worded here.
"""

from fastapi import APIRouter

from app.web.api import (
    documentation,
    facts,
    imports,
    search,
    suggest,
    summaries,
    tables,
    vocabulary,
    writes,
)

router = APIRouter()
for _group in (suggest, vocabulary, facts, search, summaries, tables, documentation):
    router.include_router(_group.router)

# Apart, so that it can come last: readers, who are many, are not to pass by the routes of the writers.
writing = APIRouter()
for _group in (writes, imports):
    writing.include_router(_group.router)
