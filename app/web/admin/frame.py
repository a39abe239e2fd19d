"""The frame around every page behind the login: the context that all of them share, and their answer.

What stands inside the frame is each page's own business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.domain.errors import DomainError
from app.i18n import TAGS, Lang, problem_sentence
from app.web.pages.frame import head
from app.web.people import Person
from app.web.speech import Speech, address
from app.web.templating import Context, Head, render

SERVER: Final = 500
"""From this status on, what went wrong is not what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminContext(Context):
    """The base of the contexts of pages behind the login; `me` is None where nobody is signed in."""

    sheets: ClassVar[tuple[str, ...]] = ("admin.css",)

    me: Person | None
    part: str  # the entry of the menu that the page belongs to, or ""


def admin_head(
    request: Request, lang: Lang, title: str, *, inner: bool = True, at: str | None = None
) -> Head:
    """Describe a page to the frame; no search engine lists it. An `inner` one has the front page above it.

    `at` is the page where the other language is to be found, for an answer to a form that can only be posted to.
    """
    crumbs = ((Speech(lang).gettext("Workroom"), "/admin/"),) if inner else ()
    made = head(request, lang, title, title, crumbs=crumbs, listed=False)
    if at is None:
        return made
    return replace(made, alternates=tuple(replace(one, href=f"/{one.lang}{at}") for one in made.alternates))


def show(
    context: Context, lang: Lang, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a page."""
    return HTMLResponse(render(context, lang), status, {"Content-Language": TAGS[lang], **(headers or {})})


def lead_to(lang: Lang, to: str, **query: str | None) -> Response:
    """Lead to a page in the reader's language after something was done, by GET."""
    return RedirectResponse(address(f"/{lang}{to}", query), 303)


def sentences(lang: Lang, error: DomainError) -> Mapping[str, str]:
    """Say what is wrong with a form, by field; "" is for what belongs to none."""
    said: dict[str, str] = {}
    for problem in error.problems:
        said.setdefault(problem.field, problem_sentence(lang, problem))
    return said
