"""Databases with a made-up dataset in them, made once for each size and kept in a folder between runs.

The rows are those that the service's writers fill; PostgreSQL is given the same rows, table by table.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from app.domain.schemas import SCHEMA_VERSION
from app.store import documents
from app.store.migrate import upgrade
from app.store.models import Base, DatasetRevision, Revision
from app.store.revisions import Seed, state_of
from app.store.service import WRITERS
from app.store.service.laying import Laid, Layer
from benchmarks.dataset import Dataset
from benchmarks.processes import processor_seconds
from tests.databases import PostgreSQLHome, SQLiteHome, opened
from tests.leftovers import stop_server

T = TypeVar("T")

_BATCH: Final = 100
# When the first entity was written; each of the others a little later, so that all lie within a year.
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ALL_WITHIN: Final = timedelta(days=300)


def lay(file: Path, dataset: Dataset) -> None:
    """Make an SQLite file with all rows, the log of revisions and the text index; it is seen whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with opened(f"sqlite:///{unfinished}") as db:
        upgrade(db)
        with db.write() as session:
            _lay_all(session, dataset)
        with db.write() as session:
            documents.fill(session)
    with closing(sqlite3.connect(unfinished)) as connection:
        # Copies are made of the file alone.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unfinished.rename(file)


def _lay_all(session: Session, dataset: Dataset) -> None:
    layer = Layer(session, {})
    keys = {kind: dataset.keys(kind) for kind in WRITERS}
    for kind in WRITERS:
        layer.declare(kind, keys[kind])
    every = _ALL_WITHIN / sum(map(len, keys.values()))
    at = _FIRST
    for kind, writer in WRITERS.items():
        for batch in _batches(zip(keys[kind], dataset.entities(kind), strict=True), _BATCH):
            made = []
            for key, seed in batch:
                made.append((key, at, seed))
                at += every
            layer.lay(writer, [Laid(key, 1, [(at, seed)]) for key, at, seed in made])
            session.execute(insert(Revision), [_revision(kind, key, at, seed) for key, at, seed in made])
    session.execute(update(DatasetRevision).values(revision=1))


def _revision(kind: str, key: str, at: datetime, seed: Seed) -> dict[str, Any]:
    return {
        "entity": kind,
        "entity_key": key,
        "version": 1,
        "action": "created",
        "door": "api",
        "author": "benchmark",
        "at": at,
        "schema_version": SCHEMA_VERSION,
        "applied": True,
        "state": state_of(kind, seed),
        "seed": seed,
    }


def copy_rows(file: Path, url: str) -> None:
    """Copy all rows of an SQLite file into an empty PostgreSQL database, and let numbering go on after them."""
    with opened(url) as db:
        upgrade(db)
    with psycopg.connect(url.replace("+psycopg", "")) as target, closing(sqlite3.connect(file)) as source:
        # The rows held together where they come from.
        target.execute("SET session_replication_role = replica")
        target.execute("DELETE FROM dataset_revision")
        for table in Base.metadata.sorted_tables:
            _copy_table(table, source, target)
    # What of a document is kept differs between the engines.
    with opened(url) as db, db.write() as session:
        documents.fill(session)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _copy_table(table: Table, source: sqlite3.Connection, target: psycopg.Connection[Any]) -> None:
    names = [column.name for column in table.columns]
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    name = sql.Identifier(table.name)
    rows: Iterable[tuple[Any, ...]] = source.execute(f'SELECT {", ".join(names)} FROM "{table.name}"')  # noqa: S608 - names of our own tables
    with target.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, listed)) as copy:
        for row in rows:
            # Texts of SQLite's days, instants and figures are PostgreSQL's too.
            copy.write_row(row)
    if "id" in names:
        target.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {}), false)"
            ).format(sql.Literal(table.name), name)
        )


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class Made:
    """Where databases of each size are kept, and copies of them that a run may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._postgresql: PostgreSQLHome | None = None

    def sqlite(self, dataset: Dataset) -> Path:
        """Give the file of a dataset, made if it is not there."""
        file = self.folder / f"{dataset.targets}.sqlite3"
        if not file.exists():
            lay(file, dataset)
        with opened(f"sqlite:///{file}") as db:
            upgrade(db)
        return file

    @contextmanager
    def copy(self, dataset: Dataset, dialect: str) -> Iterator[str]:
        """Give a copy of the dataset on an engine, and remove it afterwards."""
        file = self.sqlite(dataset)
        if dialect == "sqlite":
            home: SQLiteHome | PostgreSQLHome = SQLiteHome(self.folder)
            home.drop("run")
            url = home.create("run", str(dataset.targets))
        else:
            home, name = self._server(), f"growth_{dataset.targets}"
            connection = home.connection
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                copy_rows(file, home.create("unfinished"))
                connection.execute(f"ALTER DATABASE unfinished RENAME TO {name}".encode())
            url = home.create("run", name)
            with opened(url) as db:
                upgrade(db)
        try:
            yield url
        finally:
            home.drop("run")

    def server_seconds(self) -> float:
        """Give the seconds of processor that the database server has taken, if one runs."""
        if self._postgresql is None:
            return 0.0
        postmaster = (self.folder / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0]
        return processor_seconds(int(postmaster))

    def close(self) -> None:
        """Stop the server, if one runs."""
        if self._postgresql is not None:
            self._postgresql.close()
            stop_server(self.folder)

    def _server(self) -> PostgreSQLHome:
        """Start the server, or give the one that runs; what an earlier run left half made is dropped."""
        if self._postgresql is None:
            self._postgresql = home = PostgreSQLHome(self.folder)
            for name in ("run", "unfinished"):
                home.connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            # A save that is answered shall be on the disk, as it is where a server is not for tests.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                home.connection.execute(f"ALTER SYSTEM RESET {setting}".encode())
            home.connection.execute("SELECT pg_reload_conf()")
        return self._postgresql
