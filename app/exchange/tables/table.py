"""What a table is: columns, each with name, kind and meaning, and an iterator of rows.

Which columns a collection has is said in `collections` and `comparison`; how a cell is written in `commas` and `workbook`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from app.domain.figures import plain
from app.i18n import Lang, term

R = TypeVar("R")

Cell: TypeAlias = str | int | bool | Decimal | date | datetime | None

MAX_ROWS: Final = 100_000
"""How many rows a workbook holds, and how many pairs a comparison as a table: what is larger is read as CSV."""
BLOCK: Final = 64 * 2**10
"""About how many bytes of a text are written at a time."""
JOINT: Final = "; "
"""What stands between the parts of a cell that holds several."""
GROUPS: Final = " | "
"""What stands between parts that hold lists themselves."""
# What stands between the parts of a meaning: "The region it holds for: Chinese name".
_COLONS: Final = {"zh": "：", "en": ": "}


class CellKind(Enum):
    """What a column's cells hold."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"


_KINDS: Final = {
    bool: CellKind.BOOLEAN,
    int: CellKind.INTEGER,
    Decimal: CellKind.NUMBER,
    datetime: CellKind.INSTANT,
    date: CellKind.DATE,
}


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its name, what its cells hold and mean, and how they are read from a row.

    `about` are parts of one meaning, in English, the widest first; `words` is the vocabulary of its codes, `path` the
    way from the view to the field that it holds, empty if it holds none.
    """

    name: str
    kind: CellKind
    about: tuple[str, ...]
    read: Callable[[R], Cell]
    words: type[StrEnum] | None = None
    path: str = ""

    def meaning(self, lang: Lang) -> str:
        """Say in a language what the cells mean."""
        return _COLONS[lang].join(term(lang, "column", part) for part in self.about)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A named table; its rows are read while it is written, so each can be gone through once.

    `total` is how many there are at least, as far as that is known beforehand. `lines` gives the rows as ready CSV,
    where there is a faster way to it than cell by cell.
    """

    name: str
    columns: Sequence[Column[R]]
    rows: Iterable[R]
    total: int = 0
    lines: Callable[[], Iterator[bytes]] | None = None

    def records(self) -> Iterator[Sequence[Cell]]:
        """Give the cells of each row, in the order of the columns."""
        readers = [column.read for column in self.columns]
        for row in self.rows:
            yield [read(row) for read in readers]


def columns_of(view: type[BaseModel], *paths: str) -> tuple[Column[Any], ...]:
    """Make columns of a view's fields, each given by its path (`region.name_zh` becomes `region_name_zh`).

    A path that leads through a list gives what is at its end once for each item, joined; so columns through one
    list are parallel.
    """
    return tuple(_column(view, path) for path in paths)


def derived(name: str, meaning: str, read: Callable[[R], Cell]) -> Column[R]:
    """Make a column of text that no field of a view holds."""
    return Column(name, CellKind.TEXT, (meaning,), read)


def within(columns: Iterable[Column[Any]], find: Callable[[R], Any]) -> tuple[Column[R], ...]:
    """Let columns read from what `find` finds in a row."""
    return tuple(
        Column(
            column.name,
            column.kind,
            column.about,
            lambda row, read=column.read: read(find(row)),  # type: ignore[misc]
            column.words,
        )
        for column in columns
    )


def written(cell: Cell) -> str:
    """Write a cell in plain text: amounts in plain digits, days and instants by ISO 8601, nothing as nothing."""
    if isinstance(cell, str):
        return str(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds").replace("+00:00", "Z")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _column(view: type[BaseModel], path: str) -> Column[Any]:
    names = path.split(".")
    owner: type[BaseModel] = view
    about: list[str] = []
    lists: list[bool] = []
    inner: Any = None
    for name in names:
        field = owner.model_fields[name]
        about.append(field.description or "")
        inner, several = _unwrapped(field.annotation)
        lists.append(several)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            owner = inner
    kind = CellKind.TEXT if any(lists) else _KINDS.get(inner, CellKind.TEXT)
    words = inner if isinstance(inner, type) and issubclass(inner, StrEnum) else None
    return Column("_".join(names), kind, tuple(about), _reader(names, lists), words, path)


def _unwrapped(annotation: Any) -> tuple[Any, bool]:
    """Find the type under "or none", Annotated and list; say whether there was a list."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return _unwrapped(inner)
    if origin is list:
        return _unwrapped(get_args(annotation)[0])[0], True
    return annotation, False


def _reader(names: Sequence[str], lists: Sequence[bool]) -> Callable[[Any], Cell]:
    """Make what reads a cell by the names of its path, some of which are of lists.

    It is called a million times for each column of a large table, so the usual paths have ways of their own.
    """
    first, last = names[0], names[-1]
    if list(lists) == [False]:
        return attrgetter(first)

    def read_inner(row: Any) -> Cell:
        holder = getattr(row, first)
        return None if holder is None else getattr(holder, last)

    def read_parts(row: Any) -> Cell:
        return JOINT.join([written(getattr(part, last)) for part in getattr(row, first)]) or None

    def read(row: Any) -> Cell:
        value = row
        for name in names:
            value = None if value is None else getattr(value, name)
        cell: Cell = value
        return cell

    def read_each(row: Any) -> Cell:
        values = [row]
        for name in names:
            values = [getattr(value, name) if value is not None else None for value in values]
            values = [part for value in values for part in (value if isinstance(value, list) else [value])]
        return JOINT.join(map(written, values)) or None

    usual: dict[tuple[bool, ...], Callable[[Any], Cell]] = {
        (False, False): read_inner,
        (True, False): read_parts,
    }
    return usual.get(tuple(lists), read_each if any(lists) else read)
