"""What an observation being entered may measure, told by a target or by names, and what its parts suggest for the rest.

How the rest is written is for the door; how single names are found is in `naming`.
"""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.text import simplify
from app.domain.vocabulary import Boundary, Coverage, Dimension, Kind, SourceKind
from app.store.models import Metric, Observation, Region, Source, Target, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.naming import key_of
from app.store.queries.picker import MOST_TYPED
from app.store.queries.rows import swift
from app.store.views.named import NamedView

_MARKS: Final = re.compile(r"\s*[·,，、;；/|]\s*")
_MOST_WORDS: Final = 5
_NAMED: Final = (
    *(Target.public_id, Target.statement_zh, Target.statement_en, Region.name_zh, Region.name_en),
    *(Metric.name_zh, Metric.name_en, Topic.name_zh, Topic.name_en),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A region (code) and the six fields of a key, or as many of them as were said."""

    region: str
    topic: str
    metric: str
    kind: Kind | None = None
    boundary: Boundary | None = None
    coverage: Coverage | None = None
    qualifier: str = ""


def suggest_measured(session: Session, typed: str, limit: int = 8) -> list[NamedView]:
    """List quantified targets that hold all the words typed, in their names or those of what they measure."""
    words = _words(simplify(typed).strip()) if len(typed) <= MOST_TYPED else []
    if not words:
        return []
    holding = (
        or_(*(column.icontains(word, autoescape=True) for column in _NAMED)) for word in words[:_MOST_WORDS]
    )
    rows = session.execute(
        select(
            *(Target.public_id, Target.statement_zh, Target.statement_en),
            *(Region.name_zh.label("region_zh"), Region.name_en.label("region_en")),
            *(Metric.name_zh.label("metric_zh"), Metric.name_en.label("metric_en")),
            *(Topic.name_zh.label("topic_zh"), Topic.name_en.label("topic_en")),
        )
        .join(Region, Region.id == Target.region_id)
        .join(Metric, Metric.id == Target.metric_id)
        .join(Topic, Topic.id == Target.topic_id)
        .where(Target.retired_on.is_(None), *holding)
        .order_by(Bytewise(Target.public_id))
        .limit(limit)
    )
    return [
        NamedView(
            key=row.public_id,
            name_zh=row.statement_zh,
            name_en=row.statement_en or row.statement_zh,
            said_zh=f"{row.region_zh} · {row.metric_zh} · {row.topic_zh}",
            said_en=f"{row.region_en} · {row.metric_en} · {row.topic_en}",
            exact=row.public_id == typed.strip(),
        )
        for row in swift(rows)
    ]


def read_measured(session: Session, typed: str) -> Measured | None:
    """Read what is measured: the public id of a quantified target, or the names of a region, metric and topic.

    None where it names no target, and not one of each of the three.
    """
    typed = typed.strip()
    row = session.execute(
        select(
            Region.code.label("region"),
            Topic.slug.label("topic"),
            Metric.slug.label("metric"),
            *(Target.kind, Target.boundary, Target.coverage, Target.qualifier),
        )
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .join(Metric, Metric.id == Target.metric_id)
        .where(Target.public_id == typed)
    ).one_or_none()
    if row is not None:
        return Measured(**row._mapping)  # noqa: SLF001 - the columns by name
    words = _words(typed)
    if len(words) != 3 or len(typed) > MOST_TYPED * 2:  # noqa: PLR2004 - one of each
        return None
    found: dict[str, str] = {}
    for word in words:
        for kind in ("region", "topic", "metric"):
            if kind not in found and (key := key_of(session, kind, word)):
                found[kind] = key
                break
    if len(found) != len(words):
        return None
    return Measured(region=found["region"], topic=found["topic"], metric=found["metric"])


def dimension_of(session: Session, metric: str) -> Dimension | None:
    """Say what a metric's figures measure; none for an unknown one."""
    return session.scalar(select(Metric.dimension).where(Metric.slug == metric))


def kind_of_source(session: Session, source: str) -> SourceKind | None:
    """Say what a source is; none for an unknown one."""
    return session.scalar(select(Source.kind).where(Source.slug == source))


def free_slug(session: Session, slug: str) -> str:
    """Give an observation's short name if no other has it, else the first that is free with a number behind it."""
    taken = set(session.scalars(select(Observation.slug).where(Observation.slug.startswith(slug))))
    number = 1
    while (free := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return free


def _words(typed: str) -> list[str]:
    """Part what was typed at its marks, or at blanks where it has none."""
    parts = _MARKS.split(typed) if _MARKS.search(typed) else typed.split()
    return [part for part in parts if part]
