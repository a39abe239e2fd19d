"""What differs between two seed forms, counted by parts, for readers of a history."""

from typing import Any

import pytest

from app.store.queries.diffs import touched

FIRST: dict[str, Any] = {
    "title_zh": "计划",
    "topics": ["ai"],
    "targets": [
        {"public_id": "p.a", "deadlines": [{"due": "2027", "value": "5"}, {"due": "2030", "value": "9"}]},
        {"public_id": "p.b", "deadlines": [{"value": "1"}]},
    ],
    "evidence": [{"source": "s", "paragraph": "1", "phrase": "x"}],
}


def told(after: dict[str, Any]) -> list[tuple[str, str, int, list[str]]]:
    """Compare with FIRST."""
    return [(str(one.part), str(one.touch), one.count, one.fields) for one in touched(FIRST, after)]


def with_targets(*targets: dict[str, Any]) -> dict[str, Any]:
    """Give FIRST with other targets."""
    return {**FIRST, "targets": list(targets)}


A, B = FIRST["targets"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (FIRST, []),
        ({**FIRST, "title_zh": "规划", "note_zh": "注"}, [("itself", "changed", 1, ["title_zh", "note_zh"])]),
        ({**FIRST, "editorial_state": "published", "retired_on": "2026-01-01"}, []),
        ({k: v for k, v in FIRST.items() if k != "topics"}, [("itself", "changed", 1, ["topics"])]),
        (with_targets(B, A), [("itself", "changed", 1, ["order"])]),
        (with_targets(A), [("target", "removed", 1, [])]),
        (
            with_targets(A, B, {"public_id": "p.c", "deadlines": [{"value": "1"}]}),
            [("target", "added", 1, [])],
        ),
        (
            with_targets(A, {**B, "public_id": "p.c"}),
            [("target", "added", 1, []), ("target", "removed", 1, [])],
        ),
        (with_targets(A, {**B, "retired_on": "2026-01-01"}), [("target", "retired", 1, [])]),
        (
            with_targets(
                {
                    **A,
                    "deadlines": [{"due": "2027", "value": "6"}, {"due": "2030", "unit": "家", "value": "9"}],
                },
                B,
            ),
            [("deadline", "changed", 2, ["value", "unit"])],
        ),
        (
            with_targets(A, {**B, "deadlines": [{"due": "2028", "value": "1"}]}),
            [("deadline", "changed", 1, ["due"])],
        ),
        (
            {**FIRST, "evidence": [{"source": "s", "paragraph": "2", "phrase": "x"}]},
            [("evidence", "changed", 1, ["paragraph"])],
        ),
        (
            {**FIRST, "links": [{"to": "q", "kind": "amends"}], "measures": [{"public_id": "p.m"}]},
            [("measure", "added", 1, []), ("link", "added", 1, [])],
        ),
    ],
)
def test_a_difference_is_counted_by_parts(
    after: dict[str, Any], expected: list[tuple[str, str, int, list[str]]]
) -> None:
    """Fields of the entity itself, parts that came, went, changed or only moved."""
    assert told(after) == expected


def test_a_target_that_was_restored_and_changed_is_both() -> None:
    """The deed and the fields are told apart."""
    before = {"targets": [{"public_id": "p.a", "retired_on": "2026-01-01", "deadlines": []}]}
    after = {"targets": [{"public_id": "p.a", "statement_zh": "新", "deadlines": []}]}
    assert [(str(one.touch), one.fields) for one in touched(before, after)] == [
        ("changed", ["statement_zh"]),
        ("restored", []),
    ]
