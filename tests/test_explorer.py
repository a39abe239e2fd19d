"""The explorer's page: rows, facets, chips, orders, columns, and what it says where nothing is left.

The counts themselves are tested in `test_facets`.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from app.i18n import LANGS
from app.store.session import Database
from tests.builders import deadline, make_plan, make_region, make_topic, target
from tests.clients import asking
from tests.counting import count_statements
from tests.reading import Element, Page, reader


def read(db: Database, path: str, status: int = 200) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def facet_links(page: Page) -> list[Element]:
    """List the links of all facets."""
    return [
        a
        for a in page.all("a")
        if a.attributes.get("rel") == "nofollow" and any("many" in e.classes for e in within(page, a))
    ]


def within(page: Page, link: Element) -> list[Element]:
    """List the elements that follow a link directly, up to the next one."""
    start = page.elements.index(link) + 1
    found = []
    for element in page.elements[start:]:
        if element.tag != "span":
            break
        found.append(element)
    return found


def query(link: str) -> dict[str, str]:
    """Read the query of an address."""
    return {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}


def chips(page: Page) -> list[str]:
    """List the filters that are set, as they are read."""
    return [
        a.text
        for a in page.all("a")
        if any("label" in e.classes for e in within(page, a)) and a.text.startswith("Take away")
    ]


def test_a_row_is_a_figure_with_its_source(seeded: Database) -> None:
    """Each row names its target and leads to the source of its figure; undated and qualitative ones are there."""
    page = read(seeded, "/en/targets?plan=zj-ai-terminals")
    rows = [tr for tr in page.all("tr") if tr.attributes.get("role") == "row"][1:]
    sources = page.all("a", "source")
    assert len(rows) == int(page.one("p", "total").text.split()[0])
    assert len(sources) >= len(page.all("span", "figure"))
    assert all(a.attributes["href"].startswith("/en/sources/") for a in sources)
    assert "more than ¥500 billion" in [e.text for e in page.all("span", "figure")]


def test_figures_of_one_target_stand_under_one_heading(session: Session, db: Database) -> None:
    """Where figures of a target come one after the other, its name is said once, for all of them."""
    make_plan(
        session,
        targets=[
            target("zj-plan.a", deadlines=[deadline(due="2026"), deadline("突破9000亿元", "2028")]),
            target("zj-plan.b", qualifier="甲", due="2030"),
        ],
    )
    session.commit()
    page = read(db, "/en/targets")
    heads = [th for th in page.all("th") if th.attributes.get("role") == "rowheader"]
    assert [(th.attributes["scope"], th.attributes.get("rowspan")) for th in heads] == [
        ("rowgroup", "2"),
        ("row", None),
    ]
    assert len(page.all("tbody")) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_a_facet_leads_to_what_it_counts(seeded: Database, lang: str) -> None:
    """Following a value's link gives as many figures as it said, with the filters that were set before."""
    with reader(seeded) as client:
        page = Page(client.get(f"/{lang}/targets?topic=ai&year=2027&columns=due").text)
        links = [a for a in facet_links(page) if "aria-current" not in a.attributes]
        assert len(links) > 20
        for link in (links[0], links[3], links[-1]):
            count = int(link.text.split()[-1])
            to = link.attributes["href"]
            assert query(to)["columns"] == "due"
            after = Page(client.get(to).text)
            assert [w for w in after.one("p", "total").text if w.isdigit()] == list(str(count))


def test_a_chosen_value_takes_itself_away(seeded: Database) -> None:
    """It is marked as the present one, and its link is the page without it."""
    page = read(seeded, "/en/targets?topic=ai&year=2027")
    chosen = [a for a in facet_links(page) if a.attributes.get("aria-current") == "true"]
    assert [query(a.attributes["href"]) for a in chosen] == [{"year": "2027"}, {"topic": "ai"}]
    assert all("take this filter away" in a.text for a in chosen)


def test_filters_that_are_set_stand_as_chips(seeded: Database) -> None:
    """Each is named in words, with a link to the page without it; all go at once by another."""
    page = read(
        seeded,
        "/en/targets?under=zj&kind=level&q=AI&plan=zj-ai-terminals&source=ifn-2026-jiangsu-zhejiang",
    )
    assert chips(page) == [
        "Take away Words “AI” ×",
        "Take away Region Zhejiang ×",
        "Take away Kind of figure level ×",
        "Take away Plan Zhejiang action plan to advance the AI terminal industry ×",
        "Take away Source " + chips(page)[-1].removeprefix("Take away Source "),
    ]
    assert page.one("a", "all").attributes["href"] == "/en/targets"
    alone = read(seeded, "/en/targets?region=330000")
    assert chips(alone) == ["Take away Region Zhejiang itself ×"]


def test_an_order_by_value_needs_one_metric_and_kind(seeded: Database) -> None:
    """Without them there is none and the page says why; with them there is, and it goes when either is taken away."""
    labels = ("largest first", "smallest first")
    plain = read(seeded, "/en/targets?metric=revenue")
    assert not {a.text for a in plain.all("a")} & set(labels)
    assert "only once a metric and a kind of figure are chosen" in plain.one("p", "mind").text
    page = read(seeded, "/en/targets?metric=revenue&kind=level&sort=-value")
    figures = [e.text for e in page.all("span", "figure")]
    assert len(figures) > 1
    with asking(seeded) as client:
        listed = client.get("/api/v1/deadlines?metric=revenue&kind=level&sort=-value").json()["items"]
    values = [float(item["canonical_value"]) for item in listed]
    assert (values, len(figures)) == (sorted(values, reverse=True), len(values))
    assert [
        th.text.split()[0] for th in page.all("th") if th.attributes.get("aria-sort") == "descending"
    ] == ["Figure"]
    gone = [query(a.attributes["href"]) for a in page.all("a") if a.text.startswith("Take away ")]
    assert gone == [{"kind": "level"}, {"metric": "revenue"}]
    assert read(seeded, "/en/targets?sort=value", 422).one("h1").text


def test_orders_are_in_the_address_and_in_the_headings(seeded: Database) -> None:
    """The usual order has no parameter; a heading says which way it runs and leads to the other."""
    page = read(seeded, "/en/targets")
    (due,) = [th for th in page.all("th") if "aria-sort" in th.attributes]
    assert due.attributes["aria-sort"] == "ascending"
    ways = [a.attributes["href"] for a in page.all("a", "sort")]
    assert ways == ["/en/targets?sort=-due_on"]
    turned = read(seeded, ways[0])
    assert [a.attributes["href"] for a in turned.all("a", "sort")] == ["/en/targets"]


def test_columns_are_chosen_by_a_form_and_kept_in_the_address(seeded: Database) -> None:
    """What the form sends becomes a short address; links keep it, the other language too, the data's twin not."""
    with reader(seeded) as client:
        sent = client.get("/en/targets?topic=ai&columns=none&columns=due&columns=region")
        assert (sent.status_code, sent.headers["location"]) == (
            302,
            "/en/targets?topic=ai&columns=region,due",
        )
        bare = client.get("/en/targets?columns=none&columns=region&columns=measure&columns=due&columns=plan")
        assert bare.headers["location"] == "/en/targets"
        page = Page(client.get(sent.headers["location"]).text)
    heads = [th.text.split()[0] for th in page.all("th") if th.attributes.get("role") == "columnheader"]
    assert heads == ["Target", "Region", "Figure", "Due"]
    links = {e.attributes.get("hreflang"): e.attributes["href"] for e in page.all("a")}
    assert links["zh-Hans-CN"].endswith("/zh/targets?topic=ai&columns=region,due")
    twins = [e.attributes["href"] for e in page.all("link") if e.attributes.get("type") == "application/json"]
    assert twins == ["/api/v1/deadlines?topic=ai", "/api/v1/deadlines.metadata.json?topic=ai"]
    none = read(seeded, "/en/targets?columns=none")
    assert len([th for th in none.all("th") if th.attributes.get("role") == "columnheader"]) == 2


def test_the_twin_gives_the_same_figures(seeded: Database) -> None:
    """The API takes the page's filters and sort as they are, and counts the same."""
    asked = "under=zj&timing=upcoming&coverage=above_scale&stage=adopted&level=province&sort=-due_on"
    page = read(seeded, f"/en/targets?{asked}")
    with asking(seeded) as client:
        answer = client.get(f"/api/v1/deadlines?{asked}").json()
    assert page.one("p", "total").text == f"{answer['total']} figures"
    assert answer["total"] > 1


def test_where_nothing_is_left_it_says_what_each_filter_costs(seeded: Database) -> None:
    """Filters that would leave something if they went are named with how much; all can go at once."""
    page = read(seeded, "/en/targets?under=zj&year=2025&kind=rank")
    ways = [li.text for li in page.all("li") if li.text.startswith("Without ")]
    with asking(seeded) as client:
        for way in ways:
            link = next(a for a in page.all("a") if a.text and way.startswith(a.text))
            asked = urlsplit(link.attributes["href"]).query
            assert client.get(f"/api/v1/deadlines?{asked}").json()["total"] == int(way.split()[-1])
    assert "No figure passes all of these filters" in page.one("p", "empty").text
    assert len(page.all("table")) == 0


@pytest.mark.parametrize("q", ["()", "%E3%80%82", "%E2%80%9C%E2%80%9D!"])
def test_a_search_for_nothing_says_so(seeded: Database, q: str) -> None:
    """All figures are shown, but not silently; what was typed stays in its field."""
    with reader(seeded) as client:
        page = Page(client.get(f"/en/targets?q={q}").text)
        everything = Page(client.get("/en/targets").text)
        blank = Page(client.get("/en/targets?q=%20").text)
    (said,) = [p for p in page.all("p") if p.attributes.get("role") == "status"]
    assert "holds nothing to search for" in said.text
    assert page.one("p", "total").text == everything.one("p", "total").text
    assert [p for p in blank.all("p") if p.attributes.get("role") == "status"] == []
    typed = [e for e in page.all("input") if e.attributes.get("name") == "q"]
    assert typed[-1].attributes["value"]


def test_pages_lead_on_and_back_to_the_first(seeded: Database) -> None:
    """A later page has a link to the first one; the first has none."""
    with reader(seeded) as client:
        first = Page(client.get("/en/targets?topic=ai").text)
        assert "first page" not in [a.text for a in first.all("a")]
        onward = next(a.attributes["href"] for a in first.all("a") if a.attributes.get("rel") == "next")
        second = Page(client.get(onward).text)
    (back,) = [a.attributes["href"] for a in second.all("a") if a.text == "first page"]
    assert back == "/en/targets?topic=ai"


def test_a_draft_plan_is_not_named_by_its_filter(session: Session, db: Database) -> None:
    """An unpublished plan is answered as one that never was."""
    make_plan(session, "zj-draft", title_en="Secret", editorial_state="draft")
    session.commit()
    with reader(db) as client:
        draft, none = (client.get(f"/en/targets?plan={slug}") for slug in ("zj-draft", "zj-never"))
    assert (draft.status_code, none.status_code) == (422, 422)
    assert draft.text.replace("zj-draft", "zj-never") == none.text


def test_the_number_of_statements_does_not_grow(db: Database) -> None:
    """As many statements for three targets of three regions as for one."""
    counts = []
    for number in (1, 3):
        with db.write() as session:
            make_topic(session, "ai")
            for code, slug in list(zip(("330000", "320000", "340000"), ("zj", "js", "ah"), strict=True))[
                :number
            ]:
                make_region(session, code)
                targets = [
                    target(f"{slug}-plan{number}.t{each}", qualifier="甲" * each, topic=f"topic-{each}")
                    for each in range(number)
                ]
                make_plan(session, f"{slug}-plan{number}", region=code, targets=targets)
        with reader(db) as client, count_statements(db) as sent:
            assert client.get("/en/targets?under=330000&kind=level").status_code == 200
            counts.append(sent())
    assert counts[0] == counts[1] <= 20
