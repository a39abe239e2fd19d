"""What the reads give, on a few rows written through the service: what is public, counts, order, what belongs together.

Filters, sorting and paging are tested through the API, the comparison in `test_compare`.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, GoneError
from app.domain.vocabulary import Precision
from app.store.queries import (
    deadlines,
    measures,
    observations,
    plans,
    support,
    targets,
    vocabulary,
)
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.revisions import Change
from tests.builders import (
    AT,
    BY,
    SOURCE,
    deadline,
    evidence,
    make_measure,
    make_metric,
    make_observation,
    make_organization,
    make_plan,
    make_region,
    make_source,
    make_target,
    make_topic,
    measure,
    target,
)

TODAY = date(2026, 11, 20)
ALL, FIRST = Filters(), Paging()
RETIRED: dict[str, Any] = {"editorial_state": "retired", "retired_on": "2026-11-19"}


def test_a_target_has_its_deadlines_in_order(session: Session) -> None:
    """The final one is last, an undated one after it; a retired one is not shown."""
    made = [
        deadline("达90%以上", "2030"),
        deadline("达70%以上", "2027"),
        deadline("达95%以上", None),
        deadline("达80%以上", "2028", retired_on="2026-11-19"),
    ]
    make_target(session, "zj-plan.adoption", metric="adoption-rate", deadlines=made)
    view = targets.get_target(session, "zj-plan.adoption", TODAY)
    assert [one.id for one in view.deadlines] == [
        "zj-plan.adoption@2027-12-31",
        "zj-plan.adoption@2030-12-31",
        "zj-plan.adoption@undated",
    ]
    assert [one.canonical_value for one in view.deadlines] == [Decimal(70), Decimal(90), Decimal(95)]
    assert targets.list_targets(session, ALL, FIRST, TODAY).items == [view]


def test_a_plan_has_all_it_holds(session: Session) -> None:
    """Issuers, topics, targets and measures in the curator's order; retired ones are neither shown nor counted."""
    make_plan(session, "zj-old", title_zh="旧计划")
    make_plan(
        session,
        issuers=["miit", "ndrc"],
        topics=["robots", "ai"],
        links=[{"to": "zj-old", "kind": "supersedes", "note_zh": "取代"}],
        evidence=[evidence("行动计划", paragraph="2-3")],
        targets=[
            target("zj-plan.z-first"),
            target("zj-plan.a-second", kind="growth", words="增长10%"),
            target("zj-plan.gone", kind="increase", retired_on="2026-11-19"),
        ],
        measures=[measure("zj-plan.z"), measure("zj-plan.a"), measure("zj-plan.b", retired_on="2026-11-19")],
    )
    view = plans.get_plan(session, "zj-plan", TODAY)
    assert [one.slug for one in view.issuers] == ["miit", "ndrc"]
    assert [one.slug for one in view.topics] == ["robots", "ai"]
    assert [one.public_id for one in view.target_list] == ["zj-plan.z-first", "zj-plan.a-second"]
    assert [one.public_id for one in view.measure_list] == ["zj-plan.z", "zj-plan.a"]
    assert (view.targets, view.measures) == (2, 2)
    assert [(one.paragraph, one.phrase, one.source) for one in view.evidence] == [("2-3", "行动计划", SOURCE)]
    assert [(one.kind, one.plan.slug, one.outgoing, one.note_zh) for one in view.links] == [
        ("supersedes", "zj-old", True, "取代")
    ]
    old = plans.get_plan(session, "zj-old", TODAY)
    assert [(one.kind, one.plan.slug, one.outgoing) for one in old.links] == [
        ("supersedes", "zj-plan", False)
    ]


def test_a_link_to_a_draft_is_not_shown(session: Session) -> None:
    """A plan that is not public yet is not named by another one either."""
    make_plan(session, "zj-draft", editorial_state="draft")
    make_plan(session, links=[{"to": "zj-draft", "kind": "amends"}])
    assert plans.get_plan(session, "zj-plan", TODAY).links == []


@pytest.mark.parametrize("state", ["draft", "in_review", "abandoned"])
def test_what_is_not_published_is_not_found(session: Session, state: str) -> None:
    """A draft and all it holds answer as if they were not there, in lists, alone and in filters (R7).

    One that was retired was never there either.
    """
    abandoned = state == "abandoned"
    for fields in ({"editorial_state": "draft" if abandoned else state}, *([RETIRED] if abandoned else [])):
        make_plan(session, targets=[target()], measures=[measure()], **fields)
        make_observation(session, **fields)
    for listed in (
        plans.list_plans(session, ALL, FIRST),
        targets.list_targets(session, ALL, FIRST, TODAY),
        deadlines.list_deadlines(session, ALL, FIRST, TODAY),
        measures.list_measures(session, ALL, FIRST),
        observations.list_observations(session, ALL, FIRST),
    ):
        assert (listed.items, listed.total, listed.next) == ([], 0, None)
    codes = []
    for read in (
        lambda: plans.get_plan(session, "zj-plan", TODAY),
        lambda: targets.get_target(session, "zj-plan.revenue", TODAY),
        lambda: deadlines.get_deadline(session, "zj-plan.revenue@2027-12-31", TODAY),
        lambda: measures.get_measure(session, "zj-plan.fund"),
        lambda: observations.get_observation(session, "zj-revenue-2024"),
        lambda: targets.list_targets(session, Filters(plan="zj-plan"), FIRST, TODAY),
    ):
        with pytest.raises(DomainError) as caught:
            read()
        codes.append((caught.value.code, caught.value.status))
    assert codes == [
        ("unknown_plan", 404),
        ("unknown_target", 404),
        ("unknown_deadline", 404),
        ("unknown_measure", 404),
        ("unknown_observation", 404),
        ("unknown_plan", 422),
    ]
    region = vocabulary.get_region(session, "330000")
    assert (region.plans, region.targets, region.observations) == (0, 0, 0)
    assert vocabulary.get_source(session, SOURCE).evidence == 0
    assert support.facts_of_source(session, SOURCE) == []


def test_what_was_retired_is_gone_since_its_day(session: Session) -> None:
    """A retired entity is in no list, and alone it says when it was retired, as does all that a plan held."""
    make_plan(session, targets=[target()], measures=[measure()], **RETIRED)
    make_observation(session, **RETIRED)
    make_source(session, "old-source", retired_on="2026-11-19")
    make_metric(session, "old-metric", retired_on="2026-11-19")
    reads = (
        lambda: plans.get_plan(session, "zj-plan", TODAY),
        lambda: targets.get_target(session, "zj-plan.revenue", TODAY),
        lambda: deadlines.get_deadline(session, "zj-plan.revenue@2027-12-31", TODAY),
        lambda: measures.get_measure(session, "zj-plan.fund"),
        lambda: observations.get_observation(session, "zj-revenue-2024"),
        lambda: vocabulary.get_source(session, "old-source"),
        lambda: support.facts_of_source(session, "old-source"),
        lambda: vocabulary.get_metric(session, "old-metric"),
    )
    for read in reads:
        with pytest.raises(GoneError) as caught:
            read()
        assert (caught.value.code, caught.value.detail["retired_on"]) == ("retired", "2026-11-19")
    assert [one.slug for one in vocabulary.list_sources(session, ALL, FIRST).items] == [SOURCE]
    assert [one.slug for one in vocabulary.list_metrics(session, ALL, FIRST).items] == ["revenue"]


def test_a_region_says_what_is_recorded_of_it(session: Session) -> None:
    """Counts are of the region itself; parent, members and the heir are named by code."""
    make_region(session, "100000")
    make_region(session, "330000", parent="100000")
    make_region(session, "330100", level="prefecture", parent="330000")
    make_region(session, "delta", slug="delta", level="group", members=["330100", "330000"])
    make_region(session, "330199", level="county", parent="330100", replaced_by="330100")
    make_plan(session, targets=[target(), target("zj-plan.city", region="330100", words="达到1亿元")])
    make_observation(session)
    province = vocabulary.get_region(session, "zj")
    assert (province.parent, province.plans, province.targets, province.observations) == ("100000", 1, 1, 1)
    city = vocabulary.get_region(session, "330100")
    assert (city.parent, city.plans, city.targets, city.observations) == ("330000", 0, 1, 0)
    assert vocabulary.get_region(session, "delta").members == ["330100", "330000"]
    assert vocabulary.get_region(session, "330199").replaced_by == "330100"
    assert [one.code for one in vocabulary.region_children(session, "delta")] == ["330000", "330100"]
    assert [one.code for one in vocabulary.region_children(session, "zj")] == ["330100"]


def test_the_regions_below_an_unknown_one_are_refused(session: Session) -> None:
    """The children of a region that is not there are not an empty list."""
    with pytest.raises(DomainError, match="unknown_region"):
        vocabulary.region_children(session, "990000")


def test_topics_and_organizations_name_what_is_above_them(session: Session) -> None:
    """A topic has its parent's slug, an organization its region or none."""
    make_topic(session, "ai")
    make_topic(session, "robots", parent="ai")
    make_region(session, "330000")
    make_organization(session, "office", region="330000")
    make_organization(session, "institute")
    assert [(one.slug, one.parent) for one in vocabulary.list_topics(session, ALL, FIRST).items] == [
        ("ai", None),
        ("robots", "ai"),
    ]
    assert vocabulary.get_topic(session, "robots").parent == "ai"
    bodies = vocabulary.list_organizations(session, ALL, FIRST).items
    assert [(one.slug, one.region and one.region.slug) for one in bodies] == [
        ("institute", None),
        ("office", "zj"),
    ]
    assert vocabulary.get_organization(session, "office") == bodies[1]


def test_an_observation_names_who_measured_it(session: Session) -> None:
    """Its figure, period, measurer and evidence stand with it."""
    make_observation(session, measured_by="miit", series="one-sentence")
    view = observations.get_observation(session, "zj-revenue-2024")
    assert view.measured_by is not None
    assert (view.measured_by.slug, view.series, view.canonical_value) == (
        "miit",
        "one-sentence",
        Decimal(300_000_000_000),
    )
    assert (view.to_on, view.precision, [one.phrase for one in view.evidence]) == (
        date(2024, 12, 31),
        Precision.YEAR,
        ["突破3000亿元"],
    )


def test_progress_stands_beside_a_target(session: Session) -> None:
    """A deadline is assessed by the observation of the same key and region (R4)."""
    make_target(session, words="达到5000亿元")
    make_observation(session, words="达到3000亿元")
    (only,) = targets.get_target(session, "zj-plan.revenue", TODAY).deadlines
    assert (only.progress.result, only.progress.observation, only.progress.gap) == (
        "short",
        "zj-revenue-2024",
        Decimal(200_000_000_000),
    )


def test_updated_since_takes_the_instant_itself(session: Session) -> None:
    """What changed at that instant or later is listed, a target too whose deadline changed."""
    later = AT + timedelta(hours=1)
    make_target(session, "zj-plan.revenue", by=BY)
    make_target(
        session, "zj-plan.growth", kind="growth", words="增长10%", by=Change("api", "tester", None, later)
    )
    since = Filters(updated_since=later)
    assert [one.public_id for one in targets.list_targets(session, since, FIRST, TODAY).items] == [
        "zj-plan.growth"
    ]
    assert [one.slug for one in plans.list_plans(session, since, FIRST).items] == ["zj-plan"]
    assert vocabulary.list_regions(session, since, FIRST).items == []
    at = Filters(updated_since=AT)
    assert [one.code for one in vocabulary.list_regions(session, at, FIRST).items] == ["330000"]


def test_a_measure_stands_with_its_amounts(session: Session) -> None:
    """Amounts as stated and canonical, the plan and the region."""
    words = "每年2.5亿元"
    make_measure(
        session, value_as_stated=words, total="2.5", unit="亿元", per="year", evidence=[evidence(words)]
    )
    view = measures.get_measure(session, "zj-plan.fund")
    assert (view.total, view.unit, view.per, view.canonical_total, view.canonical_unit) == (
        Decimal("2.5"),
        "亿元",
        "year",
        Decimal(250_000_000),
        "CNY",
    )
    assert (view.plan.slug, view.region.code) == ("zj-plan", "330000")
    assert measures.list_measures(session, ALL, FIRST).items == [view]
