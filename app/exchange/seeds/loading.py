"""Seeds into the database: all or nothing, the same twice, with a dry run (R6).

What the files hold is read by `layout`; every write is the service's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.domain.errors import DomainError, Problem
from app.exchange.seeds.layout import Mistake, SeedError, Seeds, read_seeds
from app.store import documents
from app.store.service import (
    WRITERS,
    Change,
    Decision,
    Outcome,
    Refs,
    Stored,
    Written,
    apply,
    check_units,
    decide,
    get_stored,
    still_used,
)
from app.store.session import Database

Progress = Callable[[str], None]
"""Told what is being done, in a few English words, for a person who waits."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or would do, with every entity of the seeds, in the order of writing."""

    written: tuple[Written, ...]

    def of(self, outcome: Outcome) -> list[Written]:
        """List the entities with one outcome."""
        return [one for one in self.written if one.outcome is outcome]


def check_seeds(folder: Path, progress: Progress = lambda _: None) -> int:
    """Check a folder by itself, without a database; give the number of entities.

    Raise SeedError with all mistakes of all files, or DomainError `folder_missing`, `no_seeds`.
    """
    progress("reading")
    seeds = read_seeds(folder)
    decisions = _decide(seeds, Refs(), {kind: {} for kind in WRITERS}, _change(), overwrite=False)
    return sum(map(len, decisions.values()))


def load_seeds(
    db: Database,
    folder: Path,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> LoadReport:
    """Load a folder in one transaction; a dry run does all of it and rolls back.

    What an editor changed since the last load is kept unless `overwrite` (R6). Raise SeedError with all
    mistakes of all files, then nothing is written; DomainError `folder_missing`, `no_seeds`; UnavailableError.
    """
    progress("reading")
    seeds = read_seeds(folder)
    with db.rehearse() if dry_run else db.write() as session:
        return _load(session, seeds, progress, overwrite=overwrite)


def _load(session: Session, seeds: Seeds, progress: Progress, *, overwrite: bool) -> LoadReport:
    by = _change()
    progress("comparing")
    # What the files do not name is not read, however much of it there is.
    stored = {
        kind: get_stored(
            session, writer, *dict.fromkeys(writer.key(one.entity) for one in seeds.entities[kind])
        )
        for kind, writer in WRITERS.items()
    }
    decisions = _decide(seeds, Refs.of(session), stored, by, overwrite=overwrite)
    # A first load indexes everything once, when all of it is there.
    first = documents.is_empty(session)
    for kind, writer in WRITERS.items():
        progress(f"writing {kind}s")
        apply(session, writer, decisions[kind], by, index=not first)
    if first:
        progress("indexing")
        documents.fill(session)
    try:
        check_units(session)
    except DomainError as error:
        raise SeedError(_of_metrics(seeds, error.problems)) from error
    report = LoadReport(tuple(one.result for kind in WRITERS for one in decisions[kind]))
    if used := still_used(session, report.written):
        raise SeedError(
            [mistake for one, problem in used for mistake in _located(seeds, one.entity, one.key, problem)]
        )
    return report


def _change() -> Change:
    return Change("seed", "seeds", None, datetime.now(UTC))


def _decide(
    seeds: Seeds, refs: Refs, stored: dict[str, dict[str, Stored]], by: Change, *, overwrite: bool
) -> dict[str, list[Decision[Any]]]:
    """Decide on all entities; raise SeedError with what the files, the schema and the rules found wrong."""
    mistakes = list(seeds.mistakes)
    decisions = {}
    for kind, writer in WRITERS.items():
        located = seeds.entities[kind]
        entities = [one.entity for one in located]
        decisions[kind] = decide(writer, refs, stored[kind], entities, by, overwrite=overwrite)
        for where, decision in zip(located, decisions[kind], strict=True):
            mistakes += [
                where.mistake(problem) for problem in decision.problems if not follows(seeds, problem)
            ]
    if mistakes:
        raise SeedError(mistakes)
    return decisions


def follows(seeds: Seeds, problem: Problem) -> bool:
    """Say whether a reference is unknown only because what it names has mistakes of its own."""
    prefix, _, kind = problem.code.partition("_")
    return prefix == "unknown" and (kind in seeds.broken or problem.detail.get("given") in seeds.unread)


def _of_metrics(seeds: Seeds, problems: list[Problem]) -> list[Mistake]:
    """Lead the problems of stored figures back to the metrics in the seeds whose dimension changed."""
    mistakes = []
    for problem in problems:
        slug, _, field = problem.field.partition(".")
        mistakes += _located(seeds, "metric", slug, Problem(problem.code, field, problem.detail))
    return mistakes


def _located(seeds: Seeds, kind: str, key: str, problem: Problem) -> list[Mistake]:
    """Say where in the seeds the entity stands that has this problem; nowhere, if only the database holds it."""
    writer = WRITERS[kind]
    return [one.mistake(problem) for one in seeds.entities[kind] if writer.key(one.entity) == key]
