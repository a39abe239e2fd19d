"""A new source, metric, topic or organization, made while a plan is written: in a dialog over its form, or in a tab.

How those that are there are changed is for pages of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, Literal

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, NotFoundError, Problem
from app.domain.validation import validate
from app.domain.vocabulary import Dimension, Direction, Family, Script, SourceKind
from app.store.queries.naming import NameKind, list_named, names_of
from app.store.service import WRITERS, save
from app.store.views.named import NamedView
from app.web.admin.frame import AdminContext, admin_head, lead_to, show
from app.web.admin.plan_filling import slug_words
from app.web.admin.sheet_view import SheetView, resolve, wrongs_of
from app.web.admin.visits import Visit
from app.web.dependencies import Now
from app.web.forms import Form
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.posted import PostedForm

router = APIRouter()

_MOST_WORDS: Final = 6
# From here on it is not what was typed that is wrong.
_OURS: Final = 500


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a small form: how it is typed, from what it is chosen, whether it must be there."""

    name: str
    how: Literal["text", "area", "select", "pairs", "pick"] = "text"
    choices: tuple[StrEnum, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    required: bool = False


def _needed(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, required=True) for name in names)


_NAMES: Final = _needed("name_zh", "name_en")
_DEFINITIONS: Final = tuple(Field(name, "area", required=True) for name in ("definition_zh", "definition_en"))
_SLUG: Final = Field("slug", required=True)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "source": (
        *_needed("title_zh", "title_en"),
        Field("kind", "select", tuple(SourceKind), required=True),
        Field("script", "select", tuple(Script), required=True),
        Field("language", "pairs", pairs=(("zh", "中文"), ("en", "English"))),
        *map(Field, ("publisher_zh", "publisher_en", "url", "published")),
        _SLUG,
    ),
    "metric": (
        *_NAMES,
        *_DEFINITIONS,
        Field("family", "select", tuple(Family), required=True),
        Field("dimension", "select", tuple(Dimension), required=True),
        *_needed("canonical_unit"),
        Field("direction", "select", tuple(Direction)),
        Field("standard"),
        _SLUG,
    ),
    "topic": (*_NAMES, *_DEFINITIONS, Field("parent", "pick", kind="topic"), Field("standard"), _SLUG),
    "organization": (*_NAMES, Field("region", "pick", kind="region"), _SLUG),
}
"""By the kind of thing, the fields with which one is made."""


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
    if not form.value("slug").strip():
        named = form.value("name_en") or form.value("title_en")
        form.set("slug", "-".join(slug_words(named)[:_MOST_WORDS]))
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
    fields = FIELDS[kind]
    picked: dict[str, NameKind] = {"topic": "topic", "region": "region"}
    page = AddingPage(
        head=admin_head(visit.request, visit.lang, titles[kind]),
        me=visit.me,
        part="plans",
        kind=kind,
        fields=fields,
        view=SheetView(
            form,
            resolve(session, form),
            wrongs_of(speech, schema, form, form.folded(), problems),
            prefix="new-",
        ),
        made=names_of(session, {kind: [made]}).get((kind, made)) if made else None,
        lists=tuple(
            (field.kind, list_named(session, picked[field.kind])) for field in fields if field.how == "pick"
        ),
    )
    return show(page, visit.lang, status)
