"""What routes ask for: a read or a write session, the day, now or a past one, the instant. Who asks is in `people`.

What a route does with them is its own business.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy.orm import Session

from app.domain.dates import read_day, shanghai_today
from app.domain.errors import DomainError
from app.domain.validation import shortened
from app.web import as_of
from app.web.headers import is_admin, is_api

PAST_READERS: Final = 4
"""How many requests for past days are let in at a time: those who wait for one to be laid keep nobody else waiting."""


async def past_day(request: Request) -> date | None:
    """Read which past day is asked for with `as_of`; None is the data as they are now, as today is.

    Raises DomainError bad_form, as_of_in_future.
    """
    given = request.query_params.get(as_of.NAME)
    path = request.url.path
    if given is None or is_admin(path) or not (given.strip() or is_api(path)):
        return None
    return read_past_day(given)


def read_past_day(given: str) -> date | None:
    """Read a day that may be past; None is today. Raises DomainError bad_form, as_of_in_future."""
    day, now = read_day(given), shanghai_today()
    if day is None:
        raise DomainError("bad_form", as_of.NAME, given=shortened(given), case="day")
    if day > now:
        raise DomainError("as_of_in_future", as_of.NAME, given=day.isoformat(), today=now.isoformat())
    return None if day == now else day


PastDay = Annotated[date | None, Depends(past_day)]


async def read_session(request: Request, day: PastDay) -> AsyncIterator[Session]:
    """Lend a read session, one snapshot, to a route; raises UnavailableError, and for past days what `Past` raises.

    As many requests are let in as there are connections: a thread that waited for a connection would keep
    those from finishing that have one.
    """
    state = request.app.state
    async with AsyncExitStack() as stack:
        if day is None:
            await stack.enter_async_context(state.readers)
            lent = state.database.read()
        else:
            await stack.enter_async_context(state.past_readers)
            await stack.enter_async_context(state.readers)
            lent = state.past.read(day, searched=bool(request.query_params.get("q")))
        session = await stack.enter_async_context(contextmanager_in_threadpool(lent))
        if day is not None:
            # From here on every link of ours leads to the same day.
            as_of.keep(day)
        # The middleware keeps the answer for as long as this revision is the newest.
        request.state.revision = session.info.get("read_at", session.info["revision"])
        # An answer that goes on reading while it is sent takes this over, and closes it then.
        request.state.lent = stack
        yield session
        if day is None and "entity_version" in session.info:
            # Of the data as they are: nothing goes on from a past day's.
            request.state.entity_version = session.info["entity_version"]


async def present_session(request: Request) -> AsyncIterator[Session]:
    """Lend a read session of the data as they are: editors have no business in the past; raises UnavailableError."""
    state = request.app.state
    async with state.readers, contextmanager_in_threadpool(state.database.read()) as session:
        request.state.revision = session.info["revision"]
        yield session
        request.state.entity_version = session.info.get("entity_version", 0)


async def write_session(request: Request) -> AsyncIterator[Session]:
    """Lend a write session to a route: one transaction, committed before the answer is sent.

    What the route raises rolls it back; one that answers a refusal with a page of its own calls
    `session.rollback()` first. A route has a read session or a write session, not both. Raises UnavailableError.
    """
    state = request.app.state
    async with state.readers, contextmanager_in_threadpool(state.database.write()) as session:
        yield session


async def password_turn(request: Request) -> AsyncIterator[None]:
    """Wait until a password may be hashed, with no thread: a flood of attempts leaves the threads to readers."""
    async with request.app.state.password_turns:
        yield


async def whole_turn(request: Request) -> AsyncIterator[None]:
    """Wait until the files of the whole dataset may be made or opened: whoever waits holds no thread, no connection."""
    async with request.app.state.whole_turn:
        yield


async def now() -> datetime:
    """Give the instant, in UTC."""
    return datetime.now(UTC)


async def today(day: PastDay) -> date:
    """Give the day in Shanghai, or the past one that is asked for."""
    return day or shanghai_today()


# Of the function's scope: the connection is given back before the answer is sent to a slow reader.
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
PresentSession = Annotated[Session, Depends(present_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
PasswordTurn = Annotated[None, Depends(password_turn, scope="function")]
WholeTurn = Annotated[None, Depends(whole_turn, scope="function")]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
