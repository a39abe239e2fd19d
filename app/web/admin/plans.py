"""The routes of a plan's form: a new plan's, and that of one that was saved.

What a posted form does is in `plan_work`, what the form shows in `plan_page`.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.store.service import Current, get_current
from app.store.unsaved import get_unsaved, list_unsaved
from app.web.admin.carried import CarriedForm, ask_to_sign_in
from app.web.admin.plan_page import show_form
from app.web.admin.plan_sheet import NEW, Sheet
from app.web.admin.plan_work import Work
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Showing, done_words
from app.web.dependencies import Now
from app.web.pages.frame import PageLang
from app.web.people import Anyone, Editor

router = APIRouter()


@router.get("/{lang:lang}/admin/plans/new")
def new_plan(request: Request, lang: PageLang, me: Editor, now: Now, unsaved: str = "") -> Response:
    """Begin a plan, or go on with one that was begun."""
    visit = Visit(request, lang, me, now)
    with visit.db.read() as session:
        return _begun(visit, session, None, Sheet.blank, unsaved)


@router.post("/{lang:lang}/admin/plans/new")
def post_new_plan(request: Request, lang: PageLang, me: Anyone, posted: CarriedForm, now: Now) -> Response:
    """Do with the form of a new plan what its button says."""
    if me is None:
        return ask_to_sign_in(request, lang, posted)
    return Work.of_posted(Visit(request, lang, me, now), posted, None).answer()


@router.get("/{lang:lang}/admin/plans/{slug}/edit")
def edit_plan(
    request: Request, lang: PageLang, slug: str, me: Editor, now: Now, unsaved: str = ""
) -> Response:
    """Show a plan in its form, as it was saved last, or as it was left."""
    visit = Visit(request, lang, me, now)
    with visit.db.read() as session:
        current = get_current(session, "plan", slug)

        def as_saved() -> Sheet:
            return Sheet.of_seed(current.seed, slug, current.version)

        return _begun(visit, session, current, as_saved, unsaved)


@router.post("/{lang:lang}/admin/plans/{slug}/edit")
def post_plan(
    request: Request, lang: PageLang, slug: str, me: Anyone, posted: CarriedForm, now: Now
) -> Response:
    """Do with the form of a plan what its button says."""
    if me is None:
        return ask_to_sign_in(request, lang, posted)
    return Work.of_posted(Visit(request, lang, me, now), posted, slug).answer()


def _begun(
    visit: Visit, session: Session, current: Current | None, begin: Callable[[], Sheet], unsaved: str
) -> Response:
    me = visit.me.id
    left = get_unsaved(session, me, unsaved) if unsaved else None
    if left is not None:
        return show_form(visit, session, Sheet.of_pairs(left.pairs), current, Showing())
    if current is None:
        offers = list_unsaved(session, me, NEW)
    else:
        offers = [one for one in [get_unsaved(session, me, current.key)] if one]
    done = done_words(visit.speech, visit.request.query_params.get("done", "")) if current else ""
    return show_form(visit, session, begin(), current, Showing(offers=offers, done=done))
