"""What sets a figure apart from the figure nearest to it in another region, in the words of its cell (R3).

Which reasons there are comes from the view; sentences about whole rows are in `verdicts`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.vocabulary import Boundary, Coverage, Kind, Reason, Verdict
from app.store.views.base import TopicRef
from app.store.views.comparison import RowView, VerdictView
from app.store.views.facts import DeadlineView
from app.web.speech import Speech

Topics = Mapping[str, TopicRef]

_ORDER: Final = {verdict: place for place, verdict in enumerate(Verdict)}
_FAR: Final = 100


@dataclass(frozen=True, slots=True)
class Contrast:
    """A figure beside the one nearest to it: whether they may be compared, and what sets them apart."""

    verdict: Verdict
    other: str  # the id of the other figure
    beside: str  # its region and year
    words: tuple[str, ...]


def contrasts(speech: Speech, row: RowView, topics: Topics) -> dict[str, Contrast]:
    """Word the nearest contrast of each figure of a row, by the figure's id.

    Nearest is the figure of another region with the best verdict, then the fewest differences, then the due year
    closest by. Where only what they count differs and even its dimension does, there is nothing to set apart.
    """
    if row.kind is Kind.QUALITATIVE:
        return {}
    figures = {deadline.id: deadline for cell in row.cells for deadline in cell.deadlines}
    nearest: dict[str, tuple[tuple[int, ...], DeadlineView, VerdictView]] = {}
    for verdict in row.verdicts:
        for mine, theirs in ((verdict.a, verdict.b), (verdict.b, verdict.a)):
            for name in mine:
                for other in theirs:
                    rank = _distance(figures[name], figures[other], verdict)
                    if rank is not None and (name not in nearest or rank < nearest[name][0]):
                        nearest[name] = (rank, figures[other], verdict)
    return {
        name: Contrast(
            verdict=judged.verdict,
            other=beside.id,
            beside=labelled(speech, beside),
            words=tuple(_apart(speech, figures[name], beside, judged.reasons, topics)),
        )
        for name, (_, beside, judged) in nearest.items()
    }


def labelled(speech: Speech, deadline: DeadlineView) -> str:
    """Name a figure by its region and due year."""
    region = speech.name(deadline.region)
    if deadline.due_on is None:
        return region
    return speech.gettext("{region} {year}", region=region, year=deadline.due_on.year)


def _distance(mine: DeadlineView, other: DeadlineView, verdict: VerdictView) -> tuple[int, ...] | None:
    if mine.metric and other.metric and mine.metric.dimension is not other.metric.dimension:
        return None
    years = _FAR
    if mine.due_on and other.due_on:
        years = abs(mine.due_on.year - other.due_on.year)
    return _ORDER[verdict.verdict], len(verdict.reasons), years


def _apart(
    speech: Speech, mine: DeadlineView, other: DeadlineView, reasons: Iterable[Reason], topics: Topics
) -> Iterable[str]:
    """Name each difference by both its sides."""
    given = list(reasons)
    for reason in given:
        yield _SAID[reason](speech, mine, other, topics) if reason in _SAID else speech.word(reason)
    # The year is no reason of *different*, yet nobody should overlook it.
    if Reason.YEAR not in given and _year(mine) != _year(other):
        yield _years(speech, mine, other, topics)


def _not(speech: Speech, mine: str, other: str) -> str:
    return speech.gettext("{this}, not {that}", this=mine, that=other)


def _metrics(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    names = [inline(speech, speech.name(one.metric)) if one.metric else "" for one in (mine, other)]
    # One metric in two units: no currency is converted into another (R1).
    if names[0] == names[1]:
        return speech.gettext("in {this}, not in {that}", this=mine.canonical_unit, that=other.canonical_unit)
    return _not(speech, *names)


def _kinds(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    return _not(speech, speech.word(mine.kind), speech.word(other.kind))


def _topics(speech: Speech, mine: DeadlineView, other: DeadlineView, topics: Topics) -> str:
    names = [
        inline(speech, speech.name(topics[one.topic])) if one.topic in topics else one.topic
        for one in (mine, other)
    ]
    return _not(speech, *names)


def _boundaries(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    return _limits(speech, mine.boundary, other.boundary)


def _coverages(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    return _limits(speech, mine.coverage, other.coverage)


def _limits(speech: Speech, mine: Boundary | Coverage, other: Boundary | Coverage) -> str:
    """Say how far what is counted goes, where one of the two texts may say nothing of it."""
    if other in (Boundary.UNSPECIFIED, Coverage.UNSPECIFIED):
        return speech.gettext("limited to {this}", this=speech.word(mine))
    if mine in (Boundary.UNSPECIFIED, Coverage.UNSPECIFIED):
        return speech.gettext("not limited to {that}", that=speech.word(other))
    return _not(speech, speech.word(mine), speech.word(other))


def _qualifiers(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    ours, theirs = (speech.original(one.qualifier) for one in (mine, other))
    if not other.qualifier:
        return speech.gettext("only “{this}”", this=ours)
    if not mine.qualifier:
        return speech.gettext("without the other’s “{that}”", that=theirs)
    return speech.gettext("“{this}”, not “{that}”", this=ours, that=theirs)


def _years(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    ours, theirs = _year(mine), _year(other)
    if ours is None and theirs is None:
        return speech.gettext("neither has a due date")
    if theirs is None:
        return speech.gettext("due {this}, where the other has no date", this=ours)
    if ours is None:
        return speech.gettext("no due date, where the other says {that}", that=theirs)
    return speech.gettext("due {this}, not {that}", this=ours, that=theirs)


def _levels(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    return _not(speech, speech.word(mine.region.level), speech.word(other.region.level))


def _stages(speech: Speech, mine: DeadlineView, other: DeadlineView, _topics: Topics) -> str:
    return _not(speech, speech.word(mine.plan.stage), speech.word(other.plan.stage))


def inline(speech: Speech, name: str) -> str:
    """Write a name within a sentence: in English without the capital of a heading, but AI stays AI."""
    return name[:1].lower() + name[1:] if speech.lang == "en" and name[1:2].islower() else name


def _year(deadline: DeadlineView) -> int | None:
    return deadline.due_on.year if deadline.due_on else None


_SAID: Final[Mapping[Reason, Callable[[Speech, DeadlineView, DeadlineView, Topics], str]]] = {
    Reason.METRIC: _metrics,
    Reason.KIND: _kinds,
    Reason.TOPIC: _topics,
    Reason.BOUNDARY: _boundaries,
    Reason.COVERAGE: _coverages,
    Reason.QUALIFIER: _qualifiers,
    Reason.YEAR: _years,
    Reason.REGION_LEVEL: _levels,
    Reason.STAGE: _stages,
}
