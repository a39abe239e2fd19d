"""The page of a single thing's form: everything that it shows around what was typed.

What is done with a posted form is in `entity_work`, which fields there are in `entity_fields` and `observing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from fastapi import Response
from sqlalchemy.orm import Session

from app.domain.dates import shanghai_day
from app.domain.vocabulary import (
    Boundary,
    Check,
    Comparator,
    Coverage,
    Kind,
    ObservationStatus,
)
from app.store.queries.naming import NAME_KINDS, NameKind, list_named
from app.store.revisions import EDITED
from app.store.service import Current
from app.web.admin.entity_fields import FIELDS, Field
from app.web.admin.entity_sheet import Subject
from app.web.admin.frame import admin_head, show
from app.web.admin.likeness import Likeness, like_observations
from app.web.admin.observing import MEASURED, completed, read_figure
from app.web.admin.plan_sheet import Sheet, blank_row
from app.web.admin.sheet_view import SheetView, beside, resolve, wrongs_of
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Showing, WorkPage, frame_work, title_of
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
# What is called by a whole sentence is told from others by its fields alone.
_CALLED_BY_SENTENCES: Final = frozenset({"observation", "assessment"})
# What a change to these does to comparisons is for a reviewer to see.
_COMPARED_BY: Final = frozenset({"metric", "topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage(WorkPage):
    """What the page of a single thing's form shows."""

    template: ClassVar[str] = "admin/entity_form.html"

    kind: str
    fields: tuple[Field, ...]
    locked: tuple[str, ...]  # fields that stay as they were saved
    alike: tuple[Likeness, ...]
    compared: bool  # a change to it changes what is compared with what
    edited: bool  # it is public only when it is published


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
        wrongs=wrongs_of(
            speech, subject.schema, form, form.folded(), showing.problems, {MEASURED}, kind=kind
        ),
        read=read,
        opened=frozenset([showing.opened]),
        references=subject.references,
    )
    at = address(subject.address, {"unsaved": sheet.key if showing.kept else None})
    page = EntityPage(
        head=admin_head(visit.request, visit.lang, _title(speech, kind, form, new=current is None), at=at),
        me=visit.me,
        part="lists",
        work=frame_work(visit, sheet, current, showing, subject.address),
        view=view,
        blanks=_blanks(subject),
        choices=_CHOICES,
        lists=tuple((each, list_named(session, each)) for each in _named_kinds(kind, fields)),
        kind=kind,
        fields=fields,
        locked=() if current is None else _locked(kind),
        alike=tuple(_alike(visit, session, subject, form)),
        compared=kind in _COMPARED_BY,
        edited=kind in EDITED,
    )
    return show(page, visit.lang, showing.status)


def _alike(visit: Visit, session: Session, subject: Subject, form: Form) -> Iterable[Likeness]:
    if subject.kind != "observation":
        return ()
    filled = completed(session, form, shanghai_day(visit.now), new=subject.key is None)
    return like_observations(visit.speech, session, filled, subject.key or "")


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


def _title(speech: Speech, kind: str, form: Form, *, new: bool) -> str:
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
    if new:
        return titles[kind][0]
    called = title_of(speech, form) if kind not in _CALLED_BY_SENTENCES else ""
    return (
        speech.gettext("{deed}: {title}", deed=titles[kind][1], title=called) if called else titles[kind][1]
    )
