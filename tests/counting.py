"""Counting the statements that a piece of work sends to a database.

How many are allowed is said by the tests that count.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.store.held import held
from app.store.session import Database


@contextmanager
def count_statements(db: Database) -> Iterator[Callable[[], int]]:
    """Count the statements sent while the block runs; what is given says how many there were so far.

    What every process finds out once after a change, the sets of ids behind all filters, is found out before; what
    pages keep for each other is not there.
    """
    with db.read() as session:
        held(session)
        for name in session.info["kept"].keys() - {"held"}:
            del session.info["kept"][name]
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # SQLite sets a connection up when it is first lent, which has nothing to do with the work.
        if not statement.startswith("PRAGMA"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(sent)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
