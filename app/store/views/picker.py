"""Views of the region picker: what was meant by what a reader typed, and what goes well with a choice.

How regions are found is in `queries.picker`.
"""

from pydantic import Field

from app.store.views.base import RegionRef, View, about


class PickView(RegionRef):
    """A region that a reader may have meant."""

    within: RegionRef | None = Field(description="The region directly above it; null for the country, groups")
    targets: int = about("How many public targets it has", 12)
    exact: bool = about("True where one of its names, or its code, was typed whole", True)  # noqa: FBT003


class PicksView(View):
    """Regions that a reader may have meant, the likeliest first."""

    items: list[PickView] = Field(description="The regions, at most as many as asked for")


class SuggestionView(RegionRef):
    """A region not yet compared that has targets on the same measures."""

    shared: int = about("Targets' measures (metric, kind, topic) that it shares with those chosen", 3)
    metrics: int = about("Metrics, of one kind, that it shares with them, on whatever topic", 4)
