"""Views of what no list shows by itself and the whole dataset has as rows: links, evidence, members, searches.

What the rows of the other tables mean is said by the views of their collections.
"""

from datetime import date

from pydantic import Field

from app.store.views.base import EvidenceView, Listed, PlanRef, RegionRef, TopicRef, View, about
from app.store.views.coverage import SearchView
from app.store.views.entities import LinkView
from app.store.views.facts import DeadlineRef, MeasureRef, ObservationRef


class TombstoneView(View):
    """What is said of an entity of the vocabulary that was retired."""

    retired_on: date | None = about(
        "When it was retired; it stays for what named it before, and nothing new names it", None
    )


class PlacedView(View):
    """One of several, in an order that a curator has chosen."""

    position: int = about("Place among the others, from 1", 1)


class MemberView(PlacedView):
    """A member of a group of regions."""

    region: RegionRef = Field(description="The group")
    member: RegionRef = Field(description="The region that is a member of it")


class LinkRowView(LinkView):
    """A link between two plans, with both ends named."""

    plan: PlanRef = Field(description="The plan that does it")
    to_plan: PlanRef = Field(description="The plan that it is done to")


class EvidenceRowView(EvidenceView):
    """Where a fact is written, with the fact: exactly one of plan, deadline, observation and measure."""

    id: str = about(
        "The fact it supports, and its place among the evidence of that fact",
        "deadline:zj-ai-terminals.revenue@2027-12-31#1",
    )
    plan: PlanRef | None = Field(description="The plan that it supports, else empty")
    deadline: DeadlineRef | None = Field(description="The deadline that it supports, else empty")
    observation: ObservationRef | None = Field(description="The observation that it supports, else empty")
    measure: MeasureRef | None = Field(description="The measure that it supports, else empty")


class AssessmentView(Listed, SearchView):
    """A search that found nothing for a region and topic."""

    region: RegionRef = Field(description="The region that was searched for")
    subject: TopicRef = Field(description="The topic that was searched for")
