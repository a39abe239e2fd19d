"""What the API answers when something is wrong: `application/problem+json`, RFC 9457.

Which error gets which status is decided by the errors themselves and by `handlers`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from pydantic import Field

from app.domain.errors import Problem
from app.i18n import TAGS, Lang, problem_sentence, term
from app.store.views.base import View, about
from app.web.languages import preferred_lang

MEDIA_TYPE: Final = "application/problem+json"
# A short query can hold a thousand mistakes; of a body, which is as long as they are, more are told.
MOST: Final = 20
MOST_OF_BODY: Final = 1000


class ErrorView(View):
    """One thing that is wrong."""

    field: str = about("Parameter or field, as a dotted path; empty for the whole", "region")
    code: str = about("Stable code", "unknown_region")
    message: str = about("What is wrong and what would be right, in the reader's language", "No region “99”.")
    line: int | None = about("Line of the body at which it is, from 1; of writes only", 12, default=None)


class ContrastView(View):
    """One field in which what was sent differs from what stands."""

    field: str = about("The field; children by their public id, dates by due date", "title_en")
    base: str | None = about("What it was in the version that was seen; absent where not given", "A plan")
    sent: str | None = about("What was sent; absent where not given", "The plan")
    stands: str | None = about("What stands now; absent where not given", "A plan (2026)")


class StandingView(View):
    """A version with its content."""

    version: int = about("Its number", 4)
    author: str = about("Who wrote it", "Wang Min")
    at: datetime = about("When, UTC", "2026-11-30T08:00:00Z")
    seed: dict[str, Any] = about("Its content, in the form in which it is sent", {"slug": "zj-plan"})


class StaleView(View):
    """Two changes to one version: what each of them is, and where they differ."""

    seen: int = about("The version that the change was made from", 3)
    base: dict[str, Any] | None = about("Its content, if there is such a version", {"slug": "zj-plan"})
    stands: StandingView = Field(description="What stands now; the next change is made from it")
    sent: dict[str, Any] | None = about("What was sent; absent where no content was", {"slug": "zj-plan"})
    fields: list[ContrastView] = Field(description="Where what was sent differs from what stands")


class ProblemView(View):
    """What went wrong, by RFC 9457; sentences are in the language that the request prefers, zh or en."""

    type: str = about("Where the code is explained", "/api#unknown_region")
    title: str = about("The status in words", "Unprocessable content")
    status: int = about("HTTP status", 422)
    detail: str = about("What is wrong and what would be right", "No region “99”.")
    code: str = about("Stable code of the first problem", "unknown_region")
    retired_on: str | None = about(
        "Day on which the entity was retired; with status 410 only", "2026-11-20", default=None
    )
    total: int | None = about("How many deadlines matched; with too_wide only", 2417, default=None)
    families: dict[str, int] | None = about(
        "How many of them by metric family; with too_wide only",
        {"industry_size": 1400, "adoption": 1017},
        default=None,
    )
    error_id: str | None = about(
        "Stands in the log too; with status 500 only", "5f1c8a0be4d27391", default=None
    )
    stale: StaleView | None = Field(None, description="Both versions; with stale_version only")
    errors: list[ErrorView] = Field(
        description=f"Each thing that is wrong, up to {MOST}; of a body, with its line, up to {MOST_OF_BODY}"
    )


def problem_answer(
    request: Request,
    status: int,
    problems: Sequence[Problem],
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with what is wrong, in the reader's language, English unless the request says otherwise."""
    lang = problem_lang(request)
    first = problems[0]
    errors = [
        ErrorView(
            field=problem.field,
            code=problem.code,
            message=problem_sentence(lang, problem),
            line=problem.detail.get("line"),
        )
        for problem in problems[: MOST_OF_BODY if "line" in first.detail else MOST]
    ]
    view = ProblemView(
        type=f"/api#{first.code}",
        title=status_title(lang, status),
        status=status,
        detail=" ".join(dict.fromkeys(error.message for error in errors[:MOST])),
        code=first.code,
        retired_on=first.detail.get("retired_on"),
        total=first.detail.get("total"),
        families=first.detail.get("families"),
        error_id=first.detail.get("error_id"),
        stale=first.detail.get("stale"),
        errors=errors,
    )
    said = {"Content-Language": TAGS[lang], "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(
        view.model_dump_json(exclude_none=True), status, {**said, **(headers or {})}, media_type=MEDIA_TYPE
    )


def problem_lang(request: Request) -> Lang:
    """Choose the language of the sentences from Accept-Language; English where there is none."""
    accepted = request.headers.get("accept-language")
    return preferred_lang(accepted) if accepted else "en"


def status_title(lang: Lang, status: int) -> str:
    """Name a status in the reader's language."""
    title = term(lang, "status", str(status))
    return HTTPStatus(status).phrase if title == str(status) else title
