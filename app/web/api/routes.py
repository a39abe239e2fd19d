"""What the API's routes share: the router's settings, the check of parameters, answers as bytes.

The routes themselves are in `vocabulary` and `facts`.
"""

from typing import Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from app.domain.errors import DomainError, Problem
from app.web.problems import ProblemView

PREFIX: Final = "/api/v1"

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "model": ProblemView,
        "description": "The data of that day are being prepared; ask again after Retry-After",
    },
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


async def only_known_parameters(request: Request) -> None:
    """Refuse parameters that the document does not name, and single ones given twice.

    Raises DomainError unknown_parameter, repeated_parameter, all of them at once.
    """
    operation = request.app.openapi()["paths"].get(request.scope["route"].path, {}).get("get", {})
    known = {
        parameter["name"]: parameter["schema"].get("type")
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    given = [name for name, _ in request.query_params.multi_items()]
    problems = []
    for name in dict.fromkeys(given):
        if name not in known:
            detail = {"allowed": list(known)} if known else {"case": "none"}
            problems.append(Problem("unknown_parameter", name, {"given": name, **detail}))
        elif given.count(name) > 1 and known[name] != "array":
            problems.append(Problem("repeated_parameter", name, {"given": given.count(name)}))
    if problems:
        raise DomainError.of(problems)


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
