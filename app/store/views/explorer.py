"""What the explorer shows beside its rows: facets with counts, and what each filter leaves out.

The rows themselves are in `facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.store.views.base import MetricRef, Page, PlanRef, RegionRef, TopicRef
from app.store.views.entities import SourceRef
from app.store.views.facts import DeadlineView

Choice = StrEnum | int | RegionRef | TopicRef | MetricRef
"""What a facet's value stands for: a word, a year, or something with a name."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value that a filter can have, and how many figures it would leave with all other filters applied."""

    value: str
    choice: Choice
    count: int
    depth: int = 0  # how many values that include it stand above it


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one filter that leave anything, and the chosen one even where it leaves nothing."""

    name: str
    chosen: str | None
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """All facets of a list of figures; `without` counts what would be left if one filter were taken away."""

    total: int
    facets: tuple[Facet, ...]
    without: Mapping[str, int]
    region: RegionRef | None  # the one that `region` names, alone


@dataclass(frozen=True, slots=True)
class Exploration:
    """A page of dated figures with its facets, and the names of the plan and the source among the filters."""

    page: Page[DeadlineView]
    facets: Facets
    plan: PlanRef | None
    source: SourceRef | None
