"""What was read of the data as they stand, kept until they change: small things that nearly every answer needs.

How figures are held is in `held`, which texts match a query in `matched`.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from sqlalchemy.orm import Session

T = TypeVar("T")


def known(session: Session, name: str, read: Callable[[Session], T]) -> T:
    """Give what was read under this name in the session's revision, or read it; nobody may change it.

    A write session reads for itself: it may see what nobody else does.
    """
    revision = session.info.get("revision")
    if revision is None:
        return read(session)
    kept = session.info["kept"].get(name)
    if kept is None or kept[0] != revision:
        kept = session.info["kept"][name] = (revision, read(session))
    return cast("T", kept[1])
