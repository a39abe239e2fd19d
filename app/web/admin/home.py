"""The first page behind the login: what waits there for the person who is signed in.

The work itself has its own pages.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.store.queries.desk import count_for_review
from app.store.unsaved import list_unsaved
from app.web.admin.frame import AdminContext, admin_head, show
from app.web.admin.work_frame import Offer, offer
from app.web.dependencies import ReadSession
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.speech import Speech

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage(AdminContext):
    """What the first page shows."""

    template: ClassVar[str] = "admin/home.html"

    waiting: int  # how many things wait for a review
    offers: tuple[Offer, ...]


@router.get("/{lang:lang}/admin/")
def admin_home(request: Request, lang: PageLang, me: Editor, session: ReadSession) -> Response:
    """Show where the work begins: what waits for a review, and what this person has begun and not saved."""
    speech = Speech(lang)
    page = HomePage(
        head=admin_head(request, lang, speech.gettext("Workroom"), inner=False),
        me=me,
        part="home",
        waiting=count_for_review(session),
        offers=tuple(offer(speech, unsaved) for unsaved in list_unsaved(session, me.id)),
    )
    return show(page, lang)
