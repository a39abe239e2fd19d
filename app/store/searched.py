"""What of each entity is searched: what it is called, what else is said of it, where it stands among what is found.

Keeping the index so is `documents`' business; how texts become tokens is in `search`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Dialect,
    Select,
    SQLColumnExpression,
    Text,
    TypeDecorator,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.vocabulary import EditorialState, RegionLevel
from app.domain.wanted import figure_tokens, key_token
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
from app.store.search import LAST_RANK, Kind

_FIRST_DAY = date(1949, 10, 1)


@lru_cache(maxsize=4096)
def _listed(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


class _Listed(TypeDecorator[tuple[str, ...]]):
    """Names in a list, read once however many rows have the same."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """Read the list from its JSON."""
        return None if value is None else _listed(value)


def _aliases(column: InstrumentedAttribute[list[str]]) -> SQLColumnExpression[Any]:
    return cast(column, _Listed).label(f"{column.class_.__tablename__}_aliases")


_REGION = (Region.name_zh, Region.name_en, Region.short_zh, _aliases(Region.aliases))
_TOPIC = (Topic.name_zh, Topic.name_en, _aliases(Topic.aliases))
_METRIC = (Metric.name_zh, Metric.name_en, _aliases(Metric.aliases))
_ORGANIZATION = (Organization.name_zh, Organization.name_en)
_PLAN = (Plan.title_zh, Plan.title_en, Plan.document_number)
_PLANNED_ON = func.coalesce(Plan.published_on, Plan.written_on, Plan.reported_on, Plan.effective_on)
_LEVELS = tuple(RegionLevel)
_NONE = null()
_PUBLISHED = Plan.editorial_state == EditorialState.PUBLISHED


@dataclass(slots=True)
class Words:
    """What was read of one entity."""

    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


_Select = Select[*tuple[Any, ...]]
Reader = Callable[[Words, Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Searched:
    """How the documents of a kind are read.

    `public` tells whom readers find, `rank` what is read first: a day, the newest first, or a region's level.
    `names` are what a thing is called, `texts` what else is said of it, `figure` is what `read_figure` takes, `region`
    and `topic` are the keys of those it belongs to. `more` are selects of an owner's id and further values, with
    what makes words of these.
    """

    table: Any
    key: Any
    public: Any
    joined: Callable[[_Select], _Select] = lambda statement: statement
    rank: Any = _NONE
    names: tuple[Any, ...] = ()
    texts: tuple[Any, ...] = ()
    figure: tuple[Any, ...] = ()
    region: Any = _NONE
    topic: Any = _NONE
    more: tuple[tuple[InstrumentedAttribute[int], _Select, Reader], ...] = ()


def flat(values: Iterable[Any]) -> Iterator[str]:
    """Give the texts among values, those of lists too."""
    for value in values:
        if isinstance(value, tuple):
            yield from value
        elif value:
            yield value


def _read_texts(words: Words, values: Sequence[Any]) -> None:
    words.texts += flat(values)


def _read_topic(words: Words, values: Sequence[Any]) -> None:
    slug, *names = values
    words.tokens.append(key_token("t", slug))
    words.texts += flat(names)


def _read_spellings(words: Words, values: Sequence[Any]) -> None:
    """Write readings as people type them: all syllables in one, and their first letters."""
    for reading in values[0].split(","):
        syllables = reading.split()
        words.names += ["".join(syllables), "".join(syllable[0] for syllable in syllables)]


def read_figure(words: Words, values: Sequence[Any]) -> None:
    """Take a figure's amounts, which may be written in other words too; the first value is their unit."""
    unit, *rest = values
    words.texts += flat(value for value in rest if not isinstance(value, Decimal))
    for amount in rest if unit else ():
        if isinstance(amount, Decimal):
            words.tokens += figure_tokens(amount, unit)


def _of_plan(table: Any) -> Callable[[_Select], _Select]:
    return lambda statement: statement.join(Plan, Plan.id == table.plan_id).join(
        Region, Region.id == table.region_id
    )


def _vocabulary(table: Any, names: Sequence[Any], **more: Any) -> Searched:
    return Searched(table, table.slug, table.retired_on.is_(None), names=(table.slug, *names), **more)


SEARCHED: dict[Kind, Searched] = {
    "region": Searched(
        Region,
        Region.code,
        Region.retired_on.is_(None),
        rank=Region.level,
        names=(Region.code, Region.slug, Region.iso, Region.abbr_zh, *_REGION),
        region=Region.code,
        more=((Region.id, select(Region.id, Region.pinyin), _read_spellings),),
    ),
    "organization": _vocabulary(
        Organization,
        _ORGANIZATION,
        region=Region.code,
        joined=lambda statement: statement.outerjoin(Region, Region.id == Organization.region_id),
    ),
    "topic": _vocabulary(
        Topic,
        _TOPIC,
        texts=(Topic.definition_zh, Topic.definition_en),
        topic=Topic.slug,
        more=((Topic.id, select(Topic.id, Topic.pinyin), _read_spellings),),
    ),
    "metric": _vocabulary(
        Metric,
        _METRIC,
        texts=(Metric.definition_zh, Metric.definition_en),
        more=((Metric.id, select(Metric.id, Metric.pinyin), _read_spellings),),
    ),
    "source": _vocabulary(
        Source,
        (Source.title_zh, Source.title_en),
        texts=(Source.publisher_zh, Source.publisher_en),
        rank=Source.published_on,
    ),
    "plan": Searched(
        Plan,
        Plan.slug,
        _PUBLISHED,
        lambda statement: statement.join(Region, Region.id == Plan.region_id),
        rank=_PLANNED_ON,
        names=(Plan.slug, *_PLAN),
        texts=(Plan.summary_zh, Plan.summary_en, *_REGION),
        region=Region.code,
        more=(
            (
                PlanTopic.plan_id,
                select(PlanTopic.plan_id, Topic.slug, *_TOPIC).join(Topic, Topic.id == PlanTopic.topic_id),
                _read_topic,
            ),
            (
                PlanIssuer.plan_id,
                select(PlanIssuer.plan_id, *_ORGANIZATION).join(
                    Organization, Organization.id == PlanIssuer.organization_id
                ),
                _read_texts,
            ),
        ),
    ),
    "target": Searched(
        Target,
        Target.public_id,
        _PUBLISHED & Target.retired_on.is_(None),
        lambda statement: (
            _of_plan(Target)(statement)
            .join(Topic, Topic.id == Target.topic_id)
            .outerjoin(Metric, Metric.id == Target.metric_id)
        ),
        rank=_PLANNED_ON,
        names=(Target.public_id, Target.statement_zh, Target.statement_en),
        texts=(Target.qualifier, *_PLAN, *_REGION, *_TOPIC, *_METRIC),
        region=Region.code,
        topic=Topic.slug,
        more=(
            (
                Deadline.target_id,
                select(
                    Deadline.target_id,
                    Deadline.canonical_unit,
                    Deadline.canonical_value,
                    Deadline.canonical_high,
                    Deadline.value_as_stated,
                    Deadline.due_as_stated,
                ).where(Deadline.retired_on.is_(None)),
                read_figure,
            ),
        ),
    ),
    "measure": Searched(
        Measure,
        Measure.public_id,
        _PUBLISHED & Measure.retired_on.is_(None),
        _of_plan(Measure),
        rank=_PLANNED_ON,
        names=(Measure.public_id, Measure.statement_zh, Measure.statement_en),
        texts=(*_PLAN, *_REGION),
        region=Region.code,
        figure=(
            Measure.canonical_unit,
            Measure.canonical_total,
            Measure.canonical_max_each,
            Measure.value_as_stated,
        ),
    ),
    "observation": Searched(
        Observation,
        Observation.slug,
        Observation.editorial_state == EditorialState.PUBLISHED,
        lambda statement: (
            statement.join(Region, Region.id == Observation.region_id)
            .join(Topic, Topic.id == Observation.topic_id)
            .join(Metric, Metric.id == Observation.metric_id)
            .outerjoin(Organization, Organization.id == Observation.measured_by_id)
        ),
        rank=Observation.to_on,
        names=(Observation.slug, Observation.statement_zh, Observation.statement_en),
        texts=(Observation.qualifier, *_REGION, *_TOPIC, *_METRIC, *_ORGANIZATION),
        region=Region.code,
        topic=Topic.slug,
        figure=(
            Observation.canonical_unit,
            Observation.canonical_value,
            Observation.canonical_high,
            Observation.value_as_stated,
        ),
    ),
}


def rank_of(value: date | RegionLevel | None) -> int:
    """Rank the newest day first, and what has none last; regions by their level."""
    match value:
        case RegionLevel():
            return _LEVELS.index(value)
        case date():
            return LAST_RANK - 1 - min(max((value - _FIRST_DAY).days, 0), LAST_RANK - 1)
        case _:
            return LAST_RANK
