"""What is kept of small tables between answers, by the example of what stands above each topic."""

from app.store.queries.progress import topic_lines
from app.store.session import Database
from tests.builders import make_topic
from tests.counting import count_statements

NONE: frozenset[str] = frozenset()


def test_it_is_read_once_until_the_data_change(db: Database) -> None:
    """Whoever still reads what was sees what was; whoever writes sees what he has written."""
    with db.write() as session:
        make_topic(session, "ai")
        make_topic(session, "robots")
    alone = {"ai": NONE, "robots": NONE}
    with db.read() as before, count_statements(db) as counted:
        assert topic_lines(before) == topic_lines(before) == alone
        with db.read() as session:
            started = counted()
            assert topic_lines(session) == alone
            assert counted() == started
        with db.write() as session:
            make_topic(session, "robots", parent="ai")
            assert topic_lines(session) == {"ai": NONE, "robots": {"ai"}}
        with db.read() as after:
            assert topic_lines(after) == {"ai": NONE, "robots": {"ai"}}
        assert topic_lines(before) == alone
