"""Dated figures as columns of text, very many at a time: what files of a whole list are written from.

Views of them are in `deadlines`; how texts become a file is the business of `exchange`.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ARRAY, CursorResult, Integer, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.near import Dated, Measure
from app.domain.schemas import Paragraphs
from app.domain.vocabulary import Direction
from app.store.models import Deadline, Evidence, Metric, Plan, Region, Source, Target, Topic
from app.store.queries.as_text import AsText
from app.store.queries.nearness import Progresses
from app.store.queries.paging import AnyRow, AnySelect
from app.store.queries.rows import METRIC, PLAN, REGION, metric_of, plan_of, region_of
from app.store.views.base import View

T = TypeVar("T")

# What of a row stands in its own two tables, by its path in DeadlineView.
_OWN: Final[Mapping[str, InstrumentedAttribute[Any]]] = {
    "id": Deadline.public_id,
    "target.public_id": Target.public_id,
    "target.statement_zh": Target.statement_zh,
    "target.statement_en": Target.statement_en,
    "target.note_zh": Target.note_zh,
    "target.note_en": Target.note_en,
    **{name: getattr(Target, name) for name in ("kind", "boundary", "coverage", "qualifier", "bindingness")},
    **{
        name: getattr(Deadline, name)
        for name in (
            *("comparator", "value", "value_high", "unit", "canonical_value", "canonical_high"),
            *("canonical_unit", "value_as_stated", "due_on", "due_precision", "due_as_stated", "ambition"),
            *("note_zh", "note_en", "updated_at"),
        )
    },
}
_ROWS: Final = (
    select(
        *(Deadline.id, Target.region_id, Target.plan_id, Target.metric_id, Target.topic_id),
        *(Target.baseline_year, AsText(Target.inferred), AsText(Deadline.inferred)),
        *map(AsText, _OWN.values()),
    )
    .join(Target, Target.id == Deadline.target_id)
    .order_by(Deadline.id)
)
_EVIDENCE: Final = select(
    *(Evidence.deadline_id, Evidence.source_id, Evidence.paragraph_first, Evidence.paragraph_last),
    *(Evidence.phrase, AsText(Evidence.outcome), AsText(Evidence.checked_on)),
).order_by(Evidence.deadline_id, Evidence.position)
_SOURCES: Final = select(Source.id, Source.slug, Source.title_zh)
# What is read of the parts that many rows share, and the views of them.
_SHARED: Final[Mapping[str, tuple[AnySelect, Any, Callable[[AnyRow], View | None]]]] = {
    "region": (select(Region.id, *REGION), Region.id, region_of),
    "plan": (select(Plan.id, *PLAN), Plan.id, plan_of),
    "metric": (select(Metric.id, *METRIC), Metric.id, metric_of),
}
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """Some rows by id, column by column; columns are named by their paths in DeadlineView.

    `texts` are single values, `lists` several to a row. Of the `shared` parts (region, plan, metric, and progress
    but for its refusals) stands what was made of their views. `evidence` has all its lines one after the other, as
    many to each row as `lines` says.
    """

    ids: Sequence[int]
    texts: Mapping[str, Sequence[str | None]]
    lists: Mapping[str, Sequence[Sequence[str]]]
    shared: Mapping[str, Sequence[T]]
    lines: Sequence[int]
    evidence: Mapping[str, Sequence[str | None]]


class DatedTexts(Generic[T]):
    """Reads blocks of dated figures; what many rows share is read once, and made once into what is wanted of it."""

    def __init__(self, session: Session, today: date, make: Callable[[str, View | None], T]) -> None:
        """Read as of a day in Shanghai; `make` makes what is wanted of a shared part, told by its name."""
        self._session = session
        self._make = make
        self._topics: dict[int, str] = dict(session.execute(select(Topic.id, Topic.slug)).all())
        self._regions: dict[int, str] = {}
        self._metrics: dict[int | None, Measure | None] = {None: None}
        self._sources: dict[int, tuple[str, str]] = {}
        self._made: dict[str, dict[int | None, T]] = {name: {} for name in _SHARED}
        self._made["metric"][None] = make("metric", None)
        self._progress = Progresses(session, today, partial(make, "progress"))

    def read(self, ids: Collection[int]) -> Block[T]:
        """Read rows by their ids, of which there is one at least, in a fixed number of statements."""
        columns = list(zip(*_tuples(self._fetch(_ROWS, Deadline.id, ids)), strict=True))
        ordered, regions, plans, metrics, topics, baselines, target_inferred, inferred = columns[:8]
        texts = {
            **dict(zip(_OWN, columns[8:], strict=True)),
            "topic": [self._topics[topic] for topic in topics],
        }
        shared = {
            name: self._share(name, keys)
            for name, keys in (("region", regions), ("plan", plans), ("metric", metrics))
        }
        codes = map(self._regions.__getitem__, regions)
        measured = map(self._metrics.__getitem__, metrics)
        own = (texts[name] for name in Dated._fields[3:-1])
        rows = list(map(Dated._make, zip(regions, codes, measured, *own, baselines, strict=True)))
        shared["progress"], refused = self._progress.assess(rows)
        lists = {
            "inferred": list(map(_merged, target_inferred, inferred)),
            "progress.refused.observation": refused,
        }
        return Block(ordered, texts, lists, shared, *self._read_evidence(ordered))

    def _read_evidence(self, ids: Sequence[int]) -> tuple[Sequence[int], Mapping[str, Sequence[str | None]]]:
        """Read how many lines of evidence there are to each row, and all of them."""
        found = _tuples(self._fetch(_EVIDENCE, Evidence.deadline_id, ids))
        owners, sources, firsts, lasts, phrases, checks, days = (
            zip(*found, strict=True) if found else [()] * 7
        )
        self._learn_sources(set(sources))
        named = [self._sources[source] for source in sources]
        number = Counter(owners)
        return [number.get(one, 0) for one in ids], {
            "evidence.source": [slug for slug, _ in named],
            "evidence.source_title_zh": [title for _, title in named],
            "evidence.paragraph": list(map(_paragraphs, firsts, lasts)),
            "evidence.phrase": phrases,
            "evidence.check": checks,
            "evidence.checked_on": days,
        }

    def _share(self, name: str, keys: Sequence[int | None]) -> list[T]:
        """Give what was made of the parts of these ids, and make what has not been."""
        made = self._made[name]
        if len(made) > _MOST_KEPT:
            made.clear()
        statement, column, view_of = _SHARED[name]
        if new := set(keys) - made.keys():
            for row in self._fetch(statement, column, new):
                made[row.id] = self._make(name, view_of(row))
                if name == "region":
                    self._regions[row.id] = row.region_code
                elif name == "metric":
                    direction = row.metric_direction or Direction.UP
                    self._metrics[row.id] = Measure(
                        row.metric_slug, row.metric_family, row.metric_dimension, direction
                    )
        return list(map(made.__getitem__, keys))

    def _learn_sources(self, ids: set[int]) -> None:
        if len(self._sources) > _MOST_KEPT:
            self._sources.clear()
        if new := ids - self._sources.keys():
            found = self._fetch(_SOURCES, Source.id, new)
            self._sources |= {row.id: (row.slug, row.title_zh) for row in found}

    def _fetch(self, statement: AnySelect, column: Any, ids: Iterable[int | None]) -> CursorResult[Any]:
        """Ask for the rows of a statement whose column is one of these ids, which are bound as one value."""
        connection, given = self._session.connection(), list(ids)
        dialect = connection.dialect.name
        held = {"ids": given if dialect == "postgresql" else json.dumps(given)}
        return connection.execute(_among(statement, column, dialect), held)


def _tuples(found: CursorResult[Any]) -> Sequence[tuple[Any, ...]]:
    """Take all rows as the driver has them, which is all there is to do with texts and numbers."""
    with found:
        assert found.cursor is not None  # noqa: S101 - nothing has been taken from it
        return found.cursor.fetchall()


@cache
def _among(statement: AnySelect, column: Any, dialect: str) -> AnySelect:
    """Hold a column to `ids`; made once for each statement."""
    if dialect == "postgresql":
        return statement.where(column == func.any(bindparam("ids", type_=ARRAY(Integer))))
    listed = func.json_each(bindparam("ids")).table_valued("value")
    return statement.where(column.in_(select(listed.c.value)))


@lru_cache(_MOST_KEPT)
def _merged(target: str, deadline: str) -> Sequence[str]:
    """Give the fields that are left to us, of the target and of the deadline, each once."""
    return list(dict.fromkeys([*json.loads(target), *json.loads(deadline)]))


@lru_cache(_MOST_KEPT)
def _paragraphs(first: int, last: int) -> str:
    return str(Paragraphs((first, last)))
