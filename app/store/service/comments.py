"""What those who may edit say to one another about an entity on its way to publication.

The entity itself is not touched, and nothing of this is public.
"""

from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.store.models import Comment
from app.store.revisions import Change
from app.store.service.desk import get_current

LONGEST = 2000


def comment(session: Session, kind: str, key: str, by: Change, said: str) -> None:
    """Add a comment to the version that stands now.

    Raise NotFoundError `unknown_<kind>`; DomainError `missing` or `too_long` at the field `said`.
    """
    said = said.strip()
    if not said:
        raise DomainError("missing", "said")
    if len(said) > LONGEST:
        raise DomainError("too_long", "said", max_length=str(LONGEST))
    version = get_current(session, kind, key).version
    session.add(Comment(entity=kind, entity_key=key, version=version, author=by.author, at=by.at, said=said))
    session.flush()
