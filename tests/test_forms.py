"""The fields of a form fold into nested data and back, whichever rows were added, moved or taken away."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.exchange.seeds.reading import read_yaml
from app.resources import resource
from app.web.forms import Form, has_field

PLANS = sorted((resource("seeds") / "plans").glob("*.yaml"))

# What is posted, one name and value a line; then what it folds to.
FOLDED = {
    "one field": ("slug=zj-x", {"slug": "zj-x"}),
    "rows keep their order, not their numbers": (
        "issuers.7=a issuers.2=b",
        {"issuers": ["a", "b"]},
    ),
    "rows in rows": (
        "targets.3.topic=ai targets.3.deadlines.5.unit=% targets.3.deadlines.0.unit=家",
        {"targets": [{"topic": "ai", "deadlines": [{"unit": "%"}, {"unit": "家"}]}]},
    ),
    "a row in which nothing was typed is none": (
        "targets.0.topic= targets.0.deadlines.0.unit= targets.1.topic=ai topics.0=",
        {"targets": [{"topic": "ai"}], "topics": []},
    ),
    "a row may come in pieces": (
        "links.0.to=a links.1.to=b links.0.kind=amends",
        {"links": [{"to": "a", "kind": "amends"}, {"to": "b"}]},
    ),
    "nobody is a prototype": ("constructor=x", {"constructor": "x"}),
}

REFUSED = (
    *("__proto__=x", "a..b=x", ".a=x", "a.=x", "A=x", "a\tb=x", "a[0]=x", "=x", "a.01=x", "a.-1=x"),
    *("a.100000=x", "a.1e3=x", "é=x", "0=x", "0.a=x", "a.０=x", f"{'a' * 41}=x"),
    *(f"{'a.' * 9}a=x", "a=x a=y", "a=x a.b=y", "a.b=x a=y", "a.0=x a.b=y", "a.b=x a.0=y", "a.0.b=x a.0=y"),
)


def folded(text: str) -> Form:
    """Fold names and values that are written in a line."""
    return Form.of_pairs(tuple(one.split("=", 1)) for one in text.split())  # type: ignore[misc]


@pytest.mark.parametrize(("given", "data"), FOLDED.values(), ids=FOLDED)
def test_names_fold_into_nested_data(given: str, data: dict[str, Any]) -> None:
    """Each dot goes one level down; a number is a row."""
    assert folded(given).folded().data == data


@pytest.mark.parametrize("given", REFUSED)
def test_a_name_that_no_form_has_is_refused(given: str) -> None:
    """Names that are no names, stand twice, or make one thing a field and a list are refused, and nothing is read."""
    with pytest.raises(DomainError) as caught:
        Form.of_pairs(tuple(one.split("=", 1)) for one in given.split(" ") if "=" in one)  # type: ignore[misc]
    assert caught.value.code == "bad_field_name"


def test_a_problem_leads_back_to_its_field() -> None:
    """Paths of the data become the names of the fields, past rows that were left blank or moved."""
    form = folded(
        "topics.4= topics.6=ai targets.9.topic= targets.3.topic=ai"
        " targets.3.deadlines.2.unit= targets.3.deadlines.8.unit=%"
    ).folded()
    assert [
        form.name(path) for path in ("topics.0", "targets.0.deadlines.0.unit", "targets.0.deadlines")
    ] == [
        "topics.6",
        "targets.3.deadlines.8.unit",
        "targets.3.deadlines",
    ]
    assert [form.name(path) for path in ("", "slug", "targets.5.unit")] == ["", "slug", "targets.5.unit"]


def test_rows_are_added_copied_moved_and_taken_away() -> None:
    """A row keeps its number wherever it goes; a new one gets a number that no other has."""
    form = folded("targets.0.public_id=zj-x.a targets.0.topic=ai targets.4.topic=robots")
    assert form.add("targets", {"topic": ""}) == "targets.5"
    assert form.copy("targets.0", without=("public_id",)) == "targets.6"
    form.move("targets.4", -1)
    form.move("targets.0", -1)
    form.move("targets.5", 1)
    assert form.rows("targets") == ["targets.0", "targets.4", "targets.6", "targets.5"]
    assert (form.value("targets.6.topic"), form.value("targets.6.public_id")) == ("ai", "")
    form.remove("targets.0")
    assert form.add("targets.4.deadlines", {}) == "targets.4.deadlines.0"
    assert form.add("issuers", "a") == "issuers.0"
    assert form.values("issuers") == ["a"]
    for wrong in ("targets", "targets.77", "slug.0", "nothing.0"):
        with pytest.raises(DomainError):
            form.remove(wrong)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_committed_plan_goes_through_the_form_unchanged(path: Path) -> None:
    """Filled in, sent and folded, a plan is what it was."""
    data = read_yaml(path.read_bytes()).data
    form = Form.of_pairs(Form.of_seed(data, PlanIn).pairs())
    assert validate(PlanIn, form.folded().data) == validate(PlanIn, data)


def test_what_no_field_can_hold_is_left_out() -> None:
    """Of a file of another form, what the form has fields for is taken, and nothing else."""
    data: dict[str, Any] = {
        "slug": ["a"],
        "title_zh": "甲",
        "foo": "x",
        "targets": "none",
        "topics": ["ai", None, {"a": 1}],
    }
    data |= {"measures": [{"public_id": 7, "x y": 1}, "m"], "period_start": 2026}
    assert Form.of_seed(data, PlanIn).pairs() == [
        ("title_zh", "甲"),
        ("period_start", "2026"),
        ("topics.0", "ai"),
        ("topics.1", ""),
        ("measures.0.public_id", "7"),
    ]


def test_the_form_knows_its_fields() -> None:
    """Fields, rows and lists of the schema are known, whatever the row's number; nothing else is."""
    known = ("slug", "targets", "targets.7", "targets.7.deadlines.0.unit", "issuers.3", "evidence.0.phrase")
    assert [name for name in known if not has_field(PlanIn, name)] == []
    unknown = ("foo", "slug.0", "targets.x", "issuers.0.slug", "targets.0.deadlines.unit", "")
    assert [name for name in unknown if has_field(PlanIn, name)] == []


TEXTS = st.text(max_size=3)
WORDS = st.sampled_from(["a", "b", "note_zh", "constructor"])
NUMBERS = st.integers(0, 99_999).map(str)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.dictionaries(WORDS, inner, min_size=1) | st.dictionaries(NUMBERS, inner, min_size=1),
)


@given(st.dictionaries(WORDS, TREES))
def test_a_form_is_what_it_sends(tree: dict[str, Any]) -> None:
    """Any tree unfolds into pairs that fold into the same tree, rows in their order, and its data has no blank row."""
    form = Form.of_pairs(Form(tree).pairs())
    assert form.tree == tree
    assert form.pairs() == Form(tree).pairs()

    def rows(data: Any) -> list[Any]:
        if isinstance(data, dict):
            return [row for inner in data.values() for row in rows(inner)]
        return [*data, *(row for inner in data for row in rows(inner))] if isinstance(data, list) else []

    assert [row for row in rows(form.folded().data) if isinstance(row, str) and not row.strip()] == []


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=3)), max_size=6))
def test_whatever_is_sent_is_folded_or_refused(pairs: list[tuple[str, str]]) -> None:
    """No name and no value makes anything but a form or a refusal by its code."""
    code = ""
    try:
        form = Form.of_pairs(pairs)
    except DomainError as error:
        code = error.code
    assert code == "bad_field_name" or sorted(form.pairs()) == sorted(pairs)
