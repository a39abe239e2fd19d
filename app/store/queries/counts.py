"""How many plans or sources each choice of a filter would leave, given the other filters.

The lists themselves are in `plans` and `vocabulary`; the comparison's choices are in `choices`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.store.models import Plan, PlanTopic, Region, Source, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.filters import Condition, Filters
from app.store.queries.paging import AnyRow
from app.store.queries.plans import plan_conditions
from app.store.search import matching
from app.store.views.beside import CountView


def count_plans(session: Session, filters: Filters) -> dict[str, list[CountView]]:
    """Count the public plans that each region, topic (with all below it), stage and form would leave.

    Of each filter the others hold and its own does not, so that a reader sees what another choice would give.
    """
    return {
        "region": _by_region(session, plan_conditions(session, replace(filters, region=None))),
        "topic": _by_topic(session, plan_conditions(session, replace(filters, topic=None))),
        **{
            name: _by_word(
                session, getattr(Plan, name), plan_conditions(session, replace(filters, **{name: None}))
            )
            for name in ("stage", "form")
        },
    }


def count_sources(session: Session, q: str | None) -> list[CountView]:
    """Count the sources of each kind among those that a search leaves, in falling order of authority."""
    conditions: list[Condition] = [Source.retired_on.is_(None)]
    if q is not None:
        conditions.append(Source.id.in_(matching(session, "source", q)))
    return _by_word(session, Source.kind, conditions)


def _by_word(session: Session, column: Any, conditions: Iterable[Condition]) -> list[CountView]:
    """Count by a word of the vocabulary, in the vocabulary's order."""
    counted = select(column, func.count()).where(*conditions).group_by(column)
    found: dict[Any, int] = dict(session.execute(counted).all())
    return [
        CountView(value=word, name_zh=None, name_en=None, count=found[word])
        for word in column.type.words
        if word in found
    ]


def _by_region(session: Session, conditions: Iterable[Condition]) -> list[CountView]:
    rows = session.execute(
        select(Region.code, Region.name_zh, Region.name_en, func.count())
        .join(Plan, Plan.region_id == Region.id)
        .where(*conditions)
        .group_by(Region.id)
        .order_by(Bytewise(Region.code))
    )
    return _named(rows)


def _by_topic(session: Session, conditions: Iterable[Condition]) -> list[CountView]:
    """Count each plan once under every topic that it is about or that stands above one."""
    child = aliased(Topic)
    above = select(Topic.id.label("topic_id"), Topic.id.label("above_id")).cte("above", recursive=True)
    above = above.union(
        select(above.c.topic_id, child.parent_id)
        .join(child, child.id == above.c.above_id)
        .where(child.parent_id.is_not(None))
    )
    rows = session.execute(
        select(Topic.slug, Topic.name_zh, Topic.name_en, func.count(Plan.id.distinct()))
        .select_from(Plan)
        .join(PlanTopic, PlanTopic.plan_id == Plan.id)
        .join(above, above.c.topic_id == PlanTopic.topic_id)
        .join(Topic, Topic.id == above.c.above_id)
        .where(*conditions)
        .group_by(Topic.id)
        .order_by(Bytewise(Topic.slug))
    )
    return _named(rows)


def _named(rows: Iterable[AnyRow]) -> list[CountView]:
    return [
        CountView(value=value, name_zh=name_zh, name_en=name_en, count=count)
        for value, name_zh, name_en, count in rows
    ]
