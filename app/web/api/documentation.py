"""The OpenAPI document and the page that makes it readable, at /api.

What the routes and views say of themselves is all there is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from app import __version__
from app.domain.errors import Problem
from app.i18n import TAGS, problem_sentence
from app.web import as_of
from app.web.api.routes import PREFIX, only_known_parameters
from app.web.problems import MEDIA_TYPE
from app.web.templating import Alternate, Context, Head, render

router = APIRouter(include_in_schema=False)

DESCRIPTION: Final = (
    "What Chinese governments promised to reach, by when, according to which document, and how far they have "
    "come. Every answer is JSON in UTF-8. Amounts are strings of plain digits, exact; shares are in percent. "
    "Text in Chinese is authoritative, the English is ours and null where missing. Lists come in pages: "
    "`items`, `total`, and `next`, which goes back as `cursor`. Errors are `application/problem+json` "
    "(RFC 9457) in the language of Accept-Language, zh or en."
)
# By status, the codes that readers of the API can meet.
CODES: Final[Mapping[int, tuple[str, ...]]] = {
    202: ("as_of_preparing",),
    400: ("bad_utf8", "bad_character"),
    404: (
        "not_found",
        "unknown_region",
        "unknown_topic",
        "unknown_metric",
        "unknown_organization",
        "unknown_source",
        "unknown_plan",
        "unknown_target",
        "unknown_deadline",
        "unknown_observation",
        "unknown_measure",
    ),
    405: ("method_not_allowed",),
    410: ("retired",),
    414: ("query_too_long",),
    422: (
        "unknown_region",
        "unknown_topic",
        "unknown_metric",
        "unknown_source",
        "unknown_plan",
        "unknown_parameter",
        "repeated_parameter",
        "missing",
        "bad_form",
        "unknown_word",
        "too_small",
        "too_large",
        "too_short",
        "too_long",
        "bad_sort",
        "bad_cursor",
        "q_empty",
        "too_many_regions",
        "years_reversed",
        "too_wide",
        "too_many_rows",
        "as_of_before_data",
        "as_of_in_future",
    ),
    500: ("internal_error",),
    503: (
        "database_locked",
        "database_missing",
        "database_read_only",
        "database_newer",
        "database_outdated",
        "database_gone",
        "database_refused",
        "database_full",
        "database_damaged",
    ),
}
AS_OF: Final[Mapping[str, Any]] = {
    "name": as_of.NAME,
    "in": "query",
    "required": False,
    "description": "The published data as they stood at the end of this day in Shanghai, with progress and "
    "timing of that day; not before the first revision, not in the future; today gives the data as they are",
    "schema": {"type": "string", "format": "date", "examples": ["2026-11-20"]},
}


class Application(FastAPI):
    """A FastAPI application whose document says what its answers really are."""

    def setup(self) -> None:
        """Serve the document like the rest of the API: FastAPI's own route would take any parameter."""
        if self.openapi_url:
            known = Depends(only_known_parameters)
            self.add_api_route(self.openapi_url, _document, include_in_schema=False, dependencies=[known])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, without the look at the telemetry settings that costs a kept answer a fifth more."""
        await Starlette.__call__(self, scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Make the document once; FastAPI does not know of problem+json, nor that a query has no null."""
        if self.openapi_schema is None:
            document = get_openapi(
                title="Mubiao",
                version=__version__,
                openapi_version="3.1.0",
                description=DESCRIPTION,
                license_info={"name": "Code Apache-2.0, data CC BY 4.0"},
                routes=self.routes,
            )
            for operation in (path["get"] for path in document["paths"].values() if "get" in path):
                # Every read takes it; it is read where the session is lent, not by the routes.
                operation.setdefault("parameters", []).append(dict(AS_OF))
            for operation in (one for path in document["paths"].values() for one in path.values()):
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _given(parameter["schema"])
                for status, said in operation["responses"].items():
                    if status != "200":
                        said["description"] += f". Codes: {', '.join(CODES[int(status)])}"
                        said["content"] = {MEDIA_TYPE: said["content"]["application/json"]}
            self.openapi_schema = document
        return self.openapi_schema


async def _document(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what a parameter may be when it is given: one that is left out has no value, not null."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(choices) == 1:
        return {**choices[0], **rest}
    return {"anyOf": choices, **rest} if choices else schema


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPage(Context):
    """What the documentation shows."""

    template: ClassVar[str] = "api.html"
    sheets: ClassVar[tuple[str, ...]] = ("api.css",)

    prefix: str
    description: str
    groups: dict[str, dict[str, Any]]  # the operations of each tag, by path
    schemas: dict[str, Any]
    codes: list[tuple[str, str, str]]  # statuses, code, sentence


@router.get("/api")
def api_page(request: Request) -> HTMLResponse:
    """Show the document: every collection with its parameters, every field of every answer."""
    document = request.app.openapi()
    groups: dict[str, dict[str, Any]] = {}
    for path, operations in document["paths"].items():
        operation = operations["get"]
        groups.setdefault(operation["tags"][0], {})[path] = operation
    public = request.app.state.settings.public_url or ""
    page = ApiPage(
        head=Head(
            title="API",
            description="The JSON API of Mubiao: collections, parameters, fields, errors.",
            canonical=f"{public}/api",
            # The page itself has one language; the other way leads to the reader's own pages.
            alternates=(Alternate(lang="zh", tag=TAGS["zh"], href=f"{public}/zh/", name="中文"),),
            section="api",
            crumbs=(),
            json=f"{PREFIX}/openapi.json",
            cite=None,
        ),
        prefix=PREFIX,
        description=DESCRIPTION,
        groups=groups,
        schemas=document["components"]["schemas"],
        codes=[
            (", ".join(str(status) for status in CODES if code in CODES[status]), code, sentence)
            for code, sentence in _sentences().items()
        ],
    )
    return HTMLResponse(render(page, "en"), headers={"Content-Language": TAGS["en"]})


def _sentences() -> dict[str, str]:
    """Explain each code once, whatever the statuses that it comes with."""
    return {code: problem_sentence("en", Problem(code)) for codes in CODES.values() for code in codes}
