"""Views that gather from several entities: what a source supports, and the overview of everything.

The entities' own views are in the modules beside this one.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.domain.vocabulary import Check, Precision
from app.store.views.base import PlanRef, RegionRef, View, about
from app.store.views.comparison import VerdictView
from app.store.views.entities import CoverageView, SourceView
from app.store.views.facts import DeadlineView


class SupportedFact(View):
    """One fact that a source supports, with the phrase and what became of its check."""

    paragraph: str = about("Paragraph of the source, or a run of them", "6", "6-7")
    phrase: str = about("The short phrase that says it, in Simplified characters", "突破5000亿元")
    check: Check = about("Outcome of the check against the source's text", "found")
    checked_on: date | None = about("When it was checked", "2026-11-20")
    fact: Literal["plan", "deadline", "observation", "measure"] = about("What sort of fact", "deadline")
    key: str = about("Its key in the collection of that name", "zj-ai-terminals.revenue@2027-12-31")
    page: str = about("Key of the plan, target, observation or measure", "zj-ai-terminals.revenue")
    plan: PlanRef | None = Field(description="The plan it belongs to; null for an observation")
    region: RegionRef = Field(description="The region it holds for")
    statement_zh: str = about(
        "What is said, in our own words; a plan's title", "规上企业营业收入突破5000亿元"
    )
    statement_en: str | None = about("The same in English", "Revenue above ¥500 billion")
    value_as_stated: str | None = about("The figure in the source's own words", "突破5000亿元")
    on: date | None = about("Due date of a deadline, last day of an observation", "2027-12-31")
    precision: Precision = about("How exactly that date is known", "year")


class SourceDetail(SourceView):
    """A source with all that it supports."""

    facts: list[SupportedFact] = Field(description="What it supports, by paragraph")


class TotalsView(View):
    """How much is recorded and public."""

    regions: int = about("Regions that have a plan of their own", 14)
    plans: int = about("Plans", 40)
    targets: int = about("Targets", 120)
    deadlines: int = about("Dated figures", 150)
    observations: int = about("Observations", 30)
    measures: int = about("Measures", 12)
    sources: int = about("Sources", 5)


class LatestView(View):
    """A plan or observation that changed lately."""

    kind: Literal["plan", "observation"] = about("What it is", "plan")
    key: str = about("Its key", "zj-ai-terminals")
    title_zh: str = about("Title of the plan, statement of the observation", "浙江省人工智能终端行动计划")
    title_en: str | None = about("The same in English", "Zhejiang action plan for AI terminals")
    region: RegionRef = Field(description="Its region")
    updated_at: datetime = about("When it last changed, UTC", "2026-11-20T08:00:00Z")


class PromisesView(View):
    """What falls due in one year, a figure for each region."""

    year: int = about("Due year", 2027)
    deadlines: list[DeadlineView] = Field(
        description="The size of an industry where there is one; by the region's level and code, not by size"
    )


class ExampleView(View):
    """Two figures that would be put side by side, and whether they may be."""

    figures: list[DeadlineView] = Field(description="The two")
    verdict: VerdictView = Field(description="What may be said of them together (R3)")


class OverviewView(View):
    """What the first page shows."""

    as_of: date = about("The day, in Shanghai, that it is computed for", "2026-11-20")
    totals: TotalsView = Field(description="How much is recorded")
    example: ExampleView | None = Field(description="Why figures must not simply be compared, from the data")
    promises: list[PromisesView] = Field(description="A figure of each region for each of the next years")
    upcoming: list[DeadlineView] = Field(description="The next deadlines, by due date")
    coverage: list[CoverageView] = Field(description="What is recorded of each province-level region")
    latest: list[LatestView] = Field(description="What changed last")
