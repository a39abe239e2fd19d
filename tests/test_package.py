"""The whole dataset as SQLite file, Data Package and seeds: what is in them, what is not, and that they can be built on.

Releases of them are tested in `test_releases`, the addresses in `test_whole_api`.
"""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.exchange.package.archive import write_package
from app.exchange.package.database import stored, write_database
from app.exchange.package.files import DATABASE, PACKAGE, SEEDS, WholeFiles, digest
from app.exchange.package.seeds import write_seeds
from app.exchange.package.tables import TABLES
from app.exchange.seeds import load_seeds
from app.exchange.seeds.layout import seed_files
from app.exchange.seeds.reading import read_yaml
from app.exchange.tables.collections import COLLECTIONS
from app.exchange.tables.table import CellKind
from app.i18n import word
from app.resources import resource
from app.store.queries.filters import Filters
from app.store.queries.whole import STATEMENTS
from app.store.session import Database
from tests.counting import count_statements
from tests.databases import Databases
from tests.whole import HIDDEN, LONG, fill

ROWS = {
    "regions": 4,
    "region_members": 2,
    "organizations": 2,
    "topics": 1,
    "metrics": 2,
    "sources": 1,
    "plans": 2,
    "plan_issuers": 1,
    "plan_topics": 1,
    "plan_links": 1,
    "targets": 1,
    "deadlines": 1,
    "observations": 1,
    "measures": 1,
    "evidence": 3,
    "assessments": 1,
}


def write_all(db: Database, folder: Path) -> dict[str, bytes]:
    """Write the three files and give their bytes."""
    with db.read() as session:
        write_database(session, folder / DATABASE)
        with (folder / SEEDS).open("wb") as file:
            write_seeds(session, file)
    with (folder / PACKAGE).open("wb") as file:
        write_package(folder / DATABASE, file)
    return {name: (folder / name).read_bytes() for name in (DATABASE, PACKAGE, SEEDS)}


def rows_of(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask the SQLite file."""
    with closing(sqlite3.connect(folder / DATABASE)) as file:
        return file.execute(sql).fetchall()


@pytest.fixture(scope="module")
def made(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of the small dataset, once; those of the other engine are tested to be the same."""
    folder = tmp_path_factory.mktemp("whole")
    with databases.lend("sqlite", "migrated") as db:
        with db.write() as session:
            fill(session)
        write_all(db, folder)
    return folder


def test_both_engines_give_the_same_bytes(made: Path, databases: Databases, tmp_path: Path) -> None:
    """A checksum says whether data are the same, wherever and whenever the file was made."""
    with databases.lend_empty("postgresql") as db:
        with db.write() as session:
            fill(session)
        written = write_all(db, tmp_path)
    assert [name for name, content in written.items() if (made / name).read_bytes() != content] == []


def test_the_sqlite_file_is_sound_and_holds_what_is_published(made: Path) -> None:
    """Keys lead somewhere, types are held, retired names are marked; of the rest only what is public is there."""
    assert rows_of(made, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(made, "PRAGMA foreign_key_check") == []
    assert {t.name: rows_of(made, f"SELECT count(*) FROM {t.name}")[0][0] for t in TABLES} == ROWS  # noqa: S608
    assert rows_of(made, "SELECT slug, retired_on FROM organizations ORDER BY slug") == [
        ("gone", "2026-11-01"),
        ("miit", None),
    ]
    assert rows_of(made, "SELECT plan, kind, to_plan FROM plan_links") == [
        ("zj-plan", "implements", "cn-plan")
    ]
    assert rows_of(made, "SELECT id, plan, deadline, paragraph, phrase FROM evidence ORDER BY id") == [
        ("deadline:zj-plan.revenue@2027-12-31#1", None, "zj-plan.revenue@2027-12-31", "1", "突破5000亿元"),
        ("observation:zj-revenue-2024#1", None, None, "1", f"{LONG}亿元"),
        ("plan:zj-plan#1", "zj-plan", None, "6-7", "计划"),
    ]
    assert rows_of(made, "SELECT value, canonical_value, typeof(canonical_value), due_on FROM deadlines") == [
        (5000, 500000000000, "integer", "2027-12-31")
    ]
    assert rows_of(made, "SELECT value, typeof(value) FROM observations") == [(LONG, "text")]
    with closing(sqlite3.connect(made / DATABASE)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute("UPDATE plans SET stage = 'unheard'")


def test_nothing_unpublished_is_in_any_file(made: Path) -> None:
    """Neither drafts, nor links to them, nor what was retired within plans, nor anything of people."""
    texts = {DATABASE: (made / DATABASE).read_bytes()}
    for name in (PACKAGE, SEEDS):
        with zipfile.ZipFile(made / name) as archive:
            texts |= {f"{name}/{one}": one.encode() + archive.read(one) for one in archive.namelist()}
    assert [name for name, content in texts.items() if HIDDEN.encode() in content] == []
    assert [name for name, content in texts.items() if b"tester" in content or b"seed_hash" in content] == []
    names = [name for (name,) in rows_of(made, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    explained = ["about", "about_tables", "about_columns", "about_codes"]
    assert names == [*explained, *(table.name for table in TABLES)]


def test_the_package_says_what_the_database_holds(made: Path) -> None:
    """Each table is a CSV with the same rows; figures keep every digit, and no text runs as a formula."""
    with zipfile.ZipFile(made / PACKAGE) as archive:
        assert archive.namelist() == ["datapackage.json", *(f"data/{table.name}.csv" for table in TABLES)]
        found = {
            table.name: list(
                csv.DictReader(io.StringIO(archive.read(f"data/{table.name}.csv").decode(), newline=""))
            )
            for table in TABLES
        }
        descriptor = json.loads(archive.read("datapackage.json"))
    assert {name: len(rows) for name, rows in found.items()} == ROWS
    assert (found["observations"][0]["value"], found["deadlines"][0]["canonical_value"]) == (
        LONG,
        "500000000000",
    )
    assert [row["title_zh"] for row in found["plans"]] == ["'=1+1 计划", "计划 zj-plan"]
    assert found["metrics"][0]["additive"] in {"true", "false"}
    assert descriptor["created"] == found["plans"][0]["updated_at"] == "2026-11-20T08:00:00Z"
    assert (descriptor["licenses"][0]["name"], descriptor["sources"]) == (
        "CC-BY-4.0",
        [{"name": "gazette", "title": "报道"}],
    )
    deadlines = next(one for one in descriptor["resources"] if one["name"] == "deadlines")
    assert deadlines["schema"]["primaryKey"] == ["id"]
    assert deadlines["schema"]["foreignKeys"] == [
        {"fields": "target", "reference": {"resource": "targets", "fields": "public_id"}}
    ]
    (due,) = [field for field in deadlines["schema"]["fields"] if field["name"] == "due_on"]
    assert (due["type"], due["description_zh"] != due["description"]) == ("date", True)


def test_frictionless_finds_the_committed_facts_valid(databases: Databases, tmp_path: Path) -> None:
    """The specification's own validator checks types, keys, references and words of the whole package."""
    # It takes more than a second to import.
    from frictionless import Package  # noqa: PLC0415

    write_all(databases.seeded("sqlite"), tmp_path)
    report = Package(str(tmp_path / PACKAGE)).validate()
    assert [
        error.message for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]
    ] == []
    assert (report.valid, report.stats["tasks"]) == (True, len(TABLES))


def test_the_tables_hold_what_the_collections_list(databases: Databases, tmp_path: Path) -> None:
    """Under the same keys, so that what is found here is found there."""
    with databases.seeded("sqlite").read() as session:
        write_database(session, tmp_path / DATABASE)
        for name, collection in COLLECTIONS.items():
            key = collection.columns[0]
            listed = {
                key.read(row) for row in collection.table(session, Filters(), None, date(2026, 11, 20)).rows
            }
            standing = " WHERE retired_on IS NULL" if name in {"regions", "topics", "metrics"} else ""
            found = rows_of(tmp_path, f'SELECT "{key.name}" FROM {name}{standing}')  # noqa: S608 - names of ours
            assert {one for (one,) in found} == listed


def test_seeds_load_into_an_empty_database_and_come_back_the_same(
    made: Path, databases: Databases, tmp_path: Path
) -> None:
    """What one Mubiao has published another one can publish, from the zip alone."""
    with zipfile.ZipFile(made / SEEDS) as archive:
        archive.extractall(tmp_path / "seeds")
    with databases.lend("sqlite", "migrated") as other:
        load_seeds(other, tmp_path / "seeds")
        with (tmp_path / SEEDS).open("wb") as file, other.read() as session:
            write_seeds(session, file)
    assert (tmp_path / SEEDS).read_bytes() == (made / SEEDS).read_bytes()


def test_the_committed_facts_are_exported_as_they_were_written(databases: Databases) -> None:
    """All of them are public, so every plan has its file, with the same data."""
    content = io.BytesIO()
    with databases.seeded("sqlite").read() as session:
        write_seeds(session, content)
    folder = resource("seeds")
    with zipfile.ZipFile(content) as archive:
        names = [name for name in archive.namelist() if name.startswith("plans/")]
        assert names == [name for name in seed_files(folder) if name.startswith("plans/")]
        for name in ("plans/zj-ai-terminals.yaml", "plans/js-ai-plus.yaml"):
            assert read_yaml(archive.read(name)).data == read_yaml((folder / name).read_bytes()).data


def test_a_statement_reads_a_table_whatever_it_holds(db: Database, tmp_path: Path) -> None:
    """Evidence takes four, one for each kind of fact; one more says what changed last."""
    with db.read() as session, count_statements(db) as sent:
        write_database(session, tmp_path / DATABASE)
    assert sent() == sum(map(len, STATEMENTS.values())) + 1 == 20


def test_amounts_are_held_exactly() -> None:
    """As an integer or a float where either holds all digits, else as text."""
    given = ("5000", "33.3", "-0.5", "9223372036854775807", "9223372036854775808", LONG, "0.1", "1E+3")
    assert [stored(Decimal(one)) for one in given] == [
        *(5000, 33.3, -0.5, 9223372036854775807, "9223372036854775808", LONG, 0.1, 1000)
    ]


def test_every_column_and_code_is_explained_in_the_file(made: Path) -> None:
    """Nobody needs another document to read it."""
    columns = {(table.name, column.name) for table in TABLES for column in table.columns}
    assert set(rows_of(made, "SELECT table_name, column_name FROM about_columns")) == columns
    assert rows_of(made, "SELECT count(*) FROM about_columns WHERE meaning_zh = meaning_en") == [(0,)]
    (stage,) = [c for table in TABLES if table.name == "plans" for c in table.columns if c.name == "stage"]
    assert stage.words is not None
    asked = "SELECT code, meaning_zh FROM about_codes WHERE table_name = 'plans' AND column_name = 'stage'"
    assert rows_of(made, asked) == [(str(one), word("zh", one)) for one in stage.words]
    assert dict(rows_of(made, "SELECT * FROM about"))["changed_at"] == "2026-11-20T08:00:00Z"


def test_statements_and_tables_name_the_same() -> None:
    """Each column that is described is read, and each table stands after those it refers to."""
    assert [table.name for table in TABLES] == list(STATEMENTS)
    for number, table in enumerate(TABLES):
        names = {column.name for column in table.columns}
        assert len(names) == len(table.columns)
        assert all(names <= set(one.selected_columns.keys()) for one in STATEMENTS[table.name])
        earlier = {one.name for one in TABLES[: number + 1]}
        assert set(table.refers) <= names
        assert set(table.refers.values()) <= earlier
        assert not [c for c in table.columns if c.kind is CellKind.INSTANT and c.name != "updated_at"]


def test_files_are_made_once_for_a_state_and_anew_for_the_next(databases: Databases) -> None:
    """What is kept is never given for other data; older states make room, and nothing is left when the server ends."""
    kept = WholeFiles()
    with databases.lend("sqlite", "migrated") as db:
        with db.read() as session:
            first = kept.get(session, "1", PACKAGE)
            made = first.path.stat().st_mtime_ns
            assert kept.get(session, "1", PACKAGE) is first
            assert (first.path.stat().st_mtime_ns, first.sha256) == (made, digest(first.path))
        with db.write() as session:
            fill(session)
        with db.read() as session, first.path.open("rb") as opened:
            later = kept.get(session, "2", PACKAGE)
            assert rows_of(later.path.parent, "SELECT count(*) FROM plans") == [(2,)]
            assert rows_of(first.path.parent, "SELECT count(*) FROM plans") == [(0,)]
            for state in "345":
                kept.get(session, state, SEEDS)
            # Who reads it goes on reading.
            assert not first.path.exists()
            assert zipfile.is_zipfile(io.BytesIO(opened.read()))
        folder = later.path.parents[1]
    assert sorted(one.name for one in folder.iterdir()) == ["2", "3", "4", "5"]
    kept.close()
    assert not folder.exists()
