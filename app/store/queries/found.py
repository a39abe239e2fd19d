"""The search across everything: regions, topics, metrics, plans, targets, observations, measures, bodies, sources.

Lists of one kind take `q` themselves; what of each entity is searched is said in `documents`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.marking import find, snippet
from app.domain.spelling import fold
from app.domain.tokens import phrases, searchable
from app.domain.vocabulary import EditorialState, RegionLevel
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
from app.store.queries.bytewise import Bytewise
from app.store.queries.filters import Condition
from app.store.queries.paging import COUNT_CAP, AnySelect
from app.store.queries.rows import METRIC, ORGANIZATION, PLAN, REGION, plan_of, region_of, swift
from app.store.search import matching
from app.store.views.found import FoundKind, FoundView, GroupView, HitView, MarkView, MatchView, WayView

KINDS: Final[tuple[FoundKind, ...]] = get_args(FoundKind)
MOST_HITS: Final = 100
_LEVELS: Final = tuple(RegionLevel)
_MOST_MATCHES: Final = 6
_MOST_WAYS: Final = 4
_LONGEST_WAY: Final = 12
_SHORTEST_SPLIT: Final = 3

_PUBLISHED: Final = Plan.editorial_state == EditorialState.PUBLISHED
_TOPIC: Final = (Topic.name_zh.label("topic_name_zh"), Topic.name_en.label("topic_name_en"))


@dataclass(frozen=True, slots=True)
class _Searched:
    """How a kind is searched: its public rows with `id`, `key`, titles and texts, and which of these are names.

    `more` gives texts of what belongs to a row, by its id: of those hits that are shown alone.
    """

    table: Any
    key: InstrumentedAttribute[str]
    statement: AnySelect
    public: tuple[Condition, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    more: tuple[tuple[InstrumentedAttribute[int], AnySelect], ...] = ()


def _columns(table: Any, names: Iterable[str]) -> list[Any]:
    return [getattr(table, name) for name in names]


def _vocabulary(table: Any, names: Sequence[str], texts: Sequence[str]) -> _Searched:
    """Search what has a name of its own."""
    key = Region.code if table is Region else table.slug
    title = "title" if table is Source else "name"
    titles = [getattr(table, f"{title}_{lang}").label(f"title_{lang}") for lang in ("zh", "en")]
    place = (Region.level,) if table is Region else ()
    columns = [table.id, key.label("key"), *titles, *place, *_columns(table, {*names, *texts})]
    return _Searched(
        table,
        key,
        select(*columns),
        (table.retired_on.is_(None),),
        ("title_zh", "title_en", *names),
        ("title_zh", "title_en", *names, *texts),
    )


def _fact(table: Any, key: Any, texts: Sequence[str], shown: Sequence[Any], public: Any) -> _Searched:
    """Search what is told by a statement; `shown` are columns of what it refers to."""
    titles = (table.statement_zh.label("title_zh"), table.statement_en.label("title_en"))
    named = [column.name for column in shown if column.name.endswith(("_zh", "_en"))]
    columns = [table.id, key.label("key"), *titles, *_columns(table, texts), *shown]
    everywhere = ("title_zh", "title_en", *texts, *named)
    return _Searched(table, key, select(*columns).select_from(table), public, (), everywhere)


def _searched() -> dict[FoundKind, _Searched]:
    plan_texts = ("summary_zh", "summary_en")
    plans = _Searched(
        Plan,
        Plan.slug,
        select(
            Plan.id,
            Plan.slug.label("key"),
            Plan.title_zh,
            Plan.title_en,
            Plan.slug,
            Plan.document_number,
            *_columns(Plan, plan_texts),
            *REGION,
        ).join(Region, Region.id == Plan.region_id),
        (_PUBLISHED,),
        ("title_zh", "title_en", "document_number", "slug"),
        ("title_zh", "title_en", "document_number", "region_name_zh", "region_name_en", *plan_texts),
        (
            (
                PlanTopic.plan_id,
                select(PlanTopic.plan_id, *_TOPIC).join(Topic, Topic.id == PlanTopic.topic_id),
            ),
            (
                PlanIssuer.plan_id,
                select(PlanIssuer.plan_id, *ORGANIZATION[1:]).join(
                    Organization, Organization.id == PlanIssuer.organization_id
                ),
            ),
        ),
    )
    key_names = (*REGION, *_TOPIC, *METRIC)
    targets = _fact(
        Target,
        Target.public_id,
        ("qualifier",),
        (*key_names, *PLAN),
        (_PUBLISHED, Target.retired_on.is_(None)),
    )
    stated = select(Deadline.target_id, Deadline.value_as_stated, Deadline.due_as_stated).where(
        Deadline.retired_on.is_(None)
    )
    observations = _fact(
        Observation,
        Observation.slug,
        ("value_as_stated", "qualifier"),
        (*key_names, *ORGANIZATION),
        (Observation.editorial_state == EditorialState.PUBLISHED,),
    )
    measures = _fact(
        Measure,
        Measure.public_id,
        ("value_as_stated",),
        (*REGION, *PLAN),
        (_PUBLISHED, Measure.retired_on.is_(None)),
    )
    return {
        "region": _vocabulary(Region, ("short_zh", "abbr_zh", "aliases", "code", "slug", "iso"), ()),
        "topic": _vocabulary(Topic, ("aliases", "slug"), ("definition_zh", "definition_en")),
        "metric": _vocabulary(Metric, ("aliases", "slug"), ("definition_zh", "definition_en")),
        "plan": plans,
        "target": _with(targets, _target_joins(targets.statement), ((Deadline.target_id, stated),)),
        "observation": _with(observations, _observation_joins(observations.statement)),
        "measure": _with(
            measures,
            measures.statement.join(Plan, Plan.id == Measure.plan_id).join(
                Region, Region.id == Measure.region_id
            ),
        ),
        "organization": _vocabulary(Organization, ("slug",), ()),
        "source": _vocabulary(Source, ("slug",), ("publisher_zh", "publisher_en")),
    }


def _with(searched: _Searched, statement: AnySelect, more: Any = ()) -> _Searched:
    names = (searched.names, searched.texts)
    return _Searched(searched.table, searched.key, statement, searched.public, *names, more)


def _target_joins(statement: AnySelect) -> AnySelect:
    return (
        statement.join(Plan, Plan.id == Target.plan_id)
        .join(Region, Region.id == Target.region_id)
        .join(Topic, Topic.id == Target.topic_id)
        .outerjoin(Metric, Metric.id == Target.metric_id)
    )


def _observation_joins(statement: AnySelect) -> AnySelect:
    return (
        statement.join(Region, Region.id == Observation.region_id)
        .join(Topic, Topic.id == Observation.topic_id)
        .join(Metric, Metric.id == Observation.metric_id)
        .outerjoin(Organization, Organization.id == Observation.measured_by_id)
    )


SEARCHED: Final = _searched()


def search(session: Session, q: str, kind: FoundKind | None = None, limit: int = 5) -> FoundView:
    """Find everything public that a query matches: each kind's number and its best hits, or those of one kind.

    Exact names, codes and document numbers come first, then titles that begin with the query, titles that have
    all of it, the rest. At most twelve statements. Raises DomainError q_empty, q_too_long.
    """
    groups = []
    for one in KINDS:
        rows = _matching_rows(session, one, q)
        if not rows:
            continue
        ranked = sorted(rows, key=_ranker(one, q))[:limit] if kind in {None, one} else []
        capped = len(rows) >= COUNT_CAP
        groups.append(
            GroupView(
                kind=one,
                total=len(rows),
                total_is_capped=capped,
                items=_hits(session, one, q, ranked),
            )
        )
    # The sort keeps the order of the kinds among those with an exact hit, and among the others.
    groups.sort(key=lambda group: not any(hit.exact for hit in group.items))
    return FoundView(q=q, total=sum(group.total for group in groups), groups=groups)


def other_ways(session: Session, q: str) -> list[WayView]:
    """Suggest queries that find something where one found nothing: each word alone, or one word as two.

    A statement for each of at most eleven queries that are tried; the four that find most are given.
    """
    words = q.split()
    if len(words) > 1:
        tried = words[:_LONGEST_WAY]
    else:
        word = q.strip()[: _LONGEST_WAY + 1]
        splits = range(1, len(word)) if len(word) >= _SHORTEST_SPLIT else ()
        tried = [f"{word[:place]} {word[place:]}" for place in splits]
    possible = [one for one in dict.fromkeys(tried) if any(phrases(one))]
    found = [WayView(q=one, total=_count(session, one)) for one in possible[: _LONGEST_WAY - 1]]
    return sorted((way for way in found if way.total), key=lambda way: -way.total)[:_MOST_WAYS]


def _matching_rows(session: Session, kind: FoundKind, q: str) -> list[Any]:
    searched = SEARCHED[kind]
    found = searched.statement.where(*searched.public, searched.key.in_(matching(session, kind, q)))
    return swift(session.execute(found.order_by(Bytewise(searched.key)).limit(COUNT_CAP)))


def _count(session: Session, q: str) -> int:
    """Count what a query finds of all kinds, in one statement."""
    counts = []
    for kind, searched in SEARCHED.items():
        found = searched.statement.where(*searched.public, searched.key.in_(matching(session, kind, q)))
        ids = found.with_only_columns(searched.table.id).limit(COUNT_CAP).subquery()
        counts.append(select(func.count()).select_from(ids).scalar_subquery())
    return sum(session.execute(select(*counts)).one())


def _ranker(kind: FoundKind, q: str) -> Callable[[Any], tuple[Any, ...]]:
    """Give what orders the rows of a kind, the best first."""
    exact = _exact(kind, q)
    plain = searchable(q).strip()

    def rank(row: Any) -> tuple[Any, ...]:
        titles = [searchable(title) for title in (row.title_zh, row.title_en) if title]
        place = next(
            (
                number
                for number, holds in enumerate(
                    (
                        exact(row),
                        any(title.startswith(plain) for title in titles),
                        any(plain in title for title in titles),
                    )
                )
                if holds
            ),
            3,
        )
        return (place, _LEVELS.index(row.level) if kind == "region" else 0, row.key)

    return rank


def _exact(kind: FoundKind, q: str) -> Callable[[Any], bool]:
    """Give what tells whether a row bears the query as its name."""
    names = SEARCHED[kind].names
    wanted = fold(q)

    def exact(row: Any) -> bool:
        return bool(names) and any(fold(name) == wanted for name in _texts_of(row, names))

    return exact


def _texts_of(row: Any, names: Iterable[str]) -> Iterator[str]:
    for _, text in _named_texts(row, names):
        yield text


def _named_texts(row: Any, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(row, name)
        if isinstance(value, list):
            yield from (("alias", one) for one in value)
        elif value:
            yield name, value


def _hits(session: Session, kind: FoundKind, q: str, rows: Sequence[Any]) -> list[HitView]:
    if not rows:
        return []
    exact = _exact(kind, q)
    more = _more_texts(session, kind, [row.id for row in rows])
    return [
        HitView(
            kind=kind,
            key=row.key,
            title_zh=row.title_zh,
            title_en=row.title_en,
            exact=exact(row),
            region=region_of(row) if hasattr(row, "region_code") else None,
            plan=plan_of(row) if hasattr(row, "plan_slug") else None,
            matches=_matches(q, [*_named_texts(row, SEARCHED[kind].texts), *more[row.id]]),
        )
        for row in rows
    ]


def _more_texts(session: Session, kind: FoundKind, ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Read the texts of what belongs to these rows, a statement for each sort of it."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for owner, statement in SEARCHED[kind].more:
        for row in session.execute(statement.where(owner.in_(ids))):
            number, *texts = row
            names = row._fields[1:]
            found[number] += [(name, text) for name, text in zip(names, texts, strict=True) if text]
    return found


def _matches(q: str, texts: Iterable[tuple[str, str]]) -> list[MatchView]:
    matches = []
    for field, text in dict.fromkeys(texts):
        found = find(text, q)
        if found.spans:
            part, marks = snippet(text, found.spans)
            matches.append(
                MatchView(
                    field=field, text=part, marks=[MarkView(start=start, end=end) for start, end in marks]
                )
            )
    return matches[:_MOST_MATCHES]
