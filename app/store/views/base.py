"""What all views share: amounts as plain digits, refusal of unknown fields, short references, pages of a list.

The entities' own views are in the modules beside this one.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from app.domain.figures import plain
from app.domain.vocabulary import Check, Dimension, Family, RegionLevel, SourceKind, Stage

V = TypeVar("V")
M = TypeVar("M", bound="View")


class View(BaseModel):
    """The base of every view."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def trusted(view: type[M]) -> Callable[..., M]:
    """Give what makes a view of values that rows and rules gave, as its type says, without looking at them again.

    It takes all fields by name. Lists in them are kept, not copied, and may not be changed.
    """
    names, known = tuple(view.model_fields), set(view.model_fields)
    new, put = object.__new__, object.__setattr__
    put_known, put_extra, put_private = (
        getattr(BaseModel, name).__set__
        for name in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
    )

    def make(**fields: Any) -> M:
        if tuple(fields) != names:
            # They are written in this order.
            fields = {name: fields[name] for name in names}
        made = new(view)
        put(made, "__dict__", fields)
        put_known(made, known)
        put_extra(made, None)
        put_private(made, None)
        return made

    return make


def about(description: str, *examples: Any, **more: Any) -> Any:
    """Describe a field for the OpenAPI document, with examples."""
    return Field(description=description, examples=list(examples), **more)


Digits = Annotated[
    Decimal,
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
]
"""A Decimal that leaves as a JSON string of plain digits: "500000000000"."""


class RegionRef(View):
    """A region, named."""

    code: str = about("GB/T 2260 code, or the slug of a group or zone", "330000")
    slug: str = about("Short name in addresses and plan slugs", "zj")
    name_zh: str = about("Chinese name", "浙江省")
    name_en: str = about("English name", "Zhejiang")
    level: RegionLevel = about("Administrative level", "province")


class PlanRef(View):
    """A plan, named, with its stage."""

    slug: str = about("Stable short name", "zj-ai-terminals")
    title_zh: str = about("Chinese title", "浙江省推进人工智能终端产业发展行动计划")
    title_en: str = about("English title, ours", "Zhejiang action plan for the AI terminal industry")
    stage: Stage = about("How far the plan is on its way into force", "adopted")


class MetricRef(View):
    """A metric, named, with its family and dimension."""

    slug: str = about("Stable short name", "revenue")
    name_zh: str = about("Chinese name", "营业收入")
    name_en: str = about("English name", "operating revenue")
    family: Family = about("Broad subject", "industry_size")
    dimension: Dimension = about("What its figures measure", "money")


class TopicRef(View):
    """A topic, named."""

    slug: str = about("Stable short name", "ai-terminals")
    name_zh: str = about("Chinese name", "人工智能终端")
    name_en: str = about("English name", "AI terminals")


class OrganizationRef(View):
    """A body, named."""

    slug: str = about("Stable short name", "miit")
    name_zh: str = about("Chinese name", "工业和信息化部")
    name_en: str = about("English name", "Ministry of Industry and Information Technology")


class TargetRef(View):
    """A target, by its statement."""

    public_id: str = about("Immutable public id", "zj-ai-terminals.revenue")
    statement_zh: str = about("What is promised, in our own words", "规上企业营业收入突破5000亿元")
    statement_en: str | None = about(
        "The same in English; null where not yet translated", "Revenue above ¥500 billion"
    )


class EvidenceView(View):
    """Where a fact is written."""

    source: str = about("Slug of the source", "ifn-2026-jiangsu-zhejiang")
    source_title_zh: str = about("Chinese title of the source", "苏浙竞逐AI新赛道")
    source_title_en: str = about("English title of the source, ours", "Jiangsu and Zhejiang race for AI")
    source_kind: SourceKind = about("What the source is", "news")
    paragraph: str = about("Paragraph, or a run of them, counted from 1 without blank lines", "6", "6-7")
    phrase: str = about("The short phrase that says it, in Simplified characters", "突破5000亿元")
    check: Check = about("Outcome of the check against the source's text", "found")
    checked_on: date | None = about("When it was checked", "2026-11-20")


class Listed(View):
    """What every item of a collection has."""

    updated_at: datetime = about("When it last changed, UTC", "2026-11-20T08:00:00Z")


class Page(View, Generic[V]):
    """One page of a collection."""

    # Pydantic drops the docstring of a generic class when it is given its type.
    model_config = ConfigDict(json_schema_extra={"description": "One page of a collection."})

    items: list[V] = Field(description="The items of this page")
    total: int = about("How many match in all; with `q` counted to 1001 only", 128)
    total_is_capped: bool = about("True where `total` stopped at 1001", False)  # noqa: FBT003
    next: str | None = about("Cursor of the next page; null on the last", "eyJhZnRlciI6WyIyMDI3LTEyLTMxIl19")
