"""The application: the API, the pages and what stands around them, put together.

How it is served is decided in `serve`, what may be set in `settings`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anyio import CapacityLimiter, to_thread
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from app.domain.errors import DomainError
from app.exchange.package.files import WholeFiles
from app.settings import Settings
from app.store.accounts import Passwords
from app.store.embargoes import release
from app.store.engines import POOL_SIZE
from app.store.past import Past
from app.store.segments import merge_segments
from app.store.session import Database
from app.web import admin, api, pages, turns
from app.web.api.documentation import Application
from app.web.api.routes import operation_id
from app.web.dependencies import PAST_READERS
from app.web.guard import QueryGuard
from app.web.handlers import add_handlers
from app.web.mcp import http as mcp
from app.web.methods import Methods
from app.web.middleware import WebMiddleware
from app.web.origin import OriginGuard

PASSWORDS_AT_ONCE: Final = 2
"""Each that is hashed takes 64 MiB and a processor for a while."""
EMBARGO_SECONDS: Final = 5
"""How late an embargo may run out at most, and how long what was saved lies in SQLite's log."""

logger = logging.getLogger("mubiao")


def create_app(
    settings: Settings,
    passwords: Passwords | None = None,
    *,
    embargo_seconds: float = EMBARGO_SECONDS,
    past_folder: Path | None = None,
) -> FastAPI:
    """Put the application together; the database is connected to by the first request.

    `passwords` are hashed at the usual costs unless others are given; `embargo_seconds` is how often it looks for
    embargoes that have run out. Past days are laid in `past_folder`, which several processes may share, else in a
    folder of its own.
    Raises DomainError bad_setting for a database URL that is none.
    """
    app = Application(
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=operation_id,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(settings.database_url)
    app.state.embargo_seconds = embargo_seconds
    app.state.passwords = passwords or Passwords()
    app.state.password_turns = CapacityLimiter(PASSWORDS_AT_ONCE)
    app.state.readers = CapacityLimiter(POOL_SIZE)
    app.state.past = Past(app.state.database, past_folder)
    app.state.past_readers = CapacityLimiter(PAST_READERS)
    app.state.whole = WholeFiles()
    app.state.whole_turn = CapacityLimiter(1)
    app.state.large_turns = CapacityLimiter(turns.AT_ONCE)
    app.state.large_seconds = turns.WAIT_SECONDS
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(admin.router)
    app.router.routes.extend([mcp.ROUTE, *api.WRITING])
    add_handlers(app)
    app.state.methods = Methods(app.routes)
    # Around Starlette's own outermost layer too, which answers what nobody foresaw.
    guarded = QueryGuard(OriginGuard(app.build_middleware_stack(), settings.public_url))
    app.middleware_stack = WebMiddleware(guarded, app.state.database, methods=app.state.methods)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # More threads than connections would wait for each other.
    current_default_thread_limiter().total_tokens = POOL_SIZE
    ended = asyncio.Event()
    watching = asyncio.create_task(_look_after(app.state.database, app.state.embargo_seconds, ended))
    yield
    # Cancelled, the task would leave its thread behind, with a connection of a database that is closed.
    ended.set()
    await watching
    app.state.past.close()
    app.state.whole.close()
    app.state.database.close()


async def _look_after(database: Database, seconds: float, ended: asyncio.Event) -> None:
    """Do every few seconds, until the end, what nobody asks for; a database that is away for a while is asked again."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)
        if ended.is_set():
            return
        await to_thread.run_sync(_keep_embargoes, database)
        await to_thread.run_sync(_tidy_up, database)


def _keep_embargoes(database: Database) -> None:
    """Publish what is due."""
    try:
        for written in release(database, datetime.now(UTC)):
            logger.info("embargo over: %s %s", written.entity, written.key)
    except DomainError as error:
        logger.warning("embargoes are not looked at: %s", error.code)


def _tidy_up(database: Database) -> None:
    """Do for SQLite what some save would have to do otherwise: merge its text index, carry its log into the file."""
    # While another process holds the write lock only the first cannot be done.
    for tidy in (merge_segments, Database.carry_log):
        with suppress(DomainError):
            tidy(database)
