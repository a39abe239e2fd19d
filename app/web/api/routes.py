"""What the API's routes share: the router's settings, the check of parameters, answers as bytes.

The routes themselves are in `vocabulary` and `facts`.
"""

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from app.domain.errors import DomainError, Problem
from app.web.problems import ProblemView

PREFIX: Final = "/api/v1"

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: {
        "model": ProblemView,
        "description": "The address holds bytes that are no text",
    },
    414: {"model": ProblemView, "description": "The query is longer than 4,096 bytes"},
    422: {
        "model": ProblemView,
        "description": "A parameter is unknown, or its value is; `errors` names each",
    },
    500: {"model": ProblemView, "description": "An error of ours; its `error_id` stands in the log too"},
    503: {"model": ProblemView, "description": "The database cannot be read now; see Retry-After"},
}
MISSING: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ProblemView, "description": "No public entity has this key"},
    410: {"model": ProblemView, "description": "The entity was retired, on `retired_on`"},
}

SECURED: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": ProblemView, "description": "There is no token, or it does not work (any more)"},
    403: {"model": ProblemView, "description": "The one who asks may not do this"},
    404: {"model": ProblemView, "description": "No entity has this key"},
}
WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    **SECURED,
    400: {"model": ProblemView, "description": "The address or the body is no text of its form"},
    409: {"model": ProblemView, "description": "The change does not go with what stands"},
    412: {
        "model": ProblemView,
        "description": "Another version than the one seen is the latest; `stale` holds both",
    },
    413: {"model": ProblemView, "description": "The body is too large"},
    415: {"model": ProblemView, "description": "The body is of a type that is not taken here"},
    422: {
        "model": ProblemView,
        "description": "A parameter, a header or the content is wrong; `errors` names each",
    },
    428: {"model": ProblemView, "description": "There is no If-Match"},
}


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
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(get_origin(one) is list for one in get_args(kind))


def api_router(tag: str) -> APIRouter:
    """Make a router of the API."""
    return APIRouter(
        prefix=PREFIX, tags=[tag], dependencies=[Depends(only_known_parameters)], responses=PROBLEMS
    )


def key_of(description: str, example: str) -> Any:
    """Describe the key in a path."""
    return Path(description=description, examples=[example])


def answer(view: BaseModel) -> Response:
    """Answer with a view; equal views give equal bytes."""
    return Response(view.model_dump_json(), media_type="application/json")
