"""What the service must know of each kind of entity to write it and to read it back: one `Writer` a kind.

The kinds themselves are in `vocabulary`, `plans` and `facts`; how a write goes is in `write`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.dates import PartialDate
from app.domain.errors import Problem
from app.domain.schemas import Entity
from app.domain.spelling import readings
from app.domain.vocabulary import Precision
from app.store.revisions import Change, Seed
from app.store.service.refs import Names, Refs

E = TypeVar("E", bound=Entity)
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Writing:
    """Where a write goes: its transaction, the keys known in it, and who writes."""

    session: Session
    refs: Refs
    by: Change

    def new(self, model: type[M], **values: Any) -> M:
        """Make a row that is not stored yet; those of an aggregate go with it."""
        return model(**values)

    def pinyin(self, names: tuple[str, ...]) -> str:
        """Note how names are read, as the column keeps it."""
        return ",".join(readings(names))

    def add(self, rows: Iterable[Any]) -> None:
        """Store new rows that belong to no aggregate's lists."""
        self.session.add_all(rows)


class Writer(ABC, Generic[E]):
    """One kind of entity: its schema, its table, its rules, and how it is laid out in columns."""

    name: ClassVar[str]
    """The kind, as revisions name it: `plan`."""
    schema: type[E]
    model: ClassVar[type[Any]]
    key_field: ClassVar[str]
    """The field of the input that a taken key is reported at."""
    inserted: ClassVar[bool] = False
    """Whether new rows are inserted past the ORM: there are many, and no column of theirs names one of their kind."""

    def key(self, entity: E) -> str:
        """Name the entity: its code or slug."""
        return str(getattr(entity, self.key_field))

    def key_column(self) -> Any:
        """Name the entity in SQL, as `key` does."""
        return getattr(self.model, self.key_field)

    def seed(self, entity: E) -> Seed:
        """Write the entity in the one seed form in which equal contents are equal."""
        return entity.seed()

    def is_public(self, seed: Seed) -> bool:  # noqa: ARG002 - the vocabulary is public as it is
        """Say whether readers see the entity in this form (R7)."""
        return True

    def meets(self, entity: E) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - most name none
        """Give the sources and plans that the entity is or names, by kind and key; `Refs` holds all else."""
        yield from ()

    def declare(self, refs: Refs, entity: E) -> None:
        """Make the entity's key known to the others of the same load, if it is not yet."""

    @abstractmethod
    def check(self, refs: Refs, entity: E, before: Seed | None) -> list[Problem]:
        """List what the rules that span tables find wrong."""

    @abstractmethod
    def fill(self, to: Writing, row: Any, entity: E, before: Seed | None) -> None:
        """Lay the entity out in its row and children, all but what refers to rows of its own kind."""

    def connect(self, to: Writing, rows: list[tuple[Any, E]]) -> None:
        """Set what refers to rows of the same kind, when all of them have ids."""

    def backdate(self, row: Any, history: Sequence[tuple[datetime, Seed]]) -> None:
        """Set when each child of a row filled anew was last changed, by all its forms, the first one first."""

    @abstractmethod
    def read(self, session: Session, names: Names, rows: list[Any]) -> list[Seed]:
        """Read rows back: the input that would write them, blanks left in."""

    def all_rows(self) -> Select[Any]:
        """Select rows with their children, in a fixed number of statements."""
        return select(self.model)

    def rows(self, session: Session, ids: Collection[int]) -> dict[int, Any]:
        """Load rows for writing, with their children, by id."""
        if not ids:
            return {}
        found = self.all_rows().where(self.model.id.in_(ids)).execution_options(populate_existing=True)
        return {row.id: row for row in session.scalars(found)}


def copy_to(row: object, entity: Any, names: tuple[str, ...]) -> None:
    """Copy fields to columns of the same name."""
    for name, value in zip(names, _taker(names)(entity), strict=True):
        setattr(row, name, value)


@lru_cache(maxsize=64)
def _taker(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Make what gives several fields at once."""
    return attrgetter(*names)


def copy_from(row: object, names: Iterable[str]) -> Seed:
    """Copy columns to fields of the same name."""
    return {name: getattr(row, name) for name in names}


def last_day(period: PartialDate | None) -> tuple[Any, Precision]:
    """Give the last day of a period and its precision, as the columns keep them."""
    return (period.last, period.precision) if period else (None, Precision.NONE)
