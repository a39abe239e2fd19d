"""What each filter of a comparison would leave: exactly what asking for it leaves, on the committed facts and others."""

from datetime import date
from typing import Any

import pytest

from app.domain.vocabulary import Family
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.session import Database
from app.store.views.comparison import ComparisonView, Only
from tests.builders import deadline, make_plan, target
from tests.counting import count_statements

TODAY = date(2026, 11, 20)
PLACES = ("330000", "320000", "320100", "320500")


def compared(db: Database, *regions: str, **filters: Any) -> ComparisonView:
    """Compare regions as of the day the facts were curated."""
    with db.read() as session:
        return compare_regions(session, CompareQuery(tuple(regions), **filters), TODAY)


def ids(view: ComparisonView) -> set[str]:
    """Name all figures of a comparison."""
    return {
        deadline.id
        for family in view.families
        for row in family.rows
        for cell in row.cells
        for deadline in cell.deadlines
    }


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"topic": "ai"},
        {"family": Family.ADOPTION},
        {"year_from": 2027},
        {"topic": "ai", "year_from": 2026, "year_to": 2027},
        {"only": Only.COMPARABLE},
        {"only": Only.COMPARABLE, "year_to": 2027},
        {"only": Only.COMPARABLE, "family": Family.INDUSTRY_SIZE},
    ],
    ids=str,
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_each_choice_leaves_as_many_figures_as_it_says(seeded: Database, filters: dict[str, Any]) -> None:
    """Whatever is chosen next, the number beside it is the number of figures that are then there."""
    view = compared(seeded, *PLACES, **filters)
    choices = view.choices
    said: list[tuple[dict[str, Any], int]] = [
        ({"only": None}, choices.all),
        ({"only": Only.COMPARABLE}, choices.comparable),
        *(({"topic": one.topic}, one.deadlines) for one in choices.topics),
        *(({"family": one.family}, one.deadlines) for one in choices.families),
        *(({"year_from": one.year}, one.deadlines) for one in choices.years_from),
        *(({"year_to": one.year}, one.deadlines) for one in choices.years_to),
    ]
    wrong = []
    for change, number in said:
        asked = {**filters, **change}
        if (asked.get("year_from") or 0) <= (asked.get("year_to") or 9999):
            left = len(ids(compared(seeded, *PLACES, **asked)))
            if left != number:
                wrong.append((change, number, left))
    assert wrong == []
    assert all(number or change.items() <= filters.items() for change, number in said[2:])


def test_the_counts_are_those_of_both_engines(seeded: Database) -> None:
    """Eight regions' worth of choices, word for word."""
    choices = compared(seeded, *PLACES).choices
    assert (choices.all, choices.comparable) == (len(ids(compared(seeded, *PLACES))), 3)
    assert [(one.topic, one.deadlines) for one in choices.topics if one.topic == "terminals-and-agents"] == [
        ("terminals-and-agents", 3)
    ]


def test_only_comparable_leaves_figures_of_one_key_and_unit(db: Database) -> None:
    """Other words, other currencies, one's own figures and promises in words are left out; the rest stays in order."""
    with db.write() as session:
        make_plan(
            session,
            targets=[
                target("zj-plan.a", deadlines=[deadline("1000亿元", "2027"), deadline("3000亿元", "2030")]),
                target("zj-plan.b", words="2000亿元", topic="robots"),
                target("zj-plan.d", words="100亿美元", topic="chips"),
                target("zj-plan.e", kind="qualitative", metric=None, deadlines=[{"due": "2027"}], topic="xr"),
            ],
        )
        make_plan(
            session,
            "js-plan",
            region="320000",
            targets=[
                target("js-plan.a", words="1000亿元", due="2028"),
                target("js-plan.d", words="100亿元", topic="chips"),
                target("js-plan.e", kind="qualitative", metric=None, deadlines=[{"due": "2027"}], topic="xr"),
            ],
        )
    view = compared(db, "330000", "320000", only=Only.COMPARABLE)
    assert ids(view) == {"zj-plan.a@2027-12-31", "zj-plan.a@2030-12-31", "js-plan.a@2028-12-31"}
    assert (view.choices.all, view.choices.comparable) == (8, 3)
    assert (view.counts.same, view.counts.caution, view.counts.different) == (0, 2, 0)
    assert ids(compared(db, "330000", "320000", only=Only.COMPARABLE, year_to=2027)) == set()
    assert ids(compared(db, "330000", only=Only.COMPARABLE)) == set()


def test_counting_takes_as_many_statements_for_three_as_for_one(db: Database) -> None:
    """With all filters on, and however many figures."""
    counts = []
    for several in (1, 3):
        with db.write() as session:
            for slug, region in (("zj-plan", "330000"), ("js-plan", "320000")):
                make_plan(
                    session,
                    slug,
                    region=region,
                    targets=[
                        target(
                            f"{slug}.revenue",
                            deadlines=[deadline(due=f"203{number}") for number in range(several)],
                        )
                    ],
                )
        filters = {"topic": "ai", "family": Family.INDUSTRY_SIZE, "year_from": 2027, "only": Only.COMPARABLE}
        with count_statements(db) as counted:
            view = compared(db, "330000", "320000", **filters)
        counts.append((counted(), view.choices.comparable))
    assert counts == [(counts[0][0], 2), (counts[0][0], 6)]
