"""The sets of what queries match: kept as long as they are true, and no longer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store import service
from app.store.matched import read_matching
from app.store.search import Kind, matching
from app.store.session import Database
from tests import builders as make
from tests.counting import count_statements

LATER = replace(make.BY, at=make.AT + timedelta(days=1))
CHANGES: dict[str, Callable[[Session], Any]] = {
    "a plan's title": lambda session: make.make_plan(
        session, title_zh="浙江智造", targets=[make.target()], by=LATER
    ),
    "a region's name": lambda session: make.make_region(session, short_zh="智造", by=LATER),
    "a topic's name": lambda session: make.make_topic(session, name_zh="智造", by=LATER),
    "a metric's name": lambda session: make.make_metric(session, name_zh="智造", by=LATER),
}


def asked(session: Session, q: str, kind: Kind = "target") -> int:
    """Count what a query matches, as it is kept and as the index says at once."""
    found = read_matching(session, kind, q)
    assert set(found) == set(session.scalars(matching(session, kind, q)))
    return len(found)


def test_the_same_words_are_looked_for_once(db: Database) -> None:
    """A later session is told without asking the database; another kind or other words are another question."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target(), make.target("zj-plan.b", topic="robots")])
    questions: list[tuple[Kind, str]] = [("target", "5000亿元"), ("target", "浙江"), ("plan", "浙江")]
    counts, statements = [], []
    with count_statements(db) as sent:
        for _ in range(2):
            before = sent()
            for kind, q in questions:
                with db.read() as session:
                    counts.append(len(read_matching(session, kind, q)))
            statements.append(sent() - before)
    assert counts == [2, 2, 1] * 2
    # Each session begins with some of its own.
    assert statements[0] - statements[1] == len(questions)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_by_those_who_come_later(db: Database, change: str) -> None:
    """Who reads after a change finds what it says, who has been reading goes on with what was."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
    with db.read() as before:
        assert asked(before, "智造") == 0
        with db.write() as session:
            CHANGES[change](session)
            assert asked(session, "智造") == 1
        with db.read() as after:
            assert asked(after, "智造") == 1
            assert asked(before, "智造") == 0
            assert asked(after, "智造") == 1


def test_a_write_session_leaves_nothing_behind(db: Database) -> None:
    """What a write that is thrown away saw is not what others are told."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
    with db.rehearse() as session:
        assert asked(session, "5000亿元") == 1
        service.retire(session, "plan", "zj-plan", LATER)
        make.make_plan(
            session,
            "zj-other",
            targets=[make.target("zj-other.a"), make.target("zj-other.b", topic="robots")],
        )
        assert asked(session, "5000亿元") == 3
    with db.read() as session:
        assert asked(session, "5000亿元") == 1


def test_many_questions_are_let_go_again(db: Database) -> None:
    """However many questions are asked, what is kept stays small, and each is answered rightly."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
    with db.read() as session:
        for number in range(100):
            assert asked(session, f"词{number}") == 0
        assert asked(session, "浙江") == 1
        (sets,) = (kept for name, kept in session.info["kept"].items() if name == "matched")
        assert len(sets._sets) <= 64


def test_what_cannot_be_asked_for_is_refused(db: Database) -> None:
    """A query without a word is refused with its code."""
    with db.read() as session, pytest.raises(DomainError, match="q_empty"):
        read_matching(session, "target", "。")
