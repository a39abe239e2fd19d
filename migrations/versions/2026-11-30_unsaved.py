"""What was typed into forms and not saved yet."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_unsaved"
down_revision = "2026_11_30_search_anew"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "unsaved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsaved_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsaved")),
        sa.UniqueConstraint("person_id", "form_key", name=op.f("uq_unsaved_person_id_form_key")),
    )


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("unsaved")
