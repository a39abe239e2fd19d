"""Which public deadlines and targets filters leave, as sets of ids.

The sets that filters are made of are kept in `store.held`; how ids become pages is said in `chosen`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final, Self

from pyroaring import BitMap
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.errors import DomainError
from app.domain.progress import timing_of
from app.store.held import Side, held
from app.store.matched import read_matching
from app.store.models import Deadline, Evidence, Metric, Region, Target
from app.store.queries.filters import (
    Column,
    Filters,
    metric_id,
    plan_id,
    region_id,
    supported_by,
    topic_id,
    under_region,
    under_topic,
    year_conditions,
)

UNDATED: Final = date.max
"""The last day of an undated deadline, by which it is sorted."""
# The words that a filter of the same name holds a column to.
_WORDS: Final = ("kind", "stage", "boundary", "coverage", "bindingness")
Changed = InstrumentedAttribute[datetime]
Passing = Mapping[str, BitMap]
"""By the name of each filter that is set, what passes it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What filters leave, of all there is of its sort, and what passes each of them."""

    side: Side
    passing: Passing
    ids: BitMap

    @classmethod
    def of(cls, side: Side, passing: Passing) -> Self:
        """Take what passes all filters."""
        return cls(side, passing, met(side, passing.values()))

    def narrowed(self, ids: Iterable[int]) -> Self:
        """Keep only these of the ids."""
        return replace(self, ids=self.ids & BitMap(ids))

    def but(self, names: Collection[str]) -> BitMap:
        """Give what all filters but these leave."""
        return met(self.side, (ids for name, ids in self.passing.items() if name not in names))


def met(side: Side, sets: Iterable[BitMap]) -> BitMap:
    """Give what is in all sets, or all there is where there are none; the result may not be changed."""
    first, *others = sorted(sets, key=len) or [side.every]
    for ids in others:
        first = first & ids
    return first


def choose_deadlines(session: Session, filters: Filters, today: date) -> Chosen:
    """Find what the filters leave of the public deadlines.

    Raises DomainError years_reversed, and for what the filters name and is unknown.
    """
    # A page lists and counts what the same filters leave, in one snapshot.
    known: dict[Any, Chosen] = session.info.setdefault("chosen", {}) if "revision" in session.info else {}
    if (filters, today) not in known:
        known[filters, today] = _choose_deadlines(session, filters, today)
    return known[filters, today]


def _choose_deadlines(session: Session, filters: Filters, today: date) -> Chosen:
    if filters.year_from and filters.year_to and filters.year_from > filters.year_to:
        raise DomainError("years_reversed", "year_to", given=filters.year_to, start=filters.year_from)
    sets = held(session)
    side = sets.deadlines
    passing = _keyed(session, side, filters)
    years = {
        "year": (filters.year, filters.year),
        "year_from": (filters.year_from, None),
        "year_to": (None, filters.year_to),
    }
    passing |= {name: _due_within(side, *ends) for name, ends in years.items() if any(ends)}
    if filters.level is not None:
        levels = select(Region.id).where(Region.level == filters.level)
        passing["level"] = side.having("region", session.scalars(levels))
    if filters.timing is not None:
        passing["timing"] = side.where("due", lambda day: timing_of(dated(day), today) is filters.timing)
    owned = select(Deadline.id).join(Target, Target.id == Deadline.target_id)
    if filters.plan is not None:
        passing["plan"] = _read(session, side, owned.where(Target.plan_id == plan_id(session, filters.plan)))
    if filters.source is not None:
        passing["source"] = _read(session, side, supported_by(session, filters.source, Evidence.deadline_id))
    if filters.updated_since is not None:
        passing["updated_since"] = _changed_since(
            session, side, "changed", Deadline.id, Deadline.updated_at, filters.updated_since
        )
    if filters.q is not None:
        passing["q"] = sets.of_targets(read_matching(session, "target", filters.q))
    return Chosen.of(side, passing)


def choose_targets(session: Session, filters: Filters) -> Chosen:
    """Find what the filters leave of the public targets; a year is that of any of their deadlines.

    Raises DomainError for what the filters name and is unknown.
    """
    side = held(session).targets
    passing = _keyed(session, side, filters)
    if filters.year is not None:
        passing["year"] = _due_within(side, filters.year, filters.year)
    if filters.plan is not None:
        named = Target.plan_id == plan_id(session, filters.plan)
        passing["plan"] = _read(session, side, select(Target.id).where(named))
    if filters.source is not None:
        supported = Deadline.id.in_(supported_by(session, filters.source, Evidence.deadline_id))
        # The deadline that a source supports is the one of the year.
        of_year = year_conditions(filters.year, filters.year)
        owners = select(Deadline.target_id).where(supported, Deadline.retired_on.is_(None), *of_year)
        passing["source"] = _read(session, side, owners)
    if filters.updated_since is not None:
        passing["updated_since"] = _changed_since(
            session, side, "target_changed", Target.id, Target.updated_at, filters.updated_since
        )
    if filters.q is not None:
        passing["q"] = side.every & read_matching(session, "target", filters.q)
    return Chosen.of(side, passing)


def _keyed(session: Session, side: Side, filters: Filters) -> dict[str, BitMap]:
    """Find what passes the filters on place and key, and those that are words."""
    passing = {}
    if filters.region is not None:
        passing["region"] = side.having("region", [region_id(session, filters.region)])
    if filters.under is not None:
        below = under_region(region_id(session, filters.under, "under"))
        passing["under"] = side.having("region", session.scalars(below))
    if filters.topic is not None:
        below = under_topic(topic_id(session, filters.topic))
        passing["topic"] = side.having("topic", session.scalars(below))
    if filters.metric is not None:
        passing["metric"] = side.having("metric", [metric_id(session, filters.metric)])
    if filters.family is not None:
        family = select(Metric.id).where(Metric.family == filters.family)
        passing["family"] = side.having("metric", session.scalars(family))
    for name in _WORDS:
        if (word := getattr(filters, name)) is not None and name in side.by:
            passing[name] = side.having(name, [str(word)])
    return passing


def _due_within(side: Side, first: int | None, last: int | None) -> BitMap:
    return side.where("due", lambda day: day != UNDATED and (first or 0) <= day.year <= (last or day.year))


def dated(day: date) -> date | None:
    """Give the day by which a deadline is sorted, none if it is undated."""
    return None if day == UNDATED else day


def _changed_since(
    session: Session, side: Side, held_as: str, column: Column, at: Changed, since: datetime
) -> BitMap:
    """Find what has changed since an instant: by days, but for the day in which it lies."""
    start = since.astimezone(UTC)
    end = datetime.combine(start.date(), time.max, UTC)
    within_day = _read(session, side, select(column).where(at.between(start, end)))
    return within_day | side.where(held_as, lambda day: day > start.date())


def _read(session: Session, side: Side, ids: Select[Any]) -> BitMap:
    """Read ids, of which only the public ones count."""
    return side.every & BitMap(session.scalars(ids))
