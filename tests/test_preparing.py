"""Large past states, which are prepared in the background while readers are told to come again.

What is read of a past day is in `test_past`, how states are kept in `test_scratch`.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain.errors import PreparingError
from app.store.models import Plan
from app.store.past import Past
from app.store.search import matching
from app.store.session import Database
from tests.test_past import FIRST, STORY, first_day, second_day


def test_a_first_search_in_a_large_state_is_prepared_too(db: Database, tmp_path: Path) -> None:
    """Who searches before the text index is there does not wait for it either."""
    with db.write() as session:
        first_day(session)
        second_day(session)
    past = Past(db, tmp_path)
    with past.read(FIRST):
        pass
    past.close()
    past = Past(db, tmp_path, at_once=1)
    with past.read(FIRST) as session:
        assert session.scalar(select(Plan.slug)) == "zj-plan"
    with pytest.raises(PreparingError), past.read(FIRST, searched=True):
        pass
    past._thread.submit(int).result()
    with past.read(FIRST, searched=True) as session:
        assert session.scalar(matching(session, "plan", "zj")) == session.scalar(select(Plan.id))
    past.close()


def test_what_went_wrong_in_the_background_is_said_once(db: Database, tmp_path: Path) -> None:
    """A preparation that failed is an error for the next reader, and is begun anew for the one after."""
    for happens in STORY[:2]:
        with db.write() as session:
            happens(session)
    past = Past(db, tmp_path / "gone", at_once=1)
    with pytest.raises(PreparingError), past.read(FIRST):
        pass
    past._thread.submit(int).result()
    with pytest.raises(FileNotFoundError), past.read(FIRST):
        pass
    (tmp_path / "gone").mkdir()
    with pytest.raises(PreparingError), past.read(FIRST):
        pass
    past._thread.submit(int).result()
    with past.read(FIRST) as session:
        assert session.info["revision"] == 1
    past.close()
