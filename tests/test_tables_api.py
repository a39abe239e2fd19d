"""The addresses that give tables: the collection's filters, the files' names, and refusals before the first byte.

What stands in the files is tested in `test_tables`.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import IO, Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet

from app.exchange.tables.collections import COLLECTIONS
from app.exchange.tables.table import MAX_ROWS
from app.store.session import Database
from app.web.files import IN_MEMORY, file_answer
from tests.clients import asking, database_of

NAMES = sorted(COLLECTIONS)
COMPARED = "region=zj&region=js"


@pytest.fixture
def client(seeded: Database) -> Iterator[TestClient]:
    """Ask the application about the committed facts."""
    with asking(seeded) as asked:
        yield asked


def lines_of(text: str) -> list[Any]:
    """Read lines of JSON."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    """Ask for a CSV and read it."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize("name", NAMES)
def test_every_form_holds_what_json_lists(client: TestClient, name: str) -> None:
    """Each item of the collection is a row, in the same order, under the same key; the header counts them."""
    items, asked = [], f"/api/v1/{name}?limit=1000"
    page = client.get(asked).json()
    items += page["items"]
    while page["next"]:
        page = client.get(asked, params={"limit": 1000, "cursor": page["next"]}).json()
        items += page["items"]
    key = next(one for one in ("id", "public_id", "code", "slug") if one in items[0])
    keys = [item[key] for item in items]
    answers = {form: client.get(f"/api/v1/{name}.{form}") for form in ("csv", "xlsx", "ndjson", "parquet")}
    assert {int(answer.headers["x-total-count"]) for answer in answers.values()} == {len(items)}
    rows = list(csv.DictReader(io.StringIO(answers["csv"].text, newline="")))
    assert [row[key] for row in rows] == keys
    book = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].content), read_only=True)
    names, *records = book[name].iter_rows(values_only=True)
    assert [record[names.index(key)] for record in records] == keys
    assert lines_of(answers["ndjson"].text) == items
    table = parquet.read_table(io.BytesIO(answers["parquet"].content))
    assert table.column_names == [*rows[0], "numbers_as_text"]
    assert table[key].to_pylist() == keys
    told = client.get(f"/api/v1/{name}.metadata.json").json()
    assert [one["name"] for one in told["tables"][0]["columns"]] == list(rows[0])
    assert told["tables"][0]["rows"] == len(items)
    assert client.get(f"/api/v1/{name}.json?limit=3").json() == client.get(f"/api/v1/{name}?limit=3").json()


def test_figures_are_there_as_stated_and_in_canonical_units(client: TestClient) -> None:
    """With the words of the source, the evidence, and whose they are."""
    (row,) = [
        row
        for row in rows_of(client, "/api/v1/deadlines.csv?plan=zj-ai-terminals&metric=revenue")
        if row["target_public_id"] == "zj-ai-terminals.revenue"
    ]
    expected = {
        "id": "zj-ai-terminals.revenue@2027-12-31",
        "region_code": "330000",
        "comparator": "gt",
        "value": "5000",
        "unit": "亿元",
        "canonical_value": "500000000000",
        "canonical_unit": "CNY",
        "value_as_stated": "突破5000亿元",
        "due_on": "2027-12-31",
        "due_precision": "year",
    }
    assert {name: row[name] for name in expected} == expected
    assert len(row["evidence"].split(" | ")) == len(row["evidence_source"].split("; "))


def test_filters_and_sort_are_those_of_the_collection(client: TestClient) -> None:
    """What the filters leave is what the table holds."""
    query = "region=js&family=adoption&sort=-due_on"
    ids = [item["id"] for item in client.get(f"/api/v1/deadlines?{query}").json()["items"]]
    assert ids
    assert [row["id"] for row in rows_of(client, f"/api/v1/deadlines.csv?{query}")] == ids


@pytest.mark.parametrize("form", ["csv", "xlsx", "ndjson", "parquet", "metadata.json"])
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("deadlines.{}?limit=5", "unknown_parameter"),
        ("deadlines.{}?cursor=x", "unknown_parameter"),
        ("deadlines.{}?region=nowhere", "unknown_region"),
        ("deadlines.{}?sort=value", "bad_sort"),
        ("plans.{}?stage=unheard", "unknown_word"),
        ("compare.{}", "missing"),
        ("compare.{}?region=nowhere", "unknown_region"),
    ],
)
def test_what_is_wrong_is_said_before_the_first_byte(
    client: TestClient, asked: str, code: str, form: str
) -> None:
    """As problem+json, with the code that the collection itself gives."""
    answer = client.get(f"/api/v1/{asked.format(form)}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == code


def test_only_csv_takes_excel(client: TestClient) -> None:
    """With it the text begins with a byte order mark, which a workbook has no use for."""
    assert client.get("/api/v1/topics.csv?excel=1").content.startswith(b"\xef\xbb\xbfslug,")
    assert client.get("/api/v1/topics.csv").content.startswith(b"slug,")
    assert client.get("/api/v1/topics.csv?excel=2").json()["code"] == "unknown_word"
    assert client.get("/api/v1/topics.xlsx?excel=1").json()["code"] == "unknown_parameter"


def test_files_are_named_typed_licensed_and_tagged(client: TestClient) -> None:
    """The name says what is in it and of which day; the tag is that of every answer of these data."""
    day = client.get(f"/api/v1/compare?{COMPARED}").json()["as_of"]
    for path, kind, name in (
        ("plans.csv", "text/csv; charset=utf-8", f"mubiao-plans-{day}.csv"),
        (
            f"compare.xlsx?{COMPARED}",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            f"mubiao-compare-zj-js-{day}.xlsx",
        ),
    ):
        answer = client.get(f"/api/v1/{path}")
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        licence, metadata = answer.headers["link"].split(", ")
        assert licence == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
        told = re.fullmatch(r'<(.*)>; rel="describedby"; type="application/json"', metadata)
        assert told
        assert client.get(told[1]).json()["forms"][1]["address"] == f"/api/v1/{path}".replace("xlsx", "csv")
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_comparison_is_the_one_that_json_gives(client: TestClient) -> None:
    """Each figure once, each verdict of a pair too, in both forms."""
    comparison = client.get(f"/api/v1/compare?{COMPARED}").json()
    rows = [row for family in comparison["families"] for row in family["rows"]]
    ids = [one["id"] for row in rows for cell in row["cells"] for one in cell["deadlines"]]
    pairs = sorted(
        (a, b, one["verdict"], "; ".join(one["reasons"]))
        for row in rows
        for one in row["verdicts"]
        for a in one["a"]
        for b in one["b"]
    )
    assert [row["id"] for row in rows_of(client, f"/api/v1/compare.csv?{COMPARED}")] == ids
    table = parquet.read_table(io.BytesIO(client.get(f"/api/v1/compare.parquet?{COMPARED}").content))
    assert table["id"].to_pylist() == ids
    lines = lines_of(client.get(f"/api/v1/compare.ndjson?{COMPARED}").text)
    assert [line["deadline"]["id"] for line in lines] == ids
    met = sorted(
        (line["deadline"]["id"], other, one["verdict"], "; ".join(one["reasons"]))
        for line in lines
        for one in line["verdicts"]
        for other in one["ids"]
    )
    # Each pair is told of twice, on either figure's line.
    assert met == sorted([*pairs, *((b, a, *said) for a, b, *said in pairs)])
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/v1/compare.xlsx?{COMPARED}").content))
    assert book.sheetnames == ["figures", "pairs", "empty_cells", "About 说明"]
    names, *records = book["pairs"].iter_rows(values_only=True)
    places = [names.index(name) for name in ("a", "b", "verdict", "reasons")]
    assert sorted(tuple(record[place] or "" for place in places) for record in records) == pairs


def test_metadata_say_all_of_a_table(client: TestClient) -> None:
    """Columns with units and codes, definitions, sources, the exact query, the citation, the same data in other forms."""
    query = "region=330000&metric=revenue&kind=level"
    told = client.get(f"/api/v1/deadlines.metadata.json?{query}").json()
    items = client.get(f"/api/v1/deadlines?{query}").json()["items"]
    columns = {one["name"]: one for one in told["tables"][0]["columns"]}
    assert (columns["value"]["type"], columns["value"]["unit_column"]) == ("number", "unit")
    assert (columns["due_on"]["type"], columns["progress_rate"]["unit"]) == ("date", "%")
    assert columns["plan_stage"]["vocabulary"] == "Stage"
    codes = {
        one["name"]: {code["code"]: code["meaning_zh"] for code in one["codes"]}
        for one in told["vocabularies"]
    }
    assert codes["Stage"]["adopted"] == "已出台"
    assert [one["slug"] for one in told["metrics"]] == ["revenue"]
    assert [one["slug"] for one in told["topics"]] == sorted({item["topic"] for item in items})
    sources = sorted({one["source"] for item in items for one in item["evidence"]})
    assert ([one["slug"] for one in told["sources"]], told["sources_total"]) == (sources, len(sources))
    assert told["query"]["address"] == f"/api/v1/deadlines.json?{query}"
    given = [f"{one['name']}={one['value']}" for one in told["query"]["filters"]]
    assert sorted(given) == sorted(query.split("&"))
    assert told["citation"]["text_en"].endswith(told["query"]["address"])
    assert f"data revision {told['query']['revision']}" in told["citation"]["text_en"]
    for form in told["forms"]:
        answer = client.get(form["address"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, form["media_type"])


@pytest.mark.parametrize("name", ["plans", "targets", "observations", "measures"])
def test_metadata_name_the_sources_behind_the_rows(client: TestClient, name: str) -> None:
    """Those whose evidence the rows have: of targets, that of their deadlines."""
    told = client.get(f"/api/v1/{name}.metadata.json?under=js").json()
    found: set[str] = set()
    for line in lines_of(client.get(f"/api/v1/{name}.ndjson?under=js").text):
        if name == "plans":
            evidence = client.get(f"/api/v1/plans/{line['slug']}").json()["evidence"]
        elif name == "targets":
            evidence = [one for deadline in line["deadlines"] for one in deadline["evidence"]]
        else:
            evidence = line["evidence"]
        found |= {one["source"] for one in evidence}
    assert [one["slug"] for one in told["sources"]] == sorted(found)


def test_metadata_of_a_comparison_are_of_its_figures(client: TestClient) -> None:
    """Its three tables, each counted, and what its figures rest on."""
    told = client.get(f"/api/v1/compare.metadata.json?{COMPARED}").json()
    lines = lines_of(client.get(f"/api/v1/compare.ndjson?{COMPARED}").text)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/v1/compare.xlsx?{COMPARED}").content))
    counted = {name: book[name].max_row - 1 for name in ("figures", "pairs", "empty_cells")}
    assert {table["name"]: table["rows"] for table in told["tables"]} == counted
    figures = [line["deadline"] for line in lines]
    assert {one["slug"] for one in told["metrics"]} == {
        one["metric"]["slug"] for one in figures if one["metric"]
    }
    assert {one["slug"] for one in told["sources"]} == {
        one["source"] for figure in figures for one in figure["evidence"]
    }


def test_without_pyarrow_it_is_said_what_is_missing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a refusal of its own, with what to ask for instead; other forms are as ever."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = client.get("/api/v1/topics.parquet")
    assert (answer.status_code, answer.json()["code"]) == (501, "parquet_not_installed")
    assert "mubiao[parquet]" in answer.json()["detail"]
    assert client.get("/api/v1/topics.csv").status_code == 200


def test_a_large_file_is_sent_from_disk_and_whole() -> None:
    """It has its length, and is the same block by block as at once."""
    content = b"0123456789" * (IN_MEMORY // 5)

    def write(file: IO[bytes]) -> None:
        file.write(content)

    answer = file_answer(write, {"Link": "<x>"}, "text/csv")
    served = TestClient(answer).get("/")
    assert (served.content, served.headers["link"]) == (content, "<x>")
    assert served.headers["content-length"] == str(len(content))


def test_no_connection_is_held_while_a_file_is_sent(client: TestClient) -> None:
    """The table is written before the answer begins, in one snapshot, which is closed then."""
    assert client.get("/api/v1/deadlines.csv").status_code == 200
    assert database_of(client).engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_the_document_lists_columns_in_order(client: TestClient) -> None:
    """What the table's first line says, the document explains."""
    document = client.get("/api/v1/openapi.json").json()
    for name in (*NAMES, "compare"):
        listed = document["paths"][f"/api/v1/{name}.csv"]["get"]["x-columns"]
        asked = f"?{COMPARED}" if name == "compare" else ""
        first = client.get(f"/api/v1/{name}.csv{asked}").text.split("\r\n", 1)[0]
        assert ",".join(column["name"] for column in listed) == first
    assert f"{MAX_ROWS:,} rows" in document["paths"]["/api/v1/plans.xlsx"]["get"]["description"]
