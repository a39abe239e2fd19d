"""The JSON API, `/api/v1`: collections, single entities, the comparison, and its documentation.

The answers are the store's views as they are; nothing is worded here.
"""

from fastapi import APIRouter

from app.web.api import documentation, facts, search, suggest, summaries, tables, vocabulary

router = APIRouter()
for _group in (suggest, vocabulary, facts, search, summaries, tables, documentation):
    router.include_router(_group.router)
