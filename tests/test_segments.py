"""SQLite's text index is put together beside the saves; what is found in it is asked in `test_search`."""

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from app.store.queries.found import search
from app.store.segments import merge_segments
from app.store.session import Database
from tests.builders import make_topic
from tests.clients import url_of
from tests.databases import Databases

SAVES = 12


def save(db: Database, number: int) -> None:
    """Write one topic, in a transaction of its own."""
    with db.write() as session:
        make_topic(session, f"topic-{number}", name_zh=f"第{number}类机器人")


def segments(db: Database) -> int:
    """Count what the index consists of: the numbers of segments are the upper bits of its pages' ids."""
    with db.read() as session:
        return (
            session.scalar(text("SELECT count(DISTINCT id >> 37) FROM search_text_data WHERE id > 10")) or 0
        )


@pytest.fixture
def saved(databases: Databases) -> Iterator[Database]:
    """Give a database that many saves have written to."""
    with databases.lend("sqlite", "migrated") as db:
        for number in range(SAVES):
            save(db, number)
        yield db


def test_saves_leave_segments_that_are_put_together_later(saved: Database) -> None:
    """Each save has left one; afterwards the index is whole and all is found."""
    assert segments(saved) == SAVES
    merge_segments(saved)
    assert segments(saved) < 4
    with saved.write() as session:
        session.execute(text("INSERT INTO search_text(search_text, rank) VALUES ('integrity-check', 1)"))
    with saved.read() as session:
        assert search(session, "机器人").total == SAVES


def test_a_server_puts_them_together_by_itself(saved: Database) -> None:
    """It does so shortly after it has started, without another save."""
    app = create_app(Settings(database_url=url_of(saved)), embargo_seconds=0.02)
    with TestClient(app):
        for _ in range(200):
            if segments(saved) < SAVES:
                break
            time.sleep(0.02)
    assert segments(saved) < 4


def test_postgresql_has_none(databases: Databases) -> None:
    """There is nothing to be done on a server."""
    with databases.lend("postgresql", "migrated") as db:
        merge_segments(db)
