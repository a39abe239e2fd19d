"""From the person who asks to the `Change` that the service wants: the one place where doors put it together.

Who is asking is found out in `people`; what may be done with a change is the service's to say.
"""

from datetime import datetime

from app.domain.vocabulary import Role
from app.settings import Settings
from app.store.revisions import Change
from app.web.people import Person


def change_of(me: Person, settings: Settings, reason: str | None, at: datetime) -> Change:
    """Say who writes, through which door, why, and whether what he writes may be published by him."""
    return Change(
        me.door,
        me.name,
        reason or None,
        at,
        publishes=me.may(Role.REVIEWER),
        four_eyes=settings.four_eyes,
    )
