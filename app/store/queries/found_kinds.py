"""How hits of each kind are read: their titles, what they belong to, and the texts in which a query may stand.

Which entities are hits, and which come first, is found in `ranked`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.store.models import (
    Deadline,
    Measure,
    Metric,
    Observation,
    Organization,
    Plan,
    PlanIssuer,
    PlanTopic,
    Region,
    Source,
    Target,
    Topic,
)
from app.store.queries.paging import AnySelect
from app.store.queries.rows import METRIC, ORGANIZATION, PLAN, REGION
from app.store.views.found import FoundKind

_Joins = tuple[tuple[Any, Any, bool], ...]
_TOPIC: Final = (Topic.name_zh.label("topic_name_zh"), Topic.name_en.label("topic_name_en"))


@dataclass(frozen=True, slots=True)
class Hits:
    """How hits of a kind are read: rows with `id`, `key`, titles and `texts`, which are columns of these rows.

    `more` gives texts of what belongs to a row, by its id.
    """

    table: Any
    statement: AnySelect
    texts: tuple[str, ...]
    more: tuple[tuple[InstrumentedAttribute[int], AnySelect], ...] = ()


def _vocabulary(table: Any, *texts: str, hidden: Sequence[str] = ()) -> Hits:
    """Read what has a name of its own; `hidden` are columns that are no texts."""
    key = Region.code if table is Region else table.slug
    title = "title" if table is Source else "name"
    titles = [getattr(table, f"{title}_{lang}").label(f"title_{lang}") for lang in ("zh", "en")]
    columns = [getattr(table, name) for name in (*texts, *hidden)]
    return Hits(
        table, select(table.id, key.label("key"), *titles, *columns), ("title_zh", "title_en", *texts)
    )


def _fact(
    table: Any, key: Any, texts: Sequence[str], shown: Sequence[Any], joins: _Joins, **more: Any
) -> Hits:
    """Read what is told by a statement; `shown` are columns of what it refers to."""
    titles = (table.statement_zh.label("title_zh"), table.statement_en.label("title_en"))
    named = [column.name for column in shown if column.name.endswith(("_zh", "_en"))]
    columns = [table.id, key.label("key"), *titles, *(getattr(table, name) for name in texts), *shown]
    statement = select(*columns).select_from(table)
    for joined, on, outer in joins:
        statement = statement.join(joined, on, isouter=outer)
    return Hits(table, statement, ("title_zh", "title_en", *texts, *named), **more)


def _held_by(table: Any) -> _Joins:
    return ((Region, Region.id == table.region_id, False), (Plan, Plan.id == table.plan_id, False))


def _keyed(table: Any) -> _Joins:
    return ((Topic, Topic.id == table.topic_id, False), (Metric, Metric.id == table.metric_id, True))


_PLANS = Hits(
    Plan,
    select(
        Plan.id,
        Plan.slug.label("key"),
        Plan.title_zh,
        Plan.title_en,
        Plan.document_number,
        Plan.summary_zh,
        Plan.summary_en,
        *REGION,
    ).join(Region, Region.id == Plan.region_id),
    (
        *("title_zh", "title_en", "document_number", "region_name_zh", "region_name_en"),
        *("summary_zh", "summary_en"),
    ),
    (
        (PlanTopic.plan_id, select(PlanTopic.plan_id, *_TOPIC).join(Topic, Topic.id == PlanTopic.topic_id)),
        (
            PlanIssuer.plan_id,
            select(PlanIssuer.plan_id, *ORGANIZATION[1:]).join(
                Organization, Organization.id == PlanIssuer.organization_id
            ),
        ),
    ),
)
_STATED = select(Deadline.target_id, Deadline.value_as_stated, Deadline.due_as_stated).where(
    Deadline.retired_on.is_(None)
)

HITS: Final[Mapping[FoundKind, Hits]] = {
    "region": _vocabulary(
        Region, "short_zh", "abbr_zh", "aliases", "code", "slug", "iso", hidden=("pinyin",)
    ),
    "topic": _vocabulary(Topic, "aliases", "slug", "definition_zh", "definition_en", hidden=("pinyin",)),
    "metric": _vocabulary(Metric, "aliases", "slug", "definition_zh", "definition_en", hidden=("pinyin",)),
    "plan": _PLANS,
    "target": _fact(
        Target,
        Target.public_id,
        ("qualifier",),
        (*REGION, *_TOPIC, *METRIC, *PLAN),
        (*_held_by(Target), *_keyed(Target)),
        more=((Deadline.target_id, _STATED),),
    ),
    "observation": _fact(
        Observation,
        Observation.slug,
        ("value_as_stated", "qualifier"),
        (*REGION, *_TOPIC, *METRIC, *ORGANIZATION),
        (
            (Region, Region.id == Observation.region_id, False),
            *_keyed(Observation),
            (Organization, Organization.id == Observation.measured_by_id, True),
        ),
    ),
    "measure": _fact(Measure, Measure.public_id, ("value_as_stated",), (*REGION, *PLAN), _held_by(Measure)),
    "organization": _vocabulary(Organization, "slug"),
    "source": _vocabulary(Source, "slug", "publisher_zh", "publisher_en"),
}
"""The kinds in the order in which they are shown."""
