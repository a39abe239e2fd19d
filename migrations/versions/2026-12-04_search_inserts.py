"""On SQLite documents are put into the text index by those who write them, no longer by a trigger.

Within a trigger SQLite is ready to undo each row by itself, for which FTS5 writes out all it has gathered: six times the work.
"""

from alembic import op

revision = "2026_12_04_search_inserts"
down_revision = "2026_12_03_changed_in"
branch_labels = None
depends_on = None

INSERTED = """
CREATE TRIGGER search_document_inserted AFTER INSERT ON search_document BEGIN
  INSERT INTO search_text(rowid, names, tokens) VALUES (new.id, new.names, new.tokens);
END
"""


def upgrade() -> None:
    """Go to this version."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_document_inserted")


def downgrade() -> None:
    """Go back to the version before."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(INSERTED)
