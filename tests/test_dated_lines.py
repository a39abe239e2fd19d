"""Dated figures as lines of CSV: written many at a time they are the bytes that they are cell by cell.

What is in the cells is tested in `test_tables` and `test_tables_api`.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.vocabulary import Kind, Timing
from app.exchange.tables.collections import COLLECTIONS
from app.exchange.tables.commas import csv_blocks
from app.store.queries.filters import Filters
from app.store.session import Database
from benchmarks.dataset import Dataset
from benchmarks.laid import copy_rows, lay
from tests.builders import make_plan, make_target
from tests.counting import count_statements
from tests.databases import Databases, address_of, opened

DAY = date(2026, 11, 20)
# What real data hardly have, laid over every so manieth row: texts that need marks and quotation, ranges, size classes,
# negative figures, several lines of evidence and none, observations that count, what is retired or not public.
HOSTILE = """
UPDATE source SET title_zh = '=1+1, "引"' || char(10) || '行' WHERE id % 3 = 0;
UPDATE plan SET title_zh = '＝HYPERLINK("x")', title_en = 'a' || char(13) || 'b' WHERE id % 3 = 0;
UPDATE plan SET editorial_state = 'draft' WHERE id = 1;
UPDATE region SET name_en = '@a, "b"', retired_on = '2026-01-01' WHERE id % 5 = 0;
UPDATE metric SET name_zh = '-率', name_en = 'x,y', retired_on = '2026-01-01' WHERE id % 4 = 0;
UPDATE topic SET retired_on = '2026-01-01' WHERE id % 4 = 0;
UPDATE target SET note_zh = '-x', note_en = '"', inferred = '["metric", "topic"]' WHERE id % 7 = 0;
UPDATE target SET statement_zh = char(9) || '目标', statement_en = NULL WHERE id % 5 = 0;
UPDATE target SET qualifier = '＋，,"' WHERE id % 10 = 0;
UPDATE target SET baseline_year = 2024 WHERE id % 2 = 0;
UPDATE target SET retired_on = '2026-01-01' WHERE id % 17 = 0;
UPDATE deadline SET inferred = '["topic", "unit"]', note_zh = 'a,b', note_en = '+' WHERE id % 3 = 0;
UPDATE deadline SET value_as_stated = '+5', due_as_stated = char(10) || 'x' WHERE id % 11 = 0;
UPDATE deadline SET updated_at = '2026-02-03 04:05:06.999999' WHERE id % 2 = 0;
UPDATE deadline SET retired_on = '2026-01-01' WHERE id % 19 = 0;
UPDATE OR IGNORE deadline SET due_on = NULL, due_sort = '9999-12-31', due_precision = 'none' WHERE id % 9 = 0;
UPDATE deadline SET value = '-3.5', canonical_value = '-350000000' WHERE value IS NOT NULL AND id % 13 = 0;
UPDATE deadline SET comparator = 'between', value_high = '99999999.25', canonical_high = '9999999925000000'
  WHERE value IS NOT NULL AND id % 5 = 0;
UPDATE deadline SET comparator = 'order' WHERE value IS NOT NULL AND value_high IS NULL AND id % 23 = 0;
INSERT INTO evidence (deadline_id, source_id, paragraph_first, paragraph_last, phrase, outcome, checked_on, position)
  SELECT deadline_id, 1 + id % 3, 2, 4, '=又见, "' || id, 'differs', '2026-03-04', position + 1
  FROM evidence WHERE deadline_id % 4 = 0;
DELETE FROM evidence WHERE deadline_id % 6 = 1;
UPDATE observation SET
  (region_id, kind, boundary, coverage, topic_id, metric_id, qualifier, canonical_unit) =
  (SELECT region_id, kind, boundary, coverage, topic_id, metric_id, qualifier,
     (SELECT canonical_unit FROM deadline WHERE target_id = target.id)
   FROM target WHERE kind <> 'qualitative' AND target.id >= 15 * observation.id LIMIT 1),
  baseline_year = CASE WHEN id % 2 = 0 THEN 2024 END
  WHERE id % 4 <> 0;
UPDATE observation SET status = 'forecast' WHERE id % 9 = 0;
"""


@pytest.fixture(scope="module")
def hostile(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Database]]:
    """Lend the same made dataset with hostile rows on both engines."""
    file = tmp_path_factory.mktemp("hostile") / "made.sqlite3"
    lay(file, Dataset(1000))
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(HOSTILE)
    with databases.lend("postgresql", "migrated") as copied, opened(f"sqlite:///{file}") as laid:
        copy_rows(file, address_of(copied))
        with copied.write() as session:
            # There a number keeps the noughts at its end that it was given with; SQLite is given none.
            session.execute(
                text("UPDATE deadline SET value = value + 0.000, canonical_value = canonical_value + 0.0")
            )
        yield {"sqlite": laid, "postgresql": copied}


def both_ways(db: Database, filters: Filters, sort: str | None) -> tuple[bytes, bytes]:
    """Write a table many lines at a time, and cell by cell."""
    with db.read() as session:
        table = COLLECTIONS["deadlines"].table(session, filters, sort, DAY)
        return b"".join(csv_blocks(table)), b"".join(csv_blocks(replace(table, lines=None)))


@pytest.mark.parametrize("sort", [None, "due_on", "-due_on", "updated_at", "-updated_at"])
def test_every_order_gives_the_same_bytes(seeded: Database, sort: str | None) -> None:
    """Of the committed facts."""
    fast, plain = both_ways(seeded, Filters(), sort)
    assert fast == plain
    assert fast.count(b"\r\n") > 50


@pytest.mark.parametrize(
    ("filters", "sort"),
    [
        (Filters(region="zj"), None),
        (Filters(topic="ai", timing=Timing.PAST), "-due_on"),
        (Filters(metric="revenue", kind=Kind.LEVEL), "value"),
        (Filters(metric="revenue", kind=Kind.LEVEL), "-value"),
        (Filters(kind=Kind.QUALITATIVE), None),
        (Filters(q="人工智能"), "-updated_at"),
        (Filters(year=1999), None),
    ],
)
def test_every_filter_gives_the_same_bytes(seeded: Database, filters: Filters, sort: str | None) -> None:
    """Also where none is left."""
    fast, plain = both_ways(seeded, filters, sort)
    assert fast == plain


@pytest.mark.parametrize("sort", ["due_on", "-updated_at"])
def test_hostile_rows_give_the_same_bytes(hostile: dict[str, Database], sort: str) -> None:
    """Whatever stands in them, in more than one block, and on both engines."""
    ways = [both_ways(db, Filters(), sort) for db in hostile.values()]
    first = ways[0][1]
    assert len(first.split(b"\r\n")) > 1200
    for told in (b"between", b"order", b",not_assessable,", b",unobserved,", b",undated,", b" | ", b"'="):
        assert told in first
    # Some of the observations count.
    assert len(re.findall(b",(?:reached|short|met|missed|inconclusive),[a-z]", first)) > 10
    assert [way == (first, first) for way in ways] == [True, True]


def test_lines_cost_the_same_statements_for_one_row_and_for_three(session: Session, db: Database) -> None:
    """Whatever they refer to."""
    counted = []
    make_target(session, "zj-plan.a")
    for number in range(2):
        table = COLLECTIONS["deadlines"].table(session, Filters(), None, DAY)
        with count_statements(db) as count:
            lines = b"".join(csv_blocks(table))
            counted.append(count())
        assert lines.count(b"\r\n") == 1 + table.total
        if not number:
            make_target(session, "zj-plan.b", qualifier="b", metric="output-value")
            make_plan(session, "js-plan", region="320000")
            make_target(session, "js-plan.a", region="320000")
    assert counted[0] == counted[1]
