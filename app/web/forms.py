"""A form's fields as a tree: names like `targets.3.deadlines.0.unit` folded, changed row by row, unfolded again.

How a posted body is read is in `posted`, what the fields mean is said by the schemas; nothing here knows a reader.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin

from app.domain.base import Schema
from app.domain.errors import DomainError

Node: TypeAlias = "Tree | str"
Tree: TypeAlias = dict[str, Node]
"""Fields by their words and rows by their numbers, rows in the order in which they stand on the page."""

Shape: TypeAlias = dict[str, "Shape | None"]
"""Which fields there are: nothing below a single one, and below a list the shape of its rows, as ROW."""

MOST_FIELDS: Final = 20_000
ROW: Final = "*"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.(?:[a-z][a-z0-9_]{0,39}|0|[1-9]\d{0,4})){0,8}")


@lru_cache(maxsize=64)
def shape_of(schema: type[Schema]) -> Shape:
    """Say which fields a form of a schema has."""
    return {name: _shape_of_field(info.annotation) for name, info in schema.model_fields.items()}


def _shape_of_field(annotation: Any) -> "Shape | None":
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is not list:
        return None
    (item,) = get_args(annotation)
    return {ROW: shape_of(item) if isinstance(item, type) and issubclass(item, Schema) else None}


def has_field(schema: type[Schema], name: str) -> bool:
    """Say whether a form of a schema has a field, row or list of this name."""
    shape: Shape | None = shape_of(schema)
    for part in name.split("."):
        key = ROW if part.isdigit() else part
        if shape is None or key not in shape:
            return False
        shape = shape[key]
    return True


@dataclass
class Form:
    """What stands in the fields of a form, as it was typed.

    A row is known by its number, which it keeps wherever it is moved; its place is where it stands in the tree.
    """

    tree: Tree = field(default_factory=dict)

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, str]]) -> "Form":
        """Fold names and values; raise `bad_field_name` for a name that no form has, or that is there twice."""
        form = cls()
        for name, value in pairs:
            if not _NAME.fullmatch(name):
                raise DomainError("bad_field_name", name)
            *above, last = name.split(".")
            node = form.tree
            for part in above:
                inner = _entered(node, part, {}, name)
                if isinstance(inner, str):
                    raise DomainError("bad_field_name", name)
                node = inner
            if last in node or _entered(node, last, value, name) is not value:
                raise DomainError("bad_field_name", name)
        return form

    @classmethod
    def of_seed(cls, seed: Mapping[str, Any], schema: type[Schema]) -> "Form":
        """Fill a form with an entity in seed form, or with whatever of its schema could be read from a file."""
        return cls(_unfolded(seed, shape_of(schema)))

    def pairs(self) -> list[tuple[str, str]]:
        """List names and values as a browser would send them."""
        return list(_pairs(self.tree, ""))

    def value(self, name: str) -> str:
        """Give what stands in a field; nothing where there is none."""
        found = self._at(name)
        return found if isinstance(found, str) else ""

    def rows(self, name: str) -> list[str]:
        """Name the rows of a list, in their order: `targets.3`, `targets.0`."""
        found = self._at(name)
        return [f"{name}.{number}" for number in found] if isinstance(found, dict) else []

    def values(self, name: str) -> list[str]:
        """Give what stands in the rows of a list of single fields."""
        return [self.value(row) for row in self.rows(name)]

    def set(self, name: str, value: str) -> None:
        """Write into a field of a row that is there."""
        above, _, last = name.rpartition(".")
        node = self._at(above) if above else self.tree
        if isinstance(node, dict):
            node[last] = value

    def blank(self, name: str) -> bool:
        """Say whether nothing was typed into a field, or anywhere in a row or list."""
        found = self._at(name)
        return found is None or _blank(found)

    def add(self, name: str, row: Node) -> str:
        """Add a row at the end of a list and name it."""
        rows = self._list(name)
        number = _free(rows)
        rows[number] = _copied(row)
        return f"{name}.{number}"

    def copy(self, name: str, without: Iterable[str] = ()) -> str:
        """Put a copy of a row behind it and name it; `without` are its fields that no two rows share."""
        rows, number = self._row(name)
        copied = _copied(rows[number])
        if isinstance(copied, dict):
            copied |= {name: "" for name in without if name in copied}
        new = _free(rows)
        _reorder(rows, [one for each in rows for one in ((each, new) if each == number else (each,))], copied)
        return f"{name.rpartition('.')[0]}.{new}"

    def move(self, name: str, step: int) -> None:
        """Move a row up (-1) or down (1) by one place, where there is one."""
        rows, number = self._row(name)
        order = list(rows)
        place = order.index(number)
        other = place + step
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
            _reorder(rows, order)

    def remove(self, name: str) -> None:
        """Take a row out."""
        rows, number = self._row(name)
        del rows[number]

    def folded(self) -> "Folded":
        """Give what was typed as nested data for a schema, without rows in which nothing was."""
        places: dict[str, list[str]] = {}
        return Folded(_dense(self.tree, "", places), places)

    def _at(self, name: str) -> "Node | None":
        found: Node | None = self.tree
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def _list(self, name: str) -> Tree:
        found = self._at(name)
        if found is None:
            self.set(name, "")
            above, _, last = name.rpartition(".")
            node = self._at(above) if above else self.tree
            if not isinstance(node, dict):
                raise DomainError("bad_field_name", name)
            found = node[last] = {}
        if isinstance(found, str) or not _numbered(found):
            raise DomainError("bad_field_name", name)
        return found

    def _row(self, name: str) -> tuple[Tree, str]:
        above, _, number = name.rpartition(".")
        rows = self._at(above)
        if not isinstance(rows, dict) or number not in rows or not number.isdigit():
            raise DomainError("bad_field_name", name)
        return rows, number


@dataclass(frozen=True, slots=True)
class Folded:
    """Nested data, and the way back from its places to the fields of the form."""

    data: dict[str, Any]
    places: Mapping[str, list[str]]  # by the name of a list, the numbers of its rows that are in the data

    def name(self, path: str) -> str:
        """Name the field of a problem's path: `targets.0.unit` may be the form's `targets.3.unit`."""
        name = ""
        for part in path.split("."):
            numbers = self.places.get(name)
            known = numbers is not None and part.isdigit() and int(part) < len(numbers)
            own = numbers[int(part)] if known and numbers else part
            name = f"{name}.{own}" if name else own
        return name


def _entered(node: Tree, part: str, new: Node, name: str) -> Node:
    """Enter a part of a name into a node, in which stand either words or numbers."""
    if node and part.isdigit() != _numbered(node):
        raise DomainError("bad_field_name", name)
    return node.setdefault(part, new)


def _numbered(node: Tree) -> bool:
    return next(iter(node), "0").isdigit()


def _free(rows: Tree) -> str:
    return str(max(map(int, rows), default=-1) + 1)


def _reorder(rows: Tree, order: list[str], new: Node = "") -> None:
    placed = {number: rows.get(number, new) for number in order}
    rows.clear()
    rows.update(placed)


def _copied(node: Node) -> Node:
    return node if isinstance(node, str) else {part: _copied(inner) for part, inner in node.items()}


def _pairs(node: Node, name: str) -> Iterable[tuple[str, str]]:
    if isinstance(node, str):
        yield name, node
        return
    for part, inner in node.items():
        yield from _pairs(inner, f"{name}.{part}" if name else part)


def _blank(node: Node) -> bool:
    return not node.strip() if isinstance(node, str) else all(map(_blank, node.values()))


def _dense(node: Tree, name: str, places: dict[str, list[str]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for part, inner in node.items():
        path = f"{name}.{part}" if name else part
        if isinstance(inner, str):
            data[part] = inner
        elif not _numbered(inner):
            data[part] = _dense(inner, path, places)
        else:
            places[path] = [number for number, row in inner.items() if not _blank(row)]
            rows = ((number, inner[number]) for number in places[path])
            data[part] = [
                row if isinstance(row, str) else _dense(row, f"{path}.{number}", places)
                for number, row in rows
            ]
    return data


def _unfolded(value: Mapping[str, Any], shape: Shape) -> Tree:
    """Write plain data as a tree; what the form has no field for is left out."""
    tree: Tree = {}
    for part, below in shape.items():
        inner = value.get(part)
        if below is None:
            if isinstance(inner, str | int | Decimal):
                tree[part] = str(inner).lower() if isinstance(inner, bool) else str(inner)
        elif isinstance(inner, list):
            row = below[ROW]
            tree[part] = {
                str(number): ("" if item is None else str(item)) if row is None else _unfolded(item, row)
                for number, item in enumerate(inner)
                if (isinstance(item, Mapping) if row is not None else not isinstance(item, Mapping | list))
            }
    return tree
