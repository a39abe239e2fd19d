"""The API's collections on the committed facts: items, keys, filters, sorting, cursors.

Bad input is in `test_api_problems`, the documentation in `test_api_document`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.store.engines import POOL_SIZE
from app.store.models import Region, Topic
from app.store.queries.filters import under_region, under_topic
from tests.clients import asking, database_of
from tests.databases import Databases

KEYS = {
    "regions": "code",
    "topics": "slug",
    "metrics": "slug",
    "organizations": "slug",
    "sources": "slug",
    "plans": "slug",
    "targets": "public_id",
    "deadlines": "id",
    "observations": "slug",
    "measures": "public_id",
}
Item = dict[str, Any]
Chosen = Callable[[Item], Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(databases: Databases, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """Ask the application about the committed facts on both engines; it is put together once."""
    with asking(databases.seeded(request.param)) as asked:
        yield asked


def read(client: TestClient, path: str, **parameters: Any) -> Any:
    """Read an answer that must be one."""
    answer = client.get(f"/api/v1/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def items(client: TestClient, name: str, **parameters: Any) -> list[Item]:
    """Read a whole collection."""
    page = read(client, name, limit=1000, **parameters)
    assert (page["next"], page["total"], page["total_is_capped"]) == (None, len(page["items"]), False)
    found: list[Item] = page["items"]
    return found


def keys(name: str, found: list[Item]) -> list[str]:
    """Name the items."""
    return [item[KEYS[name]] for item in found]


def sorts(client: TestClient, name: str) -> list[str]:
    """List the orders that the document allows."""
    parameters = client.get("/api/v1/openapi.json").json()["paths"][f"/api/v1/{name}"]["get"]["parameters"]
    (sort,) = (one["schema"]["enum"] for one in parameters if one["name"] == "sort")
    return [one for one in sort if not one.endswith("value")]


@pytest.mark.parametrize("name", KEYS)
def test_every_item_is_found_by_its_key(client: TestClient, name: str) -> None:
    """The first and the last item alone say what they say in the list, perhaps more."""
    listed = items(client, name)
    for item in (listed[0], listed[-1]):
        alone = read(client, f"{name}/{item[KEYS[name]]}")
        assert alone | item == alone


@pytest.mark.parametrize("name", KEYS)
def test_walking_the_pages_gives_the_whole_list(client: TestClient, name: str) -> None:
    """In every order, no item comes twice and none is left out, and each page carries the total."""
    for sort in sorts(client, name):
        whole = keys(name, items(client, name, sort=sort))
        step = max(1, len(whole) // 3)
        walked: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = read(client, name, sort=sort, limit=step, **cursor)
            assert page["total"] == len(whole)
            walked += keys(name, page["items"])
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert walked == whole, sort
        assert len(set(walked)) == len(walked)


@pytest.mark.parametrize("name", KEYS)
def test_a_minus_turns_the_order_round(client: TestClient, name: str) -> None:
    """What has changed last comes first with `-updated_at`, ties turned round with it."""
    for sort in sorts(client, name):
        if sort.startswith("-"):
            turned = keys(name, items(client, name, sort=sort))
            assert turned == keys(name, items(client, name, sort=sort[1:]))[::-1]


def test_deadlines_are_listed_by_due_date(client: TestClient) -> None:
    """Undated ones come last."""
    due = [item["due_on"] or "undated" for item in items(client, "deadlines")]
    assert due == sorted(due)


def test_targets_are_sorted_by_their_final_deadline(client: TestClient) -> None:
    """A target with two deadlines stands where the later one falls."""
    found = items(client, "targets", sort="due_on")
    final = [max(one["due_on"] or "undated" for one in target["deadlines"]) for target in found]
    assert final == sorted(final)


def test_sorting_by_value_needs_one_metric_and_kind(client: TestClient) -> None:
    """Within both, figures run from the smallest to the largest, or the other way (R3)."""
    for name in ("deadlines", "observations"):
        metric = next(
            item["metric"]["slug"]
            for item in items(client, name)
            if item["kind"] == "level" and item["metric"]
        )
        found = items(client, name, metric=metric, kind="level", sort="value")
        values = [float(item["canonical_value"]) for item in found]
        assert values == sorted(values)
        turned = items(client, name, metric=metric, kind="level", sort="-value")
        assert keys(name, turned) == keys(name, found)[::-1]


FILTERS: list[tuple[str, dict[str, Any], Chosen]] = [
    ("regions", {"level": "province"}, lambda item: item["level"] == "province"),
    ("regions", {"parent": "zj"}, lambda item: item["parent"] == "330000"),
    ("regions", {"region": "zj"}, lambda item: item["code"] == "330000"),
    ("metrics", {"family": "adoption"}, lambda item: item["family"] == "adoption"),
    ("sources", {"kind": "news"}, lambda item: item["kind"] == "news"),
    ("organizations", {"region": "100000"}, lambda item: (item["region"] or {}).get("code") == "100000"),
    ("plans", {"region": "330000"}, lambda item: item["region"]["code"] == "330000"),
    ("plans", {"stage": "consultation_draft"}, lambda item: item["stage"] == "consultation_draft"),
    *(
        entry
        for name in ("targets", "deadlines")
        for entry in (
            (name, {"region": "js"}, lambda item: item["region"]["code"] == "320000"),
            (name, {"family": "adoption"}, lambda item: (item["metric"] or {}).get("family") == "adoption"),
            (name, {"metric": "revenue"}, lambda item: (item["metric"] or {}).get("slug") == "revenue"),
            (name, {"kind": "qualitative"}, lambda item: item["kind"] == "qualitative"),
            (name, {"stage": "adopted"}, lambda item: item["plan"]["stage"] == "adopted"),
            (name, {"plan": "zj-ai-terminals"}, lambda item: item["plan"]["slug"] == "zj-ai-terminals"),
            (
                name,
                {"kind": "level", "region": "zj"},
                lambda item: (item["kind"], item["region"]["slug"]) == ("level", "zj"),
            ),
        )
    ),
    ("deadlines", {"year": 2027}, lambda item: (item["due_on"] or "").startswith("2027")),
    (
        "targets",
        {"year": 2027},
        lambda item: any((one["due_on"] or "").startswith("2027") for one in item["deadlines"]),
    ),
    ("observations", {"region": "zj"}, lambda item: item["region"]["slug"] == "zj"),
    ("observations", {"kind": "growth"}, lambda item: item["kind"] == "growth"),
    ("observations", {"status": "estimate"}, lambda item: item["status"] == "estimate"),
    ("observations", {"year": 2024}, lambda item: (item["to_on"] or "").startswith("2024")),
    (
        "observations",
        {"family": "industry_size"},
        lambda item: item["metric"]["family"] == "industry_size",
    ),
    ("measures", {"kind": "fund"}, lambda item: item["kind"] == "fund"),
    ("measures", {"region": "330100"}, lambda item: item["region"]["code"] == "330100"),
    ("measures", {"stage": "adopted"}, lambda item: item["plan"]["stage"] == "adopted"),
    *(
        (
            name,
            {"source": "ifn-2026-jiangsu-zhejiang"},
            lambda item: "ifn-2026-jiangsu-zhejiang" in {one["source"] for one in item["evidence"]},
        )
        for name in ("deadlines", "observations", "measures")
    ),
]


@pytest.mark.parametrize(("name", "asked", "chosen"), FILTERS)
def test_a_filter_keeps_what_it_names(
    client: TestClient, name: str, asked: dict[str, Any], chosen: Chosen
) -> None:
    """The answer is the list without the others, in the same order; there are others."""
    everything = items(client, name)
    expected = [item for item in everything if chosen(item)]
    assert keys(name, items(client, name, **asked)) == keys(name, expected)
    assert 0 < len(expected) < len(everything)


@pytest.mark.parametrize("name", ["plans", "targets", "deadlines", "observations", "measures"])
def test_under_is_a_region_with_all_below(client: TestClient, name: str) -> None:
    """A province brings its cities, a group its members with theirs."""
    with database_of(client).read() as session:
        for code in ("330000", "yangtze-delta"):
            start = session.scalars(select(Region.id).where(Region.code == code)).one()
            below = set(session.scalars(select(Region.code).where(Region.id.in_(under_region(start)))))
            expected = [item for item in items(client, name) if item["region"]["code"] in below]
            assert keys(name, items(client, name, under=code)) == keys(name, expected)
            assert len({item["region"]["code"] for item in expected}) > 1


@pytest.mark.parametrize("name", ["targets", "deadlines", "observations", "plans"])
def test_topic_takes_in_what_is_below_it(client: TestClient, name: str) -> None:
    """The topic ai brings AI terminals; a plan counts by any of its topics."""
    with database_of(client).read() as session:
        start = session.scalars(select(Topic.id).where(Topic.slug == "ai")).one()
        below = set(session.scalars(select(Topic.slug).where(Topic.id.in_(under_topic(start)))))
    expected = [
        item
        for item in items(client, name)
        if below & ({one["slug"] for one in item["topics"]} if name == "plans" else {item["topic"]})
    ]
    assert keys(name, items(client, name, topic="ai")) == keys(name, expected)
    assert len(below) > 1


@pytest.mark.parametrize(
    ("name", "q", "key"),
    [
        ("regions", "Zhejiang", "330000"),
        ("topics", "终端", "ai-terminals"),
        ("metrics", "营业收入", "revenue"),
        ("sources", "Jiangsu", "ifn-2026-jiangsu-zhejiang"),
        ("plans", "人工智能终端", "zj-ai-terminals"),
        ("targets", "突破5000億元", "zj-ai-terminals.revenue"),
        ("deadlines", "突破5000亿元", "zj-ai-terminals.revenue@2027-12-31"),
    ],
)
def test_search_finds_by_words_of_either_script(client: TestClient, name: str, q: str, key: str) -> None:
    """What is sought is among fewer than all."""
    found = keys(name, items(client, name, q=q))
    assert key in found
    assert len(found) < len(items(client, name))


def test_the_total_of_a_search_stops_counting(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the cap, `total` is the cap and says so; without a search it is the number."""
    monkeypatch.setattr("app.store.queries.chosen.COUNT_CAP", 3)
    page = read(client, "deadlines", q="浙江", limit=2)
    assert (page["total"], page["total_is_capped"], len(page["items"])) == (3, True, 2)
    later = read(client, "deadlines", q="浙江", limit=2, cursor=page["next"])
    assert (later["total"], later["total_is_capped"]) == (3, True)
    page = read(client, "deadlines", limit=2)
    assert (page["total"] > 3, page["total_is_capped"]) == (True, False)


def test_nothing_changed_since_tomorrow(client: TestClient) -> None:
    """`updated_since` takes a day or an instant; what was loaded once changed at one instant."""
    for name in KEYS:
        latest = max(item["updated_at"] for item in items(client, name))
        assert len(items(client, name, updated_since=latest)) > 0
        assert items(client, name, updated_since="2100-01-01") == []
        assert len(items(client, name, updated_since="2000-01-01T08:00:00+08:00")) == len(items(client, name))


def test_amounts_are_strings_of_plain_digits(client: TestClient) -> None:
    """Zhejiang's 500 billion is given digit for digit, with comparator, due year and evidence."""
    row = read(client, "deadlines/zj-ai-terminals.revenue@2027-12-31")
    assert {
        name: row[name] for name in ("comparator", "value", "unit", "canonical_value", "canonical_unit")
    } == {
        "comparator": "gt",
        "value": "5000",
        "unit": "亿元",
        "canonical_value": "500000000000",
        "canonical_unit": "CNY",
    }
    assert (row["due_on"], row["region"]["code"], row["coverage"]) == ("2027-12-31", "330000", "above_scale")
    assert {"ifn-2026-jiangsu-zhejiang"} <= {one["source"] for one in row["evidence"]}


def test_the_comparison_names_why_figures_differ(client: TestClient) -> None:
    """Regions by code or slug, each once; the famous pair is different, with reasons."""
    view = read(client, "compare", region=["330000", "js", "zj"], family="industry_size")
    assert [region["code"] for region in view["regions"]] == ["330000", "320000"]
    (lead,) = view["families"][0]["leads"]
    assert (lead["verdict"], "metric" in lead["reasons"]) == ("different", True)


def test_a_source_comes_with_what_it_supports(client: TestClient) -> None:
    """Alone it lists its facts; the list counts them."""
    source = read(client, "sources/ifn-2026-jiangsu-zhejiang")
    facts = {(fact["fact"], fact["key"]) for fact in source["facts"]}
    assert len(facts) == source["evidence"]


def test_equal_questions_get_equal_bytes(client: TestClient) -> None:
    """Two processes answer alike to the byte, so that either's copy will do."""
    with asking(database_of(client)) as other:
        for path in ("deadlines?limit=1000", "plans/zj-ai-terminals", "compare?region=zj&region=js"):
            assert client.get(f"/api/v1/{path}").content == other.get(f"/api/v1/{path}").content


def test_more_readers_than_connections_are_all_answered(client: TestClient) -> None:
    """Those who come when every connection is lent wait for one; none is refused, and none waits in vain."""
    paths = [f"/api/v1/regions?limit={limit}" for limit in range(1, 3 * POOL_SIZE)]
    with ThreadPoolExecutor(len(paths)) as pool:
        statuses = list(pool.map(lambda path: client.get(path).status_code, paths))
    assert set(statuses) == {200}
