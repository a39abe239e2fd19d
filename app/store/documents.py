"""Keeping the text index so when entities change.

What of each is searched is said in `searched`, how it becomes tokens and is found again in `search` and `places`: on
PostgreSQL also tokens of its kind and, without a place in the text, of the blocks of ranks in which it stands.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.wanted import key_token
from app.store.models import (
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
from app.store.search import DOCUMENTS, NUMBERS, Document, Kind, index
from app.store.searched import SEARCHED, Words, flat, rank_of

# SQLite and PostgreSQL bind 32,766 and 65,535 values at most; a few hundred at a time are as fast.
_BATCH = 500
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
    of, number, key = _KEYS[kind]
    for named in batches(sorted(keys)):
        ids = list(session.scalars(select(number).where(key.in_(named))))
        if kind == "plan":
            _index_plans(session, ids)
        else:
            _index(session, of, number, ids)
            _index_where_shown(session, kind, ids)


def forget(session: Session, keys: Collection[str]) -> None:
    """Take targets and measures that are there no longer out of the index; other keys are passed over."""
    held: tuple[Kind, ...] = ("target", "measure")
    for batch in batches(sorted(keys)):
        session.execute(delete(DOCUMENTS).where(DOCUMENTS.c.kind.in_(held), DOCUMENTS.c.key.in_(batch)))


def is_empty(session: Session) -> bool:
    """Say whether nothing is in the index, so that `fill` would write all of it."""
    return session.scalar(select(DOCUMENTS.c.id).limit(1)) is None


def fill(session: Session) -> None:
    """Write the whole index from the tables if it is empty, as a migration leaves it that changes what is searched."""
    if is_empty(session):
        fill_rest(session)


def fill_rest(session: Session) -> None:
    """Write the documents that are not there."""
    for kind, searched in SEARCHED.items():
        there = select(DOCUMENTS.c.id.bitwise_and(NUMBERS)).where(DOCUMENTS.c.kind == kind)
        known = set(session.scalars(there))
        missing = [number for number in session.scalars(select(searched.table.id)) if number not in known]
        for batch in batches(missing):
            _index(session, kind, searched.table.id, batch)


def _index_where_shown(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Index the plans and observations anew that show the names of these entities."""
    plans, observations = shown_in(session, kind, ids)
    for batch in batches(plans):
        _index_plans(session, batch)
    for batch in batches(observations):
        _index(session, "observation", Observation.id, batch)


def shown_in(session: Session, kind: str, ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """Find the plans and the observations that show the names of these entities, or hold what does."""
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
        return [], []
    plans = session.scalars(select(Plan.id).where(or_(*(Plan.id.in_(one) for one in shown[kind])))).all()
    observations = session.scalars(select(Observation.id).where(columns[kind].in_(ids))).all()
    return list(plans), list(observations)


def _index_plans(session: Session, ids: Sequence[int]) -> None:
    """Index plans with their targets and measures."""
    _index(session, "plan", Plan.id, ids)
    _index(session, "target", Target.plan_id, ids)
    _index(session, "measure", Measure.plan_id, ids)


def _index(session: Session, kind: Kind, held: InstrumentedAttribute[int], ids: Sequence[int]) -> None:
    """Index the entities of one kind that a column holds to these ids."""
    searched = SEARCHED[kind]
    table = searched.table
    own = (searched.key, searched.public, searched.rank, searched.region, searched.topic)
    read = searched.joined(select(table.id, *own, *searched.names, *searched.texts))
    documents: dict[int, Document] = {}
    found: dict[int, Words] = {}
    for number, key, public, rank, region, topic, *values in session.execute(read.where(held.in_(ids))):
        words = found[number] = Words()
        words.names += flat(values[: len(searched.names)])
        words.texts += flat(values[len(searched.names) :])
        words.tokens += [key_token(sort, of) for sort, of in (("r", region), ("t", topic)) if of]
        documents[number] = Document(
            key, number, bool(public), rank_of(rank), words.names, words.texts, words.tokens
        )
    for column, more, reader in searched.more:
        chosen = select(table.id).where(held.in_(ids))
        for number, *values in session.execute(more.where(column.in_(chosen))):
            reader(found[number], values)
    for batch in batches(list(documents.values())):
        index(session, kind, batch)


def batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Part what is too long for one statement."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
