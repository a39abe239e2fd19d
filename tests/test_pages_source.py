"""The pages of sources: the list by kind with counts, and one source with what it supports by paragraph."""

from app.store.session import Database
from tests.builders import deadline, evidence, make_source, make_target
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def titles(page: Page) -> list[str]:
    """Name the rows of a list."""
    return [th.text for th in page.all("th") if th.attributes.get("scope") == "row"]


def test_sources_are_filtered_by_kind_and_words(db: Database) -> None:
    """The kinds are offered in falling order of authority, with the number that each would leave."""
    with db.write() as session:
        make_source(session, "law", kind="official_text", title_en="A law")
        make_source(session, "paper", title_en="A paper")
        make_source(session, "letter", title_en="A letter")
    whole = read(db, "/en/sources")
    assert [option.text for option in whole.all("option")] == ["all", "official text (1)", "news report (2)"]
    assert titles(whole) == ["A law", "A letter", "A paper"]
    assert titles(read(db, "/en/sources?kind=news")) == ["A letter", "A paper"]
    found = read(db, "/en/sources?kind=news&q=law")
    assert titles(found) == []
    assert [option.text for option in found.all("option")] == ["all", "official text (1)"]


def test_an_unknown_kind_is_refused(db: Database) -> None:
    """It is not one without sources."""
    with reader(db) as client:
        assert client.get("/en/sources?kind=rumour").status_code == 422


def test_a_source_says_that_its_figures_are_not_compared(db: Database) -> None:
    """Facts stand by paragraph with phrase and check; that one paragraph holds two makes them no pair (R3)."""
    said = [evidence("突破5000亿元", paragraph="7", check="found", checked_on="2026-11-20")]
    with db.write() as session:
        make_target(session, deadlines=[deadline() | {"evidence": said}])
    page = read(db, "/en/sources/gazette")
    assert page.one("p", "warning").text.startswith(
        "Figures stand here in the order of the text, not side by side"
    )
    assert page.one("section", "paragraph").attributes["id"] == "p7"
    assert page.one("li", "fact").text == (
        "突破5000亿元 ✓ found in the source checked 20 November 2026 "
        "目标 zj-plan.revenue target · Zhejiang · 2027"
    )
    assert "/en/targets/zj-plan.revenue" in page.links()
