"""The application: the API, the pages and what stands around them, put together.

How it is served is decided in `serve`, what may be set in `settings`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from app.settings import Settings
from app.store.accounts import Passwords
from app.store.engines import POOL_SIZE
from app.store.session import Database
from app.web import admin, api, pages
from app.web.api.documentation import Application
from app.web.guard import QueryGuard
from app.web.handlers import add_handlers
from app.web.middleware import WebMiddleware
from app.web.origin import OriginGuard


def create_app(settings: Settings, passwords: Passwords | None = None) -> FastAPI:
    """Put the application together; the database is connected to by the first request.

    `passwords` are hashed at the usual costs unless others are given.

    Raises DomainError bad_setting for a database URL that is none.
    """
    app = Application(
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(settings.database_url)
    app.state.passwords = passwords or Passwords()
    app.state.readers = CapacityLimiter(POOL_SIZE)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(admin.router)
    add_handlers(app)
    # Around Starlette's own outermost layer too, which answers what nobody foresaw.
    guarded = QueryGuard(OriginGuard(app.build_middleware_stack(), settings.public_url))
    app.middleware_stack = WebMiddleware(guarded, app.state.database)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # More threads than connections would wait for each other.
    current_default_thread_limiter().total_tokens = POOL_SIZE
    yield
    app.state.database.close()
