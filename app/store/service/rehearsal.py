"""A plan as it would stand if it were published, in a session that is never committed: what a preview is read from.

Nothing that is written here stays; how a plan is really published is in `editorial`.
"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.schemas import PlanIn
from app.domain.vocabulary import EditorialState
from app.store.models import Plan
from app.store.revisions import Change
from app.store.service.desk import in_state
from app.store.service.kinds import WRITERS
from app.store.service.write import apply_one, get_stored


def rehearse(session: Session, plan: PlanIn, by: Change) -> None:
    """Write a plan so that the queries of this session find it as a public one, whether or not it is proved (R5).

    The session must be rolled back. Raise DomainError with every other rule that is broken.
    """
    writer = WRITERS["plan"]
    draft = in_state(writer, plan, EditorialState.DRAFT)
    apply_one(session, writer, get_stored(session, writer, plan.slug), draft, by)
    table = Plan.__table__
    session.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.slug == plan.slug)
        .values(editorial_state=EditorialState.PUBLISHED, retired_on=None)
    )
    session.expire_all()
