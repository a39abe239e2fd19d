"""What a page says of itself to machines, in schema.org's words: JSON-LD that is safe inside HTML.

Which pages say what is decided in `pages.frame`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup

from app.i18n import TAGS, Lang
from app.web.templating import Crumb, Download

LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""Of the data (LICENSE-DATA.md)."""

_CONTEXT: Final = "https://schema.org"
_NAMES: Final[Mapping[Lang, tuple[str, str]]] = {"zh": ("目标", "Mubiao"), "en": ("Mubiao", "目标")}
# Within a script element only "</script" and "<!--" mean something, but no character that HTML knows is left.
_ESCAPES: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a page's data is about, as far as the page knows: a place, the first and last year, the last change.

    `size` says in words how many items a list holds.
    """

    place: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    modified: date | None = None
    size: str | None = None

    @classmethod
    def of(cls, place: str, days: Iterable[date | None], modified: Iterable[datetime] = ()) -> "Extent":
        """Reach from the first to the last of some days, as they were at the last of some changes (UTC)."""
        years = [day.year for day in days if day is not None]
        changes = [change.date() for change in modified]
        return cls(
            place=place,
            first_year=min(years, default=None),
            last_year=max(years, default=None),
            modified=max(changes, default=None),
        )


def script(data: Mapping[str, Any]) -> Markup:
    """Write JSON that may stand in a script element, whatever the texts in it hold; values of None are left out."""
    return Markup(json.dumps(_given(data), ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped above


def dataset(
    lang: Lang,
    public: str,
    *,
    title: str,
    description: str,
    url: str,
    downloads: Iterable[Download],
    extent: Extent,
) -> Markup:
    """Describe a page's data; addresses are whole where `public` is known, else paths."""
    years = [str(year) for year in (extent.first_year, extent.last_year) if year is not None]
    return script(
        {
            "@context": _CONTEXT,
            "@type": "Dataset",
            "name": title,
            "description": description,
            "url": url,
            "inLanguage": TAGS[lang],
            "license": LICENSE,
            "isAccessibleForFree": True,
            "creator": _creator(lang, public),
            "dateModified": extent.modified.isoformat() if extent.modified else None,
            "temporalCoverage": "/".join(years) or None,
            "spatialCoverage": {"@type": "Place", "name": extent.place} if extent.place else None,
            "size": extent.size,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": download.name,
                    "encodingFormat": download.media_type,
                    "contentUrl": public + download.href,
                }
                for download in downloads
            ],
        }
    )


def website(lang: Lang, public: str) -> Markup:
    """Describe the whole site, and how it is searched."""
    name, other = _NAMES[lang]
    return script(
        {
            "@context": _CONTEXT,
            "@type": "WebSite",
            "name": name,
            "alternateName": other,
            "url": f"{public}/{lang}/",
            "inLanguage": TAGS[lang],
            "license": LICENSE,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{public}/{lang}/search?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }
    )


def trail(lang: Lang, public: str, crumbs: Iterable[Crumb], title: str, url: str) -> Markup:
    """Describe the way from the first page to this one."""
    steps = [
        (_NAMES[lang][0], f"{public}/{lang}/"),
        *((c.name, public + c.href) for c in crumbs),
        (title, url),
    ]
    return script(
        {
            "@context": _CONTEXT,
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": number, "name": name, "item": address}
                for number, (name, address) in enumerate(steps, 1)
            ],
        }
    )


def _creator(lang: Lang, public: str) -> dict[str, str]:
    name, other = _NAMES[lang]
    return {"@type": "Organization", "name": name, "alternateName": other, "url": f"{public}/{lang}/"}


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
