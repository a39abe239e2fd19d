"""What the tools for assistants answer: figures with source and verdict, what may be compared said before all else.

How they are reached is tested in `test_mcp_doors`, what the queries find with the queries.
"""

from contextlib import closing
from typing import Any, Final

import anyio
import pytest
from anyio import CapacityLimiter
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from app.domain.dates import shanghai_today
from app.domain.errors import Problem
from app.i18n import problem_sentence
from app.store.past import Past
from app.store.session import Database
from app.web.mcp import tools
from app.web.mcp.calls import Answer, Library, call
from app.web.mcp.server import described
from tests.assistants import figures_in, pairs
from tests.builders import make_assessment, make_observation, make_plan, make_region, target

NO_RANKING = (
    "This is a list, not a ranking: the order of its figures means nothing, and they must not be ranked, added up or "
    "subtracted unless a verdict here allows it."
)
PAIR: Final = {"region": ["330000", "320000"], "topic": "ai", "family": "industry_size"}


def ask(db: Database, name: str, **given: Any) -> Answer:
    """Call a tool without the protocol around it; what it answers is of the form that it says."""

    async def called() -> Answer:
        with closing(Past(db)) as past:
            library = Library(db, past, CapacityLimiter(4), CapacityLimiter(4), "https://mubiao.example")
            return await call(library, name, given)

    answer = anyio.run(called)
    if not answer.refused:
        schema = next(tool.output_schema for tool in described() if tool.name == name)
        assert schema is not None
        Draft202012Validator(schema).validate(answer.content)
    return answer


def test_a_list_says_what_in_it_may_be_compared(seeded: Database) -> None:
    """Figures stand by what they measure, each two with a verdict; a list that allows none says so before all else."""
    answer = ask(seeded, "deadlines", metric="adoption-rate")
    assert answer.content["read_first"] == [
        NO_RANKING,
        "Of the 6 pairs of figures here, 1 may be compared, 2 only if what to mind is said with it, and 3 may not.",
    ]
    (family,) = answer.content["verdicts"]["families"]
    ours, js, nanjing, later = (
        "zj-ai-terminals.adoption@2027-12-31",
        "js-ai-plus.adoption@2027-12-31",
        "nanjing-ai-pilot-upgrade.adoption@2027-12-31",
        "js-ai-plus.adoption@2030-12-31",
    )
    differ = ("different", ["topic", "coverage"])
    assert pairs(family["verdicts"]) == {
        frozenset((js, later)): ("same", []),
        frozenset((js, nanjing)): ("caution", ["region_level", "undefined"]),
        frozenset((nanjing, later)): ("caution", ["year", "region_level", "undefined"]),
        **{frozenset((ours, other)): differ for other in (js, nanjing, later)},
    }
    assert [(one["topic"], one["coverage"], sorted(one["ids"])) for one in family["measures"]] == [
        ("terminals-and-agents", "unspecified", sorted((js, later, nanjing))),
        ("ai-terminals", "above_scale", [ours]),
    ]
    assert family["differences"] == ["topic", "coverage"]
    assert "[1] × [4]: They measure the same thing and may be compared." in answer.text
    # Three figures and eight promises in words, which are no pairs that anyone would compare.
    counts = ask(seeded, "get_plan", slug="js-ai-plus").content["verdicts"]["counts"]
    assert counts == {"same": 1, "caution": 0, "different": 2}
    none = ask(seeded, "deadlines", region="zj", family="enterprises", language="zh")
    assert none.content["read_first"][1] == "这里仅有的两个数字不可比较。"


def test_of_many_figures_only_equal_measures_are_paired(db: Database) -> None:
    """A family of more than twelve figures says in which fields its measures differ, and pairs those of one measure."""
    with db.write() as session:
        same = [target("zj-plan.same", words="突破5000亿元"), target("zj-plan.more", kind="increase")]
        others = [target(f"zj-plan.t{number}", qualifier=f"第{number}类") for number in range(11)]
        make_plan(session, targets=[*same, *others])
        make_plan(session, "js-plan", region="320000", targets=[target("js-plan.same")])
    answer = ask(db, "get_plan", slug="zj-plan")
    (family,) = answer.content["verdicts"]["families"]
    assert (family["verdicts"], family["differences"]) == ([], ["kind", "qualifier"])
    assert "the measures here differ in kind of figure and narrowing words" in answer.text
    listed = ask(db, "deadlines", limit=14)
    (family,) = listed.content["verdicts"]["families"]
    assert pairs(family["verdicts"]) == {
        frozenset(("zj-plan.same@2027-12-31", "js-plan.same@2027-12-31")): ("caution", ["undefined"])
    }
    assert listed.content["verdicts"]["counts"] == {"same": 0, "caution": 1, "different": 14 * 13 // 2 - 1}


def test_no_figure_leaves_without_its_source(seeded: Database) -> None:
    """Whatever tool gives it: promised, observed or an instrument, with paragraph, phrase and check."""
    asked: dict[str, dict[str, Any]] = {
        "search": {"q": "人工智能", "limit": 20},
        "get_plan": {"slug": "hangzhou-ai-highland-2025"},
        "get_target": {"public_id": "js-ai-plus.adoption", "language": "zh"},
        "deadlines": {"under": "yangtze-delta", "limit": 100},
        "compare": {"region": ["zj", "js", "nanjing"]},
    }
    answers = {name: ask(seeded, name, **given) for name, given in asked.items()}
    found = {name: list(figures_in(answer.content)) for name, answer in answers.items()}
    assert {name for name, figures in found.items() if not figures} == set()
    bare = [one for figures in found.values() for one in figures if not one["evidence"]]
    assert bare == []
    for name, answer in answers.items():
        assert answer.content["read_first"][0] == answer.text.split("\n")[0], name
        for one in found[name]:
            assert one["evidence"][0]["source"] in answer.text
        assert answer.text.split("\n")[-1] == answer.content["page"]
    # Chosen words are found in either form; hits of a kind that has figures bring them along.
    hits = {
        group["kind"]: [hit["key"] for hit in group["items"]]
        for group in answers["search"].content["found"]["groups"]
    }
    given = answers["search"].content
    assert {one["target"]["public_id"] for one in given["deadlines"]} == set(hits["target"])
    assert {one["slug"] for one in given["observations"]} >= set(hits["observation"])
    assert {one["public_id"] for one in given["measures"]} == set(hits["measure"])


def test_progress_brings_the_observation_that_it_rests_on(db: Database) -> None:
    """With its source, and with the verdict between what is promised and what was seen."""
    with db.write() as session:
        make_plan(session, targets=[target()])
        make_observation(session)
    answer = ask(db, "get_target", public_id="zj-plan.revenue", language="zh")
    (deadline,) = answer.content["target"]["deadlines"]
    (seen,) = answer.content["observations"]
    assert deadline["progress"]["observation"] == seen["slug"] == "zj-revenue-2024"
    (family,) = answer.content["verdicts"]["families"]
    assert pairs(family["verdicts"]) == {
        frozenset((deadline["id"], seen["slug"])): ("caution", ["year", "status", "undefined"])
    }
    assert "([2])\n" in answer.text


def test_coverage_tells_looked_in_vain_from_not_looked(db: Database) -> None:
    """Three answers for region and topic, none of which can be taken for another."""
    with db.write() as session:
        make_region(session, "100000")
        for code in ("320000", "340000"):
            make_region(session, code, parent="100000")
        make_region(session, "320100", parent="320000")
        make_plan(session, "nanjing-plan", region="320100", targets=[target("nanjing-plan.a")])
        make_assessment(session, "340000")
    answer = ask(db, "coverage", topic="ai")
    rows = {row["region"]["code"]: row for row in answer.content["rows"]}
    assert {
        code: (row["not_looked"], [one["topics"] for one in row["none_found"]]) for code, row in rows.items()
    } == {
        "100000": (["ai"], []),
        "320000": (["ai"], []),
        "340000": ([], [["ai"]]),
    }
    assert rows["320000"]["below"] == [{"topic": "ai", "targets": 1, "plans": 1}]
    assert answer.content["read_first"][1] == (
        "Found in 0 places of the matrix, looked and found none in 1, not looked in 2."
    )
    (own,) = ask(db, "coverage", under="Nanjing").content["rows"]
    assert [(cell["topic"], cell["targets"]) for cell in own["found"]] == [("ai", 1)]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_at_its_argument(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes are the API's, the sentences in the language asked for; nothing unknown is passed over."""
    told: dict[str, list[tuple[dict[str, Any], list[tuple[str, str]]]]] = {
        "compare": [
            ({"region": ["99"], "language": "zh"}, [("region", "unknown_region")]),
            ({}, [("region", "missing")]),
            (
                {"region": ["zj"] * 2, "top": 3, "year_from": 1.5},
                [("year_from", "bad_form"), ("top", "unknown_parameter")],
            ),
            ({"region": ["zj"], "language": "fr"}, [("language", "unknown_word")]),
        ],
        "deadlines": [
            ({"sort": "value"}, [("sort", "bad_sort")]),
            ({"limit": 101}, [("limit", "too_large")]),
            ({"cursor": "x"}, [("cursor", "bad_cursor")]),
            ({"year_from": 2030, "year_to": 2026}, [("year_to", "years_reversed")]),
        ],
        "get_plan": [
            ({"slug": "nothing"}, [("", "unknown_plan")]),
            ({"slug": "a\0"}, [("slug", "bad_character")]),
        ],
        "search": [
            ({"q": "…"}, [("q", "q_empty")]),
            ({"q": "a", "as_of": "2099-01-01"}, [("as_of", "as_of_in_future")]),
        ],
    }
    for name, cases in told.items():
        for given, problems in cases:
            answer = ask(seeded, name, **given)
            errors = answer.content["errors"]
            assert (answer.refused, [(one["field"], one["code"]) for one in errors]) == (True, problems), (
                given
            )
            assert all(f"({one['code']}): {one['message']}" in answer.text for one in errors)
    chinese = ask(seeded, "compare", region=["99"], language="zh").content["errors"][0]["message"]
    assert chinese == problem_sentence("zh", Problem("unknown_region", "region", {"given": "99"}))
    monkeypatch.setattr(tools, "MOST_FIGURES", 20)
    wide = ask(seeded, "compare", region=["zj", "js"])
    assert wide.content["errors"][0]["code"] == "too_wide"
    assert ask(seeded, "get_plan", slug="js-ai-plus").content["shown"] <= 20


def test_what_nobody_foresaw_has_a_number(
    seeded: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The trace is in the log, its number in the answer, and nothing else of it."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(tools, "topics_by_slug", fail)
    answer = ask(seeded, "coverage")
    error = answer.content["errors"][0]
    assert (answer.refused, error["code"], "secret" in answer.text) == (True, "internal_error", False)
    assert any(record.getMessage().split()[1] in error["message"] for record in caplog.records)


def test_a_past_day_is_asked_for_as_everywhere(seeded: Database) -> None:
    """Today is today; what lies before the first revision is refused, as the API does."""
    today = ask(seeded, "compare", **PAIR, as_of=shanghai_today().isoformat())
    assert today.content["day"] == shanghai_today().isoformat()
    before = ask(seeded, "compare", **PAIR, as_of="1999-12-31")
    assert before.content["errors"][0]["code"] == "as_of_before_data"
