"""Past days: every read gives the published data as they stood at the end of a day in Shanghai (R6, R7).

What each page shows is in the tests of the pages, how large states are prepared in `test_preparing`.
"""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import override

from app.domain.dates import shanghai_today
from app.domain.errors import DomainError
from app.domain.schemas import ObservationIn, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState
from app.resources import resource
from app.store import service
from app.store.models import Plan
from app.store.past import Moment, Past
from app.store.revisions import Change
from app.store.session import Database
from tests.builders import (
    deadline,
    evidence,
    make_assessment,
    make_measure,
    make_observation,
    make_plan,
    target,
)
from tests.clients import asking

FIRST = date(2025, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(4)]
UNSEEN = "尚未公开的数字"
ADDRESSES = [
    "/api/v1/plans/zj-plan",
    "/api/v1/targets?sort=-updated_at",
    "/api/v1/targets?q=目标",
    "/api/v1/deadlines?updated_since=2025-03-02",
    "/api/v1/deadlines.csv",
    "/api/v1/compare?region=330000&region=320000",
    "/api/v1/compare.csv?region=330000&region=320000",
    "/api/v1/coverage",
    "/api/v1/changes",
    "/api/v1/search?q=zj",
    "/zh/",
    "/en/plans/zj-plan",
    "/zh/changes",
    "/en/targets/zj-plan.revenue",
    "/en/plans/zj-plan/cite.txt",
]


def by(day: date, hour: int = 4) -> Change:
    """Write on a day, at an hour in UTC: from 16 on it is the next day in Shanghai."""
    return Change("api", "li", None, datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def save(session: Session, day: date, kind: str, key: str, **fields: Any) -> None:
    """Write a plan or observation again with some fields set otherwise."""
    data = {**service.read_back(session, kind, key), **fields}
    if kind == "plan":
        service.upsert_plan(session, validate(PlanIn, data), by(day))
    else:
        service.upsert_observation(session, validate(ObservationIn, data), by(day))


def first_day(session: Session) -> None:
    """Publish a plan with two targets, one of another region, and an observation; draft another plan."""
    day = by(FIRST)
    targets = [
        target(words="突破5000亿元", due="2025-03-31"),
        target("zj-plan.enterprises", metric="enterprises", words="超过1000家", due="2030"),
    ]
    make_plan(session, targets=targets, topics=["ai"], issuers=["miit"], by=day)
    make_measure(session, by=day, total="100", unit="亿元", evidence=[evidence("100亿元")])
    make_observation(session, by=day)
    make_plan(
        session,
        "js-plan",
        by=day,
        region="320000",
        title_zh=UNSEEN,
        editorial_state="draft",
        targets=[target("js-plan.revenue", statement_zh=UNSEEN)],
    )


def second_day(session: Session) -> None:
    """Change one target of the plan, leave a draft of it, withdraw the observation, and note a search."""
    plan = service.read_back(session, "plan", "zj-plan")
    plan["targets"][0]["statement_zh"] = "改写的目标"
    plan["targets"][0]["deadlines"] = [deadline("突破6000亿元", "2025-03-31")]
    save(session, DAYS[1], "plan", "zj-plan", **plan, links=[{"to": "js-plan", "kind": "amends"}])
    draft = validate(PlanIn, {**service.read_back(session, "plan", "zj-plan"), "title_zh": UNSEEN})
    service.save(session, "plan", draft, by(DAYS[1]), state=EditorialState.DRAFT)
    save(session, DAYS[1], "observation", "zj-revenue-2024", editorial_state="draft", statement_zh=UNSEEN)
    make_assessment(session, "340000", by=by(DAYS[1]), searched_on="2025-03-02")


def third_day(session: Session) -> None:
    """Retire the plan."""
    retired = {"editorial_state": "retired", "retired_on": DAYS[2].isoformat()}
    save(session, DAYS[2], "plan", "zj-plan", **retired)


STORY = [first_day, second_day, third_day]


@contextmanager
def at_once(db: Database, targets: int) -> Iterator[TestClient]:
    """Ask an application that lets no reader wait for more than so many targets."""
    with asking(db) as client:
        assert isinstance(client.app, FastAPI)
        client.app.state.past = Past(client.app.state.database, at_once=targets)
        yield client


def read(client: TestClient, day: date) -> dict[str, tuple[int, str]]:
    """Read all addresses as of a day, each with its status."""
    answers = {}
    for address in ADDRESSES:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}as_of={day}")
        answers[address] = (answer.status_code, answer.text)
    return answers


def test_each_day_reads_later_as_it_read_then(db: Database) -> None:
    """Whatever was answered at the end of a day is answered for that day ever after, byte for byte."""
    then = {}
    with asking(db) as client:
        for day, happens in zip(DAYS, STORY, strict=False):
            with db.write() as session:
                happens(session)
            # Nothing has changed since, so that these are the tables themselves.
            then[day] = read(client, day)
        for day in DAYS[:3]:
            assert read(client, day) == then[day], day
        # A day without a change is as the one before, but for the day.
        assert client.get(f"/api/v1/plans/zj-plan?as_of={DAYS[3]}").status_code == 410
        assert [then[day]["/api/v1/plans/zj-plan"][0] for day in DAYS[:3]] == [200, 200, 410]
        assert "5000" in then[DAYS[0]]["/api/v1/deadlines.csv"][1]
        assert "6000" in then[DAYS[1]]["/api/v1/deadlines.csv"][1]
        assert not [
            (day, address)
            for day, answers in then.items()
            for address, (_, text) in answers.items()
            if UNSEEN in text
        ]


def test_a_draft_that_was_retired_was_never_there(db: Database) -> None:
    """By every address it answers as what never was, now and as of its day; a tombstone that was loaded is one."""
    tomb = {"editorial_state": "retired", "retired_on": FIRST.isoformat()}
    with db.write() as session:
        first_day(session)
        save(session, FIRST, "plan", "js-plan", **tomb)
        make_observation(session, "js-draft", by=by(FIRST), editorial_state="draft")
        save(session, FIRST, "observation", "js-draft", **tomb)
        make_plan(session, "zj-old", by=by(FIRST), **tomb)
        second_day(session)
    addresses = [
        *("/api/v1/plans/js-plan", "/api/v1/targets/js-plan.revenue", "/api/v1/observations/js-draft"),
        *("/api/v1/deadlines/js-plan.revenue@2027-12-31", "/en/plans/js-plan", "/zh/targets/js-plan.revenue"),
        *("/en/observations/js-draft", "/en/plans/js-plan/cite.txt", "/en/plans/zj-old"),
    ]
    with asking(db) as client:
        said = [
            {address: client.get(f"{address}{day}").status_code for address in addresses}
            for day in ("", f"?as_of={FIRST}")
        ]
    assert said == [dict.fromkeys(addresses, 404) | {"/en/plans/zj-old": 410}] * 2


def test_progress_is_that_days(db: Database) -> None:
    """Timing and what is cited are of the day asked for, which ends at midnight in Shanghai."""
    with db.write() as session:
        first_day(session)
        # 16 hours UTC is midnight in Shanghai: the next day.
        make_plan(session, "zj-late", by=by(FIRST, 16))
    due = "/api/v1/deadlines/zj-plan.revenue@2025-03-31"
    with asking(db) as client:
        said = [
            client.get(f"{due}?as_of={day}").json()["progress"]["timing"]
            for day in ("2025-03-05", "2025-04-01")
        ]
        now = client.get(due).json()["progress"]["timing"]
        plans = [client.get(f"/api/v1/plans?as_of={day}").json()["total"] for day in DAYS[:2]]
        page = client.get("/en/plans/zj-plan?as_of=2025-03-05").text
    assert said == ["due_soon", "past"]
    assert now == "past"
    assert plans == [1, 2]
    assert "as of 5 March 2025" in page


def test_a_page_says_which_day_it_shows_and_leads_on_to_it(db: Database) -> None:
    """A past day's page has a banner, is not listed, and keeps the day in links, downloads, languages and forms."""
    with db.write() as session:
        first_day(session)
        make_plan(session, "zj-late", by=by(DAYS[1]))
    with asking(db) as client:
        past = client.get(f"/en/plans?topic=ai&as_of={FIRST}").text
        now = client.get("/en/plans?topic=ai").text
    assert "As published at the end of 1 March 2025 (Shanghai)." in past
    assert '<a href="/en/plans?topic=ai">Back to today</a>' in past
    assert '<meta name="robots" content="noindex">' in past
    links = re.findall(r'(?:href|action)="(/(?:zh|en|api/v1)/[^"]*)"', past)
    assert {link for link in links if f"as_of={FIRST}" not in link} == {"/en/plans?topic=ai"}
    assert f'href="/zh/plans?topic=ai&amp;as_of={FIRST}"' in past
    assert f'href="/api/v1/plans.csv?topic=ai&amp;as_of={FIRST}"' in past
    assert past.count(f'<input type="hidden" name="as_of" value="{FIRST}">') == past.count("<form")
    assert "as_of" not in now


def test_every_form_keeps_the_day() -> None:
    """No form for readers loses the day: its first line keeps it."""
    lost = [
        path.name
        for path in resource("templates").rglob("*.html")
        if "admin" not in path.parts
        for form in re.findall(r"<form(?:[^>{]|\{\{.*?\}\})*>\s*(.{0,12})", path.read_text("utf-8"))
        if not form.startswith("{{ kept() }}")
    ]
    assert lost == []


def test_a_day_that_cannot_be_read_is_refused(db: Database) -> None:
    """A day before the first revision, to come, or ill-formed has its code at the parameter, on pages too."""
    with db.write() as session:
        first_day(session)
    tomorrow = shanghai_today() + timedelta(days=1)
    cases = {
        "2025-02-28": "as_of_before_data",
        tomorrow.isoformat(): "as_of_in_future",
        "2025-02-30": "bad_form",
        "2025-3-1": "bad_form",
        "1900-01-01": "bad_form",
        "": "bad_form",
        "2025-03-01&as_of=2025-03-02": "repeated_parameter",
    }
    with asking(db) as client:
        found = {given: client.get(f"/api/v1/plans?as_of={given}").json() for given in cases}
        page = client.get("/en/plans?as_of=2025-02-28")
        plain = client.get("/en/plans?as_of=")
    assert {given: (one["status"], one["errors"][0]["code"]) for given, one in found.items()} == {
        given: (422, code) for given, code in cases.items()
    }
    assert {one["errors"][0]["field"] for one in found.values()} == {"as_of"}
    assert "the first day with data is 2025-03-01" in found["2025-02-28"]["detail"]
    assert page.status_code == 422
    assert "the first day with data is 2025-03-01" in page.text
    assert "as_of=" not in page.text
    assert plain.status_code == 200


def test_today_is_the_data_as_they_are(db: Database) -> None:
    """`as_of` today answers as without it, and every public read in the document knows the parameter."""
    with db.write() as session:
        first_day(session)
    with asking(db) as client:
        today = client.get(f"/api/v1/targets?as_of={shanghai_today()}").text
        assert today == client.get("/api/v1/targets").text
        document = client.get("/api/v1/openapi.json").json()
    gets = [path["get"] for path in document["paths"].values() if "get" in path]
    reads = [one for one in gets if "security" not in one]
    assert all(one["parameters"][-1]["name"] == "as_of" for one in reads)


def test_a_kept_answer_follows_the_revision(db: Database) -> None:
    """The answer for a past day is kept, and made anew when something is written that belongs to that day."""
    with db.write() as session:
        first_day(session)
        make_plan(session, "zj-late", by=by(DAYS[1]))
    with asking(db) as client:
        address = f"/api/v1/plans?as_of={FIRST}"
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        other = client.get(f"/api/v1/plans?as_of={DAYS[1]}")
        with db.write() as session:
            make_plan(session, "zj-slow", by=by(FIRST))
        late = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (first.json()["total"], again.status_code, other.json()["total"]) == (1, 304, 2)
    assert (late.status_code, late.json()["total"]) == (200, 2)


class CountingPast(Past):
    """Counts how often a state is laid."""

    laid: int = 0

    @override
    def _fill(self, target: Session, moment: Moment) -> None:
        type(self).laid += 1
        super()._fill(target, moment)


def test_who_asks_at_once_has_it_made_once(db: Database, tmp_path: Path) -> None:
    """Threads, and processes that share the folder, wait for the one that lays a state."""
    with db.write() as session:
        first_day(session)
        second_day(session)
    pasts = [CountingPast(db, tmp_path) for _ in range(2)]
    CountingPast.laid = 0
    together = threading.Barrier(4)

    def ask(number: int) -> list[str]:
        together.wait()
        with pasts[number % 2].read(FIRST) as session:
            return list(session.scalars(select(Plan.slug)))

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(4)))
    assert found == [["zj-plan"]] * 4
    assert CountingPast.laid == 1
    for past in pasts:
        past.close()
    # The folder is others' too.
    assert len([place for place in tmp_path.iterdir() if place.is_dir()]) == 1


def test_a_large_state_is_prepared_while_readers_are_told_so(db: Database) -> None:
    """Above the threshold the first answer is 202 with Retry-After, for programs and people; then it is there."""
    with db.write() as session:
        first_day(session)
        second_day(session)
    address = f"/api/v1/targets?q=zj&as_of={FIRST}"
    with at_once(db, targets=1) as client:
        first = client.get(address)
        page = client.get(f"/en/plans?as_of={FIRST}")
        until = time.monotonic() + 30
        while (answer := client.get(address)).status_code == 202 and time.monotonic() < until:
            time.sleep(0.05)
        then = client.get(f"/en/plans?as_of={FIRST}")
        client.app.state.past.close()  # type: ignore[attr-defined]
    assert (first.status_code, first.json()["code"]) == (202, "as_of_preparing")
    assert (first.headers["retry-after"], first.headers["content-type"]) == ("5", "application/problem+json")
    assert first.headers["cache-control"] == "no-store"
    assert (answer.status_code, answer.json()["total"]) == (200, 2)
    assert page.status_code in {200, 202}
    assert page.status_code == 200 or "being prepared" in page.text
    assert then.status_code == 200


def test_an_empty_database_has_no_past_to_refuse(db: Database) -> None:
    """Before anything was written every day reads as the empty database."""
    past = Past(db)
    with past.read(FIRST) as session:
        assert list(session.scalars(select(Plan.slug))) == []
    with db.write() as session:
        first_day(session)
    with pytest.raises(DomainError, match="as_of_before_data"), past.read(FIRST - timedelta(days=1)):
        pass
    past.close()
