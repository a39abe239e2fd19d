"""What a source supports: every public fact with evidence from it, and their number.

The evidence of one fact is read with the fact, in `rows`.
"""

from sqlalchemy import Select, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from app.domain.errors import GoneError, NotFoundError
from app.domain.schemas import Paragraphs
from app.domain.vocabulary import EditorialState, Precision
from app.store.models import Deadline, Evidence, Measure, Observation, Plan, Region, Source, Target
from app.store.queries.bytewise import Bytewise
from app.store.queries.filters import Condition
from app.store.queries.paging import AnyRow, AnySelect
from app.store.queries.rows import PLAN, REGION, plan_of, region_of
from app.store.views.summaries import SupportedFact

_FACTS = (Evidence.plan_id, Evidence.deadline_id, Evidence.observation_id, Evidence.measure_id)


def facts_of_source(session: Session, slug: str) -> list[SupportedFact]:
    """List the public facts that a source supports, in the order of its paragraphs.

    Raises NotFoundError unknown_source, or GoneError if the source was retired.
    """
    source = session.execute(select(Source.id, Source.retired_on).where(Source.slug == slug)).one_or_none()
    if source is None:
        raise NotFoundError("unknown_source", given=slug)
    if source.retired_on is not None:
        raise GoneError("retired", given=slug, retired_on=source.retired_on.isoformat())
    key = func.coalesce(Deadline.public_id, Observation.slug, Measure.public_id, Plan.slug)
    columns = select(
        Evidence.paragraph_first,
        Evidence.paragraph_last,
        Evidence.phrase,
        Evidence.outcome,
        Evidence.checked_on,
        Evidence.deadline_id,
        Evidence.observation_id,
        Evidence.measure_id,
        key.label("key"),
        func.coalesce(Target.public_id, Observation.slug, Measure.public_id, Plan.slug).label("page"),
        func.coalesce(
            Target.statement_zh, Observation.statement_zh, Measure.statement_zh, Plan.title_zh
        ).label("statement_zh"),
        # An English statement that is missing must not become the title of the plan.
        case(
            (Evidence.plan_id.is_not(None), Plan.title_en),
            else_=func.coalesce(Target.statement_en, Observation.statement_en, Measure.statement_en),
        ).label("statement_en"),
        func.coalesce(Deadline.value_as_stated, Observation.value_as_stated, Measure.value_as_stated).label(
            "value_as_stated"
        ),
        Deadline.due_on,
        Deadline.due_precision,
        Observation.to_on,
        Observation.precision,
        *PLAN,
        *REGION,
    )
    place = func.coalesce(Target.region_id, Observation.region_id, Measure.region_id, Plan.region_id)
    rows = session.execute(
        _owners(columns)
        .join(Region, Region.id == place)
        .where(Evidence.source_id == source.id, _public())
        .order_by(Evidence.paragraph_first, Evidence.paragraph_last, Bytewise(key), Evidence.position)
    )
    return [_fact(row) for row in rows]


def evidence_count() -> SQLColumnExpression[int]:
    """Count the public facts that a source supports, beside each row of a statement that selects Source."""
    facts = sum((func.count(fact.distinct()) for fact in _FACTS[1:]), func.count(_FACTS[0].distinct()))
    counted = _owners(select(facts)).where(Evidence.source_id == Source.id, _public())
    return counted.correlate(Source).scalar_subquery()


def _owners(statement: Select[tuple[object, ...]] | AnySelect) -> AnySelect:
    """Join the evidence to the fact it supports, and that to its plan."""
    return (
        statement.select_from(Evidence)
        .outerjoin(Deadline, Deadline.id == Evidence.deadline_id)
        .outerjoin(Target, Target.id == Deadline.target_id)
        .outerjoin(Measure, Measure.id == Evidence.measure_id)
        .outerjoin(Observation, Observation.id == Evidence.observation_id)
        .outerjoin(Plan, Plan.id == func.coalesce(Evidence.plan_id, Target.plan_id, Measure.plan_id))
    )


def _public() -> Condition:
    """Hold the facts to those that readers see (R7)."""
    return or_(
        (Plan.editorial_state == EditorialState.PUBLISHED)
        & Deadline.retired_on.is_(None)
        & Target.retired_on.is_(None)
        & Measure.retired_on.is_(None),
        Observation.editorial_state == EditorialState.PUBLISHED,
    )


def _fact(row: AnyRow) -> SupportedFact:
    observed = row.observation_id is not None
    dated = row.deadline_id is not None
    fact = "observation" if observed else "deadline" if dated else "measure" if row.measure_id else "plan"
    precision = row.precision if observed else row.due_precision if dated else None
    return SupportedFact(
        paragraph=str(Paragraphs((row.paragraph_first, row.paragraph_last))),
        phrase=row.phrase,
        check=row.outcome,
        checked_on=row.checked_on,
        fact=fact,
        key=row.key,
        page=row.page,
        plan=None if observed else plan_of(row),
        region=region_of(row),
        statement_zh=row.statement_zh,
        statement_en=row.statement_en,
        value_as_stated=row.value_as_stated,
        on=row.to_on if observed else row.due_on,
        precision=precision or Precision.NONE,
    )
