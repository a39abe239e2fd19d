"""Views of what a citation names beside the figure: the document it stands in, and the source that says so.

How a citation is worded is `exchange`'s business.
"""

from datetime import date

from pydantic import Field

from app.domain.vocabulary import PlanForm, Precision
from app.store.views.base import OrganizationRef, PlanRef, RegionRef, about
from app.store.views.entities import DatesView, SourceRef


class CitedPlan(DatesView, PlanRef):
    """A plan as a citation names it."""

    region: RegionRef = Field(description="Whose plan it is")
    document_number: str | None = about("Official document number", None)
    form: PlanForm = about("Kind of document, by its title's last word", "action_plan")
    issuers: list[OrganizationRef] = Field(description="Who issued it")


class CitedSource(SourceRef):
    """A source as a citation names it."""

    publisher_zh: str | None = about("Publisher", "国际金融报")
    publisher_en: str | None = about("Publisher, in English", "International Finance News")
    url: str | None = about("Address, where known", None)
    published_on: date | None = about("When it was published", "2026-01-14")
    published_precision: Precision = about("How exactly that is known", "day")
