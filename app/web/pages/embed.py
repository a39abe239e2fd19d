"""The comparison as a frame on someone else's page: the figures, the verdicts in words, and the way to the whole.

What it says is worded as on the page; only what stands around it is different.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app import i18n
from app.domain.errors import DomainError
from app.i18n import TAGS, is_lang
from app.store.queries.compare import compare_regions
from app.store.queries.names import topic_names
from app.web.dependencies import ReadSession, Today
from app.web.languages import preferred_lang
from app.web.pages.compare import asked_of, query_of
from app.web.pages.verdicts import Block, Lead, Topics, blocks, overall, topics_by_slug
from app.web.speech import Speech, address
from app.web.templating import Context, Head, render

router = APIRouter(include_in_schema=False)

PATH: Final = "/embed/compare"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
"""Anyone may frame it, and nothing runs in it."""
_REFUSED: Final = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedComparison(Context):
    """What the frame shows; with no blocks, `summary` says why."""

    template: ClassVar[str] = "pages/embed.html"
    sheets: ClassVar[tuple[str, ...]] = ("mubiao.css", "parts.css", "compare.css")

    summary: str
    leads: tuple[Lead, ...]
    blocks: tuple[Block, ...]
    topics: Topics


@router.get(PATH)
def embedded_comparison(request: Request, session: ReadSession, today: Today) -> Response:
    """Show a comparison in a frame, in the language `lang`; without it, lead to the reader's."""
    params = request.query_params
    lang = params.get("lang", "")
    if not is_lang(lang):
        lang = preferred_lang(request.headers.get("accept-language"))
        kept = [(name, value) for name, value in params.multi_items() if name != "lang"]
        asked = {name: [value for each, value in kept if each == name] for name, _ in kept}
        return RedirectResponse(address(PATH, {**asked, "lang": lang}), 302, {"Vary": "Accept-Language"})
    speech = Speech(lang)
    try:
        query = asked_of(session, params)
        view = compare_regions(session, query, today)
    except DomainError as error:
        if error.status != _REFUSED:
            raise
        # Its sentence belongs into the frame: an error's page of its own would not be shown there.
        page = EmbeddedComparison(
            head=_head(request, speech, speech.gettext("This did not work"), {}),
            summary=i18n.problem_sentence(lang, error.problems[0]),
            leads=(),
            blocks=(),
            topics={},
        )
        return _framed(page, speech, error.status)
    topics = topics_by_slug(topic_names(session))
    top, families = blocks(speech, view, topics)
    names = speech.listed(speech.name(region) for region in view.regions)
    quantified = tuple(block for block in families if block.family)
    page = EmbeddedComparison(
        head=_head(request, speech, speech.gettext("Compare {regions}", regions=names), query_of(query)),
        summary=overall(speech, view) if families else speech.gettext("No target of these regions matches."),
        leads=top,
        blocks=quantified,
        topics=topics,
    )
    return _framed(page, speech)


def _head(request: Request, speech: Speech, title: str, asked: Mapping[str, Any]) -> Head:
    """Make a head whose address is that of the whole page: the frame has none of its own."""
    public = request.app.state.settings.public_url or ""
    return Head(
        title=title,
        description=title,
        canonical=public + speech.path("/compare", **asked),
        alternates=(),
        section="compare",
        crumbs=(),
        json=None,
        cite=None,
        listed=False,
    )


def _framed(page: EmbeddedComparison, speech: Speech, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": _POLICY, "Content-Language": TAGS[speech.lang]}
    return HTMLResponse(render(page, speech.lang), status, headers)
