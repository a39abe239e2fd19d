"""What a search across everything gives: groups of hits by kind, with the places that match.

The entities themselves are in `entities` and `facts`.
"""

from typing import Literal

from pydantic import Field

from app.store.views.base import MetricRef, PlanRef, RegionRef, TopicRef, View, about

FoundKind = Literal[
    "region", "topic", "metric", "plan", "target", "observation", "measure", "organization", "source"
]
"""The kinds in the order in which they are shown."""


class MarkView(View):
    """A part of a text, counted in characters from 0."""

    start: int = about("The first character", 8)
    end: int = about("The one after the last", 14)


class MatchView(View):
    """A text of an entity in which something of the query stands; a long one is cut to the part around it."""

    field: str = about("Which text it is", "statement_zh", "plan_title_zh", "alias")
    text: str = about(
        "The text as it is written, with an ellipsis where it was cut", "AI终端营收突破5000亿元"
    )
    marks: list[MarkView] = Field(description="Where it matches, apart and in order")


class HitView(View):
    """One entity that was found."""

    kind: FoundKind = about("What it is", "target")
    key: str = about("Its key in the API", "zj-ai-terminals.revenue")
    title_zh: str = about("Name, title or statement", "规上企业营业收入突破5000亿元")
    title_en: str | None = about("The same in English; null where not yet translated", "Revenue above …")
    exact: bool = about("The query is its name, code or document number", False)  # noqa: FBT003
    region: RegionRef | None = Field(description="The region it holds for")
    plan: PlanRef | None = Field(description="The plan it stands in")
    matches: list[MatchView] = Field(description="Its texts in which something of the query stands")


class GroupView(View):
    """What was found of one kind."""

    kind: FoundKind = about("The kind", "target")
    total: int = about("How many match; counted to 1001 only", 12)
    total_is_capped: bool = about("True where `total` stopped at 1001", False)  # noqa: FBT003
    items: list[HitView] = Field(description="The best of them; empty where another kind was asked for")


class RegionCountView(View):
    """How much of what was found belongs to a region."""

    region: RegionRef = Field(description="The region, itself alone")
    total: int = about("How many match; of each kind the first 1001 are counted", 12)


class TopicCountView(View):
    """How much of what was found is about a topic."""

    topic: TopicRef = Field(description="The topic, with all below it")
    total: int = about("How many match; of each kind the first 1001 are counted", 12)


class FoundView(View):
    """What was found, by kind: first those with something of exactly that name; and by region and topic."""

    q: str = about("The query as it was understood", "人工智能终端")
    total: int = about("How many match in all, each kind counted to 1001 only", 40)
    groups: list[GroupView] = Field(description="The kinds in which anything was found")
    regions: list[RegionCountView] = Field(
        description="The regions to which most of it belongs, at most twenty"
    )
    topics: list[TopicCountView] = Field(description="The topics that most of it is about, at most twenty")


class WayView(View):
    """Another query near one that found nothing, and how much it finds."""

    q: str = about("The other query", "浙江 算力")
    total: int = about("How many match, each kind counted to 1001 only", 3)


class ExamplesView(View):
    """What there is to search for: a few names from the database."""

    regions: list[RegionRef] = Field(description="Regions with most targets")
    topics: list[TopicRef] = Field(description="Topics with most targets")
    metrics: list[MetricRef] = Field(description="Metrics with most targets")
    document_number: str | None = about("Number of a document", "浙政办发〔2025〕3号")
