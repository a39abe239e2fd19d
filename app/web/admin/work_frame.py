"""The frame of the larger forms: how the thing stands, what was just done, unsaved work, where the form is sent.

What stands in the form is in `plan_page` and `entity_page`; the frame of every page behind the login is in `frame`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar, Final

from app.domain.dates import shanghai_day
from app.domain.errors import Problem
from app.domain.vocabulary import EditorialState, Role
from app.store.service import Current
from app.store.unsaved import UnsavedForm
from app.store.views.named import NamedView
from app.web.admin.entity_sheet import form_address
from app.web.admin.frame import AdminContext
from app.web.admin.observing import MEASURED
from app.web.admin.plan_sheet import Sheet
from app.web.admin.sheet_view import SheetView
from app.web.admin.visits import Visit
from app.web.forms import Form
from app.web.speech import Speech

# The fields by which somebody knows a form again, the most telling first; texts in the reader's language before.
_TELLING: Final = ("title", "name", "statement")


@dataclass(frozen=True, slots=True)
class Offer:
    """Unsaved work that can be gone on with or dropped."""

    said: str
    href: str
    dropping: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a file that was taken over."""

    line: int
    where: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What is to be shown of a form besides what is in it; `mistakes` and `yaml` are of a plan alone."""

    problems: Sequence[Problem] = ()
    mistakes: Sequence[Mistake] = ()
    opened: str = ""
    offers: Sequence[UnsavedForm] = ()
    done: str = ""
    yaml: str = ""
    status: int = HTTPStatus.OK
    kept: bool = False  # whether it is kept as unsaved work, so that it is there in the other language too


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFrame:
    """What stands around the fields of a form."""

    action: str
    sheet: Sheet
    offers: tuple[Offer, ...]
    state: EditorialState | None  # of the thing as it was saved last
    waits: int | None  # the version that the public sees, where a change to it waits
    desk: str | None  # where its history is, and what can be done with it
    done: str  # what has just been done
    publishes: bool
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage(AdminContext):
    """The base of the pages of the larger forms."""

    sheets: ClassVar[tuple[str, ...]] = (*AdminContext.sheets, "form.css")
    scripts: ClassVar[tuple[str, ...]] = ("form.js", "form-pick.js", "form-keep.js")

    work: WorkFrame
    view: SheetView
    blanks: Mapping[str, SheetView]  # by the name of a list, a view in which the row ROW is a blank one
    choices: Mapping[str, tuple[StrEnum, ...]]
    lists: tuple[tuple[str, list[NamedView]], ...]


def frame_work(visit: Visit, sheet: Sheet, current: Current | None, showing: Showing, to: str) -> WorkFrame:
    """Say how a thing stands whose form is sent to an address, which is without the language."""
    speech = visit.speech
    waits = current is not None and current.waits and current.shown
    return WorkFrame(
        action=speech.path(to),
        sheet=sheet,
        offers=tuple(offer(speech, unsaved) for unsaved in showing.offers),
        state=None if current is None else current.state,
        waits=current.applied_version if current is not None and waits else None,
        desk=None if current is None else speech.path(f"/admin/desk/{current.kind}/{current.key}"),
        done=showing.done,
        publishes=visit.me.may(Role.REVIEWER),
        today=shanghai_day(visit.now),
    )


def offer(speech: Speech, unsaved: UnsavedForm) -> Offer:
    """Offer unsaved work to be gone on with."""
    said = speech.gettext(
        "There is unsaved work of {time}: {title}",
        time=speech.moment(unsaved.at),
        title=title_of(speech, Form.of_pairs(unsaved.pairs)) or speech.gettext("without a title"),
    )
    to = speech.path(form_address(unsaved.key), unsaved=unsaved.key)
    return Offer(said, to, speech.path(f"/admin/unsaved/{unsaved.key}/drop"))


def title_of(speech: Speech, form: Form) -> str:
    """Give the words by which somebody knows what stands in a form; blank where there are none."""
    both = ("zh", "en") if speech.lang == "zh" else ("en", "zh")
    names = [f"{name}_{lang}" for name in _TELLING for lang in both]
    return next(filter(None, map(form.value, (*names, "value_as_stated", MEASURED))), "")


def done_words(speech: Speech, deed: str) -> str:
    """Say what has just been done with a form, by the button; blank for no deed."""
    return {
        "save": speech.gettext("Saved as a draft."),
        "submit": speech.gettext("Submitted for review."),
        "publish": speech.gettext("Published."),
    }.get(deed, "")
