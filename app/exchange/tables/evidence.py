"""Where a fact is written, in the words of one cell.

The columns of the single parts of evidence are in `collections`.
"""

from collections.abc import Sequence
from typing import Any, Final

from app.exchange.tables.table import GROUPS, Column, derived
from app.store.views.base import EvidenceView


def in_words(title: str, paragraph: str, phrase: str, check: str) -> str:
    """Write one line of evidence: the source's Chinese title, paragraph and phrase, and what the check gave."""
    return f"{title} ¶{paragraph} “{phrase}” [{check}]"


def evidence_in_words(evidence: Sequence[EvidenceView]) -> str | None:
    """Write all evidence of a fact."""
    parts = (in_words(one.source_title_zh, one.paragraph, one.phrase, one.check) for one in evidence)
    return GROUPS.join(parts) or None


IN_WORDS: Final[Column[Any]] = derived(
    "evidence",
    "Where it is written, readable: source, paragraph, phrase, and what the check gave",
    lambda row: evidence_in_words(row.evidence),
)
