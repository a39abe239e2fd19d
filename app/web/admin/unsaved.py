"""Keeping what is typed while it is typed, and forgetting it again; while keeping, what was typed is looked at.

What is kept is in `store.unsaved`; whether a plan may be there already is asked in `store.queries.alike`.
"""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from app.domain.dates import shanghai_day
from app.domain.errors import DomainError
from app.store.unsaved import drop_unsaved, keep_unsaved
from app.web.admin import observing
from app.web.admin.entity_sheet import Subject, form_address
from app.web.admin.frame import lead_to
from app.web.admin.likeness import Likeness, like_observations, likenesses
from app.web.admin.plan_filling import suggested
from app.web.admin.plan_sheet import Sheet
from app.web.dependencies import Now, WriteSession
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.posted import PostedForm
from app.web.speech import Speech

router = APIRouter()


@router.post("/{lang:lang}/admin/unsaved/{key}")
def keep_form(
    lang: PageLang, key: str, me: Editor, posted: PostedForm, now: Now, session: WriteSession
) -> Response:
    """Keep what stands in a form; say when, what it may repeat, and what fits into blank fields."""
    sheet = Sheet.of_pairs(posted.without(("do",)))
    if sheet.key != key:
        raise DomainError("bad_field_name", "form_key")
    speech, subject = Speech(lang), Subject.of_form_key(key)
    keep_unsaved(session, me.id, key, sheet.pairs(), now)
    alike: list[Likeness] = []
    fitting: dict[str, str] = {}
    if subject is None:
        alike = list(likenesses(speech, session, sheet.form, "" if sheet.new else key))
        fitting = suggested(session, sheet.form)
    elif subject.kind == "observation":
        new = subject.key is None
        filled = observing.completed(session, sheet.form, shanghai_day(now), new=new)
        alike = list(like_observations(speech, session, filled, subject.key or ""))
        fitting = observing.suggested(sheet.form, filled) if new else {}
    answer: dict[str, Any] = {
        "at": speech.moment(now),
        "alike": [{"said": one.said, "href": one.href} for one in alike],
        "suggested": fitting,
    }
    return JSONResponse(answer)


@router.post("/{lang:lang}/admin/unsaved/{key}/drop")
def drop_form(lang: PageLang, key: str, me: Editor, session: WriteSession) -> Response:
    """Forget a form, and go to it as it was saved last."""
    drop_unsaved(session, me.id, {key})
    return lead_to(lang, form_address(key))
