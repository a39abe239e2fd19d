"""The rules that a plan and all it holds must keep beyond its own schema, with the path of each breach.

How a plan is written is in `plans`.
"""

from collections.abc import Iterable
from typing import Any

from app.domain.dates import PartialDate
from app.domain.errors import Problem
from app.domain.figures import PERCENT
from app.domain.schemas import MeasureIn, PlanIn, TargetIn
from app.domain.vocabulary import Ambition, EditorialState, Kind
from app.store.revisions import Seed
from app.store.service.refs import Refs
from app.store.service.rules import fits, key_known, known, known_once, proved, sources_known


def deadline_public_id(target: str, due: PartialDate | None, ambition: Ambition) -> str:
    """Name a deadline by its target, last day and ambition: `zj-ai-terminals.revenue@2027-12-31` (R6)."""
    day = due.last.isoformat() if due else "undated"
    return f"{target}@{day}" + ("" if ambition is Ambition.UNMARKED else f"~{ambition}")


def seed_deadline_id(target: str, deadline: Seed) -> str:
    """Name a deadline that is given in seed form."""
    due = PartialDate.parse(deadline["due"]) if "due" in deadline else None
    return deadline_public_id(target, due, Ambition(deadline.get("ambition", Ambition.UNMARKED)))


def was_public(before: Seed) -> bool:
    """Say whether a plan in seed form is, or was, before the public: published or retired."""
    return before.get("editorial_state") in {EditorialState.PUBLISHED, EditorialState.RETIRED}


def check_plan(refs: Refs, plan: PlanIn, before: Seed | None) -> list[Problem]:
    """List what is wrong with a plan: unknown references, units, missing children, missing evidence."""
    problems = [
        *known("unknown_region", "region", plan.region, refs.region),
        *known_once("unknown_organization", "issuers", plan.issuers, refs.organization),
        *known_once("unknown_topic", "topics", plan.topics, refs.topic),
        *sources_known(refs, plan.evidence, ""),
        *_links(refs, plan),
        *_missing(plan, before or {}),
    ]
    region_slug = refs.region_slugs.get(plan.region)
    if region_slug and not plan.slug.startswith(f"{region_slug}-"):
        problems.append(Problem("slug_without_region", "slug", {"slug": region_slug}))
    published = plan.editorial_state is EditorialState.PUBLISHED
    for number, target in enumerate(plan.targets):
        problems += _target(refs, target, f"targets.{number}.", published=published)
    for number, measure in enumerate(plan.measures):
        problems += _measure(refs, measure, f"measures.{number}.", published=published)
    return problems


def _links(refs: Refs, plan: PlanIn) -> list[Problem]:
    problems = []
    seen = set()
    for number, link in enumerate(plan.links):
        problems += known("unknown_plan", f"links.{number}.to", link.to, refs.plan)
        if link.to == plan.slug:
            problems.append(Problem("link_to_itself", f"links.{number}.to"))
        if (link.to, link.kind) in seen:
            problems.append(Problem("listed_twice", f"links.{number}", {"given": f"{link.kind} {link.to}"}))
        seen.add((link.to, link.kind))
    return problems


def _target(refs: Refs, target: TargetIn, path: str, *, published: bool) -> list[Problem]:
    problems = [
        *known("unknown_region", f"{path}region", target.region, refs.region),
        *key_known(refs, target, path),
    ]
    if target.baseline_unit is not None:
        # A rise or a rate may start from the level that it is counted from.
        level = target.model_copy(update={"kind": Kind.LEVEL})
        field = f"{path}baseline_unit"
        if fits(refs, target, target.baseline_unit, field):
            problems += fits(refs, level, target.baseline_unit, field)
    for number, deadline in enumerate(target.deadlines):
        below = f"{path}deadlines.{number}."
        problems += sources_known(refs, deadline.evidence, below)
        if target.retired_on or deadline.retired_on:
            continue
        problems += fits(refs, target, deadline.unit, f"{below}unit")
        if published and deadline.value is not None and deadline.unit is not None:
            inferred = "value" in deadline.inferred
            figure = (deadline.value, deadline.value_high, deadline.unit)
            problems += proved(deadline.evidence, *figure, below, inferred=inferred)
    return problems


def _measure(refs: Refs, measure: MeasureIn, path: str, *, published: bool) -> list[Problem]:
    problems = [
        *known("unknown_region", f"{path}region", measure.region, refs.region),
        *sources_known(refs, measure.evidence, path),
    ]
    if published and not measure.retired_on:
        amounts = (
            ("total", measure.total, measure.unit),
            ("max_each", measure.max_each, measure.unit),
            ("max_share", measure.max_share, PERCENT),
        )
        for name, value, unit in amounts:
            if value is not None and unit is not None:
                inferred = name in measure.inferred
                problems += proved(measure.evidence, value, None, unit, path, inferred=inferred)
    return problems


def _missing(plan: PlanIn, before: Seed) -> list[Problem]:
    """Refuse to drop a target, deadline or measure: it is retired, by its date, never left out (R6).

    Of a draft, which nobody has seen, anything may be left out.
    """
    if not was_public(before):
        return []
    problems = [
        *_absent("targets", _ids(before, "targets"), (target.public_id for target in plan.targets)),
        *_absent("measures", _ids(before, "measures"), (measure.public_id for measure in plan.measures)),
    ]
    old = {target["public_id"]: target for target in before.get("targets", [])}
    for number, target in enumerate(plan.targets):
        deadlines = old.get(target.public_id, {}).get("deadlines", [])
        stored = [seed_deadline_id(target.public_id, deadline) for deadline in deadlines]
        given = (deadline_public_id(target.public_id, one.due, one.ambition) for one in target.deadlines)
        problems += _absent(f"targets.{number}.deadlines", stored, given)
    return problems


def _ids(before: Seed, field: str) -> list[Any]:
    return [child["public_id"] for child in before.get(field, [])]


def _absent(field: str, stored: Iterable[str], given: Iterable[str]) -> list[Problem]:
    there = set(given)
    return [
        Problem("child_missing", field, {"public_id": public_id})
        for public_id in stored
        if public_id not in there
    ]
