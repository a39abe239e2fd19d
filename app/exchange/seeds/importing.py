"""Uploads into the database, by the way that every editor's save goes: all or nothing.

What an upload holds is read in `uploads`; the committed facts go another way, in `loading`.
"""

from sqlalchemy.orm import Session

from app.exchange.seeds.layout import Seeds
from app.exchange.seeds.loading import follows
from app.exchange.seeds.uploads import refuse_mistakes
from app.store.service import Change, Written, save_all


def import_upload(session: Session, seeds: Seeds, by: Change) -> list[Written]:
    """Save all that an upload holds, in the order of writing; see `save_all` for what waits and what is refused.

    Raise DomainError with all mistakes, of form and of the rules, by their lines; the caller rolls back.
    """
    entities = {kind: [one.entity for one in located] for kind, located in seeds.entities.items()}
    written, refused = save_all(session, entities, by)
    found = [
        seeds.entities[one.kind][one.number].mistake(one.problem)
        for one in refused
        if not follows(seeds, one.problem)
    ]
    refuse_mistakes([*seeds.mistakes, *found])
    return written
