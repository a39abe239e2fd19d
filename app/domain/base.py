"""What all schemas share: unknown fields are refused, text is trimmed, a blank means "not given".

The entities themselves are in `schemas`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from app.domain.errors import Problem

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PUBLIC_ID = r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$"

MISFITS: Final = "misfits"
_WRITTEN: Final = "written"
S = TypeVar("S", bound="Schema")

Slug = Annotated[str, StringConstraints(pattern=SLUG, min_length=2, max_length=80)]
PublicId = Annotated[str, StringConstraints(pattern=PUBLIC_ID, max_length=140)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|[a-z0-9]+(-[a-z0-9]+)*)$", max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Schema(BaseModel):
    """The base of every schema that a door accepts."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_enum_values=False)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any, info: ValidationInfo) -> Any:
        """Drop blank and null fields, so that a form's empty box and an absent key mean the same."""
        if info.context == _WRITTEN or not isinstance(data, Mapping):
            return data
        blank = {
            key
            for key, value in data.items()
            if value is None or (isinstance(value, str) and not value.strip())
        }
        return {key: value for key, value in data.items() if key not in blank} if blank else data

    def seed(self) -> dict[str, Any]:
        """Write the entity in seed form: plain JSON values, without what is left at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_seed(cls, seed: Mapping[str, Any]) -> Self:
        """Read a seed form that was valid when it was written: whether its fields fit is not asked again.

        That takes a third of the time, and what was published stays readable when the rules have changed.
        """
        return cls.model_validate(seed, context=_WRITTEN)


def fitting(check: Callable[[S], S]) -> Any:
    """Make a validator of a check of how a whole model's fields fit, which `Schema.from_seed` passes over."""

    def checked(self: S, info: ValidationInfo) -> S:
        return self if info.context == _WRITTEN else check(self)

    return model_validator(mode="after")(checked)


def refuse_misfits(problems: Iterable[Problem]) -> None:
    """Refuse an input whose fields do not fit each other, for all that is wrong: PydanticCustomError.

    Pydantic names no field where a whole model is refused, so `validation` takes the problems out again.
    """
    listed = list(problems)
    if listed:
        raise PydanticCustomError(MISFITS, "fields do not fit each other", {"problems": listed})
