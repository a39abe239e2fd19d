"""Figures that stand together, judged: every pair once, whatever regions and keys they are of.

The verdict on one pair is tested in `test_comparability`, what readers are shown with the comparison.
"""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparability import Figure, compare
from app.domain.vocabulary import Coverage, Direction, Kind, Reason, Verdict
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.queries.deadlines import get_deadline
from app.store.queries.judging import Judged, comparable, verdicts
from app.store.session import Database
from app.store.views.facts import ObservationView
from tests.test_comparability import TARGET

TODAY = date(2026, 11, 20)
Item = Judged[ObservationView]
VIEW: Any = None  # It is not looked at.


@st.composite
def figures(draw: st.DrawFn) -> list[Item]:
    """Draw figures of few regions, keys and units, in any order."""
    made = []
    for number in range(draw(st.integers(0, 8))):
        figure: Figure = replace(
            TARGET,
            key=replace(
                TARGET.key,
                metric=draw(st.sampled_from(["revenue", "output"])),
                coverage=draw(st.sampled_from([Coverage.LARGE, Coverage.UNSPECIFIED])),
            ),
            region=draw(st.sampled_from(["320000", "330000", "340000"])),
            unit=draw(st.sampled_from(["CNY", "CNY", "USD"])),
            target=f"target-{number}",
        )
        if draw(st.booleans()) and draw(st.booleans()):
            figure = replace(figure, key=replace(figure.key, kind=Kind.QUALITATIVE, metric=None))
        made.append(Judged(f"id-{number}", VIEW, figure, Direction.UP))
    return made


@given(items=figures(), across_regions=st.booleans())
def test_every_pair_that_is_asked_for_is_judged_once_and_as_if_alone(
    *, items: list[Item], across_regions: bool
) -> None:
    """In lists, "every one in a with every one in b", of which no two could be one."""
    found = verdicts(items, across_regions=across_regions)
    judged = {
        frozenset((a, b)): (one.verdict, tuple(one.reasons)) for one in found for a in one.a for b in one.b
    }
    assert sum(len(one.a) * len(one.b) for one in found) == len(judged)
    asked = [
        (a, b) for a, b in combinations(items, 2) if not across_regions or a.figure.region != b.figure.region
    ]
    told = {frozenset((a.id, b.id)): compare(a.figure, b.figure) for a, b in asked}
    assert judged == {pair: (one.verdict, one.reasons) for pair, one in told.items()}
    assert all(ids == sorted(ids) for one in found for ids in (one.a, one.b))
    keys = {item.id: item.figure.key for item in items}
    unequal = [(keys[one.a[0]], *one.b) for one in found if keys[one.a[0]] != keys[one.b[0]]]
    assert len(unequal) == len(set(unequal))


@given(figures())
def test_comparable_are_those_that_may_be_put_beside_one_of_another_region(items: list[Item]) -> None:
    """With care or without, in their order."""
    kept = [
        one
        for one in items
        if any(
            one.figure.region != other.figure.region
            and compare(one.figure, other.figure).verdict is not Verdict.DIFFERENT
            for other in items
        )
    ]
    assert comparable(items) == kept


def test_progress_is_the_same_among_many_figures_as_alone(seeded: Database) -> None:
    """With the same observations refused for the same reasons, in the same order."""
    with seeded.read() as session:
        view = compare_regions(session, CompareQuery(("330000", "320000")), TODAY)
        shown = [
            one
            for family in view.families
            for row in family.rows
            for cell in row.cells
            for one in cell.deadlines
        ]
        assert any(Reason.TOPIC in refusal.fields for one in shown for refusal in one.progress.refused)
        for one in shown:
            assert one == get_deadline(session, one.id, TODAY)
