"""What every page has, and what the pages other than the comparison show, on the committed facts.

The comparison is in `test_pages_compare`, wrong input and the way in are in `test_pages_input`.
"""

import pytest

from app.i18n import TAGS, Lang
from app.store.session import Database
from tests.reading import Page, reader

PATHS = [
    "/",
    "/compare",
    "/regions",
    "/regions/330000",
    "/regions/100000",
    "/regions/yangtze-delta",
    "/plans",
    "/plans/zj-ai-terminals",
    "/plans/tj-ai-innovation",
    "/targets",
    "/targets/zj-ai-terminals.revenue",
    "/targets/js-ai-plus.adoption",
    "/sources",
    "/methodology",
    "/metrics/revenue",
]


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_has_its_language_one_heading_a_title_and_its_twin(seeded: Database, lang: Lang) -> None:
    """Each page says its language, its title and description, where it lies, and where the other language is."""
    with reader(seeded) as client:
        for path in PATHS:
            page = Page(client.get(f"/{lang}{path}").text)
            assert page.one("html").attributes["lang"] == TAGS[lang]
            assert page.one("h1").text
            assert page.one("title").text.startswith(page.one("h1").text) or path.startswith("/targets/")
            links = {
                (e.attributes["rel"], e.attributes.get("hreflang", "")): e.attributes["href"]
                for e in page.all("link")
            }
            query = "?region=330000&region=320000" if path == "/compare" else ""
            assert links["canonical", ""] == f"/{lang}{path}{query}"
            assert links["alternate", "zh-Hans-CN"] == f"/zh{path}{query}"
            assert links["alternate", "en"] == f"/en{path}{query}"
            assert [
                e.attributes["name"] for e in page.all("meta") if e.attributes.get("name") == "description"
            ]
            assert page.one("a", "skip").attributes["href"] == "#content"
            assert "content" in page.ids()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_have_captions_and_their_headings_scopes(seeded: Database, lang: Lang) -> None:
    """Each table says what it holds, and each heading cell what it heads; ids are unique."""
    with reader(seeded) as client:
        for path in PATHS:
            page = Page(client.get(f"/{lang}{path}").text)
            assert len(page.all("caption")) == len(page.all("table"))
            assert [th.text for th in page.all("th") if "scope" not in th.attributes] == []
            assert len(set(page.ids())) == len(page.ids())


def test_addresses_are_whole_where_the_public_address_is_known(seeded: Database) -> None:
    """Canonical and language links name the host only if the settings do, so kept pages never name a guess."""
    with reader(seeded, "https://example.org/mubiao") as client:
        page = Page(client.get("/en/plans", headers={"Host": "elsewhere.example"}).text)
    canonical = next(e for e in page.all("link") if e.attributes["rel"] == "canonical")
    assert canonical.attributes["href"] == "https://example.org/mubiao/en/plans"


def test_a_draft_is_marked_wherever_it_is_named(seeded: Database) -> None:
    """A consultation draft says that it is one on its own page, in lists, at its targets and in comparisons."""
    with reader(seeded) as client:
        detail = client.get("/en/plans/tj-ai-innovation").text
        target = next(link for link in Page(detail).links() if link.startswith("/en/targets/tj-"))
        paths = [
            "/en/plans/tj-ai-innovation",
            "/en/plans?region=120000",
            "/en/targets?region=120000",
            "/en/regions/120000",
            "/en/compare?region=120000&region=330000",
            target,
        ]
        for path in paths:
            stages = {
                span.text for span in Page(client.get(path).text).all("span", "stage-consultation_draft")
            }
            assert stages == {"draft for comment"}, path


def test_a_target_shows_its_evidence_with_differing_wordings(seeded: Database) -> None:
    """Each passage stands with its check mark and its source; one that words the figure differently says so."""
    page = read(seeded, "/en/targets/zj-ai-terminals.revenue")
    checks = [span.text for span in page.all("span", "check")]
    assert "✓ found in the source" in checks
    assert "≠ worded differently" in checks
    assert any("突破5000亿元" in quote.text for quote in page.all("q"))


def test_a_target_says_why_near_observations_do_not_count(seeded: Database) -> None:
    """Zhejiang's output of 2024 is named beside the revenue target, with the three fields in which it differs."""
    page = read(seeded, "/en/targets/zj-ai-terminals.revenue")
    refusals = [li.text for li in page.all("li") if "¥570 billion" in li.text and li.attributes == {}]
    assert len(refusals) == 1
    assert refusals[0].endswith("other metric, other topic, and other enterprises counted")


def test_a_source_lists_what_it_supports_by_paragraph(seeded: Database) -> None:
    """Facts stand under their paragraph's own place, which figures link to, and lead to the fact's page."""
    with reader(seeded) as client:
        evidence = [
            link
            for link in Page(client.get("/zh/targets/zj-ai-terminals.revenue").text).links()
            if link.startswith("/zh/sources/")
        ]
        page = Page(client.get(evidence[0].partition("#")[0]).text)
    assert {
        link.partition("#")[2] for link in evidence if link.startswith(evidence[0].partition("#")[0])
    } <= set(page.ids())
    assert "/zh/targets/zj-ai-terminals.revenue" in page.links()


def test_contradicting_observations_are_marked(seeded: Database) -> None:
    """The nation's several sizes of 2025 or 2035 stand on its page side by side, each marked as contested."""
    page = read(seeded, "/en/regions/100000")
    marked = page.all("span", "contested")
    assert len(marked) >= 2
    assert {span.text for span in marked} == {"sources contradict each other"}


def test_the_overview_leads_to_every_province(seeded: Database) -> None:
    """The tile map holds all 34 province-level divisions, each with a link and a count or its reason."""
    tiles = read(seeded, "/zh/").all("li", "tile")
    assert len(tiles) == 34
    assert all(tile.text for tile in tiles)


def test_figures_are_written_as_readers_of_each_language_expect(seeded: Database) -> None:
    """The same target reads 超过5,000亿元 in Chinese and more than ¥500 billion in English."""
    chinese = read(seeded, "/zh/targets/zj-ai-terminals.revenue")
    english = read(seeded, "/en/targets/zj-ai-terminals.revenue")
    assert [span.text for span in chinese.all("span", "figure")] == ["超过5,000亿元"]
    assert [span.text for span in english.all("span", "figure")] == ["more than ¥500 billion"]


def test_the_list_of_targets_goes_on_by_cursor(seeded: Database) -> None:
    """The next page's link keeps the filters, and leads to other targets."""
    with reader(seeded) as client:
        first = Page(client.get("/en/targets?topic=ai").text)
        onward = next(a.attributes["href"] for a in first.all("a") if a.attributes.get("rel") == "next")
        assert "topic=ai" in onward
        second = Page(client.get(onward).text)
    rows = [{link for link in page.links() if link.startswith("/en/targets/")} for page in (first, second)]
    assert rows[1]
    assert rows[0] & rows[1] == set()
