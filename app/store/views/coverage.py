"""The view of what is recorded and what was searched: a matrix of regions and topics.

How much is recorded of each province, without topics, is in `entities`.
"""

from datetime import date
from enum import StrEnum

from pydantic import Field

from app.store.views.base import RegionRef, TopicRef, View, about


class Looked(StrEnum):
    """What is known of a region and topic: something was found, looked for in vain, or nobody looked."""

    FOUND = "found"
    NONE_FOUND = "none_found"
    NOT_LOOKED = "not_looked"


class SearchView(View):
    """A search that found nothing."""

    topic: str = about("Slug of the topic that was searched for: the cell's, or one above it", "ai")
    searched_zh: str = about("What was searched", "首次整理所用的五篇文章")
    searched_en: str | None = about("The same in English", "The five articles of the first curation")
    searched_on: date = about("When", "2026-11-20")


class CoverageCellView(View):
    """A region and a topic with all below it."""

    topic: str = about("Slug of the topic", "ai")
    state: Looked = about("What is known; computed for what was found (a plan or a target)", "found")
    targets: int = about("Public targets for this region itself", 16)
    plans: int = about("Public plans of this region itself on the topic, or that set one of the targets", 5)
    targets_below: int = about("Public targets for places in it", 19)
    plans_below: int = about("Public plans of those places on the topic, or that set one of the targets", 9)
    search: SearchView | None = Field(description="The search that found nothing; null where something was")


class ColumnView(TopicRef):
    """A topic as a column."""

    parent: str | None = about("Slug of the topic above; null for one at the top", "ai")
    children: int = about("How many topics are directly below it", 5)


class CoverageRowView(View):
    """A region as a row."""

    region: RegionRef = Field(description="The region")
    short_zh: str = about("Short Chinese name", "浙江")
    children: int = about("How many regions are directly below it", 11)
    cells: list[CoverageCellView] = Field(description="A cell per topic, in the order of `topics`")


class MatrixView(View):
    """Which regions have targets on which topics, where none was found, and where nobody looked."""

    under: RegionRef = Field(description="The region whose parts are shown; it is the first row")
    topic: TopicRef | None = Field(
        description="The topic whose parts are shown; null for the top of the tree"
    )
    topics: list[ColumnView] = Field(description="The columns: topics, each followed by those below it")
    left_out: int = about("Topics of this part of the tree of which nothing is known for any row", 3)
    rows: list[CoverageRowView] = Field(description="The rows: the region, what is below it, groups last")
    found: int = about("Cells where something was found", 60)
    none_found: int = about("Cells where a search found nothing", 26)
    searches: int = about("Recorded searches that those cells rest on", 26)
    not_looked: int = about("Cells that nobody looked at", 299)
