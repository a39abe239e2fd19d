"""The route that the region picker asks while a reader types.

The collections, in which nothing is guessed, are in `vocabulary` and `facts`.
"""

from typing import Annotated

from fastapi import Query, Response

from app.store.queries.picker import pick_regions
from app.store.views.picker import PicksView
from app.web.api.parameters import SuggestParameters
from app.web.api.routes import answer, api_router
from app.web.dependencies import ReadSession

router = api_router("Vocabulary")


@router.get("/regions/suggest", response_model=PicksView)
def suggest_regions(session: ReadSession, asked: Annotated[SuggestParameters, Query()]) -> Response:
    """Suggest regions by what was typed of a name, in Chinese, pinyin or English, or of a code."""
    return answer(PicksView(items=pick_regions(session, asked.q, asked.limit)))
