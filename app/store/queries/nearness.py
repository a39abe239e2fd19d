"""What can be said of very many deadlines today, in the form that a file of a whole list wants.

How single ones are assessed is in `progress`, by which rule in `domain.progress`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Generic, TypeVar

from sqlalchemy.orm import Session

from app.domain.near import Dated, Near
from app.domain.progress import Goal, Reading, assess, is_assessable
from app.store.queries.progress import (
    Place,
    candidates,
    in_line,
    places_near,
    progress_view,
    regions_above,
    topic_lines,
)
from app.store.views.facts import ProgressView

T = TypeVar("T")
_PLACES: Final = 250
"""Of how many regions and families observations are asked for in one statement, whose parameters take memory."""


class Progresses(Generic[T]):
    """Assesses deadlines block by block; what was read of observations is kept from one block to the next."""

    def __init__(self, session: Session, today: date, make: Callable[[ProgressView], T]) -> None:
        """Assess as of a day in Shanghai; `make` makes what is wanted of a view, but for its refusals."""
        self._session = session
        self._today = today
        self._make = make
        lines = topic_lines(session)
        self._lines = {
            topic: frozenset(other for other in lines if in_line(lines, topic, other)) for topic in lines
        }
        self._readings: dict[Place, list[Reading]] = {}
        self._near: dict[Place, Near | None] = {}
        # Without an observation that counts, only the due date matters, and whether there is a figure.
        self._blank: dict[tuple[str | None, bool], T] = {}

    def assess(self, rows: Sequence[Dated]) -> tuple[list[T], list[Sequence[str]]]:
        """Give for each row what was made of its progress, and the slugs of the observations that are refused."""
        self._learn(rows)
        made: list[T] = []
        refused: list[Sequence[str]] = []
        for row in rows:
            metric, due = row.metric, row.due_on
            counting: Sequence[Reading] = ()
            slugs: Sequence[str] = ()
            assessable = is_assessable(row.kind, row.comparator, row.canonical_value)
            if assessable and metric is not None:
                near = self._near[row.region_id, metric.family]
                if near is not None:
                    counting, slugs = near.part(row)
            refused.append(slugs)
            if counting:
                made.append(self._of(row.goal(), counting))
                continue
            blank = self._blank.get((due, assessable))
            if blank is None:
                blank = self._blank[due, assessable] = self._of(row.goal(), ())
            made.append(blank)
        return made, refused

    def _of(self, goal: Goal, counting: Sequence[Reading]) -> T:
        return self._make(progress_view(assess(goal, counting, self._today), []))

    def _learn(self, rows: Sequence[Dated]) -> None:
        """Read what is near to the rows, where it is not known yet."""
        codes = {row.region_id: row.region for row in rows}
        pairs = {(row.region_id, row.metric.family) for row in rows if row.metric is not None}
        new = pairs - self._near.keys()
        if not new:
            return
        above = regions_above(self._session, {region for region, _ in new})
        unread = places_near(new, above) - self._readings.keys()
        listed = list(unread)
        for start in range(0, len(listed), _PLACES):
            some = listed[start : start + _PLACES]
            found = candidates(self._session, some)
            self._readings |= {place: found.get(place, []) for place in some}
        for region, family in new:
            around = (region, *above.get(region, ()))
            readings = [one for place in around for one in self._readings[place, family]]
            near = Near(codes[region], readings, self._lines.__getitem__) if readings else None
            self._near[region, family] = near
