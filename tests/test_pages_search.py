"""The search page: hits by kind with their words marked, and what it says where there is nothing to show.

What is found is tested in `test_found`.
"""

import re

import pytest
from sqlalchemy.orm import Session

from app.i18n import LANGS
from app.store.session import Database
from tests.builders import make_observation, make_organization, make_plan, make_topic, measure, target
from tests.counting import count_statements
from tests.reading import Page, reader


def read(db: Database, path: str, status: int = 200) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def kinds(page: Page) -> list[str]:
    """List the headings of the groups."""
    return [h2.text for h2 in page.all("h2")]


def test_hits_stand_by_kind_with_their_numbers(seeded: Database) -> None:
    """Each kind has its heading and number; all kinds are named above, and lead to that kind alone."""
    page = read(seeded, "/en/search?q=浙江")
    assert kinds(page)[0] == "Regions 1"
    tabs = [
        a for a in page.all("a") if "kind=" in a.attributes["href"] and a.attributes.get("rel") == "nofollow"
    ]
    plans = next(a for a in tabs if a.text.startswith("Plans"))
    alone = read(seeded, plans.attributes["href"])
    assert kinds(alone) == [plans.text]
    assert len(alone.all("p", "title")) == int(plans.text.split()[1])
    assert kinds(read(seeded, "/en/search?q=浙江&kind=nonsense")) == kinds(page)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/zh/search?q=營業收入", {"营业收入"}),
        ("/zh/search?q=人工智能終端", {"人工智能终端"}),
        ("/en/search?q=TERMINAL", {"terminal", "terminals", "Terminals"}),
        ("/zh/search?q=突破5000億元", {"突破5000亿元", "5000亿元", "500 billion yuan"}),
    ],
)
def test_hits_are_marked_as_they_are_written(seeded: Database, path: str, expected: set[str]) -> None:
    """A query in either script, in singular or plural, marks the words of the text itself."""
    marks = {mark.text for mark in read(seeded, path).all("mark")}
    assert marks
    assert marks <= expected


def test_a_name_is_marked_where_its_reading_was_typed(seeded: Database) -> None:
    """The characters that the letters spell are marked in the title; a longer name only as far as they go."""
    for q, expected in (("zhejiang", "浙江"), ("hangzhou shi", "杭州市"), ("nb", "宁波")):
        page = read(seeded, f"/zh/search?q={q}&kind=region")
        assert page.all("p", "title")[0].text.startswith(expected)
        assert page.all("mark")[0].text == expected, q


def test_filters_hold_the_search_to_a_region_and_a_topic(seeded: Database) -> None:
    """Each value says how many are left with it, leads there, and can be taken away; kinds keep the filters."""
    with reader(seeded) as client:

        def follow(page: Page, words: str) -> Page:
            link = next(a for a in page.all("a") if a.text.startswith(words) and a.attributes.get("rel"))
            return Page(client.get(link.attributes["href"]).text)

        everything = Page(client.get("/en/search?q=人工智能").text)
        (offered,) = {a.text for a in everything.all("a") if re.match(r"Jiangsu \d", a.text)}
        jiangsu = follow(everything, "Jiangsu ")
        assert follow(jiangsu, "Everything").one("h1").text == "Search"
        assert next(a.text for a in jiangsu.all("a") if a.text.startswith("Everything")) == (
            f"Everything {offered.split()[-1]}"
        )
        assert {p.text.split(" · ")[0] for p in jiangsu.all("p", "about")} == {"Jiangsu"}
        plans = follow(jiangsu, "Plans ")
        assert [chip.text for chip in plans.all("ul", "chosen-filters")] == ["Take away Region Jiangsu ×"]
        nothing = Page(client.get("/en/search?q=人工智能&region=620000&topic=ai").text)
        assert nothing.one("p", "lead").text == "Nothing was found for “人工智能”."
        assert "Take all filters away" in nothing.one("ul", "chosen-filters").text
        assert client.get("/en/search?q=ai&region=atlantis").status_code == 422


def test_words_in_the_other_language_are_shown_with_theirs(seeded: Database) -> None:
    """A Chinese query on an English page shows where the Chinese matches, and says that it is Chinese."""
    page = read(seeded, "/en/search?q=营业收入&kind=metric")
    (snippet, *_) = page.all("p", "snippet")
    assert "营业收入" in snippet.text
    tagged = [
        e.text for e in page.all("span") if e.attributes.get("lang") == "zh-Hans-CN" and "营业收入" in e.text
    ]
    assert tagged


def test_every_hit_leads_to_a_page(session: Session, db: Database) -> None:
    """Each kind's hits have an address that answers."""
    make_topic(session, "ai", name_zh="算力")
    make_organization(session, "body", name_zh="算力局")
    make_plan(
        session,
        title_zh="算力计划",
        issuers=["body"],
        targets=[target(statement_zh="算力")],
        measures=[measure(statement_zh="算力")],
    )
    make_observation(session, statement_zh="算力")
    session.commit()
    with reader(db) as client:
        page = Page(client.get("/zh/search?q=算力").text)
        titles = {p.text for p in page.all("p", "title")}
        links = [a.attributes["href"] for a in page.all("a") if a.text in titles or a.text == "算力"]
        assert len(links) >= 6
        for link in links:
            assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(
    ("lang", "q", "sentence"),
    [
        ("en", "火星移民", "Nothing was found for “火星移民”."),
        ("zh", "火星移民", "没有找到与“火星移民”相符的内容。"),
        ("en", "浙江算力", "Nothing was found for “浙江算力”."),
    ],
)
def test_no_hits_give_ways_on(seeded: Database, lang: str, q: str, sentence: str) -> None:
    """It is said that nothing was found, what else finds something, and where everything is listed."""
    with reader(seeded) as client:
        page = Page(client.get(f"/{lang}/search?q={q}").text)
        assert page.one("p", "lead").text == sentence
        assert f"/{lang}/targets" in page.links()
        ways = [
            a.attributes["href"]
            for a in page.all("a")
            if " " in a.text and "search?q=" in a.attributes["href"]
        ]
        assert bool(ways) == (q == "浙江算力")
        assert all(Page(client.get(way).text).all("p", "title") for way in ways)


@pytest.mark.parametrize(
    ("q", "status", "sentence"),
    [
        ("()", 200, "There is nothing in “()” to search for"),
        ("x" * 201, 422, "The text is too long: 201 characters; 200 are the most"),
    ],
)
def test_what_cannot_be_searched_for_stays_in_its_field(
    seeded: Database, q: str, status: int, sentence: str
) -> None:
    """The page says what is wrong beside the field, in which the text still stands."""
    page = read(seeded, f"/en/search?q={q}", status)
    (problem,) = [p for p in page.all("p") if p.attributes.get("role") == "alert"]
    assert problem.text.startswith(sentence)
    (field,) = [e for e in page.all("input") if e.attributes.get("aria-invalid") == "true"]
    assert field.attributes["value"] == q


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_query_there_are_examples(seeded: Database, lang: str) -> None:
    """Names from the database, each of which finds something."""
    with reader(seeded) as client:
        page = Page(client.get(f"/{lang}/search").text)
        assert page.one("title").text.startswith(page.one("h1").text)
        ways = [link for link in page.links() if "search?q=" in link]
        assert len(ways) >= 4
        for way in ways:
            assert Page(client.get(way).text).all("p", "title"), way


def test_the_number_of_statements_does_not_grow(db: Database) -> None:
    """As many statements for three plans as for one, with hits and without a query."""
    counts = []
    for number in (1, 3):
        with db.write() as session:
            for index in range(number):
                make_plan(session, f"zj-plan{index}", title_zh="算力", targets=[target(f"zj-plan{index}.a")])
        with reader(db) as client, count_statements(db) as sent:
            client.get("/zh/search?q=算力")
            client.get("/en/search")
            counts.append(sent())
    assert counts[0] == counts[1] <= 25
