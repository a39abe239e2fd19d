"""A target's way in words: what was observed and what is due, the pace that is needed, the same measure elsewhere.

Progress and verdicts come from the views as they are; nothing is judged here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.vocabulary import Reason, Result, Verdict
from app.store.views.base import EvidenceView, RegionRef
from app.store.views.beside import AlikeView
from app.store.views.comparison import VerdictView
from app.store.views.facts import DeadlineView, ObservationView, TargetView
from app.web.pages.paces import pace
from app.web.pages.together import contested_among
from app.web.pages.verdicts import Remark, why
from app.web.speech import Speech

MOST_REGIONS = 8
"""How many regions a comparison takes."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a target's path: an observation, or a deadline."""

    on: date | None
    when: str
    figure: str
    what: str
    href: str
    promised: bool
    contested: bool
    evidence: Sequence[EvidenceView]


@dataclass(frozen=True, slots=True)
class Need:
    """What a deadline still needs, or what several lack; they have the same figures beside them."""

    deadlines: tuple[DeadlineView, ...]
    said: str
    basis: ObservationView | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A figure of the same measure in another plan or region, and whether it may be compared with the target's."""

    deadline: DeadlineView
    remark: Remark


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """An observation of the same measure in another region, with its verdict against the target's."""

    observation: ObservationView
    remark: Remark


def path_of(speech: Speech, target: TargetView, observations: Sequence[ObservationView]) -> tuple[Point, ...]:
    """Put a target's deadlines and the observations of its measure in its region in the order of their dates.

    The last deadline is the final one; where observations of one day say different things, each is marked.
    """
    contested = contested_among(observations)
    points = [_observed(speech, item, item.slug in contested) for item in observations]
    final = target.deadlines[-1].id
    for deadline in target.deadlines:
        what = speech.gettext("final target") if deadline.id == final else speech.gettext("interim target")
        points.append(
            Point(
                on=deadline.due_on,
                when=speech.due(deadline.due_on, deadline.due_precision),
                figure=speech.fig(deadline, deadline.kind) or speech.gettext("no figure"),
                what=speech.gettext("target") if len(target.deadlines) == 1 else what,
                href=f"#{deadline.id}",
                promised=True,
                contested=False,
                evidence=deadline.evidence,
            )
        )
    return tuple(sorted(points, key=lambda point: (point.on or date.max, point.promised)))


def _observed(speech: Speech, item: ObservationView, contested: bool) -> Point:  # noqa: FBT001 - a mark
    measurer = speech.plain(item.measured_by, "name") if item.measured_by else ""
    said = speech.word(item.status)
    return Point(
        on=item.to_on,
        when=speech.period(item.from_on, item.to_on, item.precision),
        figure=speech.fig(item, item.kind) or "",
        what=speech.gettext("{one}, {other}", one=said, other=measurer) if measurer else said,
        href=speech.path(f"/observations/{item.slug}"),
        promised=False,
        contested=contested,
        evidence=item.evidence,
    )


def needs_of(
    speech: Speech, target: TargetView, observations: Mapping[str, ObservationView]
) -> tuple[Need, ...]:
    """Say what pace each deadline needs, or why none can be computed (R4), once where it is the same for several."""
    found: dict[tuple[str, str | None, tuple[str, ...]], list[DeadlineView]] = defaultdict(list)
    for deadline in target.deadlines:
        it = deadline.progress
        refused = tuple(refusal.observation for refusal in it.refused)
        found[_need(speech, deadline), it.observation, refused].append(deadline)
    return tuple(
        Need(tuple(deadlines), said, observations.get(basis or ""))
        for (said, basis, _), deadlines in found.items()
    )


def _need(speech: Speech, deadline: DeadlineView) -> str:
    match deadline.progress.result:
        case Result.NOT_ASSESSABLE if deadline.value is None:
            return speech.gettext("A promise in words: there is no figure that a pace could lead to.")
        case Result.NOT_ASSESSABLE:
            return speech.gettext("Only a size class is named: no pace leads to it.")
        case Result.UNOBSERVED:
            return speech.gettext(
                "No pace can be computed: nothing is recorded of the same measure in the same region."
            )
        case Result.REACHED | Result.MET | Result.MISSED:
            return speech.word(deadline.progress.result)
        case _:
            return pace(speech, deadline)


def elsewhere_of(speech: Speech, target: TargetView, alike: AlikeView) -> tuple[Elsewhere, ...]:
    """List the figures of other targets that name the same measure, each with its verdict against the nearest.

    Nearest is the target's figure with the best verdict, then the fewest reasons, then the latest date.
    """
    own = {deadline.id: place for place, deadline in enumerate(target.deadlines)}
    found = []
    for figure in alike.deadlines.figures:
        if figure.id not in own:
            remark = _nearest(speech, figure.id, own, alike.deadlines.verdicts)
            if remark is not None:
                found.append(Elsewhere(figure, remark))
    return tuple(found)


def seen_elsewhere(speech: Speech, target: TargetView, alike: AlikeView) -> tuple[SeenElsewhere, ...]:
    """List the observations of the same measure in other regions, each with its verdict against the target's."""
    own = {deadline.id: place for place, deadline in enumerate(target.deadlines)}
    found = []
    for item in alike.observations.figures:
        if item.region.code != target.region.code:
            remark = _nearest(speech, item.slug, own, alike.across)
            if remark is not None:
                found.append(SeenElsewhere(item, remark))
    return tuple(found)


def beside_observation(
    speech: Speech, observation: ObservationView, alike: AlikeView
) -> tuple[SeenElsewhere, ...]:
    """List the other observations of an observation's measure, of any region, each with its verdict."""
    own = {observation.slug: 0}
    return tuple(
        SeenElsewhere(item, remark)
        for item in alike.observations.figures
        if item.slug not in own
        and (remark := _nearest(speech, item.slug, own, alike.observations.verdicts)) is not None
    )


def promised_on(speech: Speech, observation: ObservationView, alike: AlikeView) -> tuple[Elsewhere, ...]:
    """List the promised figures of an observation's measure, of any region, each with its verdict."""
    own = {observation.slug: 0}
    return tuple(
        Elsewhere(figure, remark)
        for figure in alike.deadlines.figures
        if (remark := _nearest(speech, figure.id, own, alike.across)) is not None
    )


def _nearest(
    speech: Speech, name: str, own: Mapping[str, int], verdicts: Iterable[VerdictView]
) -> Remark | None:
    order = list(Verdict)
    best: tuple[tuple[int, int, int], Verdict, Sequence[Reason]] | None = None
    for verdict in verdicts:
        sides = {*verdict.a, *verdict.b}
        mine = [own[side] for side in sides if side in own]
        if name not in sides or not mine:
            continue
        rank = (order.index(verdict.verdict), len(verdict.reasons), -max(mine))
        if best is None or rank < best[0]:
            best = (rank, verdict.verdict, verdict.reasons)
    return None if best is None else Remark(best[1], why(speech, best[1], best[2]), "")


def regions_beside(target: TargetView, elsewhere: Iterable[Elsewhere]) -> tuple[RegionRef, ...]:
    """Name the target's region and those that may be put beside it, as many as a comparison takes."""
    named = {target.region.code: target.region}
    for item in elsewhere:
        named.setdefault(item.deadline.region.code, item.deadline.region)
    return tuple(named.values())[:MOST_REGIONS]
