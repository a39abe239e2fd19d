"""The page that a reader gets when something is wrong: what it is, what would be right, and ways on.

Which error gets which status is decided by the handlers that call this.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request, Response

from app import i18n
from app.domain.errors import Problem
from app.i18n import Lang
from app.web.pages.frame import head, respond
from app.web.speech import Speech
from app.web.templating import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Context):
    """What an error's page shows."""

    template: ClassVar[str] = "pages/error.html"

    status: int
    sentence: str


def error_page(request: Request, lang: Lang, status: int, problem: Problem) -> Response:
    """Answer with a page that says what is wrong."""
    speech = Speech(lang)
    # What is gone is mostly an entity that was withdrawn; a link that was used is called otherwise.
    names = (f"{status}.{problem.code}", str(status))
    titles = (title for name in names if (title := speech.term("status", name)) != name)
    title = next(titles, speech.gettext("This did not work"))
    page = ErrorPage(
        head=head(request, lang, title, title, listed=False),
        status=status,
        sentence=i18n.problem_sentence(lang, problem),
    )
    answer = respond(request, page, lang, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
