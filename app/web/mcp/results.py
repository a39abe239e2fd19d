"""What the tools answer as structured content: the API's own views, and what must be read before their figures.

The same in words is composed in `texts`.
"""

from datetime import date

from pydantic import Field

from app.store.views.base import Page, RegionRef, TopicRef, View, about
from app.store.views.comparison import ComparisonView, ListVerdictsView
from app.store.views.coverage import ColumnView, CoverageCellView, SearchView
from app.store.views.entities import PlanDetail
from app.store.views.facts import DeadlineView, MeasureView, ObservationView, TargetView
from app.store.views.found import FoundView


class Told(View):
    """What every answer has."""

    read_first: list[str] = about(
        "What may and may not be compared here and why, in sentences: tell it with any figure of this answer",
        ["This is a list, not a ranking."],
    )
    day: date = about("The day, in Shanghai, that timing and progress are computed for", "2026-11-30")
    page: str | None = about("Address of the page that shows the same to people", None)


class FoundAnswer(Told):
    """What was found, and the figures among it."""

    found: FoundView = Field(description="Hits by kind")
    deadlines: list[DeadlineView] = Field(description="The dated figures of the targets among the hits")
    observations: list[ObservationView] = Field(
        description="The observations among the hits, and those that progress rests on"
    )
    measures: list[MeasureView] = Field(
        description="The policy instruments among the hits, with their sources"
    )
    verdicts: ListVerdictsView = Field(description="What of these figures may be compared (R3)")


class PlanAnswer(Told):
    """A plan with all it holds."""

    plan: PlanDetail = Field(description="The plan; of very many targets the first")
    figures: int = about("How many dated figures it has in all", 6)
    shown: int = about("How many of them are here", 6)
    observations: list[ObservationView] = Field(description="The observations that progress rests on")
    verdicts: ListVerdictsView = Field(description="What of these figures may be compared (R3)")


class TargetAnswer(Told):
    """A target with its dated figures."""

    target: TargetView = Field(description="The target")
    observations: list[ObservationView] = Field(description="The observations that progress rests on")
    verdicts: ListVerdictsView = Field(description="What of these figures may be compared (R3)")


class CompareAnswer(Told):
    """A comparison of regions."""

    comparison: ComparisonView = Field(
        description="Figures, and the verdict wherever those of two regions meet"
    )
    observations: list[ObservationView] = Field(description="The observations that progress rests on")


class DeadlinesAnswer(Told):
    """A page of dated figures."""

    deadlines: Page[DeadlineView] = Field(description="The figures")
    observations: list[ObservationView] = Field(description="The observations that progress rests on")
    verdicts: ListVerdictsView = Field(description="What of these figures may be compared (R3)")


class VainSearch(View):
    """A search that found nothing, for all the topics that it stands for."""

    search: SearchView = Field(description="What was searched, and when")
    topics: list[str] = about("Slugs of the topics", ["ai", "ai-terminals"])


class BelowView(View):
    """What is recorded of the places in a region, on a topic on which the region itself has nothing."""

    topic: str = about("Slug of the topic", "ai")
    targets: int = about("Public targets for places in it", 19)
    plans: int = about("Public plans of those places", 9)


class RegionCoverage(View):
    """What is known of one region."""

    region: RegionRef = Field(description="The region")
    found: list[CoverageCellView] = Field(description="Topics on which a plan or target was found")
    none_found: list[VainSearch] = Field(description="Searches that found nothing, with their topics")
    not_looked: list[str] = about(
        "Topics that nobody has looked for here: nothing follows from that", ["ai-chips"]
    )
    below: list[BelowView] = Field(
        description="Topics on which the region itself has nothing, but places in it have"
    )


class CoverageAnswer(Told):
    """Region × topic: found, looked and found none, not looked."""

    under: RegionRef = Field(description="The region whose parts are shown; it is the first row")
    topic: TopicRef | None = Field(
        description="The topic whose parts are shown; null for the top of the tree"
    )
    topics: list[ColumnView] = Field(description="The topics, each followed by those below it")
    left_out: int = about("Topics of this part of the tree of which nothing is known for any row", 3)
    rows: list[RegionCoverage] = Field(description="The region, what is directly below it, groups last")
