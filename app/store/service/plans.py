"""How a plan with its targets, deadlines and measures is written and read back.

The children keep their rows by public id; what is refused is in `plan_rules`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload
from typing_extensions import override

from app.domain.dates import PartialDate
from app.domain.errors import Problem
from app.domain.schemas import DeadlineIn, MeasureIn, PlanIn, TargetIn
from app.domain.units import to_canonical
from app.domain.vocabulary import EditorialState
from app.store import documents
from app.store.models import Deadline, Measure, Plan, PlanIssuer, PlanLink, PlanTopic, Target
from app.store.revisions import Seed
from app.store.service import columns
from app.store.service.plan_rules import check_plan, deadline_public_id, seed_deadline_id
from app.store.service.refs import DECLARED, Names, Refs
from app.store.service.writer import Writer, Writing, copy_from, copy_to, last_day

UNDATED_SORT = date(9999, 12, 31)
_DATES = ("written", "published", "effective", "expires", "reported")
_NOTES = ("note_zh", "note_en")
_PLAN = (
    *("slug", "title_zh", "title_en", "document_number", "form", "stage", "period_start", "period_end"),
    *("summary_zh", "summary_en", "editorial_state", *_NOTES),
)
_TARGET = (
    *("public_id", "statement_zh", "statement_en", "bindingness", "baseline_value", "baseline_unit"),
    *("baseline_year", "inferred", "retired_on", *_NOTES),
)
_SHOWN_WITH_CHILDREN = ("region", "title_zh", "title_en", "stage", "editorial_state", "retired_on")
_DEADLINE = ("due_as_stated", "ambition", "inferred", "retired_on", *_NOTES)
_MEASURE = (
    *("public_id", "kind", "statement_zh", "statement_en", "value_as_stated", "comparator", "total"),
    *("max_each", "unit", "max_share", "per", "inferred", "retired_on", *_NOTES),
)


class PlanWriter(Writer[PlanIn]):
    """Plans; their links lead to other plans, so they are connected last."""

    name = "plan"
    schema = PlanIn
    model = Plan
    key_field = "slug"
    inserted = True

    @override
    def seed(self, entity: PlanIn) -> Seed:
        """Leave out a child's region where it is the plan's."""
        seed = entity.seed()
        for child in (*seed.get("targets", []), *seed.get("measures", [])):
            if child.get("region") == entity.region:
                del child["region"]
        return seed

    @override
    def is_public(self, seed: Seed) -> bool:
        """Say whether the plan is published."""
        return bool(seed.get("editorial_state") == EditorialState.PUBLISHED)

    @override
    def meets(self, entity: PlanIn) -> Iterator[tuple[str, str]]:
        """Give the plan itself, those that it is linked to, and the sources of all evidence."""
        yield "plan", entity.slug
        for link in entity.links:
            yield "plan", link.to
        of_deadlines = (deadline.evidence for target in entity.targets for deadline in target.deadlines)
        of_measures = (measure.evidence for measure in entity.measures)
        for one in chain(entity.evidence, *of_deadlines, *of_measures):
            yield "source", one.source

    @override
    def declare(self, refs: Refs, entity: PlanIn) -> None:
        """Make the slug known."""
        refs.plan.setdefault(entity.slug, DECLARED)

    @override
    def check(self, refs: Refs, entity: PlanIn, before: Seed | None) -> list[Problem]:
        """Check the plan and all it holds."""
        return check_plan(refs, entity, before)

    @override
    def fill(self, to: Writing, row: Plan, entity: PlanIn, before: Seed | None) -> None:
        """Lay out the plan and all it holds but its links."""
        refs = to.refs
        copy_to(row, entity, _PLAN)
        row.region_id = refs.region[entity.region]
        for name in _DATES:
            day, precision = last_day(getattr(entity, name))
            setattr(row, f"{name}_on", day)
            setattr(row, f"{name}_precision", precision)
        issuers = {one.organization_id: one for one in row.issuers}
        ids = [refs.organization[slug] for slug in entity.issuers]
        row.issuers[:] = [issuers.get(one) or to.new(PlanIssuer, organization_id=one) for one in ids]
        topics = {one.topic_id: one for one in row.topics}
        ids = [refs.topic[slug] for slug in entity.topics]
        row.topics[:] = [topics.get(one) or to.new(PlanTopic, topic_id=one) for one in ids]
        for position, issuer in enumerate(row.issuers):
            issuer.position = position
        for position, topic in enumerate(row.topics):
            topic.position = position
        columns.fill_evidence(to, row.evidence, entity.evidence)
        if before is None:
            row.links = []
        # What is new is changed as a whole: whoever lays out a thousand plans is spared their seed forms.
        children = _Children(to, entity, None if before is None else changed(before, self.seed(entity)))
        children.fill_targets(row)
        children.fill_measures(row)

    @override
    def connect(self, to: Writing, rows: list[tuple[Plan, PlanIn]]) -> None:
        """Write the links, when all plans have ids."""
        for row, plan in rows:
            there = {(link.to_plan_id, link.kind): link for link in row.links}
            row.links[:] = [
                there.get((to.refs.plan[link.to], link.kind))
                or to.new(PlanLink, to_plan_id=to.refs.plan[link.to], kind=link.kind)
                for link in plan.links
            ]
            for position, (link, given) in enumerate(zip(row.links, plan.links, strict=True)):
                link.position = position
                copy_to(link, given, _NOTES)

    @override
    def backdate(self, row: Plan, history: Sequence[tuple[datetime, Seed]]) -> None:
        """Date targets, deadlines and measures by the last form that changed them."""
        dates: dict[str, datetime] = {}
        before: Seed = {}
        for at, seed in history:
            dates |= dict.fromkeys(changed(before, seed), at)
            before = seed
        children: Iterable[Any] = chain(row.targets, row.measures, *(one.deadlines for one in row.targets))
        for child in children:
            child.updated_at = dates[child.public_id]

    @override
    def all_rows(self) -> Select[Any]:
        """Select plans with all they hold, in nine statements."""
        return select(Plan).options(
            selectinload(Plan.issuers),
            selectinload(Plan.topics),
            selectinload(Plan.links),
            selectinload(Plan.evidence),
            selectinload(Plan.targets).selectinload(Target.deadlines).selectinload(Deadline.evidence),
            selectinload(Plan.measures).selectinload(Measure.evidence),
        )

    @override
    def read(self, session: Session, names: Names, rows: list[Plan]) -> list[Seed]:
        """Read plans with all they hold."""
        return [_read_plan(row, names) for row in rows]


class _Children:
    """Targets, deadlines and measures of one plan on their way into rows, old content beside the new."""

    def __init__(self, to: Writing, plan: PlanIn, changed: Collection[str] | None) -> None:
        """Take the plan as it shall be, and the public ids of the children that change; None means all."""
        self.to = to
        self.plan = plan
        self.changed = changed

    def fill_targets(self, row: Plan) -> None:
        """Lay out the targets; those that are there go first, so that a new one may take a freed key."""
        self._drop(row.targets, self.plan.targets, lambda target: target.public_id)
        there = {target.public_id: target for target in row.targets}
        self._free_keys(there)
        for position, target in enumerate(self.plan.targets):
            if child := there.get(target.public_id):
                self._fill_target(child, target, position)
        if there:
            self.to.session.flush()
        for position, target in enumerate(self.plan.targets):
            if target.public_id not in there:
                child = self.to.new(Target)
                self._fill_target(child, target, position)
                row.targets.append(child)

    def _drop(self, rows: list[Any], given: Iterable[Any], named: Callable[[Any], str]) -> None:
        """Take out what the plan no longer holds; the rules let only a draft leave something out."""
        if not rows:
            return
        kept = {named(one) for one in given}
        dropped = [row.public_id for row in rows if row.public_id not in kept]
        if dropped:
            rows[:] = [row for row in rows if row.public_id in kept]
            # Another one may take the freed key or date in the same write, and SQLite gives a freed id again.
            self.to.session.flush()
            documents.forget(self.to.session, dropped)

    def _free_keys(self, there: Mapping[str, Target]) -> None:
        """Take targets whose key changes out of the unique index, so that two may swap theirs."""
        moving = [
            there[target.public_id]
            for target in self.plan.targets
            if target.public_id in there
            and columns.row_key(there[target.public_id])
            != columns.key_columns(target, self._region(target), self.to.refs)
        ]
        for child in moving:
            child.retired_on = self.to.by.at.date()
        if moving:
            self.to.session.flush()

    def _region(self, child: TargetIn | MeasureIn) -> str:
        return child.region or self.plan.region

    def _touch(self, row: Target | Deadline | Measure, public_id: str) -> None:
        """Note the instant only where the child's content, or what lists show beside it, is new."""
        if self.changed is None or public_id in self.changed:
            row.updated_at = self.to.by.at

    def _fill_target(self, row: Target, target: TargetIn, position: int) -> None:
        copy_to(row, target, _TARGET)
        columns.fill_key(row, target, self.to.refs)
        row.region_id = self.to.refs.region[self._region(target)]
        row.position = position
        self._touch(row, target.public_id)
        self._drop(row.deadlines, target.deadlines, partial(_deadline_id, target))
        there = {deadline.public_id: deadline for deadline in row.deadlines}
        for number, deadline in enumerate(target.deadlines):
            public_id = _deadline_id(target, deadline)
            child = there.get(public_id)
            if child is None:
                child = self.to.new(Deadline, public_id=public_id)
                row.deadlines.append(child)
            self._fill_deadline(child, deadline, number)

    def _fill_deadline(self, row: Deadline, deadline: DeadlineIn, position: int) -> None:
        copy_to(row, deadline, _DEADLINE)
        columns.fill_figure(row, deadline)
        row.due_on, row.due_precision = last_day(deadline.due)
        row.due_sort = row.due_on or UNDATED_SORT
        row.position = position
        columns.fill_evidence(self.to, row.evidence, deadline.evidence)
        self._touch(row, row.public_id)

    def fill_measures(self, row: Plan) -> None:
        """Lay out the measures."""
        self._drop(row.measures, self.plan.measures, lambda measure: measure.public_id)
        there = {measure.public_id: measure for measure in row.measures}
        for position, measure in enumerate(self.plan.measures):
            child = there.get(measure.public_id)
            if child is None:
                child = self.to.new(Measure)
                row.measures.append(child)
            copy_to(child, measure, _MEASURE)
            child.region_id = self.to.refs.region[self._region(measure)]
            child.canonical_total, unit = _canonical(measure.total, measure.unit)
            child.canonical_max_each, other = _canonical(measure.max_each, measure.unit)
            child.canonical_unit = unit or other
            child.position = position
            columns.fill_evidence(self.to, child.evidence, measure.evidence)
            self._touch(child, measure.public_id)


def _deadline_id(target: TargetIn, deadline: DeadlineIn) -> str:
    return deadline_public_id(target.public_id, deadline.due, deadline.ambition)


def changed(before: Seed, after: Seed) -> set[str]:
    """Name the children of a plan, by public id, that one seed form does not hold as the one before did.

    What lists show of the plan beside each child changes all of them, so that `updated_since` finds them.
    """
    children = _by_id(after)
    if any(before.get(name) != after.get(name) for name in _SHOWN_WITH_CHILDREN):
        return set(children)
    earlier = _by_id(before)
    return {public_id for public_id, child in children.items() if earlier.get(public_id) != child}


def _by_id(plan: Seed) -> dict[str, Seed]:
    """List the children of a plan in seed form by public id, a deadline with what its target says of it."""
    children: dict[str, Seed] = {}
    for child in (*plan.get("targets", []), *plan.get("measures", [])):
        children[child["public_id"]] = child
    for target in plan.get("targets", []):
        own = {name: value for name, value in target.items() if name != "deadlines"}
        children |= {
            seed_deadline_id(target["public_id"], one): {"target": own, **one} for one in target["deadlines"]
        }
    return children


def _canonical(value: Decimal | None, unit: str | None) -> tuple[Decimal | None, str | None]:
    return (None, None) if value is None or unit is None else to_canonical(value, unit)


def _read_plan(row: Plan, names: Names) -> Seed:
    """Read a plan back; its children name their region only where it is not the plan's."""
    plan = copy_from(row, (*_PLAN, "retired_on"))
    for name in _DATES:
        plan[name] = PartialDate.around(getattr(row, f"{name}_on"), getattr(row, f"{name}_precision"))
    return plan | {
        "region": names.region[row.region_id],
        "issuers": [names.organization[one.organization_id] for one in row.issuers],
        "topics": [names.topic[one.topic_id] for one in row.topics],
        "links": [
            {"to": names.plan[link.to_plan_id], "kind": link.kind, **copy_from(link, _NOTES)}
            for link in row.links
        ],
        "evidence": columns.read_evidence(row.evidence, names),
        "targets": [
            copy_from(target, _TARGET)
            | columns.read_key(target, names)
            | _own_region(target, row, names)
            | {"deadlines": [_read_deadline(one, names) for one in target.deadlines]}
            for target in row.targets
        ],
        "measures": [
            copy_from(measure, _MEASURE)
            | _own_region(measure, row, names)
            | {"evidence": columns.read_evidence(measure.evidence, names)}
            for measure in row.measures
        ],
    }


def _own_region(child: Target | Measure, plan: Plan, names: Names) -> Seed:
    return {} if child.region_id == plan.region_id else {"region": names.region[child.region_id]}


def _read_deadline(row: Deadline, names: Names) -> Seed:
    return (
        copy_from(row, _DEADLINE)
        | columns.read_figure(row)
        | {
            "due": PartialDate.around(row.due_on, row.due_precision),
            "evidence": columns.read_evidence(row.evidence, names),
        }
    )
