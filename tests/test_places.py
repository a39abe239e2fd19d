"""Reading the first documents: as many as a look at one after the other finds, wherever they stand.

What becomes of them in a search is tested in `test_found`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy.orm import Session

from app.domain.tokens import tokens_of
from app.domain.wanted import openings
from app.store.asked import Asked
from app.store.places import Wish, read_places
from app.store.search import Document, Kind, first_place, index, parts_of
from app.store.session import Database
from tests.counting import count_statements

TEXTS = ("人工智能", "智能 工智 人工", "智能工厂", "机器人", "AI robots", "robots of AI", "5000亿元")
QUERIES = ("人工智能", "智能", "智能工厂 机器人", "robots", "AI 人工智能", "人工智慧", "5000亿元", "芯片")
KINDS: tuple[Kind, ...] = ("target", "observation", "source")
FAR = 60_000


def documents(random: Random) -> Iterator[tuple[Kind, Document]]:
    """Give documents near each other and far apart, with words in their names and in their other texts."""
    for number in range(1, 301):
        names, texts = (random.sample(TEXTS, random.choice((0, 1, 2))) for _ in range(2))
        rank = random.choice((0, random.randrange(40), random.randrange(600), random.randrange(FAR)))
        public = random.random() < 0.9
        yield random.choice(KINDS[:2]), document(number, rank, names, texts, public=public)


def document(
    number: int, rank: int, names: Sequence[str], texts: Sequence[str] = (), *, public: bool = True
) -> Document:
    """Give a target's document, whose key is its number."""
    return Document("target", str(number), number, public, rank, names, texts, [])


def holds(runs: Sequence[Sequence[str]], asked: Asked) -> bool:
    """Say whether of each a phrase stands in one of these runs of tokens."""
    said = " | ".join(f" {' '.join(run)} " for run in runs)
    return all(any(f" {' '.join(phrase.tokens)} " in said for phrase in forms) for forms in asked)


def holding(made: Sequence[tuple[Kind, Document]], kind: Kind, names: Asked, anywhere: Asked) -> list[int]:
    """Look at one document after the other."""
    found = []
    for sort, one in made:
        called = [tokens_of(name) for name in one.names]
        said = [token for text in one.texts if text not in one.names for token in tokens_of(text)]
        if sort == kind and one.public and holds(called, names) and holds([*called, said], anywhere):
            found.append(first_place(kind, public=True, rank=one.rank, number=one.number))
    return sorted(found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("limit", [1, 4, 30, 1000])
def test_the_first_are_those_that_a_look_at_all_finds(session: Session, seed: int, limit: int) -> None:
    """What is found, and in which order, does not depend on how far it must be looked for."""
    made = list(documents(Random(seed)))  # noqa: S311 - not a secret
    for kind in KINDS:
        index(session, [replace(document, kind=kind) for sort, document in made if sort == kind])
    wishes, expected = [], []
    for q in QUERIES:
        asked = tuple(part.phrases for part in parts_of(q))
        for kind in KINDS:
            first = holding(made, kind, (), asked)[:limit]
            wishes += [Wish(kind, (), asked, limit), Wish(kind, asked, (), limit)]
            wishes.append(Wish(kind, asked, (), 2, first))
            expected += [first, holding(made, kind, asked, ())[:limit]]
            expected.append([one for one in holding(made, kind, asked, ()) if one in first][:2])
    assert read_places(session, wishes) == expected
    assert sum(map(bool, expected)) > len(expected) / 3


def test_what_only_begins_so_is_not_called_so(session: Session) -> None:
    """A name that has all words of the opening, but apart, does not begin so."""
    names = {1: ["人工智能工厂"], 2: ["人工 智能"], 3: ["人工智"]}
    index(session, [replace(document(number, 0, name), kind="topic") for number, name in names.items()])
    begun = read_places(session, [Wish("topic", (openings("人工智能"),), (), 5)])
    assert begun == [[first_place("topic", public=True, number=1)]]


def test_it_takes_a_few_statements_however_far_it_is_looked(db: Database) -> None:
    """What stands in the first documents, far from them or nowhere is read in at most four statements, all at once."""
    with db.write() as session:
        index(session, [*far_apart(["机器人"]), document(3, FAR // 2, ["芯片"])])
        index(session, [replace(one, kind="observation") for one in far_apart(["芯片"])])
    for words in (["机器人"], ["芯片"], ["算力"], ["机器人", "芯片", "算力"]):
        asked = [tuple(part.phrases for part in parts_of(q)) for q in words]
        with db.read() as session, count_statements(db) as sent:
            read_places(session, [Wish(kind, (), one, 9) for one in asked for kind in KINDS])
            assert sent() <= (1 if db.dialect == "sqlite" else 4), words


def far_apart(names: list[str]) -> Iterator[Document]:
    """Give the first and the last document."""
    yield document(1, 0, names)
    yield document(2, FAR, names)
