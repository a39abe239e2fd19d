"""The text index is emptied, so that it is written anew: it did not hold how the names of older regions are read.

Whoever upgrades fills an empty index from the tables; another step that changes what is searched does as this one.
"""

from alembic import op

revision = "2026_11_30_search_anew"
down_revision = "2026_11_30_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.execute("DELETE FROM search_document")


def downgrade() -> None:
    """Go back to the version before, for which the index is right too."""
