"""All tables as they were at the start, and the counter's one row.

It imports nothing of ours: words and types stand here as they were, whatever the models become.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_initial"
down_revision = None
branch_labels = None
depends_on = None

Items = list[sa.schema.SchemaItem]
TABLES = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# A figure keeps every digit: SQLite's own NUMERIC is a float.
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")

# SQLite keeps figures as text of plain digits: those of one length before the point sort as numbers do.
LOW, HIGH = (f"(instr(ltrim({one}, '-') || '.', '.'), ltrim({one}, '-'))" for one in ("value", "value_high"))
ORDERED = {
    "postgresql": "value_high IS NULL OR value <= value_high",
    "sqlite": (
        "value_high IS NULL OR CASE"
        " WHEN substr(value, 1, 1) = '-' AND substr(value_high, 1, 1) <> '-' THEN TRUE"
        " WHEN substr(value, 1, 1) <> '-' AND substr(value_high, 1, 1) = '-' THEN FALSE"
        f" WHEN substr(value, 1, 1) = '-' THEN {HIGH} <= {LOW} ELSE {LOW} <= {HIGH} END"
    ),
}
COMPARATOR = "gt ge eq approx le lt between order"
EDITORIAL_STATE = "draft in_review published retired"
FAMILY = "industry_size adoption enterprises technology products infrastructure data finance economy talent governance"
PRECISION = "day month quarter year none"
SOURCE_KIND = "official_text official_interpretation press_conference news repost machine_reworded"


def table(name: str, *items: sa.schema.SchemaItem) -> None:
    """Note down a table for `upgrade` and `downgrade`."""
    sa.Table(name, TABLES, *items)


def both(stem: str, *, nullable: bool = False) -> Items:
    """Make the Chinese and the English column of a text."""
    return [sa.Column(f"{stem}_{language}", sa.Text(), nullable=nullable) for language in ("zh", "en")]


def word(column: str, words: str, *, nullable: bool = False, index: bool = False) -> Items:
    """Make a column that holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words.split())
    return [
        sa.Column(column, sa.String(30), nullable=nullable, index=index),
        sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known"),
    ]


def aggregate() -> Items:
    """Make what every entity with an identity of its own keeps."""
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seed_hash", sa.String(64)),
        sa.Column("retired_on", sa.Date()),
        sa.Column("updated_at", sa.DateTime(), nullable=False, index=True),
    ]


def key() -> Items:
    """Make the six fields by which a figure says what it measures."""
    return [
        *word("kind", "level increase growth average_growth region_share rank qualitative"),
        *word("boundary", "unspecified core related whole_chain"),
        *word("coverage", "unspecified above_scale large smes all"),
        sa.Column("topic_id", sa.Integer(), sa.ForeignKey("topic.id"), nullable=False, index=True),
        sa.Column("metric_id", sa.Integer(), sa.ForeignKey("metric.id"), index=True),
        sa.Column("qualifier", sa.String(200), nullable=False),
        sa.CheckConstraint("(kind = 'qualitative') = (metric_id IS NULL)", name="metric_unless_qualitative"),
    ]


def figure() -> Items:
    """Make the columns of a figure, as stated and in canonical units."""
    return [
        *word("comparator", COMPARATOR, nullable=True),
        sa.Column("value", EXACT),
        sa.Column("value_high", EXACT),
        sa.Column("unit", sa.String(20)),
        sa.Column("value_as_stated", sa.Text()),
        sa.Column("canonical_value", EXACT),
        sa.Column("canonical_high", EXACT),
        sa.Column("canonical_unit", sa.String(20)),
        sa.Column("canonical_sort", sa.Double()),
        sa.CheckConstraint("(comparator = 'between') = (value_high IS NOT NULL)", name="between_has_two"),
        *(
            sa.CheckConstraint(ordered, name="between_ordered").ddl_if(dialect=dialect)
            for dialect, ordered in ORDERED.items()
        ),
        sa.CheckConstraint(
            "(value IS NULL) = (unit IS NULL) AND (value IS NULL) = (comparator IS NULL) AND (value IS NULL) = (canonical_value IS NULL) AND (value IS NULL) = (canonical_sort IS NULL) AND (value IS NULL) = (canonical_unit IS NULL)",
            name="figure_whole",
        ),
        sa.CheckConstraint(
            "(value_high IS NULL) = (canonical_high IS NULL) AND (value_high IS NULL OR value IS NOT NULL)",
            name="high_whole",
        ),
    ]


table(
    "dataset_revision",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
)
table(
    "metric",
    *aggregate(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    *both("name"),
    sa.Column("aliases", sa.JSON(), nullable=False),
    *both("definition"),
    *word("family", FAMILY, index=True),
    *word("dimension", "money count share density computing length area time"),
    sa.Column("standard", sa.Text()),
    *word("direction", "up down"),
    sa.Column("additive", sa.Boolean(), nullable=False),
    sa.Column("canonical_unit", sa.String(20), nullable=False),
)
table(
    "region",
    *aggregate(),
    sa.Column("code", sa.String(80), nullable=False, unique=True),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    *word("level", "country group province prefecture county zone"),
    sa.Column("iso", sa.String(6), unique=True),
    sa.Column("parent_id", sa.Integer(), sa.ForeignKey("region.id"), index=True),
    sa.Column("replaced_by_id", sa.Integer(), sa.ForeignKey("region.id")),
    *both("name"),
    sa.Column("short_zh", sa.Text(), nullable=False),
    sa.Column("abbr_zh", sa.String(1)),
    sa.Column("aliases", sa.JSON(), nullable=False),
)
table(
    "revision",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("entity", sa.String(20), nullable=False),
    sa.Column("entity_key", sa.String(170), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("action", sa.String(10), nullable=False),
    sa.Column("door", sa.String(10), nullable=False),
    sa.Column("author", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text()),
    sa.Column("at", sa.DateTime(), nullable=False, index=True),
    sa.Column("schema_version", sa.Integer(), nullable=False),
    sa.Column("seed", sa.JSON(), nullable=False),
    sa.UniqueConstraint("entity", "entity_key", "version"),
)
table(
    "source",
    *aggregate(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    *word("kind", SOURCE_KIND),
    *both("title"),
    *both("publisher", nullable=True),
    sa.Column("url", sa.Text()),
    sa.Column("language", sa.String(2), nullable=False),
    *word("script", "hans hant latn"),
    sa.Column("published_on", sa.Date()),
    *word("published_precision", PRECISION),
    sa.Column("text_sha256", sa.String(64)),
    *both("note", nullable=True),
)
table(
    "topic",
    *aggregate(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    *both("name"),
    sa.Column("aliases", sa.JSON(), nullable=False),
    sa.Column("parent_id", sa.Integer(), sa.ForeignKey("topic.id"), index=True),
    *both("definition"),
    sa.Column("standard", sa.Text()),
)
table(
    "assessment",
    *aggregate(),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id"), nullable=False),
    sa.Column("topic_id", sa.Integer(), sa.ForeignKey("topic.id"), nullable=False, index=True),
    sa.Column("searched_zh", sa.Text(), nullable=False),
    sa.Column("searched_en", sa.Text()),
    sa.Column("searched_on", sa.Date(), nullable=False),
    sa.UniqueConstraint("region_id", "topic_id"),
)
table(
    "organization",
    *aggregate(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    *both("name"),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id")),
)
table(
    "plan",
    *aggregate(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id"), nullable=False, index=True),
    *both("title"),
    sa.Column("document_number", sa.Text()),
    *word("form", "plan action_plan scheme opinions measures regulation report meeting other"),
    *word("stage", "announced consultation_draft adopted withdrawn unknown"),
    sa.Column("written_on", sa.Date()),
    *word("written_precision", PRECISION),
    sa.Column("published_on", sa.Date()),
    *word("published_precision", PRECISION),
    sa.Column("effective_on", sa.Date()),
    *word("effective_precision", PRECISION),
    sa.Column("expires_on", sa.Date()),
    *word("expires_precision", PRECISION),
    sa.Column("reported_on", sa.Date()),
    *word("reported_precision", PRECISION),
    sa.Column("period_start", sa.Integer()),
    sa.Column("period_end", sa.Integer()),
    *both("summary", nullable=True),
    *word("editorial_state", EDITORIAL_STATE),
    *both("note", nullable=True),
    sa.CheckConstraint("period_start <= period_end", name="period_ordered"),
    sa.CheckConstraint("(editorial_state = 'retired') = (retired_on IS NOT NULL)", name="retired_has_date"),
)
table(
    "region_member",
    sa.Column("group_id", sa.Integer(), sa.ForeignKey("region.id"), primary_key=True),
    sa.Column("member_id", sa.Integer(), sa.ForeignKey("region.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer(), nullable=False),
)
table(
    "measure",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("public_id", sa.String(140), nullable=False, unique=True),
    sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=False, index=True),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id"), nullable=False, index=True),
    *word("kind", "subsidy fund voucher platform park rule programme other"),
    sa.Column("statement_zh", sa.Text(), nullable=False),
    sa.Column("statement_en", sa.Text()),
    sa.Column("value_as_stated", sa.Text()),
    *word("comparator", COMPARATOR, nullable=True),
    sa.Column("total", EXACT),
    sa.Column("max_each", EXACT),
    sa.Column("unit", sa.String(20)),
    sa.Column("max_share", EXACT),
    sa.Column("per", sa.String(10)),
    sa.Column("canonical_total", EXACT),
    sa.Column("canonical_max_each", EXACT),
    sa.Column("canonical_unit", sa.String(20)),
    sa.Column("inferred", sa.JSON(), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("retired_on", sa.Date()),
    sa.Column("updated_at", sa.DateTime(), nullable=False, index=True),
    *both("note", nullable=True),
    sa.CheckConstraint("(total IS NULL AND max_each IS NULL) = (unit IS NULL)", name="amount_has_unit"),
)
table(
    "observation",
    *aggregate(),
    *key(),
    *figure(),
    sa.Column("slug", sa.String(80), nullable=False, unique=True),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id"), nullable=False, index=True),
    sa.Column("from_on", sa.Date()),
    *word("from_precision", PRECISION),
    sa.Column("to_on", sa.Date()),
    *word("precision", PRECISION),
    sa.Column("baseline_year", sa.Integer()),
    *word("status", "official estimate forecast"),
    sa.Column("measured_by_id", sa.Integer(), sa.ForeignKey("organization.id")),
    sa.Column("series", sa.String(80)),
    sa.Column("statement_zh", sa.Text(), nullable=False),
    sa.Column("statement_en", sa.Text()),
    sa.Column("inferred", sa.JSON(), nullable=False),
    *word("editorial_state", EDITORIAL_STATE),
    *both("note", nullable=True),
    sa.CheckConstraint(
        "(from_on IS NULL) = (to_on IS NULL) AND (from_on IS NULL OR from_on <= to_on)", name="period_ordered"
    ),
    sa.CheckConstraint("(to_on IS NULL) = (precision = 'none')", name="period_precise"),
    sa.CheckConstraint("value IS NOT NULL AND kind <> 'qualitative'", name="quantified"),
    sa.CheckConstraint("(editorial_state = 'retired') = (retired_on IS NOT NULL)", name="retired_has_date"),
)
table(
    "plan_issuer",
    sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), primary_key=True),
    sa.Column(
        "organization_id", sa.Integer(), sa.ForeignKey("organization.id"), primary_key=True, index=True
    ),
    sa.Column("position", sa.Integer(), nullable=False),
)
table(
    "plan_link",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("from_plan_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=False),
    sa.Column("to_plan_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=False, index=True),
    *word("kind", "supersedes finalises implements amends"),
    *both("note", nullable=True),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.CheckConstraint("from_plan_id <> to_plan_id", name="not_itself"),
    sa.UniqueConstraint("from_plan_id", "to_plan_id", "kind"),
)
table(
    "plan_topic",
    sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), primary_key=True),
    sa.Column("topic_id", sa.Integer(), sa.ForeignKey("topic.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer(), nullable=False),
)
table(
    "target",
    *key(),
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("public_id", sa.String(140), nullable=False, unique=True),
    sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=False, index=True),
    sa.Column("region_id", sa.Integer(), sa.ForeignKey("region.id"), nullable=False, index=True),
    sa.Column("statement_zh", sa.Text(), nullable=False),
    sa.Column("statement_en", sa.Text()),
    *word("bindingness", "unspecified binding anticipatory"),
    sa.Column("baseline_value", EXACT),
    sa.Column("baseline_unit", sa.String(20)),
    sa.Column("baseline_year", sa.Integer()),
    sa.Column("inferred", sa.JSON(), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("retired_on", sa.Date()),
    sa.Column("updated_at", sa.DateTime(), nullable=False, index=True),
    *both("note", nullable=True),
    sa.CheckConstraint("(baseline_value IS NULL) = (baseline_unit IS NULL)", name="baseline_whole"),
    sa.CheckConstraint("baseline_year BETWEEN 1949 AND 2100", name="baseline_year_sane"),
    sa.Index(
        "uq_target_key",
        *["plan_id", "region_id", "kind", "boundary", "coverage", "topic_id", "metric_id", "qualifier"],
        unique=True,
        sqlite_where=sa.text("kind <> 'qualitative' AND retired_on IS NULL"),
        postgresql_where=sa.text("kind <> 'qualitative' AND retired_on IS NULL"),
    ),
)
table(
    "deadline",
    *figure(),
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("public_id", sa.String(180), nullable=False, unique=True),
    sa.Column("target_id", sa.Integer(), sa.ForeignKey("target.id"), nullable=False, index=True),
    sa.Column("due_on", sa.Date()),
    *word("due_precision", PRECISION),
    sa.Column("due_sort", sa.Date(), nullable=False, index=True),
    sa.Column("due_as_stated", sa.Text()),
    *word("ambition", "unmarked strive expected explore"),
    sa.Column("inferred", sa.JSON(), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("retired_on", sa.Date()),
    sa.Column("updated_at", sa.DateTime(), nullable=False, index=True),
    *both("note", nullable=True),
    sa.CheckConstraint("(due_on IS NULL) = (due_precision = 'none')", name="due_precise"),
    sa.CheckConstraint("due_on BETWEEN '1949-10-01' AND '2100-12-31'", name="due_sane"),
    sa.CheckConstraint("(due_on IS NULL) = (due_sort = '9999-12-31')", name="due_sorted"),
    sa.UniqueConstraint("target_id", "due_sort", "ambition"),
)
table(
    "evidence",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), index=True),
    sa.Column("deadline_id", sa.Integer(), sa.ForeignKey("deadline.id"), index=True),
    sa.Column("observation_id", sa.Integer(), sa.ForeignKey("observation.id"), index=True),
    sa.Column("measure_id", sa.Integer(), sa.ForeignKey("measure.id"), index=True),
    sa.Column("source_id", sa.Integer(), sa.ForeignKey("source.id"), nullable=False, index=True),
    sa.Column("paragraph_first", sa.Integer(), nullable=False),
    sa.Column("paragraph_last", sa.Integer(), nullable=False),
    sa.Column("phrase", sa.Text(), nullable=False),
    *word("outcome", "found differs figure_missing phrase_missing unchecked"),
    sa.Column("checked_on", sa.Date()),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.CheckConstraint(
        "CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END + CASE WHEN deadline_id IS NULL THEN 0 ELSE 1 END + CASE WHEN observation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN measure_id IS NULL THEN 0 ELSE 1 END = 1",
        name="one_fact",
    ),
    sa.CheckConstraint(
        "paragraph_first >= 1 AND paragraph_first <= paragraph_last", name="paragraphs_ordered"
    ),
)


def upgrade() -> None:
    """Make all tables; the counter of public changes begins at nought."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
    op.execute("INSERT INTO dataset_revision (id, revision) VALUES (1, 0)")


def downgrade() -> None:
    """Drop all tables with their rows."""
    TABLES.drop_all(op.get_bind(), checkfirst=False)
