"""The form above the comparison: a region added by what was typed, chips, suggestions, filters with their counts.

How regions are found is tested with the query; the field with its list, in a browser.
"""

import pytest

from app.store.session import Database
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_a_region_is_added_by_what_was_typed(seeded: Database) -> None:
    """In any spelling, in the language of the page, with the filters kept; twice is once; alone it stands alone."""
    with reader(seeded) as client:
        for typed, code in (("安徽", "340000"), ("anhui", "340000"), ("SUZHOU ", None), ("zj", "330000")):
            asked = {"region": ["330000", "320000"], "topic": "ai", "add": typed, "go": "1"}
            answer = client.get("/en/compare", params=asked)
            if code is None:
                assert answer.status_code == 200
                continue
            regions = dict.fromkeys(["330000", "320000", code])
            assert answer.status_code == 303
            assert answer.headers["location"] == (
                "/en/compare?" + "&".join(f"region={one}" for one in regions) + "&topic=ai"
            )
        alone = client.get("/zh/compare", params={"add": "江蘇"})
    assert alone.headers["location"] == "/zh/compare?region=320000"


def test_what_may_mean_several_regions_is_asked(seeded: Database) -> None:
    """Each is a link that adds it; what was typed and chosen stays in the form."""
    page = read(seeded, "/en/compare?region=330000&region=320000&year_to=2030&add=jilin&go=1")
    assert page.one("div", "which").text.startswith("“jilin” may be one of several regions. Which one?")
    base = "/en/compare?region=330000&region=320000&region={}&year_to=2030"
    for code in ("220000", "220200"):
        assert base.format(code) in page.links()
    fields = {(e.attributes.get("name"), e.attributes.get("value")) for e in page.all("input")}
    assert {("add", "jilin"), ("region", "330000"), ("region", "320000")} <= fields
    assert ("2030 (19)", "") in {
        (e.text, e.attributes.get("selected")) for e in page.all("option") if "selected" in e.attributes
    }


@pytest.mark.parametrize("typed", ["atlantis", "<b>x</b>", "%%", "9" * 200])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_means_no_region_stays_in_the_field(seeded: Database, typed: str) -> None:
    """With a sentence that says what may be typed; markup is text."""
    with reader(seeded) as client:
        answer = client.get("/en/compare", params={"region": "330000", "add": typed, "go": "1"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert f"No region is called “{typed}”" in page.one("div", "which").text
    assert [e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "add"] == [typed]


def test_a_ninth_region_is_not_added_and_nothing_is_lost(seeded: Database) -> None:
    """Eight stay compared, and the page says why there is no ninth; nine in an address are refused."""
    eight = ["330000", "320000", "340000", "310000", "320100", "320500", "330100", "330200"]
    with reader(seeded) as client:
        answer = client.get("/en/compare", params={"region": eight, "add": "beijing", "go": "1"})
        refused = client.get("/en/compare", params={"region": [*eight, "110000"]})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert "“beijing” was not added: eight regions are the most." in page.one("div", "which").text
    assert [li.text.split()[0] for li in page.all("li", "chip")] == [
        "Zhejiang",
        "Jiangsu",
        "Anhui",
        "Shanghai",
        "Nanjing",
        "Suzhou",
        "Hangzhou",
        "Ningbo",
    ]
    assert refused.status_code == 422


def test_each_chip_leads_to_the_comparison_without_it(seeded: Database) -> None:
    """With the filters kept; a region alone cannot be taken away."""
    page = read(seeded, "/en/compare?region=330000&region=320000&only=comparable")
    removed = {e.attributes["aria-label"]: e.attributes["href"] for e in page.all("a", "remove")}
    assert removed == {
        "Take Zhejiang away": "/en/compare?region=320000&only=comparable",
        "Take Jiangsu away": "/en/compare?region=330000&only=comparable",
    }
    assert read(seeded, "/en/compare?region=330000").all("a", "remove") == []


def test_regions_that_go_well_are_suggested(seeded: Database) -> None:
    """As links that add them, with what they have in common."""
    page = read(seeded, "/en/compare?region=320000&region=320100&topic=ai")
    suggested = page.one("div", "suggested")
    assert "Suzhou 2 measures in common" in suggested.text
    assert "/en/compare?region=320000&region=320100&region=320500&topic=ai" in page.links()


def test_filters_say_what_they_would_leave(seeded: Database) -> None:
    """In every list, given the others; without a filter there is none to take away."""
    page = read(seeded, "/en/compare?family=adoption")
    options = [option.text for option in page.all("option")]
    assert "Industry size (4)" in options
    assert "Adoption (3)" in options
    assert "2030 (1)" in options
    assert page.one("a", "unfiltered").attributes["href"] == "/en/compare?region=330000&region=320000"
    assert read(seeded, "/en/compare").all("a", "unfiltered") == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_cannot_be_compared_comes_back_in_the_form(seeded: Database) -> None:
    """With all that was asked, what is wrong beside its field, and the way to mend it; a good part is not lost."""
    nine = ["330000", "320000", "340000", "310000", "320100", "320500", "330100", "330200", "110000"]
    with reader(seeded) as client:

        def refused(asked: dict[str, str | list[str]]) -> Page:
            answer = client.get("/en/compare", params=asked)
            assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
            return Page(answer.text)

        many = refused({"region": nine, "year_to": "2030"})
        assert "up to 8 can be compared" in many.one("p", "wrong").text
        assert [
            e.attributes["value"] for e in many.all("input") if e.attributes.get("name") == "region"
        ] == nine
        eight = "&".join(f"region={code}" for code in nine[:-1])
        assert f"/en/compare?{eight}&year_to=2030" in many.links()

        swapped = refused({"region": ["zj", "js"], "topic": "ai", "year_from": "2030", "year_to": "2025"})
        chosen = {o.attributes["value"] for o in swapped.all("option") if "selected" in o.attributes}
        assert chosen == {"ai", "", "2030", "2025"}
        field = next(s for s in swapped.all("select") if s.attributes["name"] == "year_to")
        assert field.attributes["aria-describedby"] == swapped.one("p", "wrong").attributes["id"]
        assert [chip.text.split()[0] for chip in swapped.all("li", "chip")] == ["Zhejiang", "Jiangsu"]

        unknown = refused({"region": ["zj", "atlantis"], "family": "magic", "year_from": "abc"})
        assert [wrong.attributes["id"] for wrong in unknown.all("p", "wrong")] == [
            "wrong-family",
            "wrong-year_from",
        ]
        unknown = refused({"region": ["zj", "atlantis"], "family": "adoption"})
        assert "no region “atlantis”" in unknown.one("p", "wrong").text
        assert [e.attributes["value"] for e in unknown.all("input") if e.attributes.get("name") == "add"] == [
            "atlantis"
        ]
        assert [chip.text.split()[0] for chip in unknown.all("li", "chip")] == ["Zhejiang"]
