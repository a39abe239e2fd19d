"""Views of plans and of what they refer to: regions, topics, metrics, organizations, sources.

Views of figures are in `facts`, the comparison's in `comparison`.
"""

from datetime import date

from pydantic import Field

from app.domain.vocabulary import Direction, LinkKind, PlanForm, Precision, Script, SourceKind
from app.store.views.base import (
    EvidenceView,
    Listed,
    MetricRef,
    OrganizationRef,
    PlanRef,
    RegionRef,
    TopicRef,
    View,
    about,
)
from app.store.views.facts import MeasureView, NotedView, TargetView


class RegionView(Listed, RegionRef):
    """A region with its place among the others and what is recorded for it."""

    iso: str | None = about("ISO 3166-2 code", "CN-ZJ")
    short_zh: str = about("Short Chinese name", "浙江")
    abbr_zh: str | None = about("One-character abbreviation", "浙")
    aliases: list[str] = about("Other names", ["浙"])
    parent: str | None = about("Code of the region above", "100000")
    members: list[str] = about("Codes of a group's members", [])
    replaced_by: str | None = about("Code of the region that took its place", None)
    plans: int = about("Published plans of this region itself", 5)
    targets: int = about("Published targets for this region itself", 9)
    observations: int = about("Published observations of this region itself", 3)


class TopicView(Listed, TopicRef):
    """A topic with its definition."""

    aliases: list[str] = about("Other names", ["AI终端"])
    parent: str | None = about("Slug of the topic above", "ai")
    definition_zh: str = about("What belongs to it", "搭载人工智能的终端产品")
    definition_en: str = about("The same in English", "Terminal devices that carry AI")
    standard: str | None = about("Classification that fixes its limits, if any", None)


class MetricView(Listed, MetricRef):
    """A metric with its definition."""

    aliases: list[str] = about("Other names", ["营收"])
    definition_zh: str = about("What is counted", "企业的营业收入总额")
    definition_en: str = about("The same in English", "Total operating revenue of enterprises")
    standard: str | None = about("Rule or public list that fixes how it is counted, if any", None)
    direction: Direction = about("Whether more or less is better", "up")
    additive: bool = about("Whether members' figures may be added up", True)  # noqa: FBT003
    canonical_unit: str = about("Canonical unit", "CNY")


class OrganizationView(Listed, OrganizationRef):
    """A body that issues plans or measures things."""

    region: RegionRef | None = Field(description="Where it is responsible")


class SourceRef(View):
    """A source, named."""

    slug: str = about("Stable short name", "ifn-2026-jiangsu-zhejiang")
    kind: SourceKind = about("What it is, in falling order of authority", "news")
    title_zh: str = about("Chinese title", "苏浙竞逐AI新赛道")
    title_en: str = about("English title, ours", "Jiangsu and Zhejiang race for AI")


class SourceView(Listed, NotedView, SourceRef):
    """A source and the state of its text."""

    publisher_zh: str | None = about("Publisher", "国际金融报")
    publisher_en: str | None = about("Publisher, in English", "International Finance News")
    url: str | None = about("Address, where known", None)
    language: str = about("Language of the text", "zh")
    script: Script = about("Script of the text as found", "hant")
    published_on: date | None = about("When it was published", "2026-01-14")
    published_precision: Precision = about("How exactly that is known", "day")
    text_sha256: str | None = about("SHA-256 of the normalised text; the text itself is not kept", "9f2c…")
    evidence: int = about("How many facts it supports", 24)


class DatesView(View):
    """The dates of a plan, which differ: signed in December, presented in January."""

    written_on: date | None = about("Date the document bears", None)
    written_precision: Precision = about("How exactly that is known", "none")
    published_on: date | None = about("Date of publication", "2026-01-07")
    published_precision: Precision = about("How exactly that is known", "day")
    effective_on: date | None = about("Date it takes effect", None)
    effective_precision: Precision = about("How exactly that is known", "none")
    expires_on: date | None = about("Date it expires", None)
    expires_precision: Precision = about("How exactly that is known", "none")
    reported_on: date | None = about("Date it was presented or reported", None)
    reported_precision: Precision = about("How exactly that is known", "none")


class PlanView(Listed, NotedView, DatesView, PlanRef):
    """A plan without what it holds."""

    region: RegionRef = Field(description="Whose plan it is")
    document_number: str | None = about("Official document number", None)
    form: PlanForm = about("Kind of document, by its title's last word", "action_plan")
    period_start: int | None = about("First year of its period", 2025)
    period_end: int | None = about("Last year of its period", 2027)
    summary_zh: str | None = about("Summary in our own words", None)
    summary_en: str | None = about("The same in English", None)
    issuers: list[OrganizationRef] = Field(description="Who issued it")
    topics: list[TopicRef] = Field(description="What it is about")
    targets: int = about("How many targets it sets", 6)
    measures: int = about("How many measures it names", 1)


class LinkView(NotedView):
    """What one plan does to another."""

    kind: LinkKind = about("What the first plan does to the second", "implements")
    plan: PlanRef = Field(description="The other plan")
    outgoing: bool = about("True where this plan acts on the other", True)  # noqa: FBT003


class PlanDetail(PlanView):
    """A plan with all it holds."""

    links: list[LinkView] = Field(
        description="Plans it supersedes, finalises, implements, amends, and the reverse"
    )
    evidence: list[EvidenceView] = Field(description="Where the plan itself is written of")
    target_list: list[TargetView] = Field(description="Its targets")
    measure_list: list[MeasureView] = Field(description="Its measures")


class CoverageView(View):
    """How much is recorded of a province-level region."""

    region: RegionRef = Field(description="The region")
    short_zh: str = about("Short Chinese name", "浙江")
    plans: int = about("Plans of the region and all below it", 12)
    searched: bool = about("A search that found nothing is recorded", False)  # noqa: FBT003
