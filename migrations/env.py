"""What Alembic runs around the migrations: which connection, which tables, how types are written down.

The steps are in `versions`; `app.store.migrate` calls this for users, the `alembic` command for developers.
"""

import re
from datetime import datetime
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection

from app.settings import Settings
from app.store.migrate import migrating
from app.store.models import Base
from app.store.models.base import Exact, Instant, Word
from app.store.session import Database

# Alembic keeps 32 letters of a version, of which the date and an underscore take eleven.
SLUG_LENGTH = 21


def spell_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own: a migration must not change when the models do."""
    if kind == "type" and isinstance(item, Exact):
        return 'sa.Text().with_variant(sa.Numeric(), "postgresql")'
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(30)"
    return False


def name_revision(_context: object, _revision: object, directives: list[Any]) -> None:
    """Name a new migration as its file, with the hyphens that Alembic does not allow as underscores."""
    slug = "_".join(re.findall(r"\w+", (directives[0].message or "check").lower()))
    if len(slug) > SLUG_LENGTH:
        raise CommandError(f"a migration's name has at most {SLUG_LENGTH} letters")
    directives[0].rev_id = f"{datetime.now().astimezone():%Y_%m_%d}_{slug}"


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what has no model: the text index, whose tables SQLite makes, and PostgreSQL's indexes by bytes."""
    left_out = {"table": name and name.startswith("search_"), "index": name and name.endswith("_bytes")}
    return not left_out.get(kind)


def run(connection: Connection) -> None:
    """Run what was asked for in the transaction that is open."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_server_default=True,
        include_name=is_modelled,
        render_item=spell_type,
        process_revision_directives=name_revision,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with migrating(Database(Settings.from_env().database_url)) as opened:
        run(opened)
