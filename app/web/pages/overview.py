"""The first page, and the way to it: what is promised next, what is recorded, what changed.

What it shows is gathered in `queries.overview`.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.i18n import Lang
from app.store.queries.names import topic_names
from app.store.queries.overview import overview
from app.store.views.summaries import OverviewView
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Topics, topics_by_slug
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(Context):
    """What the first page shows."""

    template: ClassVar[str] = "pages/overview.html"
    sheets: ClassVar[tuple[str, ...]] = ("grid.css",)

    overview: OverviewView
    topics: Topics


@router.get("/")
def front_door(request: Request) -> Response:
    """Lead to the reader's language."""
    lang = preferred_lang(request.headers.get("accept-language"))
    return RedirectResponse(f"/{lang}/", 302, {"Vary": "Accept-Language"})


@router.get("/{lang:lang}/")
def overview_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show the headline targets, the provinces by what is recorded, the next deadlines, the latest changes."""
    speech = Speech(lang)
    title = speech.gettext("What China’s governments promised to reach, by when")
    page = OverviewPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Targets of China’s national, provincial and city plans side by side, each with its source: "
                "what may be compared, what may not, and how far they have come."
            ),
            cite=cited(session, speech, title, today),
        ),
        overview=overview(session, today),
        topics=topics_by_slug(topic_names(session)),
    )
    return respond(request, page, lang)


def preferred_lang(accepted: str | None) -> Lang:
    """Choose from an Accept-Language header: the better liked of ours, else English; Chinese without a header.

    A part that is not of the header's form counts for nothing.
    """
    if not accepted:
        return "zh"
    liking: dict[Lang, float] = {"zh": 0.0, "en": 0.0}
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.partition(";")
        value = _weight(weight.strip())
        match tag.strip().lower().split("-")[0]:
            case "zh":
                liking["zh"] = max(liking["zh"], value)
            case "en":
                liking["en"] = max(liking["en"], value)
            case _:
                continue
    return "zh" if liking["zh"] > liking["en"] else "en"


def _weight(text: str) -> float:
    """Read `q=0.8`; nothing said is 1, nonsense is 0."""
    if not text:
        return 1.0
    name, _, value = text.partition("=")
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
