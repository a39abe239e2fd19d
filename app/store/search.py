"""The one text index: how texts become tokens, and which entities a query matches.

What of each entity is searched is said in `documents`; how a page of matches is read, by the collections.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
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
from app.domain.text import simplify

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
_LONGEST_TOKEN = 80
_SHORTEST_PLURAL = 4
_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+)|(?P<word>(?:(?![{_CJK}])[^\W_])+)"
)


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
    phrases = list(_phrases(q))
    if not phrases:
        raise DomainError("q_empty", "q", given=q)
    found = select(DOCUMENTS.c.key).where(DOCUMENTS.c.kind == kind)
    if session.get_bind().dialect.name == "postgresql":
        literal = " & ".join(
            "(" + " <-> ".join(f"'{token}'" for token in tokens) + (":*)" if prefix else ")")
            for tokens, prefix in phrases
        )
        return found.where(DOCUMENTS.c.tokens.op("@@")(cast(literal, TSQUERY)))
    words = " ".join(f'"{" ".join(tokens)}"' + ("*" if prefix else "") for tokens, prefix in phrases)
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


def tokens(texts: Iterable[str]) -> Iterator[str]:
    """Cut texts into tokens: pairs of ideographs with each run's last one, numbers, stemmed words.

    Texts are brought to NFKC, Simplified characters and lower case before.
    """
    for text in texts:
        for found in _TOKEN.finditer(simplify(text).lower()):
            yield from _cut(found)


def _cut(found: re.Match[str]) -> Iterator[str]:
    piece = found[0]
    if found["cjk"]:
        yield from (piece[place : place + 2] for place in range(len(piece)))
    elif found["number"]:
        yield piece.replace(",", "")[:_LONGEST_TOKEN]
    else:
        yield _stem(piece)[:_LONGEST_TOKEN]


def _phrases(q: str) -> Iterator[tuple[list[str], bool]]:
    """Give the phrase of each run without a gap, and whether its last token is only the start of one."""
    run: list[str] = []
    prefix = False
    end = -1
    for found in _TOKEN.finditer(simplify(q).lower()):
        if run and found.start() != end:
            yield _closed(run, prefix=prefix), prefix
            run = []
        run += _cut(found)
        # What follows the run's last ideograph in the text is not known, so its pair isn't either.
        prefix = bool(found["cjk"]) and len(found[0]) == 1
        end = found.end()
    if run:
        yield _closed(run, prefix=prefix), prefix


def _closed(run: list[str], *, prefix: bool) -> list[str]:
    """Leave out the single ideograph at the end of a run, which only stands in texts that end there too."""
    last = run[-1]
    alone = len(last) == 1 and re.fullmatch(f"[{_CJK}]", last) is not None
    return run[:-1] if alone and not prefix else run


def _stem(word: str) -> str:
    """Take an English plural back to its singular, by Harman's S-stemmer; other words stay whole."""
    if len(word) < _SHORTEST_PLURAL:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word
