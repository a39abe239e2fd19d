"""On PostgreSQL each document of the text index has tokens that say in which blocks of ranks it stands.

So its index tells what stands first without a look at all that matches. The words go out of the rows, which are read
for their ids alone, and the index of the names goes: what stands in names is looked up in the few that are shown.
"""

from alembic import op

revision = "2026_12_05_search_blocks"
down_revision = "2026_12_04_search_inserts"
branch_labels = None
depends_on = None

# Into a new table, since rows that are changed in place would leave twice the room behind.
UPGRADED = """
DROP INDEX ix_search_document_names;
DROP INDEX ix_search_document_tokens;
ALTER TABLE search_document
  DROP CONSTRAINT pk_search_document, DROP CONSTRAINT uq_search_document_kind_key;
ALTER TABLE search_document RENAME TO search_document_before;
CREATE TABLE search_document (LIKE search_document_before);
ALTER TABLE search_document
  ALTER names SET STORAGE EXTERNAL, ALTER tokens SET STORAGE EXTERNAL, SET (toast_tuple_target = 128);
INSERT INTO search_document (id, kind, key, names, tokens)
  SELECT id, kind, key, names,
    tokens || array_to_tsvector(ARRAY['s.32.' || (id >> 40 & -32), 's.256.' || (id >> 40 & -256)])
  FROM search_document_before ORDER BY id;
DROP TABLE search_document_before;
ALTER TABLE search_document
  ADD CONSTRAINT pk_search_document PRIMARY KEY (id),
  ADD CONSTRAINT uq_search_document_kind_key UNIQUE (kind, key);
CREATE INDEX ix_search_document_tokens ON search_document USING gin (tokens);
"""
DOWNGRADED = """
ALTER TABLE search_document
  ALTER names SET STORAGE EXTENDED, ALTER tokens SET STORAGE EXTENDED, RESET (toast_tuple_target);
CREATE INDEX ix_search_document_names ON search_document USING gin (names);
"""


def upgrade() -> None:
    """Go to this version."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(UPGRADED)


def downgrade() -> None:
    """Go back to the version before, for which a token more is none that is asked for."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(DOWNGRADED)
