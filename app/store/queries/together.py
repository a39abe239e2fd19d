"""Figures that stand together on one page: those of a region, on a metric, of one key; each two with a verdict (R3).

Several regions side by side are read in `compare`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.domain.comparability import compare
from app.store.models import Deadline, Metric, Observation, Target, Topic
from app.store.models.columns import KeyColumns
from app.store.queries.deadlines import DEADLINES, PUBLIC, find_deadlines, judged_deadlines
from app.store.queries.filters import Condition, Filters
from app.store.queries.judging import Judged, rankings, subjects, verdicts
from app.store.queries.observations import OBSERVATIONS, judged_observations, observation_conditions
from app.store.queries.observations import ORDERS as OBSERVATION_ORDERS
from app.store.queries.paging import Paging, Slice, fetch_page
from app.store.views.beside import AlikeView
from app.store.views.comparison import ByYearView, GatheredView, KinView, VerdictView, YearView
from app.store.views.facts import DeadlineView, KeyView, ObservationView

LIMIT = 200
"""How many figures are put together: verdicts are made for every two of one key."""


def deadlines_of_region(session: Session, region: str, today: date) -> ByYearView:
    """Read a region's public deadlines by due year, by code or slug; raise DomainError unknown_region."""
    found = _first_deadlines(session, Filters(region=region), today)
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
    found = _first_deadlines(session, Filters(metric=metric), today)
    return GatheredView(
        total=found.total,
        shown=len(found.rows),
        subjects=subjects(judged_deadlines(session, found.rows, today)),
    )


def observations_of_region(session: Session, region: str) -> GatheredView[ObservationView]:
    """Read a region's public observations by family, key and last day; raise DomainError unknown_region."""
    return _first_observations(session, Filters(region=region))


def observations_on_metric(session: Session, metric: str) -> GatheredView[ObservationView]:
    """Read everyone's public observations on a metric by key and last day; raise DomainError unknown_metric."""
    return _first_observations(session, Filters(metric=metric))


def observations_beside(
    session: Session, items: Sequence[Judged[DeadlineView]], slugs: Collection[str] = ()
) -> list[Judged[ObservationView]]:
    """Read the public observations that progress of deadlines rests on, and those of these slugs, by slug."""
    wanted = {item.view.progress.observation for item in items} | set(slugs)
    named = OBSERVATIONS.where(
        *observation_conditions(session, Filters()),
        Observation.slug.in_(sorted(slug for slug in wanted if slug)),
    )
    rows = session.execute(named.order_by(OBSERVATION_ORDERS["slug"].column)).all()
    return judged_observations(session, rows)


def deadlines_of_targets(
    session: Session, public_ids: Collection[str], today: date
) -> list[Judged[DeadlineView]]:
    """Read the public deadlines of these targets, by due date."""
    listed = DEADLINES.where(*PUBLIC, Target.public_id.in_(public_ids))
    rows = session.execute(listed.order_by(Deadline.due_sort, Deadline.id)).all()
    return judged_deadlines(session, rows, today)


def figures_of_key(session: Session, key: KeyView, today: date) -> AlikeView:
    """Read the public figures of all regions that name one measure, promised and observed, by date.

    Words without a figure name none: for them nothing is alike.
    """
    dated: list[Judged[DeadlineView]] = []
    seen: list[Judged[ObservationView]] = []
    if key.metric is not None:
        listed = DEADLINES.where(*PUBLIC, *_of_key(Target, key)).order_by(Deadline.due_sort, Deadline.id)
        dated = judged_deadlines(session, session.execute(listed.limit(LIMIT)).all(), today)
        known = OBSERVATIONS.where(*observation_conditions(session, Filters()), *_of_key(Observation, key))
        ended = OBSERVATION_ORDERS["to_on"].column
        rows = session.execute(known.order_by(ended, Observation.id).limit(LIMIT)).all()
        seen = judged_observations(session, rows)
    return AlikeView(
        deadlines=KinView(
            figures=[item.view for item in dated], verdicts=verdicts(dated), rankings=rankings(dated)
        ),
        observations=KinView(
            figures=[item.view for item in seen], verdicts=verdicts(seen), rankings=rankings(seen)
        ),
        across=[_across(one, other) for one in seen for other in dated],
    )


def _of_key(table: type[KeyColumns], key: KeyView) -> list[Condition]:
    """Hold a table that is joined to Topic and Metric to one key."""
    return [
        table.kind == key.kind,
        table.boundary == key.boundary,
        table.coverage == key.coverage,
        table.qualifier == key.qualifier,
        Topic.slug == key.topic,
        Metric.slug == (key.metric.slug if key.metric else None),
    ]


def _across(seen: Judged[ObservationView], dated: Judged[DeadlineView]) -> VerdictView:
    judged = compare(seen.figure, dated.figure)
    return VerdictView(a=[seen.id], b=[dated.id], verdict=judged.verdict, reasons=list(judged.reasons))


def _first_observations(session: Session, filters: Filters) -> GatheredView[ObservationView]:
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


def _first_deadlines(session: Session, filters: Filters, today: date) -> Slice:
    return find_deadlines(session, filters, Paging(limit=LIMIT), today)
