"""What an editor means by what was typed into a field that names something, and how the thing is called.

Editors see what is not published too; how readers find regions is in `picker`, which is asked for those here as well.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, TypeAlias, get_args

from sqlalchemy import Select, null, select
from sqlalchemy.orm import Session, aliased

from app.domain.spelling import fold
from app.store.models import Metric, Organization, Plan, Region, Source, Topic
from app.store.queries.bytewise import Bytewise
from app.store.queries.picker import MOST_TYPED, pick_regions
from app.store.queries.rows import swift
from app.store.views.named import NamedView
from app.store.views.picker import PickView

NameKind: TypeAlias = Literal["region", "organization", "topic", "metric", "source", "plan"]
NAME_KINDS: Final[tuple[NameKind, ...]] = get_args(NameKind)

_SHORTEST_PART: Final = 2
_above = aliased(Region)


def _named(model: Any, name: str, said_zh: Any, said_en: Any) -> Select[Any]:
    return select(
        model.slug.label("key"),
        getattr(model, f"{name}_zh").label("name_zh"),
        getattr(model, f"{name}_en").label("name_en"),
        said_zh.label("said_zh"),
        said_en.label("said_en"),
        getattr(model, "aliases", null()).label("aliases"),
    )


# A retired one can still be named by what named it before, but is not offered.
_SELECTS: Final[Mapping[str, tuple[Any, Select[Any]]]] = {
    "metric": (Metric, _named(Metric, "name", Metric.definition_zh, Metric.definition_en)),
    "topic": (Topic, _named(Topic, "name", Topic.definition_zh, Topic.definition_en)),
    "source": (Source, _named(Source, "title", Source.publisher_zh, Source.publisher_en)),
    "organization": (
        Organization,
        _named(Organization, "name", Region.name_zh, Region.name_en).outerjoin(
            Region, Region.id == Organization.region_id
        ),
    ),
    "plan": (Plan, _named(Plan, "title", Region.name_zh, Region.name_en).join(Region)),
}
_REGIONS: Final = select(
    Region.code.label("key"),
    Region.name_zh,
    Region.name_en,
    _above.name_zh.label("said_zh"),
    _above.name_en.label("said_en"),
).outerjoin(_above, _above.id == Region.parent_id)


def suggest_named(session: Session, kind: NameKind, typed: str, limit: int = 8) -> list[NamedView]:
    """List the things of a kind that typed letters may mean, in one statement: by key, name or alias.

    First those named whole, then those that begin so, then those that hold it. Folded to nothing, or longer than
    80 characters, nothing is meant.
    """
    if kind == "region":
        return [_of_region(pick) for pick in pick_regions(session, typed, limit)]
    wanted = fold(typed)
    if not wanted or len(typed) > MOST_TYPED:
        return []
    model, named = _SELECTS[kind]
    found = []
    for row in swift(session.execute(named.where(model.retired_on.is_(None)))):
        place = _place(wanted, [row.key, row.name_zh, row.name_en, *(row.aliases or ())])
        if place is not None:
            found.append((place, row.key, row))
    found.sort(key=lambda item: item[:2])
    return [_view(row, exact=place == 0) for place, _, row in found[:limit]]


def list_named(session: Session, kind: NameKind) -> list[NamedView]:
    """List all things of a kind that may be named, by key, in one statement."""
    if kind == "region":
        rows = session.execute(_REGIONS.where(Region.retired_on.is_(None)).order_by(Bytewise(Region.code)))
    else:
        model, named = _SELECTS[kind]
        rows = session.execute(named.where(model.retired_on.is_(None)).order_by(Bytewise(model.slug)))
    return [_view(row, exact=False) for row in swift(rows)]


def names_of(session: Session, asked: Mapping[NameKind, Collection[str]]) -> dict[tuple[str, str], NamedView]:
    """Name things by kind and key, in a statement for each kind that is asked for; unknown keys are left out."""
    found: dict[tuple[str, str], NamedView] = {}
    for kind, keys in asked.items():
        if not keys:
            continue
        if kind == "region":
            rows = session.execute(_REGIONS.where(Region.code.in_(keys)))
        else:
            model, named = _SELECTS[kind]
            rows = session.execute(named.where(model.slug.in_(keys)))
        found |= {(kind, row.key): _view(row, exact=True) for row in swift(rows)}
    return found


def key_of(session: Session, kind: NameKind, typed: str) -> str | None:
    """Give the key of the one thing that is called exactly so; none where there is none, or several."""
    exact = [one for one in suggest_named(session, kind, typed) if one.exact]
    return exact[0].key if len(exact) == 1 else None


def _place(wanted: str, names: list[str]) -> int | None:
    folded = [fold(name) for name in names]
    if wanted in folded:
        return 0
    if any(name.startswith(wanted) for name in folded):
        return 1
    long = len(wanted) >= _SHORTEST_PART or not wanted.isascii()
    return 2 if long and any(wanted in name for name in folded) else None


def _view(row: Any, *, exact: bool) -> NamedView:
    return NamedView(
        key=row.key,
        name_zh=row.name_zh,
        name_en=row.name_en,
        said_zh=row.said_zh,
        said_en=row.said_en,
        exact=exact,
    )


def _of_region(pick: PickView) -> NamedView:
    return NamedView(
        key=pick.code,
        name_zh=pick.name_zh,
        name_en=pick.name_en,
        said_zh=pick.within.name_zh if pick.within else None,
        said_en=pick.within.name_en if pick.within else None,
        exact=pick.exact,
    )


def region_words(session: Session, code: str) -> tuple[str, str] | None:
    """Give a region's short name, with which the slugs of its plans begin, and its English name; none if unknown."""
    row = session.execute(select(Region.slug, Region.name_en).where(Region.code == code)).one_or_none()
    return None if row is None else (row.slug, row.name_en)
