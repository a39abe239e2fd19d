"""What the tools take: the API's own parameters, with a language and a past day, and nothing unknown.

What the parameters mean is said where the API defines them; bounds are tighter, since an assistant reads every answer.
"""

from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.errors import DomainError, Problem
from app.domain.validation import problems_of, shortened
from app.i18n import Lang
from app.web.api.parameters import CompareParameters, DeadlineParameters, Key, described
from app.web.api.search import SearchAllParameters
from app.web.api.summaries import CoverageParameters
from app.web.api.values import PlainDigits

MOST_FIGURES: Final = 100
"""How many dated figures one answer holds at most."""
MOST_HITS: Final = 20
"""How many hits of each kind a search gives at most."""
NUL: Final = "\x00"

A = TypeVar("A", bound="Arguments")


class Arguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid")

    language: Lang = Field(
        "en",
        description="Language of the sentences and of the figures in them; the data hold both",
        examples=["zh"],
    )
    as_of: Annotated[str, Field(json_schema_extra={"format": "date"})] | None = described(
        "The published data as they stood at the end of this day in Shanghai; today unless given",
        "2026-11-30",
    )

    @property
    def searched(self) -> bool:
        """Whether the text index is needed."""
        return bool(getattr(self, "q", None))


class SearchArguments(Arguments, SearchAllParameters):
    """The arguments of `search`."""

    limit: Annotated[int, Field(ge=1, le=MOST_HITS), PlainDigits] = Field(
        5, description="How many items of each kind at most", examples=[5]
    )


class PlanArguments(Arguments):
    """The arguments of `get_plan`."""

    slug: Key = Field(description="Slug of the plan, as `search` gives it", examples=["zj-ai-terminals"])


class TargetArguments(Arguments):
    """The arguments of `get_target`."""

    public_id: Key = Field(
        description="Public id of the target, as `search` gives it", examples=["zj-ai-terminals.revenue"]
    )


class CompareArguments(Arguments, CompareParameters):
    """The arguments of `compare`."""


class DeadlineArguments(Arguments, DeadlineParameters):
    """The arguments of `deadlines`."""

    limit: Annotated[int, Field(ge=1, le=MOST_FIGURES), PlainDigits] = Field(
        20, description="How many figures a page has", examples=[20]
    )


class CoverageArguments(Arguments, CoverageParameters):
    """The arguments of `coverage`."""


def read_arguments(model: type[A], given: dict[str, Any]) -> A:
    """Validate what a tool was called with; raises DomainError with every problem at its argument."""
    problems = [
        Problem("bad_character", name, {"case": "field"}) for name in given if NUL in str(given[name])
    ]
    try:
        read = model.model_validate(given)
    except ValidationError as error:
        problems += [_named(problem, model) for problem in problems_of(error)]
    if problems:
        raise DomainError.of(problems)
    return read


def language_of(given: dict[str, Any]) -> Lang:
    """Give the language in which to say what is wrong with arguments, whatever else they hold."""
    return "zh" if given.get("language") == "zh" else "en"


def _named(problem: Problem, model: type[Arguments]) -> Problem:
    """Call an argument that is not known by the code that the API has for it, and name those that are."""
    if problem.code != "unknown_field":
        return problem
    return Problem(
        "unknown_parameter",
        problem.field,
        {"given": shortened(problem.field), "allowed": list(model.model_fields)},
    )
