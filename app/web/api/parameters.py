"""The parameters of the API's collections, as the documentation shows them and the queries take them.

Whether a region, topic or metric exists is said by the queries.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    Family,
    Kind,
    MeasureKind,
    ObservationStatus,
    PlanForm,
    RegionLevel,
    SourceKind,
    Stage,
    Timing,
)
from app.store.queries.compare import MAX_REGIONS, CompareQuery
from app.store.queries.filters import Filters
from app.store.queries.paging import MAX_LIMIT, Paging
from app.store.queries.picker import MOST_PICKS, MOST_TYPED
from app.store.search import MAX_QUERY
from app.store.views.comparison import Only
from app.web.api.values import Instant, PlainDigits
from app.web.guard import MAX_QUERY as MAX_BYTES


def described(description: str, example: Any, **more: Any) -> Any:
    """Describe an optional parameter, with an example."""
    return Field(None, description=description, examples=[example], **more)


Key = Annotated[str, Field(min_length=1, max_length=180)]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT), PlainDigits]
Year = Annotated[int, Field(ge=1949, le=2100), PlainDigits]
By = Literal["updated_at", "-updated_at"]
ByValue = Literal["value", "-value"]


def _of_one_sort(sort: str | None, info: ValidationInfo) -> str | None:
    """Sort by value only what has one metric and one kind (R3); raise bad_sort."""
    if sort in get_args(ByValue) and any(info.data.get(name, "wrong") is None for name in ("metric", "kind")):
        raise PydanticCustomError("bad_sort", "needs metric and kind", {"case": "value", "given": sort})
    return sort


OneSort = AfterValidator(_of_one_sort)


class PageParameters(BaseModel):
    """What every list takes; a cursor goes with the filters and the sort it came from."""

    limit: Limit = Field(50, description="How many items a page has", examples=[50])
    cursor: Annotated[str, Field(min_length=1, max_length=MAX_BYTES)] | None = described(
        "Where to go on: `next` of the page before, with the same filters and sort", "WyI1ZjFjOGEi"
    )


class ListParameters(PageParameters):
    """What every collection takes."""

    updated_since: Instant | None = described(
        "Only what changed at or after this instant, which has its time zone (write a plus sign as %2B); "
        "a day begins at midnight UTC",
        "2026-11-20T08:00:00Z",
    )

    def filters(self) -> Filters:
        """Give the filters among the parameters."""
        names = type(self).model_fields.keys() & set(Filters.__slots__)
        return Filters(**{name: getattr(self, name) for name in names})

    def paging(self) -> Paging:
        """Give the rest: which page, and its order."""
        return Paging(self.limit, self.cursor, getattr(self, "sort", None))


class SearchParameters(ListParameters):
    """What collections with a text search take too."""

    q: Annotated[str, Field(min_length=1, max_length=MAX_QUERY)] | None = described(
        "Words that must stand in the item, in Chinese (either script) or English; `total` then stops at 1001",
        "人工智能终端",
    )


class PlaceParameters(SearchParameters):
    """What collections by region take too."""

    region: Key | None = described("Code or slug of a region: that region alone", "330000")
    under: Key | None = described("Code or slug of a region or group: it with all below it", "yangtze-delta")


class SourcedParameters(PlaceParameters):
    """What collections of facts take too."""

    source: Key | None = described(
        "Slug of a source that the items have evidence from", "ifn-2026-jiangsu-zhejiang"
    )


class KeyParameters(SourcedParameters):
    """What collections of figures take too."""

    topic: Key | None = described("Slug of a topic: it with all below it", "ai")
    metric: Key | None = described("Slug of a metric", "revenue")
    family: Family | None = described("Family of metrics", "industry_size")
    kind: Kind | None = described("The sort of figure", "level")
    year: Year | None = described("Year in which the figure is due, or its period ends", 2027)


class RegionParameters(PlaceParameters):
    """The parameters of `regions`."""

    parent: Key | None = described("Code or slug of the region directly above", "330000")
    level: RegionLevel | None = described("Administrative level", "province")
    sort: Literal["code", By] | None = described("Order; by `code` unless given", "-updated_at")


class TopicParameters(SearchParameters):
    """The parameters of `topics`."""

    sort: Literal["slug", By] | None = described("Order; by `slug` unless given", "-updated_at")


class MetricParameters(SearchParameters):
    """The parameters of `metrics`."""

    family: Family | None = described("Family of metrics", "industry_size")
    sort: Literal["slug", By] | None = described("Order; by `slug` unless given", "-updated_at")


class OrganizationParameters(PlaceParameters):
    """The parameters of `organizations`."""

    sort: Literal["slug", By] | None = described("Order; by `slug` unless given", "-updated_at")


class SourceParameters(SearchParameters):
    """The parameters of `sources`."""

    kind: SourceKind | None = described("What the source is", "news")
    sort: Literal["slug", By] | None = described("Order; by `slug` unless given", "-updated_at")


class PlanParameters(SourcedParameters):
    """The parameters of `plans`."""

    topic: Key | None = described("Slug of a topic: plans about it or anything below it", "ai")
    stage: Stage | None = described("How far the plan is on its way into force", "adopted")
    form: PlanForm | None = described("Kind of document, by its title's last word", "action_plan")
    sort: Literal["slug", By] | None = described("Order; by `slug` unless given", "-updated_at")


class TargetParameters(KeyParameters):
    """The parameters of `targets`; `year` and `source` are met by any of a target's deadlines."""

    plan: Key | None = described("Slug of the plan that sets the target", "zj-ai-terminals")
    stage: Stage | None = described("How far the plan is on its way into force", "adopted")
    sort: Literal["public_id", "due_on", "-due_on", By] | None = described(
        "Order; by `public_id` unless given; `due_on` is the final deadline's", "due_on"
    )


class DeadlineParameters(KeyParameters):
    """The parameters of `deadlines`."""

    plan: Key | None = described("Slug of the plan that sets the target", "zj-ai-terminals")
    stage: Stage | None = described("How far the plan is on its way into force", "adopted")
    level: RegionLevel | None = described("Administrative level of the region", "province")
    boundary: Boundary | None = described("How far the industry is drawn", "core")
    coverage: Coverage | None = described("Which enterprises are counted", "above_scale")
    bindingness: Bindingness | None = described("Whether the plan marks the target as binding", "binding")
    timing: Timing | None = described("Where the due date stands against today, in Shanghai", "due_soon")
    year_from: Year | None = described("First due year", 2026)
    year_to: Year | None = described("Last due year", 2030)
    sort: Annotated[Literal["due_on", "-due_on", ByValue, By] | None, OneSort] = described(
        "Order; by `due_on` unless given, undated ones last; by `value` only with `metric` and `kind` (R3)",
        "due_on",
    )


class ObservationParameters(KeyParameters):
    """The parameters of `observations`."""

    status: ObservationStatus | None = described("Who stands behind the figure", "official")
    sort: Annotated[Literal["slug", "to_on", "-to_on", ByValue, By] | None, OneSort] = described(
        "Order; by `slug` unless given; by `value` only with `metric` and `kind` (R3)", "-to_on"
    )


class MeasureParameters(SourcedParameters):
    """The parameters of `measures`."""

    plan: Key | None = described("Slug of the plan that the measure belongs to", "hangzhou-ai-highland-2025")
    stage: Stage | None = described("How far the plan is on its way into force", "adopted")
    kind: MeasureKind | None = described("The sort of instrument", "voucher")
    sort: Literal["public_id", By] | None = described("Order; by `public_id` unless given", "-updated_at")


class CompareParameters(BaseModel):
    """The parameters of `compare`."""

    region: list[Key] = Field(
        min_length=1,
        description=f"Code or slug of a region; repeat it, up to {MAX_REGIONS} times. "
        "A region named twice is one column",
        examples=[["330000", "320000"]],
    )
    topic: Key | None = described("Slug of a topic: figures on it or anything below it", "ai")
    family: Family | None = described("Family of metrics", "industry_size")
    year_from: Year | None = described("First due year", 2026)
    year_to: Year | None = described("Last due year", 2030)
    only: Only | None = described(
        "`comparable`: only figures that may be compared, if with care, with one of another region",
        "comparable",
    )

    def query(self) -> CompareQuery:
        """Give what is to be compared."""
        return CompareQuery(
            tuple(self.region), self.topic, self.family, self.year_from, self.year_to, self.only
        )


class SuggestParameters(BaseModel):
    """The parameters of `regions/suggest`."""

    q: Annotated[str, Field(min_length=1, max_length=MOST_TYPED)] = Field(
        description="What was typed: a name or the beginning of one in either script or English, pinyin "
        "(whole, or the initials), or a code",
        examples=["zj"],
    )
    limit: Annotated[int, Field(ge=1, le=MOST_PICKS), PlainDigits] = Field(
        8, description="How many regions at most", examples=[8]
    )
