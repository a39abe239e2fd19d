"""Every example of the page of examples runs as it stands there, against a real server, and gives what it promises.

How the page looks is for the tests of all pages.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.databases import Databases
from tests.raw_server import Server, serving
from tests.reading import Page

# Each in an environment of its own, one after the other, in one process: what they import takes longest.
DRIVER = """
import sys
for name in sys.argv[1:]:
    print("example", name, flush=True)
    exec(compile(open(name, encoding="utf-8").read(), name, "exec"), {"__name__": "__main__"})
"""
COMPARED = "/api/v1/compare?region=330000&region=320000&topic=ai"
PYTHON = ("pandas", "polars", "duckdb")


@dataclass(frozen=True, slots=True)
class Shown:
    """The page's examples by their anchors, and the server that they name."""

    server: Server
    texts: dict[str, str]

    def json(self, path: str) -> Any:
        """Ask the server itself."""
        return json.loads(self.server.ask(path).body)

    def addresses(self, anchor: str) -> list[str]:
        """List the addresses in an example, as paths on this server."""
        found = re.findall(r'"(http[^"]+)"', self.texts[anchor])
        base = f"http://127.0.0.1:{self.server.port}"
        assert all(address.startswith(base) for address in found)
        return [address.removeprefix(base) for address in found]

    def figures(self) -> set[tuple[str, str]]:
        """Name region and figure of what the comparison has a verdict on."""
        rows = [row for family in self.json(COMPARED)["families"] for row in family["rows"]]
        judged = {one for row in rows for pair in row["verdicts"] for one in (*pair["a"], *pair["b"])}
        items = (item for row in rows for cell in row["cells"] for item in cell["deadlines"])
        return {
            (item["region"]["name_en"], item["value_as_stated"])
            for item in items
            if item["id"] in judged and item["value"] is not None
        }


@pytest.fixture(scope="module")
def shown(databases: Databases) -> Iterator[Shown]:
    """Serve the committed facts, and read the page as someone does who then copies from it."""
    with serving(databases.seeded("sqlite")) as server:
        page = Page(server.ask("/en/data/examples", host=f"127.0.0.1:{server.port}").body.decode())
        texts = {}
        for code in page.all("code"):
            assert code.parent is not None
            assert code.parent.parent is not None
            texts[code.parent.parent.attributes["id"]] = "".join(code.parts)
        yield Shown(server, texts)
        assert server.errors == []


def run(command: list[str], folder: Path) -> str:
    """Run a command in a folder of its own, with nothing of this process's environment but the path."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    done = subprocess.run(
        command, cwd=folder, env=environ, check=False, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def judged(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Name region and figure of the rows of a table that have a verdict."""
    return {
        (row["region_name_en"], row["value_as_stated"]) for row in rows if row["verdicts"] and row["value"]
    }


def program(name: str) -> str:
    """Find a program that an example is for; without it the test is skipped, in CI it fails."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"there is no {name} here")
    return found


@pytest.fixture(scope="module")
def printed(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the examples in Python, and give what each printed."""
    folder = tmp_path_factory.mktemp("examples")
    for name in PYTHON:
        (folder / name).write_text(shown.texts[name], encoding="utf-8")
    output = run([sys.executable, "-c", DRIVER, *PYTHON], folder)
    return dict(re.findall(r"^example (\w+)\n(.*?)(?=^example |\Z)", output, re.MULTILINE | re.DOTALL))


def test_there_is_an_example_for_each_tool(shown: Shown) -> None:
    """Each with the reader's own address; the texts that lie there are those that are shown."""
    folder = Path(__file__).parent.parent / "templates" / "examples"
    assert sorted(shown.texts) == sorted(file.stem for file in folder.iterdir())
    assert [
        name for name, text in shown.texts.items() if f"http://127.0.0.1:{shown.server.port}/" not in text
    ] == []


def test_pandas_shows_figures_with_sources_and_verdicts(shown: Shown, printed: dict[str, str]) -> None:
    """Every figure of the province on the topic, and of the comparison each with its verdict."""
    items = shown.json("/api/v1/deadlines?under=330000&topic=ai&limit=1000")["items"]
    due = [item for item in items if item["value"] is not None]
    figures, compared = printed["pandas"].split("verdicts\n", 1)
    assert 0 < len(due) <= 60
    assert [item["id"] for item in due if item["value_as_stated"] not in figures] == []
    assert [item["id"] for item in due if item["evidence"][0]["source"] not in figures] == []
    for region, stated in shown.figures():
        assert re.search(rf"{region} +{re.escape(stated)} .*(?:same|caution|different) \(", compared), stated


def test_polars_counts_progress_and_verdicts(shown: Shown, printed: dict[str, str]) -> None:
    """The numbers that it prints are those of the API."""
    due = shown.json("/api/v1/deadlines?topic=ai&limit=1000")["items"]
    progress = Counter((item["progress"]["timing"], item["progress"]["result"]) for item in due)
    pairs = Counter(
        (pair["verdict"], reason)
        for family in shown.json(COMPARED)["families"]
        for row in family["rows"]
        for pair in row["verdicts"]
        for reason in pair["reasons"] or ["null"]
    )
    rows = re.findall(r"│ (\w+) +┆ (\w+) +┆ (\d+) +│", printed["polars"])
    found = [((one, other), int(number)) for one, other, number in rows]
    assert found != []
    assert [each for each in found if each not in {*progress.items(), *pairs.items()}] == []
    assert progress.most_common(1)[0] == found[0]
    assert pairs.most_common(1)[0][1] in {number for _, number in found}


def test_duckdb_reads_the_parquet(shown: Shown, printed: dict[str, str]) -> None:
    """It finds the measures that several regions share, and each figure of the comparison with its verdict."""
    regions: dict[tuple[str, ...], set[str]] = {}
    for item in shown.json("/api/v1/deadlines?limit=1000")["items"]:
        if item["metric"]:
            key = (
                item["metric"]["slug"],
                *(item[name] for name in ("kind", "topic", "boundary", "coverage")),
            )
            regions.setdefault((*key, item["qualifier"]), set()).add(item["region"]["code"])
    shared = {key[0] for key, codes in regions.items() if len(codes) > 1}
    measures, compared = printed["duckdb"].split("region_name_en", 1)
    assert shared != set()
    assert [slug for slug in shared if slug not in measures] == []
    for region, stated in shown.figures():
        assert re.search(rf"{region} +│ {re.escape(stated)} .*(?:same|caution|different)", compared), stated


def test_curl_asks_again_without_being_sent_the_same(shown: Shown, tmp_path: Path) -> None:
    """The files are what the server gives; the second time only what has no tag is sent."""
    program("curl")
    (tmp_path / "example.sh").write_text(shown.texts["curl"], encoding="utf-8")
    for again in (False, True):
        assert run(["bash", "-eu", "example.sh"], tmp_path) == ""
        compared = (tmp_path / "compare.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(compared)))
        assert shown.figures() == judged(rows)
        given = tmp_path / "deadlines.json"
        if again:
            assert not given.exists() or given.read_bytes() == b""
        else:
            assert json.loads(given.read_bytes()) == shown.json("/api/v1/deadlines?under=330000&topic=ai")
            given.unlink()


def test_r_shows_figures_with_sources_and_verdicts(shown: Shown, tmp_path: Path) -> None:
    """As with pandas. R is large, so CI does without."""
    if shutil.which("Rscript") is None:
        pytest.skip("there is no Rscript here")
    (tmp_path / "example.R").write_text(shown.texts["r"], encoding="utf-8")
    output = run(["Rscript", "--vanilla", "example.R"], tmp_path)
    assert [stated for _, stated in shown.figures() if stated not in output] == []
    assert "different (metric, topic, coverage)" in output


def test_excel_finds_the_sheet_and_the_columns(shown: Shown) -> None:
    """The workbook at the address has them, with numbers as numbers, and a sheet that explains them."""
    text = shown.texts["excel"]
    (address,) = shown.addresses("excel")
    book = openpyxl.load_workbook(io.BytesIO(shown.server.ask(address).body))
    (sheet,) = re.findall(r'Item = "(\w+)"', text)
    header, *rows = book[sheet].iter_rows(values_only=True)
    (columns,) = re.findall(r"\{(\"[^}]*)\}\)", text)
    assert set(re.findall(r'"(\w+)"', columns)) <= set(header)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert shown.figures() == judged(found)
    assert {type(row["value"]) for row in found if row["value"] is not None} <= {int, float}
    assert "About 说明" in book.sheetnames


def test_a_formula_of_google_sheets_names_a_table(shown: Shown) -> None:
    """What it would fetch is CSV with a verdict beside each figure; the formula is one that Sheets knows."""
    assert re.fullmatch(r'=IMPORTDATA\("http[^"]+"\)\n', shown.texts["sheets"])
    (address,) = shown.addresses("sheets")
    answer = shown.server.ask(address)
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert shown.figures() == judged(rows)
