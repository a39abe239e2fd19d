"""The one write path: every door hands an entity of `domain.schemas` to a function named here.

Reads for pages and lists are in `store.queries`; nothing here commits, the session module does.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import NotFoundError
from app.domain.schemas import (
    AssessmentIn,
    MetricIn,
    ObservationIn,
    OrganizationIn,
    PlanIn,
    RegionIn,
    SourceIn,
    TopicIn,
)
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.store.revisions import EDITED, Change, Outcome, Seed, Written
from app.store.service.bulk import Refused, save_all
from app.store.service.comments import comment
from app.store.service.desk import Current, get_current
from app.store.service.editorial import (
    discard,
    list_due,
    publish,
    publish_due,
    restore,
    restore_revision,
    retire,
    save,
    send_back,
    submit,
)
from app.store.service.kinds import WRITERS, check_units
from app.store.service.refs import Names, Refs
from app.store.service.rehearsal import rehearse
from app.store.service.uses import still_used
from app.store.service.write import Decision, Stored, apply, decide, get_stored, upsert, warm
from app.store.service.writer import Writer

__all__ = [
    "WRITERS",
    "Change",
    "Current",
    "Decision",
    "Outcome",
    "Refs",
    "Refused",
    "Stored",
    "Writer",
    "Written",
    "apply",
    "check_units",
    "comment",
    "decide",
    "discard",
    "get_current",
    "get_stored",
    "list_due",
    "publish",
    "publish_due",
    "read_all",
    "read_back",
    "read_published",
    "rehearse",
    "restore",
    "restore_revision",
    "retire",
    "save",
    "save_all",
    "send_back",
    "still_used",
    "submit",
    "upsert_assessment",
    "upsert_metric",
    "upsert_observation",
    "upsert_organization",
    "upsert_plan",
    "upsert_region",
    "upsert_source",
    "upsert_topic",
    "warm",
]

_AT_A_TIME: Final = 200


def upsert_region(
    session: Session, region: RegionIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update a region; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["region"], region, by, expected_version)


def upsert_organization(
    session: Session, organization: OrganizationIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update an organization; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["organization"], organization, by, expected_version)


def upsert_topic(
    session: Session, topic: TopicIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update a topic; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["topic"], topic, by, expected_version)


def upsert_metric(
    session: Session, metric: MetricIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update a metric; see `write.upsert` for versions and errors.

    Raise `unit_mismatch` too if stored figures do not have the new dimension.
    """
    written = upsert(session, WRITERS["metric"], metric, by, expected_version)
    check_units(session)
    return written


def upsert_source(
    session: Session, source: SourceIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update a source; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["source"], source, by, expected_version)


def upsert_plan(session: Session, plan: PlanIn, by: Change, expected_version: int | None = None) -> Written:
    """Create or update a plan with all it holds; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["plan"], plan, by, expected_version)


def upsert_observation(
    session: Session, observation: ObservationIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update an observation; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["observation"], observation, by, expected_version)


def upsert_assessment(
    session: Session, assessment: AssessmentIn, by: Change, expected_version: int | None = None
) -> Written:
    """Create or update an assessment; see `write.upsert` for versions and errors."""
    return upsert(session, WRITERS["assessment"], assessment, by, expected_version)


def read_back(session: Session, kind: str, key: str) -> Seed:
    """Give the seed form of what the tables hold of one entity; raise NotFoundError `unknown_<kind>`."""
    writer = WRITERS[kind]
    found = writer.all_rows().where(writer.key_column() == key)
    rows = list(session.scalars(found))
    if not rows:
        raise NotFoundError(f"unknown_{kind}", given=key)
    (seed,) = _seeds(session, writer, rows, Names.of(Refs.read(session)))
    return seed


def read_all(session: Session, kind: str) -> list[Seed]:
    """Give the seed forms of all entities of a kind from the tables, by id, in a fixed number of statements."""
    writer = WRITERS[kind]
    rows = list(session.scalars(writer.all_rows().order_by(writer.model.id)))
    return _seeds(session, writer, rows, Names.of(Refs.read(session)))


def read_published(session: Session, kind: str) -> Iterator[Seed]:
    """Give the seed forms of what is public of a kind: plans by slug, all else in the order in which it came to be.

    Of the vocabulary what was retired is there too, since others may name it, and so is all that a plan holds.
    They are read some at a time, and the session forgets them.
    """
    writer = WRITERS[kind]
    names = Names.of(Refs.read(session))
    public = select(writer.model.id, writer.key_column())
    if kind in EDITED:
        public = public.where(writer.model.editorial_state == EditorialState.PUBLISHED)
    elif kind == "assessment":
        public = public.where(writer.model.retired_on.is_(None))
    rows = [(row[0], row[1]) for row in session.execute(public)]
    rows.sort(key=lambda row: row[1] if kind == "plan" else row[0])
    for start in range(0, len(rows), _AT_A_TIME):
        found = writer.rows(session, [number for number, _ in rows[start : start + _AT_A_TIME]])
        listed = [found[number] for number, _ in rows[start : start + _AT_A_TIME]]
        yield from _seeds(session, writer, listed, names)
        # Else all that was read would stay in memory to the end.
        session.expunge_all()


def _seeds(session: Session, writer: Writer[Any], rows: list[Any], names: Names) -> list[Seed]:
    return [writer.seed(validate(writer.schema, data)) for data in writer.read(session, names, rows)]
