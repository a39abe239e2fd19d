"""From Pydantic's findings to our problems: whatever is written wrong, the reader is told how it is written.

Which rules the schemas hold is in `test_schemas`, how mistakes in seeds are found in `test_seed_mistakes`.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.domain import schemas, validation
from app.domain.base import Schema
from app.domain.errors import DomainError, Problem
from app.domain.schemas import MetricIn, PlanIn, RegionIn, SourceIn, TargetIn, TopicIn
from app.domain.validation import shortened, validate
from app.i18n import LANGS, Lang, problem_sentence

SCHEMAS = [each for _, each in inspect.getmembers(schemas, inspect.isclass) if issubclass(each, Schema)]


def problem_at(schema: type[Schema], path: str, value: Any) -> Problem:
    """Give the one problem that a schema has with a field."""
    first, *rest = path.split(".")
    for part in reversed(rest):
        value = [value] if part.isdigit() else {part: value}
    with pytest.raises(DomainError) as caught:
        validate(schema, {first: value})
    found = [problem for problem in caught.value.problems if problem.field == path]
    assert len(found) == 1, caught.value.problems
    return found[0]


WRONG = [
    (PlanIn, "retired_on", "soon", "must be a day, such as 2026-11-20"),
    (PlanIn, "retired_on", "2026-13-01", "must be a day"),
    (PlanIn, "period_start", "soon", "must be a whole number"),
    (PlanIn, "period_start", "2027.5", "must be a whole number"),
    (TargetIn, "baseline_value", "viel", "must be a number in plain digits"),
    (TargetIn, "baseline_value", "NaN", "must be a number in plain digits"),
    (TargetIn, "baseline_value", "1." + "1" * 11, "with at most 10 after the point"),
    (MetricIn, "additive", "perhaps", "must be true or false"),
    (TopicIn, "name_zh", ["终端"], "must be a single text, not a list"),
    (TopicIn, "aliases", "终端", "must be a list"),
    (PlanIn, "targets.0", "all", "must be a group of named fields"),
    (TopicIn, "slug", "AI Terminals", "small letters and digits, joined by single hyphens"),
    (TargetIn, "public_id", "revenue", "two short names with a point between them"),
    (RegionIn, "code", "33 0000", "six-digit code, such as 330000"),
    (RegionIn, "iso", "Zhejiang", "such as CN-ZJ"),
    (SourceIn, "url", "www.example.cn", "begins with https:// or http://"),
    (SourceIn, "text_sha256", "ABC", "64 digits and letters"),
]


@pytest.mark.parametrize(("schema", "path", "value", "sentence"), WRONG)
def test_a_value_of_the_wrong_form_is_told_the_right_one(
    schema: type[Schema], path: str, value: Any, sentence: str
) -> None:
    """Each kind of field has a sentence that shows how it is written, and all have the same code."""
    problem = problem_at(schema, path, value)
    assert problem.code == "bad_form"
    said = problem_sentence("en", problem)
    assert (said.startswith(f"“{path}” "), sentence in said) == (True, True), said


@pytest.mark.parametrize("lang", LANGS)
def test_every_form_has_a_sentence_of_its_own(lang: Lang) -> None:
    """No two forms are explained alike, and none falls back on the sentence that explains nothing."""
    forms = {*validation._FORMS.values(), *validation._PATTERNS.values(), "instant", "plus"}
    said = {problem_sentence(lang, Problem("bad_form", "x", {"case": form})) for form in forms}
    said.add(problem_sentence(lang, Problem("bad_form", "x")))
    assert len(said) == len(forms) + 1


def patterns(schema: Any) -> Iterator[str]:
    """Find the patterns in a JSON schema, but those of our own readers, which have codes of their own."""
    if isinstance(schema, dict):
        if "pattern" in schema and "examples" not in schema:
            yield schema["pattern"]
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


def test_every_pattern_of_the_schemas_is_explained() -> None:
    """A new pattern needs a sentence; one that is gone leaves none behind."""
    used = {pattern for schema in SCHEMAS for pattern in patterns(schema.model_json_schema())}
    numbers = {pattern for pattern in used if re.fullmatch(pattern, "-12.5")}
    assert used - numbers == validation._PATTERNS.keys()


def test_words_that_would_be_right_come_as_a_list() -> None:
    """The language that they are joined in is the reader's."""
    problem = problem_at(SourceIn, "script", "latin")
    assert (problem.code, problem.detail["expected"]) == ("unknown_word", ["hans", "hant", "latn"])


def test_what_was_given_is_cut() -> None:
    """A long value is repeated in part, with a sign that there was more."""
    assert (shortened("9" * 80), shortened("9" * 81)) == ("9" * 80, "9" * 79 + "…")
    assert problem_at(TopicIn, "slug", "x y" * 100).detail["given"] == ("x y" * 100)[:79] + "…"
