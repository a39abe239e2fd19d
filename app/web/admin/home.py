"""The first page behind the login: what the person who is signed in may do from here.

The work itself has its own pages.
"""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response

from app.web.admin.frame import AdminContext, admin_head, show
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.speech import Speech

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage(AdminContext):
    """What the first page shows."""

    template: ClassVar[str] = "admin/home.html"


@router.get("/{lang:lang}/admin/")
def admin_home(request: Request, lang: PageLang, me: Editor) -> Response:
    """Show where the work begins."""
    title = Speech(lang).gettext("Workroom")
    return show(HomePage(head=admin_head(request, lang, title, inner=False), me=me, part="home"), lang)
