"""What the API's routes share: the router's settings, the check of parameters, answers as bytes.

The routes themselves are in `vocabulary` and `facts`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_origin

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.domain.errors import DomainError, Problem
from app.store.views.base import Page
from app.web import as_of
from app.web.dependencies import past_day
from app.web.problems import MEDIA_TYPE, ProblemView

PREFIX: Final = "/api/v1"
TOTAL: Final = "X-Total-Count"
"""The header that says how many items a list, or rows a table, has in all."""

Said = dict[int | str, dict[str, Any]]


def problems_of(descriptions: Mapping[int, str]) -> Said:
    """Say what a route's refusals look like; given as a model, FastAPI would make a validator for each of them."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemView.__name__}"}}}
    return {
        status: {"description": description, "content": content}
        for status, description in descriptions.items()
    }


PROBLEMS: Final = problems_of(
    {
        400: "The address holds bytes that are no text",
        414: "The query is longer than 4,096 bytes",
        422: "A parameter is unknown, or its value is; `errors` names each",
        500: "An error of ours; its `error_id` stands in the log too",
        503: "The database cannot be read now, or other large files are being written; see Retry-After",
    }
)
_OF_PAST: Final = problems_of({202: "The data of that day are being prepared; ask again after Retry-After"})
MISSING: Final = problems_of(
    {404: "No public entity has this key", 410: "The entity was retired, on `retired_on`"}
)
_SECURED: Final = {
    401: "There is no token, or it does not work (any more)",
    403: "The one who asks may not do this",
    404: "No entity has this key",
}
NOT_INSTALLED: Final = problems_of({501: "An extra that makes this is not installed on the server"})
SECURED: Final = problems_of(_SECURED)
WRITTEN: Final = problems_of(
    {
        **_SECURED,
        400: "The address or the body is no text of its form",
        409: "The change does not go with what stands",
        412: "Another version than the one seen is the latest; `stale` holds both",
        413: "The body is too large",
        415: "The body is of a type that is not taken here",
        422: "A parameter, a header or the content is wrong; `errors` names each",
        428: "There is no If-Match",
    }
)


async def only_known_parameters(request: Request) -> None:
    """Refuse parameters that the route does not take, and single ones given twice.

    Raises DomainError unknown_parameter, repeated_parameter, all of them at once.
    """
    known = dict(_parameters(request.scope["route"].dependant))
    given = [name for name, _ in request.query_params.multi_items()]
    problems = []
    for name in dict.fromkeys(given):
        if name not in known:
            detail = {"allowed": list(known)} if known else {"case": "none"}
            problems.append(Problem("unknown_parameter", name, {"given": name, **detail}))
        elif given.count(name) > 1 and not _is_list(known[name]):
            problems.append(Problem("repeated_parameter", name, {"given": given.count(name)}))
    if problems:
        raise DomainError.of(problems)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    """Name what a route and what it depends on take from the query, each with its type.

    The document says the same, but to make it takes seconds.
    """
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((one.alias or name, one.annotation) for name, one in kind.model_fields.items())
        else:
            yield field.alias, kind
    if dependant.call is past_day:
        yield as_of.NAME, str
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(get_origin(one) is list for one in get_args(kind))


def operation_id(route: APIRoute) -> str:
    """Name an operation in the document: as its route."""
    return route.name


def api_router(tag: str, *, public: bool = True) -> APIRouter:
    """Make a router of the API; what is public can be read of past days too."""
    return APIRouter(
        prefix=PREFIX,
        tags=[tag],
        dependencies=[Depends(only_known_parameters)],
        responses={**_OF_PAST, **PROBLEMS} if public else PROBLEMS,
        generate_unique_id_function=operation_id,
    )


def key_of(description: str, example: str) -> Any:
    """Describe the key in a path."""
    return Path(description=description, examples=[example])


def answer(view: BaseModel) -> Response:
    """Answer with a view; equal views give equal bytes. A page says how many items there are, if they were counted."""
    headers = {TOTAL: str(view.total)} if isinstance(view, Page) and not view.total_is_capped else {}
    # The bytes as they are made: `model_dump_json` would make a text of them, to be encoded again.
    return Response(view.__pydantic_serializer__.to_json(view), 200, headers, "application/json")
