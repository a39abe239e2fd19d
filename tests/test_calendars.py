"""The calendars of deadlines: what an event says, which events there are, names that stay, the rules of the form.

Which deadlines filters leave is tested in `test_queries` and `test_pages_deadlines`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from app.domain.dates import shanghai_today
from app.exchange.calendars import DayCalendar, DayEvent, write_calendar
from app.i18n import LANGS
from app.store.revisions import Change
from app.store.session import Database
from app.web.pages import calendars
from tests.builders import AT, deadline, make_plan, target
from tests.clients import asking

LATER = Change("form", "li", None, AT + timedelta(days=1))
PUBLIC = "https://mubiao.example"


def read(body: bytes) -> Any:
    """Parse a calendar as a program does, and hold the rules of its form."""
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if b"\n" in line or b"\r" in line] == []
    # Folded between characters, never within one.
    assert all(line.decode() for line in lines)
    calendar: Any
    (calendar,) = Calendar.from_ical(body, multiple=True)
    assert calendar.errors == []
    assert [error for event in calendar.events for error in event.errors] == []
    return calendar


def ask(client: TestClient, path: str) -> Any:
    """Read a calendar."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return read(answer.content)


def ids(calendar: Any) -> list[str]:
    """List the names of the events."""
    return [str(event["uid"]) for event in calendar.events]


def facts(event: Any) -> dict[str, Any]:
    """Give what programs act on."""
    return {
        "start": event.start,
        "end": event.end,
        "status": event["status"],
        "transp": event["transp"],
        "url": event["url"],
        "alarms": [
            (alarm["action"], alarm["trigger"].dt) for alarm in event.alarms.times and event.walk("VALARM")
        ],
    }


def test_an_event_says_its_figure_and_where_it_is_written(db: Database) -> None:
    """Region, measure, figure, date, the source's words, plan with stage, evidence; no other figure beside it."""
    with db.write() as session:
        make_plan(
            session,
            title_en="The plan",
            stage="consultation_draft",
            targets=[target(statement_en="Revenue above 500 billion yuan.", due="2099", note_en="A note.")],
        )
    with asking(db, public_url=PUBLIC) as client:
        english, chinese = (ask(client, f"/{lang}/deadlines.ics") for lang in ("en", "zh"))
    (event,) = english.events
    assert event["summary"] == "Zhejiang: metric revenue in topic ai: more than ¥500 billion (by 2099)"
    assert event["description"].split("\n") == [
        "Revenue above 500 billion yuan.",
        "The source names the year only; the event stands on its last day.",
        "In the source’s words: “突破5000亿元”",
        "Plan: The plan (draft for comment)",
        "A note.",
        "Evidence: “突破5000亿元”, A report, paragraph 1: not yet checked",
    ]
    assert facts(event) == {
        "start": date(2099, 12, 31),
        "end": date(2100, 1, 1),
        "status": "TENTATIVE",
        "transp": "TRANSPARENT",
        "url": f"{PUBLIC}/en/targets/zj-plan.revenue#zj-plan.revenue@2099-12-31",
        "alarms": [("DISPLAY", timedelta(days=-30))],
    }
    assert (english["version"], english["method"], english["calscale"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert english["prodid"] == "-//Mubiao//Deadlines//EN"
    assert english["x-wr-calname"] == english["name"] == "Mubiao: what falls due when"
    assert english["refresh-interval"].dt == timedelta(hours=12)
    assert english["source"] == f"{PUBLIC}/en/deadlines.ics"
    (event,) = chinese.events
    assert event["summary"] == "浙江：主题 ai指标 revenue：超过5,000亿元（到2099年）"
    assert "来源只写到年份，本条列在该年最后一天。" in event["description"]
    assert chinese["x-wr-calname"] == "目标：何时到期"


def test_names_stay_and_changes_are_newer(db: Database) -> None:
    """Read again, in another language or after a change an event has its name; only what changed is newer."""
    one, other = target(due="2099"), target("zj-plan.other", qualifier="x", due="2098-Q3")
    with db.write() as session:
        make_plan(session, targets=[one, other])
    with asking(db) as client:
        before = ask(client, "/en/deadlines.ics")
        same = client.get("/en/deadlines.ics").content == client.get("/en/deadlines.ics").content
        with db.write() as session:
            make_plan(session, targets=[target(words="突破6000亿元", due="2099"), other], by=LATER)
        after, chinese = ask(client, "/en/deadlines.ics"), ask(client, "/zh/deadlines.ics")
    assert same
    names = ["mubiao:zj-plan.other@2098-09-30", "mubiao:zj-plan.revenue@2099-12-31"]
    assert [ids(each) for each in (before, after, chinese)] == [names] * 3
    stamps = [
        [(event["dtstamp"].dt, event["last-modified"].dt, event["sequence"]) for event in each.events]
        for each in (before, after)
    ]
    day = int((AT - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())
    assert stamps == [
        [(AT, AT, day)] * 2,
        [(AT, AT, day), (LATER.at, LATER.at, day + 24 * 60 * 60)],
    ]
    assert "¥500 billion" in str(before.events[1]["summary"])
    assert "¥600 billion" in str(after.events[1]["summary"])


def test_what_is_retired_undated_or_a_draft_is_no_event(db: Database) -> None:
    """A program that subscribes drops what is gone; what has no date is counted."""
    gone = deadline("突破9000亿元", "2098", retired_on="2026-11-20")
    kept = [deadline("突破5000亿元", "2097"), deadline("突破7000亿元", None), gone]
    with db.write() as session:
        make_plan(session, targets=[target(deadlines=kept)])
        make_plan(session, "zj-draft", editorial_state="draft", targets=[target("zj-draft.secret")])
    with asking(db) as client:
        found = {
            path: ask(client, f"/en{path}")
            for path in (
                "/deadlines.ics",
                "/targets/zj-plan.revenue/deadlines.ics",
                "/deadlines.ics?timing=undated",
            )
        }
        refused = {
            path: client.get(f"/en{path}").status_code
            for path in (
                "/targets/zj-draft.secret/deadlines.ics",
                "/targets/nothing/deadlines.ics",
                "/deadlines.ics?topic=nothing",
                "/deadlines.ics?timing=never",
                "/deadlines.ics?year_from=2030&year_to=2020",
            )
        }
    assert [ids(each) for each in found.values()] == [["mubiao:zj-plan.revenue@2097-12-31"]] * 2 + [[]]
    assert ["1 deadline without a date is left out." in each["x-wr-caldesc"] for each in found.values()] == [
        True
    ] * 3
    assert list(refused.values()) == [404, 404, 422, 422, 422]


def test_of_too_many_those_to_come_are_held(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next ones first, then the latest past ones; how many are left out is said; past ones have no alarm."""
    this_year = shanghai_today().year
    years = [this_year - 3, this_year - 2, this_year + 1, this_year + 2]
    with db.write() as session:
        make_plan(session, targets=[target(deadlines=[deadline(due=str(year)) for year in years])])
    with asking(db) as client:
        held = {}
        for most in (4, 3, 1):
            monkeypatch.setattr(calendars, "MOST_EVENTS", most)
            # Another address each time, since answers are kept.
            calendar = ask(client, f"/en/deadlines.ics?most={most}")
            said = str(calendar["x-wr-caldesc"]).partition("event’s page.")[2].strip()
            events = [(event.start.year, len(event.walk("VALARM"))) for event in calendar.events]
            held[most] = (events, said)
        narrowed = ask(client, f"/en/deadlines.ics?timing=past&year_from={years[1]}&region=330000&topic=ai")
        unmeasured = ask(client, "/en/deadlines.ics?timing=unmeasured&most=9")
    one = "A narrower filter leaves fewer."
    assert held == {
        4: ([(years[0], 0), (years[1], 0), (years[2], 1), (years[3], 1)], ""),
        3: (
            [(years[1], 0), (years[2], 1), (years[3], 1)],
            f"1 past or late deadline is left out: a calendar holds 3. {one}",
        ),
        1: ([(years[2], 1)], f"3 past or late deadlines are left out: a calendar holds 1. {one}"),
    }
    assert [event.start.year for event in narrowed.events] == [years[1]]
    assert narrowed["x-wr-calname"] == (
        f"Mubiao: what falls due when: Topic ai · Zhejiang · past · {years[1]}–"
    )
    assert [event.start.year for event in unmeasured.events] == [years[1]]


def test_any_text_keeps_the_form() -> None:
    """Line breaks, control characters and long words of any script neither end a line nor begin a property."""
    hostile = "END:VEVENT\r\nBEGIN:VEVENT\rX:1\n;,\\\x00\x0b\x7f" + "标" * 200 + "\U0001f600" * 50
    event = DayEvent(
        id="a",
        day=date(2027, 12, 31),
        summary=hostile,
        description=hostile,
        url="https://mubiao.example/",
        categories=(hostile, "b"),
        status="CONFIRMED",
        reminder=hostile,
        changed_at=AT,
    )
    made = DayCalendar(name=hostile, description=hostile, lang="zh-Hans-CN", url="https://x", events=[event])
    calendar = read(write_calendar(made))
    shown = hostile.replace("\r\n", "\n").replace("\r", "\n")
    for character in "\x00\x0b\x7f":
        shown = shown.replace(character, "\ufffd")
    (found,) = calendar.events
    assert [str(found[name]) for name in ("summary", "description")] == [shown] * 2
    assert [str(one) for one in found.categories] == [shown, "b"]
    assert [str(alarm["description"]) for alarm in found.walk("VALARM")] == [shown]
    assert str(calendar["description"]) == shown


def test_the_committed_deadlines_are_a_calendar_in_both_languages(seeded: Database) -> None:
    """Each dated deadline of the API is an event; whoever has it is told that nothing is new."""
    with asking(seeded) as client:
        items = client.get("/api/v1/deadlines?under=330000&limit=1000").json()["items"]
        expected = [(f"mubiao:{item['id']}", item["due_on"]) for item in items if item["due_on"]]
        for lang in LANGS:
            path = f"/{lang}/deadlines.ics?under=330000"
            calendar = ask(client, path)
            found = [(str(event["uid"]), event.start.isoformat()) for event in calendar.events]
            assert sorted(found) == sorted(expected)
            tag = {"If-None-Match": client.get(path).headers["etag"]}
            assert client.get(path, headers=tag).status_code == 304
