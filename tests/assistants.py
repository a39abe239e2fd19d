"""What tests of the assistants' door look for in answers: figures, however deep, and verdicts by pair.

How calls are made is for the tests.
"""

from collections.abc import Iterator
from typing import Any


def figures_in(content: Any) -> Iterator[dict[str, Any]]:
    """Find every figure of an answer, however deep: what has a value, and what may be quoted as one."""
    if isinstance(content, dict):
        if "value_as_stated" in content:
            yield content
        for inner in content.values():
            yield from figures_in(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from figures_in(inner)


def pairs(verdicts: list[dict[str, Any]]) -> dict[frozenset[str], tuple[str, list[str]]]:
    """Give verdict and reasons of every two figures."""
    return {
        frozenset((a, b)): (one["verdict"], one["reasons"])
        for one in verdicts
        for a in one["a"]
        for b in one["b"]
    }
