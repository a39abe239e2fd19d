"""On SQLite a save no longer puts the parts of the text index together: the server does that beside the saves.

Each tenth save or so did it for the others, and took three times as long beside a million targets.
"""

from alembic import op

revision = "2026_12_06_search_merges"
down_revision = "2026_12_05_search_blocks"
branch_labels = None
depends_on = None

SET = "INSERT INTO search_text(search_text, rank) VALUES ('automerge', {})"


def upgrade() -> None:
    """Go to this version."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(SET.format(0))


def downgrade() -> None:
    """Go back to the version before, where FTS5 does as it does by itself."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(SET.format(4))
