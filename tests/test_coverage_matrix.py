"""The matrix of regions and topics: what is found is counted, what was searched in vain is laid out, the rest is open.

The page is in `test_pages_coverage`.
"""

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store.queries.coverage import read_matrix
from app.store.session import Database
from app.store.views.coverage import Looked, MatrixView
from tests.builders import (
    make_assessment,
    make_observation,
    make_plan,
    make_region,
    make_topic,
    target,
)
from tests.counting import count_statements

FOUND, NONE, NOT = Looked.FOUND, Looked.NONE_FOUND, Looked.NOT_LOOKED


def fill(session: Session) -> None:
    """Write a nation of two provinces, one with a city, and a tree of topics."""
    make_region(session, "100000")
    for code in ("330000", "320000"):
        make_region(session, code, parent="100000")
    make_region(session, "330100", slug="hangzhou", level="prefecture", parent="330000")
    make_region(session, "330106", slug="xihu", level="county", parent="330100")
    make_topic(session, "ai")
    make_topic(session, "robots", parent="ai")
    make_topic(session, "arms", parent="robots")


def states(matrix: MatrixView) -> dict[str, list[Looked]]:
    """Give the states of each row by the region's code."""
    return {row.region.code: [cell.state for cell in row.cells] for row in matrix.rows}


def test_a_target_counts_for_its_topic_and_all_above_it(session: Session) -> None:
    """Targets add up, a plan counts once; a plan without a target on a topic that it names is found too."""
    fill(session)
    make_topic(session, "economy")
    targets = [
        target("zj-plan.a", topic="arms"),
        target("zj-plan.b", topic="robots"),
        target("zj-plan.c", topic="robots", kind="increase", retired_on="2026-11-19"),
    ]
    make_plan(session, topics=["ai"], targets=targets)
    make_plan(session, "zj-other", topics=["robots", "economy"])
    make_plan(session, "zj-draft", topics=["ai"], editorial_state="draft", targets=[target("zj-draft.a")])
    matrix = read_matrix(session)
    assert [topic.slug for topic in matrix.topics] == ["ai", "robots", "economy"]
    row = next(row for row in matrix.rows if row.region.code == "330000")
    assert [(cell.state, cell.targets, cell.plans) for cell in row.cells] == [
        (FOUND, 2, 2),
        (FOUND, 2, 2),
        (FOUND, 0, 1),
    ]
    deeper = read_matrix(session, topic="robots")
    assert [topic.slug for topic in deeper.topics] == ["robots", "arms"]
    row = next(row for row in deeper.rows if row.region.code == "330000")
    assert [cell.targets for cell in row.cells] == [2, 1]


def test_a_target_counts_where_it_holds_and_within_what_is_above(session: Session) -> None:
    """A city's targets are no find for its province, whose cell names them apart; the same further down."""
    fill(session)
    make_plan(session, "xihu-plan", region="330106", topics=["ai"], targets=[target("xihu-plan.a")])
    matrix = read_matrix(session)
    assert states(matrix) == {"100000": [NOT], "320000": [NOT], "330000": [NOT]}
    cell = matrix.rows[2].cells[0]
    assert (cell.targets, cell.plans, cell.targets_below, cell.plans_below) == (0, 0, 1, 1)
    below = read_matrix(session, "zj")
    assert [(row.region.code, row.children, row.cells[0].targets_below) for row in below.rows] == [
        ("330000", 1, 1),
        ("330100", 1, 1),
    ]
    assert states(read_matrix(session, "hangzhou")) == {"330100": [NOT], "330106": [FOUND]}


def test_a_search_holds_for_what_is_below_its_topic_until_something_is_found(session: Session) -> None:
    """The nearest search counts, with its day; a find is stronger; nothing is said of the topic above."""
    fill(session)
    make_assessment(session, "320000", "ai", searched_on="2026-11-01")
    make_assessment(session, "320000", "robots", searched_on="2026-11-20")
    make_assessment(session, "330000", "robots")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.a", topic="arms")])
    make_assessment(session, "100000", "ai", retired_on="2026-11-20")
    matrix = read_matrix(session)
    assert states(matrix) == {"100000": [NOT, NOT], "320000": [FOUND, FOUND], "330000": [NOT, NONE]}
    found = {row.region.code: row.cells[1].search for row in matrix.rows}
    assert {code: search and (search.topic, str(search.searched_on)) for code, search in found.items()} == {
        "100000": None,
        "320000": None,
        "330000": ("robots", "2026-11-20"),
    }
    assert (matrix.found, matrix.none_found, matrix.searches, matrix.not_looked) == (2, 1, 1, 3)


def test_groups_come_last_and_only_if_anything_is_known_of_them(session: Session) -> None:
    """Under the nation those with a find; of a group, its members are the rows, in its own order."""
    fill(session)
    make_region(session, "delta", slug="delta", level="group", members=["330000", "320000"])
    make_region(session, "empty", slug="empty", level="group", members=["320000"])
    make_plan(session, "delta-plan", region="delta", topics=["ai"])
    assert [row.region.code for row in read_matrix(session).rows] == ["100000", "320000", "330000", "delta"]
    assert [row.region.code for row in read_matrix(session, "delta").rows] == ["delta", "330000", "320000"]


def test_topics_of_which_nothing_is_known_are_left_out_and_counted(session: Session) -> None:
    """A column of nothing but question marks says no more than its number."""
    fill(session)
    make_topic(session, "economy")
    make_plan(session, topics=["ai"])
    matrix = read_matrix(session)
    assert ([topic.slug for topic in matrix.topics], matrix.left_out) == (["ai"], 2)
    assert matrix.topics[0].children == 1


def test_unknown_names_are_refused(session: Session) -> None:
    """A region and a topic that are not there are not empty ones."""
    fill(session)
    with pytest.raises(DomainError, match="unknown_region"):
        read_matrix(session, "nowhere")
    with pytest.raises(DomainError, match="unknown_topic"):
        read_matrix(session, topic="nothing")


def test_the_matrix_takes_no_more_statements_for_three_than_for_one(db: Database) -> None:
    """Rows and columns are counted together."""
    counts, sizes = [], []
    for several in (1, 3):
        with db.write() as session:
            if several == 1:
                fill(session)
            for number in range(several):
                make_plan(
                    session,
                    f"zj-{several}-{number}",
                    topics=["ai"],
                    targets=[target(f"zj-{several}-{number}.a")],
                )
                make_observation(session, f"seen-{several}-{number}")
                make_assessment(session, ["320000", "330100", "330106"][number], "ai")
        with count_statements(db) as counted, db.read() as session:
            sizes.append(read_matrix(session).found + read_matrix(session, "330000").none_found)
        counts.append(counted())
    assert counts[0] == counts[1]
    assert sizes[0] < sizes[1]
