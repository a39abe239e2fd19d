"""The text index: what becomes a token, what a query matches, and that both engines agree.

That lists take `q` is tested with the API's collections.
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.tokens import tokens
from app.store.documents import refresh
from app.store.migrate import downgrade, upgrade
from app.store.revisions import Change
from app.store.search import DOCUMENTS, Document, Kind, matching, number_of
from app.store.search import index as index_documents
from app.store.session import Database, migrations
from tests import builders
from tests.builders import AT, make_metric, make_observation, make_plan, make_region, make_target
from tests.databases import Databases


def found(session: Session, q: str, kind: Kind = "target") -> list[str]:
    """List the keys that match."""
    known = session.execute(select(DOCUMENTS.c.id, DOCUMENTS.c.key).where(DOCUMENTS.c.kind == kind)).all()
    numbers = set(session.scalars(matching(session, kind, q)))
    return sorted(key for place, key in known if number_of(place) in numbers)


def index(session: Session, kind: Kind, texts: Mapping[str, list[str]]) -> None:
    """Write documents of these texts, by key."""
    documents = [
        Document(key, number, public=True, rank=0, names=[], texts=words, tokens=[])
        for number, (key, words) in enumerate(texts.items())
    ]
    index_documents(session, kind, documents)


def documents_of(session: Session) -> dict[tuple[str, str], str]:
    """Read the whole index."""
    columns = (DOCUMENTS.c.kind, DOCUMENTS.c.key, DOCUMENTS.c.names, DOCUMENTS.c.tokens)
    return {(kind, key): names + words for kind, key, names, words in session.execute(select(*columns))}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("人工智能", "人工 工智 智能"),
        ("端", "端"),
        ("AI终端产业", "ai 终 终端 端产 产业"),
        ("见第12号文，3款", "见第 第 12 号 号文 文 3 款"),
        ("浙政发〔2024〕12号", "浙政 政发 发 2024 12 号"),
        ("5.25EFLOPS，1,000家", "5.25 eflop 1000 家"),
        ("2026,5000；12,345.6 1,2345", "2026 5000 12345.6 1 2345"),
        ("５０００億元", "5000 亿 亿元"),
        ("Industries, terminals and the People's focus", "industri termin and the peopl s focus"),
        ("", ""),
    ],
)
def test_what_becomes_a_token(words: str, expected: str) -> None:
    """Pairs of ideographs, alone next to others, whole numbers, stems; either script, any width."""
    assert " ".join(tokens([words])) == expected


@given(st.lists(st.text()))
def test_no_token_is_empty_or_can_break_a_literal(texts: list[str]) -> None:
    """Whatever a text holds, its tokens hold nothing that either engine's syntax gives a meaning."""
    assert [token for token in tokens(texts) if not token or set(token) & set("'\"\\ *:&|!()<>")] == []


@pytest.mark.parametrize(
    ("q", "keys"),
    [
        ("人工智能", ["a", "c"]),
        ("人工智能终端", ["a"]),
        ("人工智慧", ["a", "c"]),
        ("人工智慧 終端", ["a"]),
        ("智能终", ["a"]),
        ("能端", []),
        ("端", ["a"]),
        ("机", ["b"]),
        ("机器人", ["b"]),
        ("機器人", ["b"]),
        ("终端 5000", ["a"]),
        ("5000亿", ["a"]),
        ("500", []),
        ("robot", ["b"]),
        ("ROBOTS", ["b"]),
        ("rob", []),
        ("industry", ["c"]),
        ("SUV整车", ["b"]),
        ("整车SUV", []),
        ("12号", ["c"]),
        ("第12号", ["c"]),
        ("〔2024〕12号", ["c"]),
        ("号", ["c"]),
        ("AI终端", ["a"]),
        ("终端AI", []),
        ("a' OR 'b", []),
        ('"robot" OR NOT', []),
    ],
)
def test_what_a_query_matches(session: Session, q: str, keys: list[str]) -> None:
    """Every run of the query stands in the text word for word; a lone ideograph may begin a longer word."""
    index(
        session,
        "target",
        {
            "a": ["AI终端：人工智能终端营收突破5000亿元"],
            "b": ["智能机器人，SUV整车", "intelligent robots"],
            "c": ["人工智能产业", "the AI industries", "浙政发〔2024〕12号，见第12号文"],
        },
    )
    assert found(session, q) == keys


def test_kinds_are_apart(session: Session) -> None:
    """A key of another kind with the same words is not found."""
    index(session, "target", {"one": ["机器人"]})
    index(session, "plan", {"two": ["机器人"]})
    assert (found(session, "机器人"), found(session, "机器人", "plan")) == (["one"], ["two"])


def test_a_document_is_replaced(session: Session) -> None:
    """What an entity said before is not found any more, and each has one document."""
    index(session, "target", {"one": ["机器人"]})
    index(session, "target", {"one": ["芯片"]})
    assert (found(session, "机器人"), found(session, "芯片")) == ([], ["one"])
    assert session.scalar(select(func.count()).select_from(DOCUMENTS)) == 1


@pytest.mark.parametrize(("q", "code"), [("。！", "q_empty"), ("  ", "q_empty"), ("x" * 201, "q_too_long")])
def test_what_cannot_be_searched_for(session: Session, q: str, code: str) -> None:
    """A query without a word, or of too many, is refused with its code."""
    with pytest.raises(DomainError) as caught:
        matching(session, "target", q)
    assert (caught.value.code, caught.value.problems[0].field) == (code, "q")


def test_a_target_is_found_by_all_that_its_page_shows(session: Session) -> None:
    """Its statement, figure, plan, region, topic and metric lead to it, and nothing else does."""
    make_plan(session, title_zh="终端行动计划", document_number="浙政办发〔2025〕3号")
    make_target(session, "zj-plan.revenue", statement_zh="规上企业营收", words="突破5000亿元")
    for q in (
        "规上企业",
        "突破5000亿元",
        "行动计划",
        "浙政办发",
        "浙江",
        "Zhejiang",
        "主题",
        "metric revenue",
    ):
        assert found(session, q) == ["zj-plan.revenue"], q
    assert found(session, "江苏") == []


def test_a_new_name_is_found_everywhere_at_once(session: Session) -> None:
    """A region or metric that is renamed is found by its new name, in what refers to it too, not by the old."""
    make_target(session, "zj-plan.revenue")
    make_observation(session, "zj-revenue-2024")
    later = Change("api", "tester", None, AT + timedelta(days=1))
    make_region(session, "330000", by=later, short_zh="浙", name_zh="之江省", name_en="Chekiang")
    make_metric(session, "revenue", by=later, name_zh="主营收入", name_en="Turnover")
    assert (found(session, "Chekiang"), found(session, "之江", "plan")) == (["zj-plan.revenue"], ["zj-plan"])
    assert found(session, "主营收入", "observation") == ["zj-revenue-2024"]
    assert (found(session, "Zhejiang"), found(session, "Zhejiang", "region")) == ([], [])
    assert found(session, "指标", "observation") == []


def test_new_names_of_topics_and_bodies_are_found_everywhere(session: Session) -> None:
    """What is about a topic, or issued or measured by a body, is found by its new name and not by the old."""
    # So that the bodies' ids are none of the regions'.
    for slug in ("body-a", "body-b"):
        builders.make_organization(session, slug)
    make_plan(session, topics=["ai"], issuers=["miit"], targets=[builders.target()])
    make_observation(session, "zj-revenue-2024", measured_by="miit")
    builders.make_topic(session, name_zh="智能科技")
    builders.make_organization(session, name_zh="工信部")
    kinds: tuple[Kind, ...] = ("plan", "target", "observation")
    assert [found(session, "智能科技", kind) for kind in kinds] == [
        ["zj-plan"],
        ["zj-plan.revenue"],
        ["zj-revenue-2024"],
    ]
    assert [found(session, "工信部", kind) for kind in kinds] == [["zj-plan"], [], ["zj-revenue-2024"]]
    assert [found(session, old, kind) for old in ("主题", "机构") for kind in kinds] == [[]] * 6


def test_what_has_no_text_is_passed_over(session: Session) -> None:
    """Assessments are not searched, and an unknown key leaves no document."""
    builders.make_assessment(session)
    refresh(session, "assessment", ["330000/ai"])
    refresh(session, "plan", ["nowhere"])
    kinds = session.scalars(select(DOCUMENTS.c.kind).distinct().order_by(DOCUMENTS.c.kind))
    assert list(kinds) == ["region", "topic"]


def test_the_full_text_table_agrees_with_the_documents(databases: Databases) -> None:
    """SQLite's own check of its index finds nothing wrong after documents were replaced."""
    with databases.lend_empty("sqlite") as db, db.write() as session:
        for words in ("机器人", "芯片", "人工智能"):
            index(session, "target", {key: [words + key] for key in ("one", "two")})
        session.execute(text("INSERT INTO search_text(search_text, rank) VALUES ('integrity-check', 1)"))


def test_an_upgraded_database_is_searched_as_a_new_one(db: Database) -> None:
    """From every older version on, all that is there is found again, a region by how its name is read too."""
    with db.write() as session:
        make_target(session, "zj-plan.revenue")
        builders.make_measure(session, "zj-plan.voucher")
        make_observation(session, "zj-revenue-2024")
        before = documents_of(session)
    mended_by = migrations().index("2026_12_01_search_ranked")
    for version in migrations()[:mended_by]:
        with db.write() as session:
            # As it was written before names were read.
            index(session, "region", {"330000": ["浙江"]})
            assert found(session, "zhejiang", "region") == []
        downgrade(db, version)
        upgrade(db)
        with db.read() as session:
            assert found(session, "zhejiang", "region") == ["330000"], version
            assert documents_of(session) == before, version


def test_all_committed_entities_are_indexed(seeded: Database) -> None:
    """Everything that is searched has its document after the facts were loaded."""
    with seeded.read() as session:
        counted = select(DOCUMENTS.c.kind, func.count()).group_by(DOCUMENTS.c.kind)
        counts: dict[str, int] = dict(session.execute(counted).all())
        tables = {
            kind: session.scalar(text(f"SELECT count(*) FROM {kind}"))  # noqa: S608 - names of ours
            for kind in counts
        }
    assert counts == tables
    assert len(counts) == 9
