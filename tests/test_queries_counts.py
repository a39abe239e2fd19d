"""Every list and every single entity is read in as many statements for three as for one.

What they give is tested in `test_queries` and through the API.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.store.queries import (
    counts,
    deadlines,
    lineage,
    measures,
    observations,
    overview,
    plans,
    support,
    targets,
    together,
    vocabulary,
)
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.session import Database
from tests.builders import (
    SOURCE,
    deadline,
    evidence,
    make_metric,
    make_observation,
    make_plan,
    make_region,
    make_source,
    make_topic,
    measure,
    target,
)
from tests.counting import count_statements
from tests.databases import Databases

TODAY = date(2026, 11, 20)
Read = Callable[..., Any]
# Statements sent, and the size of what was found.
Count = tuple[int, int]

LISTS: dict[str, tuple[Read, Filters]] = {
    "regions": (vocabulary.list_regions, Filters(q="region", under="cn")),
    "topics": (vocabulary.list_topics, Filters(q="topic")),
    "metrics": (vocabulary.list_metrics, Filters(q="metric")),
    "organizations": (vocabulary.list_organizations, Filters(q="body")),
    "sources": (vocabulary.list_sources, Filters(q="report")),
    "plans": (plans.list_plans, Filters(under="cn", topic="ai", source=SOURCE, q="计划")),
    "targets": (
        lambda session, filters, paging: targets.list_targets(session, filters, paging, TODAY),
        Filters(under="cn", topic="ai", metric="revenue", year=2027, source=SOURCE, q="目标"),
    ),
    "deadlines": (
        lambda session, filters, paging: deadlines.list_deadlines(session, filters, paging, TODAY),
        Filters(under="cn", topic="ai", metric="revenue", year=2027, source=SOURCE, q="目标"),
    ),
    "observations": (
        observations.list_observations,
        Filters(under="cn", topic="ai", metric="revenue", year=2024, source=SOURCE, q="观测"),
    ),
    "measures": (measures.list_measures, Filters(under="cn", source=SOURCE, q="措施")),
}
ALONE: dict[str, Callable[[Session], Any]] = {
    "region": lambda session: vocabulary.get_region(session, "delta"),
    "children": lambda session: vocabulary.region_children(session, "delta"),
    "plan": lambda session: plans.get_plan(session, "zj-plan-0", TODAY),
    "target": lambda session: targets.get_target(session, "zj-plan-0.t0", TODAY),
    "deadline": lambda session: deadlines.get_deadline(session, "zj-plan-0.t0@2027-12-31", TODAY),
    "observation": lambda session: observations.get_observation(session, "seen-0"),
    "measure": lambda session: measures.get_measure(session, "zj-plan-0.m0"),
    "source": lambda session: vocabulary.get_source(session, SOURCE),
    "facts": lambda session: support.facts_of_source(session, SOURCE),
    "overview": lambda session: overview.overview(session, TODAY),
    "deadlines of a region": lambda session: together.deadlines_of_region(session, "330000", TODAY),
    "deadlines on a metric": lambda session: together.deadlines_on_metric(session, "revenue", TODAY),
    "observations of a region": lambda session: together.observations_of_region(session, "330000"),
    "observations on a metric": lambda session: together.observations_on_metric(session, "revenue"),
    "figures of a key": lambda session: together.figures_of_key(
        session, observations.get_observation(session, "seen-0"), TODAY
    ),
    "lineage": lambda session: lineage.lineage_of(
        session, plans.get_plan(session, "zj-plan-0", TODAY), TODAY
    ),
    "counts of plans": lambda session: counts.count_plans(session, Filters(topic="ai")),
}


def fill(session: Session, several: int) -> None:
    """Write as many of everything as said, each holding as many."""
    numbers = range(several)
    make_region(session, "100000", aliases=["region"])
    codes = ["330000", "320000", "340000"][:several]
    for code in codes:
        make_region(session, code, parent="100000", aliases=["region"])
    make_region(session, "delta", slug="delta", level="group", members=codes)
    make_topic(session, "ai")
    for number in numbers:
        make_topic(session, f"topic-{number}", parent="ai")
        make_metric(session, f"metric-{number}")
        make_source(session, f"source-{number}")
        twice = [evidence("突破5000亿元", paragraph=str(place + 1)) for place in numbers]
        dated = [deadline(due=str(2027 + place)) | {"evidence": twice} for place in numbers]
        make_plan(
            session,
            f"zj-plan-{number}",
            issuers=[f"body-{place}" for place in numbers],
            topics=[f"topic-{place}" for place in range(number + 1)],
            evidence=twice,
            links=[{"to": f"zj-plan-{place}", "kind": "amends"} for place in range(number)],
            targets=[
                target(f"zj-plan-{number}.t{place}", deadlines=dated, qualifier=str(place))
                for place in numbers
            ],
            measures=[measure(f"zj-plan-{number}.m{place}", evidence=twice) for place in numbers],
        )
        make_observation(session, f"seen-{number}", evidence=[evidence("突破3000亿元") for _ in numbers])


@pytest.fixture(scope="module")
def counted(databases: Databases) -> Callable[[str], dict[str, list[Count]]]:
    """Read everything with one of each and with three, once an engine, and count the statements."""

    @cache
    def count(dialect: str) -> dict[str, list[Count]]:
        found: dict[str, list[Count]] = defaultdict(list)
        with databases.lend(dialect, "migrated") as db:
            for several in (1, 3):
                with db.write() as session:
                    fill(session, several)
                for name, (read, filters) in LISTS.items():
                    found[name].append(reading(db, partial(read, filters=filters, paging=Paging()), _total))
                for name, alone in ALONE.items():
                    found[name].append(reading(db, alone, _length))
        return found

    return count


def reading(db: Database, read: Callable[[Session], Any], size: Callable[[Any], int]) -> Count:
    """Read something; give how many statements it took and how much it was."""
    with count_statements(db) as sent, db.read() as session:
        found = read(session)
    return sent(), size(found)


def _total(page: Any) -> int:
    return int(page.total)


def _length(found: Any) -> int:
    return len(str(found))


@pytest.mark.parametrize("name", [*LISTS, *ALONE])
def test_three_take_no_more_statements_than_one(
    counted: Callable[[str], dict[str, list[Count]]], dialect: str, name: str
) -> None:
    """Filters, search, deadlines, evidence, members, links and facts included; what is found really is more."""
    one, three = counted(dialect)[name]
    assert one[0] == three[0]
    assert 0 < one[1] < three[1]
