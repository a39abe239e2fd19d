"""From errors to answers: problem+json under /api, a page elsewhere; never a stack trace or an exception's text.

What a problem looks like is in `problems`, what an error's page shows in `pages.errors`.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import DomainError, Problem, UnavailableError
from app.domain.validation import brief, problem_of
from app.i18n import Lang, is_lang
from app.web.headers import is_admin, is_api, without_secrets
from app.web.languages import preferred_lang
from app.web.pages.errors import error_page
from app.web.people import way_back
from app.web.problems import problem_answer
from app.web.speech import address
from app.web.turns import Again, NoTurnError, Turn

# A database that is locked or restarting is mostly back within seconds; a past state takes about as long.
RETRY_AFTER: Final = "5"
_CODES: Final[Mapping[int, str]] = {404: "not_found", 405: "method_not_allowed"}
_UNAVAILABLE: Final = 503
_PREPARING: Final = 202
_UNKNOWN: Final = 401
_REFUSED: Final = 422

logger = logging.getLogger("mubiao")


def add_handlers(app: FastAPI) -> None:
    """Let every error of the application be answered here."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(NoTurnError, _no_turn)
    # Not a handler: after one for Exception, Starlette raises the error again, which the server logs once more
    # before it drops the connection.
    app.add_middleware(Unforeseen)


class Unforeseen:
    """The ASGI application around the routes that answers what nobody thought of."""

    def __init__(self, app: ASGIApp) -> None:
        """Watch over an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; log what it raises instead, once, and answer with the id in the log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun:
                # Half an answer cannot be taken back: the server logs the error and drops the connection.
                raise
            answer = _unforeseen(Request(scope), error)
            await answer(scope, receive, send)


def answer_problems(
    request: Request,
    status: int,
    problems: Sequence[Problem],
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer as the path asks for: problem+json under /api, else a page with the first problem."""
    problems = [brief(problem) for problem in problems]
    if is_api(request.url.path):
        return problem_answer(request, status, problems, headers=headers)
    page = error_page(request, _page_lang(request), status, problems[0])
    page.headers.update(headers or {})
    return page


def _page_lang(request: Request) -> Lang:
    first = request.url.path.split("/")[1]
    return first if is_lang(first) else preferred_lang(request.headers.get("accept-language"))


def _domain_error(request: Request, error: Exception) -> Response:
    """Answer a refusal with its own status."""
    if not isinstance(error, DomainError):
        raise error
    headers = {}
    if error.status == _UNKNOWN and is_admin(request.url.path):
        # Relative to the host that was asked, whichever that is.
        to = address(f"/{_page_lang(request)}/admin/login", {"next": way_back(request)})
        return RedirectResponse(to, 303)
    if error.status == _UNKNOWN:
        headers["WWW-Authenticate"] = "Bearer"
    if "seconds" in error.detail:
        headers["Retry-After"] = str(error.detail["seconds"])
    if error.status == _UNAVAILABLE:
        logger.warning("unavailable: %s", error.code)
    if error.status in {_UNAVAILABLE, _PREPARING}:
        headers["Retry-After"] = RETRY_AFTER
    return answer_problems(request, error.status, error.problems, headers=headers)


async def _no_turn(request: Request, _error: Exception) -> Response:
    """Wait until the large file may be written that is asked for, and ask for it again."""
    turn = Turn(request.app.state.large_turns)
    if await turn.wait(request.app.state.large_seconds):
        return Again(request, turn)
    return _domain_error(request, UnavailableError("files_busy"))


def _invalid(request: Request, error: Exception) -> Response:
    """Answer parameters that are not of their form, each by its name."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [problem_of(item) for item in error.errors()]
    named = [Problem(one.code, one.field.partition(".")[2], one.detail) for one in problems]
    return answer_problems(request, _REFUSED, named)


def _http_error(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: no such address, or not with this method."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES.get(error.status_code, "bad_request")
    problem = Problem(code, "", {"given": request.url.path, "method": request.method})
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(request.app.state.methods(request.url.path)))
    return answer_problems(request, error.status_code, [problem], headers=headers)


def _unforeseen(request: Request, error: Exception) -> Response:
    """Log the trace under an id, and answer with the id."""
    error_id = secrets.token_hex(8)
    path = without_secrets(request.url.path)
    logger.error("error %s at %s %r", error_id, request.method, path, exc_info=error)
    problem = Problem("internal_error", "", {"error_id": error_id})
    return answer_problems(request, 500, [problem])
