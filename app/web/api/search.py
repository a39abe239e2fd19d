"""The route of the search across everything.

Lists of one kind take `q` themselves, in `vocabulary` and `facts`.
"""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from app.store.queries.found import MOST_HITS, search
from app.store.search import MAX_QUERY
from app.store.views.found import FoundKind, FoundView
from app.web.api.parameters import described
from app.web.api.routes import answer, api_router
from app.web.api.values import PlainDigits
from app.web.dependencies import ReadSession

router = api_router("Search")


class SearchAllParameters(BaseModel):
    """The parameters of `search`."""

    q: Annotated[str, Field(min_length=1, max_length=MAX_QUERY)] = Field(
        description="Words that must stand in an item, in Chinese (either script) or English; a region's pinyin",
        examples=["人工智能终端"],
    )
    kind: FoundKind | None = described("Items of this kind alone; all kinds are counted", "plan")
    limit: Annotated[int, Field(ge=1, le=MOST_HITS), PlainDigits] = Field(
        5, description="How many items of each kind at most", examples=[5]
    )


@router.get("/search", response_model=FoundView)
def search_everything(session: ReadSession, asked: Annotated[SearchAllParameters, Query()]) -> Response:
    """Search everything: what matches of each kind, exact names first, with the places that match."""
    return answer(search(session, asked.q, asked.kind, asked.limit))
