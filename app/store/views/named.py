"""Views for editors: things that a field may name, and what something that is being written may repeat.

What readers of the public pages get is in the modules beside this one.
"""

from datetime import date

from pydantic import Field

from app.domain.vocabulary import EditorialState, Precision
from app.store.views.base import View, about
from app.store.views.facts import FigureView


class NamedView(View):
    """A thing that a field names by its key: a region, topic, metric, organization, source or plan."""

    key: str = about("Code or slug", "revenue")
    name_zh: str = about("Chinese name", "营业收入")
    name_en: str = about("English name", "operating revenue")
    said_zh: str | None = about("What tells it from others of its kind: a definition, a place", "企业…")
    said_en: str | None = about("The same in English", "Revenue of …")
    exact: bool = about("True where one of its names, or its key, was typed whole", True)  # noqa: FBT003


class NamedListView(View):
    """Things that an editor may have meant, the likeliest first."""

    items: list[NamedView] = Field(description="The things, at most as many as asked for")


class AlikePlan(View):
    """A plan that one being written may repeat."""

    slug: str
    title_zh: str
    title_en: str
    editorial_state: EditorialState


class AlikeTarget(View):
    """A dated figure of another plan on the same region, metric and topic, in the same year."""

    public_id: str
    statement_zh: str
    statement_en: str | None
    plan: AlikePlan
    figure: FigureView
    due_on: date | None
    due_precision: Precision


class AlikeObservation(View):
    """An observation of the same region and key in a period that overlaps."""

    slug: str
    statement_zh: str
    statement_en: str | None
    figure: FigureView
    to_on: date
    precision: Precision
