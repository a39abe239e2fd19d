"""The page of changes and its JSON twin: days, folded lines, what changed in words, and that drafts stay hidden.

Which changes there are is tested in `test_changes`.
"""

from datetime import timedelta

import pytest

from app.store.revisions import Change
from app.store.session import Database
from tests.builders import (
    AT,
    make_metric,
    make_observation,
    make_plan,
    make_region,
    make_source,
    make_topic,
    target,
)
from tests.clients import asking
from tests.reading import Page, reader

LATER = Change("form", "li", "Corrected by the gazette", AT + timedelta(days=1))


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_a_great_load_is_a_few_lines(seeded: Database) -> None:
    """Each sort of entity is one line with its number, folded, and its first fifty; few are not folded."""
    page = read(seeded, "/en/changes")
    lines = [line.text for line in page.all("strong")]
    assert "385 regions added" in lines
    assert "5 sources added" in lines
    folded = [summary.text for summary in page.all("summary")]
    assert [text for text in folded if text.startswith(("385 regions", "5 sources"))] == [
        "385 regions added from the data files"
    ]
    assert [p.text for p in page.all("p", "legend")] == ["and 335 more"]
    assert len([link for link in page.links() if link.startswith("/en/regions/")]) == 50


def test_a_change_is_told_in_words_with_its_reason_and_its_link(db: Database) -> None:
    """Which fields and how many parts; the reason is quoted; many reasons stand with their changes."""
    with db.write() as session:
        make_plan(session, title_en="The plan", targets=[target(words="突破5000亿元")])
        make_plan(session, title_en="The scheme", targets=[target(words="突破6000亿元")], by=LATER)
    page = read(db, "/en/changes")
    assert [time.attributes["datetime"] for time in page.all("time")] == ["2026-11-21", "2026-11-20"]
    line = page.all("li", "line")[0]
    assert line.text == (
        "1 plan changed by an editor’s form Corrected by the gazette The scheme "
        "changed: title; 1 deadline changed: figure as stated and value; 1 piece of evidence changed: quotation"
    )
    assert page.links().count("/en/plans/zj-plan") == 2
    chinese = read(db, "/zh/changes").all("li", "line")[0].text
    assert "修改1份规划" in chinese
    assert "修改：标题；修改1个时点（数字原文和数值）；修改1条出处（引文）" in chinese


def test_no_word_of_a_draft_is_on_the_page_or_in_its_twin(db: Database) -> None:
    """Neither title nor reason nor name."""
    with db.write() as session:
        make_plan(session, "zj-secret", title_en="Unspeakable", editorial_state="draft")
        make_observation(session, "hush", editorial_state="draft", statement_zh="不可说")
        make_metric(session, "metric", by=LATER)
    with asking(db) as client:
        texts = [client.get(path).text for path in ("/en/changes", "/zh/changes", "/api/v1/changes")]
    assert [
        word for word in ("zj-secret", "Unspeakable", "hush", "不可说") if any(word in text for text in texts)
    ] == []


def test_what_has_no_page_is_no_link(db: Database) -> None:
    """A body and what was retired are named only; a topic leads to what is known of it."""
    with db.write() as session:
        make_plan(session, issuers=["miit"], topics=["ai"])
        make_source(session, "gone")
        make_source(session, "gone", retired_on="2026-11-20", by=LATER)
    page = read(db, "/en/changes")
    assert [link for link in page.links() if "gone" in link or "miit" in link] == []
    assert "/en/coverage?topic=ai" in page.links()
    assert next(strong.text for strong in page.all("strong")) == "1 source retired"


def test_filters_and_older_days_are_in_the_address(db: Database) -> None:
    """A day, a region and a kind choose; the way on keeps the choice; the twin is asked the same."""
    with db.write() as session:
        make_region(session, "330000")
        for days in range(12):
            by = Change("api", "li", None, AT + timedelta(days=days))
            make_metric(session, f"metric-{days}", by=by)
    page = read(db, "/en/changes?entity=metric&since=2026-11-21")
    assert len(page.all("time")) == 10
    onward = next(a.attributes["href"] for a in page.all("a") if a.attributes.get("rel") == "next")
    assert onward == "/en/changes?entity=metric&since=2026-11-21&until=2026-11-21"
    assert [time.attributes["datetime"] for time in read(db, onward).all("time")] == ["2026-11-21"]
    twin = next(
        e.attributes["href"] for e in page.all("link") if e.attributes.get("type") == "application/json"
    )
    with asking(db) as client:
        assert client.get(twin).json()["total"] == 11
        assert client.get("/api/v1/changes?until=2026-11-20").json()["total"] == 2
        assert client.get("/api/v1/changes?until=2026-11-20T08:00:00Z").json()["total"] == 0
    assert read(db, "/en/changes?under=330000").all("strong")[0].text == "1 region added"


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused(db: Database, value: str) -> None:
    """By the page and by the twin, with what it should look like."""
    with asking(db) as client:
        for path in (f"/en/changes?since={value}", f"/api/v1/changes?until={value}"):
            answer = client.get(path)
            assert answer.status_code == 422
            assert "2026-11-20" in answer.text


def test_an_empty_log_says_so(db: Database) -> None:
    """And days without a public change too."""
    with db.write() as session:
        make_topic(session, "ai")
    assert (
        read(db, "/en/changes?until=2020-01-01").one("p", "empty").text == "No public change in these days."
    )
