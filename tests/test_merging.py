"""Two changes to one plan are brought together field by field; nothing that either side wrote is lost silently."""

from operator import itemgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.merging import Difference, merge


def plan(**fields: Any) -> dict[str, Any]:
    """Give a plan of one target with two deadlines, as seeds are written."""
    deadlines = [{"due": "2027", "value": "5000", "unit": "亿元"}, {"due": "2030", "value": "9000"}]
    target = {"public_id": "zj-x.revenue", "topic": "ai", "deadlines": deadlines}
    return {"slug": "zj-x", "title_zh": "甲", "topics": ["ai"], "targets": [target]} | fields


def test_a_field_that_one_side_changed_is_taken_from_it() -> None:
    """Where only one changed a field, both changes are in the merge, each preselected."""
    mine, theirs = plan(title_zh="乙"), plan(topics=["ai", "robots"])
    merged = merge(plan(), mine, theirs)
    assert merged.seed == plan(title_zh="乙", topics=["ai", "robots"])
    assert [(one.path, one.chosen, one.clash) for one in merged.differences] == [
        (("title_zh",), "mine", False),
        (("topics",), "theirs", False),
    ]
    assert merged.open == []


def test_where_both_changed_a_field_somebody_chooses() -> None:
    """A clash is open until a side is chosen; then the merge has that side's value."""
    base, mine, theirs = plan(), plan(title_zh="乙"), plan(title_zh="丙")
    merged = merge(base, mine, theirs)
    assert merged.open == [Difference(("title_zh",), "甲", "乙", "丙", None)]
    assert merged.seed["title_zh"] == "乙"
    chosen = merge(base, mine, theirs, {("title_zh",): "theirs"})
    assert (chosen.seed["title_zh"], chosen.open) == ("丙", [])
    assert merge(base, mine, mine).differences == []


def test_targets_are_matched_by_public_id_and_deadlines_by_date() -> None:
    """Whatever the order, a change to one deadline meets the other side's change to the same, and no other."""
    base = plan()
    mine, theirs = plan(), plan()
    mine["targets"][0]["deadlines"].reverse()
    mine["targets"][0]["deadlines"][0]["value"] = "9500"
    theirs["targets"][0]["deadlines"][0]["value"] = "5500"
    theirs["targets"].insert(0, {"public_id": "zj-x.other", "deadlines": [{"due": "2027"}]})
    merged = merge(base, mine, theirs)
    below = ("targets", "zj-x.revenue", "deadlines")
    assert [(one.path, one.chosen) for one in merged.differences] == [
        (("targets", "zj-x.other"), "theirs"),
        ((*below, "2030", "value"), "mine"),
        ((*below, "2027", "value"), "theirs"),
    ]
    assert [target["public_id"] for target in merged.seed["targets"]] == ["zj-x.other", "zj-x.revenue"]
    assert [one["value"] for one in merged.seed["targets"][1]["deadlines"]] == ["9500", "5500"]


def test_what_one_removed_and_the_other_changed_is_a_clash() -> None:
    """A target that is gone on one side goes only where the other left it as it was."""
    gone = plan()
    del gone["targets"]
    changed = plan()
    changed["targets"][0]["topic"] = "robots"
    assert "targets" not in merge(plan(), gone, plan()).seed
    (clash,) = merge(plan(), gone, changed).open
    assert (clash.path, clash.mine, clash.theirs) == (
        ("targets", "zj-x.revenue"),
        None,
        changed["targets"][0],
    )


def test_what_nothing_tells_apart_is_matched_by_its_order() -> None:
    """Two undated deadlines of one ambition stay two."""
    base = {"deadlines": [{"value": "1"}, {"value": "2"}]}
    theirs = {"deadlines": [{"value": "1"}, {"value": "3"}]}
    assert merge(base, base, theirs).seed == theirs


VALUES = st.none() | st.sampled_from(["a", "b", "c"])
GROUPS = st.lists(
    st.fixed_dictionaries({"public_id": st.sampled_from(["p.1", "p.2", "p.3"])}, optional={"topic": VALUES}),
    max_size=3,
    unique_by=lambda group: group["public_id"],
)
SEEDS = st.fixed_dictionaries({}, optional={"title": st.sampled_from("xyz"), "targets": GROUPS}).map(
    lambda seed: {
        name: [{k: v for k, v in one.items() if v} for one in value] if isinstance(value, list) else value
        for name, value in seed.items()
        if value
    }
)


@given(SEEDS, SEEDS, SEEDS)
def test_the_laws_of_a_merge(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    """One side alone gives that side; all chosen of one side is that side up to order; equal sides have no differences."""
    assert merge(base, mine, base).seed == mine
    assert merge(base, mine, mine).differences == []
    paths = [one.path for one in merge(base, mine, theirs).differences]
    assert len(set(paths)) == len(paths)
    taken = merge(base, mine, theirs, dict.fromkeys(paths, "theirs"))
    assert _sorted(taken.seed) == _sorted(theirs)
    assert merge(base, mine, theirs, dict.fromkeys(paths, "mine")).seed == mine


def _sorted(seed: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value, key=itemgetter("public_id")) if isinstance(value, list) else value
        for name, value in seed.items()
    }
