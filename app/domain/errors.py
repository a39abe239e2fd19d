"""The errors that every door reports alike: a stable code, the field, and what the sentence needs.

The sentences themselves are in the catalogues of `app/locale`; nothing here speaks to a reader.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `field` is a dotted path into the input, empty for the whole."""

    code: str
    field: str = ""
    detail: dict[str, Any] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """A refusal that a reader can mend; `problems` holds at least one, `code` is the first one's."""

    status = 422

    def __init__(self, code: str, field: str = "", **detail: Any) -> None:
        """Raise one problem at one field, with the values its sentence names."""
        self.problems: list[Problem] = [Problem(code, field, detail)]
        super().__init__(code)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "DomainError":
        """Bundle several problems into one error of this class."""
        listed = list(problems)
        error = cls(listed[0].code, listed[0].field, **listed[0].detail)
        error.problems = listed
        return error

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    @property
    def detail(self) -> dict[str, Any]:
        """The details of the first problem."""
        return self.problems[0].detail


class PreparingError(DomainError):
    """What is asked for is being made, and will be there when it is asked for again."""

    status = 202


class ForbiddenError(DomainError):
    """What the one who asks may not do, whoever they are signed in as."""

    status = 403


class NotFoundError(DomainError):
    """A key that names nothing public."""

    status = 404


class GoneError(DomainError):
    """A key that named something which has been retired; `retired_on` is in the detail."""

    status = 410


class ConflictError(DomainError):
    """A save against a version that is no longer the current one."""

    status = 409


class UnavailableError(DomainError):
    """The database is locked, missing, read-only, of a newer version, or gone."""

    status = 503


class NotInstalledError(DomainError):
    """What only an extra of ours can do, which is not installed here."""

    status = 501
