"""The form of a single thing as a sheet: which kind it is of, how its key says so, what it begins with.

What can be done to a sheet is in `plan_sheet`, which plans' forms share.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from app.domain.base import Schema
from app.domain.errors import DomainError, NotFoundError
from app.domain.schemas import Entity
from app.domain.validation import validate
from app.store.queries.naming import NameKind
from app.store.service import WRITERS, Current
from app.web.admin.entity_fields import FIELDS
from app.web.admin.observing import MEASURED
from app.web.admin.plan_sheet import DECIDED, NEW, Sheet, blank_row, is_key, plan_address
from app.web.admin.sheet_view import REFERENCES
from app.web.forms import Form

KINDS: Final = (*FIELDS, "observation")
"""The kinds of things that have such a form; plans have their own."""
References: TypeAlias = Mapping[str, NameKind]
_OF_REGION: Final[References] = {**REFERENCES, "parent": "region"}
# What is not given in seed form when it is the commonest, and yet is a choice that the form shows.
_COMMONEST: Final[Mapping[str, Mapping[str, str]]] = {
    "metric": {"direction": "up"},
    "source": {"language": "zh"},
    "observation": {"kind": "level", "boundary": "unspecified", "coverage": "unspecified"},
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: a kind, and the key of what was saved before, none for something new."""

    kind: str
    key: str | None = None

    @property
    def schema(self) -> type[Schema]:
        """The schema of the kind."""
        return WRITERS[self.kind].schema

    @property
    def references(self) -> References:
        """What kinds of things its fields name."""
        return _OF_REGION if self.kind == "region" else REFERENCES

    @property
    def form_key(self) -> str:
        """Under what its unsaved work is kept; of something new, how that begins."""
        return f"{self.kind}.{NEW if self.key is None else self.key.replace('/', '.')}"

    @property
    def address(self) -> str:
        """Where its form is, without the language."""
        return f"/admin/new/{self.kind}" if self.key is None else f"/admin/edit/{self.kind}/{self.key}"

    @classmethod
    def of_address(cls, kind: str, key: str | None = None) -> "Subject":
        """Take the parts of an address; raise NotFoundError `not_found` for a kind that has no such form."""
        if kind not in KINDS:
            raise NotFoundError("not_found", given=kind[:80])
        return cls(kind, key)

    @classmethod
    def of_form_key(cls, form_key: str) -> "Subject | None":
        """Say what a kept form is about; none for a plan's."""
        kind, dot, rest = form_key.partition(".")
        if not dot or kind not in KINDS:
            return None
        if rest.startswith(NEW):
            return cls(kind)
        return cls(kind, rest.replace(".", "/") if kind == "assessment" else rest)

    def begin(self, current: Current | None) -> Sheet:
        """Begin with what was saved last, or with blanks, and a blank row where one is needed."""
        if current is None:
            seed: dict[str, Any] = dict(_COMMONEST.get(self.kind, {})) if self.kind != "observation" else {}
            sheet = self.sheet(seed, self.form_key + secrets.token_hex(6), 0)
        else:
            sheet = self.sheet(
                {**_COMMONEST.get(self.kind, {}), **current.seed}, self.form_key, current.version
            )
        if self.kind == "observation" and not sheet.form.rows("evidence"):
            sheet.form.add("evidence", blank_row("evidence", self.schema))
        return sheet

    def sheet(self, seed: Mapping[str, Any], form_key: str, seen: int) -> Sheet:
        """Put an entity in seed form into a sheet."""
        given = {name: value for name, value in seed.items() if name not in DECIDED}
        return Sheet(Form.of_seed(given, self.schema), form_key, seen)

    def read(self, sheet: Sheet, current: Current | None) -> Entity:
        """Validate what was typed; raise DomainError with every problem at the path of the data.

        What was saved keeps its key, `key_fixed`; what has been retired is restored before it is changed.
        """
        data = {name: value for name, value in sheet.form.folded().data.items() if name != MEASURED}
        entity: Entity = validate(WRITERS[self.kind].schema, data)
        writer = WRITERS[self.kind]
        if current is not None and writer.key(entity) != current.key:
            raise DomainError("key_fixed", writer.key_field, given=current.key)
        if current is not None and "retired_on" in current.seed:
            raise DomainError("already_retired", given=current.key)
        return entity


def form_address(form_key: str) -> str:
    """Say where the form that is kept under a key is, without the language."""
    subject = Subject.of_form_key(form_key)
    if subject is not None:
        return subject.address
    return plan_address(None if form_key.startswith(NEW) or not is_key(form_key) else form_key)
