"""Facets, chips and columns as templates show them (macros/facets.html): what to choose from, what was chosen.

Where the counts come from is each page's own business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.store.views.explorer import Choice, Facets, FacetValue
from app.web.linked_data import Extent
from app.web.speech import Speech

SHOWN: Final = 8
"""How many values of a facet are shown before the rest is folded away."""


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet, and the address that chooses it, or takes it away where it is chosen."""

    said: str
    count: int
    href: str
    chosen: bool
    depth: int


@dataclass(frozen=True, slots=True)
class FacetBox:
    """One facet; `more` are the values that are folded away."""

    name: str
    label: str
    links: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, the address without it, and what would be left then, where that is known."""

    label: str
    said: str
    href: str
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a reader may choose."""

    name: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Order:
    """An order that a list may have, the address that chooses it, and whether it is the present one."""

    name: str
    label: str
    href: str
    chosen: bool


def extent_of(speech: Speech, facets: Facets, *, capped: bool = False) -> Extent:
    """Say for machines how many dated figures a list holds, of which place and from which to which due year.

    With `capped` true the figures were not counted to the end, so their number is left out.
    """
    kept = {
        facet.name: [value for value in facet.values if facet.chosen in (None, value.value)]
        for facet in facets.facets
    }
    chosen = {facet.name for facet in facets.facets if facet.chosen is not None}
    place = speech.plain(facets.region, "name") if facets.region else speech.gettext("China")
    if "under" in chosen and kept["under"]:
        place = said(speech, kept["under"][0].choice)
    years = [int(value.value) for value in kept.get("year", ()) if value.count]
    return Extent(
        place=place,
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        size=None if capped else speech.ngettext("{n} dated figure", "{n} dated figures", facets.total),
    )


def said(speech: Speech, choice: Choice) -> str:
    """Name what a value stands for."""
    ((_, words),) = speech.options([choice])
    return words


def box(  # noqa: PLR0913 - a keyword for each thing that tells one facet from another
    speech: Speech,
    to: str,
    asked: Mapping[str, Any],
    *,
    name: str,
    label: str,
    chosen: str | None,
    values: Iterable[FacetValue],
    drops: Iterable[str] = (),
    opened: bool = False,
) -> FacetBox | None:
    """Make a facet's links from the page's present query; none where there is nothing to choose.

    `drops` name parameters that do not go together with this one.
    """
    rest = {key: value for key, value in asked.items() if key not in {name, *drops}}
    links = [
        FacetLink(
            said=said(speech, one.choice),
            count=one.count,
            href=speech.path(to, **rest, **({} if one.value == chosen else {name: one.value})),
            chosen=one.value == chosen,
            depth=one.depth,
        )
        for one in values
    ]
    if len(links) <= 1 and chosen is None:
        return None
    # One that is folded away alone would take as much room as the line that says so.
    cut = SHOWN if len(links) > SHOWN + 1 else len(links)
    cut = max([cut, *(place + 1 for place, link in enumerate(links) if link.chosen)])
    return FacetBox(name, label, tuple(links[:cut]), tuple(links[cut:]), opened or chosen is not None)
