"""A change made from a version that is no longer the latest: both versions, for whoever must bring them together.

That a version is stale is found out by the service.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import ConflictError, DomainError
from app.exchange.seeds import contrasts
from app.store.models import Revision
from app.store.revisions import Seed
from app.store.service import get_current
from app.web.problems import ContrastView, StaleView, StandingView


class StaleError(DomainError):
    """A change made from another version than the latest; `stale` in the detail holds both."""

    status = 412


@contextmanager
def both_versions(session: Session, kind: str, key: str, seen: int, sent: Seed | None) -> Iterator[None]:
    """Let a change be made; raise StaleError stale_version if it was made from another version than the latest."""
    try:
        yield
    except ConflictError as error:
        if error.code != "stale_version":
            raise
        raise _stale(session, kind, key, seen, sent) from error


def _stale(session: Session, kind: str, key: str, seen: int, sent: Seed | None) -> StaleError:
    current = get_current(session, kind, key)
    of_version = (Revision.entity == kind, Revision.entity_key == key, Revision.version == seen)
    base: Seed | None = session.scalar(select(Revision.seed).where(*of_version))
    differ = contrasts(base, sent, current.seed) if sent is not None else []
    stale = StaleView(
        seen=seen,
        base=base,
        stands=StandingView(version=current.version, author=current.author, at=current.at, seed=current.seed),
        sent=sent,
        fields=[
            ContrastView(field=one.field, base=one.base, sent=one.mine, stands=one.theirs) for one in differ
        ],
    )
    detail: dict[str, Any] = {"version": current.version, "stale": stale}
    return StaleError("stale_version", "If-Match", **detail)
