"""Names to choose from: complete, only what is public, in one order on both engines, in a fixed number of statements."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.store.queries import measures, names, observations, plans, targets, vocabulary
from app.store.queries.filters import Filters
from app.store.queries.paging import MAX_LIMIT, Paging
from app.store.session import Database
from app.store.views.base import Page
from tests.builders import (
    make_measure,
    make_metric,
    make_observation,
    make_plan,
    make_region,
    make_source,
    make_target,
    make_topic,
    target,
)
from tests.counting import count_statements

# By their bytes; a database set to a language would overlook the hyphens: zj-aia before zj-ai-b.
SLUGS = ["zj-a1b", "zj-ai", "zj-ai-a", "zj-ai-b", "zj-ai2", "zj-aia", "zj-aib", "zj-one"]
TODAY = date(2026, 11, 20)
LISTS: dict[str, tuple[Callable[[Session, Paging], Page[Any]], str]] = {
    "topics": (lambda session, paging: vocabulary.list_topics(session, Filters(), paging), "slug"),
    "metrics": (lambda session, paging: vocabulary.list_metrics(session, Filters(), paging), "slug"),
    "sources": (lambda session, paging: vocabulary.list_sources(session, Filters(), paging), "slug"),
    "plans": (lambda session, paging: plans.list_plans(session, Filters(), paging), "slug"),
    "targets": (lambda session, paging: targets.list_targets(session, Filters(), paging, TODAY), "public_id"),
    "measures": (lambda session, paging: measures.list_measures(session, Filters(), paging), "public_id"),
    "observations": (
        lambda session, paging: observations.list_observations(session, Filters(), paging),
        "slug",
    ),
}


def nested(session: Session) -> None:
    """Write a province with a city and two counties, one of which has a target, and another province."""
    make_region(session, "100000")
    make_region(session, "330000", parent="100000")
    make_region(session, "320000", parent="100000")
    make_region(session, "330100", slug="hangzhou", level="prefecture", parent="330000", aliases=["杭"])
    for code, slug in (("330106", "xihu"), ("330108", "binjiang")):
        make_region(session, code, slug=slug, level="county", parent="330100", name_en="Xihu")
    make_plan(session, "xihu-plan", region="330106", targets=[target("xihu-plan.revenue")])
    make_plan(session, "js-draft", region="320000", editorial_state="draft", targets=[target("js-draft.a")])


def test_what_is_offered_grows_with_what_is_recorded_not_with_what_there_is(session: Session) -> None:
    """To compare: all provinces, and others with a public target; to filter targets by: those with one alone."""
    nested(session)
    assert [one.code for one in names.regions_to_compare(session)] == ["320000", "330000", "330106"]
    assert [one.code for one in names.regions_with_targets(session)] == ["330106"]


def test_a_recorded_county_brings_the_regions_above_it(session: Session) -> None:
    """The list of regions has the country, every province, and what is recorded with its line; no empty county."""
    nested(session)
    listed = vocabulary.list_recorded_regions(session)
    assert [(one.code, one.parent, one.plans) for one in listed] == [
        ("100000", None, 0),
        ("320000", "100000", 0),
        ("330000", "100000", 0),
        ("330100", "330000", 0),
        ("330106", "330100", 1),
    ]


def test_a_region_is_found_by_whatever_it_is_called(session: Session) -> None:
    """Code, slug, names and aliases in any case; of two with one name the higher is meant; nonsense is left out."""
    nested(session)
    asked = ["330100", "HANGZHOU", "杭", "xihu", "Zhejiang", "江苏", "atlantis"]
    assert names.region_codes(session, asked) == {
        "330100": "330100",
        "HANGZHOU": "330100",
        "杭": "330100",
        "xihu": "330106",
        "Zhejiang": "330000",
        "江苏": "320000",
    }
    assert names.region_codes(session, ["330106", "330000"]) == {"330106": "330106", "330000": "330000"}


def test_topics_and_metrics_are_named_completely(session: Session) -> None:
    """Every one that is not retired, in one order, without a limit."""
    for slug in reversed(SLUGS):
        make_topic(session, slug)
        make_metric(session, slug)
    make_topic(session, "gone", retired_on="2026-11-19")
    assert [one.slug for one in names.topic_names(session)] == SLUGS
    assert [(one.slug, one.family) for one in names.metric_names(session)] == [
        (slug, "industry_size") for slug in SLUGS
    ]


def test_observations_are_read_by_name(session: Session) -> None:
    """Exactly those that are named and public."""
    for slug in ("one", "two", "three"):
        make_observation(session, slug)
    make_observation(session, "draft", editorial_state="draft")
    found = observations.named_observations(session, ["two", "draft", "one", "nowhere"])
    assert {slug: view.slug for slug, view in found.items()} == {"one": "one", "two": "two"}
    assert [len(view.evidence) for view in found.values()] == [1, 1]


def test_naming_takes_as_many_statements_for_three_as_for_one(db: Database) -> None:
    """However many regions, topics and observations there are."""
    counts = []
    for several in (1, 3):
        with db.write() as session:
            for number in range(several):
                make_observation(session, f"seen-{number}")
                make_region(session, f"32000{number}")
                make_topic(session, f"topic-{number}")
        slugs = [f"seen-{number}" for number in range(several)]
        with count_statements(db) as counted, db.read() as session:
            offered = names.regions_to_compare(session)
            names.topic_names(session)
            names.region_codes(session, ["r-320000"])
            vocabulary.list_recorded_regions(session)
            named = observations.named_observations(session, slugs)
        counts.append((counted(), len(offered), len(named)))
    assert counts[0][0] == counts[1][0]
    assert counts[0][1:] == (2, 1)
    assert counts[1][1:] == (4, 3)


def write_one_of_each(session: Session) -> None:
    """Write everything that is listed by a name, in no order."""
    for slug in reversed(SLUGS):
        make_topic(session, slug)
        make_metric(session, slug)
        make_source(session, slug)
    for slug in reversed(SLUGS):
        make_plan(session, slug)
        make_target(session, f"{slug}.t", topic="zj-ai", metric="zj-ai")
        make_measure(session, f"{slug}.m")
        make_observation(session, slug, topic="zj-ai", metric="zj-ai")


def test_lists_are_in_the_order_of_bytes_on_both_engines(db: Database, subtests: pytest.Subtests) -> None:
    """Whole, and page by page: a cursor goes on in the same order."""
    with db.write() as session:
        write_one_of_each(session)
    for name in LISTS:
        with subtests.test(name):
            check_order(db, name)


def check_order(db: Database, name: str) -> None:
    """Read a list whole and in pages."""
    read, field = LISTS[name]
    with db.read() as session:
        whole = [getattr(item, field) for item in read(session, Paging(limit=MAX_LIMIT)).items]
        paged: list[str] = []
        cursor = None
        while cursor is not None or not paged:
            page = read(session, Paging(limit=3, cursor=cursor))
            paged += [getattr(item, field) for item in page.items]
            cursor = page.next
    assert whole == sorted(whole, key=str.encode)
    assert {key.split(".")[0] for key in whole} >= set(SLUGS)
    assert paged == whole


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_postgresql_is_told_to_order_by_bytes(db: Database) -> None:
    """The server of the tests knows no other order than that of bytes, so the statements are looked at as well."""
    with db.write() as session:
        make_target(session)
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with db.read() as session:
            for read, _ in LISTS.values():
                read(session, Paging())
            names.regions_to_compare(session)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    orders = [found for statement in sent for found in re.findall(r"ORDER BY (.*?)(?:\n|LIMIT|$)", statement)]
    by_name = [order for order in orders if re.search(r"\b(slug|public_id|code)\b", order)]
    # The names to choose from, and the observations that targets are measured by.
    assert len(by_name) == len(LISTS) + 2
    assert [order for order in by_name if 'COLLATE "C"' not in order] == []
