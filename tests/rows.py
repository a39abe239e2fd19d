"""One valid row for every table, as plain values: what the tests of tables and migrations start from.

Builders that go through the service are in `builders`.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.domain.vocabulary import EditorialState
from app.store.models import Base
from app.store.session import Database

AT = datetime(2026, 11, 20, 8, 30, 0, 123456, tzinfo=UTC)

_AGGREGATE: dict[str, Any] = {
    "id": 1,
    "version": 1,
    "head": 1,
    "pending": None,
    "seed_hash": None,
    "retired_on": None,
    "updated_at": AT,
}
_KEY: dict[str, Any] = {
    "kind": "level",
    "boundary": "core",
    "coverage": "unspecified",
    "topic_id": 1,
    "metric_id": 1,
    "qualifier": "",
}
_FIGURE: dict[str, Any] = {
    "comparator": "gt",
    "value": Decimal(5000),
    "value_high": None,
    "unit": "亿元",
    "value_as_stated": "突破5000亿元",
    "canonical_value": Decimal(500_000_000_000),
    "canonical_high": None,
    "canonical_unit": "CNY",
    "canonical_sort": 5e11,
}
_CHILD: dict[str, Any] = {"id": 1, "inferred": [], "position": 0, "retired_on": None, "updated_at": AT}
_NAMES = {"name_zh": "人工智能", "name_en": "Artificial intelligence"}
_DEFINITIONS = {"definition_zh": "定义", "definition_en": "Definition"}

# In an order in which foreign keys allow to insert them.
ROWS: dict[str, dict[str, Any]] = {
    "region": {
        **_AGGREGATE,
        "code": "330000",
        "slug": "zhejiang",
        "level": "province",
        "iso": "CN-ZJ",
        "parent_id": None,
        "replaced_by_id": None,
        "name_zh": "浙江省",
        "name_en": "Zhejiang",
        "short_zh": "浙江",
        "abbr_zh": "浙",
        "aliases": ["浙"],
        "pinyin": "zhe jiang,zhe jiang sheng,zhe",
    },
    "region_member": {"group_id": 1, "member_id": 1, "position": 0},
    "organization": {
        **_AGGREGATE,
        "slug": "office",
        "name_zh": "办公厅",
        "name_en": "General Office",
        "region_id": 1,
    },
    "topic": {
        **_AGGREGATE,
        **_NAMES,
        **_DEFINITIONS,
        "slug": "ai",
        "aliases": ["AI"],
        "pinyin": "ren gong zhi neng",
        "parent_id": None,
        "standard": None,
    },
    "metric": {
        **_AGGREGATE,
        **_DEFINITIONS,
        "slug": "scale",
        "name_zh": "规模",
        "name_en": "Scale",
        "aliases": [],
        "pinyin": "gui mo",
        "family": "industry_size",
        "dimension": "money",
        "standard": None,
        "direction": "up",
        "additive": True,
        "canonical_unit": "CNY",
    },
    "source": {
        **_AGGREGATE,
        "slug": "news",
        "kind": "news",
        "title_zh": "新闻",
        "title_en": "News",
        "publisher_zh": None,
        "publisher_en": None,
        "url": None,
        "language": "zh",
        "script": "hans",
        "published_on": date(2026, 1, 31),
        "published_precision": "month",
        "text_sha256": None,
        "note_zh": None,
        "note_en": None,
    },
    "plan": {
        **_AGGREGATE,
        "slug": "plan",
        "region_id": 1,
        "title_zh": "行动计划",
        "title_en": "Action plan",
        "document_number": None,
        "form": "action_plan",
        "stage": "adopted",
        **{f"{name}_on": None for name in ("written", "published", "effective", "expires", "reported")},
        **{
            f"{name}_precision": "none"
            for name in ("written", "published", "effective", "expires", "reported")
        },
        "period_start": 2024,
        "period_end": 2027,
        "summary_zh": None,
        "summary_en": None,
        "editorial_state": "published",
        "changed_in": None,
        "note_zh": None,
        "note_en": None,
    },
    "plan_link": {
        "id": 1,
        "from_plan_id": 1,
        "to_plan_id": 2,
        "kind": "implements",
        "note_zh": None,
        "note_en": None,
        "position": 0,
    },
    "plan_issuer": {"plan_id": 1, "organization_id": 1, "position": 0},
    "plan_topic": {"plan_id": 1, "topic_id": 1, "position": 0},
    "target": {
        **_CHILD,
        **_KEY,
        "public_id": "plan-scale",
        "plan_id": 1,
        "region_id": 1,
        "statement_zh": "规模",
        "statement_en": None,
        "bindingness": "unspecified",
        "baseline_value": None,
        "baseline_unit": None,
        "baseline_year": None,
        "note_zh": None,
        "note_en": None,
    },
    "deadline": {
        **_CHILD,
        **_FIGURE,
        "public_id": "plan-scale@2027-12-31",
        "target_id": 1,
        "due_on": date(2027, 12, 31),
        "due_precision": "year",
        "due_sort": date(2027, 12, 31),
        "due_as_stated": "到2027年",
        "ambition": "unmarked",
        "note_zh": None,
        "note_en": None,
    },
    "measure": {
        **_CHILD,
        "public_id": "plan-voucher",
        "plan_id": 1,
        "region_id": 1,
        "kind": "voucher",
        "statement_zh": "算力券",
        "statement_en": None,
        "value_as_stated": "2.5亿元",
        "comparator": "eq",
        "total": Decimal("2.5"),
        "max_each": None,
        "unit": "亿元",
        "max_share": None,
        "per": "year",
        "canonical_total": Decimal(250_000_000),
        "canonical_max_each": None,
        "canonical_unit": "CNY",
        "note_zh": None,
        "note_en": None,
    },
    "observation": {
        **_AGGREGATE,
        **_KEY,
        **_FIGURE,
        "slug": "seen",
        "region_id": 1,
        "from_on": date(2024, 1, 1),
        "from_precision": "year",
        "to_on": date(2024, 12, 31),
        "precision": "year",
        "baseline_year": None,
        "status": "official",
        "measured_by_id": 1,
        "series": None,
        "statement_zh": "规模",
        "statement_en": None,
        "inferred": [],
        "editorial_state": "published",
        "note_zh": None,
        "note_en": None,
    },
    "evidence": {
        "id": 1,
        "plan_id": None,
        "deadline_id": 1,
        "observation_id": None,
        "measure_id": None,
        "source_id": 1,
        "paragraph_first": 3,
        "paragraph_last": 3,
        "phrase": "突破5000亿元",
        "outcome": "found",
        "checked_on": date(2026, 11, 20),
        "position": 0,
    },
    "assessment": {
        **_AGGREGATE,
        "region_id": 1,
        "topic_id": 1,
        "searched_zh": "省政府网站",
        "searched_en": None,
        "searched_on": date(2026, 11, 20),
    },
    "revision": {
        "id": 1,
        "entity": "plan",
        "entity_key": "plan",
        "version": 1,
        "action": "create",
        "door": "seeds",
        "author": "curator",
        "reason": None,
        "at": AT,
        "schema_version": 1,
        "applied": True,
        "state": EditorialState.DRAFT,
        "base": None,
        "publish_at": None,
        "seed": {"slug": "plan", "value": "0.10"},
    },
    "comment": {
        "id": 1,
        "entity": "plan",
        "entity_key": "plan",
        "version": 1,
        "author": "reviewer",
        "at": AT,
        "said": "哪一段？",
    },
    "person": {
        "id": 1,
        "name": "王编辑",
        "login": "王编辑",
        "email": None,
        "role": "editor",
        "password_hash": None,
        "created_at": AT,
        "signed_in_at": None,
        "disabled_at": None,
    },
    "one_time_link": {
        "id": 1,
        "purpose": "invitation",
        "person_id": 1,
        "token_hash": "a" * 64,
        "created_at": AT,
        "expires_at": AT,
        "used_at": None,
    },
    "sign_in": {
        "id": 1,
        "person_id": 1,
        "token_hash": "b" * 64,
        "browser": "Firefox",
        "created_at": AT,
        "used_at": AT,
        "expires_at": AT,
    },
    "known_device": {"id": 1, "person_id": 1, "token_hash": "c" * 64, "used_at": AT},
    "api_token": {
        "id": 1,
        "person_id": 1,
        "name": "loader",
        "token_hash": "d" * 64,
        "scope": "write",
        "created_at": AT,
        "expires_at": AT,
        "used_at": None,
        "revoked_at": None,
    },
    "given_answer": {
        "id": 1,
        "person_id": 1,
        "key": "first",
        "request_hash": "f" * 64,
        "at": AT,
        "status": 201,
        "headers": {"etag": '"1"'},
        "body": "{}",
    },
    "account_event": {
        "id": 1,
        "deed": "role_given",
        "person_id": 1,
        "by_id": 1,
        "at": AT,
        "detail": "reviewer",
    },
    "login_failures": {"counted": "e" * 64, "failures": 3, "last_at": AT},
    "unsaved": {"id": 1, "person_id": 1, "form_key": "new-1", "fields": [["slug", "zj-计划"]], "at": AT},
}


def insert_rows(db: Database) -> None:
    """Insert all rows, and the second plan that a link needs."""
    with db.write() as session:
        for table, row in ROWS.items():
            session.execute(insert(Base.metadata.tables[table]).values(row))
            if table == "plan":
                session.execute(insert(Base.metadata.tables[table]).values(row | {"id": 2, "slug": "plan-2"}))


def read_rows(db: Database) -> dict[str, dict[str, Any] | None]:
    """Read the first row of every table of `ROWS`."""
    with db.read() as session:
        tables = {name: Base.metadata.tables[name] for name in ROWS}
        found = {
            name: session.execute(select(t).order_by(*t.primary_key)).first() for name, t in tables.items()
        }
    return {table: None if row is None else dict(row._mapping) for table, row in found.items()}


# Without a number: the database gives one.
TOPIC = {name: value for name, value in ROWS["topic"].items() if name != "id"}


def add_topic(session: Session, slug: str) -> None:
    """Add a topic past the service: the smallest save there is."""
    session.execute(insert(Base.metadata.tables["topic"]).values(TOPIC | {"slug": slug}))


def count_topics(db: Database) -> int:
    """Count the topics."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables["topic"])) or 0
