"""The public figures and targets by what they are filtered by, held in memory as sets of ids, in step with the tables.

A set of a million ids takes a hundred kilobytes and meets another in microseconds, so that lists, counts and facets
need no index for each filter. Which sets a filter asks for is said in `queries.choosing`.
"""

import threading
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, repeat
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import Select, String, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import DatasetRevision, Deadline, Plan, Target

_AT_A_TIME: Final = 20_000
_PLANS_AT_A_TIME: Final = 500
_MOST_PLANS: Final = 5_000
"""Of how many changed plans the figures are read singly; if there are more, all are read anew."""
_MOST_STATES: Final = 4
# How deadlines and targets are filtered.
_COLUMNS: Final[Mapping[str, Any]] = {
    "region": Target.region_id,
    "topic": Target.topic_id,
    "metric": Target.metric_id,
    "kind": Target.kind,
    "stage": Plan.stage,
    "boundary": Target.boundary,
    "coverage": Target.coverage,
    "bindingness": Target.bindingness,
    "precision": Deadline.due_precision,
    "due": Deadline.due_sort,
    "changed": func.date(Deadline.updated_at),
    "target_changed": func.date(Target.updated_at),
}
_OF_DEADLINES: Final = tuple(name for name in _COLUMNS if name != "target_changed")
_OF_TARGETS: Final = ("region", "topic", "metric", "kind", "stage", "due", "target_changed")
_DAYS: Final = frozenset({"due", "changed", "target_changed"})
# There are few of each value and many rows, so words stay what the driver gives.
_ROWS: Final[Select[*tuple[Any, ...]]] = (
    select(
        Deadline.id,
        Target.id,
        *(
            column if name in {"region", "topic", "metric"} else type_coerce(column, String).label(name)
            for name, column in _COLUMNS.items()
        ),
    )
    .select_from(Target)
    .join(Plan, Plan.id == Target.plan_id)
    # A target is public though all its deadlines may be retired.
    .outerjoin(Deadline, and_(Deadline.target_id == Target.id, Deadline.retired_on.is_(None)))
    .where(Plan.editorial_state == EditorialState.PUBLISHED, Target.retired_on.is_(None))
)
_OF_PLANS: Final = (
    select(Deadline.id, Target.id).select_from(Deadline).join(Target, Target.id == Deadline.target_id)
)
Measure = tuple[int, str, int]
"""The id of a metric, the kind, the id of a topic."""
Sets = Mapping[Any, BitMap]
"""The ids that have each value of a column; nobody changes them."""


@dataclass(frozen=True, slots=True)
class Side:
    """All ids of one sort, and by column and value those that have it: ids as such, words as text, days as dates.

    `due` are due dates, `changed` and `target_changed` the days, by UTC, of the last change.
    """

    every: BitMap = field(default_factory=BitMap)
    by: Mapping[str, Sets] = field(default_factory=dict)

    def having(self, column: str, values: Iterable[Hashable]) -> BitMap:
        """Give what has any of these values."""
        held = self.by[column]
        return union(held[value] for value in values if value in held)

    def where(self, column: str, test: Callable[[Any], bool]) -> BitMap:
        """Give what has a value of which the test is true."""
        return union(ids for value, ids in self.by[column].items() if test(value))


@dataclass(frozen=True, slots=True)
class Held:
    """Deadlines and targets as of one state of the data; a target's `final` is its last day, as if undated where it has none.

    `newest` has, by the target's id, one of its public deadlines, `others`, by the deadline's id, another one of the
    same target, each 0 where there is none; `measured`, by the target's id, the number under which `measures` has its
    metric, kind and topic, 0 where it has no metric; `measures_of`, by the region's id, the numbers of what its public
    targets measure.
    """

    deadlines: Side
    targets: Side
    newest: "array[int]"
    others: "array[int]"
    measured: "array[int]"
    measures: Mapping[Measure, int]
    measures_of: Mapping[int, BitMap]

    def of_targets(self, ids: BitMap) -> BitMap:
        """Give the deadlines of these targets."""
        found = BitMap()
        following = map(self.newest.__getitem__, self.targets.every & ids)
        # One of each target, then another one, until none has more: a loop over targets takes four times as long.
        while some := array("I", filter(None, following)):
            found.update(some)
            following = map(self.others.__getitem__, some)
        return found


def union(sets: Iterable[BitMap]) -> BitMap:
    """Join any number of sets into a new one."""
    found = list(sets)
    return BitMap.union(*found) if found else BitMap()


def held(session: Session) -> Held:
    """Give the sets of what is public in this session's snapshot; in a write session with what it has changed.

    One statement where they are known from before, a few where plans have changed, else all rows are read.
    """
    states: _States = session.info["kept"].setdefault("held", _States())
    revision: int | None = session.info.get("revision")
    if revision is None:
        return states.for_writing(session)
    return states.of(session, revision)


class _States:
    """The last states that were asked for, by dataset revision; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, Held] = {}

    def of(self, session: Session, revision: int) -> Held:
        """Give the state of a revision, which is the session's snapshot."""
        state = self._known.get(revision)
        if state is not None:
            return state
        with self._lock:
            if revision not in self._known:
                known = dict(self._known)
                since = max((one for one in known if one < revision), default=None)
                if since is None:
                    # The data are older than all that is known, as after a restore: what is known may never have been.
                    known = {}
                    state = _read_all(session)
                else:
                    state = _brought_on(session, known[since], _changed_since(session, since))
                known[revision] = state
                # Readers who came earlier may still be at work on what was.
                self._known = {one: known[one] for one in sorted(known)[-_MOST_STATES:]}
            return self._known[revision]

    def for_writing(self, session: Session) -> Held:
        """Give the state that a write session sees, which is nobody else's."""
        known = self._known
        plans: set[int] = set(session.info.get("changed_plans", ()))
        now = session.scalar(select(DatasetRevision.revision)) or 0
        since = max((one for one in known if one <= now), default=None)
        if since is None:
            return _read_all(session)
        return _brought_on(session, known[since], _changed_since(session, since) | plans)


def note_changes(session: Session, plans: Collection[int]) -> None:
    """Note the ids of plans that a write session has changed: `held` reads their figures anew."""
    session.info.setdefault("changed_plans", set()).update(plans)


def _changed_since(session: Session, revision: int) -> set[int]:
    return set(session.scalars(select(Plan.id).where(Plan.changed_in > revision)))


def _read_all(session: Session) -> Held:
    empty = Held(Side(), Side(), array("I"), array("I"), array("I"), {}, {})
    return _made(empty, (), _Growing(_OF_DEADLINES), _Growing(_OF_TARGETS), _rows(session))


def _rows(session: Session, *conditions: Any) -> Iterator[Sequence[Any]]:
    # Past the ORM, which takes longer to hand on a row than the database to find it.
    options = {"yield_per": _AT_A_TIME}
    found = session.connection().execute(_ROWS.where(*conditions), execution_options=options)
    yield from found.partitions()


def _brought_on(session: Session, state: Held, plans: Collection[int]) -> Held:
    """Read the figures of these plans anew."""
    if not plans:
        return state
    if len(plans) > _MOST_PLANS:
        return _read_all(session)
    ids = sorted(plans)
    batches = [ids[start : start + _PLANS_AT_A_TIME] for start in range(0, len(ids), _PLANS_AT_A_TIME)]
    gone: tuple[BitMap, BitMap] = BitMap(), BitMap()
    for batch in batches:
        for deadline, target in session.execute(_OF_PLANS.where(Target.plan_id.in_(batch))):
            gone[0].add(deadline)
            gone[1].add(target)
    blocks = (rows for batch in batches for rows in _rows(session, Plan.id.in_(batch)))
    return _made(
        state,
        state.targets.every & gone[1],
        _Growing(_OF_DEADLINES, state.deadlines, gone[0]),
        _Growing(_OF_TARGETS, state.targets, gone[1]),
        blocks,
    )


class _Growing:
    """A side in the making: sets that were there are copied before they are changed."""

    def __init__(
        self, columns: Iterable[str], before: Side | None = None, gone: BitMap | None = None
    ) -> None:
        """Begin with what there was, but for what is gone."""
        self._by: dict[str, dict[Any, BitMap]] = {column: {} for column in columns}
        self._own: set[tuple[str, Any]] = set()
        self._every = BitMap()
        if before is not None and gone is not None:
            self._every = before.every - gone
            for column, sets in self._by.items():
                sets.update(before.by[column])
                for value, ids in before.by[column].items():
                    if ids.intersect(gone):
                        self._put(column, value, ids - gone)

    def add(self, ids: Sequence[int], columns: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Add ids with the value that each has in each column."""
        self._every.update(ids)
        for column, values in columns:
            found: dict[Any, list[int]] = defaultdict(list)
            for value, number in zip(values, ids, strict=True):
                found[value].append(number)
            for value, some in found.items():
                key = _day(value) if column in _DAYS else value
                if (column, key) not in self._own:
                    self._put(column, key, BitMap(self._by[column].get(key, ())))
                self._by[column][key].update(some)

    def side(self) -> Side:
        """Give what has come of it."""
        return Side(
            self._every,
            {column: {v: ids for v, ids in sets.items() if ids} for column, sets in self._by.items()},
        )

    def _put(self, column: str, value: Any, ids: BitMap) -> None:
        self._by[column][value] = ids
        self._own.add((column, value))


def _made(
    before: Held,
    gone: Iterable[int],
    deadlines: _Growing,
    targets: _Growing,
    blocks: Iterable[Sequence[Any]],
) -> Held:
    """Add rows to a state of which these targets are gone, if they do not come again."""
    newest, others, measured = before.newest[:], before.others[:], before.measured[:]
    measures = dict(before.measures)
    for target in gone:
        newest[target] = 0
    for rows in blocks:
        ids, owners_of, *columns = zip(*rows, strict=True)
        named = dict(zip(_COLUMNS, columns, strict=True))
        targets.add(owners_of, [(name, named[name]) for name in _OF_TARGETS])
        _lengthen(newest, owners_of)
        there = [number is not None for number in ids]
        if any(there):
            own = list(compress(ids, there))
            deadlines.add(own, [(name, list(compress(named[name], there))) for name in _OF_DEADLINES])
            _lengthen(others, own)
            for deadline, target in zip(own, compress(owners_of, there), strict=True):
                others[deadline], newest[target] = newest[target], deadline
        keys = zip(named["metric"], named["kind"], named["topic"], strict=True)
        numbers = [0 if key[0] is None else measures.setdefault(key, len(measures) + 1) for key in keys]
        _lengthen(measured, owners_of)
        for target, number in zip(owners_of, numbers, strict=True):
            measured[target] = number
    side = targets.side()
    final = {**side.by, "final": _final(side.by["due"])}
    measures_of = {
        # The set of a region in which nothing has changed is still the same.
        region: before.measures_of[region]
        if before.targets.by.get("region", {}).get(region) is ids
        else BitMap(set(map(measured.__getitem__, ids)) - {0})
        for region, ids in side.by["region"].items()
    }
    return Held(deadlines.side(), Side(side.every, final), newest, others, measured, measures, measures_of)


def _lengthen(values: "array[int]", places: Iterable[int]) -> None:
    """Let there be a value at each of these places."""
    values.extend(repeat(0, max(0, max(places) + 1 - len(values))))


def _final(due: Sets) -> dict[date, BitMap]:
    """Say which targets have which last day."""
    later = BitMap()
    final = {}
    for day in sorted(due, reverse=True):
        if own := due[day] - later:
            final[day] = own
            later |= own
    return final


def _day(value: str | date | None) -> date:
    """Read a day; what has none is sorted last, as what is undated."""
    if value is None:
        return date.max
    return date.fromisoformat(value) if isinstance(value, str) else value
