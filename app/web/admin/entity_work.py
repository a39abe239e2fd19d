"""What the buttons of a single thing's form do: rows, checks, saves, merges, each answered with a page.

The routes are in `entities`; a plan's form, which has more of them, has its own in `plan_work`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi import Response

from app.domain.dates import shanghai_day
from app.domain.errors import ConflictError, DomainError, Problem
from app.domain.schemas import Entity
from app.store.service import Current, get_current, save
from app.store.unsaved import drop_unsaved, keep_unsaved
from app.web.admin.clashes import CHOICE, choices_of, show_clash
from app.web.admin.entity_page import show_entity
from app.web.admin.entity_sheet import Subject
from app.web.admin.frame import lead_to
from app.web.admin.observing import SUGGESTED, complete_observation
from app.web.admin.plan_filling import name_after_words
from app.web.admin.plan_saving import STATES, Versions, versions
from app.web.admin.plan_sheet import Sheet, change_rows
from app.web.admin.sheet_view import resolve
from app.web.admin.visits import Visit
from app.web.admin.work_frame import Showing
from app.web.posted import Posted

_CHOSEN: Final = ("do", "against", "into")
_ROWS: Final = frozenset({"add", "copy", "up", "down", "remove"})
# From here on it is not what was typed that is wrong.
_OURS: Final = 500


@dataclass(slots=True)
class EntityWork:
    """A posted form: what it is about, its sheet, the button, and the row that the button is for."""

    visit: Visit
    posted: Posted
    subject: Subject
    sheet: Sheet
    deed: str
    row: str

    @classmethod
    def of_posted(cls, visit: Visit, posted: Posted, subject: Subject) -> "EntityWork":
        """Take what was posted; raise `bad_field_name` for what this form never sent."""
        deed, _, row = posted.first("do").partition(":")
        typed = (pair for pair in posted.without(_CHOSEN) if not pair[0].startswith(CHOICE))
        return cls(visit, posted, subject, Sheet.of_pairs(typed), deed, row)

    def answer(self) -> Response:
        """Do what the button says; one that there is not looks at what was typed."""
        if self.deed in _ROWS:
            return self._change_row()
        if self.deed in STATES:
            return self._save()
        if self.deed in {"merge", "merge-edit"} and self.subject.key is not None:
            return self._merge(self.subject.key)
        return self._check()

    def _show(self, showing: Showing) -> Response:
        """Show the form with what was typed, which is kept from now on, in whichever language it is looked at."""
        with self.visit.db.write() as session:
            keep_unsaved(session, self.visit.me.id, self.sheet.key, self.sheet.pairs(), self.visit.now)
        current, kept = self._current(), replace(showing, kept=True)
        with self.visit.db.read() as session:
            return show_entity(self.visit, session, self.subject, self.sheet, current, kept)

    def _current(self) -> Current | None:
        if self.subject.key is None:
            return None
        with self.visit.db.read() as session:
            return get_current(session, self.subject.kind, self.subject.key)

    def _change_row(self) -> Response:
        asked, schema = f"{self.deed}:{self.row}", self.subject.schema
        return self._show(Showing(opened=change_rows(self.sheet.form, asked, (), "", schema)))

    def _check(self) -> Response:
        try:
            self._read()
        except DomainError as error:
            return self._refused(error)
        said = self.visit.speech.gettext("Nothing to mend was found. It is not saved yet.")
        return self._show(Showing(done=said))

    def _read(self) -> Entity:
        """Fill in what the form says itself, and validate it; raise DomainError with every problem."""
        form, today = self.sheet.form, shanghai_day(self.visit.now)
        found: list[Problem] = []
        with self.visit.db.read() as session:
            if self.subject.kind == "observation":
                found = complete_observation(session, form, today, new=self.subject.key is None)
            else:
                resolve(session, form, self.subject.references)
        if self.subject.kind != "assessment":
            name_after_words(form)
        try:
            entity = self.subject.read(self.sheet, self._current())
        except DomainError as error:
            error.problems = _first(found, error.problems)
            raise
        if found:
            raise DomainError.of(found)
        return entity

    def _refused(self, error: DomainError) -> Response:
        if error.status >= _OURS:
            raise error
        return self._show(Showing(problems=error.problems, status=error.status))

    def _save(self, taken: int | None = None) -> Response:
        """Save; what is refused is shown in the form, what clashes side by side."""
        by = self.visit.me.change(self.sheet.reason or None, self.visit.now)
        kind, state = self.subject.kind, STATES[self.deed]
        try:
            entity = self._read()
            with self.visit.db.write() as session:
                written = save(session, kind, entity, by, self.sheet.seen, state=state, base=taken)
                drop_unsaved(session, self.visit.me.id, {self.sheet.key})
        except ConflictError as error:
            if self.subject.key is None or error.code == "key_taken":
                return self._refused(error)
            clash = self._versions(entity, self.subject.key)
            return show_clash(self.visit, self.sheet, clash, clash.merged(), self.deed, asked=False)
        except DomainError as error:
            return self._refused(error)
        deed = self.deed if written.waits or self.subject.kind == "observation" else "publish"
        return lead_to(self.visit.lang, Subject(kind, written.key).address, done=deed)

    def _versions(self, entity: Entity, key: str) -> Versions:
        with self.visit.db.read() as session:
            return versions(session, entity, self.sheet, get_current(session, self.subject.kind, key))

    def _merge(self, key: str) -> Response:
        """Merge by what was chosen, and save it, or go on editing; what was chosen against an older version is not."""
        merging, into = self.deed, self.posted.first("into")
        self.deed = into if into in STATES else "save"
        try:
            entity = self._read()
        except DomainError as error:
            return self._refused(error)
        clash = self._versions(entity, key)
        fresh = self.posted.first("against") == str(clash.seen)
        merged = clash.merged(choices_of(clash, self.posted.pairs) if fresh else None)
        if merged.open or not fresh:
            return show_clash(self.visit, self.sheet, clash, merged, self.deed, asked=True)
        whole = self.subject.sheet(merged.seed, self.sheet.key, clash.seen)
        self.sheet = replace(whole, reason=self.sheet.reason)
        return self._save(clash.taken) if merging == "merge" else self._show(Showing())


def _first(found: Sequence[Problem], others: Sequence[Problem]) -> list[Problem]:
    """Put first what is wrong with the fields that others follow from, and leave out what is missing through them."""
    through = SUGGESTED if found else ()
    said = {problem.field for problem in found}
    rest = [
        problem
        for problem in others
        if problem.field not in said and not (problem.code == "missing" and problem.field in through)
    ]
    return [*found, *rest]
