"""The comparison on the committed facts: rows, verdicts, leads, refusals, in a fixed number of statements."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.domain.errors import DomainError
from app.domain.vocabulary import Family, Kind, Reason, Verdict
from app.store.queries import compare as compare_module
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.session import Database
from app.store.views.comparison import ComparisonView, RowView, VerdictView
from tests.builders import deadline, make_assessment, make_plan, make_region, make_topic, target
from tests.counting import count_statements

TODAY = date(2026, 11, 20)
REVENUE = "zj-ai-terminals.revenue@2027-12-31"
SCALE = "js-ai-plus.industry-scale@2030-12-31"


def comparison(db: Database, *regions: str, **filters: object) -> ComparisonView:
    """Compare regions as of the day the facts were curated."""
    with db.read() as session:
        return compare_regions(session, CompareQuery(tuple(regions), **filters), TODAY)  # type: ignore[arg-type]


def rows(view: ComparisonView) -> Iterator[RowView]:
    """Go through all rows of a comparison."""
    for family in view.families:
        yield from family.rows


def between(view: ComparisonView, a: str, b: str) -> VerdictView:
    """Find the verdict on two figures, whichever stands first."""
    return next(
        verdict
        for row in rows(view)
        for verdict in row.verdicts
        if (a in verdict.a and b in verdict.b) or (b in verdict.a and a in verdict.b)
    )


def test_zhejiangs_half_trillion_and_jiangsus_trillion_are_different_measures(seeded: Database) -> None:
    """The pair that every newspaper puts side by side differs in metric, topic and coverage."""
    verdict = between(comparison(seeded, "330000", "320000"), REVENUE, SCALE)
    assert (verdict.verdict, verdict.reasons) == (
        Verdict.DIFFERENT,
        [Reason.METRIC, Reason.TOPIC, Reason.COVERAGE],
    )


def test_the_lead_of_industry_size_is_the_famous_pair(seeded: Database) -> None:
    """The pair most likely to be put side by side is named first, with its verdict."""
    families = {family.family: family for family in comparison(seeded, "330000", "320000").families}
    lead = families[Family.INDUSTRY_SIZE].leads[0]
    assert (lead.a, lead.b, lead.verdict) == ([REVENUE], [SCALE], Verdict.DIFFERENT)


def test_two_adoption_rates_of_seventy_percent_are_not_one_metric_of_one_thing(seeded: Database) -> None:
    """Both say 70 % by 2027, of different things among different enterprises."""
    view = comparison(seeded, "330000", "320000")
    verdict = between(view, "zj-ai-terminals.adoption@2027-12-31", "js-ai-plus.adoption@2027-12-31")
    assert (verdict.verdict, verdict.reasons) == (Verdict.DIFFERENT, [Reason.TOPIC, Reason.COVERAGE])


def test_a_province_and_its_city_are_compared_with_caution(seeded: Database) -> None:
    """Jiangsu's and Nanjing's adoption rates of 2027 share their key, but not level or a standard."""
    view = comparison(seeded, "320000", "320100")
    verdict = between(view, "js-ai-plus.adoption@2027-12-31", "nanjing-ai-pilot-upgrade.adoption@2027-12-31")
    assert (verdict.verdict, verdict.reasons) == (
        Verdict.CAUTION,
        [Reason.REGION_LEVEL, Reason.UNDEFINED],
    )


def test_every_pair_of_different_regions_in_a_row_has_one_verdict(seeded: Database) -> None:
    """Whatever stands side by side is judged, once."""
    for row in rows(comparison(seeded, "330000", "320000", "340000", "310000")):
        judged = [frozenset((a, b)) for verdict in row.verdicts for a in verdict.a for b in verdict.b]
        cells = [[deadline.id for deadline in cell.deadlines] for cell in row.cells]
        pairs = {
            frozenset((a, b))
            for number, cell in enumerate(cells)
            for other in cells[number + 1 :]
            for a in cell
            for b in other
        }
        assert (len(judged), set(judged)) == (len(pairs), pairs)


def test_the_counts_add_up_to_the_verdicts_of_the_rows(seeded: Database) -> None:
    """The numbers at the top are the pairs of figures below them; statements are not counted."""
    view = comparison(seeded, "330000", "320000", "340000", "310000", "320100")
    figures = [row for row in rows(view) if row.kind is not Kind.QUALITATIVE]
    pairs = [len(verdict.a) * len(verdict.b) for row in figures for verdict in row.verdicts]
    assert view.counts.same + view.counts.caution + view.counts.different == sum(pairs)


def test_nothing_is_ranked_across_different_keys(seeded: Database) -> None:
    """A ranking holds figures of one key and year only; Zhejiang and Jiangsu have none in common."""
    view = comparison(seeded, "330000", "320000")
    assert [row.rankings for row in rows(view) if row.rankings] == []


def test_each_region_has_a_cell_in_every_row_even_if_it_is_empty(seeded: Database) -> None:
    """Columns keep the order that was asked for."""
    view = comparison(seeded, "320000", "330000")
    assert {tuple(cell.region for cell in row.cells) for row in rows(view)} == {("320000", "330000")}


def test_a_region_named_by_code_and_by_slug_is_one_column(seeded: Database) -> None:
    """Naming one region twice does not compare it with itself."""
    assert [region.code for region in comparison(seeded, "330000", "zj", "330000").regions] == ["330000"]


def test_an_empty_cell_says_how_many_plans_were_read_and_what_was_searched(db: Database) -> None:
    """A city too; a search on a topic above counts for what is below it, one on a part of it does not."""
    with db.write() as session:
        make_topic(session, "ai")
        make_topic(session, "ai-terminals", parent="ai")
        make_topic(session, "glasses", parent="ai-terminals")
        make_plan(session, targets=[target(topic="ai-terminals")])
        make_region(session, "320100")
        make_assessment(session, "320100", "ai", searched_on="2026-11-18")
        make_assessment(session, "320100", "ai-terminals", searched_on="2026-11-19")
        make_assessment(session, "320100", "glasses", searched_on="2026-11-20")
        make_plan(session, "js-plan", region="320000")
        make_plan(session, "js-draft", region="320000", editorial_state="draft")
        make_assessment(session, "320000", "glasses")
        make_assessment(session, "330000", "ai")
    for topic in (None, "ai", "ai-terminals"):
        (row,) = rows(comparison(db, "330000", "320000", "320100", topic=topic))
        assert [(len(cell.deadlines), cell.plans, cell.searched) for cell in row.cells] == [
            (1, 1, None),
            (0, 1, None),
            (0, 0, date(2026, 11, 19)),
        ]


def test_a_row_of_several_topics_is_searched_only_if_each_of_them_was(db: Database) -> None:
    """The day is that of the search that lies back furthest."""
    with db.write() as session:
        make_plan(
            session,
            targets=[
                target(topic="ai"),
                target("zj-plan.robots", topic="robots", deadlines=[deadline(due="2030")]),
            ],
        )
        make_region(session, "320000")
        make_assessment(session, "320000", "ai", searched_on="2026-11-20")
        make_region(session, "340000")
        make_assessment(session, "340000", "ai", searched_on="2026-11-20")
        make_assessment(session, "340000", "robots", searched_on="2026-11-18")
    (row,) = rows(comparison(db, "330000", "320000", "340000"))
    assert [cell.searched for cell in row.cells] == [None, None, date(2026, 11, 18)]


def test_filters_narrow_the_comparison(seeded: Database) -> None:
    """Topic (with what is below it), family and years leave only what they name."""
    view = comparison(
        seeded, "330000", "320000", topic="ai", family=Family.INDUSTRY_SIZE, year_from=2027, year_to=2030
    )
    found = {deadline.id for row in rows(view) for cell in row.cells for deadline in cell.deadlines}
    assert found == {REVENUE, SCALE}


@pytest.mark.parametrize(
    ("regions", "filters", "code"),
    [
        ((), {}, "no_region"),
        (("330000", "999999"), {}, "unknown_region"),
        (tuple(f"{number}0000" for number in range(31, 40)), {}, "too_many_regions"),
        (("330000",), {"topic": "cheese"}, "unknown_topic"),
        (("330000",), {"year_from": 2030, "year_to": 2027}, "years_reversed"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(
    seeded: Database, regions: tuple[str, ...], filters: dict[str, object], code: str
) -> None:
    """Each refusal has its code."""
    with pytest.raises(DomainError) as refused:
        comparison(seeded, *regions, **filters)
    assert refused.value.code == code


def test_too_wide_a_comparison_is_refused_with_counts_by_family(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit the reader learns which family to narrow to, the largest first."""
    monkeypatch.setattr(compare_module, "MAX_DEADLINES", 3)
    with pytest.raises(DomainError) as refused:
        comparison(seeded, "330000", "320000")
    families = refused.value.detail["families"]
    assert (refused.value.code, sum(families.values())) == ("too_wide", refused.value.detail["total"])
    assert list(families.values()) == sorted(families.values(), reverse=True)


def test_the_number_of_statements_does_not_grow_with_the_regions(seeded: Database) -> None:
    """One region or four: the same statements."""
    counts = []
    for regions in (("330000",), ("330000", "320000", "340000", "310000")):
        with count_statements(seeded) as counted:
            comparison(seeded, *regions)
        counts.append(counted())
    assert counts[0] == counts[1]


def test_yuan_and_dollars_are_two_measures(db: Database) -> None:
    """Currencies are not converted (R1), so figures of one key in two of them are not compared."""
    with db.write() as session:
        for slug, region, words in (
            ("zj-plan", "330000", "突破5000亿元"),
            ("js-plan", "320000", "突破500亿美元"),
        ):
            make_plan(session, slug, region=region, targets=[target(f"{slug}.revenue", words=words)])
    verdict = between(
        comparison(db, "330000", "320000"), "zj-plan.revenue@2027-12-31", "js-plan.revenue@2027-12-31"
    )
    assert (verdict.verdict, verdict.reasons) == (Verdict.DIFFERENT, [Reason.METRIC])
