"""Making and filling a new SQLite file in one go, for databases that are thrown away and made again.

The tables are those that the migrations lead to, in a sixth of the time and without Alembic; `migrate` brings all other
databases from version to version.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from app.store.failures import translated
from app.store.models import Base, DatasetRevision
from app.store.session import Database, migrations

# What the models do not know: Alembic's table, the documents that are searched and their index.
_OTHERS: Final = (
    """CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)""",
    """CREATE TABLE search_document (
  id INTEGER NOT NULL,
  kind VARCHAR(20) NOT NULL,
  "key" VARCHAR(140) NOT NULL,
  names TEXT NOT NULL,
  tokens TEXT NOT NULL,
  CONSTRAINT pk_search_document PRIMARY KEY (id),
  CONSTRAINT uq_search_document_kind_key UNIQUE (kind, "key")
)""",
    """CREATE VIRTUAL TABLE search_text USING fts5(
  names, tokens, content='search_document', content_rowid='id', tokenize="ascii tokenchars '.'", columnsize=0
)""",
    """CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN
  INSERT INTO search_text(search_text, rowid, names, tokens) VALUES ('delete', old.id, old.names, old.tokens);
END""",
    "INSERT INTO search_text(search_text, rank) VALUES ('automerge', 0)",
)
_VERSION: Final = text("INSERT INTO alembic_version VALUES (:version)")


# The file is private until all of it is there, and thrown away if that fails; what it gets was valid before.
_IN_HASTE: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA foreign_keys = OFF",
    # The vocabularies are held by the columns' types too; asking again takes half of an insert's time.
    "PRAGMA ignore_check_constraints = ON",
)

Fill = Callable[[Session], None]


def make_tables(path: Path, fill: Fill, *others: Fill) -> None:
    """Make an SQLite file of the newest version, where none is, and let it be filled in one transaction.

    `fill` writes into tables that have no indexes yet, in any order; `others` find them. If one raises, what is left is
    no database. Raises UnavailableError.
    """
    path.touch()
    with closing(Database(f"sqlite:///{path}")) as db, translated(path), db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for setting in _IN_HASTE:
            driver.execute(setting)
        with Session(connection.execution_options(mubiao_write=True)) as session, session.begin():
            tables = Base.metadata.tables.values()
            for table in tables:
                session.execute(CreateTable(table))
            for statement in _OTHERS:
                session.execute(text(statement))
            session.execute(_VERSION, {"version": migrations()[-1]})
            session.execute(insert(DatasetRevision).values(id=1, revision=0))
            fill(session)
            for table in tables:
                for index in table.indexes:
                    session.execute(CreateIndex(index))
            for one in others:
                one(session)
        # From now on, readers go on during a save.
        driver.execute("PRAGMA journal_mode = WAL")
