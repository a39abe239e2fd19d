"""The page of what is recorded and what was searched: a matrix of regions and topics.

How the cells are found is said in `queries.coverage`.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.store.queries.coverage import NATION, places_to_look_into, read_matrix
from app.store.queries.names import topic_names
from app.store.views.base import RegionRef, TopicRef
from app.store.views.coverage import MatrixView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.feeding import changes_feed
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage(Context):
    """What the matrix shows."""

    template: ClassVar[str] = "pages/coverage.html"
    sheets: ClassVar[tuple[str, ...]] = ("timeline.css",)

    matrix: MatrixView
    whole: bool  # whether it is that of the nation
    region_choices: list[RegionRef]
    topic_choices: list[TopicRef]


@router.get("/{lang:lang}/coverage")
def coverage_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show which regions have targets on which topics, where none was found, and where nobody looked."""
    params = request.query_params
    asked = {"under": query.text(params, "under"), "topic": query.text(params, "topic")}
    matrix = read_matrix(session, asked["under"], asked["topic"])
    speech = Speech(lang)
    title = speech.gettext("What is recorded, and what was looked for")
    page = CoveragePage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Region by region and topic by topic: where targets were found, where a search found none, "
                "and where nobody has looked yet."
            ),
            query=asked,
            json="coverage",
            feeds=[changes_feed(speech, **asked)],
            cite=cited(session, speech, title, today),
        ),
        matrix=matrix,
        whole=matrix.under.code == NATION,
        region_choices=places_to_look_into(session),
        topic_choices=topic_names(session),
    )
    return respond(request, page, lang)
