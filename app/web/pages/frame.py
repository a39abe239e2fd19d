"""The frame around every page: its language, its head, its answer.

What stands inside the frame is each page's own business.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.convertors import Convertor, register_url_convertor

from app.domain.errors import NotFoundError
from app.i18n import LANGS, TAGS, Lang, is_lang
from app.web.speech import Speech, address
from app.web.templating import Alternate, Context, Crumb, Head, render

NAMES: Mapping[Lang, str] = {"zh": "中文", "en": "English"}
API = "/api/v1"


class LangConvertor(Convertor[str]):
    """Lets `{lang:lang}` in a route's path stand for our languages only, so that /fr and /robots.txt are not pages."""

    regex = "|".join(LANGS)

    def convert(self, value: str) -> str:
        """Read the language."""
        return value

    def to_string(self, value: str) -> str:
        """Write the language."""
        return value


register_url_convertor("lang", LangConvertor())


def page_lang(lang: str) -> Lang:
    """Give the language in the path; raise NotFoundError not_found for any other."""
    if not is_lang(lang):
        raise NotFoundError("not_found", given=lang[:80])
    return lang


PageLang = Annotated[Lang, Depends(page_lang)]


def head(  # noqa: PLR0913 - a keyword for each thing that a page may say of itself
    request: Request,
    lang: Lang,
    title: str,
    description: str,
    *,
    query: Mapping[str, Any] | None = None,
    crumbs: Iterable[tuple[str, str]] = (),
    json: str | None = None,
    cite: str | None = None,
) -> Head:
    """Make the head of a page at the request's path; `query` holds the parameters that it understood.

    `crumbs` are the names and paths, without the language, of the pages above it. The menu's entry is the
    first part of the path.
    """
    inside = "/" + request.scope["path"].removeprefix(f"/{lang}").lstrip("/")
    public = request.app.state.settings.public_url or ""
    asked = query or {}
    return Head(
        title=title,
        description=description,
        canonical=public + address(f"/{lang}{inside}", asked),
        alternates=tuple(
            Alternate(
                lang=other,
                tag=TAGS[other],
                href=public + address(f"/{other}{inside}", asked),
                name=NAMES[other],
            )
            for other in LANGS
        ),
        section=inside.split("/")[1] or "overview",
        crumbs=tuple(Crumb(name=name, href=address(f"/{lang}{to}", {})) for name, to in crumbs),
        json=None if json is None else address(f"{API}/{json}", asked),
        cite=cite,
    )


def cited(session: Session, speech: Speech, title: str, today: date) -> str:
    """Word how a page is cited: its name, the data's revision and the day its progress was computed for."""
    return speech.gettext(
        "Mubiao, “{title}”, data revision {revision}, as of {date}",
        title=title,
        revision=session.info.get("revision", "…"),
        date=speech.day(today),
    )


def respond(_request: Request, context: Context, lang: Lang, status: int = 200) -> Response:
    """Answer with a page."""
    return HTMLResponse(render(context, lang), status, {"Content-Language": TAGS[lang]})
