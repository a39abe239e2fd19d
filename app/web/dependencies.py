"""What routes ask for: a read or a write session, the day, the instant. Who is asking is in `people`.

What a route does with them is its own business.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
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
        if "entity_version" in session.info:
            request.state.entity_version = session.info["entity_version"]


async def write_session(request: Request) -> AsyncIterator[Session]:
    """Lend a write session to a route: one transaction, committed before the answer is sent.

    What the route raises rolls it back; one that answers a refusal with a page of its own calls
    `session.rollback()` first. A route has a read session or a write session, not both. Raises UnavailableError.
    """
    state = request.app.state
    async with state.readers, contextmanager_in_threadpool(state.database.write()) as session:
        yield session


async def now() -> datetime:
    """Give the instant, in UTC."""
    return datetime.now(UTC)


async def today() -> date:
    """Give the day in Shanghai."""
    return shanghai_today()


# Of the function's scope: the connection is given back before the answer is sent to a slow reader.
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
