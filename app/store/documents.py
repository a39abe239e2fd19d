"""What of each entity is searched, and keeping the text index so when entities change.

How texts become tokens and how they are found again is in `search`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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
from app.store.search import DOCUMENTS, Kind, index

# SQLite and PostgreSQL bind 32,766 and 65,535 values at most; a few hundred at a time are as fast.
_BATCH = 500

_REGION = (Region.name_zh, Region.name_en, Region.short_zh, Region.aliases)
_TOPIC = (Topic.name_zh, Topic.name_en, Topic.aliases)
_METRIC = (Metric.name_zh, Metric.name_en, Metric.aliases)
_ORGANIZATION = (Organization.name_zh, Organization.name_en)
_PLAN = (Plan.title_zh, Plan.title_en, Plan.document_number)


def _flat(values: Iterable[str | list[str] | None]) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield from value
        elif value:
            yield value


def _spellings(values: Iterable[str]) -> Iterator[str]:
    """Write readings as people type them: all syllables in one, and their first letters."""
    for value in values:
        for reading in value.split(","):
            syllables = reading.split()
            yield "".join(syllables)
            yield "".join(syllable[0] for syllable in syllables)


@dataclass(frozen=True, slots=True)
class _Texts:
    """How a kind's texts are read: `own` selects id, key and more texts; `more` an owner's id and texts."""

    table: Any
    own: Select[*tuple[Any, ...]]
    more: tuple[tuple[InstrumentedAttribute[int], Select[*tuple[Any, ...]]], ...] = ()
    read: Callable[[Iterable[Any]], Iterator[str]] = _flat  # the texts among the values that `more` selects


_TEXTS: dict[Kind, _Texts] = {
    "region": _Texts(
        Region,
        select(Region.id, Region.code, Region.slug, Region.iso, Region.abbr_zh, *_REGION),
        ((Region.id, select(Region.id, Region.pinyin)),),
        _spellings,
    ),
    "organization": _Texts(Organization, select(Organization.id, Organization.slug, *_ORGANIZATION)),
    "topic": _Texts(Topic, select(Topic.id, Topic.slug, Topic.definition_zh, Topic.definition_en, *_TOPIC)),
    "metric": _Texts(
        Metric,
        select(Metric.id, Metric.slug, Metric.definition_zh, Metric.definition_en, *_METRIC),
    ),
    "source": _Texts(
        Source,
        select(
            Source.id,
            Source.slug,
            Source.title_zh,
            Source.title_en,
            Source.publisher_zh,
            Source.publisher_en,
        ),
    ),
    "plan": _Texts(
        Plan,
        select(Plan.id, Plan.slug, Plan.summary_zh, Plan.summary_en, *_PLAN, *_REGION).join(
            Region, Region.id == Plan.region_id
        ),
        (
            (
                PlanTopic.plan_id,
                select(PlanTopic.plan_id, *_TOPIC).join(Topic, Topic.id == PlanTopic.topic_id),
            ),
            (
                PlanIssuer.plan_id,
                select(PlanIssuer.plan_id, *_ORGANIZATION).join(
                    Organization, Organization.id == PlanIssuer.organization_id
                ),
            ),
        ),
    ),
    "target": _Texts(
        Target,
        select(
            Target.id,
            Target.public_id,
            Target.statement_zh,
            Target.statement_en,
            Target.qualifier,
            *_PLAN,
            *_REGION,
            *_TOPIC,
            *_METRIC,
        )
        .join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id),
        (
            (
                Deadline.target_id,
                select(Deadline.target_id, Deadline.value_as_stated, Deadline.due_as_stated),
            ),
        ),
    ),
    "measure": _Texts(
        Measure,
        select(
            Measure.id,
            Measure.public_id,
            Measure.statement_zh,
            Measure.statement_en,
            Measure.value_as_stated,
            *_PLAN,
            *_REGION,
        )
        .join(Plan, Plan.id == Measure.plan_id)
        .join(Region, Region.id == Measure.region_id),
    ),
    "observation": _Texts(
        Observation,
        select(
            Observation.id,
            Observation.slug,
            Observation.statement_zh,
            Observation.statement_en,
            Observation.qualifier,
            Observation.value_as_stated,
            *_REGION,
            *_TOPIC,
            *_METRIC,
            *_ORGANIZATION,
        )
        .join(Region, Region.id == Observation.region_id)
        .join(Topic, Topic.id == Observation.topic_id)
        .join(Metric, Metric.id == Observation.metric_id)
        .outerjoin(Organization, Organization.id == Observation.measured_by_id),
    ),
}
_KEYS: dict[str, tuple[Kind, InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "region": ("region", Region.id, Region.code),
    "organization": ("organization", Organization.id, Organization.slug),
    "topic": ("topic", Topic.id, Topic.slug),
    "metric": ("metric", Metric.id, Metric.slug),
    "source": ("source", Source.id, Source.slug),
    "plan": ("plan", Plan.id, Plan.slug),
    "observation": ("observation", Observation.id, Observation.slug),
}


def refresh(session: Session, kind: str, keys: Collection[str]) -> None:
    """Bring the index to what the tables say of these entities and of all that show their names.

    Call it in the write session, once a kind, for what was created or changed: a plan stands for its targets
    and measures too. Entities that are not searched (assessments) are passed over.
    """
    if kind not in _KEYS:
        return
    session.flush()
    searched, number, key = _KEYS[kind]
    for named in _batches(sorted(keys)):
        ids = list(session.scalars(select(number).where(key.in_(named))))
        if kind == "plan":
            _index_plans(session, ids)
        else:
            _index(session, searched, number, ids)
            _index_where_shown(session, kind, ids)


def fill(session: Session) -> None:
    """Write the whole index from the tables if it is empty, as a migration leaves it that changes what is searched."""
    if session.scalar(select(DOCUMENTS.c.id).limit(1)) is not None:
        return
    for kind, texts in _TEXTS.items():
        for batch in _batches(list(session.scalars(select(texts.table.id)))):
            _index(session, kind, texts.table.id, batch)


def _index_where_shown(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Index the plans and observations anew that show the names of these entities."""
    shown = {
        "region": (
            select(Plan.id).where(Plan.region_id.in_(ids)),
            select(Target.plan_id).where(Target.region_id.in_(ids)),
            select(Measure.plan_id).where(Measure.region_id.in_(ids)),
        ),
        "topic": (
            select(PlanTopic.plan_id).where(PlanTopic.topic_id.in_(ids)),
            select(Target.plan_id).where(Target.topic_id.in_(ids)),
        ),
        "metric": (select(Target.plan_id).where(Target.metric_id.in_(ids)),),
        "organization": (select(PlanIssuer.plan_id).where(PlanIssuer.organization_id.in_(ids)),),
    }
    columns = {
        "region": Observation.region_id,
        "topic": Observation.topic_id,
        "metric": Observation.metric_id,
        "organization": Observation.measured_by_id,
    }
    if kind not in shown:
        return
    plans = session.scalars(select(Plan.id).where(or_(*(Plan.id.in_(one) for one in shown[kind]))))
    for batch in _batches(list(plans)):
        _index_plans(session, batch)
    observations = session.scalars(select(Observation.id).where(columns[kind].in_(ids)))
    for batch in _batches(list(observations)):
        _index(session, "observation", Observation.id, batch)


def _index_plans(session: Session, ids: Sequence[int]) -> None:
    """Index plans with their targets and measures."""
    _index(session, "plan", Plan.id, ids)
    _index(session, "target", Target.plan_id, ids)
    _index(session, "measure", Measure.plan_id, ids)


def _index(session: Session, kind: Kind, held: InstrumentedAttribute[int], ids: Sequence[int]) -> None:
    """Index the entities of one kind that a column holds to these ids."""
    texts = _TEXTS[kind]
    keys: dict[int, str] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for number, key, *own in session.execute(texts.own.where(held.in_(ids))):
        keys[number] = key
        found[key].extend(_flat([key, *own]))
    for column, more in texts.more:
        chosen = select(texts.table.id).where(held.in_(ids))
        for number, *others in session.execute(more.where(column.in_(chosen))):
            found[keys[number]].extend(texts.read(others))
    for batch in _batches(list(found)):
        index(session, kind, {key: found[key] for key in batch})


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
