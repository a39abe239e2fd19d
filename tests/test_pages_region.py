"""The pages of regions: what is recorded of one, its place, what was not found, and the list that finds them."""

from app.store.session import Database
from tests.builders import (
    deadline,
    make_assessment,
    make_observation,
    make_plan,
    make_region,
    make_target,
    target,
)
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_a_city_stands_below_its_province(db: Database) -> None:
    """The trail leads over the regions above, but for the country, which is above all."""
    with db.write() as session:
        make_region(session, "100000")
        make_region(session, "320000", parent="100000")
        make_region(session, "320100", parent="320000")
    city, province = read(db, "/en/regions/nanjing"), read(db, "/en/regions/320000")
    assert city.one("nav", "crumbs").text.split(" › ")[-1].endswith("Jiangsu")
    assert "Jiangsu" not in province.one("nav", "crumbs").text


def test_figures_of_a_region_stand_by_year_each_with_its_source(db: Database) -> None:
    """Years come in order; a figure leads to its target and to the paragraph that states it."""
    with db.write() as session:
        make_target(session, deadlines=[deadline(due="2030"), deadline(due="2027")])
    page = read(db, "/en/regions/330000")
    assert [h3.text for h3 in page.all("h3")][:2] == ["2027", "2030"]
    assert [a.text for a in page.all("a", "cite-mark")] == ["○ ¶1, A report: not yet checked"] * 2
    assert page.links().count("/en/sources/gazette#p1") == 2


def test_a_region_without_records_says_whether_anyone_looked(db: Database) -> None:
    """A search that found nothing is named with its topic and date; without one, nobody has looked."""
    with db.write() as session:
        make_region(session, "330000")
        make_region(session, "320000")
        make_assessment(session, searched_on="2026-11-01")
    looked, unseen = read(db, "/en/regions/330000"), read(db, "/en/regions/320000")
    assert looked.one("p", "lead").text.startswith("Looked, and found no target")
    assert looked.one("p", "warning").text == (
        "Looked for targets on Topic ai on 1 November 2026, and found none. 五篇文章"
    )
    assert unseen.one("p", "lead").text.startswith("Nobody has looked here yet")
    assert unseen.all("p", "warning") == []


def test_places_with_records_come_first(db: Database) -> None:
    """The others are folded away with their number."""
    with db.write() as session:
        make_region(session, "320000")
        for code in ("320100", "320200", "320300"):
            make_region(session, code, parent="320000", level="prefecture")
        make_plan(session, "r-320200-plan", region="320200", targets=[target("r-320200-plan.revenue")])
    page = read(db, "/en/regions/320000")
    assert page.one("ul", "ledger").text == "320200 1 plan 1 target"
    assert page.one("details", "folded").text == "2 regions of which nothing is recorded Nanjing 320300"


def test_a_region_is_compared_with_those_that_share_its_measures(db: Database) -> None:
    """One of the same level that has a target on the same metric is suggested."""
    with db.write() as session:
        make_target(session)
        make_plan(session, "js-plan", region="320000", targets=[target("js-plan.revenue")])
        make_plan(
            session,
            "ah-plan",
            region="340000",
            targets=[target("ah-plan.rate", metric="adoption-rate", words="70%以上")],
        )
    links = read(db, "/en/regions/330000").links()
    assert "/en/compare?region=330000&region=320000" in links
    assert "/en/compare?region=330000&region=340000" not in links


def test_the_list_tells_none_found_from_not_looked(db: Database) -> None:
    """A province with a city's records is listed with it; of the rest, the searched stand apart."""
    with db.write() as session:
        for code in ("320000", "330000", "340000"):
            make_region(session, code)
        make_region(session, "320100", parent="320000")
        make_observation(session, "seen", region="320100")
        make_assessment(session, "340000")
    page = read(db, "/en/regions")
    assert [h2.text for h2 in page.all("h2")] == ["With records 1", "Looked, none found 1", "Not looked 1"]
    assert [tr.text for tr in page.all("tr")][1:] == ["Jiangsu – – – Nanjing"]
    assert [ul.text for ul in page.all("ul", "places")] == ["Anhui", "Zhejiang"]


def test_any_region_is_found_by_name(seeded: Database) -> None:
    """Typing finds a city of which nothing is recorded, with the province it is in."""
    page = read(seeded, "/en/regions?q=徐州")
    assert page.one("ul", "ledger").text == "Xuzhou Jiangsu prefecture level no target recorded"
    assert read(seeded, "/en/regions?q=atlantis").one("ul", "ledger").text == "No region is called that."
