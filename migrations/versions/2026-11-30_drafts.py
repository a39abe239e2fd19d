"""Changes that wait for a reviewer, embargoes, and comments.

Of rows that are there, every revision was applied as it was written, and replaced the one before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_drafts"
down_revision = "2026_11_30_accounts"
branch_labels = None
depends_on = None

AGGREGATES = ("region", "organization", "topic", "metric", "source", "plan", "observation", "assessment")
STATES = "'draft', 'in_review', 'published', 'retired'"
REVISION = sa.table(
    "revision",
    sa.column("entity", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("applied", sa.Boolean()),
    sa.column("state", sa.String()),
    sa.column("base", sa.Integer()),
    sa.column("seed", sa.JSON()),
)
EMBARGOED = sa.text("publish_at IS NOT NULL")


def upgrade() -> None:
    """Go to this version."""
    for name in AGGREGATES:
        op.add_column(name, sa.Column("pending", sa.Integer()))
        op.add_column(name, sa.Column("head", sa.Integer(), server_default=sa.text("1"), nullable=False))
        rows = sa.table(name, sa.column("version", sa.Integer()), sa.column("head", sa.Integer()))
        op.execute(sa.update(rows).values(head=rows.c.version))
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("applied", sa.Boolean(), server_default=sa.true(), nullable=False))
        table.add_column(
            sa.Column("state", sa.String(30), server_default=sa.text("'published'"), nullable=False)
        )
        table.add_column(sa.Column("base", sa.Integer()))
        table.add_column(sa.Column("publish_at", sa.DateTime()))
        table.create_check_constraint("state_known", f"state IN ({STATES})")
    op.create_index(
        *("ix_revision_waiting", "revision", ["publish_at"]),
        sqlite_where=EMBARGOED,
        postgresql_where=EMBARGOED,
    )
    edited = REVISION.c.entity.in_(["plan", "observation"])
    said = sa.func.coalesce(REVISION.c.seed["editorial_state"].as_string(), "draft")
    retired = REVISION.c.seed["retired_on"].as_string().is_not(None)
    op.execute(sa.update(REVISION).where(edited).values(state=said))
    op.execute(sa.update(REVISION).where(~edited, retired).values(state="retired"))
    op.execute(sa.update(REVISION).where(REVISION.c.version > 1).values(base=REVISION.c.version - 1))
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(20), nullable=False),
        sa.Column("entity_key", sa.String(170), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_entity", "comment", ["entity", "entity_key"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("comment")
    op.drop_index("ix_revision_waiting", "revision")
    op.execute(sa.delete(REVISION).where(~REVISION.c.applied))
    with op.batch_alter_table("revision") as table:
        table.drop_constraint("state_known", type_="check")
        for name in ("applied", "state", "base", "publish_at"):
            table.drop_column(name)
    for name in AGGREGATES:
        with op.batch_alter_table(name) as table:
            table.drop_column("pending")
            table.drop_column("head")
