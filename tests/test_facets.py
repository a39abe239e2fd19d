"""The facets of the explorer: every count is what the list itself would have.

What the page makes of them is in `test_explorer`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.progress import timing_of
from app.domain.vocabulary import Bindingness, Boundary, Family, Kind, RegionLevel, Stage, Timing
from app.store.queries.deadlines import list_deadlines
from app.store.queries.facets import FACETS, count_facets
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.session import Database
from app.store.views.explorer import Facet, Facets
from tests.builders import (
    deadline,
    make_metric,
    make_plan,
    make_region,
    make_target,
    make_topic,
    target,
)
from tests.counting import count_statements
from tests.oracle import Oracle

TODAY = date(2026, 11, 20)


def facet(facets: Facets, name: str) -> Facet:
    """Give one facet."""
    (found,) = (one for one in facets.facets if one.name == name)
    return found


def counted(facets: Facets, name: str) -> list[tuple[str, int, int]]:
    """List a facet's values with their counts and depths."""
    return [(one.value, one.count, one.depth) for one in facet(facets, name).values]


def typed(name: str, value: str) -> Any:
    """Give a facet's value as the filter takes it."""
    words = {"family": Family, "kind": Kind, "stage": Stage, "level": RegionLevel, "timing": Timing}
    more = {"boundary": Boundary, "bindingness": Bindingness, "year": int}
    return {**words, **more}.get(name, str)(value)


def fill(session: Session) -> None:
    """Write targets of two provinces and a city, on a topic and one below it."""
    make_region(session, "100000")
    for code in ("320000", "330000"):
        make_region(session, code, parent="100000")
    make_region(session, "320100", parent="320000")
    make_topic(session, "ai")
    make_topic(session, "robots", parent="ai")
    make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue")])
    make_plan(
        session,
        "nanjing-plan",
        region="320100",
        stage="consultation_draft",
        targets=[
            target("nanjing-plan.a", topic="robots", deadlines=[deadline(due="2025"), deadline(due="2030")]),
            target(
                "nanjing-plan.b",
                topic="robots",
                kind="qualitative",
                metric=None,
                deadlines=[{"due": None, "evidence": []}],
            ),
        ],
    )
    make_target(session, "zj-plan.enterprises", metric="enterprises", words="超过100家", due="2027")


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(topic="ai"),
        Filters(topic="ai-terminals", family=Family.INDUSTRY_SIZE),
        Filters(under="330000", year=2027),
        Filters(under="yangtze-delta"),
        Filters(region="zj", kind=Kind.LEVEL),
        Filters(q="人工智能", stage=Stage.ADOPTED),
        Filters(source="ifn-2026-jiangsu-zhejiang", metric="revenue"),
        Filters(under="320000", timing=Timing.UPCOMING, level=RegionLevel.PROVINCE),
    ],
)
def test_every_count_is_what_the_list_would_have(seeded: Database, filters: Filters) -> None:
    """Each value of each facet leaves as many figures as it says, with the other filters and without its own."""
    with seeded.read() as session:
        oracle = Oracle(session, TODAY)

        def listed(narrowed: Filters) -> int:
            return len(oracle.passing(narrowed))

        facets = count_facets(session, filters, TODAY)
        assert facets.total == listed(filters) > 0
        for one in facets.facets:
            alone = {"region": None} if one.name == "under" else {}
            expected = {
                value.value: listed(replace(filters, **alone, **{one.name: typed(one.name, value.value)}))
                for value in one.values
            }
            assert {value.value: value.count for value in one.values} == expected, one.name
            assert one.chosen is None or one.chosen in expected


def test_all_facets_are_there_in_order(seeded: Database) -> None:
    """Every facet is given, whether anything is chosen or not."""
    with seeded.read() as session:
        assert tuple(one.name for one in count_facets(session, Filters(), TODAY).facets) == FACETS


def test_what_is_part_of_a_value_stands_below_it(session: Session) -> None:
    """Topics stand in their tree; regions are provinces, and what is below the one that was chosen."""
    fill(session)
    facets = count_facets(session, Filters(), TODAY)
    assert counted(facets, "topic") == [("ai", 5, 0), ("robots", 3, 1)]
    assert counted(facets, "under") == [("320000", 4, 0), ("330000", 1, 0)]
    opened = count_facets(session, Filters(under="js"), TODAY)
    assert counted(opened, "under") == [("320000", 4, 0), ("320100", 3, 1), ("330000", 1, 0)]
    assert facet(opened, "under").chosen == "320000"
    city = count_facets(session, Filters(under="320100"), TODAY)
    assert counted(city, "under") == counted(opened, "under")


def test_years_and_words_keep_their_own_order(session: Session) -> None:
    """Years run up, undated ones have none; words stand as the vocabulary has them."""
    fill(session)
    facets = count_facets(session, Filters(), TODAY)
    assert counted(facets, "year") == [("2025", 1, 0), ("2027", 2, 0), ("2030", 1, 0)]
    assert counted(facets, "timing") == [("undated", 1, 0), ("upcoming", 3, 0), ("past", 1, 0)]
    assert counted(facets, "kind") == [("level", 4, 0), ("qualitative", 1, 0)]
    assert counted(facets, "stage") == [("consultation_draft", 3, 0), ("adopted", 2, 0)]
    assert counted(facets, "family") == [("industry_size", 3, 0), ("enterprises", 1, 0)]
    assert counted(facets, "metric") == [("revenue", 3, 0), ("enterprises", 1, 0)]


def test_what_was_chosen_stays_though_it_leaves_nothing(session: Session) -> None:
    """A value that leaves nothing is still there to be taken away, and it is said what each filter costs."""
    fill(session)
    make_metric(session, "adoption-rate")
    facets = count_facets(session, Filters(metric="adoption-rate", year=2030, q="南京"), TODAY)
    assert facets.total == 0
    assert counted(facets, "metric") == [("revenue", 1, 0), ("adoption-rate", 0, 0)]
    assert facets.without == {"metric": 1, "year": 0, "q": 0}
    facets = count_facets(session, Filters(year=2030, q="浙江"), TODAY)
    assert facets.without == {"year": 1, "q": 1}


def test_a_region_alone_and_with_all_below_are_one_facet(session: Session) -> None:
    """`region` is named, counts for the regions go without it, and only its own figures count elsewhere."""
    fill(session)
    facets = count_facets(session, Filters(region="js"), TODAY)
    assert (facets.total, facets.region and facets.region.code) == (1, "320000")
    assert counted(facets, "under") == [("320000", 4, 0), ("330000", 1, 0)]
    assert counted(facets, "year") == [("2027", 1, 0)]
    assert count_facets(session, Filters(region="js", year=2030), TODAY).without == {"region": 1, "year": 1}


def test_only_public_figures_are_counted(session: Session) -> None:
    """A draft's figures are in no count, and neither is its metric in a facet."""
    fill(session)
    before = count_facets(session, Filters(), TODAY)
    make_plan(
        session,
        "zj-draft",
        editorial_state="draft",
        targets=[target("zj-draft.x", metric="adoption-rate", words="超过70%")],
    )
    assert count_facets(session, Filters(), TODAY) == before


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        (Filters(under="x"), "unknown_region"),
        (Filters(plan="x"), "unknown_plan"),
        (Filters(source="x"), "unknown_source"),
    ],
)
def test_unknown_names_are_refused(session: Session, filters: Filters, code: str) -> None:
    """What names no region, plan or source has no figures to count."""
    fill(session)
    with pytest.raises(DomainError) as caught:
        count_facets(session, filters, TODAY)
    assert caught.value.code == code


def test_the_number_of_statements_does_not_grow(db: Database) -> None:
    """As many statements for a dozen figures as for one."""
    counts = []
    slugs = ("zj", "js", "ah")
    for number in (1, 3):
        with db.write() as session:
            for index in range(number):
                make_region(session, "100000")
                make_topic(session, "ai")
                make_plan(
                    session,
                    f"{slugs[index]}-plan{number}",
                    region=("330000", "320000", "340000")[index],
                    targets=[
                        target(
                            f"{slugs[index]}-plan{number}.t{each}",
                            qualifier="甲" * each,
                            topic=f"topic-{each}",
                        )
                        for each in range(number)
                    ],
                )
        with db.read() as session, count_statements(db) as sent:
            count_facets(session, Filters(year=2027), TODAY)
            counts.append(sent())
    assert counts == [3, 3]


@pytest.mark.parametrize("timing", list(Timing))
def test_the_filter_by_timing_is_the_timing_shown(seeded: Database, timing: Timing) -> None:
    """Figures that the filter leaves have that timing, and no other figure has it."""

    def figures(filters: Filters) -> Sequence[Any]:
        with seeded.read() as session:
            return list_deadlines(session, filters, Paging(limit=1000), TODAY).items

    held = [one.id for one in figures(Filters()) if timing_of(one.due_on, TODAY) is timing]
    assert [one.id for one in figures(Filters(timing=timing))] == held
