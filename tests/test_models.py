"""The tables hold what they must: checks, keys and exact values, on both engines.

Rules that span tables are the service's and tested there.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.domain.vocabulary import Kind, RegionLevel
from app.store.models import Base, Measure, Plan, Region, Source
from app.store.models.base import Word
from app.store.session import Database
from tests.databases import Databases
from tests.rows import AT, ROWS, insert_rows, read_rows

TABLES = Base.metadata.tables

# Table, what is changed in its valid row, and the check that must refuse it.
BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("one_time_link", {"purpose": "setup"}, "person_unless_setup"),
    ("one_time_link", {"person_id": None}, "person_unless_setup"),
    ("dataset_revision", {"id": 2}, "single"),
    ("plan", {"period_start": 2028}, "period_ordered"),
    ("plan", {"editorial_state": "retired"}, "retired_has_date"),
    ("plan", {"retired_on": "2026-11-20"}, "retired_has_date"),
    ("plan_link", {"to_plan_id": 1}, "not_itself"),
    ("target", {"metric_id": None}, "metric_unless_qualitative"),
    ("target", {"kind": "qualitative"}, "metric_unless_qualitative"),
    ("target", {"baseline_value": "3"}, "baseline_whole"),
    ("target", {"baseline_unit": "家"}, "baseline_whole"),
    ("target", {"baseline_year": 1948}, "baseline_year_sane"),
    ("target", {"baseline_year": 2101}, "baseline_year_sane"),
    ("deadline", {"value": None}, "figure_whole"),
    ("deadline", {"unit": None}, "figure_whole"),
    ("deadline", {"comparator": None}, "figure_whole"),
    ("deadline", {"canonical_value": None}, "figure_whole"),
    ("deadline", {"canonical_sort": None}, "figure_whole"),
    ("deadline", {"canonical_unit": None}, "figure_whole"),
    ("deadline", {"canonical_high": "8000"}, "high_whole"),
    ("observation", {"canonical_high": "8000"}, "high_whole"),
    (
        "deadline",
        dict.fromkeys(("value", "unit", "comparator", "canonical_value", "canonical_sort", "canonical_unit"))
        | {"value_high": "8000", "canonical_high": "8000"},
        "high_whole",
    ),
    ("deadline", {"comparator": "between"}, "between_has_two"),
    ("deadline", {"value_high": "8000", "canonical_high": "8000"}, "between_has_two"),
    # As text 5000 would come after 10000.
    (
        "deadline",
        {"comparator": "between", "value": "10000", "value_high": "5000", "canonical_high": "5000"},
        "between_ordered",
    ),
    (
        "deadline",
        {"comparator": "between", "value": "-5", "value_high": "-10", "canonical_high": "-10"},
        "between_ordered",
    ),
    (
        "deadline",
        {"comparator": "between", "value": "0.5", "value_high": "-10", "canonical_high": "-10"},
        "between_ordered",
    ),
    (
        "deadline",
        {"comparator": "between", "value": "2.25", "value_high": "2.2", "canonical_high": "2.2"},
        "between_ordered",
    ),
    # These two are one and the same float.
    (
        "deadline",
        {
            "comparator": "between",
            "value": "12345678901234567890.2",
            "value_high": "12345678901234567890.1",
            "canonical_high": "12345678901234567890.1",
        },
        "between_ordered",
    ),
    ("deadline", {"due_on": None}, "due_precise"),
    ("deadline", {"due_precision": "none"}, "due_precise"),
    ("deadline", {"due_on": None, "due_precision": "none"}, "due_sorted"),
    ("deadline", {"due_sort": "9999-12-31"}, "due_sorted"),
    ("deadline", {"due_on": "1949-09-30"}, "due_sane"),
    ("deadline", {"due_on": "2101-01-01"}, "due_sane"),
    ("measure", {"unit": None}, "amount_has_unit"),
    ("measure", {"total": None}, "amount_has_unit"),
    ("observation", {"metric_id": None}, "metric_unless_qualitative"),
    ("observation", {"kind": "qualitative", "metric_id": None}, "quantified"),
    ("observation", {"unit": None}, "figure_whole"),
    ("observation", {"comparator": "between"}, "between_has_two"),
    (
        "observation",
        {"comparator": "between", "value": "10000", "value_high": "5000", "canonical_high": "5000"},
        "between_ordered",
    ),
    ("observation", {"from_on": "2025-01-01"}, "period_ordered"),
    ("observation", {"from_on": None}, "period_ordered"),
    ("observation", {"precision": "none"}, "period_precise"),
    ("observation", {"to_on": None, "from_on": None}, "period_precise"),
    ("observation", {"editorial_state": "retired"}, "retired_has_date"),
    ("evidence", {"paragraph_first": 0}, "paragraphs_ordered"),
    ("evidence", {"paragraph_last": 2}, "paragraphs_ordered"),
    ("evidence", {"deadline_id": None}, "one_fact"),
    ("evidence", {"plan_id": 1}, "one_fact"),
]
ALLOWED: list[tuple[str, dict[str, Any]]] = [
    ("plan", {"editorial_state": "retired", "retired_on": "2026-11-20"}),
    ("plan", {"period_start": 2027}),
    ("plan", {"period_end": None}),
    ("target", {"kind": "qualitative", "metric_id": None}),
    ("deadline", {"comparator": "between", "value_high": "10000", "canonical_high": "10000"}),
    ("deadline", {"comparator": "between", "value_high": "5000", "canonical_high": "5000"}),
    ("deadline", {"comparator": "between", "value": "-10", "value_high": "-9.5", "canonical_high": "-9.5"}),
    ("deadline", {"comparator": "between", "value": "-10", "value_high": "3", "canonical_high": "3"}),
    ("deadline", {"comparator": "between", "value": "9.75", "value_high": "10", "canonical_high": "10"}),
    # As a float the second would be the smaller one.
    (
        "deadline",
        {
            "comparator": "between",
            "value": "9000000000000000001",
            "value_high": "9000000000000000001.5",
            "canonical_high": "9000000000000000001.5",
        },
    ),
    ("deadline", {"due_on": None, "due_precision": "none", "due_sort": "9999-12-31"}),
    (
        "deadline",
        dict.fromkeys(("value", "unit", "comparator", "canonical_value", "canonical_sort", "canonical_unit")),
    ),
    ("measure", {"total": None, "max_each": "3"}),
    ("measure", {"total": None, "unit": None}),
    ("evidence", {"deadline_id": None, "measure_id": 1}),
    ("observation", {"from_on": "2024-12-31"}),
]
# Columns of which no two rows may have the same values.
UNIQUE = [
    ("region", "code"),
    ("region", "slug"),
    ("region", "iso"),
    ("organization", "slug"),
    ("topic", "slug"),
    ("metric", "slug"),
    ("source", "slug"),
    ("plan", "slug"),
    ("target", "public_id"),
    ("deadline", "public_id"),
    ("measure", "public_id"),
    ("observation", "slug"),
    ("assessment", "region_id, topic_id"),
    ("plan_link", "from_plan_id, to_plan_id, kind"),
    ("revision", "entity, entity_key, version"),
]


def change(db: Database, table: str, values: dict[str, Any]) -> None:
    """Change the table's row past all types of ours, as a hand on the database could."""
    listed = ", ".join(f"{column} = :{column}" for column in values)
    where = next(f"{column.name} = 1" for column in TABLES[table].primary_key)
    with db.write() as session:
        session.execute(text(f"UPDATE {table} SET {listed} WHERE {where}"), values)  # noqa: S608 - names of this file


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """Expect the database to refuse, naming the constraint."""
    with pytest.raises(IntegrityError) as caught:
        yield
    assert constraint in str(caught.value.orig)


@pytest.fixture
def full(db: Database) -> Database:
    """Put one valid row into every table."""
    insert_rows(db)
    return db


@pytest.fixture(scope="module")
def still_full(databases: Databases) -> Iterator[Callable[[str], Database]]:
    """Lend databases of either engine with one valid row in every table, for tests whose changes are refused."""
    with ExitStack() as stack:

        @cache
        def lend(dialect: str) -> Database:
            db = stack.enter_context(databases.lend(dialect, "migrated"))
            insert_rows(db)
            return db

        yield lend


def test_every_table_has_a_row_here() -> None:
    """The tests of tables and migrations miss none."""
    assert sorted(ROWS) == sorted(set(TABLES) - {"dataset_revision"})


def test_every_check_is_broken_once() -> None:
    """A check that no row here breaks might as well not be there."""
    written = {
        str(item.name)
        for table in TABLES.values()
        for item in table.constraints
        if isinstance(item, CheckConstraint)
    }
    listed = {f"ck_{table}_{column.name}_known" for table, column in words()}
    assert written == listed | {f"ck_{table}_{check}" for table, _, check in BROKEN}


def test_rows_come_back_as_they_went_in(full: Database) -> None:
    """Every value of every table: figures digit for digit, words as members, instants in UTC, dates, lists."""
    assert read_rows(full) == ROWS


@pytest.mark.parametrize(("table", "values", "check"), BROKEN)
def test_a_broken_check_is_refused(
    still_full: Callable[[str], Database], dialect: str, table: str, values: dict[str, Any], check: str
) -> None:
    """The database refuses by itself, whichever door a row came through."""
    with refused(f"ck_{table}_{check}"):
        change(still_full(dialect), table, values)


@pytest.mark.parametrize(("table", "values"), ALLOWED)
def test_an_edge_that_is_allowed(full: Database, table: str, values: dict[str, Any]) -> None:
    """The same checks let pass what is right."""
    change(full, table, values)
    row = read_rows(full)[table]
    assert row is not None
    assert {name: None if row[name] is None else str(row[name]) for name in values} == {
        name: None if value is None else str(value) for name, value in values.items()
    }


def words() -> list[tuple[str, Any]]:
    """List the columns that hold a word of the vocabulary."""
    return [
        (name, column)
        for name, table in TABLES.items()
        for column in table.columns
        if isinstance(column.type, Word)
    ]


def test_an_unheard_of_word_is_refused(full: Database) -> None:
    """Each column of words refuses others."""
    for table, column in words():
        with refused(f"ck_{table}_{column.name}_known"):
            change(full, table, {column.name: "unheard_of"})


def test_every_word_is_taken(full: Database) -> None:
    """The checks' lists hold each word of the vocabulary: a region of every level is kept."""
    region = ROWS["region"] | {"iso": None}
    rows = [
        region | {"id": 10 + number, "code": level, "slug": level, "level": level}
        for number, level in enumerate(RegionLevel)
    ]
    with full.write() as session:
        session.execute(insert(Region), rows)
        found = session.scalars(select(Region.level).where(Region.id >= 10).order_by(Region.id)).all()
    assert found == list(RegionLevel)


@pytest.mark.parametrize(("table", "columns"), UNIQUE)
def test_a_second_row_of_the_same_key_is_refused(full: Database, table: str, columns: str) -> None:
    """Keys are unique in the database, not only in the service."""
    keys = columns.split(", ")
    free = {"code": "x", "slug": "x", "iso": None, "public_id": "x"}
    row = ROWS[table] | {name: value for name, value in free.items() if name in ROWS[table]} | {"id": 9}
    row |= {key: ROWS[table][key] for key in keys}
    # Two targets of one plan may not have one key either; that is another test.
    row |= {"qualifier": "other"} if table == "target" else {}
    row |= {"ambition": "strive"} if table == "deadline" else {}
    with pytest.raises(IntegrityError) as caught, full.write() as session:
        session.execute(insert(TABLES[table]).values(row))
    named = ", ".join(f"{table}.{key}" for key in keys)
    assert named in str(caught.value.orig) or f"({columns})=" in str(caught.value.orig)


def test_one_quantified_target_per_plan_region_and_key(full: Database) -> None:
    """A second one is refused, unless its key differs, it is qualitative, or the first is retired."""
    second = ROWS["target"] | {"id": 2, "public_id": "second"}
    targets = TABLES["target"]
    with refused("qualifier"), full.write() as session:
        session.execute(insert(targets).values(second))
    with full.write() as session:
        session.execute(insert(targets).values(second | {"boundary": "related"}))
        for number in (3, 4):
            row = {"id": number, "public_id": f"words-{number}", "kind": Kind.QUALITATIVE, "metric_id": None}
            session.execute(insert(targets).values(second | row))
    change(full, "target", {"retired_on": "2026-11-20"})
    with full.write() as session:
        session.execute(insert(targets).values(second | {"id": 5, "public_id": "fifth"}))
    with full.read() as session:
        assert session.scalars(select(targets.c.id).order_by(targets.c.id)).all() == [1, 2, 3, 4, 5]


def test_one_deadline_per_target_day_and_ambition(full: Database) -> None:
    """One figure to be reached and a higher one to strive for may share a day, two of a kind may not."""
    second = ROWS["deadline"] | {"id": 2, "public_id": "second"}
    with refused("ambition"), full.write() as session:
        session.execute(insert(TABLES["deadline"]).values(second))
    with full.write() as session:
        session.execute(insert(TABLES["deadline"]).values(second | {"ambition": "strive"}))


def test_every_reference_is_held(full: Database) -> None:
    """A row that refers to nothing is refused, whichever column it is."""
    for name, table in TABLES.items():
        for key in table.foreign_keys:
            with pytest.raises(IntegrityError) as caught:
                change(full, name, {key.parent.name: 999} | _rest_of_evidence(name, key.parent.name))
            assert "foreign key" in str(caught.value.orig).lower()


def _rest_of_evidence(table: str, column: str) -> dict[str, None]:
    """Evidence belongs to one fact, so another reference takes the place of the deadline's."""
    facts = ("plan_id", "observation_id", "measure_id")
    return {"deadline_id": None} if table == "evidence" and column in facts else {}


def test_what_is_referred_to_is_not_deleted(full: Database) -> None:
    """A region with plans stays."""
    for name in ("region", "organization", "topic", "metric", "source", "plan", "target", "deadline"):
        with pytest.raises(IntegrityError), full.write() as session:
            session.execute(TABLES[name].delete())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1234567890123456.789", "1234567890123456.789"),
        ("0.1", "0.1"),
        ("0.10", "0.1"),
        ("1E+13", "10000000000000"),
        ("1E-7", "0.0000001"),
        ("-3.50", "-3.5"),
        ("99999999999999999999999999999.9999999999", "99999999999999999999999999999.9999999999"),
    ],
)
def test_a_figure_is_kept_digit_for_digit(full: Database, written: str, kept: str) -> None:
    """No engine rounds, and the same digits come back from both."""
    with full.write() as session:
        session.execute(TABLES["measure"].update().values(total=Decimal(written)))
    with full.read() as session:
        found = session.scalar(select(Measure.total))
    assert f"{found:f}" == kept


def test_an_instant_is_kept_in_utc(full: Database) -> None:
    """An instant of Shanghai comes back as the same instant in UTC, with its microseconds."""
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    with full.write() as session:
        session.execute(TABLES["plan"].update().values(updated_at=shanghai))
    with full.read() as session:
        found = session.scalar(select(Plan.updated_at))
    assert found is not None
    assert found.isoformat() == "2026-11-20T08:30:00.123456+00:00"


def test_an_instant_without_a_time_zone_is_refused(full: Database) -> None:
    """It would be one in every zone."""
    with pytest.raises(StatementError, match="time zone"), full.write() as session:
        session.execute(TABLES["plan"].update().values(updated_at=datetime(2026, 11, 20)))  # noqa: DTZ001


def test_a_word_is_refused_before_the_database_is_asked(full: Database) -> None:
    """Our type knows its words too."""
    with pytest.raises(StatementError, match="unheard_of"), full.write() as session:
        session.execute(TABLES["source"].update().values(kind="unheard_of"))


def test_chinese_text_and_lists_come_back(full: Database) -> None:
    """Text beyond the basic plane, quotation marks and line breaks in text and in JSON."""
    words_given = ["浙江", "𠮷\n'\"\\", "", "Zhèjiāng"]
    with full.write() as session:
        session.execute(TABLES["region"].update().values(aliases=words_given))
        session.execute(TABLES["source"].update().values(title_zh="".join(words_given)))
    with full.read() as session:
        assert session.scalar(select(Region.aliases)) == words_given
        assert session.scalar(select(Source.title_zh)) == "".join(words_given)
