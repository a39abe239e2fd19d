"""What all schemas share: unknown fields are refused, text is trimmed, a blank means "not given".

The entities themselves are in `schemas`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PUBLIC_ID = r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$"

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
    def _blank_is_absent(cls, data: Any) -> Any:
        """Drop blank and null fields, so that a form's empty box and an absent key mean the same."""
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if not _blank(value)}

    def seed(self) -> dict[str, Any]:
        """Write the entity in seed form: plain JSON values, without what is left at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
