"""What linked plans make of each other's figures, with the verdict on every two that are put together (R3).

The links themselves are read with the plan, in `plans`; the rule is in `domain.lineage`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.domain.lineage import Carried, Promise, carried
from app.store.models import Deadline, Plan, Target
from app.store.queries.deadlines import DEADLINES, PUBLIC, judged_deadlines
from app.store.queries.judging import Judged, judge
from app.store.views.base import PlanRef
from app.store.views.beside import CarriedView, LineageView
from app.store.views.entities import LinkView, PlanDetail
from app.store.views.facts import DeadlineView

Dated = Judged[DeadlineView]


def lineage_of(session: Session, plan: PlanDetail, today: date) -> list[LineageView]:
    """Compare a plan's figures with those of every plan it is linked to, in a fixed number of statements."""
    slugs = {plan.slug, *(link.plan.slug for link in plan.links)} if plan.links else set()
    rows = session.execute(
        DEADLINES.where(*PUBLIC, Plan.slug.in_(slugs)).order_by(
            Target.position, Target.id, Deadline.due_sort, Deadline.position, Deadline.id
        )
    ).all()
    figures: dict[str, list[Dated]] = defaultdict(list)
    for item in judged_deadlines(session, rows, today):
        if item.figure.value is not None:
            figures[item.view.plan.slug].append(item)
    return [_lineage(plan, link, figures) for link in plan.links]


def _lineage(plan: PlanDetail, link: LinkView, figures: dict[str, list[Dated]]) -> LineageView:
    """Word a link from the plan that was there first: what acts on another comes after it."""
    here = PlanRef(slug=plan.slug, title_zh=plan.title_zh, title_en=plan.title_en, stage=plan.stage)
    earlier, later = (link.plan, here) if link.outgoing else (here, link.plan)
    first, second = figures.get(earlier.slug, []), figures.get(later.slug, [])
    by_id = {item.id: item for item in (*first, *second)}
    fates = carried(_promises(first), _promises(second)) if first and second else []
    return LineageView(
        link=link,
        earlier=earlier,
        later=later,
        earlier_figures=len(first),
        later_figures=len(second),
        carried=[_carried(fate, by_id) for fate in fates],
    )


def _promises(items: Sequence[Dated]) -> list[Promise]:
    return [
        Promise(
            item.id,
            item.figure.key,
            item.view.due_on,
            item.figure.comparator,
            item.figure.value,
            item.figure.value_high,
            item.figure.unit,
        )
        for item in items
    ]


def _carried(fate: Carried, by_id: dict[str, Dated]) -> CarriedView:
    earlier = by_id[fate.earlier] if fate.earlier else None
    later = by_id[fate.later] if fate.later else None
    return CarriedView(
        change=fate.change,
        earlier=earlier.view if earlier else None,
        later=later.view if later else None,
        verdict=judge(earlier, later) if earlier and later else None,
    )
