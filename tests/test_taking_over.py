"""The text index of a past day, taken over from the live one: the same as if it had been made anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store import documents, service
from app.store.past import Past
from app.store.search import DOCUMENTS, matching
from app.store.session import Database
from app.store.taking_over import LiveIndex, read_live
from tests import builders as make

THEN = make.AT.date()
LATER = replace(make.BY, at=make.AT + timedelta(days=3))


def write(session: Session, by: service.Change) -> None:
    """Write a plan with a target and a measure, an observation, and all that they name."""
    make.make_region(session, "330000", by=by)
    make.make_organization(session, by=by)
    make.make_plan(
        session, targets=[make.target("zj-plan.a")], measures=[make.measure()], issuers=["miit"], by=by
    )
    make.make_plan(session, "zj-other", targets=[make.target("zj-other.a", topic="robots")], by=by)
    make.make_observation(session, by=by)


CHANGES: dict[str, Callable[[Session], Any]] = {
    "nothing": lambda session: make.make_source(session, "another", by=LATER),
    "a plan": lambda session: make.make_plan(
        session,
        title_zh="另一个计划",
        targets=[make.target("zj-plan.a")],
        measures=[make.measure()],
        issuers=["miit"],
        by=LATER,
    ),
    "a region's name": lambda session: make.make_region(session, "330000", name_en="Chekiang", by=LATER),
    "a topic": lambda session: make.make_topic(session, "robots", name_zh="机器人产业", by=LATER),
    "a metric": lambda session: make.make_metric(session, "revenue", name_zh="营收", by=LATER),
    "an issuer": lambda session: make.make_organization(session, name_zh="某部", by=LATER),
    "a plan retired": lambda session: service.retire(session, "plan", "zj-other", LATER),
    "an observation retired": lambda session: service.retire(
        session, "observation", "zj-revenue-2024", LATER
    ),
    "a plan more": lambda session: make.make_plan(
        session, "zj-new", targets=[make.target("zj-new.a")], by=LATER
    ),
}


def rows(session: Session) -> list[Any]:
    """Read the whole index."""
    return [tuple(row) for row in session.execute(select(DOCUMENTS).order_by(DOCUMENTS.c.id))]


def assert_as_made_anew(past: Past) -> None:
    """Search the day first, then make its index anew: nothing differs."""
    with past.read(THEN, searched=True) as session:
        taken = rows(session)
        (laid,) = past._scratch._open.values()
    with laid.write() as session:
        session.execute(delete(DOCUMENTS))
        documents.fill(session)
        assert rows(session) == taken != []


@pytest.mark.parametrize("change", CHANGES)
def test_a_past_day_has_the_index_that_would_be_made_of_it(db: Database, change: str) -> None:
    """Whatever has changed since, no document is as it is now if it was another then."""
    with db.write() as session:
        write(session, make.BY)
    with db.write() as session:
        CHANGES[change](session)
    past = Past(db)
    try:
        assert_as_made_anew(past)
    finally:
        past.close()


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_after_a_day_was_laid_is_not_taken_over(db: Database, change: str) -> None:
    """A day may be searched first long after it was laid."""
    with db.write() as session:
        write(session, make.BY)
    with db.write() as session:
        CHANGES["nothing"](session)
    past = Past(db)
    try:
        with past.read(THEN) as session:
            assert rows(session) == []
        with db.write() as session:
            CHANGES[change](session)
        assert_as_made_anew(past)
    finally:
        past.close()


def test_a_search_finds_what_was_called_so_then(db: Database) -> None:
    """The index of then is searched by the names of then."""
    with db.write() as session:
        write(session, make.BY)
    with db.write() as session:
        CHANGES["a region's name"](session)
    past = Past(db)
    try:
        with past.read(THEN, searched=True) as session:
            found = {
                name: len(session.scalars(documents_matching(session, name)).all())
                for name in ("Zhejiang", "Chekiang")
            }
        assert found == {"Zhejiang": 2, "Chekiang": 0}
    finally:
        past.close()


def test_what_is_said_too_often_for_its_places_to_be_kept_is_made_anew(db: Database) -> None:
    """PostgreSQL keeps 255 places of a token: of the rest it could not be told where it stood."""
    long: dict[str, Any] = {"title_zh": "规划" * 10, "summary_zh": "先进制造业和" * 300}
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], **long)
    with db.write() as session:
        CHANGES["nothing"](session)
    past = Past(db)
    try:
        with past.read(THEN, searched=True) as session:
            tokens = {
                key: words.split()
                for key, words in session.execute(select(DOCUMENTS.c.key, DOCUMENTS.c.tokens))
            }
        assert max(map(tokens["zj-plan"].count, set(tokens["zj-plan"]))) == 300
    finally:
        past.close()


def test_the_live_index_is_read_as_of_one_moment(db: Database) -> None:
    """What is saved meanwhile is in neither its documents nor its versions: one without the other would be taken for old."""
    with db.write() as session:
        write(session, make.BY)
    with db.read() as session:
        before = contents(read_live(session))
    with db.read() as session:
        with db.write() as other:
            CHANGES["a plan"](other)
        assert contents(read_live(session)) == before
    with db.read() as session:
        assert contents(read_live(session)) != before


def contents(live: LiveIndex) -> Any:
    """Read all of an index."""
    return live.versions, [tuple(row) for batch in live.documents for row in batch]


def documents_matching(session: Session, q: str) -> Any:
    """Select the targets that a query finds."""
    return matching(session, "target", q)
