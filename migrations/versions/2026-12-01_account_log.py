"""What happens to people's accounts, and by whom; of what happened before nothing is known."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_account_log"
down_revision = "2026_11_30_write_answers"
branch_labels = None
depends_on = None

DEEDS = (
    "'added', 'role_given', 'closed', 'opened', 'link_made', 'password_set', "
    "'token_made', 'token_revoked', 'signed_out'"
)


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("detail", sa.String(60)),
        sa.CheckConstraint(f"deed IN ({DEEDS})", name=op.f("ck_account_event_deed_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_event_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_account_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("account_event")
