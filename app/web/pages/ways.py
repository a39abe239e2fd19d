"""The way of a plan in words: its stages as far as they are known, its dates, what linked plans keep of its figures.

Which figures were kept is read in `queries.lineage`; nothing is judged here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.domain.lineage import Change
from app.domain.vocabulary import LinkKind, Precision, Stage
from app.store.views.base import PlanRef
from app.store.views.beside import CarriedView, LineageView
from app.store.views.entities import PlanDetail
from app.store.views.facts import DeadlineView
from app.web.pages.verdicts import Remark, Topics, measure, why
from app.web.speech import Speech

_LINE: Final = (Stage.ANNOUNCED, Stage.CONSULTATION_DRAFT, Stage.ADOPTED)


class Known(StrEnum):
    """What is known of a stage."""

    HERE = "here"
    ELSEWHERE = "elsewhere"  # another plan that is recorded stands there
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Station:
    """A stage on the way: where the plan is, where its draft or final form is, or of which nothing is known."""

    stage: Stage
    known: Known
    plan: PlanRef | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One of a plan's dates, and how exactly it is known."""

    on: date
    label: str
    when: str
    precision: Precision


def way_of(plan: PlanDetail) -> tuple[Station, ...]:
    """Give the stages in their order; a plan that was withdrawn ends there, one of unknown stage is nowhere."""
    others = {
        Stage.CONSULTATION_DRAFT if link.outgoing else Stage.ADOPTED: link.plan
        for link in plan.links
        if link.kind is LinkKind.FINALISES
    }
    line = (*_LINE, Stage.WITHDRAWN) if plan.stage is Stage.WITHDRAWN else _LINE
    return tuple(
        Station(stage, Known.HERE, None)
        if stage is plan.stage
        else Station(stage, Known.ELSEWHERE if stage in others else Known.UNKNOWN, others.get(stage))
        for stage in line
    )


def moments_of(speech: Speech, plan: PlanDetail) -> tuple[Moment, ...]:
    """List a plan's dates in their order; of one day the order is the usual one."""
    dates = (
        (speech.gettext("Written"), plan.written_on, plan.written_precision),
        (speech.gettext("Reported"), plan.reported_on, plan.reported_precision),
        (speech.gettext("Published"), plan.published_on, plan.published_precision),
        (speech.gettext("In force from"), plan.effective_on, plan.effective_precision),
        (speech.gettext("Expires"), plan.expires_on, plan.expires_precision),
    )
    found = [
        Moment(on, label, when, precision)
        for label, on, precision in dates
        if on is not None and (when := speech.day(on, precision)) is not None
    ]
    return tuple(sorted(found, key=lambda moment: moment.on))


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one figure between two plans, in words."""

    measured: str
    change: Change
    earlier: DeadlineView | None
    later: DeadlineView | None
    remark: Remark | None


@dataclass(frozen=True, slots=True)
class Legacy:
    """A link to another plan, and what one made of the other's figures."""

    view: LineageView
    said: str  # how often each thing happened, or why nothing can be said
    fates: tuple[Fate, ...]


def legacies(speech: Speech, lineage: Iterable[LineageView], topics: Topics) -> tuple[Legacy, ...]:
    """Word what linked plans make of each other's figures; every two figures carry their verdict (R3)."""
    return tuple(
        Legacy(view, _said(speech, view), tuple(_fate(speech, one, topics) for one in view.carried))
        for view in lineage
    )


def _said(speech: Speech, view: LineageView) -> str:
    if not view.carried:
        empty = [
            plan
            for plan, n in ((view.earlier, view.earlier_figures), (view.later, view.later_figures))
            if not n
        ]
        return speech.gettext(
            "No figure is recorded of {plans}, so nothing can be said of what was kept.",
            plans=speech.listed(speech.plain(plan, "title") for plan in empty),
        )
    counted = Counter(one.change for one in view.carried)
    return speech.listed(
        speech.gettext("{n} {change}", n=counted[change], change=speech.word(change))
        for change in Change
        if counted[change]
    )


def _fate(speech: Speech, one: CarriedView, topics: Topics) -> Fate:
    verdict = one.verdict
    measured = next(measure(speech, figure, topics) for figure in (one.earlier, one.later) if figure)
    return Fate(
        measured=measured[:1].upper() + measured[1:],
        change=one.change,
        earlier=one.earlier,
        later=one.later,
        remark=Remark(verdict.verdict, why(speech, verdict.verdict, verdict.reasons), "")
        if verdict
        else None,
    )
