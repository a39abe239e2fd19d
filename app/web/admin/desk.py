"""One entity on an editor's desk: how it stands, what waits, what that would do, what was said, its history.

What may be done with it is the service's to say; what it holds is entered in forms of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.domain.dates import SHANGHAI, shanghai_day
from app.domain.errors import DomainError, Problem
from app.domain.vocabulary import EditorialState, Role
from app.store import service
from app.store.effects import effects_of
from app.store.queries.desk import get_revision_seed, list_comments, list_revision_views
from app.store.revisions import Change, state_of
from app.store.service import Current
from app.store.views.changes import Recorded
from app.store.views.desk import CommentView, RevisionView
from app.store.views.effects import EffectsView
from app.web.admin.entries import desk_address, kind_of
from app.web.admin.frame import AdminContext, admin_head, sentences, show
from app.web.admin.sheet_view import said_at
from app.web.admin.visits import Visit
from app.web.bodies import SmallForm
from app.web.contrast import Contrast, contrasts
from app.web.dependencies import Now
from app.web.forms import Form
from app.web.pages import query
from app.web.pages.frame import PageLang
from app.web.people import Editor
from app.web.speech import Speech

router = APIRouter()

# From here on it is not what was typed that is wrong.
_OURS: Final = 500
_PUBLIC: Final[Mapping[Recorded, str]] = {
    Recorded.PLAN: "/plans/",
    Recorded.OBSERVATION: "/observations/",
    Recorded.METRIC: "/metrics/",
    Recorded.SOURCE: "/sources/",
    Recorded.REGION: "/regions/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two revisions and what differs between them; `old` is 0 where the first stands alone."""

    old: int
    new: int
    rows: tuple[Contrast, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage(AdminContext):
    """What the page of one entity shows."""

    template: ClassVar[str] = "admin/desk.html"
    sheets: ClassVar[tuple[str, ...]] = ("admin.css", "desk.css")

    kind: Recorded
    current: Current
    applied_state: EditorialState
    open: bool  # a draft or a change that waits: there is something to publish
    title: str
    public: str | None  # where readers see it
    waits: tuple[Contrast, ...]  # against what the tables hold
    missing: tuple[str, ...]  # what forbids publication
    effects: EffectsView | None
    comments: tuple[CommentView, ...]
    revisions: tuple[RevisionView, ...]
    compared: Compared | None
    reviews: bool  # the person may publish
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


@router.get("/{lang:lang}/admin/desk/{kind}/{key:path}")
def desk_page(request: Request, lang: PageLang, me: Editor, kind: str, key: str, now: Now) -> Response:
    """Show one entity to those who work on it; `old` and `new` name two revisions to compare."""
    return _page(Visit(request, lang, me, now), kind_of(kind), key)


@router.post("/{lang:lang}/admin/desk/{kind}/{key:path}")
def act(
    request: Request, lang: PageLang, me: Editor, kind: str, key: str, form: SmallForm, now: Now
) -> Response:
    """Do one thing with an entity, the form's `do`, if it still stands as it was seen."""
    recorded, visit = kind_of(kind), Visit(request, lang, me, now)
    by = me.change(form.get("reason", "").strip() or None, now)
    try:
        with visit.db.write() as session:
            _do(session, recorded, key, by, form)
    except DomainError as error:
        if error.status >= _OURS:
            raise
        return _page(visit, recorded, key, form, error)
    return RedirectResponse(desk_address(lang, recorded, key), 303)


def _do(session: Session, kind: Recorded, key: str, by: Change, form: Mapping[str, str]) -> None:
    """Carry out a deed; raise DomainError unknown_word for one that there is not, and what the service raises."""
    if form.get("do") == "comment":
        service.comment(session, kind, key, by, form.get("said", ""))
        return
    seen = _number(form, "seen")
    deeds = {
        "submit": service.submit,
        "send_back": service.send_back,
        "publish": service.publish,
        "schedule": partial(service.publish, at=_instant(form, by.at)),
        "discard": service.discard,
        "retire": service.retire,
        "restore": service.restore,
        "take_up": _take_up(form),
    }
    do = form.get("do", "")
    if do not in deeds:
        raise DomainError("unknown_word", "do", given=do, expected=list(deeds))
    deeds[do](session, kind, key, by=by, seen=seen)


def _take_up(form: Mapping[str, str]) -> Any:
    def take_up(session: Session, kind: Recorded, key: str, *, by: Change, seen: int) -> None:
        service.restore_revision(session, kind, key, _number(form, "version"), by, seen)

    return take_up


def _number(form: Mapping[str, str], field: str) -> int:
    text = form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - of an INTEGER column
        raise DomainError("bad_form", field, given=text, case="whole_number")
    return int(text)


def _instant(form: Mapping[str, str], now: datetime) -> datetime | None:
    """Read an embargo's end, which is typed in Beijing time; it is asked for only where it is needed."""
    if form.get("do") != "schedule":
        return None
    text = form.get("publish_at", "").strip()
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise DomainError("bad_instant", "publish_at", given=text) from error
    if at <= now:
        raise DomainError("instant_past", "publish_at", given=text)
    return at


def _page(
    visit: Visit,
    kind: Recorded,
    key: str,
    typed: Mapping[str, str] = MappingProxyType({}),
    error: DomainError | None = None,
) -> Response:
    speech = visit.speech
    with visit.db.read() as session:
        current = service.get_current(session, kind, key)
        comments = tuple(list_comments(session, kind, key))
        revisions = tuple(list_revision_views(session, kind, key))
        compared = _compared(visit, session, kind, key)
    is_open = current.waits or current.state in {EditorialState.DRAFT, EditorialState.IN_REVIEW}
    effects, missing = _rehearsed(visit, current) if is_open else (None, [])
    title = _title(speech, current)
    applied = state_of(kind, current.applied)
    page = DeskPage(
        head=admin_head(visit.request, visit.lang, title),
        me=visit.me,
        part="lists",
        kind=kind,
        current=current,
        applied_state=applied,
        open=is_open,
        title=title,
        public=f"{_PUBLIC[kind]}{key}" if kind in _PUBLIC and applied is EditorialState.PUBLISHED else None,
        waits=contrasts(speech, kind, current.applied, current.seed) if current.waits else (),
        missing=tuple(_said(speech, kind, problem) for problem in missing),
        effects=effects,
        comments=comments,
        revisions=revisions,
        compared=compared,
        reviews=visit.me.may(Role.REVIEWER),
        typed=typed,
        wrong=sentences(visit.lang, error) if error else {},
    )
    return show(page, visit.lang, error.status if error else 200)


def _rehearsed(visit: Visit, current: Current) -> tuple[EffectsView | None, list[Problem]]:
    """Publish in a rehearsal: what it would do to comparisons, or what forbids it."""
    by = Change(visit.me.door, visit.me.name, None, visit.now)
    publish = partial(service.publish, kind=current.kind, key=current.key, by=by)
    try:
        with visit.db.rehearse() as session:
            effects = effects_of(session, current.kind, current.key, publish, shanghai_day(visit.now))
    except DomainError as error:
        if error.status >= _OURS:
            raise
        return None, error.problems
    return effects, []


def _said(speech: Speech, kind: Recorded, problem: Problem) -> str:
    """Say what is missing, and where, as the form names it."""
    place, sentence = said_at(speech, Form(), problem, kind=kind)
    return speech.gettext("{field}: {problem}", field=place, problem=sentence) if place else sentence


def _compared(visit: Visit, session: Session, kind: Recorded, key: str) -> Compared | None:
    """Set two revisions against each other, if the address names them; unknown numbers compare nothing."""
    params = visit.request.query_params
    numbers = [query.text(params, name) or "" for name in ("old", "new")]
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in numbers):  # noqa: PLR2004
        return None
    old, new = sorted(map(int, numbers))
    before, after = (get_revision_seed(session, kind, key, number) for number in (old, new))
    if after is None:
        return None
    return Compared(old=old, new=new, rows=contrasts(visit.speech, kind, before, after))


def _title(speech: Speech, current: Current) -> str:
    """Name the entity by the form that its editors go on from."""
    seed = current.seed
    for field in ("title", "name", "statement"):
        if f"{field}_zh" in seed:
            return str(seed.get(f"{field}_{speech.lang}") or seed[f"{field}_zh"])
    return current.key
