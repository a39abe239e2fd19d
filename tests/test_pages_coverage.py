"""The page of what is covered and its JSON twin: signs, numbers, words and links of the cells.

How the cells are found is tested in `test_coverage_matrix`.
"""

from app.store.session import Database
from tests.builders import make_assessment, make_plan, make_region, make_topic, target
from tests.clients import asking
from tests.reading import Element, Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def fill(db: Database) -> None:
    """Write a province with a target, one that was searched in vain, one that nobody looked at."""
    with db.write() as session:
        make_region(session, "100000", name_en="The nation")
        for code in ("330000", "320000", "340000"):
            make_region(session, code, parent="100000")
        make_region(session, "320100", parent="320000")
        make_topic(session, "ai", name_en="AI")
        make_topic(session, "robots", name_en="Robots", parent="ai")
        make_plan(session, targets=[target(), target("zj-plan.b", topic="robots")])
        make_plan(session, "nanjing-plan", region="320100", targets=[target("nanjing-plan.a")])
        make_plan(session, "ah-plan", region="340000", topics=["robots"])
        make_assessment(session, "320000", "ai", searched_on="2026-11-19")


def cells(page: Page) -> list[Element]:
    """Give the cells of the matrix, row by row."""
    return page.all("td", "cover")


def test_a_cell_has_a_sign_a_number_and_words(db: Database) -> None:
    """What is found is counted; what was looked for in vain has its day; each is told apart without colour."""
    fill(db)
    page = read(db, "/en/coverage")
    assert [(cell.text, cell.classes - {"cover"}) for cell in cells(page)] == [
        ("?not looked", {"cover-not_looked"}),
        ("?not looked", {"cover-not_looked"}),
        ("–looked on 19 November 2026, found none ↓11 target of places in it", {"cover-none_found"}),
        ("–looked on 19 November 2026, found none", {"cover-none_found"}),
        ("2 / 1found: 2 targets, 1 plan", {"cover-found"}),
        ("1 / 1found: 1 target, 1 plan", {"cover-found"}),
        ("0 / 1found: 0 targets, 1 plan", {"cover-found"}),
        ("0 / 1found: 0 targets, 1 plan", {"cover-found"}),
    ]
    assert page.one("p", "lead").text == (
        "4 regions by 2 topics: in 4 of these 8 cells something was found; in 2 a search found nothing; "
        "at 2 nobody has looked yet."
    )
    titled = [
        e.attributes["title"] for e in page.elements if "title" in e.attributes and e.tag in {"a", "span"}
    ]
    assert titled.count("found: 1 target, 1 plan") == 1


def test_cells_lead_to_what_they_count(db: Database) -> None:
    """To the targets, to the plans where there are none, to the places below; regions and topics lead on."""
    fill(db)
    links = read(db, "/en/coverage").links()
    expected = [
        "/en/targets?region=330000&topic=robots",
        "/en/plans?region=340000&topic=ai",
        "/en/coverage?under=320000",
        "/en/coverage?topic=ai",
        "/en/regions/330000",
    ]
    assert [link for link in expected if link not in links] == []


def test_one_province_shows_its_cities_and_the_way_back(db: Database) -> None:
    """The choice is in the address, of the other language too, and of the twin."""
    fill(db)
    page = read(db, "/en/coverage?under=js&topic=robots")
    assert [th.text for th in page.all("th") if th.attributes["scope"] == "row"] == ["Jiangsu", "Nanjing"]
    assert [a.attributes["href"] for a in page.all("a") if "Back" in a.text] == [
        "/en/coverage?topic=robots",
        "/en/coverage?under=320000",
    ]
    assert [option.text for option in page.all("option") if "selected" in option.attributes] == [
        "Jiangsu",
        "Robots",
    ]
    with asking(db) as client:
        twin = client.get("/api/v1/coverage?under=js&topic=robots").json()
        assert client.get("/api/v1/coverage?under=nowhere").json()["code"] == "unknown_region"
        assert client.get("/en/coverage?topic=nothing").status_code == 422
    assert [row["region"]["code"] for row in twin["rows"]] == ["320000", "320100"]
    assert twin["topic"] == {"slug": "robots", "name_zh": "主题 robots", "name_en": "Robots"}


def test_every_province_is_there(seeded: Database) -> None:
    """The nation, 34 provinces, and the groups of which something is known; every column has something."""
    with asking(seeded) as client:
        matrix = client.get("/api/v1/coverage").json()
    levels = [row["region"]["level"] for row in matrix["rows"]]
    assert levels[:35] == ["country", *["province"] * 34]
    assert set(levels[35:]) <= {"group"}
    for number in range(len(matrix["topics"])):
        known = [row["cells"][number] for row in matrix["rows"]]
        assert any(cell["state"] != "not_looked" or cell["plans_below"] for cell in known)
