"""The routes of the forms of single things: sources, metrics, topics, organizations, regions, observations, searches.

What a posted form does is in `entity_work`, what the form shows in `entity_page`; plans have their own.
"""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.store.service import Current, get_current
from app.store.unsaved import get_unsaved, list_unsaved
from app.web.admin.carried import CarriedForm, ask_to_sign_in
from app.web.admin.entity_page import show_entity
from app.web.admin.entity_sheet import Subject
from app.web.admin.entity_work import EntityWork
from app.web.admin.frame import lead_to
from app.web.admin.plan_sheet import Sheet
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Showing, done_words
from app.web.dependencies import Now
from app.web.pages.frame import PageLang
from app.web.people import Anyone, Editor

router = APIRouter()


@router.get("/{lang:lang}/admin/new/{kind}")
def new_entity(
    request: Request, lang: PageLang, kind: str, me: Editor, now: Now, unsaved: str = ""
) -> Response:
    """Begin something, or go on with what was begun."""
    visit, subject = Visit(request, lang, me, now), Subject.of_address(kind)
    with visit.db.read() as session:
        return _begun(visit, session, subject, None, unsaved)


@router.post("/{lang:lang}/admin/new/{kind}")
def post_new_entity(
    request: Request, lang: PageLang, kind: str, me: Anyone, posted: CarriedForm, now: Now
) -> Response:
    """Do with the form of something new what its button says."""
    if me is None:
        return ask_to_sign_in(request, lang, posted)
    return EntityWork.of_posted(Visit(request, lang, me, now), posted, Subject.of_address(kind)).answer()


@router.get("/{lang:lang}/admin/edit/{kind}/{key:path}")
def edit_entity(
    request: Request, lang: PageLang, kind: str, key: str, me: Editor, now: Now, unsaved: str = ""
) -> Response:
    """Show something in its form, as it was saved last, or as it was left; what was retired, where it is restored."""
    visit, subject = Visit(request, lang, me, now), Subject.of_address(kind, key)
    with visit.db.read() as session:
        current = get_current(session, kind, key)
        if "retired_on" in current.seed:
            return lead_to(lang, f"/admin/desk/{kind}/{key}")
        return _begun(visit, session, subject, current, unsaved)


@router.post("/{lang:lang}/admin/edit/{kind}/{key:path}")
def post_entity(
    request: Request, lang: PageLang, kind: str, key: str, me: Anyone, posted: CarriedForm, now: Now
) -> Response:
    """Do with the form of something what its button says."""
    if me is None:
        return ask_to_sign_in(request, lang, posted)
    return EntityWork.of_posted(Visit(request, lang, me, now), posted, Subject.of_address(kind, key)).answer()


def _begun(
    visit: Visit, session: Session, subject: Subject, current: Current | None, unsaved: str
) -> Response:
    me, form_key = visit.me.id, subject.form_key
    left = get_unsaved(session, me, unsaved) if unsaved.startswith(form_key) else None
    if left is not None:
        return show_entity(visit, session, subject, Sheet.of_pairs(left.pairs), current, Showing())
    kept = [get_unsaved(session, me, form_key)] if current else list_unsaved(session, me, form_key)
    offers = [one for one in kept if one]
    done = done_words(visit.speech, visit.request.query_params.get("done", "")) if current else ""
    return show_entity(
        visit, session, subject, subject.begin(current), current, Showing(offers=offers, done=done)
    )
