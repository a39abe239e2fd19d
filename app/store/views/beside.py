"""Views of what stands beside a thing on its page: equal measures elsewhere, linked plans, searches without a find.

The figures' own views are in `facts`, the comparison of regions in `comparison`.
"""

from datetime import date

from pydantic import Field

from app.domain.lineage import Change
from app.store.views.base import PlanRef, TopicRef, View, about
from app.store.views.comparison import KinView, VerdictView
from app.store.views.entities import LinkView
from app.store.views.facts import DeadlineView, ObservationView


class AlikeView(View):
    """All figures that name one measure, promised and observed, with the verdict wherever two meet."""

    deadlines: KinView[DeadlineView] = Field(description="Promised figures of the key, of all regions")
    observations: KinView[ObservationView] = Field(description="Observed figures of the key, of all regions")
    across: list[VerdictView] = Field(description="Verdicts between an observation and a promised figure")


class CarriedView(View):
    """What became of one figure between two linked plans; a figure that only one of them has stands alone."""

    change: Change = about("What became of it", "raised")
    earlier: DeadlineView | None = Field(description="The figure of the plan that was there first")
    later: DeadlineView | None = Field(description="The figure of the plan that follows it")
    verdict: VerdictView | None = Field(description="Whether the two may be compared (R3)")


class LineageView(View):
    """A link between two plans, with what is copied, raised, lowered or left out, by equal keys."""

    link: LinkView = Field(description="The link, seen from the plan that was asked for")
    earlier: PlanRef = Field(description="The plan that was there first, or stands above")
    later: PlanRef = Field(description="The plan that follows it")
    earlier_figures: int = about("How many dated figures are recorded of the first", 4)
    later_figures: int = about("How many are recorded of the other", 6)
    carried: list[CarriedView] = Field(
        description="What became of each figure; empty where one plan has none"
    )


class SearchView(View):
    """A search that found nothing."""

    topic: TopicRef = Field(description="What was looked for")
    searched_on: date = about("When", "2026-11-20")
    searched_zh: str = about("What was searched", "五篇文章")
    searched_en: str | None = about("The same in English", "Five articles")


class CountView(View):
    """How many things a choice of one filter would leave."""

    value: str = about("The choice: a code, slug or word", "adopted")
    name_zh: str | None = about("Its Chinese name, where it is no word of the vocabulary", None)
    name_en: str | None = about("Its English name, likewise", None)
    count: int = about("How many it would leave", 12)
