"""What pace each figure of a comparison needs to be reached in time (R4), or why none can be said.

Gaps and paces come from the view as they are; nothing is computed here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.vocabulary import Kind, Result
from app.store.views.comparison import FamilyView
from app.store.views.facts import DeadlineView
from app.web.pages.contrasts import labelled
from app.web.speech import Speech

MOST_FIELDS = 3
"""How many of the fields in which nearby observations differ are named."""
_UNSAID = frozenset({Result.UNOBSERVED, Result.NOT_ASSESSABLE})


@dataclass(frozen=True, slots=True)
class Pace:
    """What one figure needs, or what several lack."""

    figures: tuple[tuple[str, str], ...]  # id and label
    said: str
    known: bool


def paces(speech: Speech, family: FamilyView) -> tuple[Pace, ...]:
    """Word the paces of a family: those that are known, a line each, then the rest by what is in the way."""
    known: list[Pace] = []
    unknown: dict[tuple[Result, bool], list[DeadlineView]] = defaultdict(list)
    for deadline in _quantified(family):
        if deadline.progress.result in _UNSAID:
            unknown[deadline.progress.result, bool(deadline.progress.refused)].append(deadline)
        else:
            known.append(Pace((_named(speech, deadline),), pace(speech, deadline), known=True))
    lacking = (
        Pace(_labels(speech, figures), _why(speech, figures), known=False) for figures in unknown.values()
    )
    return (*known, *lacking)


def pace(speech: Speech, deadline: DeadlineView) -> str:
    """Say how far a figure is from being reached, and what it needs a year."""
    it = deadline.progress
    unit = "pp" if deadline.canonical_unit == "%" else deadline.canonical_unit
    said = speech.word(it.result)
    if it.gap is None or unit is None:
        return said
    gap = speech.amount(it.gap, unit)
    missing = (
        speech.gettext("at most {amount} to go", amount=gap)
        if it.at_most
        else speech.gettext("{amount} to go", amount=gap)
    )
    if it.per_year is not None:
        yearly = speech.gettext("{amount} a year", amount=speech.amount(it.per_year, unit))
        missing = speech.gettext("{one}, {other}", one=missing, other=yearly)
    if it.rate is not None:
        rate = speech.gettext("{rate}% a year", rate=speech.number(it.rate))
        missing = speech.gettext("{one} ({other})", one=missing, other=rate)
    return missing


def _why(speech: Speech, figures: Sequence[DeadlineView]) -> str:
    """Say what is in the way of figures that lack an observation for the same reason."""
    it = figures[0].progress
    if it.result is Result.NOT_ASSESSABLE:
        return speech.word(it.result)
    if not it.refused:
        return speech.gettext("nothing comparable has been observed")
    found = Counter(
        field for figure in figures for refusal in figure.progress.refused for field in refusal.fields
    )
    fields = [field for field, _ in found.most_common(MOST_FIELDS)]
    return speech.gettext(
        "what was observed nearby is not the same: {reasons}", reasons=speech.terms("Refusal", fields)
    )


def _labels(speech: Speech, figures: Iterable[DeadlineView]) -> tuple[tuple[str, str], ...]:
    """Name figures by region and year, each name once, with how many bear it; it leads to the first of them."""
    first: dict[str, str] = {}
    bearers: Counter[str] = Counter()
    for name, label in (_named(speech, one) for one in figures):
        first.setdefault(label, name)
        bearers[label] += 1
    return tuple(
        (
            name,
            speech.gettext("{name} ({n})", name=label, n=bearers[label]) if bearers[label] > 1 else label,
        )
        for label, name in first.items()
    )


def _named(speech: Speech, deadline: DeadlineView) -> tuple[str, str]:
    return deadline.id, labelled(speech, deadline)


def _quantified(family: FamilyView) -> Iterable[DeadlineView]:
    return (
        deadline
        for row in family.rows
        if row.kind is not Kind.QUALITATIVE
        for cell in row.cells
        for deadline in cell.deadlines
    )
