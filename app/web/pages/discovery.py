"""What machines ask for before they read pages: the sitemap, robots.txt, llms.txt, the icon, what may be fetched ahead.

What a page says of itself to them is in its head, `frame` and `linked_data`.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.routing import iter_route_contexts

from app.domain.errors import NotFoundError
from app.i18n import LANGS, TAGS
from app.resources import resource
from app.store.queries.addresses import count_addressed, list_addressed
from app.web import as_of
from app.web.assets import assets
from app.web.dependencies import ReadSession
from app.web.headers import is_admin
from app.web.pages.frame import SPECULATION_RULES
from app.web.speech import address

router = APIRouter(include_in_schema=False)

PER_FILE: Final = 5000
"""Entities in one file of the sitemap; each has a page in either language. A file may hold 50,000 addresses."""
UNLISTED: Final = frozenset({"/search", "/styleguide"})
"""Pages that search engines have no use for."""
RULES: Final[dict[str, Any]] = {
    "prefetch": [
        {
            "source": "document",
            "where": {
                "and": [
                    {"or": [{"href_matches": f"/{lang}/*"} for lang in LANGS]},
                    {"not": {"href_matches": "/*/admin/*"}},
                    {"not": {"selector_matches": "[download], [rel~=nofollow]"}},
                ]
            },
            "eagerness": "moderate",
        }
    ]
}
"""Pages of ours are fetched when a reader's pointer rests on their link; data and downloads are not."""

# Where the files of a collection are, before their endings.
_FORM: Final = "/api/v1/deadlines."
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_A_DAY: Final = "public, max-age=86400"
# A page has no ending; what has one is for programs.
_PAGE = re.compile(r"/{lang:lang}(?P<inside>/[^{}.]*)")
# What a request may name as its host: a name or an address, and a port.
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Let everyone read everything but every page again for every past day, and say where the sitemap is."""
    past = f"Disallow: /*{as_of.NAME}="
    return PlainTextResponse(f"User-agent: *\n{past}\n\nSitemap: {base_of(request)}/sitemap.xml\n")


@router.get("/llms.txt")
def llms(request: Request) -> Response:
    """Tell assistants what this is, by which rules it may be quoted, and where everything is."""
    return _told(request, "llms.txt")


@router.get("/llms-zh.txt")
def llms_zh(request: Request) -> Response:
    """Tell the same in Chinese."""
    return _told(request, "llms-zh.txt")


@router.get("/sitemap.xml")
def sitemap(request: Request, session: ReadSession) -> Response:
    """List all public pages in both languages, or the files that do, where there are too many for one."""
    count = count_addressed(session)
    base = base_of(request)
    if count <= PER_FILE:
        return _xml(_urlset(base, [*_standing(request), *_entities(session, 0)]))
    files = -(-count // PER_FILE)
    listed = "".join(
        f"<sitemap><loc>{escape(base)}/sitemap-{number}.xml</loc></sitemap>" for number in range(1, files + 1)
    )
    return _xml(f'<sitemapindex xmlns="{_SITEMAP}">{listed}</sitemapindex>')


@router.get("/sitemap-{number:int}.xml")
def sitemap_file(request: Request, number: int, session: ReadSession) -> Response:
    """List the pages of one file of the sitemap, counted from 1; the first has those of no entity as well."""
    pages = list(_entities(session, (number - 1) * PER_FILE)) if 0 < number <= PER_FILE else []
    if not pages:
        raise NotFoundError("not_found", given=request.url.path[:80])
    return _xml(_urlset(base_of(request), [*(_standing(request) if number == 1 else ()), *pages]))


@router.get("/favicon.ico")
def favicon() -> Response:
    """Give the icon to those who ask for it by this name without having read a page."""
    icon = assets()["favicon.ico"]
    return Response(icon.content, media_type="image/x-icon", headers={"Cache-Control": _A_DAY})


@router.get(SPECULATION_RULES)
def speculation_rules() -> Response:
    """Say which links a browser may fetch before they are followed."""
    return JSONResponse(
        RULES, media_type="application/speculationrules+json", headers={"Cache-Control": _A_DAY}
    )


def base_of(request: Request) -> str:
    """Give the address that whole addresses begin with: the public one, else the one that was asked.

    A machine that reads the sitemap has chosen the host itself, and the answer is kept for that host alone; a
    page's head, which others read, never names a host that was not set.
    """
    settings = request.app.state.settings
    if settings.public_url:
        return str(settings.public_url)
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host if _HOST.fullmatch(host) else f'{settings.host}:{settings.port}'}"


def _told(request: Request, name: str) -> Response:
    """Fill a text for assistants with whole addresses, and with the forms that the collections' routes have."""
    paths = (route.path or "" for route in iter_route_contexts(request.app.routes))
    forms = sorted({path.removeprefix(_FORM) for path in paths if path.startswith(_FORM)})
    text = resource("templates").joinpath(name).read_text(encoding="utf-8")
    listed = ", ".join(f"`.{form}`" for form in forms)
    return PlainTextResponse(text.replace("{base}", base_of(request)).replace("{forms}", listed))


def _standing(request: Request) -> Iterator[tuple[str, str | None]]:
    """Go through the pages that are there whatever is recorded, by their routes."""
    paths = (_PAGE.fullmatch(route.path) for route in iter_route_contexts(request.app.routes) if route.path)
    for inside in sorted({path["inside"] for path in paths if path}):
        if inside not in UNLISTED and not is_admin(f"/{LANGS[0]}{inside}"):
            yield inside, None


def _entities(session: ReadSession, offset: int) -> Iterator[tuple[str, str | None]]:
    for item in list_addressed(session, offset, PER_FILE):
        yield f"/{item.collection}/{item.key}", item.changed_on.isoformat()


def _urlset(base: str, pages: list[tuple[str, str | None]]) -> str:
    """Write each page once a language, with the way to the other."""
    parts = [f'<urlset xmlns="{_SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml">']
    for inside, changed in pages:
        places = {lang: base + address(f"/{lang}{inside}", {}) for lang in LANGS}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{TAGS[lang]}" href={quoteattr(place)}/>'
            for lang, place in places.items()
        )
        when = f"<lastmod>{changed}</lastmod>" if changed else ""
        parts += [f"<url><loc>{escape(place)}</loc>{when}{others}</url>" for place in places.values()]
    return "".join([*parts, "</urlset>"])


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', media_type="application/xml")
