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
from app.web.api.codes import CODES, WRITE_CODES, codes_of
from app.web.api.inputs import written_schemas
from app.web.api.routes import PREFIX, only_known_parameters
from app.web.problems import MEDIA_TYPE
from app.web.templating import Alternate, Context, Head, render

router = APIRouter(include_in_schema=False)

DESCRIPTION: Final = (
    "What Chinese governments promised to reach, by when, according to which document, and how far they have "
    "come. Reading needs no account, writing a token. Every answer is JSON in UTF-8. Amounts are strings of plain "
    "digits, exact; shares are in percent. "
    "Text in Chinese is authoritative, the English is ours and null where missing. Lists come in pages: "
    "`items`, `total`, and `next`, which goes back as `cursor`. Errors are `application/problem+json` "
    "(RFC 9457) in the language of Accept-Language, zh or en."
)
TOKEN: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of someone with an account, made on the account's page: it writes with the scope "
    "`write`, and publishes with the scope `publish`.",
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
        """Make the document once; FastAPI knows neither what is not its own to read, nor that a query has no null."""
        if self.openapi_schema is None:
            document = get_openapi(
                title="Mubiao",
                version=__version__,
                openapi_version="3.1.0",
                description=DESCRIPTION,
                license_info={"name": "Code Apache-2.0, data CC BY 4.0"},
                routes=self.routes,
            )
            document["components"]["schemas"] |= written_schemas()
            document["components"]["securitySchemes"] = {"token": TOKEN}
            for method, operation in (each for path in document["paths"].values() for each in path.items()):
                if "security" not in operation:
                    # Every public read takes it; it is read where the session is lent, not by the routes.
                    operation.setdefault("parameters", []).append(dict(AS_OF))
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _given(parameter["schema"])
                for status, said in operation["responses"].items():
                    if MEDIA_TYPE in said["content"]:
                        said["description"] += f". Codes: {', '.join(codes_of(method, int(status)))}"
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


@dataclass(frozen=True, slots=True)
class Section:
    """One operation, or several of one kind on different entities: what they do, by method and path."""

    heads: list[tuple[str, str]]
    operation: dict[str, Any]
    answer: str  # the status of a good one
    bodies: list[tuple[str, dict[str, Any]]]  # media types and schemas of what may be sent


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPage(Context):
    """What the documentation shows."""

    template: ClassVar[str] = "api.html"
    sheets: ClassVar[tuple[str, ...]] = ("api.css",)

    prefix: str
    description: str
    groups: dict[str, list[Section]]  # by tag
    schemas: dict[str, Any]
    codes: list[tuple[str, str, str]]  # statuses, code, sentence


@router.get("/api")
def api_page(request: Request) -> HTMLResponse:
    """Show the document: every collection with its parameters, every field of every answer."""
    document = request.app.openapi()
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
        groups=_groups(document),
        schemas=document["components"]["schemas"],
        codes=_codes(),
    )
    return HTMLResponse(render(page, "en"), headers={"Content-Language": TAGS["en"]})


def _groups(document: dict[str, Any]) -> dict[str, list[Section]]:
    """Gather the operations by tag; those that do the same to different entities are told of once."""
    found: dict[str, dict[tuple[str, ...], Section]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            names = [parameter["name"] for parameter in operation.get("parameters", ())]
            alike = (operation["description"], *names)
            content = operation.get("requestBody", {}).get("content", {})
            fresh = Section([], operation, min(operation["responses"]), [])
            section = found.setdefault(operation["tags"][0], {}).setdefault(alike, fresh)
            section.heads.append((method.upper(), path))
            section.bodies.extend((kind, said["schema"]) for kind, said in content.items())
    return {tag: list(sections.values()) for tag, sections in found.items()}


def _codes() -> list[tuple[str, str, str]]:
    """Explain each code once, with the statuses that it comes with."""
    statuses: dict[str, list[int]] = {}
    for status, codes in WRITE_CODES.items():
        for code in codes:
            statuses.setdefault(code, []).append(status)
    for status, codes in CODES.items():
        for code in codes:
            if status not in statuses.setdefault(code, []):
                statuses[code].append(status)
    return [
        (", ".join(map(str, sorted(each))), code, problem_sentence("en", Problem(code)))
        for code, each in statuses.items()
    ]
