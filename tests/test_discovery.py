"""What machines ask for before they read pages: the sitemap, robots.txt, llms.txt, the icon, what may be fetched ahead."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from app.i18n import LANGS
from app.store.queries.addresses import Addressed, count_addressed, list_addressed
from app.store.service import Change
from app.store.session import Database
from app.web.pages import discovery
from tests.builders import SOURCE, make_observation, make_plan, make_region, target
from tests.clients import asking, whole
from tests.counting import count_statements
from tests.reading import reader

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "https://example.org"


def listed(text: str) -> dict[str, tuple[str | None, dict[str, str]]]:
    """Read a file of the sitemap: of each address the last change and the other languages."""
    return {
        url.findtext(f"{SITEMAP}loc", ""): (
            url.findtext(f"{SITEMAP}lastmod"),
            {link.attrib["hreflang"]: link.attrib["href"] for link in url.iter(f"{XHTML}link")},
        )
        for url in ET.fromstring(text).iter(f"{SITEMAP}url")  # noqa: S314 - our own answer
    }


def fill(db: Database, number: int) -> None:
    """Write plans, targets and observations, so many of each."""
    with db.write() as session:
        for index in range(number):
            name = f"zj-{number}-{index}"
            make_plan(session, name, targets=[target(f"{name}.a", qualifier=str(index))])
            make_observation(session, f"seen-{number}-{index}")


def test_what_has_a_page_is_listed_with_its_last_change(db: Database) -> None:
    """Published plans, their targets and observations, regions, metrics, sources; no draft and nothing retired."""
    later = Change("api", "tester", None, datetime(2026, 11, 25, 1, tzinfo=UTC))
    with db.write() as session:
        make_plan(
            session, targets=[target(), target("zj-plan.gone", kind="increase", retired_on="2026-11-19")]
        )
        make_plan(
            session, "js-draft", region="320000", editorial_state="draft", targets=[target("js-draft.a")]
        )
        make_observation(session, by=later)
        make_observation(session, "hidden", editorial_state="draft")
        make_region(session, "340000")
    with db.read() as read:
        found = list_addressed(read, 0, 100)
        assert count_addressed(read) == len(found)
        assert list_addressed(read, 2, 2) == found[2:4]
    assert {(one.collection, one.key, one.changed_on.isoformat()) for one in found} == {
        ("metrics", "revenue", "2026-11-20"),
        ("observations", "zj-revenue-2024", "2026-11-25"),
        ("plans", "zj-plan", "2026-11-20"),
        ("regions", "320000", "2026-11-20"),
        ("regions", "330000", "2026-11-20"),
        ("regions", "340000", "2026-11-20"),
        ("sources", SOURCE, "2026-11-20"),
        ("targets", "zj-plan.revenue", "2026-11-20"),
    }
    assert isinstance(found[0], Addressed)
    assert [(one.collection, one.key) for one in found] == sorted((one.collection, one.key) for one in found)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_sitemap_leads_to_every_page_in_both_languages(seeded: Database) -> None:
    """Every address answers, names itself as canonical, and has its counterpart; pages not to be listed are not."""
    with reader(seeded, BASE) as client:
        answer = client.get("/sitemap.xml")
        pages = listed(answer.text)
        assert answer.headers["content-type"] == "application/xml"
        assert set(pages) >= {f"{BASE}/{lang}/" for lang in LANGS}
        assert f"{BASE}/zh/targets/zj-ai-terminals.revenue" in pages
        assert [one for one in pages if "styleguide" in one or "search" in one or "{" in one] == []
        for place, (_, others) in pages.items():
            assert others["zh-Hans-CN"].replace("/zh/", "/en/", 1) == others["en"]
            assert place in others.values()
        for place in list(pages)[:: len(pages) // 40]:
            page = client.get(place.removeprefix(BASE))
            assert page.status_code == 200, place
            assert f'<link rel="canonical" href="{place}">' in page.text or "/compare" in place


def test_the_sitemap_is_read_in_as_many_statements_whatever_it_holds(db: Database) -> None:
    """One of everything or three: the same number."""
    counts = []
    with reader(db) as client:
        for number in (1, 3):
            fill(db, number)
            with count_statements(db) as counted:
                assert client.get("/sitemap.xml").status_code == 200
            counts.append(counted())
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_sitemap_too_large_is_several(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index names the files, which together hold what one would; other files are not there."""
    fill(db, 3)
    with reader(db, BASE) as client:
        whole = listed(client.get("/sitemap.xml").text)
        monkeypatch.setattr(discovery, "PER_FILE", 4)
        index = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314 - our own answer
        files = [loc.text or "" for loc in index.iter(f"{SITEMAP}loc")]
        assert files == [f"{BASE}/sitemap-{number}.xml" for number in range(1, 4)]
        parts = [listed(client.get(file.removeprefix(BASE)).text) for file in files]
        assert client.get("/sitemap-4.xml").status_code == 404
        assert client.get("/sitemap-0.xml").status_code == 404
    assert {place: said for part in parts for place, said in part.items()} == whole
    assert sum(len(part) for part in parts) == len(whole)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_robots_may_read_everything_and_are_told_where_the_sitemap_is(seeded: Database) -> None:
    """The public address if there is one, else the host that was asked, if it has the form of one."""
    with reader(seeded, BASE) as client:
        assert client.get("/robots.txt").text == (
            f"User-agent: *\nDisallow: /*as_of=\n\nSitemap: {BASE}/sitemap.xml\n"
        )
    with reader(seeded) as client:
        asked = {
            host: client.get("/robots.txt", headers={"Host": host}).text.rpartition(": ")[2].strip()
            for host in ("mubiao.example:8080", "[::1]:80", 'a"><b', "a/b")
        }
    assert asked == {
        "mubiao.example:8080": "http://mubiao.example:8080/sitemap.xml",
        "[::1]:80": "http://[::1]:80/sitemap.xml",
        'a"><b': "http://127.0.0.1:8000/sitemap.xml",
        "a/b": "http://127.0.0.1:8000/sitemap.xml",
    }


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_icon_is_where_everyone_looks_for_it(seeded: Database) -> None:
    """It is an icon file; the tile for telephones is a picture of 180 pixels."""
    with asking(seeded) as client:
        icon, tile = client.get("/favicon.ico"), client.get("/static/apple-touch-icon.png")
    assert icon.headers["content-type"] == "image/x-icon"
    assert icon.headers["cache-control"] == "public, max-age=86400"
    assert icon.content[:4] == b"\x00\x00\x01\x00"
    assert (int.from_bytes(tile.content[16:20]), int.from_bytes(tile.content[20:24])) == (180, 180)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_only_pages_may_be_fetched_ahead(seeded: Database) -> None:
    """The rules have the type that browsers ask for, and leave out data, downloads and the editors' pages."""
    with asking(seeded) as client:
        answer = client.get("/speculation-rules.json")
    assert answer.headers["content-type"] == "application/speculationrules+json"
    (rule,) = answer.json()["prefetch"]
    assert rule["eagerness"] == "moderate"
    pages, *rest = rule["where"]["and"]
    assert pages == {"or": [{"href_matches": "/zh/*"}, {"href_matches": "/en/*"}]}
    assert rest == [
        {"not": {"href_matches": "/*/admin/*"}},
        {"not": {"selector_matches": "[download], [rel~=nofollow]"}},
    ]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_llms_txt_names_is_there(seeded: Database) -> None:
    """In both languages: whole addresses of ours, the same but for the language, and every form of a file."""
    with asking(seeded, public_url=BASE) as client:
        texts = [client.get(path).text for path in ("/llms.txt", "/llms-zh.txt")]
    found = [set(re.findall(r"\]\(https://example\.org(/[^)?]*)[^)]*\)", text)) for text in texts]
    assert {path.replace("/en/", "/zh/") for path in found[0]} - {"/llms-zh.txt"} == found[1] - {"/llms.txt"}
    routes = [compile_path(route.path)[0] for route in iter_route_contexts(whole().routes) if route.path]
    assert len(found[0]) > 20
    assert [path for path in found[0] if not any(pattern.fullmatch(path) for pattern in routes)] == []
    assert all("`.csv`" in text and "`.xlsx`" in text and "{" not in text for text in texts)
