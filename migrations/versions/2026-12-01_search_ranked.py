"""The text index is made anew: what a thing is called apart from all that is said of it, in an order of its own.

A document's id says its kind, whether it is public, its rank and its number, so that what matches is read in order.
It begins empty; whoever upgrades fills it from the rows that are there. How topics and metrics are read is noted too.
"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "2026_12_01_search_ranked"
down_revision = "2026_12_01_account_log"
branch_labels = None
depends_on = None

# Every character of a token counts, the point in a number too: what a token is was decided before.
FULL_TEXT = """
CREATE VIRTUAL TABLE search_text USING fts5(
  {columns}, content='search_document', content_rowid='id', tokenize="ascii tokenchars '.'"{more}
)
"""
INSERTED = """
CREATE TRIGGER search_document_inserted AFTER INSERT ON search_document BEGIN
  INSERT INTO search_text(rowid, {columns}) VALUES (new.id, {new});
END
"""
DELETED = """
CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN
  INSERT INTO search_text(search_text, rowid, {columns}) VALUES ('delete', old.id, {old});
END
"""

NAMED = ("topic", "metric")
IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def upgrade() -> None:
    """Go to this version."""
    for name in NAMED:
        op.add_column(name, sa.Column("pinyin", sa.Text(), server_default=sa.text("''"), nullable=False))
        read_names(name)
    drop()
    create(sa.BigInteger(), ["names", "tokens"])


def downgrade() -> None:
    """Go back to the version before, whose index is empty until it is upgraded again or entities are saved."""
    drop()
    create(sa.Integer(), ["tokens"])
    for name in NAMED:
        op.drop_column(name, "pinyin")


def read_names(name: str) -> None:
    """Fill the readings of the rows that are there."""
    columns = {"id": sa.Integer(), "name_zh": sa.Text(), "aliases": sa.JSON(), "pinyin": sa.Text()}
    table = sa.table(name, *(sa.column(column, kind) for column, kind in columns.items()))
    rows = op.get_bind().execute(sa.select(table.c.id, table.c.name_zh, table.c.aliases)).all()
    filled = [{"row": number, "read": ",".join(readings([one, *aliases]))} for number, one, aliases in rows]
    if filled:
        by_id = sa.update(table).where(table.c.id == sa.bindparam("row"))
        op.get_bind().execute(by_id.values(pinyin=sa.bindparam("read")), filled)


def readings(names: list[str]) -> list[str]:
    """Read the Chinese names, each as usual and with what other names say of single characters."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - large, and a database without rows needs none of it

    chinese = ("".join(IDEOGRAPHS.findall(name)) for name in names)
    usual = {name: [str(one) for one in lazy_pinyin(name)] for name in chinese if name}
    heard = {pair for name, syllables in usual.items() for pair in zip(name, syllables, strict=True)}
    found: dict[str, None] = {}
    for name, syllables in usual.items():
        found[" ".join(syllables)] = None
        for place, sign in enumerate(name):
            for other in sorted(syllable for known, syllable in heard if known == sign):
                found[" ".join([*syllables[:place], other, *syllables[place + 1 :]])] = None
    return list(dict.fromkeys(r for one in found for r in (one, re.sub(r"(?<=[ln])v", "u", one))))


def drop() -> None:
    """Drop the index, with SQLite's triggers."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
    op.drop_table("search_document")


def create(number: sa.types.TypeEngine[int], columns: list[str]) -> None:
    """Create the index with these columns of tokens."""
    words = sa.Text().with_variant(TSVECTOR(), "postgresql")
    op.create_table(
        "search_document",
        sa.Column(
            "id",
            number.with_variant(sa.Integer(), "sqlite"),
            autoincrement=isinstance(number, sa.Integer) and not isinstance(number, sa.BigInteger),
            nullable=False,
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(140), nullable=False),
        *(sa.Column(name, words, nullable=False) for name in columns),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
        sa.UniqueConstraint("kind", "key", name="uq_search_document_kind_key"),
    )
    if op.get_context().dialect.name == "postgresql":
        for name in columns:
            op.create_index(f"ix_search_document_{name}", "search_document", [name], postgresql_using="gin")
        return
    of = {sort: ", ".join(f"{sort}.{name}" for name in columns) for sort in ("new", "old")}
    for statement in (FULL_TEXT, INSERTED, DELETED):
        # The lengths of documents are for a ranking that is not asked for.
        more = ", columnsize=0" if len(columns) > 1 else ""
        op.execute(statement.format(columns=", ".join(columns), more=more, **of))
