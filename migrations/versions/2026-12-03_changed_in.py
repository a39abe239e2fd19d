"""A plan knows the dataset revision of its last public change; instants are indexed with the ids that break ties.

Whoever holds the figures in memory reads those anew that have changed; lists by instant find their rows in order.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_03_changed_in"
down_revision = "2026_12_02_deadline_order"
branch_labels = None
depends_on = None

_LISTED = ("target", "deadline")


def upgrade() -> None:
    """Go to this version."""
    op.add_column("plan", sa.Column("changed_in", sa.Integer(), nullable=True))
    op.create_index("ix_plan_changed_in", "plan", ["changed_in"])
    for table in _LISTED:
        op.create_index(f"ix_{table}_updated_at_id", table, ["updated_at", "id"])
        op.drop_index(f"ix_{table}_updated_at", table)
    # Lists are in the order of bytes, which is SQLite's own.
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_target_public_id_bytes", "target", [sa.text('public_id COLLATE "C"')])


def downgrade() -> None:
    """Go back to the version before."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_target_public_id_bytes", "target")
    for table in _LISTED:
        op.create_index(f"ix_{table}_updated_at", table, ["updated_at"])
        op.drop_index(f"ix_{table}_updated_at_id", table)
    op.drop_index("ix_plan_changed_in", "plan")
    op.drop_column("plan", "changed_in")
