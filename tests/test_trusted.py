"""Views that are made without being looked at again: they are what validated ones are, in every answer.

What the views hold is tested with the queries that make them.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.store.queries.compare import CompareQuery, compare_regions
from app.store.session import Database
from app.store.views.base import MetricRef, TopicRef, View, trusted
from app.store.views.comparison import ComparisonView

TODAY = date(2026, 11, 20)


def views(value: Any) -> Iterator[View]:
    """Find a view and all within it."""
    if isinstance(value, View):
        yield value
        for name in type(value).model_fields:
            yield from views(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from views(one)


def test_fields_are_written_in_the_order_of_the_view() -> None:
    """In whatever order they are given."""
    made = trusted(TopicRef)(name_en="AI", slug="ai", name_zh="人工智能")
    assert made == TopicRef(slug="ai", name_zh="人工智能", name_en="AI")
    assert made.model_dump_json() == '{"slug":"ai","name_zh":"人工智能","name_en":"AI"}'
    assert made.model_copy(update={"slug": "x"}).model_fields_set == {"slug", "name_zh", "name_en"}


def test_a_field_that_is_missing_is_an_error() -> None:
    """No half view leaves."""
    with pytest.raises(KeyError):
        trusted(MetricRef)(slug="revenue")


def test_all_views_of_a_comparison_are_valid(seeded: Database) -> None:
    """Read again with all checks, each is the same, and so are the bytes."""
    query = CompareQuery(("330000", "320000", "320100", "310000", "340000"))
    with seeded.read() as session:
        made = compare_regions(session, query, TODAY)
    for view in views(made):
        assert set(vars(view)) == set(type(view).model_fields)
        assert type(view).model_validate(vars(view), strict=True) == view
    text = made.model_dump_json()
    assert json.loads(text) == json.loads(ComparisonView.model_validate_json(text).model_dump_json())
