"""What every door accepts and refuses, by code and path, before any other row is looked at."""

from decimal import Decimal
from typing import Any

import pytest

from app.domain.base import Schema
from app.domain.errors import DomainError
from app.domain.figures import unit_fits
from app.domain.schemas import DeadlineIn, EvidenceIn, MeasureIn, ObservationIn, PlanIn, RegionIn, TargetIn
from app.domain.validation import validate
from app.domain.vocabulary import Ambition, Comparator, Dimension, EditorialState, Kind


def target(**changes: Any) -> dict[str, Any]:
    """Give a target that is accepted, with changes."""
    return {
        "public_id": "zj-plan.revenue",
        "topic": "ai",
        "metric": "revenue",
        "statement_zh": "营业收入",
        "deadlines": [{"due": "2027", "value_as_stated": "突破5000亿元"}],
    } | changes


def plan(**changes: Any) -> dict[str, Any]:
    """Give a plan that is accepted, with changes."""
    return {
        "slug": "zj-plan",
        "region": "330000",
        "title_zh": "行动计划",
        "title_en": "Action plan",
        "form": "action_plan",
        "stage": "adopted",
        "targets": [target()],
    } | changes


def refusal(schema: type[Schema], data: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the fields and codes of everything that is wrong."""
    with pytest.raises(DomainError) as refused:
        validate(schema, data)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_a_figure_is_completed_from_its_words() -> None:
    """Comparator, value and unit are read from the phrase where they are left out."""
    read = validate(DeadlineIn, {"value_as_stated": "突破5000亿元"})
    assert (read.comparator, read.value, read.unit, read.canonical) == (
        Comparator.GT,
        Decimal(5000),
        "亿元",
        (Decimal(500000000000), None, "CNY"),
    )


def test_a_blank_field_is_as_good_as_none() -> None:
    """An empty box of a form and an absent key mean the same, and blanks around a text mean nothing."""
    assert validate(DeadlineIn, {"due_as_stated": " 到2027年\n"}).due_as_stated == "到2027年"
    read = validate(DeadlineIn, {"value_as_stated": "10户以上", "ambition": "  ", "note_zh": ""})
    assert (read.ambition, read.note_zh) == (Ambition.UNMARKED, None)


FIVE_TO_THREE = {"value": "5", "value_high": "3", "unit": "户", "comparator": "between"}
FIVE_TRILLION = {"value_as_stated": "突破5000亿元", "comparator": "gt", "unit": "亿元"}
FIGURES: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    ({"value": "5"}, [("comparator", "figure_incomplete")]),
    ({"comparator": "gt", "unit": "户"}, [("value", "figure_incomplete")]),
    ({"value": "5", "unit": "户", "comparator": "between"}, [("value_high", "between_needs_two")]),
    (FIVE_TO_THREE, [("value_high", "between_reversed")]),
    (FIVE_TO_THREE | {"comparator": "ge"}, [("value_high", "high_without_between")]),
    ({"value_high": "3"}, [("value_high", "high_without_between")]),
    ({"value": "5", "unit": "斤两", "comparator": "ge"}, [("unit", "unknown_unit")]),
    (FIVE_TO_THREE | {"unit": "斤两"}, [("unit", "unknown_unit"), ("value_high", "between_reversed")]),
    ({"value_as_stated": "许多许多"}, [("value_as_stated", "unreadable_figure")]),
    (FIVE_TRILLION | {"value": "500"}, [("value_as_stated", "figure_disagrees")]),
    (FIVE_TRILLION | {"value": "5000", "comparator": "ge"}, [("value_as_stated", "figure_disagrees")]),
    (FIVE_TRILLION | {"value": "5000", "unit": "亿美元"}, [("value_as_stated", "figure_disagrees")]),
    (
        {"value_as_stated": "提升15个百分点", "value": "15", "unit": "%", "comparator": "eq"},
        [("value_as_stated", "figure_disagrees")],
    ),
    (
        {"value_as_stated": "保底6%、力争7%", "value": "8", "unit": "%", "comparator": "eq"},
        [("value_as_stated", "figure_disagrees")],
    ),
]


@pytest.mark.parametrize(("figure", "refused"), FIGURES)
def test_a_figure_that_does_not_hold_together_is_refused(
    figure: dict[str, str], refused: list[tuple[str, str]]
) -> None:
    """A figure is whole, in order, in a known unit, and agrees with its words; each mistake has its field."""
    assert refusal(DeadlineIn, figure) == refused


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [("突破5000亿元", "0.5", "万亿元"), ("超百亿", "100", "亿元"), ("保底6%、超过7%", "7", "%")],
)
def test_a_figure_that_says_what_its_words_say_is_taken(words: str, value: str, unit: str) -> None:
    """Another magnitude, a unit that the words leave unsaid and one of two figures do not contradict."""
    read = validate(DeadlineIn, {"value_as_stated": words, "comparator": "gt", "value": value, "unit": unit})
    assert (read.value, read.unit) == (Decimal(value), unit)


def test_words_beyond_the_parser_pass_when_the_figure_is_given() -> None:
    """A curator may state a figure that the parser cannot read, by giving it outright."""
    read = validate(
        DeadlineIn,
        {"value_as_stated": "两三百来家光景", "comparator": "approx", "value": "250", "unit": "家"},
    )
    assert read.canonical == (Decimal(250), None, "count")


TARGETS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (target(kind="qualitative"), [("metric", "metric_of_qualitative")]),
    (target(metric=None), [("metric", "metric_missing")]),
    (target(kind="qualitative", metric=None), [("deadlines.0", "figure_of_qualitative")]),
    (target(deadlines=[{"due": "2027"}]), [("deadlines.0", "figure_missing")]),
    (target(baseline_value="3"), [("baseline_unit", "baseline_incomplete")]),
    (target(baseline_unit="户"), [("baseline_value", "baseline_incomplete")]),
    (target(baseline_value="3", baseline_unit="斤两"), [("baseline_unit", "unknown_unit")]),
    (
        target(
            baseline_value="3",
            deadlines=[
                {"due": "2027", "value_as_stated": "6%"},
                {"due": "2030"},
                {"due": "2027-12", "value_as_stated": "7%"},
            ],
        ),
        [
            ("deadlines.1", "figure_missing"),
            ("baseline_unit", "baseline_incomplete"),
            ("deadlines.2.due", "deadline_twice"),
        ],
    ),
]


@pytest.mark.parametrize(("data", "refused"), TARGETS)
def test_a_target_that_does_not_hold_together_is_refused(
    data: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    """Kind, metric, figures and deadlines of a target fit each other; all mistakes come at once."""
    assert refusal(TargetIn, data) == refused


def test_a_floor_and_a_hope_for_one_year_are_two_deadlines() -> None:
    """保底6%、力争7% are two deadlines of one due date, told apart by ambition."""
    two = [
        {"due": "2026", "value_as_stated": "6%"},
        {"due": "2026", "value_as_stated": "7%", "ambition": "strive"},
    ]
    assert len(validate(TargetIn, target(deadlines=two)).deadlines) == 2


PLANS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (plan(period_start=2027, period_end=2025), [("period_end", "period_reversed")]),
    (plan(targets=[target(public_id="js-plan.revenue")]), [("targets.0.public_id", "foreign_public_id")]),
    (
        plan(targets=[target(), target(qualifier="other")]),
        [("targets.1.public_id", "public_id_twice")],
    ),
    (plan(targets=[target(), target(public_id="zj-plan.other")]), [("targets.1", "key_twice")]),
    (plan(editorial_state="retired"), [("retired_on", "retirement_incomplete")]),
    (plan(retired_on="2026-11-20"), [("retired_on", "retirement_incomplete")]),
    (
        plan(
            retired_on="2026-11-20",
            period_start=2027,
            period_end=2025,
            targets=[
                target(retired_on="2026-01-01"),
                target(public_id="js-a.b"),
                target(public_id="zj-plan.c"),
            ],
        ),
        [
            ("retired_on", "retirement_incomplete"),
            ("period_end", "period_reversed"),
            ("targets.1.public_id", "foreign_public_id"),
            ("targets.2", "key_twice"),
        ],
    ),
]


@pytest.mark.parametrize(("data", "refused"), PLANS)
def test_a_plan_that_does_not_hold_together_is_refused(
    data: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    """Period, ids, keys and retirement of a plan fit each other; all mistakes come at once."""
    assert refusal(PlanIn, data) == refused


def test_every_mistake_is_reported_at_its_path() -> None:
    """All problems come at once, each with the dotted path that leads to its field."""
    data = plan(
        stage="done", colour="red", targets=[target(deadlines=[{"due": "soon", "value_as_stated": "6%"}])]
    )
    del data["title_en"]
    assert sorted(refusal(PlanIn, data)) == [
        ("colour", "unknown_field"),
        ("stage", "unknown_word"),
        ("targets.0.deadlines.0.due", "bad_date"),
        ("title_en", "missing"),
    ]


def test_a_plan_is_a_draft_until_it_says_otherwise() -> None:
    """Nothing is published by leaving something out (R7)."""
    assert validate(PlanIn, plan()).editorial_state is EditorialState.DRAFT


def test_seed_form_and_schema_are_inverse() -> None:
    """What a plan writes as a seed reads back as the same plan."""
    read = validate(
        PlanIn,
        plan(
            published="2026-01",
            measures=[
                {
                    "public_id": "zj-plan.fund",
                    "kind": "fund",
                    "statement_zh": "基金",
                    "total": "100",
                    "unit": "亿元",
                }
            ],
        ),
    )
    assert validate(PlanIn, read.seed()) == read


@pytest.mark.parametrize(("paragraph", "written"), [("6", "6"), ("6-7", "6-7"), (6, "6"), ("6 – 7", "6-7")])
def test_a_paragraph_is_one_or_a_run(paragraph: Any, written: str) -> None:
    """A paragraph reads as 6, a run as 6-7."""
    evidence = validate(EvidenceIn, {"source": "source", "paragraph": paragraph, "phrase": "突破"})
    assert evidence.seed()["paragraph"] == written


@pytest.mark.parametrize("paragraph", ["0", "7-6", "six", "-1", ""])
def test_what_is_no_paragraph_is_refused(paragraph: str) -> None:
    """Paragraphs count from 1, and a run goes forwards."""
    code = "missing" if not paragraph else "bad_paragraph"
    data = {"source": "source", "paragraph": paragraph, "phrase": "突破"}
    assert refusal(EvidenceIn, data) == [("paragraph", code)]


def test_only_groups_have_members() -> None:
    """A group without members, or a city with some, is refused."""
    city = {
        "code": "330100",
        "slug": "hangzhou",
        "level": "prefecture",
        "name_zh": "杭州市",
        "name_en": "Hangzhou",
        "short_zh": "杭州",
    }
    group = city | {"code": "delta", "slug": "delta", "level": "group"}
    assert refusal(RegionIn, city | {"members": ["330000"]}) == [("members", "members_of_group")]
    assert refusal(RegionIn, group) == [("members", "members_of_group")]


def test_an_observation_needs_a_figure_and_a_period_in_order() -> None:
    """An observation without a figure, or one that ends before it starts, is refused."""
    seen = {
        "slug": "zj-output",
        "region": "330000",
        "topic": "ai",
        "metric": "output",
        "status": "official",
        "statement_zh": "产值",
    }
    assert refusal(ObservationIn, seen) == [("value", "figure_missing")]
    reversed_ = seen | {"value_as_stated": "5700亿元", "start": "2025", "end": "2024"}
    assert refusal(ObservationIn, reversed_) == [("end", "period_reversed")]


def test_an_amount_of_a_measure_needs_its_unit() -> None:
    """A total without a unit is refused, and so is one in a unit that is none."""
    fund = {"public_id": "zj-plan.fund", "kind": "fund", "statement_zh": "基金", "total": "100"}
    assert refusal(MeasureIn, fund) == [("unit", "measure_unit")]
    assert refusal(MeasureIn, fund | {"unit": "斤两"}) == [("unit", "unknown_unit")]


UNITS = [
    (Kind.LEVEL, Dimension.MONEY, "亿元", True),
    (Kind.LEVEL, Dimension.MONEY, "家", False),
    (Kind.LEVEL, Dimension.MONEY, "%", False),
    (Kind.GROWTH, Dimension.MONEY, "%", True),
    (Kind.GROWTH, Dimension.MONEY, "亿元", False),
    (Kind.AVERAGE_GROWTH, Dimension.COUNT, "%", True),
    (Kind.REGION_SHARE, Dimension.MONEY, "%", True),
    (Kind.RANK, Dimension.MONEY, "位", True),
    (Kind.RANK, Dimension.COUNT, "个", False),
    (Kind.LEVEL, Dimension.SHARE, "百分点", False),
    (Kind.INCREASE, Dimension.SHARE, "百分点", True),
    (Kind.LEVEL, Dimension.SHARE, "成", True),
    (Kind.LEVEL, Dimension.DENSITY, "台/万人", True),
]


@pytest.mark.parametrize(("kind", "dimension", "unit", "fits"), UNITS)
def test_a_unit_fits_its_kind_and_dimension(kind: Kind, dimension: Dimension, unit: str, fits: bool) -> None:  # noqa: FBT001
    """Growth, shares and ranks have units of their own; else the unit is of the metric's dimension (R1)."""
    assert unit_fits(kind, dimension, unit) is fits
