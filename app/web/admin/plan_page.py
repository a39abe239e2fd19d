"""The page of a plan's form: everything that it shows around what was typed.

What is done with a posted form is in `plans`; the form as its template asks for it is in `sheet_view`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from fastapi import Response
from sqlalchemy.orm import Session

from app.domain.schemas import PlanIn
from app.domain.vocabulary import (
    Ambition,
    Bindingness,
    Boundary,
    Check,
    Comparator,
    Coverage,
    Kind,
    LinkKind,
    MeasureKind,
    PlanForm,
    Stage,
)
from app.store.queries.naming import NAME_KINDS, list_named
from app.store.service import Current
from app.web.admin.frame import admin_head, show
from app.web.admin.likeness import Likeness, likenesses
from app.web.admin.plan_sheet import Sheet, blank_row, kept_of, plan_address
from app.web.admin.sheet_view import SheetView, beside, resolve, wrongs_of
from app.web.admin.understanding import deadline_rows, understand_row
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Mistake, Showing, WorkPage, frame_work, title_of
from app.web.encoding import IDENTITY, VARY, chosen, pack
from app.web.forms import Form
from app.web.speech import address

LISTS: Final = ("issuers", "topics", "links", "evidence", "targets", "measures")
_FEW: Final = 3
_CHOICES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "form": tuple(PlanForm),
    "stage": tuple(Stage),
    "kind": tuple(Kind),
    "boundary": tuple(Boundary),
    "coverage": tuple(Coverage),
    "bindingness": tuple(Bindingness),
    "comparator": tuple(Comparator),
    "ambition": tuple(Ambition),
    "check": tuple(Check),
    "link": tuple(LinkKind),
    "measure": tuple(MeasureKind),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFormPage(WorkPage):
    """What the page of a plan's form shows."""

    template: ClassVar[str] = "admin/plan_form.html"

    alike: tuple[Likeness, ...]
    mistakes: tuple[Mistake, ...]
    yaml: str


def show_form(
    visit: Visit, session: Session, sheet: Sheet, current: Current | None, showing: Showing
) -> Response:
    """Answer with the form; names are looked up in the session, so that each key is shown with what it names."""
    speech, form = visit.speech, sheet.form
    names = resolve(session, form)
    folded = form.folded()
    view = SheetView(
        form,
        names,
        wrongs_of(speech, PlanIn, form, folded, showing.problems),
        kept_of(current.applied) if current is not None and current.shown else frozenset(),
        {row: beside(speech, understand_row(form, target, row)) for target, row in deadline_rows(form)},
        _opened(form, showing.opened),
    )
    slug = None if current is None else current.key
    title = speech.gettext("A new plan")
    if slug is not None:
        title = speech.gettext("Edit {title}", title=title_of(speech, form) or slug)
    to = plan_address(slug)
    at = address(to, {"unsaved": sheet.key if showing.kept else None})
    page = PlanFormPage(
        head=admin_head(visit.request, visit.lang, title, at=at),
        me=visit.me,
        part="plans" if slug is None else "lists",
        work=frame_work(visit, sheet, current, showing, to),
        view=view,
        blanks={name: SheetView(Form({"ROW": blank_row(name)})) for name in (*LISTS,)}
        | {"deadlines": SheetView(Form({"ROW": blank_row("targets.0.deadlines")}))},
        choices=_CHOICES,
        lists=tuple((kind, list_named(session, kind)) for kind in NAME_KINDS),
        alike=tuple(dict.fromkeys(likenesses(speech, session, form, slug or ""))),
        mistakes=tuple(showing.mistakes),
        yaml=showing.yaml,
    )
    return _packed(visit, show(page, visit.lang, showing.status))


def _packed(visit: Visit, page: Response) -> Response:
    """Pack the page if the reader takes that: most of it are names of fields. It holds no secret that would show."""
    encoding = chosen(visit.request.headers.get("accept-encoding", "").encode())
    if encoding == IDENTITY:
        return page
    headers = {name: value for name, value in page.headers.items() if name != "content-length"}
    headers |= {"content-encoding": encoding.decode(), VARY[0].decode(): VARY[1].decode()}
    return Response(pack(encoding, bytes(page.body)), page.status_code, headers)


def _opened(form: Form, opened: str) -> frozenset[str]:
    """Say which rows are unfolded: the one that something was done to, and all where there are only a few."""
    rows = [*form.rows("targets"), *form.rows("measures")]
    return frozenset([*(rows if len(rows) <= _FEW else ()), opened])
