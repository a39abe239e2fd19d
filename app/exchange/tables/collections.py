"""The columns of the ten collections, and the reading of a whole collection page by page.

The comparison's tables are in `comparison`; filters and orders are the queries' own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.orm import Session

from app.exchange.tables.dated import dated_lines
from app.exchange.tables.evidence import IN_WORDS
from app.exchange.tables.table import Column, Table, columns_of
from app.store.queries import deadlines, measures, observations, plans, targets, vocabulary
from app.store.queries.dated_rows import DatedRows, find_dated_rows
from app.store.queries.filters import Filters
from app.store.queries.paging import MAX_LIMIT, Paging
from app.store.views.base import Page, View
from app.store.views.entities import MetricView, OrganizationView, PlanView, RegionView, SourceView, TopicView
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView

V = TypeVar("V", bound=View)
Reader = Callable[[Session, Filters, Paging, date], Page[Any]]


Finder = Callable[[Session, Filters, str | None, date], DatedRows]


@dataclass(frozen=True, slots=True)
class Collection(Generic[V]):
    """A collection as a table: its name in addresses, its columns, and how a page of it is read.

    One that is large has a way to `find` all of it at once.
    """

    name: str
    columns: tuple[Column[V], ...]
    read: Reader
    find: Finder | None = None

    def table(
        self, session: Session, filters: Filters, sort: str | None, today: date, *, limit: int = MAX_LIMIT
    ) -> Table[V]:
        """Open the whole of what the filters leave; the rows are read from the session's one snapshot.

        The first page, of `limit` rows, is read at once. Raises DomainError as the collection's query does.
        """
        if self.find is not None:
            found: Any = self.find(session, filters, sort, today)
            lines = partial(dated_lines, found, self.columns)
            return Table(self.name, self.columns, found.views(), len(found.ids), lines)
        paging = Paging(limit=limit, sort=sort, exact=True)
        first = self.read(session, filters, paging, today)

        def rows() -> Iterator[V]:
            page = first
            yield from page.items
            while page.next is not None:
                page = self.read(session, filters, replace(paging, cursor=page.next), today)
                yield from page.items

        return Table(self.name, self.columns, rows(), first.total)


_EVIDENCE: Final = (
    "evidence.source",
    "evidence.paragraph",
    "evidence.phrase",
    "evidence.check",
    "evidence.checked_on",
)
_REGION: Final = ("region.code", "region.name_zh", "region.name_en", "region.level")
_PLAN: Final = ("plan.slug", "plan.title_zh", "plan.title_en", "plan.stage")
_METRIC: Final = ("metric.slug", "metric.name_zh", "metric.name_en", "metric.family", "metric.dimension")
_KEY: Final = ("kind", "topic", "boundary", "coverage", "qualifier")
_FIGURE: Final = (
    "comparator",
    "value",
    "value_high",
    "unit",
    "canonical_value",
    "canonical_high",
    "canonical_unit",
    "value_as_stated",
)
_NOTES: Final = ("note_zh", "note_en", "updated_at")
DEADLINES: Final[tuple[Column[DeadlineView], ...]] = (
    *columns_of(
        DeadlineView,
        "id",
        *_REGION,
        *("target.public_id", "target.statement_zh", "target.statement_en"),
        *_PLAN,
        *_METRIC,
        *_KEY,
        *_FIGURE,
        *("due_on", "due_precision", "due_as_stated", "ambition", "bindingness", "inferred"),
        *("progress.timing", "progress.result", "progress.observation", "progress.gap", "progress.per_year"),
        *("progress.rate", "progress.at_most", "progress.refused.observation"),
    ),
    IN_WORDS,
    *columns_of(DeadlineView, *_EVIDENCE, "target.note_zh", "target.note_en", *_NOTES),
)

_REGIONS: Final = columns_of(
    RegionView,
    *("code", "slug", "name_zh", "name_en", "level", "iso", "short_zh", "abbr_zh", "aliases", "parent"),
    *("members", "replaced_by", "plans", "targets", "observations", "updated_at"),
)
_TOPICS: Final = columns_of(
    TopicView,
    *("slug", "name_zh", "name_en", "aliases", "parent", "definition_zh", "definition_en", "standard"),
    "updated_at",
)
_METRICS: Final = columns_of(
    MetricView,
    *("slug", "name_zh", "name_en", "family", "dimension", "aliases", "definition_zh", "definition_en"),
    *("standard", "direction", "additive", "canonical_unit", "updated_at"),
)
_ORGANIZATIONS: Final = columns_of(OrganizationView, "slug", "name_zh", "name_en", *_REGION, "updated_at")
_SOURCES: Final = columns_of(
    SourceView,
    *("slug", "kind", "title_zh", "title_en", "publisher_zh", "publisher_en", "url", "language", "script"),
    *("published_on", "published_precision", "text_sha256", "evidence", *_NOTES),
)
_PLANS: Final = columns_of(
    PlanView,
    *("slug", *_REGION, "title_zh", "title_en", "document_number", "form", "stage"),
    *("written_on", "written_precision", "published_on", "published_precision"),
    *("effective_on", "effective_precision", "expires_on", "expires_precision"),
    *("reported_on", "reported_precision", "period_start", "period_end", "summary_zh", "summary_en"),
    *("issuers.slug", "issuers.name_zh", "issuers.name_en", "topics.slug", "topics.name_zh"),
    *("topics.name_en", "targets", "measures", *_NOTES),
)
_TARGETS: Final = columns_of(
    TargetView,
    *("public_id", "statement_zh", "statement_en", *_REGION, *_PLAN, *_METRIC, *_KEY, "bindingness"),
    *("baseline_value", "baseline_unit", "baseline_year", "inferred", "deadlines.id", "deadlines.due_on"),
    *("deadlines.value_as_stated", "deadlines.canonical_value", "deadlines.canonical_unit"),
    *("deadlines.ambition", *_NOTES),
)
_OBSERVATIONS: Final = (
    *columns_of(
        ObservationView,
        *("slug", *_REGION, "statement_zh", "statement_en", *_METRIC, *_KEY, *_FIGURE),
        *("from_on", "to_on", "precision", "baseline_year", "status", "measured_by.slug"),
        *("measured_by.name_zh", "measured_by.name_en", "series", "inferred"),
    ),
    IN_WORDS,
    *columns_of(ObservationView, *_EVIDENCE, *_NOTES),
)
_MEASURES: Final = (
    *columns_of(
        MeasureView,
        *("public_id", *_REGION, *_PLAN, "kind", "statement_zh", "statement_en", "value_as_stated"),
        *("comparator", "total", "max_each", "unit", "max_share", "per", "canonical_total"),
        *("canonical_max_each", "canonical_unit", "inferred"),
    ),
    IN_WORDS,
    *columns_of(MeasureView, *_EVIDENCE, *_NOTES),
)


def _timeless(read: Callable[[Session, Filters, Paging], Page[Any]]) -> Reader:
    """Let a query whose answer does not depend on the day be asked like those whose answer does."""

    def asked(session: Session, filters: Filters, paging: Paging, _today: date) -> Page[Any]:
        return read(session, filters, paging)

    return asked


COLLECTIONS: Final[Mapping[str, Collection[Any]]] = {
    one.name: one
    for one in (
        Collection("regions", _REGIONS, _timeless(vocabulary.list_regions)),
        Collection("topics", _TOPICS, _timeless(vocabulary.list_topics)),
        Collection("metrics", _METRICS, _timeless(vocabulary.list_metrics)),
        Collection("organizations", _ORGANIZATIONS, _timeless(vocabulary.list_organizations)),
        Collection("sources", _SOURCES, _timeless(vocabulary.list_sources)),
        Collection("plans", _PLANS, _timeless(plans.list_plans)),
        Collection("targets", _TARGETS, targets.list_targets),
        Collection("deadlines", DEADLINES, deadlines.list_deadlines, find_dated_rows),
        Collection("observations", _OBSERVATIONS, _timeless(observations.list_observations)),
        Collection("measures", _MEASURES, _timeless(measures.list_measures)),
    )
}
"""By the name they have in addresses."""
