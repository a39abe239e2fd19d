"""What one plan makes of another's figures: found again by equal keys, and judged wherever two stand together."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.comparability import Key
from app.domain.lineage import Carried, Change, Promise, carried
from app.domain.vocabulary import Boundary, Comparator, Coverage, Kind, Reason, Verdict
from app.store.queries.lineage import lineage_of
from app.store.queries.plans import get_plan
from tests.builders import deadline, make_plan, make_region, target

TODAY = date(2026, 11, 20)
REVENUE = Key(Kind.LEVEL, Boundary.UNSPECIFIED, Coverage.UNSPECIFIED, "ai", "revenue", "")


def promise(name: str, year: int = 2027, value: str | None = "5000", **fields: Any) -> Promise:
    """Give a figure of revenue, more than 5,000 by 2027 unless said otherwise."""
    given = {"key": REVENUE, "comparator": Comparator.GT, "value_high": None, "unit": "CNY", **fields}
    return Promise(
        id=name, due_on=date(year, 12, 31), value=None if value is None else Decimal(value), **given
    )


@pytest.mark.parametrize(
    ("later", "change"),
    [
        (promise("b"), Change.COPIED),
        (promise("b", value="6000"), Change.RAISED),
        (promise("b", value="4999.5"), Change.LOWERED),
        (promise("b", comparator=Comparator.GE), Change.REWORDED),
        (promise("b", year=2030), Change.REDATED),
        (promise("b", value_high=Decimal(7000)), Change.RAISED),
    ],
    ids=lambda given: given.value if isinstance(given, Change) else "",
)
def test_a_figure_of_one_key_is_found_again(later: Promise, change: Change) -> None:
    """Date, value and comparator decide in this order what became of it."""
    assert carried([promise("a")], [later]) == [Carried(change, "a", "b")]


@pytest.mark.parametrize(
    "other", [promise("b", unit="USD"), promise("b", key=replace(REVENUE, kind=Kind.INCREASE))]
)
def test_another_key_or_currency_is_another_figure(other: Promise) -> None:
    """Nothing is said to be raised that was measured differently: one is left out, the other added."""
    assert carried([promise("a")], [other]) == [
        Carried(Change.LEFT_OUT, "a", None),
        Carried(Change.ADDED, None, "b"),
    ]


def test_of_several_dates_those_of_one_day_belong_together() -> None:
    """2027 meets 2027; what is left of either plan meets last; a further date is added."""
    earlier = [promise("a27"), promise("a30", 2030, "9000")]
    later = [promise("b26", 2026, "3000"), promise("b27", value="6000"), promise("b35", 2035, "9000")]
    assert carried(earlier, later) == [
        Carried(Change.RAISED, "a27", "b27"),
        Carried(Change.REDATED, "a30", "b35"),
        Carried(Change.ADDED, None, "b26"),
    ]


def test_words_are_not_found_again() -> None:
    """Equal keys of promises without a figure say nothing: two of one topic are not one promise."""
    assert carried([promise("a", value=None)], [promise("b", value=None)]) == []


def test_linked_plans_are_compared_from_the_one_that_was_first(session: Session) -> None:
    """Whichever of the two is asked, the draft is the earlier one; each pair carries its verdict (R3)."""
    make_plan(
        session,
        "zj-draft",
        stage="consultation_draft",
        targets=[
            target("zj-draft.revenue", words="突破5000亿元"),
            target("zj-draft.rate", metric="adoption-rate", words="70%以上"),
        ],
    )
    make_plan(
        session,
        "zj-final",
        targets=[target("zj-final.revenue", words="突破6000亿元")],
        links=[{"to": "zj-draft", "kind": "finalises"}],
    )
    for slug, outgoing in (("zj-final", True), ("zj-draft", False)):
        (one,) = lineage_of(session, get_plan(session, slug, TODAY), TODAY)
        assert (one.earlier.slug, one.later.slug, one.link.outgoing) == ("zj-draft", "zj-final", outgoing)
        assert (one.earlier_figures, one.later_figures) == (2, 1)
        raised, left = one.carried
        assert (raised.change, left.change) == (Change.RAISED, Change.LEFT_OUT)
        assert raised.verdict is not None
        assert (raised.verdict.verdict, raised.verdict.reasons) == (
            Verdict.CAUTION,
            [Reason.STAGE, Reason.UNDEFINED],
        )
        assert (left.later, left.verdict) == (None, None)


def test_of_a_plan_without_figures_nothing_is_said_to_be_left_out(session: Session) -> None:
    """That nothing is recorded of a plan does not mean that it says nothing."""
    make_plan(
        session,
        "zj-old",
        targets=[target("zj-old.words", kind="qualitative", metric=None, deadlines=[{"due": "2027"}])],
    )
    make_plan(
        session,
        "zj-new",
        targets=[target("zj-new.revenue", deadlines=[deadline(), deadline(due="2030")])],
        links=[{"to": "zj-old", "kind": "supersedes"}],
    )
    (one,) = lineage_of(session, get_plan(session, "zj-new", TODAY), TODAY)
    assert (one.earlier_figures, one.later_figures, one.carried) == (0, 2, [])


def test_a_plan_without_links_has_no_lineage(session: Session) -> None:
    """Equal keys alone link nothing."""
    make_region(session, "330000")
    make_plan(session, "zj-a", targets=[target("zj-a.revenue")])
    make_plan(session, "zj-b", targets=[target("zj-b.revenue")])
    assert lineage_of(session, get_plan(session, "zj-a", TODAY), TODAY) == []
