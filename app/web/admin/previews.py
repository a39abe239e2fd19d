"""A plan as the public will see it, before it is saved: its own page, from a session that is rolled back.

What was typed is read from the unsaved work of who asks, so that the page can be loaded again in either language.
"""

from dataclasses import dataclass, fields, replace
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.dates import shanghai_day
from app.domain.errors import NotFoundError
from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.store.service import rehearse
from app.store.unsaved import UnsavedForm, get_unsaved
from app.web.admin.frame import show
from app.web.admin.plan_sheet import Sheet
from app.web.admin.visits import Visit
from app.web.dependencies import Now
from app.web.pages.frame import PageLang
from app.web.pages.plans import PlanPage, plan_context
from app.web.people import Editor

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(PlanPage):
    """What a preview shows: the plan's own page, and the way back."""

    template: ClassVar[str] = "admin/preview.html"
    sheets: ClassVar[tuple[str, ...]] = (*PlanPage.sheets, "admin.css", "form.css")

    back: str


@router.get("/{lang:lang}/admin/preview/{key}")
def preview(request: Request, lang: PageLang, key: str, me: Editor, now: Now) -> Response:
    """Show a plan that is being written as the public would see it."""
    visit = Visit(request, lang, me, now)
    with visit.db.read() as session:
        left = get_unsaved(session, me.id, key)
    if left is None:
        raise NotFoundError("not_found", given=key[:80])
    with visit.db.rehearse() as session:
        plan = validate(PlanIn, Sheet.of_pairs(left.pairs).form.folded().data)
        rehearse(session, plan, me.change(None, now))
        public = plan_context(request, lang, plan.slug, session, shanghai_day(now))
        return show(_preview(public, _back(visit, left)), lang)


def _preview(public: PlanPage, back: str) -> PreviewPage:
    values = {each.name: getattr(public, each.name) for each in fields(public)}
    head = replace(public.head, listed=False, downloads=(), json=None, linked=(), picture=None, cite=None)
    head = replace(head, metadata=None)
    return PreviewPage(**{**values, "head": head, "back": back})


def _back(visit: Visit, left: UnsavedForm) -> str:
    sheet = Sheet.of_pairs(left.pairs)
    to = "/admin/plans/new" if sheet.new else f"/admin/plans/{sheet.key}/edit"
    return visit.speech.path(to, unsaved=left.key)
