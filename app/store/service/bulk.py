"""Many entities saved at once, which may name each other in any order: what an upload holds.

Each goes the way that `editorial` gives it; what is read from files is checked before it comes here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.errors import DomainError, Problem
from app.domain.schemas import Entity
from app.domain.vocabulary import EditorialState
from app.store.revisions import EDITED, Change, Outcome, Written
from app.store.service.desk import SHOWN, get_current, in_state
from app.store.service.editorial import save
from app.store.service.kinds import WRITERS, check_units
from app.store.service.refs import Refs
from app.store.service.uses import retires, still_used
from app.store.service.write import Decision, Stored, apply, decide, get_stored


@dataclass(frozen=True, slots=True)
class Refused:
    """What forbids one of the entities: its kind and its place among those of that kind, from 0."""

    kind: str
    number: int
    problem: Problem


def save_all(
    session: Session, entities: Mapping[str, Sequence[Entity]], by: Change
) -> tuple[list[Written], list[Refused]]:
    """Save entities by kind as `save` would; by one who may not publish alone, plans and observations as drafts.

    What another person has under way is not replaced: `under_way`. If anything is refused, the caller rolls back.
    """
    bulk = _Bulk(session, by)
    decisions = {kind: bulk.decide(kind, entities.get(kind, ())) for kind in WRITERS}
    if bulk.refused:
        return [], bulk.refused
    for kind in WRITERS:
        bulk.create(kind, decisions[kind])
    for kind in WRITERS:
        bulk.change(kind, decisions[kind], retiring=False)
    # What is retired goes last and its users first, so that something may go with the last that names it.
    for kind in reversed(list(WRITERS)):
        bulk.change(kind, decisions[kind], retiring=True)
    if not bulk.refused:
        bulk.check_units(decisions["metric"])
        bulk.check_uses(decisions)
    return bulk.written, bulk.refused


class _Bulk:
    """The work on one upload, within a write session."""

    def __init__(self, session: Session, by: Change) -> None:
        self.session = session
        self.by = by
        # Under four eyes nobody publishes what he himself sends.
        self.alone = by.publishes and not by.four_eyes
        self.written: list[Written] = []
        self.refused: list[Refused] = []

    def decide(self, kind: str, entities: Sequence[Entity]) -> list[Decision[Any]]:
        """Decide on the entities of a kind, and note what forbids them."""
        writer = WRITERS[kind]
        stored = get_stored(self.session, writer, *dict.fromkeys(map(writer.key, entities)))
        wanted = [self._in_state(kind, entity, stored, number) for number, entity in enumerate(entities)]
        decisions = decide(writer, Refs.of(self.session), stored, wanted, self.by)
        for number, decision in enumerate(decisions):
            self.refused += [Refused(kind, number, problem) for problem in decision.problems]
            if decision.stored is not None and decision.result.outcome is not Outcome.UNCHANGED:
                self._refuse_under_way(kind, number, decision)
        return decisions

    def create(self, kind: str, decisions: Sequence[Decision[Any]]) -> None:
        """Write what is new, all of a kind at once: a plan may name the next one."""
        new = [decision for decision in decisions if decision.stored is None]
        apply(self.session, WRITERS[kind], new, self.by, settle=True)
        self.written += [decision.result for decision in new]

    def change(self, kind: str, decisions: Sequence[Decision[Any]], *, retiring: bool) -> None:
        """Save what was there and is retired by this, or all else, each for itself: some of it waits."""
        for number, decision in enumerate(decisions):
            if self.refused or decision.stored is None or retiring is not retires(decision.result):
                continue
            if decision.result.outcome is Outcome.UNCHANGED:
                # It says what is applied: what waits beside it goes on waiting.
                self.written.append(decision.result)
                continue
            state = None if self.alone else EditorialState.DRAFT
            try:
                self.written.append(save(self.session, kind, decision.entity, self.by, state=state))
            except DomainError as error:
                self.refused += [Refused(kind, number, problem) for problem in error.problems]

    def check_units(self, metrics: Sequence[Decision[Any]]) -> None:
        """Hold figures to what their metrics are now, whether or not a metric's change waits."""
        try:
            check_units(self.session)
        except DomainError as error:
            slugs = [decision.entity.slug for decision in metrics]
            for problem in error.problems:
                slug, _, field = problem.field.partition(".")
                number = slugs.index(slug) if slug in slugs else 0
                self.refused.append(Refused("metric", number, Problem(problem.code, field, problem.detail)))

    def check_uses(self, decisions: Mapping[str, Sequence[Decision[Any]]]) -> None:
        """Refuse what came retired if something that stands names it; each change was asked as it was saved."""
        keys = {kind: [decision.result.key for decision in decisions[kind]] for kind in WRITERS}
        new = [one for one in self.written if one.outcome is Outcome.CREATED]
        self.refused += [
            Refused(one.entity, keys[one.entity].index(one.key), problem)
            for one, problem in still_used(self.session, new)
        ]

    def _in_state(self, kind: str, entity: Entity, stored: Mapping[str, Stored], number: int) -> Entity:
        """Make a draft of what its sender may not publish; what stands already stays as it is."""
        if self.alone or kind not in EDITED:
            return entity
        writer = WRITERS[kind]
        there = stored.get(writer.key(entity))
        if there is not None and there.seed == writer.seed(entity):
            return entity
        if entity.retired_on is not None:
            self.refused.append(Refused(kind, number, Problem("may_not_publish", "retired_on")))
            return entity
        drafted: Entity = in_state(writer, entity, EditorialState.DRAFT)
        return drafted

    def _refuse_under_way(self, kind: str, number: int, decision: Decision[Any]) -> None:
        current = get_current(self.session, kind, decision.result.key)
        theirs = current.author != self.by.author
        if theirs and (current.waits or current.state not in SHOWN):
            detail = {"given": current.key, "author": current.author}
            field = WRITERS[kind].key_field
            self.refused.append(Refused(kind, number, Problem("under_way", field, detail)))
