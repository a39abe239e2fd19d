"""Dates as documents give them: read, written, and given back from what is stored."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.dates import PartialDate, PartialDateField
from app.domain.vocabulary import Precision

FORMS = [
    ("2027", date(2027, 1, 1), date(2027, 12, 31), Precision.YEAR),
    ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31), Precision.QUARTER),
    ("2027-Q4", date(2027, 10, 1), date(2027, 12, 31), Precision.QUARTER),
    ("2028-02", date(2028, 2, 1), date(2028, 2, 29), Precision.MONTH),
    ("2026-01-13", date(2026, 1, 13), date(2026, 1, 13), Precision.DAY),
]


@pytest.mark.parametrize(("text", "first", "last", "precision"), FORMS)
def test_a_date_is_read_as_its_whole_period(text: str, first: date, last: date, precision: Precision) -> None:
    """A year, quarter, month or day is the period from its first to its last day."""
    assert PartialDate.parse(text) == PartialDate(first, last, precision)


@pytest.mark.parametrize("text", [form[0] for form in FORMS])
def test_a_date_is_written_as_it_was_read(text: str) -> None:
    """Reading and writing are inverse."""
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize(("text", "first", "last", "precision"), FORMS)
def test_a_stored_day_gives_its_period_back(text: str, first: date, last: date, precision: Precision) -> None:
    """From the first or the last day and the precision the same period follows."""
    assert [str(PartialDate.around(day, precision)) for day in (first, last)] == [text, text]


def test_an_unknown_date_stays_unknown() -> None:
    """No day, or no precision, is no date."""
    found = [PartialDate.around(None, Precision.NONE), PartialDate.around(date(2027, 1, 1), Precision.NONE)]
    assert found == [None, None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2027-13", "bad_date"),
        ("2026-02-30", "bad_date"),
        ("next year", "bad_date"),
        ("27", "bad_date"),
        ("2027-Q5", "bad_date"),
        ("1900", "date_out_of_range"),
        ("2101", "date_out_of_range"),
    ],
)
def test_a_date_that_is_none_is_refused_with_its_code(text: str, code: str) -> None:
    """What is no date, or lies beyond reason, is refused."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(PartialDateField).validate_python(text)
    assert [error["type"] for error in refused.value.errors()] == [code]
