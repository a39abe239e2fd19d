"""The page on which two versions of a plan are brought together, field by field.

How they are merged is in `domain.merging`, which versions they are in `plan_saving`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Final

from fastapi import Response

from app.domain.merging import Difference, Merge, Path, Side
from app.web.admin.frame import AdminContext, admin_head, show
from app.web.admin.plan_saving import Versions
from app.web.admin.plan_sheet import Sheet
from app.web.admin.sheet_view import field_label
from app.web.admin.visits import Visit
from app.web.said import value_words
from app.web.speech import Speech

CHOICE: Final = "choose."
"""How the name of a choice begins; the number of the difference follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One difference in words; `chosen` is the side that is preselected, if one is."""

    name: str
    where: str
    base: str
    mine: str
    theirs: str
    chosen: Side | None
    clash: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashPage(AdminContext):
    """What the page of a clash shows."""

    template: ClassVar[str] = "admin/clash.html"
    sheets: ClassVar[tuple[str, ...]] = (*AdminContext.sheets, "form.css")

    action: str
    pairs: list[tuple[str, str]]  # all that was typed, to come back with the choices
    against: int  # the version that it is put beside
    into: str  # what was to be done with the plan
    author: str
    when: str
    rows: tuple[Row, ...]
    unchosen: int


def show_clash(
    visit: Visit, sheet: Sheet, clash: Versions, merged: Merge, into: str, *, asked: bool
) -> Response:
    """Answer with both versions side by side; `asked` says that choices were sent and some are missing."""
    speech = visit.speech
    if clash.kind == "plan":
        title = speech.gettext("Somebody else has changed this plan")
    else:
        title = speech.gettext("Somebody else has changed this meanwhile")
    page = ClashPage(
        head=admin_head(visit.request, visit.lang, title),
        me=visit.me,
        part="lists",
        action=visit.request.url.path,
        pairs=sheet.pairs(),
        against=clash.seen,
        into=into,
        author=clash.author,
        when=speech.moment(clash.at),
        rows=tuple(_row(speech, clash.kind, number, one) for number, one in enumerate(merged.differences)),
        unchosen=len(merged.open) if asked else 0,
    )
    return show(page, visit.lang, HTTPStatus.CONFLICT)


def choices_of(clash: Versions, pairs: Iterable[tuple[str, str]]) -> dict[Path, Side]:
    """Read which side was chosen of each difference."""
    sides: dict[str, Side] = {"mine": "mine", "theirs": "theirs"}
    chosen = {name: sides[value] for name, value in pairs if name.startswith(CHOICE) and value in sides}
    paths = [one.path for one in clash.merged().differences]
    return {
        path: chosen[f"{CHOICE}{number}"]
        for number, path in enumerate(paths)
        if f"{CHOICE}{number}" in chosen
    }


def _row(speech: Speech, kind: str, number: int, one: Difference) -> Row:
    return Row(
        name=f"{CHOICE}{number}",
        where=_where(speech, kind, one.path),
        base=_said(speech, kind, one.path, one.base),
        mine=_said(speech, kind, one.path, one.mine),
        theirs=_said(speech, kind, one.path, one.theirs),
        chosen=one.chosen,
        clash=one.clash,
    )


def _where(speech: Speech, kind: str, path: Path) -> str:
    """Name the field of a difference, behind what it belongs to: targets zj-x.revenue › deadlines 2027 › unit."""
    lists = {
        "targets": speech.gettext("Target"),
        "measures": speech.gettext("Policy measure"),
        "deadlines": speech.gettext("Deadline"),
        "links": speech.gettext("Linked plan"),
        "evidence": speech.gettext("Evidence"),
    }
    said: list[str] = []
    parts = iter(path)
    for part in parts:
        if part in lists:
            said.append(f"{lists[part]} {next(parts, '')}".strip())
        else:
            said.append(field_label(speech, ".".join(path[:1]), part, kind=kind))
    return " › ".join(said)


def _said(speech: Speech, kind: str, path: Path, value: Any) -> str:
    """Write a value for a reader; a whole group by its fields, one after the other."""
    if value is None:
        return ""
    if isinstance(value, dict):
        inner = (_said(speech, kind, (*path, name), each) for name, each in value.items())
        return speech.gettext("; ").join(inner)
    if isinstance(value, list):
        return speech.gettext("; ").join(_said(speech, kind, path, each) for each in value)
    if path[-1] == "inferred":
        return speech.term("Field", str(value))
    return value_words(speech, kind, path[0], path[-1], str(value))
