"""What routes ask for: a read session and the day. How a write session is lent will stand here too.

What a route does with them is its own business.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy.orm import Session

from app.domain.dates import shanghai_today


async def read_session(request: Request) -> AsyncIterator[Session]:
    """Lend a read session, one snapshot, to a route; raises UnavailableError.

    As many requests are let in as there are connections: a thread that waited for a connection would keep
    those from finishing that have one.
    """
    state = request.app.state
    async with state.readers, contextmanager_in_threadpool(state.database.read()) as session:
        # The middleware keeps the answer for as long as this revision is the newest.
        request.state.revision = session.info["revision"]
        yield session


async def today() -> date:
    """Give the day in Shanghai."""
    return shanghai_today()


# Of the function's scope: the connection is given back before the answer is sent to a slow reader.
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
Today = Annotated[date, Depends(today)]
