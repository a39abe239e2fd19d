"""Plans with something wrong, and what every door must say of each: the same codes at the same fields.

A door takes `GOOD` as it is, and refuses each of `BAD`; `plan_of` gives the data, `vocabulary` what it refers to. The
changes are those of one plan, by the dotted paths of its fields; a field that becomes None is left out.
"""

import copy
from typing import Any

from sqlalchemy.orm import Session

from tests.builders import (
    SOURCE,
    deadline,
    evidence,
    make_metric,
    make_organization,
    make_region,
    make_source,
    make_topic,
    measure,
    target,
)

GOOD: dict[str, Any] = {
    "slug": "zj-bad",
    "region": "330000",
    "title_zh": "浙江省一份有错的规划",
    "title_en": "A plan of Zhejiang with something wrong",
    "form": "plan",
    "stage": "adopted",
    "written": "2026-03",
    "topics": ["ai"],
    "links": [],
    "evidence": [{"source": SOURCE, "paragraph": "2", "phrase": "有错的规划"}],
    "targets": [
        target("zj-bad.revenue"),
        target(
            "zj-bad.enterprises",
            metric="enterprises",
            deadlines=[deadline("100家", None), deadline("200家", "2030")],
        ),
    ],
    "measures": [measure("zj-bad.fund", total="10", unit="亿元", evidence=[evidence("10亿元")])],
}

D = "targets.0.deadlines.0"
E = f"{D}.evidence.0"
LONG = "长" * 2001

# The changes, then the codes by field.
BAD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no title": ({"title_zh": None}, {"title_zh": "missing"}),
    "a blank title": ({"title_zh": "  "}, {"title_zh": "missing"}),
    "no region, form and stage": (
        {"region": None, "form": None, "stage": None},
        {"region": "missing", "form": "missing", "stage": "missing"},
    ),
    "a title too long": ({"title_en": "x" * 301}, {"title_en": "too_long"}),
    "a summary too long": ({"summary_zh": LONG}, {"summary_zh": "too_long"}),
    "a short name with capitals": (
        {"slug": "ZJ-bad"},
        {"slug": "bad_form"},
    ),
    "a short name of another region": (
        {
            "slug": "js-bad",
            "targets.0.public_id": "js-bad.a",
            "targets.1.public_id": "js-bad.b",
            "measures.0.public_id": "js-bad.c",
        },
        {"slug": "slug_without_region"},
    ),
    "words that there are not": (
        {"form": "novel", "stage": "dreamt", "targets.0.kind": "guess"},
        {"form": "unknown_word", "stage": "unknown_word", "targets.0.kind": "unknown_word"},
    ),
    "a date that is none": ({"written": "2026-13"}, {"written": "bad_date"}),
    "a date of long ago": ({"published": "1912"}, {"published": "date_out_of_range"}),
    "a year that is none": ({"period_start": "soon"}, {"period_start": "bad_form"}),
    "a year too late": ({"period_end": "2101"}, {"period_end": "too_large"}),
    "a period reversed": ({"period_start": "2030", "period_end": "2026"}, {"period_end": "period_reversed"}),
    "what refers to nothing": (
        {
            "region": "990000",
            "topics": ["ai", "nothing"],
            "targets.0.metric": "nothing",
            "targets.1.topic": "nothing",
            f"{E}.source": "nothing",
        },
        {
            "region": "unknown_region",
            "topics.1": "unknown_topic",
            "targets.0.metric": "unknown_metric",
            "targets.1.topic": "unknown_topic",
            f"{E}.source": "unknown_source",
        },
    ),
    "what refers to what is retired": (
        {
            "issuers": ["gone"],
            "topics": ["ai", "gone"],
            "targets.0.metric": "gone",
            "targets.0.region": "320100",
            "targets.1.topic": "gone",
            f"{E}.source": "gone",
            "measures.0.evidence.0.source": "gone",
        },
        {
            "issuers.0": "names_retired",
            "topics.1": "names_retired",
            "targets.0.metric": "names_retired",
            "targets.0.region": "names_retired",
            "targets.1.topic": "names_retired",
            f"{E}.source": "names_retired",
            "measures.0.evidence.0.source": "names_retired",
        },
    ),
    "a topic twice": ({"topics": ["ai", "ai"]}, {"topics.1": "listed_twice"}),
    "a link to nothing": (
        {"links": [{"to": "zj-nothing", "kind": "amends"}]},
        {"links.0.to": "unknown_plan"},
    ),
    "a link to itself": ({"links": [{"to": "zj-bad", "kind": "amends"}]}, {"links.0.to": "link_to_itself"}),
    "a link of no kind": ({"links": [{"to": "zj-bad"}]}, {"links.0.kind": "missing"}),
    "a public id of another plan": (
        {"targets.0.public_id": "zj-other.revenue"},
        {"targets.0.public_id": "foreign_public_id"},
    ),
    "a public id that is none": ({"targets.0.public_id": "revenue"}, {"targets.0.public_id": "bad_form"}),
    "a public id twice": (
        {"measures.0.public_id": "zj-bad.revenue"},
        {"measures.0.public_id": "public_id_twice"},
    ),
    "a key twice": (
        {"targets.1.metric": "revenue", "targets.1.deadlines": [deadline()]},
        {"targets.1": "key_twice"},
    ),
    "no metric": ({"targets.0.metric": None}, {"targets.0.metric": "metric_missing"}),
    "a figure of a qualitative target": (
        {"targets.0.kind": "qualitative", "targets.0.metric": None},
        {D: "figure_of_qualitative"},
    ),
    "no deadline": ({"targets.0.deadlines": None}, {"targets.0.deadlines": "missing"}),
    "a deadline twice": (
        {"targets.0.deadlines": [deadline(), deadline("突破6000亿元")]},
        {"targets.0.deadlines.1.due": "deadline_twice"},
    ),
    "a figure that is no figure": (
        {f"{D}.value_as_stated": "大幅增长"},
        {f"{D}.value_as_stated": "unreadable_figure"},
    ),
    "a figure that its words deny": ({f"{D}.value": "4000"}, {f"{D}.value_as_stated": "figure_disagrees"}),
    "half a figure": (
        {f"{D}.value_as_stated": None, f"{D}.value": "5000"},
        {f"{D}.comparator": "figure_incomplete"},
    ),
    "a value that is no number": ({f"{D}.value": "5千"}, {f"{D}.value": "bad_form"}),
    "a unit that nobody knows": (
        {f"{D}.value_as_stated": None, f"{D}.value": "5", f"{D}.unit": "斗", f"{D}.comparator": "eq"},
        {f"{D}.unit": "unknown_unit"},
    ),
    "a unit of another dimension": ({f"{D}.value_as_stated": "100家"}, {f"{D}.unit": "unit_mismatch"}),
    "a range with one end": (
        {f"{D}.value_as_stated": None, f"{D}.value": "5", f"{D}.unit": "亿元", f"{D}.comparator": "between"},
        {f"{D}.value_high": "between_needs_two"},
    ),
    "a due date that is none": ({f"{D}.due": "2027年"}, {f"{D}.due": "bad_date"}),
    "evidence without a phrase": ({f"{E}.phrase": None}, {f"{E}.phrase": "missing"}),
    "a paragraph that is none": ({f"{E}.paragraph": "7-6"}, {f"{E}.paragraph": "bad_paragraph"}),
    "half a baseline": (
        {"targets.0.baseline_value": "3000"},
        {"targets.0.baseline_unit": "baseline_incomplete"},
    ),
    "a baseline of another dimension": (
        {"targets.0.baseline_value": "3000", "targets.0.baseline_unit": "家"},
        {"targets.0.baseline_unit": "unit_mismatch"},
    ),
    "an amount without a unit": ({"measures.0.unit": None}, {"measures.0.unit": "measure_unit"}),
    "a measure of no sort": ({"measures.0.kind": None}, {"measures.0.kind": "missing"}),
    "a field that there is not": ({"targets.0.colour": "red"}, {"targets.0.colour": "unknown_field"}),
    "hostile words": (
        {"form": "<script>alert(1)</script>", "slug": "' OR 1=1 --"},
        {"form": "unknown_word", "slug": "bad_form"},
    ),
}


def vocabulary(session: Session) -> None:
    """Write what the plans refer to, and what was retired."""
    make_region(session)
    make_region(session, "320100", replaced_by="330000", retired_on="2026-11-19")
    for make in (make_organization, make_topic, make_metric, make_source):
        make(session, "gone", retired_on="2026-11-19")
    make_topic(session)
    make_metric(session)
    make_metric(session, "enterprises")
    make_source(session)


def plan_of(name: str) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """Give the data of a bad plan, and the fields and codes that must be said of it."""
    changes, codes = BAD[name]
    data = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *above, last = path.split(".")
        node: Any = data
        for part in above:
            node = node[int(part)] if part.isdigit() else node[part]
        if value is None:
            del node[last]
        else:
            node[last] = value
    return data, set(codes.items())
