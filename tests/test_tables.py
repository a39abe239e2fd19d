"""Tables as files: the cells of CSV and XLSX, the columns made from views, and the comparison's verdicts.

The addresses that give them are tested in `test_tables_api`.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import openpyxl
import pytest
from babel.messages.pofile import read_po
from pyarrow import parquet
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.exchange.package.tables import TABLES
from app.exchange.tables import comparison as side_by_side
from app.exchange.tables.about import About
from app.exchange.tables.collections import COLLECTIONS
from app.exchange.tables.columnar import GROUP, UNFIT, parquet_blocks
from app.exchange.tables.commas import BOM, cell_text, csv_blocks
from app.exchange.tables.metadata import UNIT_COLUMNS, UNITS
from app.exchange.tables.table import BLOCK, MAX_ROWS, Cell, CellKind, Column, Table, columns_of
from app.exchange.tables.workbook import ABOUT, write_workbook
from app.resources import resource
from app.store.queries.compare import CompareQuery, compare_regions
from app.store.queries.filters import Filters
from app.store.session import Database
from app.store.views.base import Digits, View, about
from app.store.views.entities import PlanView
from tests.builders import make_assessment, make_counties, make_plan, make_region, make_target
from tests.counting import count_statements

DAY = date(2026, 11, 20)
ABOUT_THINGS = About("things", "/api/v1/things.xlsx?q=a", {"q": "a"}, DAY, 7)
ALL_COLUMNS = [
    *(collection.columns for collection in COLLECTIONS.values()),
    side_by_side.FIGURES,
    side_by_side.PAIRS,
    side_by_side.EMPTY,
    [UNFIT],
    *(table.columns for table in TABLES),
]


class Part(View):
    """A view within another."""

    id: str = about("Key")
    value: Digits | None = about("Value")


class Whole(View):
    """A view that holds others."""

    parts: list[Part] = about("Parts")
    best: Part | None = about("The best part")


def table_of(kind: CellKind, *cells: Cell) -> Table[Cell]:
    """Make a table of one column."""
    return Table("things", [Column("thing", kind, ("A thing",), lambda cell: cell)], cells)


def read_csv(table: Table[Any]) -> list[dict[str, str]]:
    """Write a table as CSV and read it again."""
    text = b"".join(csv_blocks(table)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_workbook(*tables: Table[Any]) -> Any:
    """Write tables as a workbook and open it."""
    file = io.BytesIO()
    write_workbook(file, tables, ABOUT_THINGS)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        ("突破5000亿元", "突破5000亿元"),
        (Decimal("5E+11"), "500000000000"),
        (Decimal("-0.50"), "-0.5"),
        (-3, "-3"),
        (True, "true"),
        (date(2027, 12, 31), "2027-12-31"),
        (datetime(2026, 11, 20, 8, 30, 1, 999, UTC), "2026-11-20T08:30:01Z"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("a=b", "a=b"),
    ],
)
def test_cells_are_plain_and_harmless(cell: Cell, text: str) -> None:
    """Numbers keep their sign and all their digits; text that would be run as a formula is marked as text."""
    assert cell_text(cell) == text


def test_csv_is_what_rfc_4180_says() -> None:
    """Lines end in CRLF, and only what needs quotation marks has them."""
    table = table_of(CellKind.TEXT, "plain", 'a "word", quoted', "two\nlines", None)
    assert b"".join(csv_blocks(table)) == b'thing\r\nplain\r\n"a ""word"", quoted"\r\n"two\nlines"\r\n""\r\n'


def test_for_excel_the_text_begins_with_a_mark() -> None:
    """Without it Excel takes UTF-8 for something else; without being asked for it is not there."""
    blocks = list(csv_blocks(table_of(CellKind.TEXT, "值"), excel=True))
    assert b"".join(blocks) == BOM + "thing\r\n值\r\n".encode()


def test_a_long_table_comes_in_blocks() -> None:
    """No more than a block of it is held at a time, while rows are being read."""
    read = 0

    def cells() -> Iterator[str]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield "x" * 1000

    blocks = csv_blocks(replace(table_of(CellKind.TEXT), rows=cells()))
    assert len(next(blocks)) < 2 * BLOCK
    assert read < 100
    assert len(b"".join(blocks)) > 900_000


def test_a_workbook_has_typed_cells_and_a_fixed_header() -> None:
    """Numbers and days are what they are; what Excel would round is text; a formula is never one."""
    cells: dict[CellKind, tuple[Cell, ...]] = {
        CellKind.NUMBER: (Decimal(500000000000), Decimal("12345678901234567.8"), None),
        CellKind.DATE: (date(2027, 12, 31), date(1899, 1, 1)),
        CellKind.TEXT: ("=1+1", "http://example.org"),
        CellKind.BOOLEAN: (True,),
        CellKind.INSTANT: (datetime(2026, 11, 20, 8, 30, tzinfo=UTC),),
    }
    expected: dict[CellKind, list[Any]] = {
        CellKind.NUMBER: [500000000000, "12345678901234567.8", None],
        CellKind.DATE: [datetime(2027, 12, 31), "1899-01-01"],  # noqa: DTZ001 - as Excel has them
        CellKind.TEXT: ["=1+1", "http://example.org"],
        CellKind.BOOLEAN: [True],
        CellKind.INSTANT: [datetime(2026, 11, 20, 8, 30)],  # noqa: DTZ001 - likewise
    }
    tables = [Table(kind.value, table_of(kind).columns, given) for kind, given in cells.items()]
    book = read_workbook(*tables)
    found = {kind: [row[0] for row in book[kind.value].iter_rows(2, values_only=True)] for kind in cells}
    found[CellKind.NUMBER] += [None] * (3 - len(found[CellKind.NUMBER]))  # an empty last row is no row
    assert found == expected
    sheet = book["text"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:A3")
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


def test_a_workbook_says_what_it_is() -> None:
    """Address, filters, day, revision, licence, and what each column and code means, in both languages."""
    columns = columns_of(PlanView, "stage")
    rows = list(read_workbook(Table("plans", columns, ()))[ABOUT].iter_rows(values_only=True))
    firsts = [row[0] for row in rows]
    assert firsts[2:6] == ["/api/v1/things.xlsx?q=a", "q=a", "2026-11-20", "7"]
    assert firsts[6].startswith("CC BY 4.0")
    assert ("stage", "How far the plan is on its way into force", "文件所处阶段", "text") in rows
    assert ("adopted", "adopted", "已出台", None) in rows


def test_parquet_has_types_that_other_programs_read(tmp_path: Path) -> None:
    """DuckDB finds decimals, days, instants and truth values; what 38 digits do not hold stands in words."""
    cells: dict[CellKind, tuple[Cell, ...]] = {
        CellKind.TEXT: ("=1+1", None),
        CellKind.INTEGER: (-3, None),
        CellKind.NUMBER: (Decimal("500000000000000000.0000000001"), Decimal("1E-11")),
        CellKind.BOOLEAN: (True, None),
        CellKind.DATE: (date(1899, 1, 1), None),
        CellKind.INSTANT: (datetime(2026, 11, 20, 8, 30, 1, tzinfo=UTC), None),
    }
    columns = [
        Column(kind.value, kind, ("A thing",), lambda row, place=place: row[place])  # type: ignore[misc]
        for place, kind in enumerate(cells)
    ]
    table = Table("things", columns, list(zip(*cells.values(), strict=True)))
    file = tmp_path / "things.parquet"
    file.write_bytes(b"".join(parquet_blocks(table, ABOUT_THINGS)))
    with duckdb.connect() as asked:
        found = asked.sql(f"SELECT * REPLACE (instant::VARCHAR AS instant) FROM '{file}'")  # noqa: S608
        kinds = ["VARCHAR", "BIGINT", "DECIMAL(38,10)", "BOOLEAN", "DATE", "VARCHAR", "VARCHAR"]
        assert [str(one) for one in found.types] == kinds
        first, second = found.fetchall()
    day, number = date(1899, 1, 1), Decimal("500000000000000000.0000000001")
    assert first == ("=1+1", -3, number, True, day, first[5], None)
    assert datetime.fromisoformat(first[5]) == datetime(2026, 11, 20, 8, 30, 1, tzinfo=UTC)
    assert second == (None, None, None, None, None, None, "number=0.00000000001")


def test_parquet_says_what_it_is_and_comes_in_groups() -> None:
    """Meanings stand in the schema, filters, day, revision and licence in the file; groups leave one by one."""
    many = 2 * GROUP + 1
    columns = columns_of(PlanView, "stage")
    rows = [SimpleNamespace(stage="adopted")] * many
    blocks = list(parquet_blocks(Table("plans", columns, rows, many), ABOUT_THINGS))
    file = parquet.ParquetFile(io.BytesIO(b"".join(blocks)))
    groups = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert (groups, len(blocks)) == ([GROUP, GROUP, 1], 4)
    schema = file.schema_arrow
    assert {name: schema.metadata[name] for name in (b"address", b"filters", b"as_of", b"revision")} == {
        b"address": b"/api/v1/things.xlsx?q=a",
        b"filters": b'{"q": "a"}',
        b"as_of": b"2026-11-20",
        b"revision": b"7",
    }
    assert schema.metadata[b"licence"].startswith(b"CC BY 4.0")
    assert schema.field("stage").metadata[b"meaning_zh"].decode() == "文件所处阶段"


def test_every_number_has_its_unit() -> None:
    """The unit itself, or the column that has it; and those columns are there."""
    for columns in ALL_COLUMNS:
        names = {column.name for column in columns}
        numbers = {column.name for column in columns if column.kind is CellKind.NUMBER}
        assert numbers <= UNITS.keys() | UNIT_COLUMNS.keys()
        assert {UNIT_COLUMNS[name] for name in names & UNIT_COLUMNS.keys()} <= names


def test_equal_tables_give_equal_bytes() -> None:
    """The tag of an answer says that it has not changed, so nothing of the moment may be in it."""
    files = []
    for _ in range(2):
        file = io.BytesIO()
        table = table_of(CellKind.TEXT, "a")
        write_workbook(file, [table], ABOUT_THINGS)
        files.append((file.getvalue(), b"".join(parquet_blocks(table, ABOUT_THINGS))))
    assert files[0] == files[1]


def test_too_many_rows_are_refused() -> None:
    """Whether that is known beforehand or found while writing."""
    many = table_of(CellKind.TEXT, *["x"] * (MAX_ROWS + 1))
    for table in (many, Table(many.name, many.columns, (), MAX_ROWS + 1)):
        with pytest.raises(DomainError) as refused:
            write_workbook(io.BytesIO(), [table], About("things", "/", {}, DAY, 7))
        assert (refused.value.code, refused.value.detail["given"]) == ("too_many_rows", MAX_ROWS + 1)


def test_text_longer_than_a_cell_of_excel_is_cut_visibly() -> None:
    """Excel would call the file damaged."""
    sheet = read_workbook(table_of(CellKind.TEXT, "长" * 40_000))["things"]
    assert sheet["A2"].value == "长" * 32_766 + "…"


def test_columns_have_names_of_their_own_and_meanings() -> None:
    """In each table a name stands once, in plain snake case, and every part of a meaning is said."""
    for columns in ALL_COLUMNS:
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() and name == name.lower() for name in names)
        assert all(part for column in columns for part in column.about)


def test_every_meaning_is_in_the_chinese_catalogue_and_no_other() -> None:
    """A meaning that is missing would be English in the Chinese column of a workbook."""
    with (resource("locale") / "zh" / "columns.po").open("rb") as file:
        known = [(message.context, message.id) for message in read_po(file) if message.id and message.string]
    used = {("column", part) for columns in ALL_COLUMNS for column in columns for part in column.about}
    used |= {("table", table.about) for table in TABLES}
    assert sorted(known) == sorted(used)


def test_columns_through_a_list_are_parallel() -> None:
    """Each has a part for every item, blank where the item has none; what is missing on the way is blank."""
    columns = columns_of(Whole, "parts.id", "parts.value", "best.id")
    whole = Whole(parts=[Part(id="a", value=Decimal(5)), Part(id="b", value=None)], best=None)
    assert [column.name for column in columns] == ["parts_id", "parts_value", "best_id"]
    assert [column.kind for column in columns] == [CellKind.TEXT] * 3
    assert [column.read(whole) for column in columns] == ["a; b", "5; ", None]


def test_a_collection_is_read_whole_in_pages(db: Database) -> None:
    """1,002 regions are two pages in one snapshot; each costs the same few statements, and a search counts all."""
    counties = [str(200001 + number) for number in range(1002)]
    with db.write() as session:
        make_region(session, "100000")
        make_counties(session, counties, "100000")
    with db.read() as session:
        table = COLLECTIONS["regions"].table(session, Filters(level=None), None, DAY)
        with count_statements(db) as counted:
            codes = [row[0] for row in table.records()]
            statements = counted()
        searched = COLLECTIONS["regions"].table(session, Filters(q="county"), None, DAY)
    assert codes == ["100000", *counties]
    assert statements <= 2
    assert (table.total, searched.total) == (1003, 1002)


def compared(session: Session, *regions: str) -> Any:
    """Compare regions."""
    return compare_regions(session, CompareQuery(regions), DAY)


def test_every_figure_of_a_comparison_names_what_it_may_be_compared_with(session: Session) -> None:
    """Each row says with which figures of the others it is what, and why; the pairs say it one by one."""
    make_target(session, "zj-plan.revenue", words="突破5000亿元")
    make_plan(session, "js-plan", region="320000")
    make_target(session, "js-plan.revenue", words="达到1万亿元", region="320000", due="2030")
    make_target(session, "js-plan.large", words="突破20亿元", region="320000", coverage="large")
    comparison = compared(session, "zj", "js")
    zj, js, large = (
        "zj-plan.revenue@2027-12-31",
        "js-plan.revenue@2030-12-31",
        "js-plan.large@2027-12-31",
    )
    rows = {row["id"]: row for row in read_csv(side_by_side.figures(comparison))}
    caution = "caution (year, undefined): {}"
    assert {key: row["verdicts"] for key, row in rows.items()} == {
        zj: f"{caution.format(js)} | different (coverage): {large}",
        js: caution.format(zj),
        large: f"different (coverage): {zj}",
    }
    assert {row["canonical_value"] for row in rows.values()} == {
        "500000000000",
        "1000000000000",
        "2000000000",
    }
    assert {row["value"] for row in rows.values()} == {"5000", "1", "20"}
    pairs = {
        frozenset((row["a"], row["b"])): (row["verdict"], row["reasons"])
        for row in read_csv(side_by_side.pairs(comparison))
    }
    assert pairs == {
        frozenset((zj, js)): ("caution", "year; undefined"),
        frozenset((zj, large)): ("different", "coverage"),
    }


def test_a_rank_stands_beside_its_figure_with_its_cautions(session: Session) -> None:
    """Where R3 allows a ranking, each row says its place."""
    make_target(session, "zj-plan.revenue", words="突破5000亿元")
    make_plan(session, "js-plan", region="320000")
    make_target(session, "js-plan.revenue", words="达到1万亿元", region="320000")
    rows = read_csv(side_by_side.figures(compared(session, "zj", "js")))
    assert {row["region_code"]: row["rank"] for row in rows} == {
        "320000": "2027: 1 of 2 (undefined)",
        "330000": "2027: 2 of 2 (undefined)",
    }


def test_empty_cells_say_whether_anyone_looked(session: Session) -> None:
    """A region without a figure in a row is told from one that nobody searched."""
    make_target(session, "zj-plan.revenue")
    make_region(session, "320000")
    make_region(session, "340000")
    make_assessment(session, "320000", "ai")
    rows = read_csv(side_by_side.empty_cells(compared(session, "zj", "js", "ah")))
    assert [(row["region"], row["searched"]) for row in rows] == [("320000", "2026-11-20"), ("340000", "")]


def test_a_comparison_with_too_many_pairs_is_refused(session: Session) -> None:
    """Pairs grow with the square of the figures, so a file of them has an end."""
    make_target(session, "zj-plan.revenue")
    make_plan(session, "js-plan", region="320000")
    make_target(session, "js-plan.revenue", region="320000")
    comparison = compared(session, "zj", "js")
    side_by_side.refuse_too_many_pairs(comparison)
    with pytest.raises(DomainError) as refused:
        side_by_side.refuse_too_many_pairs(comparison, 0)
    assert (refused.value.code, refused.value.detail["case"]) == ("too_many_rows", "pairs")
