"""The page that lists what can be taken along: the whole dataset as it is now, and its releases.

The files themselves are given by `api.releases`; tables of one collection are offered on the pages of that one.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response

from app.exchange.package.files import DATABASE, PACKAGE, SEEDS
from app.exchange.package.releases import ReleaseView, list_releases
from app.exchange.package.tables import TABLES
from app.web.api.releases import CHECKSUM, folder_of, tagged
from app.web.dependencies import ReadSession, Today
from app.web.pages.frame import PICTURE, PageLang, cited, head, respond
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

IN_FULL: Final = 10
"""How many releases are shown with their files; the others are named."""
_UNITS: Final = ("B", "kB", "MB", "GB")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """One of the files, as it is now: its name, what it is, and where it and its checksum are."""

    name: str
    about: str
    href: str
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage(Context):
    """What can be taken along."""

    template: ClassVar[str] = "pages/data.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    files: tuple[OfferedFile, ...]
    tables: tuple[tuple[str, str], ...]  # names and what the rows are
    releases: tuple[ReleaseView, ...]
    older: tuple[ReleaseView, ...]
    sizes: dict[int, str]  # sizes of the files in words


@router.get("/{lang:lang}/data")
def data_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show the files of the whole dataset, and the releases with checksums, sizes and what differs between them."""
    speech = Speech(lang)
    title = speech.gettext("Take the data with you")
    found = [one for one in list_releases(folder_of(request)) if one.day <= today]
    page = DataPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "The whole dataset as a Data Package, an SQLite file or YAML, as it is now and as dated releases that "
                "stay available, with checksums and with what changed between them."
            ),
            json="releases",
            cite=cited(session, speech, title, today),
        ),
        files=tuple(
            OfferedFile(
                name=name, about=said, href=speech.api(f"/{name}"), checksum=speech.api(f"/{name}{CHECKSUM}")
            )
            for name, said in _said(speech).items()
        ),
        tables=tuple((table.name, table.meaning(lang)) for table in TABLES),
        releases=tuple(found[:IN_FULL]),
        older=tuple(found[IN_FULL:]),
        sizes={file.size: _size(file.size) for one in found for file in one.files},
    )
    answer = respond(request, page, lang)
    if PICTURE in request.query_params:
        return answer
    # A release comes without a new revision of the data, by which other pages are kept.
    return tagged(request, f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"', lambda: answer)


def _said(speech: Speech) -> dict[str, str]:
    """Say what each file is."""
    return {
        PACKAGE: speech.gettext(
            "A Data Package by the Frictionless specification: a CSV for each table, and a description of tables, "
            "keys and columns in both languages."
        ),
        DATABASE: speech.gettext(
            "An SQLite file: the same tables with keys, types and indexes, and tables that explain them."
        ),
        SEEDS: speech.gettext(
            "The YAML files that curators write; Mubiao loads them into an empty database with “mubiao seeds load”."
        ),
    }


def _size(count: int) -> str:
    """Write a number of bytes, from a thousand on in thousands, millions or thousands of millions of them."""
    size, unit = Decimal(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - the next unit
        size, unit = size / 1000, unit + 1
    # The blank between them does not break.
    return f"{size:.1f}\u00a0{_UNITS[unit]}" if unit else f"{count}\u00a0{_UNITS[0]}"
