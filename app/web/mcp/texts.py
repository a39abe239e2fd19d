"""The answers of the tools as plain text: first what may be compared and what not, then the figures, then verdicts.

The structured content has the same and more; how a figure is said is in `words`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.vocabulary import Kind
from app.store.views.comparison import CellView, ComparisonView, ListVerdictsView
from app.store.views.entities import PlanDetail
from app.store.views.facts import DeadlineView, MeasureView, ObservationView
from app.store.views.found import FoundView
from app.web.mcp.results import (
    CompareAnswer,
    CoverageAnswer,
    DeadlinesAnswer,
    FoundAnswer,
    PlanAnswer,
    RegionCoverage,
    TargetAnswer,
)
from app.web.mcp.words import Numbered, instrument, plain, sources
from app.web.pages.verdicts import Row, Topics, blocks, deadlines_of, overall
from app.web.speech import Speech


def first_of_list(speech: Speech, judged: ListVerdictsView) -> list[str]:
    """Say what must be known before any figure of a list is quoted beside another."""
    same, caution, different = judged.counts.same, judged.counts.caution, judged.counts.different
    pairs = same + caution + different
    said = [
        speech.gettext(
            "This is a list, not a ranking: the order of its figures means nothing, and they must not be ranked, "
            "added up or subtracted unless a verdict here allows it."
        )
    ]
    if not pairs:
        said.append(speech.gettext("No two figures meet here, so there is nothing to compare."))
    elif different == pairs == 1:
        said.append(speech.gettext("The only two figures here may not be compared."))
    elif different == pairs:
        said.append(speech.gettext("None of the {n} pairs of figures here may be compared.", n=pairs))
    else:
        said.append(
            speech.gettext(
                "Of the {n} pairs of figures here, {same} may be compared, {caution} only if what to mind is said "
                "with it, and {different} may not.",
                n=pairs,
                same=same,
                caution=caution,
                different=different,
            )
        )
    return said


def first_of_comparison(speech: Speech, view: ComparisonView, topics: Topics) -> list[str]:
    """Say what can and cannot be compared between the regions, the most tempting pairs by name."""
    top, families = blocks(speech, view, topics)
    leads = [*top, *(lead for family in families for lead in family.leads)]
    return [
        overall(speech, view),
        *(f"{plain(lead.sentence)} {lead.conclusion}" for lead in leads),
        speech.gettext(
            "Figures of different rows differ in the metric or in the kind of figure. A pair that no verdict names "
            "may not be compared, ranked, added up or subtracted."
        ),
    ]


def compared(speech: Speech, answer: CompareAnswer, topics: Topics) -> Iterator[str]:
    """Write a comparison: rows by family, cells by region, the verdicts under each row."""
    view = answer.comparison
    ids = [deadline.id for deadline in deadlines_of(view)]
    numbered = Numbered.of(speech, topics, [*ids, *(one.slug for one in answer.observations)])
    for block in blocks(speech, view, topics)[1]:
        for row in block.rows:
            yield ""
            yield f"{block.title} — {row.title}" if block.family else row.title
            yield from _row(numbered, row, view)
    yield from _observations(numbered, answer.observations)


def _row(numbered: Numbered, row: Row, view: ComparisonView) -> Iterator[str]:
    speech = numbered.speech
    names = {region.code: speech.plain(region, "name") for region in view.regions}
    for cell in row.view.cells:
        if not cell.deadlines:
            yield f"- {names[cell.region]}: {_nothing(speech, cell)}"
        for deadline in cell.deadlines:
            yield from numbered.deadline(deadline, _beside(numbered, row, deadline))
    if row.view.kind is Kind.QUALITATIVE:
        return
    yield from numbered.pairs(row.view.verdicts)
    yield from numbered.places(row.view.rankings)


def _beside(numbered: Numbered, row: Row, deadline: DeadlineView) -> str:
    contrast = row.contrasts.get(deadline.id)
    if contrast is None:
        return ""
    speech = numbered.speech
    return plain(
        speech.gettext(
            "Beside {other} {place}: {verdict} — {words}",
            other=numbered.mark(contrast.other),
            place=contrast.beside,
            verdict=speech.word(contrast.verdict),
            words=speech.listed(contrast.words),
        )
    )


def _nothing(speech: Speech, cell: CellView) -> str:
    if cell.searched:
        return speech.gettext("Looked on {date}, no target found.", date=speech.day(cell.searched))
    if cell.plans:
        return speech.ngettext(
            "No target found in the {n} plan recorded.",
            "No target found in the {n} plans recorded.",
            cell.plans,
        )
    return speech.gettext("Not looked: no plan of this region is recorded.")


def listed(speech: Speech, answer: DeadlinesAnswer, topics: Topics) -> Iterator[str]:
    """Write a page of dated figures."""
    page = answer.deadlines
    yield ""
    more = "+" if page.total_is_capped else ""
    yield speech.gettext("{shown} of {total} figures", shown=len(page.items), total=f"{page.total}{more}")
    yield from _figures(speech, topics, page.items, answer.observations, answer.verdicts)
    if page.next:
        yield ""
        yield speech.gettext("There are more: ask again with cursor={cursor}", cursor=page.next)


def targeted(speech: Speech, answer: TargetAnswer, topics: Topics) -> Iterator[str]:
    """Write one target with its dated figures."""
    target = answer.target
    yield ""
    yield f"{speech.plain(target, 'statement')} ({target.public_id}; {speech.word(target.bindingness)})"
    yield from _figures(speech, topics, target.deadlines, answer.observations, answer.verdicts)


def planned(speech: Speech, answer: PlanAnswer, topics: Topics) -> Iterator[str]:
    """Write one plan with its figures and instruments."""
    plan = answer.plan
    yield ""
    yield from _heading(speech, plan)
    if answer.shown < answer.figures:
        yield speech.gettext(
            "{shown} of {total} figures; the others by the tool deadlines with plan={slug}",
            shown=answer.shown,
            total=answer.figures,
            slug=plan.slug,
        )
    figures = [deadline for target in plan.target_list for deadline in target.deadlines]
    yield from _figures(speech, topics, figures, answer.observations, answer.verdicts)
    yield from _instruments(speech, plan.measure_list)


def _heading(speech: Speech, plan: PlanDetail) -> Iterator[str]:
    state = [speech.plain(plan.region, "name"), speech.word(plan.form), speech.word(plan.stage)]
    if plan.document_number:
        state.append(plan.document_number)
    published = speech.day(plan.published_on, plan.published_precision)
    if published:
        state.append(speech.gettext("published {date}", date=published))
    yield f"{speech.plain(plan, 'title')} ({plan.slug}; {'; '.join(state)})"
    if summary := speech.plain(plan, "summary"):
        yield f"    {summary}"
    if note := speech.plain(plan, "note"):
        yield "    " + speech.gettext("Note: {note}", note=note)
    for link in plan.links:
        kind = speech.term("LinkOut" if link.outgoing else "LinkIn", str(link.kind))
        yield f"    {kind}: {speech.plain(link.plan, 'title')} ({link.plan.slug})"
    yield from sources(speech, plan.evidence)


def found(speech: Speech, answer: FoundAnswer, topics: Topics) -> Iterator[str]:
    """Write what a search found, and the figures among it."""
    yield ""
    yield from _hits(speech, answer.found)
    yield from _figures(speech, topics, answer.deadlines, answer.observations, answer.verdicts)
    yield from _instruments(speech, answer.measures)


def _hits(speech: Speech, view: FoundView) -> Iterator[str]:
    if not view.groups:
        yield speech.gettext("Nothing was found for “{q}”.", q=speech.inner(view.q))
    for group in view.groups:
        more = "+" if group.total_is_capped else ""
        yield f"{group.kind} ({group.total}{more}):"
        for hit in group.items:
            place = f" — {speech.plain(hit.region, 'name')}" if hit.region else ""
            yield f"- {speech.plain(hit, 'title')} [{hit.key}]{place}"


def covered(speech: Speech, answer: CoverageAnswer) -> Iterator[str]:
    """Write what is known of each region, topic by topic."""
    names = {topic.slug: speech.plain(topic, "name") for topic in answer.topics}
    for row in answer.rows:
        yield ""
        yield f"{speech.plain(row.region, 'name')} ({row.region.code})"
        yield from _coverage(speech, row, names)


def _coverage(speech: Speech, row: RegionCoverage, names: Mapping[str, str]) -> Iterator[str]:
    separator = speech.gettext("; ")
    counted = [_counted(speech, names[cell.topic], cell.targets, cell.plans) for cell in row.found]
    searched = [
        speech.gettext(
            "{topic} (looked on {date}: {where})",
            topic=speech.listed(names[slug] for slug in vain.topics),
            date=speech.day(vain.search.searched_on),
            where=speech.plain(vain.search, "searched"),
        )
        for vain in row.none_found
    ]
    below = [_counted(speech, names[one.topic], one.targets, one.plans) for one in row.below]
    for title, held in (
        (speech.gettext("found"), counted),
        (speech.gettext("looked, none found"), searched),
        (speech.gettext("not looked"), [names[slug] for slug in row.not_looked]),
        (speech.gettext("only in places below it"), below),
    ):
        if held:
            yield f"    {title}: {separator.join(held)}"


def _counted(speech: Speech, topic: str, targets: int, plans: int) -> str:
    return speech.gettext(
        "{topic} ({targets}, {plans})",
        topic=topic,
        targets=speech.ngettext("{n} target", "{n} targets", targets),
        plans=speech.ngettext("{n} plan", "{n} plans", plans),
    )


def _figures(
    speech: Speech,
    topics: Topics,
    deadlines: Sequence[DeadlineView],
    observations: Sequence[ObservationView],
    judged: ListVerdictsView,
) -> Iterator[str]:
    """Write figures, then the verdicts between them."""
    ids = [*(one.id for one in deadlines), *(one.slug for one in observations)]
    numbered = Numbered.of(speech, topics, ids)
    if deadlines:
        yield ""
    for deadline in deadlines:
        yield from numbered.deadline(deadline)
    yield from _observations(numbered, observations)
    verdicts = list(numbered.verdicts(judged))
    if verdicts:
        yield ""
        yield speech.gettext("Verdicts")
        yield from verdicts


def _observations(numbered: Numbered, observations: Iterable[ObservationView]) -> Iterator[str]:
    for place, observation in enumerate(observations):
        if not place:
            yield ""
        yield from numbered.observation(observation)


def _instruments(speech: Speech, measures: Sequence[MeasureView]) -> Iterator[str]:
    if not measures:
        return
    yield ""
    yield speech.gettext("Policy instruments (their amounts are no targets and are not compared)")
    for measure in measures:
        yield from instrument(speech, measure)
