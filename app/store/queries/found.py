"""The search across everything: regions, topics, metrics, plans, targets, observations, measures, bodies, sources.

Lists of one kind take `q` themselves; which come first is found in `ranked`, what of each entity is searched is said in `documents`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.marking import find, snippet
from app.domain.spelling import spoken_span
from app.domain.wanted import wanted
from app.store.queries.found_facets import count_regions, count_topics
from app.store.queries.found_kinds import HITS, Hits
from app.store.queries.paging import COUNT_CAP
from app.store.queries.ranked import KINDS, Ranked, belonging, count, rank
from app.store.queries.rows import plan_of, region_of, swift
from app.store.views.found import FoundKind, FoundView, GroupView, HitView, MarkView, MatchView, WayView

MOST_HITS: Final = 100
_MOST_MATCHES: Final = 6
_MOST_WAYS: Final = 4
_LONGEST_WAY: Final = 12
_SHORTEST_SPLIT: Final = 3


def search(
    session: Session,
    q: str,
    kind: FoundKind | None = None,
    limit: int = 5,
    *,
    region: str | None = None,
    topic: str | None = None,
) -> FoundView:
    """Find everything public that a query matches: each kind's number and its best hits, or those of one kind.

    Exact names, codes and document numbers come first, then names that begin with the query, names that have
    all of it, the rest. A fixed number of statements. Raises DomainError q_empty, q_too_long, unknown_region,
    unknown_topic.
    """
    within = belonging(session, region, topic)
    found = rank(session, q, KINDS if kind is None else (kind,), limit, within)
    groups = [
        GroupView(
            kind=one,
            total=len(ranked.numbers),
            total_is_capped=len(ranked.numbers) >= COUNT_CAP,
            items=_hits(session, one, q, ranked),
        )
        for one, ranked in found.items()
        if ranked.numbers
    ]
    # The sort keeps the order of the kinds among those with an exact hit, and among the others.
    groups.sort(key=lambda group: not any(hit.exact for hit in group.items))
    return FoundView(
        q=q,
        total=sum(group.total for group in groups),
        groups=groups,
        regions=count_regions(session, found, within.region),
        topics=count_topics(session, found, within.topic),
    )


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
    possible = [one for one in dict.fromkeys(tried) if wanted(one)]
    found = [WayView(q=one, total=count(session, one)) for one in possible[: _LONGEST_WAY - 1]]
    return sorted((way for way in found if way.total), key=lambda way: -way.total)[:_MOST_WAYS]


def _named_texts(row: Any, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(row, name)
        if isinstance(value, list):
            yield from (("alias", one) for one in value)
        elif value:
            yield name, value


def _hits(session: Session, kind: FoundKind, q: str, ranked: Ranked) -> list[HitView]:
    if not ranked.best:
        return []
    hits = HITS[kind]
    rows = {
        row.id: row for row in swift(session.execute(hits.statement.where(hits.table.id.in_(ranked.best))))
    }
    more = _more_texts(session, hits, ranked.best)
    return [
        HitView(
            kind=kind,
            key=row.key,
            title_zh=row.title_zh,
            title_en=row.title_en,
            exact=row.id in ranked.exact,
            region=region_of(row) if hasattr(row, "region_code") else None,
            plan=plan_of(row) if hasattr(row, "plan_slug") else None,
            matches=[
                *_spoken(q, row),
                *_matches(q, [*_named_texts(row, hits.texts), *more[row.id]]),
            ][:_MOST_MATCHES],
        )
        for row in (rows[number] for number in ranked.best if number in rows)
    ]


def _spoken(q: str, row: Any) -> Iterator[MatchView]:
    """Mark the part of a name whose reading was typed."""
    if span := spoken_span(row.title_zh, q, getattr(row, "pinyin", "")):
        yield MatchView(field="title_zh", text=row.title_zh, marks=[MarkView(start=span[0], end=span[1])])


def _more_texts(session: Session, hits: Hits, ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Read the texts of what belongs to these rows, a statement for each sort of it."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for owner, statement in hits.more:
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
    return matches
