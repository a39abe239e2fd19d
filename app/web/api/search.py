"""The route of the search across everything.

Lists of one kind take `q` themselves, in `vocabulary` and `facts`.
"""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from app.store.queries.found import MOST_HITS, search
from app.store.search import MAX_QUERY
from app.store.views.found import FoundKind, FoundView
from app.web.api.parameters import Key, described
from app.web.api.routes import answer, api_router
from app.web.api.values import PlainDigits
from app.web.dependencies import ReadSession

router = api_router("Search")


class SearchAllParameters(BaseModel):
    """The parameters of `search`."""

    q: Annotated[str, Field(min_length=1, max_length=MAX_QUERY)] = Field(
        description="Words that must stand in an item, in Chinese (either script) or English; pinyin of a name",
        examples=["人工智能终端"],
    )
    kind: FoundKind | None = described("Items of this kind alone; all kinds are counted", "plan")
    region: Key | None = described(
        "Code or slug of a region: what belongs to that region alone, and the region itself", "330000"
    )
    topic: Key | None = described("Slug of a topic: what is about it or anything below it", "ai")
    limit: Annotated[int, Field(ge=1, le=MOST_HITS), PlainDigits] = Field(
        5, description="How many items of each kind at most", examples=[5]
    )


@router.get("/search", response_model=FoundView)
def search_everything(session: ReadSession, asked: Annotated[SearchAllParameters, Query()]) -> Response:
    """Search everything: what matches of each kind, exact names first, with the places that match; by region and topic."""
    found = search(session, asked.q, asked.kind, asked.limit, region=asked.region, topic=asked.topic)
    return answer(found)
