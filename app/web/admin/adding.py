"""A new source, metric, topic or organization, made while a plan is written: in a dialog over its form, or in a tab.

How those that are there are changed is for pages of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, NotFoundError, Problem
from app.domain.validation import validate
from app.store.queries.naming import NameKind, list_named, names_of
from app.store.service import WRITERS, save
from app.store.views.named import NamedView
from app.web.admin.entity_fields import FIELDS, Field
from app.web.admin.frame import AdminContext, admin_head, lead_to, show
from app.web.admin.plan_filling import name_after_words
from app.web.admin.sheet_view import SheetView, resolve, wrongs_of
from app.web.admin.visits import Visit
from app.web.dependencies import Now
from app.web.forms import Form
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.posted import PostedForm

router = APIRouter()

# From here on it is not what was typed that is wrong.
_OURS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingPage(AdminContext):
    """What the page of something new shows."""

    template: ClassVar[str] = "admin/adding.html"
    sheets: ClassVar[tuple[str, ...]] = (*AdminContext.sheets, "form.css")

    kind: str
    fields: tuple[Field, ...]
    view: SheetView
    made: NamedView | None  # what has just been made
    lists: tuple[tuple[str, list[NamedView]], ...]


@router.get("/{lang:lang}/admin/add/{kind}")
def add_thing(request: Request, lang: PageLang, kind: str, me: Editor, now: Now, made: str = "") -> Response:
    """Show the blank form of a new thing, and what has just been made."""
    visit = Visit(request, lang, me, now)
    with visit.db.read() as session:
        return _page(visit, session, _kind(kind), Form(), made=made)


@router.post("/{lang:lang}/admin/add/{kind}")
def post_thing(
    request: Request, lang: PageLang, kind: str, me: Editor, posted: PostedForm, now: Now
) -> Response:
    """Make a new thing, which applies at once; what is wrong is shown in the form."""
    visit, known = Visit(request, lang, me, now), _kind(kind)
    form = Form.of_pairs(posted.without(("do",)))
    with visit.db.read() as session:
        resolve(session, form)
    name_after_words(form)
    try:
        entity = validate(WRITERS[known].schema, form.folded().data)
        with visit.db.write() as session:
            written = save(session, known, entity, me.change(None, now), 0)
    except DomainError as error:
        if error.status >= _OURS:
            raise
        with visit.db.read() as session:
            return _page(visit, session, known, form, error.problems, status=error.status)
    return lead_to(lang, f"/admin/add/{known}", made=written.key)


def _kind(text: str) -> NameKind:
    kinds: dict[str, NameKind] = {
        "source": "source", "metric": "metric", "topic": "topic", "organization": "organization"
    }  # fmt: skip
    if text not in kinds:
        raise NotFoundError("not_found", given=text[:80])
    return kinds[text]


def _page(
    visit: Visit,
    session: Session,
    kind: NameKind,
    form: Form,
    problems: Sequence[Problem] = (),
    *,
    made: str = "",
    status: int = 200,
) -> Response:
    speech = visit.speech
    titles = {
        "source": speech.gettext("New source"),
        "metric": speech.gettext("New metric"),
        "topic": speech.gettext("New topic"),
        "organization": speech.gettext("New organization"),
    }
    schema = WRITERS[kind].schema
    fields = tuple(field for field in FIELDS[kind] if not field.whole)
    page = AddingPage(
        head=admin_head(visit.request, visit.lang, titles[kind]),
        me=visit.me,
        part="plans",
        kind=kind,
        fields=fields,
        view=SheetView(
            form,
            resolve(session, form),
            wrongs_of(speech, schema, form, form.folded(), problems, kind=kind),
            prefix="new-",
        ),
        made=names_of(session, {kind: [made]}).get((kind, made)) if made else None,
        lists=tuple((field.kind, list_named(session, field.kind)) for field in fields if field.how == "pick"),
    )
    return show(page, visit.lang, status)
