"""The plan's form as a sheet: what was typed, which version was seen, and what can be done to its rows.

Where a sheet is kept and how it is shown is for others; nothing here reads the database.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from app.domain.base import Schema
from app.domain.errors import DomainError
from app.domain.schemas import PlanIn
from app.web.forms import ROW, Form, Shape, Tree, shape_of

CONTROLS: Final = ("do", "seen", "reason", "form_key")
"""Names of the form that are no fields of a plan."""
DECIDED: Final = frozenset({"editorial_state", "retired_on"})
"""Fields of a plan that are decided by what is done with it, and by no field of its form."""
NEW: Final = "new-"
"""How the key of a form begins whose plan was never saved; that of any other is the plan's slug.

The key of a form of something else begins with its kind and a dot.
"""
Kept: TypeAlias = Collection[str]
"""Public ids of targets, deadlines and measures that the public has seen."""

_KEY = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_LONGEST_KEY: Final = 200
_LONGEST_REASON: Final = 500
# What a new row begins with: one of each of these below it, since it needs them.
_AT_LEAST_ONE: Final = frozenset({"deadlines", "evidence"})
_AT_FIRST: Final = ("issuers", "topics", "evidence", "targets")
# Of each list, what no two of its rows share.
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "targets": ("public_id", "retired_on"),
    "measures": ("public_id", "retired_on"),
    "deadlines": ("due", "due_as_stated", "retired_on"),
}


@dataclass
class Sheet:
    """A plan's form on its way: `seen` is the version that it was begun from, 0 for a new plan."""

    form: Form
    key: str
    seen: int = 0
    reason: str = ""

    @classmethod
    def blank(cls) -> "Sheet":
        """Begin a new plan: a target with a deadline, and a row of everything else that most plans have."""
        return cls.of_seed({}, NEW + secrets.token_hex(6), 0)

    @classmethod
    def of_seed(cls, seed: Mapping[str, Any], key: str, seen: int) -> "Sheet":
        """Begin from a plan in seed form, with a blank row where one is mostly needed."""
        form = Form.of_seed({name: value for name, value in seed.items() if name not in DECIDED}, PlanIn)
        _completed(form.tree, shape_of(PlanIn), _AT_FIRST)
        return cls(form, key, seen)

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, str]]) -> "Sheet":
        """Take a sheet as it was sent; raise `bad_field_name` for one that this form never sent."""
        listed = list(pairs)
        control = {name: value for name, value in listed if name in CONTROLS}
        key, seen = control.get("form_key", ""), control.get("seen", "")
        if not is_key(key):
            raise DomainError("bad_field_name", "form_key")
        if not (seen.isascii() and seen.isdigit() and len(seen) < 9):  # noqa: PLR2004 - an int of any database
            raise DomainError("bad_field_name", "seen")
        form = Form.of_pairs((name, value) for name, value in listed if name not in CONTROLS)
        return cls(form, key, int(seen), control.get("reason", "").strip()[:_LONGEST_REASON])

    def pairs(self) -> list[tuple[str, str]]:
        """List all that a browser would send of it."""
        control = [("form_key", self.key), ("seen", str(self.seen)), ("reason", self.reason)]
        return [*control, *self.form.pairs()]

    @property
    def new(self) -> bool:
        """Say whether its plan was never saved."""
        return self.key.startswith(NEW) and self.seen == 0


def plan_address(slug: str | None) -> str:
    """Say where the form of a plan is, without the language; of none, that of a new one."""
    return "/admin/plans/new" if slug is None else f"/admin/plans/{slug}/edit"


def is_key(text: str) -> bool:
    """Say whether a text may be the key of a form."""
    return len(text) <= _LONGEST_KEY and _KEY.fullmatch(text) is not None


def blank_row(name: str, schema: type[Schema] = PlanIn) -> Tree | str:
    """Give what a new row of a list holds, by the list's name: `targets`, `targets.3.deadlines`."""
    shape: Shape | None = shape_of(schema)
    for part in name.split("."):
        shape = None if shape is None else shape.get(ROW if part.isdigit() else part)
    if shape is None or ROW not in shape:
        raise DomainError("bad_field_name", name)
    row = shape[ROW]
    return "" if row is None else _blank(row)


def change_rows(form: Form, asked: str, kept: Kept, today: str, schema: type[Schema] = PlanIn) -> str:
    """Do to a row what a button asks for, `add:targets`, `up:targets.3`, and name the row to go to.

    A row that the public has seen is retired as of `today` when it is removed, and so stays; `restore` takes that
    back. Raise `bad_field_name` for a row that is not there.
    """
    deed, _, name = asked.partition(":")
    if deed == "add":
        return form.add(name, blank_row(name, schema))
    kind = name.split(".")[-2] if "." in name else ""
    if deed == "copy":
        return form.copy(name, _OWN.get(kind, ()))
    if deed in {"up", "down"}:
        form.move(name, -1 if deed == "up" else 1)
    elif deed == "restore":
        form.set(f"{name}.retired_on", "")
    elif deed == "remove" and identity(form, name) in kept:
        form.set(f"{name}.retired_on", today)
    elif deed == "remove":
        form.remove(name)
        return name.rpartition(".")[0]
    else:
        raise DomainError("bad_field_name", "do")
    return name


def identity(form: Form, row: str) -> str:
    """Name what a row stands for as `kept` does: a public id, and of a deadline its target's, date and ambition."""
    above, _, _ = row.rpartition(".")
    target, _, last = above.rpartition(".")
    if last == "deadlines":
        words = (form.value(f"{target}.public_id"), form.value(f"{row}.due"), form.value(f"{row}.ambition"))
        return deadline_identity(*words)
    return form.value(f"{row}.public_id")


def deadline_identity(target: str, due: str, ambition: str) -> str:
    """Name a deadline by its target's public id, its date as written and its ambition."""
    firm = "" if ambition in {"", "unmarked"} else ambition
    return f"{target}@{due}~{firm}"


def kept_of(seed: Mapping[str, Any]) -> frozenset[str]:
    """List what of a published plan, in seed form, can only be retired."""
    children = [*seed.get("targets", ()), *seed.get("measures", ())]
    deadlines = [
        deadline_identity(target["public_id"], one.get("due", ""), one.get("ambition", ""))
        for target in seed.get("targets", ())
        for one in target["deadlines"]
    ]
    return frozenset([*(child["public_id"] for child in children), *deadlines])


def _blank(shape: Shape) -> Tree:
    tree: Tree = {}
    for name, below in shape.items():
        if below is None:
            tree[name] = ""
        elif name in _AT_LEAST_ONE:
            row = below[ROW]
            tree[name] = {"0": "" if row is None else _blank(row)}
    return tree


def _completed(tree: Tree, shape: Shape, needed: Collection[str] = _AT_LEAST_ONE) -> None:
    """Give a row to each list that needs one, on every level."""
    for name, below in shape.items():
        if below is None:
            continue
        rows = tree.get(name)
        row = below[ROW]
        if isinstance(rows, dict) and rows and row is not None:
            for each in rows.values():
                if isinstance(each, dict):
                    _completed(each, row)
        elif not rows and name in needed:
            tree[name] = {"0": "" if row is None else _blank(row)}
