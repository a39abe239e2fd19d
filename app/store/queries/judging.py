"""Figures that stand together, judged (R3): rows of one key, the verdict wherever two meet, and places.

The verdict on one pair is made in `domain.comparability`; which figures stand together is decided by who asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Generic, TypeVar

from app.domain.comparability import Figure, Key, Likeness, compare, key_differences, likeness, rank
from app.domain.vocabulary import Direction, Family, Kind, Reason, Verdict
from app.store.views.base import trusted
from app.store.views.comparison import (
    CountsView,
    FamilyVerdictsView,
    KinView,
    ListVerdictsView,
    MeasuredView,
    PlaceView,
    RankingView,
    SubjectView,
    VerdictView,
)
from app.store.views.facts import DeadlineView, KeyView, ObservationView

_verdict = trusted(VerdictView)
V = TypeVar("V", DeadlineView, ObservationView)

MOST_PAIRED: Final = 12
"""Up to how many figures of one family the verdicts between unequal measures are given pair by pair."""


@dataclass(frozen=True, slots=True)
class Judged(Generic[V]):
    """A figure as readers see it, beside what R3 needs to judge it; `id` names it in verdicts."""

    id: str
    view: V
    figure: Figure
    direction: Direction


def by_family(items: Iterable[Judged[V]]) -> dict[Family | None, list[Judged[V]]]:
    """Sort figures by metric family, in the families' own order; what has no figure comes last, under none."""
    found: dict[Family | None, list[Judged[V]]] = defaultdict(list)
    for item in items:
        found[_family(item.view)].append(item)
    order: list[Family | None] = [*Family, None]
    return {family: found[family] for family in order if family in found}


def subjects(items: Iterable[Judged[V]]) -> list[SubjectView[V]]:
    """Put figures of any regions together by family, and in each by key, with all verdicts."""
    return [_subject(family, held) for family, held in by_family(items).items()]


def verdicts_within(items: Sequence[Judged[Any]]) -> ListVerdictsView:
    """Judge all figures of a list, promised and observed ones together, without repeating them."""
    families = [_family_verdicts(family, held) for family, held in by_family(items).items()]
    quantified = sum(item.figure.key.kind is not Kind.QUALITATIVE for item in items)
    found = dict.fromkeys(Verdict, 0)
    for group in _by_key(items).values():
        if group[0].figure.key.kind is not Kind.QUALITATIVE:
            for a, b in combinations(group, 2):
                found[compare(a.figure, b.figure).verdict] += 1
    comparable_pairs = found[Verdict.SAME] + found[Verdict.CAUTION]
    different = quantified * (quantified - 1) // 2 - comparable_pairs
    counts = CountsView(same=found[Verdict.SAME], caution=found[Verdict.CAUTION], different=different)
    return ListVerdictsView(families=families, counts=counts)


def verdicts(items: Sequence[Judged[V]], *, across_regions: bool = False) -> list[VerdictView]:
    """Judge every pair of figures, or of different regions only; unequal keys once for all their figures."""
    groups = _by_key(items)
    found = [
        judge(a, b)
        for group in groups.values()
        for a, b in combinations(group, 2)
        if not across_regions or a.figure.region != b.figure.region
    ]
    # There are thousands of them, for few different reasons.
    reasons: dict[tuple[Reason, ...], list[Reason]] = {}
    held = [(key, _Together(group)) for key, group in groups.items()]
    for (one, own), (other, theirs) in combinations(held, 2):
        for a, b in own.meeting(theirs) if across_regions else [(own.ids, theirs.ids)]:
            differ = key_differences(one, other)
            if one.kind is Kind.QUALITATIVE or other.kind is Kind.QUALITATIVE:
                differ += (Reason.QUALITATIVE,)
            if differ not in reasons:
                reasons[differ] = list(differ)
            found.append(_verdict(a=a, b=b, verdict=Verdict.DIFFERENT, reasons=reasons[differ]))
    return found


class _Together:
    """The figures of one key, by id and region."""

    def __init__(self, group: Sequence[Judged[V]]) -> None:
        self.ids = [item.id for item in group]
        self.regions = [item.figure.region for item in group]
        self.every = frozenset(self.regions)

    def meeting(self, others: "_Together") -> Iterator[tuple[list[str], list[str]]]:
        """Say which figures meet which of other regions: every one in the first list every one in the second."""
        if self.every.isdisjoint(others.every):
            yield self.ids, others.ids
            return
        # Those of regions that the others have too meet all but their own.
        meeting: dict[str | None, list[str]] = defaultdict(list)
        for region, one in zip(self.regions, self.ids, strict=True):
            meeting[region if region in others.every else None].append(one)
        for own, ids in meeting.items():
            met = [one for region, one in zip(others.regions, others.ids, strict=True) if region != own]
            if met:
                yield ids, met


def comparable(items: Iterable[Judged[V]]) -> list[Judged[V]]:
    """Keep, in their order, the figures that may be compared, if with care, with one of another region."""
    listed = [(likeness(item.figure), item) for item in items]
    regions: dict[Likeness, set[str]] = defaultdict(set)
    for alike, item in listed:
        if alike is not None:
            regions[alike].add(item.figure.region)
    return [item for alike, item in listed if alike is not None and len(regions[alike]) > 1]


def judge(a: Judged[V], b: Judged[V]) -> VerdictView:
    """Judge one pair."""
    judged = compare(a.figure, b.figure)
    return _verdict(a=[a.id], b=[b.id], verdict=judged.verdict, reasons=list(judged.reasons))


def rankings(items: Sequence[Judged[V]]) -> list[RankingView]:
    """Rank regions within one key, one year and one region level, where R3 allows it; mostly none."""
    found = []
    for group in _by_key(items).values():
        if len({item.figure.region for item in group}) == 1:
            continue
        alike: dict[tuple[int | None, str], list[Judged[V]]] = defaultdict(list)
        for item in group:
            alike[item.figure.year, item.figure.region_level].append(item)
        for (year, _), same in alike.items():
            ranked = rank([item.figure for item in same], same[0].direction)
            if ranked is None or year is None:
                continue
            places = [
                PlaceView(first=place.first, last=place.last, id=same[place.index].id)
                for place in ranked.places
            ]
            found.append(RankingView(year=year, places=places, cautions=list(ranked.cautions)))
    return found


def _subject(family: Family | None, items: Sequence[Judged[V]]) -> SubjectView[V]:
    groups = _by_key(items)
    return SubjectView(
        family=family,
        rows=[
            KinView(
                figures=[item.view for item in group],
                verdicts=[judge(a, b) for a, b in combinations(group, 2)],
                rankings=rankings(group),
            )
            for group in groups.values()
        ],
        differences=_differences(groups),
    )


def _family_verdicts(family: Family | None, items: Sequence[Judged[Any]]) -> FamilyVerdictsView:
    groups = _by_key(items)
    if family is None:
        # Words without a figure: nobody would put them in an order.
        judged = []
    elif len(items) <= MOST_PAIRED:
        judged = verdicts(items)
    else:
        judged = [judge(a, b) for group in groups.values() for a, b in combinations(group, 2)]
    return FamilyVerdictsView(
        family=family,
        measures=[
            MeasuredView(
                **{name: getattr(group[0].view, name) for name in KeyView.model_fields},
                ids=[item.id for item in group],
                rankings=rankings(group),
            )
            for group in groups.values()
        ],
        differences=_differences(groups),
        verdicts=judged,
    )


def _differences(groups: Iterable[Key]) -> list[Reason]:
    """Name the fields in which any two of the keys differ."""
    found = {reason for one, other in combinations(groups, 2) for reason in key_differences(one, other)}
    return [reason for reason in Reason if reason in found]


def _by_key(items: Iterable[Judged[V]]) -> dict[Key, list[Judged[V]]]:
    groups: dict[Key, list[Judged[V]]] = defaultdict(list)
    for item in items:
        groups[item.figure.key].append(item)
    return groups


def _family(view: KeyView) -> Family | None:
    return view.metric.family if view.metric else None
