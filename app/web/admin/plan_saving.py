"""From a plan's form to the service: what is valid is saved, and of two that changed one plan neither overwrites the other.

The page of the form is in `plan_page`, the routes are in `plans`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.merging import Merge, Path, Seed, Side, merge
from app.domain.schemas import Entity, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.store import service
from app.store.revisions import list_revisions
from app.store.service import Change, Current, Written
from app.web.admin.plan_sheet import DECIDED, Sheet

STATES: Final[Mapping[str, EditorialState]] = {
    "save": EditorialState.DRAFT,
    "submit": EditorialState.IN_REVIEW,
    "publish": EditorialState.PUBLISHED,
}
"""By the button, the state in which something is saved."""


@dataclass(frozen=True, slots=True)
class Versions:
    """A form against what somebody else made of its plan, or other entity, meanwhile: which version each is of.

    `seen` is the version that the merge goes on from; `base` the applied one that it takes into account, if what
    was published meanwhile is what it is merged with.
    """

    kind: str
    base: Seed
    mine: Seed
    theirs: Seed
    seen: int
    taken: int | None
    author: str
    at: datetime

    def merged(self, choices: Mapping[Path, Side] | None = None) -> Merge:
        """Merge the two."""
        return merge(self.base, self.mine, self.theirs, choices)


def read_plan(sheet: Sheet, current: Current | None) -> PlanIn:
    """Validate what was typed; raise DomainError with every problem at the path of the data.

    A plan that has been saved keeps its short name: `slug_fixed`.
    """
    plan = validate(PlanIn, sheet.form.folded().data)
    if current is not None and plan.slug != current.key:
        raise DomainError("slug_fixed", "slug", slug=current.key)
    return plan


def check_plan(session: Session, plan: PlanIn, by: Change) -> None:
    """Ask the rules that span tables, without writing; raise DomainError with every one that is broken."""
    writer = service.WRITERS["plan"]
    stored = service.get_stored(session, writer, plan.slug)
    (decision,) = service.decide(writer, service.Refs.of(session), stored, [plan], by)
    if decision.problems:
        raise DomainError.of(decision.problems)


def find_current(session: Session, slug: str | None) -> Current | None:
    """Read how the plan of a form stands; none for a new one. Raise NotFoundError `unknown_plan`."""
    return None if slug is None else service.get_current(session, "plan", slug)


def save_plan(
    session: Session, plan: PlanIn, sheet: Sheet, deed: str, by: Change, taken: int | None = None
) -> Written:
    """Save a plan by one of STATES; `taken` is the applied version that it was merged with."""
    return service.save(session, "plan", plan, by, sheet.seen, state=STATES[deed], base=taken)


def versions(session: Session, entity: Entity, sheet: Sheet, current: Current) -> Versions:
    """Put what was typed beside what a plan, or another entity, has become since it was loaded, and what it was then."""
    mine = service.WRITERS[current.kind].seed(entity)
    if current.version != sheet.seen:
        base, theirs, taken = _of_version(session, current, sheet.seen), current.seed, None
    else:
        base = _of_version(session, current, current.base_of_next)
        theirs, taken = current.applied, current.applied_version
    return Versions(
        kind=current.kind,
        base=_content(base),
        mine=_content(mine),
        theirs=_content(theirs),
        seen=current.version,
        taken=taken,
        author=current.author,
        at=current.at,
    )


def _of_version(session: Session, current: Current, version: int) -> Seed:
    """Give the seed form of a version; nothing where there is none, so that everything counts as changed."""
    rows = list_revisions(session, current.kind, current.key)
    found = (row.seed for row in rows if row.version == version)
    return next(found, {})


def _content(seed: Mapping[str, Any]) -> Seed:
    return {name: value for name, value in seed.items() if name not in DECIDED}
