"""The index on the day a figure is due holds the row too, in the order of lists.

Many figures are due on the last day of one year: a page that begins among them was found by sorting all of these.
"""

from alembic import op

revision = "2026_12_02_deadline_order"
down_revision = "2026_12_01_search_ranked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_index("ix_deadline_due_sort_id", "deadline", ["due_sort", "id"])
    op.drop_index("ix_deadline_due_sort", "deadline")


def downgrade() -> None:
    """Go back to the version before."""
    op.create_index("ix_deadline_due_sort", "deadline", ["due_sort"])
    op.drop_index("ix_deadline_due_sort_id", "deadline")
