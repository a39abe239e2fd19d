"""The comparison in a frame on someone else's page: its headers, its language, what it says when something is wrong.

What it says of figures is worded as on the page and tested there.
"""

import pytest

from app.store.session import Database
from tests.clients import asking
from tests.reading import Page

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
ASKED = "/embed/compare?region=320000&region=320100&lang=en"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_anyone_may_frame_it_and_nothing_runs_in_it(seeded: Database) -> None:
    """Its policy is its own, the rest of the security headers are everyone's; the page itself stays unframed."""
    with asking(seeded) as client:
        frame, page = client.get(ASKED), client.get("/en/compare")
    assert frame.status_code == 200
    assert frame.headers["content-security-policy"] == POLICY
    assert frame.headers["x-content-type-options"] == "nosniff"
    assert frame.headers["content-language"] == "en"
    assert "x-frame-options" not in frame.headers
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "<script" not in frame.text


def test_it_says_what_may_be_compared_and_leads_to_the_whole(seeded: Database) -> None:
    """Every figure with its region, and whether it may be compared; links open outside the frame."""
    with asking(seeded) as client:
        page = Page(client.get(ASKED).text)
    assert page.one("base").attributes == {"target": "_blank"}
    assert page.one("h1").text == "Compare Jiangsu and Nanjing"
    whole = "/en/compare?region=320000&region=320100"
    assert page.links().count(whole) == 2
    said = [row.text for row in page.all("tr")]
    assert (
        "Jiangsu at least 70% by 2027 New-generation smart terminals and AI agents ≈ with care "
        "province level, not prefecture level; no public standard fixes what is counted"
    ) in said


def test_without_a_language_it_goes_to_the_readers(seeded: Database) -> None:
    """The rest of the query stays; a language that we do not have counts for none."""
    with asking(seeded) as client:
        for query in ("?region=330000&region=320000", "?region=330000&region=320000&lang=fr"):
            answer = client.get(
                f"/embed/compare{query}", headers={"Accept-Language": "zh-CN"}, follow_redirects=False
            )
            assert (answer.status_code, answer.headers["vary"]) == (302, "Accept-Language")
            assert answer.headers["location"] == "/embed/compare?region=330000&region=320000&lang=zh"
        page = Page(client.get("/embed/compare?lang=zh").text)
    assert page.one("h1").text == "比较：浙江省和江苏省"


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("region=atlantis", 422, "There is no region “atlantis”"),
        ("region=330000&topic=cheese", 422, "cheese"),
        ("region=330000&region=320000&only=comparable", 200, "No target of these regions matches."),
        ("&".join(f"region={number}" for number in range(9)), 422, "9 regions"),
        ("region=%3Cscript%3E", 422, "&lt;script&gt;"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_in_the_frame(seeded: Database, query: str, status: int, sentence: str) -> None:
    """A page of ours that says so would not be shown in a frame."""
    with asking(seeded) as client:
        answer = client.get(f"/embed/compare?lang=en&{query}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert answer.headers["content-security-policy"] == POLICY
