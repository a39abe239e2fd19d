"""Lists for editors: the entities of each kind, drafts and retired ones too, and what is there to be reviewed.

One entity, and what may be done with it, is on its own page, in `desk`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFoundError
from app.domain.vocabulary import EditorialState
from app.i18n import Lang
from app.store.queries.desk import EntryFilters, list_entries, list_for_review
from app.store.queries.paging import Paging
from app.store.views.base import Page
from app.store.views.changes import Recorded
from app.store.views.desk import EntryView
from app.web.admin.frame import AdminContext, admin_head, show
from app.web.dependencies import ReadSession
from app.web.pages import query
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.speech import Speech

router = APIRouter()

PAGE_SIZE: Final = 50
WAITING: Final = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesPage(AdminContext):
    """What a list of one kind shows."""

    template: ClassVar[str] = "admin/entries.html"
    sheets: ClassVar[tuple[str, ...]] = ("admin.css", "desk.css")

    kind: Recorded
    kinds: tuple[Recorded, ...]
    entries: Page[EntryView]
    asked: dict[str, Any]
    states: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage(AdminContext):
    """What the queue shows."""

    template: ClassVar[str] = "admin/review.html"
    sheets: ClassVar[tuple[str, ...]] = ("admin.css", "desk.css")

    entries: tuple[EntryView, ...]


def kind_of(name: str) -> Recorded:
    """Read a kind from an address; raise NotFoundError not_found."""
    if name not in set(Recorded):
        raise NotFoundError("not_found")
    return Recorded(name)


@router.get("/{lang:lang}/admin/lists/{kind}")
def entries_page(request: Request, lang: PageLang, me: Editor, kind: str, session: ReadSession) -> Response:
    """List the entities of a kind, by state and words, the latest change first."""
    params = request.query_params
    recorded = kind_of(kind)
    asked: dict[str, Any] = {"state": query.text(params, "state"), "q": query.text(params, "q")}
    filters = EntryFilters(
        state=EditorialState(asked["state"]) if asked["state"] in set(EditorialState) else None,
        waiting=True if asked["state"] == WAITING else None,
        q=asked["q"],
    )
    paging = Paging(limit=PAGE_SIZE, cursor=query.text(params, "cursor"))
    speech = Speech(lang)
    page = EntriesPage(
        head=admin_head(request, lang, speech.word(recorded)),
        me=me,
        part="lists",
        kind=recorded,
        kinds=tuple(Recorded),
        entries=list_entries(session, recorded, filters, paging),
        asked=asked,
        states=_states(speech),
    )
    return show(page, lang)


@router.get("/{lang:lang}/admin/review")
def review_page(request: Request, lang: PageLang, me: Editor, session: ReadSession) -> Response:
    """List what was handed in and waits for a reviewer, the oldest first."""
    title = Speech(lang).gettext("To review")
    page = ReviewPage(
        head=admin_head(request, lang, title), me=me, part="review", entries=tuple(list_for_review(session))
    )
    return show(page, lang)


def desk_address(lang: Lang, kind: Recorded, key: str) -> str:
    """Give the page of one entity."""
    return f"/{lang}/admin/desk/{kind}/{key}"


def _states(speech: Speech) -> tuple[tuple[str, str], ...]:
    named = [(str(state), speech.word(state)) for state in EditorialState]
    return (*named, (WAITING, speech.gettext("with a change that waits")))
