"""The frame around every page: its language, its head, its answer.

What stands inside the frame is each page's own business.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from http.client import OK as HTTP_OK
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.convertors import Convertor, register_url_convertor

from app.domain.errors import NotFoundError
from app.exchange.tables import columnar, lines, workbook
from app.i18n import LANGS, TAGS, Lang, is_lang
from app.web import as_of, linked_data
from app.web.linked_data import Extent
from app.web.picture import PictureResponse
from app.web.speech import Speech, address
from app.web.templating import Alternate, Context, Crumb, Download, Feed, Head, Highlight, render

NAMES: Mapping[Lang, str] = {"zh": "中文", "en": "English"}
API = "/api/v1"
TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", workbook.MEDIA_TYPE),
    "ndjson": ("NDJSON", lines.MEDIA_TYPE),
    "parquet": ("Parquet", columnar.MEDIA_TYPE),
}
"""The forms of a table, by the ending of its address: their names and media types."""
WITH_TABLES: Final = frozenset(
    {
        *("regions", "topics", "metrics", "organizations", "sources"),
        *("plans", "targets", "deadlines", "observations", "measures", "compare"),
    }
)
"""What the API gives as tables too."""
PICTURE: Final = "picture"
PNG: Final = "png"
"""`?picture=png` asks for the picture that stands for a page elsewhere."""
SPECULATION_RULES: Final = "/speculation-rules.json"
"""Where browsers read which links they may fetch before they are followed."""


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
    highlights: Iterable[Highlight] = (),
    feeds: Iterable[Feed] = (),
    extent: Extent = Extent(),  # noqa: B008 - it cannot be changed
    listed: bool = True,
) -> Head:
    """Make the head of a page at the request's path; `query` holds the parameters that it understood.

    `crumbs` are the names and paths, without the language, of the pages above it. The menu's entry is the
    first part of the path. `json` names the page's twin in the API; where that is a list, the tables beside it
    are offered too. `extent` and `highlights` are for those who show the page elsewhere: search engines, and
    the picture that goes with a link. A past day is followed by nothing. With `listed` false, search engines are asked to leave the page out.

    Addresses are whole where the public address is set; where it is not, they are paths, since the host that a
    request names is anyone's to choose.
    """
    inside = "/" + request.scope["path"].removeprefix(f"/{lang}").lstrip("/")
    public = request.app.state.settings.public_url or ""
    asked = query or {}
    day = as_of.kept()
    # A search engine would find every page again for every day.
    listed = listed and day is None
    canonical = public + address(f"/{lang}{inside}", asked)
    trail = tuple(Crumb(name=name, href=address(f"/{lang}{to}", {})) for name, to in crumbs)
    downloads = _downloads(json, asked)
    return Head(
        title=title,
        description=description,
        canonical=canonical,
        alternates=tuple(
            Alternate(
                lang=other,
                tag=TAGS[other],
                href=public + address(f"/{other}{inside}", asked),
                name=NAMES[other],
            )
            for other in LANGS
        ),
        # The front door leads to the reader's language; further in, English serves most readers of neither.
        default=public + ("/" if inside == "/" else address(f"/en{inside}", asked)),
        section=inside.split("/")[1] or "overview",
        crumbs=trail,
        json=downloads[0].href if downloads else None,
        cite=cite,
        picture=public + address(f"/{lang}{inside}", {**asked, PICTURE: PNG}) if listed else None,
        highlights=tuple(highlights),
        downloads=downloads,
        metadata=address(f"{API}/{json}.metadata.json", asked) if json in WITH_TABLES else None,
        feeds=tuple(feeds) if day is None else (),
        linked=(
            *([linked_data.website(lang, public)] if inside == "/" else []),
            *([linked_data.trail(lang, public, trail, title, canonical)] if trail else []),
            *(
                [
                    linked_data.dataset(
                        lang,
                        public,
                        title=title,
                        description=description,
                        url=canonical,
                        downloads=downloads,
                        extent=extent,
                    )
                ]
                if downloads
                else []
            ),
        ),
        listed=listed,
        as_of=day,
        now=None if day is None else address(f"/{lang}{inside}", asked, now=True),
    )


def _downloads(json: str | None, asked: Mapping[str, Any]) -> tuple[Download, ...]:
    """List the forms in which the API gives what a page shows."""
    if json is None:
        return ()
    twin = Download(name="JSON", media_type="application/json", href=address(f"{API}/{json}", asked))
    tables = (
        Download(name=name, media_type=kind, href=address(f"{API}/{json}.{ending}", asked))
        for ending, (name, kind) in TABLES.items()
        if json in WITH_TABLES
    )
    return (twin, *tables)


def cited(session: Session, speech: Speech, title: str, today: date) -> str:
    """Word how a page is cited: its name, the data's revision and the day its progress was computed for."""
    return speech.gettext(
        "Mubiao, “{title}”, data revision {revision}, as of {date}",
        title=title.rstrip(".。"),
        revision=session.info.get("revision", "…"),
        date=speech.day(today),
    )


def respond(request: Request, context: Context, lang: Lang, status: int = 200) -> Response:
    """Answer with a page, or with the picture that stands for it where that is asked for."""
    if status == HTTP_OK and request.query_params.get(PICTURE) == PNG:
        return PictureResponse(context.head, lang)
    headers = {"Content-Language": TAGS[lang], "Speculation-Rules": f'"{SPECULATION_RULES}"'}
    return HTMLResponse(render(context, lang), status, headers)
