"""Picking regions: which one a reader means by what was typed, and which go well with those chosen.

Names given in addresses and filters are found in `names`; there nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.domain.spelling import fold, spells
from app.domain.vocabulary import EditorialState, RegionLevel
from app.store.held import held, union
from app.store.known import known
from app.store.models import Plan, Region, Target
from app.store.queries.filters import topic_id, under_topic
from app.store.queries.rows import REGION, region_of, swift
from app.store.views.base import RegionRef
from app.store.views.picker import PickView, SuggestionView

MOST_PICKS = 20
MOST_TYPED = 80
# A Latin text may stand anywhere in a name only from this length on; a Chinese one from its first character.
_SHORTEST_PART = 3
_ASCII = 128
_LEVELS = (
    RegionLevel.PROVINCE,
    RegionLevel.COUNTRY,
    RegionLevel.PREFECTURE,
    RegionLevel.GROUP,
    RegionLevel.ZONE,
    RegionLevel.COUNTY,
)

_PUBLIC = (Target.retired_on.is_(None), Plan.editorial_state == EditorialState.PUBLISHED)
_COUNTED = (
    select(Target.region_id, func.count().label("targets"))
    .join(Plan, Plan.id == Target.plan_id)
    .where(*_PUBLIC)
    .group_by(Target.region_id)
    .subquery()
)
_above = aliased(Region)
_ABOVE = (
    _above.code.label("above_code"),
    _above.slug.label("above_slug"),
    _above.name_zh.label("above_name_zh"),
    _above.name_en.label("above_name_en"),
    _above.level.label("above_level"),
)
_NAMED = (
    select(
        *REGION,
        Region.short_zh,
        Region.abbr_zh,
        Region.aliases,
        Region.pinyin,
        func.coalesce(_COUNTED.c.targets, 0).label("targets"),
        *_ABOVE,
    )
    .outerjoin(_COUNTED, _COUNTED.c.region_id == Region.id)
    .outerjoin(_above, _above.id == Region.parent_id)
    .where(Region.retired_on.is_(None))
)


def pick_regions(session: Session, typed: str, limit: int = 8) -> list[PickView]:
    """List the regions that typed letters may mean, in one statement: by name in either script, pinyin or code.

    First come names typed whole, then whole readings, then beginnings of names, of readings (浙江 by zj, zhe or
    zhejiang), then parts of names; among equals provinces before cities, then those with targets. Folded to
    nothing, or longer than 80 characters, nothing is meant.
    """
    wanted = fold(typed)
    if not wanted or len(typed) > MOST_TYPED:
        return []
    found = []
    for row in swift(session.execute(_NAMED)):
        place = _place(wanted, row)
        if place is not None:
            order = (place, _LEVELS.index(row.region_level), row.targets == 0, row.region_code)
            found.append((order, row))
    found.sort(key=lambda item: item[0])
    return [_pick(row, exact=order[0] <= 1) for order, row in found[:limit]]


def meant(picks: Sequence[PickView]) -> PickView | None:
    """Choose the region that was meant beyond doubt: the only one named whole, or the only one at all."""
    exact = [pick for pick in picks if pick.exact]
    certain = exact or picks
    return certain[0] if len(certain) == 1 else None


def suggested_regions(
    session: Session, chosen: Collection[str], topic: str | None = None, limit: int = 6
) -> list[SuggestionView]:
    """Suggest regions to compare with those chosen (codes), in one statement where regions are not known, one more with a topic.

    Those of a level that is among the chosen come first, then those that share the most measures (metric, kind
    and topic), then metrics, with the chosen. Raises DomainError unknown_topic.
    """
    sets = held(session)
    keys = sets.measures
    if topic is not None:
        near = {row.id for row in session.execute(under_topic(topic_id(session, topic)))}
        keys = {key: number for key, number in keys.items() if key[2] in near}
    regions = known(session, "regions", _by_code)
    here = [regions[code] for code in chosen if code in regions]
    ours = union(sets.measures_of.get(row.id, BitMap()) for row in here) & BitMap(keys.values())
    alike = {key[:2] for key, number in keys.items() if number in ours}
    metrics: dict[int, list[int]] = defaultdict(list)
    for key, number in keys.items():
        if key[:2] in alike:
            metrics[key[0]].append(number)
    of_one_metric = [BitMap(numbers) for numbers in metrics.values()]
    levels = {row.region_level for row in here}
    found = []
    for row in regions.values():
        theirs = sets.measures_of.get(row.id)
        if theirs is None or row.region_code in chosen or row.retired_on is not None:
            continue
        if one_metric := list(map(theirs.intersect, of_one_metric)).count(True):
            shared = theirs.intersection_cardinality(ours)
            found.append(((row.region_level not in levels, -shared, -one_metric), row))
    found.sort(key=lambda one: (*one[0], one[1].region_code))
    return [
        SuggestionView(**dict(region_of(row)), shared=-shared, metrics=-counted)
        for (_, shared, counted), row in found[:limit]
    ]


def _by_code(session: Session) -> dict[str, Any]:
    rows = swift(session.execute(select(Region.id, Region.retired_on, *REGION)))
    return {row.region_code: row for row in rows}


def _place(wanted: str, row: Any) -> int | None:
    """Say how well a region's names answer to folded letters: 0 best, none not at all."""
    names = (
        row.region_code,
        row.region_slug,
        row.region_name_zh,
        row.short_zh,
        row.abbr_zh or "",
        row.region_name_en,
        *row.aliases,
    )
    folded = [fold(name) for name in names]
    spoken = [reading.split(" ") for reading in row.pinyin.split(",")]
    long = len(wanted) >= _SHORTEST_PART or ord(wanted[0]) >= _ASCII
    answers = (
        wanted in folded,
        any("".join(syllables) == wanted for syllables in spoken),
        any(name.startswith(wanted) for name in folded),
        any(spells(wanted, syllables) for syllables in spoken),
        long and any(wanted in name for name in folded),
    )
    return next((place for place, holds in enumerate(answers) if holds), None)


def _pick(row: Any, *, exact: bool) -> PickView:
    within = None
    if row.above_code is not None:
        within = RegionRef(
            code=row.above_code,
            slug=row.above_slug,
            name_zh=row.above_name_zh,
            name_en=row.above_name_en,
            level=row.above_level,
        )
    return PickView(**dict(region_of(row)), within=within, targets=row.targets, exact=exact)
