"""Which entities a query matches, read as one set of ids and kept until the data change.

Lists, counts, facets and further pages of the same words ask for the same set; how a query matches is said in `search`.
"""

import threading
from array import array
from sys import byteorder
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.store.search import Kind, matching, parts_of

_MOST_SETS: Final = 64
"""How many are kept; of a million ids one takes 125 kilobytes at most."""


class _Sets:
    """The sets of one dataset revision that were asked for last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = -1
        self._sets: dict[Any, BitMap] = {}

    def get(self, revision: int, asked: Any) -> BitMap | None:
        """Give the set of what was asked in this revision, if it is known."""
        with self._lock:
            found = self._sets.pop(asked, None) if revision == self._revision else None
            if found is not None:
                self._sets[asked] = found
            return found

    def put(self, revision: int, asked: Any, found: BitMap) -> None:
        """Keep a set in place of the one that was not asked for longest; those of other revisions are let go."""
        with self._lock:
            if revision != self._revision:
                self._revision, self._sets = revision, {}
            self._sets[asked] = found
            while len(self._sets) > _MOST_SETS:
                del self._sets[next(iter(self._sets))]


def read_matching(session: Session, kind: Kind, q: str) -> BitMap:
    """Read the ids that `search.matching` selects, drafts among them; nobody may change the set.

    Raises DomainError q_empty, q_too_long.
    """
    asked = (kind, tuple(part.forms for part in parts_of(q)))
    revision: int | None = session.info.get("revision")
    if revision is None:
        return _read(session, kind, q)
    sets: _Sets = session.info["kept"].setdefault("matched", _Sets())
    found = sets.get(revision, asked)
    if found is None:
        found = _read(session, kind, q)
        sets.put(revision, asked, found)
    return found


def _read(session: Session, kind: Kind, q: str) -> BitMap:
    # In one row: a driver takes longer to hand on many rows than a database to find them.
    (number,) = matching(session, kind, q).subquery().c
    if session.get_bind().dialect.name == "postgresql":
        listed = session.scalar(select(func.string_agg(func.int4send(cast(number, Integer)), b"")))
        numbers = array("I", listed or b"")
        if byteorder == "little":
            numbers.byteswap()
        return BitMap(numbers)
    listed = session.scalar(select(func.group_concat(number)))
    return BitMap(array("I", map(int, listed.split(",")))) if listed else BitMap()
