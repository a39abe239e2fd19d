"""The store of kept answers, and the tags that readers compare.

When an answer may be kept is in `test_middleware`.
"""

from datetime import date

import pytest

from app.web.kept import Answer, KeptAnswers, matches

DAY = date(2026, 3, 1)
MARK = (1, DAY, "file")


def answer_of(size: int, revision: int = 1) -> Answer:
    """Make an answer with a body of this size."""
    return Answer.of((revision, DAY, "file"), b'"x"', (), b"x" * size)


def test_what_was_not_used_for_longest_goes_first() -> None:
    """The bytes kept stay below the limit."""
    kept = KeptAnswers(100_000)
    keys = [("http", b"", f"/{number}", b"", b"") for number in range(20)]
    for key in keys:
        kept.put(key, answer_of(8_000))
        kept.get(keys[0], MARK)
    assert [number for number, key in enumerate(keys) if kept.get(key, MARK)] == [0, *range(12, 20)]
    assert kept.size <= 100_000


def test_an_answer_takes_the_place_of_the_earlier_one() -> None:
    """One address is counted once."""
    kept, key = KeptAnswers(100_000), ("http", b"", "/", b"", b"")
    kept.put(key, answer_of(5_000))
    size = kept.size
    kept.put(key, answer_of(5_000, revision=2))
    assert (kept.size, kept.get(key, MARK)) == (size, None)


def test_one_large_answer_is_not_kept() -> None:
    """It would push all the others out."""
    kept, key = KeptAnswers(100_000), ("http", b"", "/", b"", b"")
    kept.put(key, answer_of(50_000))
    assert (kept.size, kept.get(key, MARK)) == (0, None)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (b'"a"', True),
        (b'W/"a"', True),
        (b'"b",W/"a" , "c"', True),
        (b"*", True),
        (b'"b"', False),
        (b'"ab"', False),
        (b"a", False),
        (b"", False),
        (b"\xff", False),
    ],
)
def test_if_none_match_is_read_as_a_list_of_tags(condition: bytes, holds: bool) -> None:  # noqa: FBT001 - a table
    """Weak and strong tags match alike; what is no tag matches nothing."""
    assert matches(condition, b'"a"') is holds


def test_an_answer_of_another_file_is_not_given() -> None:
    """A restored backup may have reached the same revision with other facts."""
    kept, key = KeptAnswers(100_000), ("http", b"", "/", b"", b"")
    kept.put(key, answer_of(5))
    assert (kept.get(key, MARK) is not None, kept.get(key, (1, DAY, "other"))) == (True, None)
