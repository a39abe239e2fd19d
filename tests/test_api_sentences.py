"""What the API's sentences tell a reader who typed an address wrong: what would be right, in his language.

Which mistake has which status and code is in `test_api_problems`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.clients import asking
from tests.databases import Databases


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """Ask the application about the committed facts; the engine makes no difference here."""
    with asking(databases.seeded("sqlite")) as asked:
        yield asked


def refusal(client: TestClient, path: str, lang: str = "en") -> tuple[str, str]:
    """Give the code and the sentence of what is wrong with an address."""
    answer = client.get(f"/api/v1/{path}", headers={"Accept-Language": lang})
    said: dict[str, Any] = answer.json()
    assert answer.status_code == 422, said
    return said["code"], said["detail"]


@pytest.mark.parametrize(
    "given",
    [
        "2026",
        "20261120",
        "0",
        "-1",
        "1700000000",
        "2026-1-2",
        "2026-02-30",
        "2026-11-20T08:00",
        "2026-11-20T08:00:00",
        "2026-11-20T08:00:00Z+08:00",
        "2026-11-20T08:00:00%2B24:00",
        "2026-W01-1",
        "2026-11-20%20",
        "0001-01-01T00:00:00%2B10:00",
    ],
)
def test_a_number_is_no_instant(client: TestClient, given: str) -> None:
    """What is neither a day nor an instant with its zone is refused, with an example of each."""
    code, said = refusal(client, f"regions?updated_since={given}")
    assert code == "bad_form"
    assert said.startswith(
        "“updated_since” must be a day or an instant with its time zone, such as 2026-11-20 or"
    )


@pytest.mark.parametrize(
    "given",
    [
        "2000-01-01",
        "2000-01-01T08:00:00Z",
        "2000-01-01t08:00:00.25z",
        "2000-01-01%2008:00:00Z",
        "2000-01-01T08:00:00.123456789-05:00",
        "2000-01-01T08:00:00%2B08:00",
    ],
)
def test_days_and_instants_are_understood(client: TestClient, given: str) -> None:
    """Every form of RFC 3339 is read, and a day."""
    assert client.get(f"/api/v1/regions?updated_since={given}").status_code == 200


def test_a_day_begins_at_midnight_utc(client: TestClient) -> None:
    """A cursor belongs to the instant, however it was written."""
    following = client.get("/api/v1/regions?limit=1&updated_since=2000-01-01").json()["next"]
    for same in ("2000-01-01T00:00:00Z", "2000-01-01T08:00:00%2B08:00"):
        answer = client.get(f"/api/v1/regions?limit=1&updated_since={same}&cursor={following}")
        assert answer.status_code == 200


def test_a_plus_sign_that_became_a_blank_is_explained(client: TestClient) -> None:
    """The reader sees a right instant in his address and must be told what the plus sign means there."""
    for lang, sentence in (("en", "as %2B, such as"), ("zh", "写作 %2B，例如")):
        code, said = refusal(client, "regions?updated_since=2026-11-20T08:00:00+08:00", lang)
        assert (code, sentence in said) == ("bad_form", True), said


@pytest.mark.parametrize("path", ["deadlines?limit=abc", "deadlines?year=abc"])
def test_a_number_is_asked_for(client: TestClient, path: str) -> None:
    """What is no whole number is told that it should be one, in either language."""
    name = path.partition("?")[2].partition("=")[0]
    assert refusal(client, path) == (
        "bad_form",
        f"“{name}” must be a whole number in plain digits, such as 50 or 2027.",
    )
    assert refusal(client, path, "zh")[1] == f"“{name}”须为整数，只用数字书写，例如 50 或 2027。"


@pytest.mark.parametrize("given", ["sort=value", "sort=-value&metric=revenue", "sort=value&kind=level"])
@pytest.mark.parametrize("collection", ["deadlines", "observations"])
def test_sorting_by_value_says_what_it_needs(client: TestClient, collection: str, given: str) -> None:
    """Values have an order within one metric and one kind only (R3)."""
    code, said = refusal(client, f"{collection}?{given}")
    assert code == "bad_sort"
    assert "needs both “metric” and “kind”" in said
    assert "须同时给出“metric”和“kind”" in refusal(client, f"{collection}?{given}", "zh")[1]


def test_a_wrong_kind_is_not_a_missing_one(client: TestClient) -> None:
    """One mistake is reported once."""
    answer = client.get("/api/v1/deadlines?sort=value&metric=revenue&kind=cars")
    assert [error["field"] for error in answer.json()["errors"]] == ["kind"]


def test_words_are_listed_in_the_readers_language(client: TestClient) -> None:
    """Each word stands in quotation marks, and the last is joined as the language does."""
    assert refusal(client, "topics?sort=name")[1] == (
        "“name” is not one of the words allowed for “sort”: “slug”, “updated_at”, and “-updated_at”."
    )
    assert refusal(client, "topics?sort=name", "zh")[1] == (
        "“name”不是“sort”允许的取值：“slug”、“updated_at”和“-updated_at”。"
    )
    assert refusal(client, "topics?page=1", "zh")[1] == (
        "这里没有参数“page”。可用的参数有：“limit”、“cursor”、“updated_since”、“q”、“sort”和“as_of”。"
    )


def test_an_empty_value_is_said_to_be_empty(client: TestClient) -> None:
    """Nobody is told that he lacks one characters."""
    assert refusal(client, "plans?topic=")[1] == "“topic” is empty. Give it a value or leave it out."


def test_what_was_sent_is_repeated_in_part(client: TestClient) -> None:
    """A long value or name is cut, and a thousand mistakes are not all told."""
    nines = "9" * 3000
    for path in (f"regions/{nines}", f"deadlines?{nines}=1", f"deadlines?region={nines[:170]}"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code in {404, 422}
        assert ("9" * 79 + "…" in answer.text, "9" * 80 in answer.text) == (True, False)
    many = client.get("/api/v1/deadlines?" + "&".join(f"a{number}=1" for number in range(500)))
    assert [error["field"] for error in many.json()["errors"]] == [f"a{number}" for number in range(20)]
