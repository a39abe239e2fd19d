"""Views of the comparison: rows by metric, cells by region, and the verdict wherever two figures meet (R3).

How a comparison is put together is in `queries.compare`.
"""

from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field

from app.domain.vocabulary import Family, Kind, Reason, Verdict
from app.store.views.base import MetricRef, RegionRef, View, about
from app.store.views.facts import DeadlineView, KeyView, ObservationView
from app.store.views.picker import SuggestionView

V = TypeVar("V", DeadlineView, ObservationView)


class Only(StrEnum):
    """What alone of a comparison is shown."""

    COMPARABLE = "comparable"


class VerdictView(View):
    """Whether figures may be compared: every one in `a` with every one in `b`."""

    a: list[str] = about("Deadline ids, or slugs of observations", ["zj-ai-terminals.revenue@2027-12-31"])
    b: list[str] = about("The same", ["js-ai-plus.industry-scale@2030-12-31"])
    verdict: Verdict = about("same, caution or different", "different")
    reasons: list[Reason] = about("Why they are not simply the same", ["metric", "topic", "coverage"])


class PlaceView(View):
    """A figure's place in a ranking."""

    first: int = about("Place from 1; equal figures share one", 1)
    last: int = about("Lower end, where another region's several figures leave a span of places open", 1)
    id: str = about("Deadline id, or slug of an observation", "nanjing-ai-pilot-upgrade.adoption@2027-12-31")


class RankingView(View):
    """A ranking within one key, one due year and one region level (R3), with its cautions."""

    year: int = about("Due year", 2027)
    places: list[PlaceView] = Field(description="The figures in order")
    cautions: list[Reason] = about("What to keep in mind", ["undefined"])


class CellView(View):
    """One region's figures in one row; where it has none, how far anyone has looked."""

    region: str = about("Region code", "330000")
    deadlines: list[DeadlineView] = Field(description="Its figures by due date; empty if no target was found")
    plans: int = about(
        "How many plans of the region itself are recorded; with none and no search, no one looked", 4
    )
    searched: date | None = about(
        "In an empty cell: when all that the row is about had been searched for, and nothing found", None
    )


class KinView(View, Generic[V]):
    """Figures of one key, with the verdict wherever two of them meet."""

    figures: list[V] = Field(description="Figures that name the same measure")
    verdicts: list[VerdictView] = Field(description="Verdicts between them")
    rankings: list[RankingView] = Field(description="Rankings where R3 allows one; mostly none")


class SubjectView(View, Generic[V]):
    """Figures of one family that stand together; those of different rows are of different keys."""

    family: Family | None = about("Metric family; null for what has no figure", "industry_size")
    rows: list[KinView[V]] = Field(description="A row per key")
    differences: list[Reason] = about("Fields of the key in which rows differ", ["metric", "topic"])


class CountsView(View):
    """How many pairs of figures are what, in a comparison those of different regions within rows; no statements."""

    same: int = about("Pairs that may be compared", 0)
    caution: int = about("Pairs that may be compared with care", 1)
    different: int = about("Pairs that may not be compared", 14)


class MeasuredView(KeyView):
    """Figures of a list that name one measure, by their ids."""

    ids: list[str] = about("Deadline ids, or slugs of observations", ["zj-ai-terminals.revenue@2027-12-31"])
    rankings: list[RankingView] = Field(description="Rankings where R3 allows one; mostly none")


class FamilyVerdictsView(View):
    """What may be compared among the figures of one family in a list."""

    family: Family | None = about("Metric family; null for what has no figure", "industry_size")
    measures: list[MeasuredView] = Field(
        description="The figures by what they measure; those of two measures may never be compared"
    )
    differences: list[Reason] = about("Fields in which the measures differ", ["metric", "topic"])
    verdicts: list[VerdictView] = Field(
        description="Verdicts wherever two of the figures meet; of many figures only those between figures "
        "of one measure, since all others are different"
    )


class ListVerdictsView(View):
    """What may be compared within a list of figures, which is no ranking; those of two families never are."""

    families: list[FamilyVerdictsView] = Field(description="The figures by family")
    counts: CountsView = Field(description="Pairs of figures in numbers; statements are not counted")


class RowView(View):
    """Figures of one metric and kind side by side; a mixed row holds what only one region has a metric for."""

    metric: MetricRef | None = Field(description="The metric shared; null in a mixed or qualitative row")
    kind: Kind = about("The sort of figure", "level")
    mixed: bool = about("True where the figures are of different metrics", False)  # noqa: FBT003
    cells: list[CellView] = Field(description="One cell per region, in the order asked for")
    verdicts: list[VerdictView] = Field(description="Verdicts between figures of different regions")
    rankings: list[RankingView] = Field(description="Rankings where R3 allows one; mostly none")


class GatheredView(View, Generic[V]):
    """Figures that stand together, by family and key; of very many, the first."""

    total: int = about("How many there are", 16)
    shown: int = about("How many of them are here", 16)
    subjects: list[SubjectView[V]] = Field(description="The figures by family")


class YearView(View):
    """The dated figures of one due year."""

    year: int | None = about("Due year; null for undated ones", 2027)
    subjects: list[SubjectView[DeadlineView]] = Field(description="The figures by family")


class ByYearView(View):
    """Dated figures by due year; of very many, the first."""

    total: int = about("How many there are", 24)
    shown: int = about("How many of them are here", 24)
    years: list[YearView] = Field(description="The years in order, undated ones last")


class FamilyView(View):
    """The rows of one metric family; figures in different rows differ in metric or kind."""

    family: Family | None = about("Metric family; null for qualitative targets", "industry_size")
    rows: list[RowView] = Field(description="Rows, shared metrics first")
    leads: list[VerdictView] = Field(
        description="For each two regions, the pair most likely to be put side by side, with its verdict"
    )


class FiltersView(View):
    """The filters that the comparison was made with."""

    topic: str | None = about("Topic, with all below it", "ai")
    family: Family | None = about("Metric family", "industry_size")
    year_from: int | None = about("First due year", 2026)
    year_to: int | None = about("Last due year", 2030)
    only: Only | None = about(
        "`comparable` where figures that may be compared with none of another region are left out",
        "comparable",
    )


class TopicChoice(View):
    """How many figures a topic would leave."""

    topic: str = about("Slug of the topic, with all below it", "ai")
    deadlines: int = about("Figures left", 12)


class FamilyChoice(View):
    """How many figures a metric family would leave."""

    family: Family = about("Metric family", "industry_size")
    deadlines: int = about("Figures left", 12)


class YearChoice(View):
    """How many figures a first or last due year would leave."""

    year: int = about("Due year", 2027)
    deadlines: int = about("Figures left", 12)


class ChoicesView(View):
    """How many figures each choice of one filter would leave, given the regions and the other filters."""

    all: int = about("Figures with `only` taken away, words without a figure among them", 27)
    comparable: int = about("Figures with `only=comparable`", 2)
    topics: list[TopicChoice] = Field(description="Topics, by slug")
    families: list[FamilyChoice] = Field(description="Metric families")
    years_from: list[YearChoice] = Field(description="First due years")
    years_to: list[YearChoice] = Field(description="Last due years")


class ComparisonView(View):
    """What the comparison page shows, exactly."""

    as_of: date = about("The day, in Shanghai, that progress is computed for", "2026-11-20")
    regions: list[RegionRef] = Field(description="The regions, in the order asked for")
    filters: FiltersView = Field(description="The filters in force")
    counts: CountsView = Field(description="Verdicts in numbers")
    families: list[FamilyView] = Field(description="The figures by family")
    choices: ChoicesView = Field(description="What each other choice of filters would leave")
    suggestions: list[SuggestionView] = Field(
        description="Regions that have targets on the same measures, those of the same level first"
    )
