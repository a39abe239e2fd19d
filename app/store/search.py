"""The one text index: keeping the tokens of each entity, and which entities a query matches.

What becomes a token is said in `domain.tokens`, what of each entity is searched in `documents`; how a page of
matches is read, by the collections.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Dialect,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
    column,
    delete,
    insert,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.domain.errors import DomainError
from app.domain.tokens import phrases, tokens

Kind = Literal[
    "region",
    "organization",
    "topic",
    "metric",
    "source",
    "plan",
    "target",
    "measure",
    "observation",
]

MAX_QUERY = 200


class Tokens(TypeDecorator[str]):
    """Tokens with a blank between them; on PostgreSQL a `tsvector` literal, so that its parser has no say."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the engine."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write each token's place beside it for PostgreSQL."""
        if value is None or dialect.name != "postgresql":
            return value
        return " ".join(f"'{token}':{place}" for place, token in enumerate(value.split(" "), start=1))


# Not among the models' tables: SQLite's full-text table and what it makes for itself are unknown to Alembic.
DOCUMENTS = Table(
    "search_document",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("key", String(140), nullable=False),
    Column("tokens", Tokens, nullable=False),
)
_FULL_TEXT = table("search_text", column("rowid", Integer), column("tokens", Text))


def matching(session: Session, kind: Kind, q: str) -> Select[tuple[str]]:
    """Select the keys of the entities in which every run of the query stands, word for word.

    The entities may be drafts or retired: the collection says what is public.
    Raises DomainError q_empty where nothing in the query can be searched for, q_too_long.
    """
    if len(q) > MAX_QUERY:
        raise DomainError("q_too_long", "q", given=len(q), max=MAX_QUERY)
    wanted = list(phrases(q))
    if not wanted:
        raise DomainError("q_empty", "q", given=q)
    found = select(DOCUMENTS.c.key).where(DOCUMENTS.c.kind == kind)
    if session.get_bind().dialect.name == "postgresql":
        literal = " & ".join(
            "(" + " <-> ".join(f"'{token}'" for token in one.tokens) + (":*)" if one.prefix else ")")
            for one in wanted
        )
        return found.where(DOCUMENTS.c.tokens.op("@@")(cast(literal, TSQUERY)))
    words = " ".join(f'"{" ".join(one.tokens)}"' + ("*" if one.prefix else "") for one in wanted)
    return found.where(
        DOCUMENTS.c.id.in_(select(_FULL_TEXT.c.rowid).where(_FULL_TEXT.c.tokens.op("MATCH")(words)))
    )


def index(session: Session, kind: Kind, documents: Mapping[str, Iterable[str]]) -> None:
    """Replace the documents of these keys by their texts, in two statements."""
    if not documents:
        return
    session.execute(delete(DOCUMENTS).where(DOCUMENTS.c.kind == kind, DOCUMENTS.c.key.in_(documents)))
    rows = [{"kind": kind, "key": key, "tokens": " ".join(tokens(texts))} for key, texts in documents.items()]
    session.execute(insert(DOCUMENTS), rows)
