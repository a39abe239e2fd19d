"""The page of deadlines: what is due soon, what is past and unmeasured, the axis, the years, the filters.

Which deadlines there are is tested in `test_timeline`.
"""

from datetime import timedelta

import pytest

from app.domain.dates import shanghai_today
from app.domain.vocabulary import Kind
from app.store.session import Database
from app.web.pages import deadlines
from app.web.speech import Speech
from tests.builders import deadline, make_plan, target
from tests.clients import asking
from tests.reading import Page, reader

TODAY = shanghai_today()
SOON = (TODAY + timedelta(days=90)).replace(day=1)


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.fixture
def dated(db: Database) -> Database:
    """Write deadlines of a past year, of a month soon, of a quarter and a year later, and an undated one."""
    later = TODAY.year + 3
    given = {
        "past": f"{TODAY.year - 1}",
        "soon": f"{SOON:%Y-%m}",
        "quarter": f"{later}-Q2",
        "year": str(later),
        "undated": None,
    }
    with db.write() as session:
        named = [target(f"zj-plan.{name}", qualifier=name, due=due) for name, due in given.items()]
        make_plan(session, targets=named)
    return db


def rows(page: Page) -> list[str]:
    """Name the targets in the tables, in their order."""
    links = [a.attributes["href"] for a in page.all("a")]
    return [link.rpartition(".")[2] for link in links if link.startswith("/en/targets/")]


def test_what_is_soon_and_what_is_past_and_unmeasured_stands_on_top(dated: Database) -> None:
    """Each with its number and the way to the list of exactly those."""
    page = read(dated, "/en/deadlines")
    alarms = [p.text for p in page.all("p", "alarm")]
    assert alarms == [
        "1 falls due within 12 months",
        "1 is past, and nothing tells whether it was kept",
    ]
    assert rows(read(dated, "/en/deadlines?timing=due_soon")) == ["soon"]
    assert rows(read(dated, "/en/deadlines?timing=unmeasured")) == ["past"]
    assert [link for link in page.links() if "timing=" in link][:2] == [
        "/en/deadlines?timing=due_soon",
        "/en/deadlines?timing=unmeasured",
    ]


def test_years_hold_quarters_and_then_what_is_known_to_the_year_only(dated: Database) -> None:
    """A heading for each quarter that has any, "within the year" after them, undated ones last."""
    page = read(dated, "/en/deadlines")
    assert rows(page) == ["past", "soon", "quarter", "year", "undated"]
    headings = [th.text for th in page.all("th", "divider")]
    assert headings[0] == "Within the year the sources name no quarter"
    assert headings[-2:] == ["Second quarter", "Within the year the sources name no quarter"]
    assert page.all("h2")[-1].text == "Without a date"


def test_the_axis_counts_the_years_and_leads_to_them(dated: Database) -> None:
    """Years without a deadline are there without a link; what is undated stands beside the years."""
    page = read(dated, "/en/deadlines")
    axis = page.one("nav", "axis")
    assert f"{TODAY.year + 3}: 2 deadlines" in axis.text
    assert f"#y{TODAY.year + 3}" in page.links()
    assert f"y{TODAY.year + 3}" in page.ids()
    assert len(page.all("span", "none")) == len(
        set(range(TODAY.year - 1, TODAY.year + 4)) - {TODAY.year - 1, SOON.year, TODAY.year + 3}
    )
    assert "/en/deadlines?timing=undated" in page.links()


def test_long_lists_go_on_and_the_axis_leads_over_the_pages(
    dated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year that is not on the page is reached by the filter."""
    monkeypatch.setattr(deadlines, "PAGE_SIZE", 2)
    page = read(dated, "/en/deadlines")
    later = TODAY.year + 3
    assert f"/en/deadlines?year_from={later}&year_to={later}" in page.links()
    onward = next(a.attributes["href"] for a in page.all("a") if a.attributes.get("rel") == "next")
    assert rows(read(dated, onward)) == ["quarter", "year"]


def test_choices_say_how_many_they_leave(seeded: Database) -> None:
    """Each with all other filters applied; what was chosen stays chosen."""
    page = read(seeded, "/en/deadlines?under=330000&kind=qualitative")
    with asking(seeded) as client:
        total = client.get("/api/v1/deadlines?under=330000&kind=qualitative").json()["total"]
    chosen = [option.text for option in page.all("option") if "selected" in option.attributes]
    assert chosen == [f"Zhejiang ({total})", f"{Speech('en').word(Kind.QUALITATIVE)} ({total})"]
    assert page.all("p", "count")[0].text.startswith(f"{total} found")


@pytest.mark.parametrize("timing", ["unmeasured", "past", "upcoming"])
def test_the_twin_is_asked_for_what_it_knows(dated: Database, timing: str) -> None:
    """The API filters by date; what nothing measures is among what is past."""
    page = read(dated, f"/en/deadlines?timing={timing}&year_from=2000")
    twin = next(
        e.attributes["href"] for e in page.all("link") if e.attributes.get("type") == "application/json"
    )
    assert twin == f"/api/v1/deadlines?year_from=2000&timing={'past' if timing == 'unmeasured' else timing}"
    with asking(dated) as client:
        assert client.get(twin).status_code == 200


def test_nothing_found_says_so_and_wrong_filters_are_refused(dated: Database) -> None:
    """An empty list is no error; an unknown word is."""
    page = read(dated, "/en/deadlines?year_from=2090")
    assert page.one("p", "empty").text == "No deadline matches. Take a filter away."
    with reader(dated) as client:
        for asked in ("timing=tomorrow", "under=nowhere", "topic=nothing"):
            assert client.get(f"/en/deadlines?{asked}").status_code == 422


def test_wrong_years_come_back_in_the_form(dated: Database) -> None:
    """Nothing that was typed is lost, what is wrong stands at its field, and nothing is listed by other years."""
    asked = "family=industry_size&cursor=abc"
    with reader(dated) as client:
        for years, wrong in (
            ("year_from=2030&year_to=2027", {"year_to": "2027, lies before the first, 2030. Swap the two."}),
            (
                "year_from=soon&year_to=99999",
                {"year_from": "“soon” is not a year", "year_to": "“99999” is not"},
            ),
        ):
            answer = client.get(f"/en/deadlines?{asked}&{years}")
            assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
            page = Page(answer.text)
            assert rows(page) == []
            said = {p.attributes["id"].removeprefix("wrong-"): p.text for p in page.all("p", "wrong")}
            assert said.keys() == wrong.keys()
            assert all(words in said[field] for field, words in wrong.items())
            inputs = {one.attributes.get("name"): one.attributes for one in page.all("input")}
            fields = {name: inputs[name] for name in ("year_from", "year_to")}
            assert "&".join(f"{name}={one['value']}" for name, one in fields.items()) == years
            assert {name for name, one in fields.items() if "aria-invalid" in one} == wrong.keys()
            chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
            assert chosen == ["industry_size"]


def test_of_a_long_time_only_the_years_with_deadlines_are_on_the_axis(db: Database) -> None:
    """So that a deadline of 2060 does not push the axis off the page."""
    with db.write() as session:
        make_plan(
            session, targets=[target(deadlines=[deadline(due=due) for due in ("2026", "2027", "2060")])]
        )
    years = [span.text for span in read(db, "/en/deadlines").all("span", "year")]
    assert years == ["2026", "2027", "2060"]
