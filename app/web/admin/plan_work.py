"""What the buttons of a plan's form do: rows, words, files, checks, saves, merges, previews, each answered with a page.

The routes are in `plans`; what is done to rows is said by `plan_sheet`, what becomes of a plan by `plan_saving`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from fastapi import Response

from app.domain.dates import shanghai_day
from app.domain.errors import ConflictError, DomainError
from app.domain.schemas import PlanIn
from app.store.service import Change, Current, get_current
from app.store.unsaved import drop_unsaved, keep_unsaved
from app.web.admin.clashes import CHOICE, choices_of, show_clash
from app.web.admin.frame import lead_to
from app.web.admin.plan_files import read_file, yaml_of
from app.web.admin.plan_filling import complete
from app.web.admin.plan_page import show_form
from app.web.admin.plan_saving import (
    STATES,
    Versions,
    check_plan,
    find_current,
    read_plan,
    save_plan,
    versions,
)
from app.web.admin.plan_sheet import Sheet, change_rows, kept_of
from app.web.admin.understanding import fill_in
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Showing
from app.web.posted import Posted

_CHOSEN: Final = ("do", "against", "into")
# From here on it is not what was typed that is wrong.
_OURS: Final = 500


@dataclass(slots=True)
class Work:
    """A posted form: the sheet, the plan's short name if it was saved before, the button, and the row that it is for."""

    visit: Visit
    posted: Posted
    sheet: Sheet
    slug: str | None
    deed: str
    row: str

    @classmethod
    def of_posted(cls, visit: Visit, posted: Posted, slug: str | None) -> "Work":
        """Take what was posted; raise `bad_field_name` for what this form never sent."""
        deed, _, row = posted.first("do").partition(":")
        typed = (pair for pair in posted.without(_CHOSEN) if not pair[0].startswith(CHOICE))
        return cls(visit, posted, Sheet.of_pairs(typed), slug, deed, row)

    def answer(self) -> Response:
        """Do what the button says; one that there is not looks at what was typed."""
        return _DEEDS.get(self.deed, Work.check)(self)

    def _show(self, showing: Showing) -> Response:
        """Show the form with what was typed, which is kept from now on, in whichever language it is looked at."""
        self._keep()
        kept = replace(showing, kept=True)
        with self.visit.db.read() as session:
            return show_form(self.visit, session, self.sheet, find_current(session, self.slug), kept)

    def _keep(self) -> None:
        with self.visit.db.write() as session:
            keep_unsaved(session, self.visit.me.id, self.sheet.key, self.sheet.pairs(), self.visit.now)

    def _complete(self) -> Current | None:
        """Fill in what the form says itself; give how the plan stands."""
        with self.visit.db.read() as session:
            complete(session, self.sheet.form)
            return find_current(session, self.slug)

    def _by(self) -> Change:
        return self.visit.me.change(self.sheet.reason or None, self.visit.now)

    def change_row(self) -> Response:
        """Do something to a row, and show the form at it."""
        with self.visit.db.read() as session:
            current = find_current(session, self.slug)
        kept = kept_of(current.applied) if current is not None and current.shown else frozenset()
        today = shanghai_day(self.visit.now).isoformat()
        return self._show(
            Showing(opened=change_rows(self.sheet.form, f"{self.deed}:{self.row}", kept, today))
        )

    def understand(self) -> Response:
        """Fill in what the words of figures and due dates say."""
        fill_in(self.sheet.form, self.row if self.deed == "take" else "")
        return self._show(Showing(opened=self.row))

    def take_over(self) -> Response:
        """Fill the form from a file."""
        self.sheet, showing = read_file(self.visit.speech, self.posted.file, self.sheet)
        return self._show(showing)

    def write_yaml(self) -> Response:
        """Show the form with what it holds as YAML."""
        self._complete()
        return self._show(Showing(yaml=yaml_of(self.sheet.form)))

    def check(self) -> Response:
        """Say what is wrong, without saving."""
        try:
            plan = read_plan(self.sheet, self._complete())
            with self.visit.db.read() as session:
                check_plan(session, plan, self._by())
        except DomainError as error:
            return self._refused(error)
        said = self.visit.speech.gettext("Nothing to mend was found. It is not saved yet.")
        return self._show(Showing(done=said))

    def _refused(self, error: DomainError) -> Response:
        if error.status >= _OURS:
            raise error
        return self._show(Showing(problems=error.problems, status=error.status))

    def preview(self) -> Response:
        """Keep the form, so that nothing is lost in between, and lead to what the public would see."""
        try:
            read_plan(self.sheet, self._complete())
        except DomainError as error:
            return self._refused(error)
        self._keep()
        return lead_to(self.visit.lang, f"/admin/preview/{self.sheet.key}")

    def save(self, taken: int | None = None) -> Response:
        """Save; what is refused is shown in the form, what clashes side by side."""
        try:
            plan = read_plan(self.sheet, self._complete())
            with self.visit.db.write() as session:
                written = save_plan(session, plan, self.sheet, self.deed, self._by(), taken)
                drop_unsaved(session, self.visit.me.id, {self.sheet.key, written.key})
        except ConflictError as error:
            if self.slug is None or error.code == "key_taken":
                return self._refused(error)
            return self._clash(plan, self.slug)
        except DomainError as error:
            return self._refused(error)
        return lead_to(self.visit.lang, f"/admin/plans/{written.key}/edit", done=self.deed)

    def _clash(self, plan: PlanIn, slug: str) -> Response:
        clash = self._versions(plan, slug)
        return show_clash(self.visit, self.sheet, clash, clash.merged(), self.deed, asked=False)

    def _versions(self, plan: PlanIn, slug: str) -> Versions:
        with self.visit.db.read() as session:
            return versions(session, plan, self.sheet, get_current(session, "plan", slug))

    def merge(self) -> Response:
        """Merge by what was chosen, and save it, or go on editing; what was chosen against an older version is not."""
        if self.slug is None:
            return self.check()
        merging, into = self.deed, self.posted.first("into")
        self.deed = into if into in STATES else "save"
        try:
            plan = read_plan(self.sheet, self._complete())
        except DomainError as error:
            return self._refused(error)
        clash = self._versions(plan, self.slug)
        fresh = self.posted.first("against") == str(clash.seen)
        merged = clash.merged(choices_of(clash, self.posted.pairs) if fresh else None)
        if merged.open or not fresh:
            return show_clash(self.visit, self.sheet, clash, merged, self.deed, asked=True)
        whole = Sheet.of_seed(merged.seed, self.sheet.key, clash.seen)
        self.sheet = replace(whole, reason=self.sheet.reason)
        return self.save(clash.taken) if merging == "merge" else self._show(Showing())


_DEEDS: Final[Mapping[str, Callable[[Work], Response]]] = {
    **dict.fromkeys(("add", "copy", "up", "down", "remove", "restore"), Work.change_row),
    **dict.fromkeys(("understand", "take"), Work.understand),
    **dict.fromkeys(STATES, Work.save),
    **dict.fromkeys(("merge", "merge-edit"), Work.merge),
    "take-over": Work.take_over,
    "yaml": Work.write_yaml,
    "preview": Work.preview,
}
