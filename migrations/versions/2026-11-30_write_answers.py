"""What was answered to a write that named itself, so that it can be answered again and is done once."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_write_answers"
down_revision = "2026_11_30_unsaved"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "given_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_given_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_answer")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_given_answer_person_id_key")),
    )
    op.create_index(op.f("ix_given_answer_at"), "given_answer", ["at"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("given_answer")
