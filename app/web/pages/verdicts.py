"""What the comparison says in words: leads, remarks on rows, places in a ranking, marks on what differs (R3).

Verdicts and reasons come from the view as they are; nothing is judged here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup

from app.domain.vocabulary import Boundary, Coverage, Family, Kind, Reason, Verdict
from app.store.views.base import TopicRef
from app.store.views.comparison import ComparisonView, FamilyView, RankingView, RowView, VerdictView
from app.store.views.facts import DeadlineView, KeyView
from app.web.pages.contrasts import Contrast, contrasts, inline, labelled
from app.web.speech import Speech

TOP_LEADS = 2
"""How many tempting pairs are named above the tables, beside one that may be compared where there is one."""
MOST_REASONS = 3
"""How many reasons the first sentence names."""
LABELLED = 4
"""How many figures a remark names; more would be longer than the table it speaks of."""

Topics = Mapping[str, TopicRef]


@dataclass(frozen=True, slots=True)
class Lead:
    """Two figures that would be put side by side, and whether they may be."""

    verdict: Verdict
    sentence: str
    conclusion: str
    figures: tuple[tuple[str, str], ...]  # each with the name of its region and its due date


@dataclass(frozen=True, slots=True)
class Remark:
    """One verdict of a row with its reasons in words; `about` names the figures where a row has several."""

    verdict: Verdict
    reasons: str
    about: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is shown."""

    view: RowView
    title: str
    remarks: tuple[Remark, ...]
    differs: Mapping[str, frozenset[Reason]]  # by deadline id: the key fields to be marked
    contrasts: Mapping[str, Contrast]  # by deadline id
    places: Mapping[str, str]  # by deadline id
    cautions: str  # of its rankings


@dataclass(frozen=True, slots=True)
class Block:
    """A family as it is shown."""

    family: Family | None
    title: str
    leads: tuple[Lead, ...]
    rows: tuple[Row, ...]


def topics_by_slug(topics: Iterable[TopicRef]) -> dict[str, TopicRef]:
    """Index topics, whose slugs alone stand in keys."""
    return {topic.slug: topic for topic in topics}


def deadlines_of(view: ComparisonView) -> list[DeadlineView]:
    """Give all figures of a comparison."""
    return [
        d for family in view.families for row in family.rows for cell in row.cells for d in cell.deadlines
    ]


def considered_in(deadlines: Iterable[DeadlineView]) -> frozenset[str]:
    """Name the observations that the progress of these deadlines rests on, or may not rest on."""
    found: set[str] = set()
    for progress in (deadline.progress for deadline in deadlines):
        found.update(refusal.observation for refusal in progress.refused)
        if progress.observation:
            found.add(progress.observation)
    return frozenset(found)


def measure(speech: Speech, key: KeyView, topics: Topics) -> str:
    """Say in a noun phrase what a figure measures: operating revenue of above-scale enterprises in AI terminals."""
    noun = inline(speech, speech.name(key.metric)) if key.metric else ""
    if key.boundary is not Boundary.UNSPECIFIED:
        boundary = speech.word(key.boundary)
        # 核心产业 and 产业规模 share a word when they are said together.
        rest = noun.removeprefix("产业") if boundary.endswith("产业") else noun
        noun = speech.gettext("{boundary} {metric}", boundary=boundary, metric=rest)
    if key.kind is not Kind.LEVEL:
        noun = speech.term("measured", str(key.kind)).format(metric=noun)
    topic = topics.get(key.topic)
    named = inline(speech, speech.name(topic)) if topic else key.topic
    plain = key.coverage is Coverage.UNSPECIFIED
    if plain and topic and key.metric and key.metric.name_zh.startswith(topic.name_zh):
        # 人工智能芯片 needs no second 人工智能 before it.
        phrase = noun
    elif plain:
        phrase = speech.gettext("{metric} in {topic}", metric=noun, topic=named)
    else:
        phrase = speech.gettext(
            "{metric} of {coverage} in {topic}",
            metric=noun,
            coverage=speech.word(key.coverage),
            topic=named,
        )
    if not key.qualifier:
        return phrase
    words = speech.original(key.qualifier) or ""
    return speech.gettext("{measure} (“{qualifier}”)", measure=phrase, qualifier=words)


def conclude(speech: Speech, verdict: Verdict, reasons: Sequence[Reason]) -> str:
    """Say in a sentence whether two figures may be compared, and why not."""
    named = speech.listed(speech.word(reason) for reason in reasons)
    match verdict:
        case Verdict.SAME:
            return speech.gettext("They measure the same thing and may be compared.")
        case Verdict.CAUTION:
            return speech.gettext("They name the same measure, but mind: {reasons}.", reasons=named)
        case _:
            return speech.gettext("They differ in {reasons}: not comparable.", reasons=named)


def overall(speech: Speech, view: ComparisonView) -> str:
    """Say in a sentence or two how many of the pairs side by side may be compared, and what sets the others apart."""
    if len(view.regions) == 1:
        return speech.gettext("A single region stands here: add another to compare it with.")
    numbers = [view.counts.same, view.counts.caution, view.counts.different]
    pairs = sum(numbers)
    if not pairs:
        return speech.gettext(
            "No two figures of different regions meet here, so there is nothing to compare."
        )
    same, caution, different = numbers
    if different == pairs == 1:
        # What sets them apart is said of the pair itself.
        return speech.gettext("The only two figures that stand side by side here may not be compared.")
    if different == pairs:
        said = speech.gettext(
            "None of the {n} pairs of figures that stand side by side here may be compared.", n=pairs
        )
    else:
        parts = [
            speech.ngettext("{n} measures the same thing", "{n} measure the same thing", same)
            if same
            else speech.gettext("none measures quite the same thing")
        ]
        if caution:
            parts.append(
                speech.ngettext("{n} may be compared with care", "{n} may be compared with care", caution)
            )
        if different:
            parts.append(speech.ngettext("{n} may not be compared", "{n} may not be compared", different))
        listed = reduce(lambda one, other: speech.gettext("{one}, {other}", one=one, other=other), parts)
        said = speech.ngettext(
            "Of the {n} pair of figures that stands side by side here, {parts}.",
            "Of the {n} pairs of figures that stand side by side here, {parts}.",
            pairs,
            parts=listed,
        )
    reasons = _commonest(view)
    if not reasons:
        return said
    why_not = speech.gettext(
        "What differs most often: {reasons}.",
        reasons=speech.listed(speech.word(reason) for reason in reasons),
    )
    return speech.gettext("{one} {other}", one=said, other=why_not)


def _commonest(view: ComparisonView) -> list[Reason]:
    """Name the reasons that at least half as many pairs have as have the commonest one."""
    found: Counter[Reason] = Counter()
    for family in view.families:
        for row in family.rows:
            for verdict in row.verdicts if row.kind is not Kind.QUALITATIVE else ():
                if verdict.verdict is Verdict.DIFFERENT:
                    found.update(dict.fromkeys(verdict.reasons, len(verdict.a) * len(verdict.b)))
    most = max(found.values(), default=0)
    return [reason for reason, number in found.most_common(MOST_REASONS) if number * 2 >= most]


def blocks(
    speech: Speech, view: ComparisonView, topics: Topics
) -> tuple[tuple[Lead, ...], tuple[Block, ...]]:
    """Word a comparison: the sentences for the top of the page, and the families with all others."""
    figures = {deadline.id: deadline for deadline in deadlines_of(view)}
    worded = []
    chance = _chance(view)
    top: list[Lead] = [] if chance is None else [_lead(speech, chance, figures, topics)]
    most = TOP_LEADS + len(top)
    for family in view.families:
        quantified = [lead for lead in _quantified(family) if chance is None or not _one_pair(lead, chance)]
        leads = [_lead(speech, lead, figures, topics) for lead in quantified]
        if leads and len(top) < most:
            top.append(leads.pop(0))
        worded.append(
            Block(
                family=family.family,
                title=speech.word(family.family) if family.family else speech.gettext("Without a figure"),
                leads=tuple(leads),
                rows=tuple(_row(speech, row, topics) for row in family.rows),
            )
        )
    return tuple(top), tuple(worded)


def _chance(view: ComparisonView) -> VerdictView | None:
    """Find the pair that may be compared, the better verdict first."""
    found = [
        verdict
        for family in view.families
        for row in family.rows
        for verdict in row.verdicts
        if verdict.verdict is not Verdict.DIFFERENT
    ]
    return min(
        found, key=lambda verdict: (verdict.verdict is not Verdict.SAME, len(verdict.reasons)), default=None
    )


def _one_pair(one: VerdictView, other: VerdictView) -> bool:
    return {*one.a, *one.b} == {*other.a, *other.b}


def _quantified(family: FamilyView) -> Sequence[VerdictView]:
    return family.leads if family.family else ()


def _lead(speech: Speech, lead: VerdictView, figures: Mapping[str, DeadlineView], topics: Topics) -> Lead:
    pair = [figures[ids[0]] for ids in (lead.a, lead.b)]
    one, other = (clause(speech, figure, topics) for figure in pair)
    return Lead(
        verdict=lead.verdict,
        sentence=speech.gettext("{one}; {other}.", one=one, other=other),
        conclusion=conclude(speech, lead.verdict, lead.reasons),
        figures=tuple((speech.fig(figure) or "", labelled(speech, figure)) for figure in pair),
    )


def clause(speech: Speech, deadline: DeadlineView, topics: Topics) -> str:
    """Say region, figure, due date and measure of a figure in one phrase."""
    return speech.gettext(
        "{region}: {figure} {due} — {measure}",
        region=speech.name(deadline.region),
        figure=Markup("<b>{}</b>").format(speech.fig(deadline) or speech.text(deadline.target, "statement")),
        due=speech.due(deadline.due_on, deadline.due_precision),
        measure=measure(speech, deadline, topics),
    )


def _row(speech: Speech, row: RowView, topics: Topics) -> Row:
    return Row(
        view=row,
        title=_title(speech, row),
        remarks=tuple(_remarks(speech, row)),
        differs=_differs(row),
        contrasts=contrasts(speech, row, topics),
        places=place_words(speech, row.rankings),
        cautions=speech.listed(
            dict.fromkeys(speech.word(reason) for ranking in row.rankings for reason in ranking.cautions)
        ),
    )


def _title(speech: Speech, row: RowView) -> str:
    if row.metric is None:
        if row.kind is Kind.QUALITATIVE:
            return speech.gettext("Promises in words only")
        kind = speech.word(row.kind)
        return speech.gettext("Metrics that only one of the regions has a target on ({kind})", kind=kind)
    if row.kind is Kind.LEVEL:
        return speech.name(row.metric)
    title = speech.term("measured", str(row.kind)).format(metric=inline(speech, speech.name(row.metric)))
    return title[:1].upper() + title[1:]


def _remarks(speech: Speech, row: RowView) -> list[Remark]:
    if row.mixed:
        # Every pair differs in the metric at least; naming each pair would hide that.
        return (
            [Remark(Verdict.DIFFERENT, why(speech, Verdict.DIFFERENT, [Reason.METRIC]), "")]
            if row.verdicts
            else []
        )
    if len({(verdict.verdict, tuple(verdict.reasons)) for verdict in row.verdicts}) == 1:
        return remarks_on(speech, row.verdicts, {})
    # Which figure differs from which in what is said beside each figure.
    pairs: Counter[Verdict] = Counter()
    for one in row.verdicts:
        pairs[one.verdict] += len(one.a) * len(one.b)
    return [
        Remark(verdict, "", speech.ngettext("{n} pair", "{n} pairs", pairs[verdict]))
        for verdict in Verdict
        if pairs[verdict]
    ]


def remarks_on(
    speech: Speech, verdicts: Iterable[VerdictView], labels: Mapping[str, str], most: int = LABELLED
) -> list[Remark]:
    """Word verdicts, one remark for all pairs with the same verdict and reasons.

    `labels` name the figures by id; of more than `most` pairs only the number is said.
    """
    grouped: dict[tuple[Verdict, tuple[Reason, ...]], list[VerdictView]] = defaultdict(list)
    for verdict in verdicts:
        grouped[verdict.verdict, tuple(verdict.reasons)].append(verdict)
    order = list(Verdict)
    ordered = sorted(grouped.items(), key=lambda item: (order.index(item[0][0]), len(item[0][1])))
    return [
        Remark(
            verdict,
            why(speech, verdict, reasons),
            _about(speech, pairs, labels, most) if len(grouped) > 1 else "",
        )
        for (verdict, reasons), pairs in ordered
    ]


def why(speech: Speech, verdict: Verdict, reasons: Sequence[Reason]) -> str:
    """Name the reasons of a verdict in a phrase."""
    named = speech.listed(speech.word(reason) for reason in reasons)
    return speech.gettext("differ in {reasons}", reasons=named) if verdict is Verdict.DIFFERENT else named


def _about(speech: Speech, pairs: Sequence[VerdictView], labels: Mapping[str, str], most: int) -> str:
    """Name the pairs by their figures' labels: Zhejiang 2027 – Nanjing 2027."""
    named: dict[str, None] = {}
    for pair in pairs:
        sides = [speech.listed(dict.fromkeys(labels[name] for name in ids)) for ids in (pair.a, pair.b)]
        named[" – ".join(sides)] = None
    if len(named) > most:
        return speech.ngettext("{n} pair", "{n} pairs", sum(len(p.a) * len(p.b) for p in pairs))
    return speech.gettext("; ").join(named)


def _differs(row: RowView) -> dict[str, frozenset[Reason]]:
    """Collect, for each figure, the reasons of all its verdicts in the row."""
    found: dict[str, set[Reason]] = defaultdict(set)
    for verdict in row.verdicts:
        for name in (*verdict.a, *verdict.b):
            found[name].update(verdict.reasons)
    return {name: frozenset(reasons) for name, reasons in found.items()}


def place_words(speech: Speech, rankings: Iterable[RankingView]) -> dict[str, str]:
    """Say the places of rankings, by the figures' ids."""
    return {
        place.id: _place(speech, ranking.year, place.first, place.last)
        for ranking in rankings
        for place in ranking.places
    }


def _place(speech: Speech, year: int, first: int, last: int) -> str:
    if first == last:
        return speech.gettext("place {place} for {year}", place=first, year=year)
    return speech.gettext("place {first} to {last} for {year}", first=first, last=last, year=year)
