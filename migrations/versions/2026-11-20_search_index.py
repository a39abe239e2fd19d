"""The text index: a table of tokens, with SQLite's FTS5 beside it or a GIN index on PostgreSQL.

It begins empty; whoever upgrades fills it from the rows that are there.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "2026_11_20_search_index"
down_revision = "2026_11_20_initial"
branch_labels = None
depends_on = None

# Every character of a token counts, the point in a number too: what a token is was decided before.
FULL_TEXT = """
CREATE VIRTUAL TABLE search_text USING fts5(
  tokens, content='search_document', content_rowid='id', tokenize="ascii tokenchars '.'"
)
"""
INSERTED = """
CREATE TRIGGER search_document_inserted AFTER INSERT ON search_document BEGIN
  INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens);
END
"""
DELETED = """
CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN
  INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END
"""


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(140), nullable=False),
        sa.Column("tokens", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
        sa.UniqueConstraint("kind", "key", name="uq_search_document_kind_key"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_index("ix_search_document_tokens", "search_document", ["tokens"], postgresql_using="gin")
    else:
        for statement in (FULL_TEXT, INSERTED, DELETED):
            op.execute(statement)


def downgrade() -> None:
    """Go back to the version before."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
    op.drop_table("search_document")
