"""Which entities of each kind a query finds, and which of them come first: what is called so, then the newest.

How they are read to be shown is said in `found_kinds`; what of each is searched, in `documents`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.wanted import Phrase, key_token, namings, openings
from app.store.asked import Asked
from app.store.models import Region, Topic
from app.store.places import Wish, read_places
from app.store.queries.filters import region_id, topic_id, under_topic
from app.store.queries.found_kinds import HITS
from app.store.queries.paging import COUNT_CAP
from app.store.search import number_of, parts_of
from app.store.views.found import FoundKind

KINDS: Final[Sequence[FoundKind]] = tuple(HITS)
_TIERS: Final = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was found of one kind, by number: all of it up to the cap, and the best, with those that are exact."""

    numbers: Sequence[int]
    best: Sequence[int]
    exact: Collection[int]


@dataclass(frozen=True, slots=True)
class Within:
    """What everything must belong to: tokens that it holds, and the ids of the region and the topic."""

    asked: Asked
    region: int | None
    topic: int | None


def rank(
    session: Session, q: str, kinds: Collection[FoundKind], limit: int, within: Within
) -> Mapping[FoundKind, Ranked]:
    """Find what a query matches of every kind, in two statements; the best only of some kinds.

    First come those called exactly so, then those with a name that begins so, then those with a name that holds
    all parts of the query, then the rest; among equals the newest, regions by their level. `within` are tokens
    that must stand in all. Raises DomainError q_empty, q_too_long.
    """
    asked = tuple(part.forms for part in parts_of(q))
    everywhere = (*asked, *within.asked)
    everything = read_places(session, [Wish(kind, (), everywhere, COUNT_CAP) for kind in KINDS])
    wishes = []
    for kind, rest in zip(KINDS, everything, strict=True):
        if kind in kinds:
            called: Sequence[Asked] = ((namings(q),), (openings(q),))
            wishes += [Wish(kind, names, within.asked, limit) for names in called]
            # Further down a long list it could take long to find a name, of which there are many on top.
            wishes.append(Wish(kind, asked, within.asked, limit, rest))
    tiers = iter(read_places(session, wishes))
    ranked = {}
    for kind, rest in zip(KINDS, everything, strict=True):
        exact: Sequence[int] = ()
        best: dict[int, None] = {}
        if kind in kinds:
            exact, begun, named = (next(tiers) for _ in range(_TIERS))
            best = dict.fromkeys([*exact, *begun, *named, *rest])
        # A name may be typed so that no word of it is whole (zhe-jiang): what is called so counts.
        places = list(dict.fromkeys([*rest, *exact]))[:COUNT_CAP]
        ranked[kind] = Ranked(
            [number_of(place) for place in places],
            [number_of(place) for place in best][:limit],
            frozenset(map(number_of, exact)),
        )
    return ranked


def count(session: Session, q: str) -> int:
    """Count what a query finds of all kinds, each to the cap, in one statement."""
    asked = tuple(part.forms for part in parts_of(q))
    return sum(map(len, read_places(session, [Wish(kind, (), asked, COUNT_CAP) for kind in KINDS])))


def belonging(session: Session, region: str | None, topic: str | None) -> Within:
    """Read what all must belong to: a region (itself alone) and a topic (with all below it).

    Raises DomainError unknown_region, unknown_topic.
    """
    asked: list[tuple[Phrase, ...]] = []
    region_at = topic_at = None
    if region is not None:
        region_at = region_id(session, region)
        code = session.scalar(select(Region.code).where(Region.id == region_at))
        asked.append((Phrase((key_token("r", str(code)),)),))
    if topic is not None:
        topic_at = topic_id(session, topic)
        below = select(Topic.slug).where(Topic.id.in_(under_topic(topic_at)))
        asked.append(tuple(Phrase((key_token("t", slug),)) for slug in sorted(session.scalars(below))))
    return Within(tuple(asked), region_at, topic_at)
