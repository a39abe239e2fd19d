"""What a change that waits would do to comparisons: it is published in a rehearsal, and the verdicts are made anew.

It stands between reads and writes, which know nothing of each other; nothing it does is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.comparability import Judgement, compare
from app.domain.vocabulary import EditorialState, Family, Verdict
from app.store.models import Deadline, Metric, Observation, Plan, Region, Topic
from app.store.queries.deadlines import DEADLINES, PUBLIC, judged_deadlines
from app.store.queries.filters import Condition
from app.store.queries.judging import Judged
from app.store.queries.observations import OBSERVATIONS, judged_observations
from app.store.views.effects import EffectsView, JudgedPairView, TurnView

MOST_FIGURES: Final = 2000
"""How many figures are judged at most, those touched and those of the same families."""
EXAMPLES: Final = 5

Pair = tuple[str, str]
_AnyJudged = Judged[Any]


def effects_of(
    session: Session, kind: str, key: str, change: Callable[[Session], object], today: date
) -> EffectsView:
    """Say how verdicts turn if `change` is made to an entity, in a session whose work is thrown away.

    Judged are the pairs of public figures, deadlines and observations, of which one is of the entity: a plan's
    own, or those with the metric, topic, region or measurer. What `change` raises passes.
    """
    before, figures, too_many = _judge(session, kind, key, today)
    change(session)
    session.flush()
    after, more, still = _judge(session, kind, key, today)
    turns: dict[tuple[Verdict | None, Verdict | None], list[Pair]] = defaultdict(list)
    for pair in sorted(before.keys() | after.keys()):
        old, new = before.get(pair), after.get(pair)
        if old != new:
            turns[_verdict(old), _verdict(new)].append(pair)
    return EffectsView(
        figures=len(figures | more),
        pairs=len(before.keys() | after.keys()),
        turns=[
            TurnView(
                before=was,
                after=becomes,
                count=len(pairs),
                examples=[_example(pair, before, after) for pair in pairs[:EXAMPLES]],
            )
            for (was, becomes), pairs in sorted(turns.items(), key=lambda item: -len(item[1]))
        ],
        too_many=too_many or still,
    )


def _judge(
    session: Session, kind: str, key: str, today: date
) -> tuple[dict[Pair, Judgement], set[str], bool]:
    """Judge the entity's figures against each other and all others of their families."""
    own = _figures(session, _of_entity(kind, key), today)
    touched = {one.id for one in own}
    families = {one.view.metric.family for one in own if one.view.metric}
    others = _figures(session, _of_families(families), today) if own else []
    if len(own) > MOST_FIGURES or len(others) > MOST_FIGURES:
        return {}, touched, True
    judged = {}
    for one in own:
        for other in others:
            if one.id != other.id:
                first, second = sorted((one, other), key=lambda each: each.id)
                judged[first.id, second.id] = compare(first.figure, second.figure)
    return judged, touched, False


def _figures(session: Session, held: tuple[Condition, Condition], today: date) -> list[_AnyJudged]:
    """Read public figures, one more of each sort than is judged."""
    of_deadlines, of_observations = held
    dated = DEADLINES.where(*PUBLIC, of_deadlines).order_by(Deadline.id).limit(MOST_FIGURES + 1)
    measured = OBSERVATIONS.where(Observation.editorial_state == EditorialState.PUBLISHED, of_observations)
    found: Iterable[_AnyJudged] = (
        *judged_deadlines(session, session.execute(dated).all(), today),
        *judged_observations(
            session,
            session.execute(measured.order_by(Observation.id).limit(MOST_FIGURES + 1)).all(),
        ),
    )
    return [one for one in found if one.view.metric]


def _of_entity(kind: str, key: str) -> tuple[Condition, Condition]:
    """Hold deadlines, and observations, to those that a change of the entity touches; mostly by its name."""
    never = Plan.id.is_(None)
    of = {
        "plan": (Plan.slug == key, Observation.id.is_(None)),
        "observation": (never, Observation.slug == key),
        "metric": (Metric.slug == key, Metric.slug == key),
        "topic": (Topic.slug == key, Topic.slug == key),
        "region": (Region.code == key, Region.code == key),
    }
    return of.get(kind, (never, Observation.id.is_(None)))


def _of_families(families: set[Family]) -> tuple[Condition, Condition]:
    held = Metric.family.in_(sorted(families))
    return held, held


def _verdict(judged: Judgement | None) -> Verdict | None:
    return None if judged is None else judged.verdict


def _example(pair: Pair, before: dict[Pair, Judgement], after: dict[Pair, Judgement]) -> JudgedPairView:
    old, new = before.get(pair), after.get(pair)
    return JudgedPairView(
        a=pair[0],
        b=pair[1],
        reasons_before=list(old.reasons) if old else [],
        reasons_after=list(new.reasons) if new else [],
    )
