"""The one text index: keeping the tokens of each entity, and which entities a query matches.

What becomes a token is said in `domain.tokens`, what a query asks for in `domain.wanted`, what of each entity is
searched in `documents`; how a page of matches is read, by the collections.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add, itemgetter
from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    BigInteger,
    Column,
    Delete,
    Dialect,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    and_,
    bindparam,
    cast,
    column,
    delete,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.domain.errors import DomainError
from app.domain.tokens import ideographs, tokens_of
from app.domain.wanted import Part, beginning, ideograph_token, name_token, percentages, wanted
from app.store.asked import full_text, tsquery
from app.store.inserting import insert_rows

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

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MAX_QUERY = 200
LAST_RANK: Final = 2**16 - 1
"""Where a document stands that has no rank of its own."""
NUMBER_BITS: Final = 40
NUMBERS: Final = (1 << NUMBER_BITS) - 1
"""The bits of a document's id that are the number of its entity."""
_RANK_BITS: Final = 16
_BLOCK: Final = "s."
BLOCKS: Final = (32, 256)
"""Of how many ranks, mostly days, are the blocks whose documents have a token for them on PostgreSQL."""


class Tokens(TypeDecorator[str]):
    """Tokens with a blank between them; on PostgreSQL a `tsvector` literal, so that its parser has no say."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the engine."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write each token's place beside it for PostgreSQL; what says where a document stands has none."""
        if value is None or dialect.name != "postgresql":
            return value
        words = value.split()
        # They come last. That of a block begins as no word does, since words have no full stop.
        last = len(words)
        while last and words[last - 1].startswith(_BLOCK):
            last -= 1
        placed = map(add, words[:last], _places(1 << last.bit_length()))
        return " ".join(f"'{word}" for word in (*placed, *(f"{block}'" for block in words[last:])))


@lru_cache(maxsize=32)
def _places(count: int) -> tuple[str, ...]:
    """Give what stands after each of so many words in a literal."""
    return tuple(f"':{place}" for place in range(1, count + 1))


# Not among the models' tables: SQLite's full-text table and what it makes for itself are unknown to Alembic.
DOCUMENTS = Table(
    "search_document",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("key", String(140), nullable=False),
    Column("names", Tokens, nullable=False),
    Column("tokens", Tokens, nullable=False),
)
_PUT_IN: Final = "INSERT INTO search_text(rowid, names, tokens) VALUES (?, ?, ?)"
_FULL_TEXT = table("search_text", column("rowid", Integer), column("search_text", Text))


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one entity, with its place in the order in which what was found is read.

    `number` is its id among its kind; the lower its `rank`, the earlier it is read. `names` and `texts` are cut
    into tokens, `tokens` are some already.
    """

    kind: Kind
    key: str
    number: int
    public: bool
    rank: int
    names: Collection[str]
    texts: Collection[str]
    tokens: Collection[str]

    @property
    def place(self) -> int:
        """Its id."""
        return first_place(self.kind, public=self.public, rank=self.rank, number=self.number)


def first_place(kind: Kind, *, public: bool, rank: int = 0, number: int = 0) -> int:
    """Give the id of a document: by kind, then the public ones, then rank, then number.

    So either engine reads what matches of one kind in its order, and can stop when it has enough.
    """
    place = KINDS.index(kind) * 2 + (not public)
    return ((place << _RANK_BITS) + rank << NUMBER_BITS) + number


def number_of(place: int) -> int:
    """Give the number of an entity among its kind from its document's id."""
    return place & NUMBERS


def numbered(place: int, number: int) -> int:
    """Give the id of a document that stands as this one does, but for its entity's number."""
    return place & ~NUMBERS | number


def parts_of(q: str) -> tuple[Part, ...]:
    """Read a query; raise DomainError q_empty where nothing in it can be searched for, q_too_long."""
    if len(q) > MAX_QUERY:
        raise DomainError("q_too_long", "q", given=len(q), max=MAX_QUERY)
    parts = wanted(q)
    if not parts:
        raise DomainError("q_empty", "q", given=q)
    return parts


def matching(session: Session, kind: Kind, q: str) -> Select[int]:
    """Select the ids, among their kind, of the entities in which every part of the query stands.

    The entities may be drafts or retired: the collection says what is public.
    Raises DomainError q_empty, q_too_long.
    """
    asked = tuple(part.forms for part in parts_of(q))
    if session.get_bind().dialect.name == "postgresql":
        # As a subselect: of words that it knows as frequent the planner would rather read all documents.
        query = select(cast(tsquery([kind_token(kind)], asked), TSQUERY)).scalar_subquery()
        held = DOCUMENTS.c.tokens.op("@@")(query)
        return select(DOCUMENTS.c.id.bitwise_and(NUMBERS)).where(held)
    start = first_place(kind, public=True)
    end = first_place(kind, public=False, rank=LAST_RANK + 1) - 1
    row = _FULL_TEXT.c.rowid
    held = _FULL_TEXT.c.search_text.op("MATCH")(full_text(asked))
    return select(row.bitwise_and(NUMBERS)).where(held, row.between(start, end))


def index(session: Session, documents: Sequence[Document]) -> None:
    """Replace the documents of these entities, in two statements, or three on SQLite."""
    if not documents:
        return
    keys: dict[Kind, list[str]] = defaultdict(list)
    for document in documents:
        keys[document.kind].append(document.key)
    session.connection().execute(_without(tuple(keys)), {f"of_{kind}": some for kind, some in keys.items()})
    # FTS5 looks in both columns at once; on PostgreSQL one index answers best, so there `tokens` holds it all.
    whole = session.get_bind().dialect.name == "postgresql"
    put_in(session, [_row(document, whole=whole) for document in documents])


@lru_cache(maxsize=64)
def _without(kinds: tuple[Kind, ...]) -> Delete:
    """Delete documents of these kinds, by their keys `of_` each."""
    return delete(DOCUMENTS).where(
        or_(
            *(
                and_(DOCUMENTS.c.kind == kind, DOCUMENTS.c.key.in_(bindparam(f"of_{kind}", expanding=True)))
                for kind in kinds
            )
        )
    )


def put_in(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of documents that are not there: id, kind, key, names, tokens."""
    if not rows:
        return
    connection = session.connection()
    insert_rows(connection, DOCUMENTS, rows)
    if connection.dialect.name == "sqlite":
        # In the order of their ids: for one that comes late FTS5 writes out all it has gathered.
        ordered = sorted(rows, key=itemgetter("id"))
        connection.exec_driver_sql(_PUT_IN, [(row["id"], row["names"], row["tokens"]) for row in ordered])


def _row(document: Document, *, whole: bool) -> dict[str, Any]:
    names: list[str] = [kind_token(document.kind)] if whole else []
    for name in dict.fromkeys(document.names):
        names += [*beginning(name), name_token(name), *percentages(name)]
    signs = dict.fromkeys(chain.from_iterable(map(_signs, document.names)))
    own = dict.fromkeys(document.tokens)
    texts: list[str] = []
    for words in dict.fromkeys(document.texts):
        if words not in document.names:
            told, more = _told(words)
            texts.append(told)
            own.update(more)
    named = " ".join([*names, *signs])
    said = [token for token in own if token not in signs]
    place = document.place
    blocks = [block_token(place, size) for size in BLOCKS] if whole else ()
    return {
        "id": place,
        "kind": document.kind,
        "key": document.key,
        "names": named,
        "tokens": " ".join(filter(None, [named if whole else "", *texts, *said, *blocks])),
    }


@lru_cache(maxsize=4096)
def _signs(words: str) -> tuple[str, ...]:
    return tuple(map(ideograph_token, ideographs(words)))


# What is said of a plan stands in the documents of all its targets.
@lru_cache(maxsize=4096)
def _told(words: str) -> tuple[str, dict[str, None]]:
    """Give the tokens of a text, and, each once, those of what stands in it in some other way than as its words."""
    return " ".join(tokens_of(words)), dict.fromkeys((*percentages(words), *_signs(words)))


def kind_token(kind: Kind) -> str:
    """Give the token of all documents of a kind, on PostgreSQL."""
    return f"k.{kind}"


def block_token(place: int, size: int) -> str:
    """Give the token of all documents that stand in the same block of so many ranks (a power of two), on PostgreSQL."""
    return f"{_BLOCK}{size}.{place >> NUMBER_BITS & -size}"
