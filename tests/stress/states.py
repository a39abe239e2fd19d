"""What a database holds, in a form that two databases can be compared by, and what must hold of it by itself.

Identifiers and instants are left out: they differ between two loads of the same seeds.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.resources import resource
from app.store.models import Revision
from app.store.search import DOCUMENTS
from app.store.service import WRITERS, Stored, Writer, get_stored, read_all
from app.store.session import Database


def state_of(db: Database) -> dict[str, Any]:
    """Read the facts in seed form, the versions, the log, the search index and the dataset revision."""
    with db.read() as session:
        return {
            **{kind: _sorted(read_all(session, kind)) for kind in WRITERS},
            "versions": {
                kind: {key: (one.version, one.seed_hash) for key, one in _stored(session, writer).items()}
                for kind, writer in WRITERS.items()
            },
            "log": _sorted(
                [one.entity, one.entity_key, one.version, one.action, one.seed]
                for one in session.scalars(select(Revision))
            ),
            "index": _sorted(
                list(row)
                for row in session.execute(select(DOCUMENTS.c.kind, DOCUMENTS.c.key, DOCUMENTS.c.tokens))
            ),
            "revision": session.info["revision"],
        }


def _stored(session: Session, writer: Writer[Any]) -> dict[str, Stored]:
    return get_stored(
        session, writer, *session.scalars(select(writer.key_column()).select_from(writer.model))
    )


def check_whole(db: Database) -> None:
    """Hold that the log's last word on every entity is what the tables say, and that the file is sound."""
    with db.read() as session:
        for kind, writer in WRITERS.items():
            logged = [one.seed for one in _stored(session, writer).values()]
            assert _sorted(logged) == _sorted(read_all(session, kind)), kind
        if db.dialect == "sqlite":
            _check_file(session)


def _check_file(session: Session) -> None:
    assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
    assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    # The full-text table is SQLite's own; it raises if it does not agree with what it was made from.
    found = session.scalar(text("SELECT count(*) FROM search_text"))
    assert found == session.scalar(text("SELECT count(*) FROM search_document"))


def changed_seeds(folder: Path) -> Path:
    """Copy the committed seeds with every English name and title changed, so that a load rewrites nearly all."""
    shutil.copytree(resource("seeds"), folder)
    for path in folder.rglob("*.yaml"):
        before = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\b((?:name|title)_en: )(?=[A-Z])", r"\1New ", before), encoding="utf-8")
    return folder


def _sorted(found: Any) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True, ensure_ascii=False, default=str) for one in found)
