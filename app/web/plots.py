"""Figures of one key on their way into a chart: grouped, judged (R3), put into words, or left out with the reason.

How a chart is laid out is in `exchange.charts`, which charts a page has in `charts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from app.domain.comparability import TARGET_STATUS, Figure, Judgement, Key, compare
from app.domain.vocabulary import Reason, Verdict
from app.exchange.charts import Joint, Panel, Point, Shape
from app.store.queries.standards import Standards
from app.store.views.facts import DeadlineView, KeyView, ObservationView
from app.web import plot_words as words
from app.web.plot_words import SHAPES, Shown, Topics, date_of, place_in_years, plain
from app.web.speech import Speech

LEAST: Final = 2
"""How many dated figures make a chart: a single one shows neither a course nor a comparison."""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one key and unit; `dated` are those that have a place in a chart, deadlines first."""

    deadlines: tuple[DeadlineView, ...]
    observations: tuple[ObservationView, ...]

    @property
    def all(self) -> tuple[Shown, ...]:
        """All of them."""
        return (*self.deadlines, *self.observations)

    @property
    def dated(self) -> tuple[Shown, ...]:
        """Those with a date and a figure that is no mere size class."""
        return tuple(shown for shown in self.all if date_of(shown) and shown.comparator in SHAPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A group in words: its chart, what stands beside it, and the table behind it."""

    panel: Panel
    title: str
    description: str
    verdict: Verdict | None
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]


def grouped(deadlines: Iterable[DeadlineView], observations: Iterable[ObservationView]) -> list[Group]:
    """Put figures of one key and unit together, in the order in which they come; words have no group.

    An observation stands beside deadlines of its own region, or with others like it.
    """
    found: dict[tuple[object, ...], tuple[list[DeadlineView], list[ObservationView]]] = defaultdict(
        lambda: ([], [])
    )
    for deadline in deadlines:
        if deadline.value is not None:
            found[_key(deadline), deadline.canonical_unit][0].append(deadline)
    for observation in observations:
        if observation.value is not None:
            found[_key(observation), observation.canonical_unit][1].append(observation)
    return [Group(tuple(due), tuple(seen)) for due, seen in found.values()]


def plotted(speech: Speech, group: Group, topics: Topics, standards: Standards, order: Sequence[str]) -> Plot:
    """Put a group that has enough dated figures into words; `order` are the regions' codes in theirs."""
    shown = group.dated
    several = len({each.region.code for each in shown}) > 1
    title = words.measured(speech, shown[0], topics)
    named = title
    if not several:
        region = speech.name(shown[0].region)
        named = speech.gettext("{region}: {statement}", region=region, statement=title)
    judged = [_judged(each, standards) for each in shown]
    joints = _joints(speech, shown, judged)
    verdict, sentence = _verdict(speech, shown, judged)
    codes = list(dict.fromkeys([*order, *(each.region.code for each in shown)]))
    panel = Panel(
        title=plain(named),
        points=tuple(
            Point(
                year=place_in_years(date_of(each)),
                value=each.canonical_value or Decimal(0),
                high=each.canonical_high,
                shape=Shape.OBSERVED if isinstance(each, ObservationView) else SHAPES[words.comparator(each)],
                hollow=words.is_hollow(each),
                series=codes.index(each.region.code) % 8 + 1,
                name=plain(speech.name(each.region)) if several else "",
                label=speech.fig(each) or "",
                words=words.words_of(speech, each, topics),
            )
            for each in shown
        ),
        joints=joints,
        years=words.years(speech, shown),
        values=words.values(speech, shown),
        signs=words.signs(speech, shown, joints),
        falling=shown[0].canonical_unit == words.RANK,
    )
    return Plot(
        panel=panel,
        # A page on one region has named it already.
        title=named if len(order) > 1 else title,
        description=speech.gettext(
            "Value against date: {figures}.",
            figures=speech.gettext("; ").join(words.short(speech, each, several=several) for each in shown),
        ),
        verdict=verdict,
        notes=tuple(
            note
            for note in (
                sentence,
                *words.paces(speech, shown, several=several),
                words.left_out(speech, len(group.all) - len(group.dated)),
            )
            if note
        ),
        columns=words.table_columns(speech),
        rows=tuple(words.table_row(speech, each) for each in group.all),
        sources=tuple(dict.fromkeys(words.source(speech, each) for each in shown)),
    )


def _key(shown: KeyView) -> Key:
    return Key(
        kind=shown.kind,
        boundary=shown.boundary,
        coverage=shown.coverage,
        topic=shown.topic,
        metric=shown.metric.slug if shown.metric else None,
        qualifier=shown.qualifier,
    )


def _judged(shown: Shown, standards: Standards) -> Figure:
    """Give what R3 needs to know of a figure."""
    key, on = _key(shown), date_of(shown)
    due = shown if isinstance(shown, DeadlineView) else None
    seen = shown if isinstance(shown, ObservationView) else None
    return Figure(
        key=key,
        region=shown.region.code,
        region_level=shown.region.level,
        year=on.year if on else None,
        status=seen.status if seen else TARGET_STATUS,
        stage=due.plan.stage if due else None,
        measured_by=seen.measured_by.slug if seen and seen.measured_by else None,
        inferred=frozenset(shown.inferred),
        target=due.target.public_id if due else None,
        plan=due.plan.slug if due else None,
        series=seen.series if seen else None,
        metric_defined=key.metric in standards.metrics,
        topic_defined=key.topic in standards.topics,
        comparator=shown.comparator,
        value=shown.canonical_value,
        value_high=shown.canonical_high,
        unit=shown.canonical_unit,
    )


def _verdict(speech: Speech, shown: Sequence[Shown], judged: Sequence[Figure]) -> tuple[Verdict | None, str]:
    """Judge every two targets, and every two observations; an observation beside a target is a matter of R4."""
    from app.web.pages.verdicts import conclude  # noqa: PLC0415 - as above

    found: list[Judgement] = [
        compare(a, b)
        for (one, a), (other, b) in combinations(zip(shown, judged, strict=True), 2)
        if type(one) is type(other)
    ]
    if not found:
        return None, ""
    reasons = {reason for judgement in found for reason in judgement.reasons}
    verdict = max((judgement.verdict for judgement in found), key=list(Verdict).index)
    return verdict, conclude(speech, verdict, [reason for reason in Reason if reason in reasons])


def _joints(speech: Speech, shown: Sequence[Shown], judged: Sequence[Figure]) -> tuple[Joint, ...]:
    """Join the dates of one target and of one row of observations (R3), and an observation to what it counts for."""
    order = sorted(range(len(shown)), key=lambda index: place_in_years(date_of(shown[index])))
    years = [place_in_years(date_of(each)) for each in shown]
    joints = []
    for index in order:
        later = [
            other
            for other in order
            if years[other] > years[index] and compare(judged[index], judged[other]).joined
        ]
        if later:
            # 确保6%、力争7%: of several figures of the next date, the one that is meant as firmly.
            following = [other for other in later if years[other] == years[later[0]]]
            firm = words.ambition(shown[index])
            end = min(following, key=lambda other: words.ambition(shown[other]) is not firm)
            joints.append(Joint(start=index, end=end, needed=False, words=""))
    slugs = {each.slug: index for index, each in enumerate(shown) if isinstance(each, ObservationView)}
    met: set[tuple[str, str]] = set()
    for index in order:
        due = shown[index]
        if not isinstance(due, DeadlineView) or due.progress.per_year is None:
            continue
        # A path that goes on past the first date is the target's own.
        path = (due.target.public_id, due.ambition)
        if due.progress.observation in slugs and path not in met:
            met.add(path)
            start = slugs[due.progress.observation or ""]
            joints.append(
                Joint(start=start, end=index, needed=True, words=words.pace(speech, due, several=True))
            )
    return tuple(joints)
