"""Views of what a change that waits would do to comparisons.

How it is found out is in `store.effects`.
"""

from pydantic import Field

from app.domain.vocabulary import Reason, Verdict
from app.store.views.base import View, about


class JudgedPairView(View):
    """Two figures, by their ids, and the reasons of the verdict before and after."""

    a: str = about("Id of a deadline or slug of an observation", "zj-ai-terminals.revenue@2027-12-31")
    b: str = about("Id of a deadline or slug of an observation", "js-ai-plus.industry@2030-12-31")
    reasons_before: list[Reason] = Field(description="Why they were not the same")
    reasons_after: list[Reason] = Field(description="Why they are not the same")


class TurnView(View):
    """Pairs of figures whose verdict changes in the same way; null where there is no such pair."""

    before: Verdict | None = about("The verdict now", "same")
    after: Verdict | None = about("The verdict if it is published", "different")
    count: int = about("How many pairs", 12)
    examples: list[JudgedPairView] = Field(description="The first of them")


class EffectsView(View):
    """What becomes of the verdicts on the figures that a change touches."""

    figures: int = about("How many figures the change touches", 3)
    pairs: int = about("How many pairs were judged", 93)
    turns: list[TurnView] = Field(description="What changes, the most pairs first")
    too_many: bool = about("There were too many pairs to judge", False)  # noqa: FBT003
