"""Views of what a table rests on: the definitions of what it counts, and the sources that say it.

The tables themselves are `exchange`'s business.
"""

from pydantic import Field

from app.store.views.base import View, about
from app.store.views.citing import CitedSource


class DefinitionView(View):
    """What a metric counts, or what belongs to a topic."""

    slug: str = about("Stable short name", "revenue")
    name_zh: str = about("Chinese name", "营业收入")
    name_en: str = about("English name", "operating revenue")
    definition_zh: str = about("What is counted, or belongs to it", "企业的营业收入总额")
    definition_en: str = about("The same in English", "Total operating revenue of enterprises")
    standard: str | None = about("Rule, list or classification that fixes it, if any", None)
    canonical_unit: str | None = about("Canonical unit of a metric; null for a topic", "CNY")


class ContentsView(View):
    """What the rows of a table rest on."""

    metrics: list[DefinitionView] = Field(description="The metrics of its figures, by slug")
    topics: list[DefinitionView] = Field(description="The topics of its rows, by slug")
    sources: list[CitedSource] = Field(
        description="The sources of its evidence, by slug; of very many, the first"
    )
    sources_total: int = about("How many sources there are", 3)
