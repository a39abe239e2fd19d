"""Keeping the text index so when entities change.

What of each is searched is said in `searched`, how it becomes tokens and is found again in `search` and `places`: on
PostgreSQL also tokens of its kind and, without a place in the text, of the blocks of ranks in which it stands.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, or_, select
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
from app.store.searched import SEARCHED, Reader, Words, flat, rank_of, read_figure

# SQLite and PostgreSQL bind 32,766 and 65,535 values at most; a few hundred at a time are as fast.
_BATCH = 500
_OF_PLANS: Final[tuple[Kind, ...]] = ("target", "measure")
"""The kinds that plans hold."""
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
    for named in batches(sorted(keys)):
        ids = list(session.connection().scalars(_ids(kind), {"keys": named}))
        if kind == "plan":
            _index_plans(session, ids)
        else:
            _index(session, _documents(session, _KEYS[kind][0], ids))
            _index_where_shown(session, kind, ids)


@lru_cache(maxsize=16)
def _ids(kind: str) -> Select[int]:
    _, number, key = _KEYS[kind]
    return select(number).where(key.in_(bindparam("keys", expanding=True)))


def forget(session: Session, keys: Collection[str]) -> None:
    """Take targets and measures that are there no longer out of the index; other keys are passed over."""
    for batch in batches(sorted(keys)):
        session.execute(delete(DOCUMENTS).where(DOCUMENTS.c.kind.in_(_OF_PLANS), DOCUMENTS.c.key.in_(batch)))


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
            _index(session, _documents(session, kind, batch))


def _index_where_shown(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Index the plans and observations anew that show the names of these entities."""
    plans, observations = shown_in(session, kind, ids)
    for batch in batches(plans):
        _index_plans(session, batch)
    for batch in batches(observations):
        _index(session, _documents(session, "observation", batch))


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
    held = [_documents(session, kind, ids, of_plans=True) for kind in _OF_PLANS]
    _index(session, [*_documents(session, "plan", ids), *chain.from_iterable(held)])


def _index(session: Session, documents: Iterable[Document]) -> None:
    # In their order, in which SQLite gathers them in memory.
    for batch in batches(sorted(documents, key=attrgetter("place"))):
        index(session, batch)


def _documents(session: Session, kind: Kind, ids: Sequence[int], *, of_plans: bool = False) -> list[Document]:
    """Read what is searched of entities of one kind: those with these ids, or those of the plans that have them."""
    reading = _reading(kind, of_plans=of_plans)
    connection = session.connection()
    documents = []
    found: dict[int, Words] = {}
    # All at once: SQLAlchemy fetches what is gone through row by row.
    for number, key, public, rank, region, topic, *values in connection.execute(
        reading.own, {"ids": ids}
    ).all():
        words = found[number] = Words()
        words.names += flat(values[: reading.names])
        words.texts += flat(values[reading.names : reading.texts])
        words.tokens += [key_token(sort, of) for sort, of in (("r", region), ("t", topic)) if of]
        if len(values) > reading.texts:
            read_figure(words, values[reading.texts :])
        documents.append(
            Document(kind, key, number, bool(public), rank_of(rank), words.names, words.texts, words.tokens)
        )
    for more, reader in reading.more:
        for number, *values in connection.execute(more, {"ids": ids}).all():
            reader(found[number], values)
    return documents


@dataclass(frozen=True, slots=True)
class _Reading:
    """The statements that read entities of one kind for the index, by `ids`.

    Of what the first one reads beside keys, so much is `names`, then up to `texts` it is these, then a figure.
    """

    own: Select[*tuple[Any, ...]]
    names: int
    texts: int
    more: tuple[tuple[Select[*tuple[Any, ...]], Reader], ...]


# To put a statement together takes longer than to find the few rows of a save.
@lru_cache(maxsize=32)
def _reading(kind: Kind, *, of_plans: bool) -> _Reading:
    searched = SEARCHED[kind]
    table = searched.table
    held = (table.plan_id if of_plans else table.id).in_(bindparam("ids", expanding=True))
    own = (searched.key, searched.public, searched.rank, searched.region, searched.topic)
    words = (*searched.names, *searched.texts)
    read = searched.joined(select(table.id, *own, *words, *searched.figure))
    more = (
        (statement.where(column.in_(select(table.id).where(held))), reader)
        for column, statement, reader in searched.more
    )
    return _Reading(read.where(held), len(searched.names), len(words), tuple(more))


def batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Part what is too long for one statement."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
