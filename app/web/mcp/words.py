"""Figures, sources and verdicts as lines of plain text, each figure by a number that the verdicts name.

Verdicts come from the views as they are; what an answer is made of is said in `texts`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.domain.comparability import KEY_FIELDS
from app.domain.vocabulary import Ambition, Reason, Verdict
from app.store.views.base import EvidenceView
from app.store.views.comparison import FamilyVerdictsView, ListVerdictsView, RankingView, VerdictView
from app.store.views.facts import DeadlineView, KeyView, MeasureView, NotedView, ObservationView
from app.web.pages.paces import pace
from app.web.pages.verdicts import Topics, clause, conclude, measure, place_words
from app.web.speech import Speech

MOST_LINES: Final = 40
"""How many verdicts are written out in one place; the structured content has all."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The figures of an answer, each with the number by which its text speaks of it."""

    speech: Speech
    topics: Topics
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, speech: Speech, topics: Topics, ids: Iterable[str]) -> "Numbered":
        """Give figures their numbers, from 1, by their ids."""
        return cls(speech, topics, {name: place for place, name in enumerate(dict.fromkeys(ids), 1)})

    def mark(self, name: str) -> str:
        """Write a figure's number; of one that is not in the answer, its id."""
        number = self.numbers.get(name)
        return name if number is None else f"[{number}]"

    def deadline(self, figure: DeadlineView, beside: str = "") -> Iterator[str]:
        """Say a dated figure with all that it must not be quoted without; `beside` is what sets it apart."""
        speech = self.speech
        yield f"{self.mark(figure.id)} {self._said(figure)}"
        if figure.value is None:
            yield "    " + speech.gettext("In words only: no figure can be compared with it.")
        else:
            # Words without a figure stand in the line above.
            yield f"    {speech.plain(figure.target, 'statement')}"
        firmness = [speech.word(figure.plan.stage)]
        if figure.ambition is not Ambition.UNMARKED:
            firmness.append(speech.word(figure.ambition))
        yield "    " + speech.gettext(
            "Plan: {title} ({slug}; {state})",
            title=speech.plain(figure.plan, "title"),
            slug=figure.plan.slug,
            state=speech.listed(firmness),
        )
        yield f"    id: {figure.id}; {_key(figure)}"
        progress = figure.progress
        reached = pace(speech, figure) if progress.observation else speech.word(progress.result)
        basis = f" ({self.mark(progress.observation)})" if progress.observation else ""
        yield "    " + speech.gettext(
            "Progress: {timing}; {result}", timing=speech.word(progress.timing), result=reached + basis
        )
        yield from self._notes(figure, figure.target)
        yield from sources(speech, figure.evidence)
        if beside:
            yield f"    {beside}"

    def _said(self, figure: DeadlineView) -> str:
        if figure.value is not None:
            return plain(clause(self.speech, figure, self.topics))
        return self.speech.gettext(
            "{region} ({due}): {statement}",
            region=self.speech.plain(figure.region, "name"),
            due=self.speech.due(figure.due_on, figure.due_precision),
            statement=self.speech.plain(figure.target, "statement"),
        )

    def observation(self, figure: ObservationView) -> Iterator[str]:
        """Say an observation with who measured it and where that is written."""
        speech = self.speech
        by = speech.plain(figure.measured_by, "name") if figure.measured_by else speech.gettext("not named")
        yield f"{self.mark(figure.slug)} " + plain(
            speech.gettext(
                "Observed — {region}: {figure}, {period} — {measure}",
                region=speech.plain(figure.region, "name"),
                figure=speech.fig(figure, figure.kind),
                period=speech.period(figure.from_on, figure.to_on, figure.precision),
                measure=measure(speech, figure, self.topics),
            )
        )
        yield "    " + speech.gettext(
            "Standing: {status}; measured by: {body}", status=speech.word(figure.status), body=by
        )
        yield f"    id: {figure.slug}; {_key(figure)}"
        yield from self._notes(figure)
        yield from sources(speech, figure.evidence)

    def _notes(self, *noted: NotedView) -> Iterator[str]:
        for note in dict.fromkeys(self.speech.plain(one, "note") for one in noted):
            if note:
                yield "    " + self.speech.gettext("Note: {note}", note=note)

    def verdicts(self, judged: ListVerdictsView) -> Iterator[str]:
        """Say what of a list may be compared, family by family."""
        for family in judged.families:
            if family.family is None or sum(len(one.ids) for one in family.measures) == 1:
                continue
            yield f"{self.speech.word(family.family)}:"
            yield from self._family(family)

    def _family(self, family: FamilyVerdictsView) -> Iterator[str]:
        yield from self.pairs(family.verdicts)
        if family.differences:
            yield "  " + self._others(family.differences)
        for held in family.measures:
            yield from self.places(held.rankings)

    def pairs(self, verdicts: Sequence[VerdictView]) -> Iterator[str]:
        """Say each verdict with its reasons, those that allow a comparison first."""
        order = list(Verdict)
        for one in sorted(verdicts, key=lambda one: order.index(one.verdict))[:MOST_LINES]:
            sides = (", ".join(map(self.mark, ids)) for ids in (one.a, one.b))
            yield f"  {' × '.join(sides)}: {conclude(self.speech, one.verdict, one.reasons)}"
        if len(verdicts) > MOST_LINES:
            more = len(verdicts) - MOST_LINES
            yield "  " + self.speech.gettext(
                "{n} more verdicts stand in the structured content. A pair without one may not be compared.",
                n=more,
            )

    def _others(self, differences: Sequence[Reason]) -> str:
        named = self.speech.listed(self.speech.word(reason) for reason in differences)
        return self.speech.gettext(
            "Figures of two measures may not be compared; the measures here differ in {reasons}.",
            reasons=named,
        )

    def places(self, rankings: Sequence[RankingView]) -> Iterator[str]:
        """Say the places of a ranking that R3 allows, with what to mind."""
        for ranking in rankings:
            words = place_words(self.speech, [ranking])
            places = self.speech.gettext("; ").join(
                f"{self.mark(name)} {said}" for name, said in words.items()
            )
            cautions = self.speech.listed(self.speech.word(reason) for reason in ranking.cautions)
            mind = self.speech.gettext("mind: {reasons}", reasons=cautions)
            yield f"  {places}" + (f" ({mind})" if cautions else "")


def plain(words: str) -> str:
    """Give words without the markup that pages need."""
    return words.striptags() if isinstance(words, Markup) else words


def sources(speech: Speech, evidence: Iterable[EvidenceView]) -> Iterator[str]:
    """Say where a fact is written, in which words, and what the check of it gave."""
    held = list(evidence)
    for one in held:
        yield "    " + speech.gettext(
            "Source: {title} ({slug}; {kind}), paragraph {paragraph}: “{phrase}” ({check})",
            title=speech.plain(one, "source_title"),
            slug=one.source,
            kind=speech.word(one.source_kind),
            paragraph=one.paragraph,
            phrase=speech.inner(one.phrase),
            check=speech.word(one.check),
        )
    if not held:
        yield "    " + speech.gettext("Source: none is recorded.")


def instrument(speech: Speech, view: MeasureView) -> Iterator[str]:
    """Say a policy instrument, whose amounts are not compared."""
    amount = f": {view.value_as_stated}" if view.value_as_stated else ""
    yield f"- {speech.word(view.kind)} — {speech.plain(view, 'statement')}{amount}"
    yield f"    id: {view.public_id}; " + speech.gettext("plan {slug}", slug=view.plan.slug)
    yield from sources(speech, view.evidence)


def _key(figure: KeyView) -> str:
    """Write the six fields that say what a figure measures, by their codes."""
    values = {name: getattr(figure, name) for name in KEY_FIELDS}
    values["metric"] = figure.metric.slug if figure.metric else None
    return "; ".join(f"{name}={value or '-'}" for name, value in values.items())
