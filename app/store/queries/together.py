"""Figures that stand together on one page: those of a region, those on a metric; every two with their verdict (R3).

Several regions side by side are read in `compare`.
"""

from collections import defaultdict
from datetime import date

from sqlalchemy.orm import Session

from app.store.queries.deadlines import DEADLINES, ORDERS, deadline_conditions, judged_deadlines
from app.store.queries.filters import Filters
from app.store.queries.judging import Judged, subjects
from app.store.queries.observations import OBSERVATIONS, judged_observations, observation_conditions
from app.store.queries.observations import ORDERS as OBSERVATION_ORDERS
from app.store.queries.paging import Paging, Slice, fetch_page
from app.store.views.comparison import ByYearView, GatheredView, YearView
from app.store.views.facts import DeadlineView, ObservationView

LIMIT = 200
"""How many figures are put together: verdicts are made for every two of one key."""


def deadlines_of_region(session: Session, region: str, today: date) -> ByYearView:
    """Read a region's public deadlines by due year, by code or slug; raise DomainError unknown_region."""
    found = _first_deadlines(session, Filters(region=region))
    years: dict[int | None, list[Judged[DeadlineView]]] = defaultdict(list)
    for item in judged_deadlines(session, found.rows, today):
        years[item.figure.year].append(item)
    return ByYearView(
        total=found.total,
        shown=len(found.rows),
        years=[YearView(year=year, subjects=subjects(items)) for year, items in years.items()],
    )


def deadlines_on_metric(session: Session, metric: str, today: date) -> GatheredView[DeadlineView]:
    """Read everyone's public deadlines on a metric by key and due date; raise DomainError unknown_metric."""
    found = _first_deadlines(session, Filters(metric=metric))
    return GatheredView(
        total=found.total,
        shown=len(found.rows),
        subjects=subjects(judged_deadlines(session, found.rows, today)),
    )


def observations_of_region(session: Session, region: str) -> GatheredView[ObservationView]:
    """Read a region's public observations by family, key and last day; raise DomainError unknown_region."""
    filters = Filters(region=region)
    found = fetch_page(
        session,
        OBSERVATIONS.where(*observation_conditions(session, filters)),
        Paging(limit=LIMIT),
        orders={"to_on": OBSERVATION_ORDERS["to_on"]},
        belongs_to=("observations", filters),
    )
    return GatheredView(
        total=found.total,
        shown=len(found.rows),
        subjects=subjects(judged_observations(session, found.rows)),
    )


def _first_deadlines(session: Session, filters: Filters) -> Slice:
    return fetch_page(
        session,
        DEADLINES.where(*deadline_conditions(session, filters)),
        Paging(limit=LIMIT),
        orders={"due_on": ORDERS["due_on"]},
        belongs_to=("deadlines", filters),
    )
