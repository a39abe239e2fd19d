"""The page of a single thing's form: everything that it shows around what was typed.

What is done with a posted form is in `entity_work`, which fields there are in `entity_fields` and `observing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar, Final

from fastapi import Response
from sqlalchemy.orm import Session

from app.domain.dates import shanghai_day
from app.domain.errors import Problem
from app.domain.vocabulary import (
    Boundary,
    Check,
    Comparator,
    Coverage,
    EditorialState,
    Kind,
    ObservationStatus,
    Role,
)
from app.store.queries.naming import NAME_KINDS, NameKind, list_named
from app.store.revisions import EDITED
from app.store.service import Current
from app.store.unsaved import UnsavedForm
from app.store.views.named import NamedView
from app.web.admin.entity_fields import FIELDS, Field
from app.web.admin.entity_sheet import Subject
from app.web.admin.frame import AdminContext, admin_head, show
from app.web.admin.observing import MEASURED, read_figure
from app.web.admin.plan_page import Offer
from app.web.admin.plan_sheet import Sheet, blank_row
from app.web.admin.sheet_view import SheetView, beside, resolve, wrongs_of
from app.web.admin.visits import Visit
from app.web.forms import Form
from app.web.speech import Speech, address

_CHOICES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "kind": tuple(one for one in Kind if one is not Kind.QUALITATIVE),
    "boundary": tuple(Boundary),
    "coverage": tuple(Coverage),
    "comparator": tuple(Comparator),
    "status": tuple(ObservationStatus),
    "check": tuple(Check),
}
# What a change to these does to comparisons is for a reviewer to see.
_COMPARED_BY: Final = frozenset({"metric", "topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage(AdminContext):
    """What the page of a single thing's form shows."""

    template: ClassVar[str] = "admin/entity_form.html"
    sheets: ClassVar[tuple[str, ...]] = (*AdminContext.sheets, "form.css")
    scripts: ClassVar[tuple[str, ...]] = ("form.js", "form-pick.js", "form-keep.js")

    kind: str
    action: str
    sheet: Sheet
    view: SheetView
    blanks: Mapping[str, SheetView]  # by the name of a list, a view in which the row ROW is a blank one
    fields: tuple[Field, ...]
    locked: tuple[str, ...]  # fields that stay as they were saved
    lists: tuple[tuple[str, list[NamedView]], ...]
    offers: tuple[Offer, ...]
    state: EditorialState | None
    waits: int | None  # the version that the public sees, where a change to it waits
    desk: str | None  # where its history is, and what can be done with it
    compared: bool  # a change to it changes what is compared with what
    edited: bool  # it is public only when it is published
    choices: Mapping[str, tuple[StrEnum, ...]]
    done: str
    publishes: bool
    today: date


@dataclass(frozen=True, slots=True)
class Showing:
    """How a form is shown: what is wrong, what was done, what could be gone on with."""

    problems: Sequence[Problem] = ()
    done: str = ""
    offers: Sequence[UnsavedForm] = ()
    status: int = HTTPStatus.OK
    opened: str = ""
    kept: bool = False  # whether it is kept as unsaved work, so that it is there in the other language too


def show_entity(
    visit: Visit,
    session: Session,
    subject: Subject,
    sheet: Sheet,
    current: Current | None,
    showing: Showing,
) -> Response:
    """Answer with the form; what it names is looked up, and its problems stand beside their fields."""
    speech, form, kind = visit.speech, sheet.form, subject.kind
    names = resolve(session, form, subject.references)
    read = {"": beside(speech, [read_figure(form)])} if kind == "observation" else {}
    fields = FIELDS.get(kind, ())
    view = SheetView(
        form=form,
        names=names,
        wrongs=wrongs_of(speech, subject.schema, form, form.folded(), showing.problems, {MEASURED}),
        read=read,
        opened=frozenset([showing.opened]),
        references=subject.references,
    )
    waits = current is not None and current.waits and current.shown
    at = address(subject.address, {"unsaved": sheet.key if showing.kept else None})
    page = EntityPage(
        head=admin_head(visit.request, visit.lang, _title(speech, kind, new=current is None), at=at),
        me=visit.me,
        part="lists",
        kind=kind,
        action=speech.path(subject.address),
        sheet=sheet,
        view=view,
        blanks=_blanks(subject),
        fields=fields,
        locked=() if current is None else _locked(kind),
        lists=tuple((each, list_named(session, each)) for each in _named_kinds(kind, fields)),
        offers=tuple(_offer(speech, subject, unsaved) for unsaved in showing.offers),
        state=None if current is None else current.state,
        waits=current.applied_version if current is not None and waits else None,
        desk=None if current is None else speech.path(f"/admin/desk/{kind}/{current.key}"),
        compared=kind in _COMPARED_BY,
        edited=kind in EDITED,
        choices=_CHOICES,
        done=showing.done,
        publishes=visit.me.may(Role.REVIEWER),
        today=shanghai_day(visit.now),
    )
    return show(page, visit.lang, showing.status)


def _blanks(subject: Subject) -> dict[str, SheetView]:
    if subject.kind == "observation":
        return {"evidence": SheetView(Form({"ROW": blank_row("evidence", subject.schema)}))}
    rows = [each.name for each in FIELDS[subject.kind] if each.how in {"texts", "picks"}]
    return {
        name: SheetView(Form({"ROW": ""}), references={**subject.references, "ROW": "region"})
        for name in rows
    }


def _locked(kind: str) -> tuple[str, ...]:
    return {"region": ("code",), "assessment": ("region", "topic")}.get(kind, ("slug",))


def _named_kinds(kind: str, fields: tuple[Field, ...]) -> list[NameKind]:
    if kind == "observation":
        return [each for each in NAME_KINDS if each != "plan"]
    return sorted({each.kind for each in fields if each.how in {"pick", "picks"}})


def _title(speech: Speech, kind: str, *, new: bool) -> str:
    titles = {
        "source": (speech.gettext("New source"), speech.gettext("Edit a source")),
        "metric": (speech.gettext("New metric"), speech.gettext("Edit a metric")),
        "topic": (speech.gettext("New topic"), speech.gettext("Edit a topic")),
        "organization": (speech.gettext("New organization"), speech.gettext("Edit an organization")),
        "region": (speech.gettext("New region"), speech.gettext("Edit a region")),
        "observation": (speech.gettext("New observation"), speech.gettext("Edit an observation")),
        "assessment": (
            speech.gettext("New search without a find"),
            speech.gettext("Edit a search without a find"),
        ),
    }
    return titles[kind][0 if new else 1]


def _offer(speech: Speech, subject: Subject, unsaved: UnsavedForm) -> Offer:
    form = Form.of_pairs(unsaved.pairs)
    title = (
        form.value(name) for name in ("title_zh", "name_zh", "statement_zh", "value_as_stated", MEASURED)
    )
    said = speech.gettext(
        "There is unsaved work of {time}: {title}",
        time=speech.moment(unsaved.at),
        title=next(filter(None, title), "") or speech.gettext("without a title"),
    )
    return Offer(
        said,
        speech.path(subject.address, unsaved=unsaved.key),
        speech.path(f"/admin/unsaved/{unsaved.key}/drop"),
    )
