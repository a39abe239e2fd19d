"""The published data as it stood at the end of a day in Shanghai, read from the revisions, as if it were today's.

Each such state is laid into a database of its own, which `scratch` keeps; every query runs on it unchanged.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Text, and_, cast, column, func, insert, or_, select, table, update
from sqlalchemy.orm import Session

from app.domain.dates import shanghai_day
from app.domain.errors import DomainError, PreparingError, UnavailableError
from app.domain.vocabulary import EditorialState
from app.store.models import DatasetRevision, Metric, Region, Revision, Target, Topic
from app.store.queries.changes import day_start
from app.store.queries.filters import Condition
from app.store.queries.log import CHANGES
from app.store.revisions import TOMBSTONE
from app.store.scratch import Scratch
from app.store.service import WRITERS
from app.store.service.laying import Laid, Layer
from app.store.session import Database
from app.store.taking_over import LiveIndex, read_live, take_over

AT_ONCE: Final = 100_000
"""Up to how many targets a state is laid while the reader waits."""
_SEARCHED: Final = "searched"
# Small, so that what is made for a batch is let go before the collector of garbage goes through it.
_BATCH: Final = 25
_LOG_ROWS: Final = 500
_MOST_DAYS: Final = 2000
_SHOWN: Final = (EditorialState.PUBLISHED, EditorialState.RETIRED)
# The log's rows pass as they are: their forms are not read and written again.
_LOG: Final = table(
    "revision",
    *(column(one.name, Text() if one.name == "seed" else one.type) for one in Revision.__table__.columns),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What of the revisions makes up the state at the end of a day, found out at a revision of the data."""

    revision: int
    file: str
    end: datetime
    last: int
    count: int
    latest: bool

    @property
    def name(self) -> str:
        """The state's name: days without a change between them have the same."""
        return f"state-{self.last}-{self.count}-{self.file}".rstrip("-")

    @property
    def before(self) -> Condition:
        """Hold revisions to those that had taken effect by then."""
        return and_(Revision.applied, Revision.at < self.end, Revision.id <= self.last)


class Past:
    """Hands out read sessions on past states; safe to share between threads."""

    def __init__(self, live: Database, folder: Path | None = None, *, at_once: int = AT_ONCE) -> None:
        """Read the revisions of this database; `folder` is shared with other processes, as `Scratch` has it.

        A state of more than `at_once` targets is prepared in the background.
        """
        self._live = live
        self._at_once = at_once
        self._scratch = Scratch(folder)
        self._moments: dict[date, Moment] = {}
        self._lock = threading.Lock()
        self._preparing: dict[str, Future[None]] = {}
        self._thread = ThreadPoolExecutor(1, "past")
        self._ended = threading.Event()

    @contextmanager
    def read(self, day: date, *, searched: bool = False) -> Iterator[Session]:
        """Open a snapshot of the data as it was at the end of a day; `searched` if the text index is needed.

        `session.info["revision"]` is the dataset revision of then, `session.info["read_at"]` the one now.
        Raises DomainError as_of_before_data, PreparingError as_of_preparing, UnavailableError.
        """
        with self._live.read() as session:
            moment = self._moment(session, day)
            if moment.latest:
                yield session
                return
        with ExitStack() as stack:
            session = stack.enter_context(self._database(moment, searched=searched).read())
            session.info["read_at"] = moment.revision
            yield session

    def close(self) -> None:
        """End what is being prepared, and remove what was kept."""
        self._ended.set()
        self._thread.shutdown()
        self._scratch.close()

    def _moment(self, session: Session, day: date) -> Moment:
        """Find out which revisions count, again only when the data has changed."""
        revision, file = session.info["revision"], self._live.file_mark
        known = self._moments.get(day)
        if known is not None and (known.revision, known.file) == (revision, file):
            return known
        end = day_start(day + timedelta(days=1))
        applied, by_then = Revision.applied, Revision.at < end
        row = session.execute(
            select(
                select(func.min(Revision.at)).where(applied).scalar_subquery().label("first"),
                select(func.max(Revision.id)).where(applied, by_then).scalar_subquery().label("last"),
                select(func.count()).where(applied, by_then).scalar_subquery().label("number"),
                select(func.max(Revision.at)).where(applied).scalar_subquery().label("latest"),
            )
        ).one()
        if row.first is not None and row.first >= end:
            first = shanghai_day(row.first).isoformat()
            raise DomainError("as_of_before_data", "as_of", given=day.isoformat(), first=first)
        latest = row.latest is None or row.latest < end
        moment = Moment(revision, file, end, row.last or 0, row.number, latest)
        if len(self._moments) >= _MOST_DAYS:
            self._moments.clear()
        self._moments[day] = moment
        return moment

    def _database(self, moment: Moment, *, searched: bool) -> Database:
        """Find the database of a state, or make it; raise PreparingError where the reader is not to wait."""
        db = self._scratch.find(moment.name)
        if db is None or (searched and not self._scratch.has(moment.name, _SEARCHED)):
            if self._is_large():
                self._prepare(moment)
            else:
                self._make(moment, searched=searched)
        db = db or self._scratch.find(moment.name)
        if db is None:
            # So many others were made meanwhile that it is gone again.
            raise _preparing()
        return db

    def _is_large(self) -> bool:
        with self._live.read() as session:
            return (session.scalar(select(func.count()).select_from(Target)) or 0) > self._at_once

    def _prepare(self, moment: Moment) -> None:
        """See that a state is being made; raise PreparingError until it is, or what went wrong, once."""
        with self._lock:
            under_way = self._preparing.get(moment.name)
            if under_way is None:
                self._preparing[moment.name] = self._thread.submit(self._make, moment, searched=True)
                raise _preparing()
            if not under_way.done():
                raise _preparing()
            del self._preparing[moment.name]
        under_way.result()

    def _make(self, moment: Moment, *, searched: bool) -> None:
        with ExitStack() as stack:
            begun: list[LiveIndex] = []

            def read_index() -> None:
                begun.append(stack.enter_context(self._reading_index()))

            def fill(laid: Session) -> None:
                if searched:
                    read_index()
                self._fill(laid, moment)

            def fill_documents(laid: Session) -> None:
                if not begun:
                    read_index()
                take_over(begun[0], laid)

            self._scratch.make(moment.name, fill, {_SEARCHED: fill_documents} if searched else {})

    @contextmanager
    def _reading_index(self) -> Iterator[LiveIndex]:
        """Begin to read the live index; a PostgreSQL server goes on with it while the tables are filled."""
        with self._live.read() as live, ThreadPoolExecutor(1, "past-index") as thread:
            index = read_live(live)
            if self._live.dialect == "postgresql":
                batches = [thread.submit(next, index.documents, ()) for _ in range(index.batches)]
                index = replace(index, documents=(batch.result() for batch in batches))
            try:
                yield index
            finally:
                thread.shutdown(cancel_futures=True)

    def _fill(self, target: Session, moment: Moment) -> None:
        """Lay a state into empty tables, with the log up to then."""
        with self._live.read() as source:
            layer = Layer(target, _pinyin(source))
            keys = _shown_keys(source, moment)
            for kind in WRITERS:
                layer.declare(kind, keys[kind])
            for kind, writer in WRITERS.items():
                for start in range(0, len(keys[kind]), _BATCH):
                    self._go_on()
                    layer.lay(writer, _read_forms(source, moment, kind, keys[kind][start : start + _BATCH]))
            for rows in _log_rows(source, moment):
                self._go_on()
                target.execute(insert(_LOG), rows)
            target.execute(update(DatasetRevision).values(revision=_revision_then(source, moment)))

    def _go_on(self) -> None:
        """Stop in the middle of a long preparation when the process ends."""
        if self._ended.is_set():
            raise UnavailableError("database_gone")


def _preparing() -> PreparingError:
    return PreparingError("as_of_preparing", "as_of")


def _pinyin(source: Session) -> dict[tuple[str, ...], str]:
    """Read how names are read, by the names."""
    regions = select(Region.short_zh, Region.name_zh, Region.name_en, Region.aliases, Region.pinyin)
    known = {
        (row.short_zh, row.name_zh, row.name_en, *row.aliases): row.pinyin for row in source.execute(regions)
    }
    for named in (Topic, Metric):
        rows = source.execute(select(named.name_zh, named.aliases, named.pinyin))
        known |= {(row.name_zh, *row.aliases): row.pinyin for row in rows}
    return known


def _shown_keys(source: Session, moment: Moment) -> dict[str, list[str]]:
    """List by kind what was published or retired by then, in the order in which it came to be."""
    entities = (
        select(
            *(Revision.entity, Revision.entity_key),
            func.min(Revision.id).label("first"),
            func.max(Revision.version).label("version"),
        )
        .where(moment.before)
        .group_by(Revision.entity, Revision.entity_key)
        .subquery()
    )
    last = and_(
        Revision.entity == entities.c.entity,
        Revision.entity_key == entities.c.entity_key,
        Revision.version == entities.c.version,
    )
    found = (
        select(entities.c.entity, entities.c.entity_key)
        .join(Revision, last)
        .where(Revision.state.in_(_SHOWN))
        .order_by(entities.c.first)
    )
    keys: dict[str, list[str]] = {kind: [] for kind in WRITERS}
    for row in source.execute(found):
        keys[row.entity].append(row.entity_key)
    return keys


def _read_forms(source: Session, moment: Moment, kind: str, keys: Sequence[str]) -> list[Laid]:
    """Read all that was written of some entities by then, in the order of the keys."""
    found = source.execute(
        select(Revision.entity_key, Revision.version, Revision.at, Revision.seed)
        .where(moment.before, Revision.entity == kind, Revision.entity_key.in_(keys))
        .order_by(Revision.entity_key, Revision.version)
    )
    laid = {}
    for key, rows in groupby(found, lambda row: row.entity_key):
        forms = list(rows)
        laid[key] = Laid(key, forms[-1].version, [(row.at, row.seed) for row in forms])
    return [laid[key] for key in keys]


def _log_rows(source: Session, moment: Moment) -> Iterator[list[dict[str, Any]]]:
    """Read the public part of the log by then, some at a time, and what a load brought as retired."""
    columns = (
        cast(one, Text).label(one.name) if one.name == "seed" else one for one in Revision.__table__.columns
    )
    public = select(CHANGES.subquery().c.id)
    found = source.execute(
        select(*columns).where(moment.before, or_(Revision.id.in_(public), TOMBSTONE)).order_by(Revision.id),
        execution_options={"yield_per": _LOG_ROWS},
    )
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _revision_then(source: Session, moment: Moment) -> int:
    """Count back from the dataset revision now: every save of something public, whose instant is one, raised it."""
    later = CHANGES.subquery()
    saves = source.scalar(select(func.count(later.c.at.distinct())).where(later.c.at >= moment.end)) or 0
    return max(0, int(source.info["revision"]) - saves)
