"""The frame of every page: what its head says, its menu and languages, and the tokens of the design.

What stands inside the frame is tested with the pages.
"""

import json
import re
from datetime import date
from typing import Any

import pytest
from markupsafe import Markup

from app.i18n import LANGS, TAGS, Lang
from app.resources import resource
from app.store.session import Database
from app.web.linked_data import Extent, dataset, script
from app.web.pages.frame import SPECULATION_RULES
from app.web.templating import Download
from app.web.tokens import PAIRS, TEXT, colours, contrast, pairs, tokens
from tests.builders import make_observation, make_plan, measure, target
from tests.clients import asking
from tests.counting import count_statements
from tests.reading import Page, reader

PUBLIC = "https://example.org"
SHEETS = {path.name: path.read_text(encoding="utf-8") for path in resource("static").glob("*.css")}


def read(db: Database, path: str, public_url: str | None = None) -> Page:
    """Read one page."""
    with reader(db, public_url) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def named(page: Page) -> dict[str, str]:
    """Give the contents of the page's meta elements by their name or property."""
    metas = [e.attributes for e in page.all("meta")]
    return {(m.get("name") or m.get("property") or ""): m.get("content", "") for m in metas}


def linked(page: Page) -> dict[str, Any]:
    """Give the page's JSON-LD by type."""
    found = [
        json.loads(e.text) for e in page.all("script") if e.attributes.get("type") == "application/ld+json"
    ]
    assert all(one["@context"] == "https://schema.org" for one in found)
    return {one["@type"]: one for one in found}


@pytest.mark.parametrize(("one", "other", "expected"), [("#000", "#fff", 21.0), ("#777777", "#fff", 4.48)])
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    """Black on white has 21; the grey that is known to fail narrowly fails narrowly, either way round."""
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == expected


def test_every_pair_of_colours_can_be_read_in_both_schemes() -> None:
    """Text has a contrast of 4.5 on its ground and marks one of 3, by light and by dark."""
    measured = pairs()
    assert len(measured) == len(PAIRS)
    assert [pair for pair in measured if min(pair.light, pair.dark) < pair.needed] == []
    inks = {name for name, _, needed in PAIRS if needed == TEXT}
    assert {"ink", "soft", "accent", "on-accent", "same", "caution", "different"} < inks


def test_colours_are_tokens() -> None:
    """A sheet takes its colours from the tokens, and every token that a sheet names is there."""
    known = set(tokens())
    assert set(colours()) < known
    assert {name for name, sheet in SHEETS.items() if re.search(r"#[0-9a-f]{3,8}\b", sheet)} == {"mubiao.css"}
    missing = {
        (name, token)
        for name, sheet in SHEETS.items()
        for token in re.findall(r"var\(--([a-z0-9-]+)", sheet)
        if token not in known
    }
    assert missing == set()


def test_no_sheet_slants_or_spaces_letters() -> None:
    """Chinese has neither italics nor spaced letters."""
    found = {
        name: re.findall(r"(?:font-style|letter-spacing): (?!normal)[^;]+", text)
        for name, text in SHEETS.items()
    }
    assert [name for name, said in found.items() if said] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_head_says_what_a_link_shows_elsewhere(seeded: Database, lang: Lang) -> None:
    """Title, description, whole addresses, both languages, and a picture with its size and words."""
    path = f"/{lang}/targets/zj-ai-terminals.revenue"
    page = read(seeded, path, PUBLIC)
    said = named(page)
    assert said["og:title"] == said["og:image:alt"] == page.one("title").text.rpartition(" · ")[0]
    assert said["og:description"] == said["description"] != ""
    assert (said["og:url"], said["og:image"]) == (PUBLIC + path, f"{PUBLIC}{path}?picture=png")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["twitter:card"] == "summary_large_image"
    locales = {"zh": "zh_CN", "en": "en_US"}
    other = "en" if lang == "zh" else "zh"
    assert (said["og:locale"], said["og:locale:alternate"]) == (locales[lang], locales[other])
    assert "robots" not in said


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_reader_of_neither_language_is_led_somewhere(seeded: Database) -> None:
    """The first page leads to the front door, which chooses; other pages to the English one."""
    places = {}
    for path in ("/zh/", "/zh/plans?region=330000"):
        links = [e.attributes for e in read(seeded, path).all("link")]
        places[path] = [one["href"] for one in links if one.get("hreflang") == "x-default"]
    assert places == {"/zh/": ["/"], "/zh/plans?region=330000": ["/en/plans?region=330000"]}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_page_with_a_twin_is_a_dataset(seeded: Database) -> None:
    """Its name, licence, language and files are said in schema.org's words; the first page is the site's."""
    page = read(seeded, "/en/plans?region=330000", PUBLIC)
    found = linked(page)
    data = found["Dataset"]
    assert set(found) == {"Dataset"}
    assert data["name"] == page.one("h1").text
    assert data["url"] == f"{PUBLIC}/en/plans?region=330000"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert (data["inLanguage"], data["creator"]["name"]) == (TAGS["en"], "Mubiao")
    assert data["distribution"][0] == {
        "@type": "DataDownload",
        "name": "JSON",
        "encodingFormat": "application/json",
        "contentUrl": f"{PUBLIC}/api/v1/plans?region=330000",
    }
    offered = {one["contentUrl"].removeprefix(PUBLIC) for one in data["distribution"]}
    links = {a.attributes["href"] for a in page.all("a") if a.attributes.get("rel") == "nofollow"}
    (told,) = (one for one in page.all("link") if one.attributes.get("rel") == "describedby")
    assert links == {*offered, told.attributes["href"]}
    assert told.attributes["href"] == "/api/v1/plans.metadata.json?region=330000"
    first = linked(read(seeded, "/en/", PUBLIC))
    assert set(first) == {"WebSite"}
    assert first["WebSite"]["potentialAction"]["target"]["urlTemplate"] == (
        f"{PUBLIC}/en/search?q={{search_term_string}}"
    )


def test_a_dataset_says_where_and_when_it_is_about() -> None:
    """What a page knows of its extent is said; what it does not know is left out."""
    files = [Download(name="JSON", media_type="application/json", href="/api/v1/plans/a")]
    known = Extent(place="浙江省", first_year=2027, last_year=2030, modified=date(2026, 11, 20))
    full, bare = (
        json.loads(dataset("zh", "", title="t", description="d", url="/zh/x", downloads=files, extent=extent))
        for extent in (known, Extent())
    )
    assert full["temporalCoverage"] == "2027/2030"
    assert full["spatialCoverage"] == {"@type": "Place", "name": "浙江省"}
    assert full["dateModified"] == "2026-11-20"
    assert set(full) - set(bare) == {"temporalCoverage", "spatialCoverage", "dateModified"}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_target_is_about_its_region_and_years(seeded: Database) -> None:
    """Zhejiang's revenue is due in one year; the crumbs above it are a trail that ends at the page."""
    path = "/en/targets/zj-ai-terminals.revenue"
    page = read(seeded, path, PUBLIC)
    found = linked(page)
    assert found["Dataset"]["spatialCoverage"]["name"] == "Zhejiang"
    assert found["Dataset"]["temporalCoverage"] == "2027/2027"
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert (steps[0]["item"], steps[-1]["item"]) == (f"{PUBLIC}/en/", PUBLIC + path)
    crumbs = [step["item"].removeprefix(PUBLIC) for step in steps[1:-1]]
    assert crumbs
    assert set(crumbs) <= set(page.links())


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_list_says_how_much_it_holds_of_which_place_and_years(db: Database) -> None:
    """Filters narrow all three; a list of everything is about China; a source has no years."""
    with db.write() as session:
        make_plan(session, period_start=2026, period_end=2030, targets=[target()])
        make_plan(
            session,
            "js-plan",
            region="320000",
            targets=[target("js-plan.a"), target("js-plan.b", qualifier="新增")],
        )
    told = {}
    for path in (
        "/plans",
        "/plans?region=330000",
        "/targets",
        "/targets?under=330000",
        "/sources",
        "/deadlines",
    ):
        data = linked(read(db, f"/en{path}", PUBLIC))["Dataset"]
        told[path] = (data["size"], data["spatialCoverage"]["name"], data.get("temporalCoverage"))
    assert told == {
        "/plans": ("2 plans", "China", "2026/2030"),
        "/plans?region=330000": ("1 plan", "Zhejiang", "2026/2030"),
        "/targets": ("3 dated figures", "China", "2027/2027"),
        "/targets?under=330000": ("1 dated figure", "Zhejiang", "2027/2027"),
        "/sources": ("1 source", "China", None),
        "/deadlines": ("3 dated figures", "China", "2027/2027"),
    }


def test_linked_data_cannot_end_its_element() -> None:
    """Whatever a title holds, no character that HTML knows is left, and the JSON still says the same."""
    title = "</script><!-- & <b>“目标”</b>"
    said = script({"name": title, "nothing": None})
    assert isinstance(said, Markup)
    assert re.findall("[<>&]", said) == []
    assert json.loads(said) == {"name": title}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_menu_says_where_the_reader_is(seeded: Database, lang: Lang) -> None:
    """Nine entries, the button that opens them, the field to search with; the current one is marked."""
    page = read(seeded, f"/{lang}/plans")
    names = [
        "compare",
        "regions",
        "plans",
        "targets",
        "deadlines",
        "coverage",
        "changes",
        "sources",
        "methodology",
    ]
    menu = page.one("div", "menu")
    assert menu.attributes["id"] == page.one("button", "opener").attributes["popovertarget"]
    assert page.links()[2:11] == [f"/{lang}/{name}" for name in names]
    current = [
        (a.attributes["href"], a.attributes["aria-current"])
        for a in page.all("a")
        if "aria-current" in a.attributes
    ]
    assert current == [(f"/{lang}/plans", "page")]
    assert page.one("form", "finder").attributes["action"] == f"/{lang}/search"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_language_changes_and_nothing_else(seeded: Database) -> None:
    """The way to the other language keeps what was asked, in its order, but not what a link carried along."""
    path = "/compare?region=330000&region=320100&topic=ai&year_from=2027"
    page = read(seeded, f"/zh{path}&utm_source=x")
    links = [a.attributes["href"] for a in page.all("a") if a.attributes.get("hreflang") == "en"]
    assert links == [f"/en{path}"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_pages_name_what_may_be_fetched_ahead(seeded: Database) -> None:
    """The header names the rules, in quotation marks as a structured field has them; files do not name them."""
    with reader(seeded) as client:
        assert client.get("/zh/").headers["speculation-rules"] == f'"{SPECULATION_RULES}"'
        assert "speculation-rules" not in client.get("/sitemap.xml").headers


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_an_error_is_not_listed_and_has_no_picture(seeded: Database) -> None:
    """Search engines are asked to leave it out, and a link to it shows none."""
    with reader(seeded) as client:
        said = named(Page(client.get("/zh/none-such").text))
    assert said["robots"] == "noindex"
    assert "og:image" not in said


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_style_guide_shows_every_token_and_is_not_listed(seeded: Database, lang: Lang) -> None:
    """Each token is named, facts come from the database, and neither menu nor search engines lead there."""
    page = read(seeded, f"/{lang}/styleguide")
    shown = {code.text.removeprefix("--") for code in page.all("code")}
    assert set(tokens()) <= shown
    assert len(page.all("li", "line")) > 9
    assert page.all("div", "entry")
    assert page.all("ol", "history")
    assert named(page)["robots"] == "noindex"
    assert f"/{lang}/styleguide" not in page.links()


def test_the_style_guide_is_there_before_there_are_facts(db: Database) -> None:
    """Empty places say so; and more facts do not mean more statements, as long as they are all shown."""
    counts = []
    with reader(db) as client:
        for number in (0, 1, 2):
            with db.write() as session:
                for index in range(number):
                    name = f"zj-plan-{number}-{index}"
                    targets = [target(f"{name}.a", qualifier=str(index))]
                    make_plan(session, name, targets=targets, measures=[measure(f"{name}.m")])
                    make_observation(session, f"seen-{number}-{index}")
            with count_statements(db) as counted:
                answer = client.get("/en/styleguide")
            assert answer.status_code == 200
            counts.append(counted())
    assert counts[1] == counts[2]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_a_page_offers_to_take_along_is_there(seeded: Database) -> None:
    """All forms of every list, and its metadata, with the filters of the page, answer with the type that the link says."""
    paths = [
        "plans?region=330000&stage=adopted",
        "sources",
        "regions",
        "compare?region=330000&region=340000&topic=ai",
    ]
    paths += ["targets?topic=ai&year=2027", "deadlines", "changes", "coverage", "plans/zj-ai-terminals"]
    names: dict[str, list[str]] = {}
    with asking(seeded) as client:
        for path in paths:
            page = Page(client.get(f"/en/{path}").text)
            links = [
                a for a in page.all("a") if a.attributes.get("rel") == "nofollow" and "type" in a.attributes
            ]
            for link in links:
                answer = client.get(link.attributes["href"])
                said = answer.headers["content-type"].partition(";")[0]
                assert (answer.status_code, said) == (200, link.attributes["type"]), link.attributes["href"]
            # Feeds are followed, not taken along.
            names[path.partition("?")[0]] = [
                link.text
                for link in links
                if link.attributes["type"] not in {"application/atom+xml", "text/calendar"}
            ]
    whole = ["JSON", "CSV", "XLSX", "NDJSON", "Parquet", "Metadata"]
    listed = {name for name, forms in names.items() if forms == whole}
    assert listed >= {"plans", "sources", "regions", "compare"}
    assert names["plans/zj-ai-terminals"] == ["JSON"]
