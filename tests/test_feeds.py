"""The Atom feeds: what an entry says, which changes belong to a feed, paging, and that any text is well-formed.

Which changes are public at all is tested in `test_changes`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.i18n import LANGS, TAGS
from app.store import service
from app.store.models import Revision
from app.store.revisions import Change
from app.store.session import Database
from app.web.pages import feeds
from tests.builders import (
    AT,
    BY,
    make_assessment,
    make_metric,
    make_observation,
    make_plan,
    make_region,
    make_topic,
    target,
)
from tests.clients import asking
from tests.reading import Page

ATOM = "{http://www.w3.org/2005/Atom}"
DIV = "{http://www.w3.org/1999/xhtml}div"
PUBLIC = "https://mubiao.example"


def later(days: int, reason: str | None = None) -> Change:
    """Say that something is done so many days after everything else."""
    return Change("form", "li", reason, AT + timedelta(days=days))


@dataclass
class Feed:
    """A parsed feed."""

    root: ET.Element

    def text(self, name: str) -> str:
        """Give the text of an element of the feed."""
        return self.root.findtext(f"{ATOM}{name}", "")

    def link(self, rel: str, lang: str | None = None) -> str | None:
        """Give the address of a link, of a language if one is named."""
        return next(
            (
                link.attrib["href"]
                for link in self.root.findall(f"{ATOM}link")
                if link.attrib["rel"] == rel and (lang is None or link.attrib.get("hreflang") == lang)
            ),
            None,
        )

    @property
    def entries(self) -> list[ET.Element]:
        """List the entries."""
        return self.root.findall(f"{ATOM}entry")

    def titles(self) -> list[str]:
        """List the titles of the entries."""
        return [entry.findtext(f"{ATOM}title", "") for entry in self.entries]

    def keys(self) -> set[str]:
        """Name what was changed, as the ids do: `plan/zj-plan`."""
        ids = (entry.findtext(f"{ATOM}id", "") for entry in self.entries)
        return {one.partition("/changes/")[2].rpartition("/")[0] for one in ids}


def said(entry: ET.Element) -> str:
    """Give the words of an entry's content."""
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.attrib == {"type": "xhtml"}
    assert [child.tag for child in content] == [DIV]
    return " ".join("".join(content.itertext()).split())


def ask(client: TestClient, path: str) -> Feed:
    """Read a feed with a strict parser."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return Feed(ET.fromstring(answer.content))  # noqa: S314 - our own answer


def test_an_entry_says_what_changed_field_by_field_in_both_languages(db: Database) -> None:
    """Old and new value of each field, the reason, the page, the day; who did it stays with the editors."""
    with db.write() as session:
        make_plan(session, title_en="The plan", targets=[target(words="突破5000亿元")])
        by = later(1, "Corrected by the gazette")
        make_plan(session, title_en="The <scheme>", targets=[target(words="突破6000亿元")], by=by)
    with asking(db, public_url=PUBLIC) as client:
        english, chinese = (ask(client, f"/{lang}/changes.atom?entity=plan") for lang in ("en", "zh"))
        texts = [client.get(f"/{lang}/changes.atom").text for lang in LANGS]
    changed, added = english.entries
    assert english.titles() == ["The <scheme>: changed", "The plan: added"]
    assert said(changed) == (
        "1 plan changed by an editor’s form: changed: title; 1 deadline changed: figure as stated and value; "
        "1 piece of evidence changed: quotation Corrected by the gazette "
        "title: The plan → The <scheme> "
        "zj-plan.revenue · 2027 · figure as stated: 突破5000亿元 → 突破6000亿元 "
        "zj-plan.revenue · 2027 · value: 5000 → 6000 "
        "zj-plan.revenue · 2027 · evidence 1 · quotation: 突破5000亿元 → 突破6000亿元 "
        "The <scheme> · What changed on 21 November 2026"
    )
    assert said(added) == (
        "1 plan added through the API 目标 zj-plan.revenue The plan · What changed on 20 November 2026"
    )
    assert changed.findtext(f"{ATOM}updated") == "2026-11-21T08:00:00Z" == english.text("updated")
    links = {link.attrib["rel"]: link.attrib["href"] for link in changed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": f"{PUBLIC}/en/plans/zj-plan",
        "related": f"{PUBLIC}/en/changes?entity=plan&since=2026-11-21&until=2026-11-21#d2026-11-21",
    }
    assert "修改1份规划 编辑表单录入：修改：标题" in said(chinese.entries[0])
    assert "数字原文：突破5000亿元 → 突破6000亿元" in said(chinese.entries[0])
    assert chinese.root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == TAGS["zh"]
    # Neither the one who wrote nor anything else of the log's own.
    assert [name for name in ("tester", ">li<", "“li”") if any(name in text for text in texts)] == []


def test_names_stay_whatever_is_asked(db: Database) -> None:
    """The feed and its entries have tags of the public address, or of this machine; a translation is its own."""
    with db.write() as session:
        make_region(session)
    tags = {}
    for setting in ({}, {"public_url": PUBLIC}):
        with asking(db, **setting) as client:
            for host in ("testserver", "127.0.0.1:8000"):
                answer = client.get("/en/changes.atom?under=330000", headers={"Host": host})
                feed = Feed(ET.fromstring(answer.content))  # noqa: S314 - our own answer
                (entry,) = feed.entries
                tags[bool(setting), host] = (feed.text("id"), entry.findtext(f"{ATOM}id"))
    with db.read() as read:
        (number,) = read.query(Revision.id).where(Revision.entity == "region").one()
    local = (
        "tag:localhost,2026:en/changes?under=330000",
        f"tag:localhost,2026:en/changes/region/330000/{number}",
    )
    public = tuple(tag.replace("localhost", "mubiao.example") for tag in local)
    assert tags == {
        (named, host): public if named else local
        for named in (False, True)
        for host in ("testserver", "127.0.0.1:8000")
    }


def test_any_text_is_well_formed(db: Database) -> None:
    """Markup is text, characters that XML does not know are marked as such; the document is never broken."""
    hostile = "]]><script>alert(1)</script>&amp;\x00\x0b\x1f\x7f\ufffe\uffff“'\"\U0001f600"
    with db.write() as session:
        make_topic(session, by=Change("api", "x", "why", AT))
    with db.write() as session:
        # The service would refuse it; what is old, or came another way, must not break the feed either.
        row = session.query(Revision).one()
        if db.dialect == "postgresql":
            hostile = hostile.replace("\x00", "")
        row.reason = hostile
        row.seed = {
            **row.seed,
            "name_en": hostile.replace("\x00", ""),
            "name_zh": hostile.replace("\x00", ""),
        }
    with asking(db) as client:
        for lang in LANGS:
            (entry,) = ask(client, f"/{lang}/changes.atom").entries
            shown = "]]><script>alert(1)</script>&amp;\ufffd\ufffd\x7f\ufffd\ufffd“'\"\U0001f600"
            assert entry.findtext(f"{ATOM}title", "").startswith(shown)
            quoted = entry.find(f".//{DIV.replace('div', 'blockquote')}")
            assert quoted is not None
            assert "".join(quoted.itertext()).lstrip("\ufffd").endswith(shown[-8:])
            assert entry.find(f".//{DIV.replace('div', 'script')}") is None


def test_drafts_and_embargoes_are_in_no_feed(db: Database) -> None:
    """Not while they wait, and what was withdrawn shows nothing of the form in which it went on as a draft."""
    at = datetime(2099, 1, 1, tzinfo=UTC)
    with db.write() as session:
        make_plan(
            session,
            "zj-secret",
            title_en="Unspeakable",
            editorial_state="draft",
            targets=[target("zj-secret.a")],
        )
        make_observation(session, "hush", editorial_state="draft", statement_en="Unheard")
        make_plan(session, title_en="Public")
        make_plan(
            session,
            title_en="Unsaid yet",
            editorial_state="draft",
            targets=[target(statement_en="Unuttered")],
            by=later(1),
        )
        service.submit(session, "plan", "zj-secret", BY)
        service.publish(session, "plan", "zj-secret", BY, at=at)
    with asking(db) as client:
        paths = [
            "/changes.atom",
            "/changes.atom?under=330000",
            "/changes.atom?topic=ai",
            "/compare.atom?region=330000",
        ]
        texts = {path: client.get(f"/{lang}{path}").text for path in paths for lang in LANGS}
        found = ask(client, "/en/changes.atom?entity=plan")
    words = ("zj-secret", "Unspeakable", "hush", "Unheard", "Unsaid", "Unuttered")
    assert {path: [word for word in words if word in text] for path, text in texts.items()} == {
        path: [] for path in texts
    }
    assert found.titles() == ["Public: withdrawn from view", "Public: added"]


def test_a_feed_holds_what_its_filters_leave(db: Database) -> None:
    """Of a region, alone or with all below; of a topic, with all below; of what a comparison rests on."""
    with db.write() as session:
        for code, parent in (
            ("100000", None),
            ("330000", "100000"),
            ("320000", "100000"),
            ("320100", "320000"),
        ):
            make_region(session, code, parent=parent)
        make_topic(session, "ai")
        make_topic(session, "robots", parent="ai")
        make_topic(session, "steel")
        make_metric(session, "revenue")
        make_metric(session, "enterprises")
        make_plan(session, "zj-plan", targets=[target("zj-plan.a", topic="robots", due="2027")])
        make_plan(
            session, "js-plan", region="320000", targets=[target("js-plan.a", topic="steel", due="2030")]
        )
        make_plan(
            session,
            "nanjing-plan",
            region="320100",
            targets=[target("nanjing-plan.a", metric="enterprises", words="突破50家")],
        )
        make_observation(session, "js-seen", region="320000", topic="steel")
        make_assessment(session, "330000", "steel")
    cases = {
        "/changes.atom?region=320000": {"region/320000", "plan/js-plan", "observation/js-seen"},
        "/changes.atom?under=320000&entity=plan": {"plan/js-plan", "plan/nanjing-plan"},
        "/changes.atom?topic=ai": {"topic/ai", "topic/robots", "plan/zj-plan", "plan/nanjing-plan"},
        "/changes.atom?topic=robots": {"topic/robots", "plan/zj-plan"},
        "/compare.atom?region=330000&region=js": {
            *("region/330000", "region/320000", "plan/zj-plan", "plan/js-plan", "observation/js-seen"),
            *("metric/revenue", "topic/robots", "topic/steel", "assessment/330000/steel"),
        },
        "/compare.atom?region=330000&region=320000&topic=ai": {
            *("region/330000", "region/320000", "plan/zj-plan", "metric/revenue", "topic/robots"),
        },
        "/compare.atom?region=330000&region=320000&year_from=2028": {
            *("region/330000", "region/320000", "plan/js-plan", "observation/js-seen"),
            *("metric/revenue", "topic/steel", "assessment/330000/steel"),
        },
        "/compare.atom?region=320100&family=enterprises&only=comparable": {
            *("region/320100", "plan/nanjing-plan", "metric/enterprises", "topic/ai"),
        },
    }
    with asking(db) as client:
        found = {path: ask(client, f"/zh{path}") for path in cases}
        same = {
            path: client.get(f"/zh{path}").status_code
            for path in (
                "/changes.atom?topic=nothing",
                "/changes.atom?under=nowhere",
                "/changes.atom?cursor=x",
                "/compare.atom?region=nowhere",
                "/compare.atom?year_from=2030&year_to=2020",
                "/compare.atom?" + "&".join(f"region=r{number}" for number in range(9)),
            )
        }
        assert client.get("/api/v1/changes?topic=robots").json()["total"] == 2
    assert {path: feed.keys() for path, feed in found.items()} == cases
    assert set(same.values()) == {422}
    assert [feed.text("title") for feed in found.values()] == [
        "目标：变动：江苏",
        "目标：变动：规划 · 江苏及其下辖各地",
        "目标：变动：主题 ai",
        "目标：变动：主题 robots",
        "目标：浙江和江苏对比中的变动",
        "目标：浙江和江苏对比中的变动：主题 ai",
        "目标：浙江和江苏对比中的变动：2028–",
        "目标：南京对比中的变动：企业培育",
    ]


def test_pages_of_a_feed_lead_on_and_back(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """`next` leads through all changes, each once; `first` and the other language are named; nothing is an entry."""
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    with db.write() as session:
        for number in range(5):
            make_metric(session, f"metric-{number}", by=later(number))
    with asking(db, public_url=PUBLIC) as client:
        path: str | None = "/en/changes.atom?entity=metric"
        seen = []
        while path is not None:
            feed = ask(client, path)
            seen.append(feed.titles())
            assert feed.link("self") == PUBLIC + path
            assert feed.link("first") == f"{PUBLIC}/en/changes.atom?entity=metric"
            following = feed.link("next")
            path = following and following.removeprefix(PUBLIC)
        assert feed.link("alternate", "en") == f"{PUBLIC}/en/changes?entity=metric"
        assert feed.link("alternate", TAGS["zh"]) == f"{PUBLIC}/zh/changes.atom?entity=metric"
        nothing = ask(client, "/en/changes.atom?entity=plan")
    assert seen == [
        ["Metric metric-4: added", "Metric metric-3: added"],
        ["Metric metric-2: added", "Metric metric-1: added"],
        ["Metric metric-0: added"],
    ]
    assert nothing.entries == []
    assert datetime.fromisoformat(nothing.text("updated"))


def test_a_feed_is_not_sent_again_until_something_changes(db: Database) -> None:
    """Whoever names its tag is told that nothing is new, and of what is new at once."""
    with db.write() as session:
        make_metric(session)
    with asking(db) as client:
        first = client.get("/zh/changes.atom")
        tag = {"If-None-Match": first.headers["etag"]}
        again = client.get("/zh/changes.atom", headers=tag)
        with db.write() as session:
            make_metric(session, name_zh="新名", by=later(1))
        changed = client.get("/zh/changes.atom", headers=tag)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (changed.status_code, "新名" in changed.text) == (200, True)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_pages_lead_to_the_feed_of_what_they_show(seeded: Database) -> None:
    """In the head for programs and in the foot for readers; a past day is followed by nothing."""
    two = "region=330000&region=320000"
    expected = {
        "/": ["/zh/changes.atom", "/zh/deadlines.ics"],
        "/changes?under=330000&topic=ai": ["/zh/changes.atom?under=330000&topic=ai"],
        "/regions/330000": ["/zh/changes.atom?under=330000", "/zh/deadlines.ics?under=330000"],
        "/coverage?topic=ai": ["/zh/changes.atom?topic=ai"],
        f"/compare?{two}": [f"/zh/compare.atom?{two}"],
        "/deadlines?topic=ai": ["/zh/deadlines.ics?topic=ai"],
        "/targets?topic=ai": ["/zh/deadlines.ics?topic=ai"],
        "/targets/zj-ai-terminals.revenue": ["/zh/targets/zj-ai-terminals.revenue/deadlines.ics"],
        "/plans/zj-ai-terminals": ["/zh/deadlines.ics?plan=zj-ai-terminals"],
        "/methodology": [],
    }
    with asking(seeded) as client:
        found = {}
        for path in expected:
            page = Page(client.get(f"/zh{path}").text)
            kinds = {"application/atom+xml", "text/calendar"}
            named = [e.attributes["href"] for e in page.all("link") if e.attributes.get("type") in kinds]
            shown = page.links()
            assert [href for href in named if href not in shown] == []
            subscribed = [href for href in shown if href.startswith("webcal:")]
            calendars = [f"webcal://testserver{href}" for href in named if ".ics" in href]
            assert sorted(set(subscribed)) == calendars
            assert [client.get(href).status_code for href in named] == [200] * len(named)
            found[path] = named
    assert found == expected


def test_a_past_day_is_followed_by_nothing(db: Database) -> None:
    """What stood then does not change any more; its page leads to the same day only."""
    with db.write() as session:
        make_region(session)
    with asking(db) as client:
        pages = [client.get(f"/zh/changes?region=330000{past}") for past in ("", "&as_of=2026-11-21")]
    assert [page.status_code for page in pages] == [200, 200]
    assert [".atom" in page.text for page in pages] == [True, False]
