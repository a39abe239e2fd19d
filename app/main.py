"""The application: the API, the pages and what stands around them, put together.

How it is served is decided in `serve`, what may be set in `settings`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from app.settings import Settings
from app.store.engines import POOL_SIZE
from app.store.past import Past
from app.store.session import Database
from app.web import api, pages
from app.web.api.documentation import Application
from app.web.dependencies import PAST_READERS
from app.web.guard import QueryGuard
from app.web.handlers import add_handlers
from app.web.middleware import WebMiddleware


def create_app(settings: Settings, past_folder: Path | None = None) -> FastAPI:
    """Put the application together; the database is connected to by the first request.

    Past days are laid in `past_folder`, which several processes may share, else in a folder of its own. Raises DomainError bad_setting for a database URL that is none.
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
    app.state.readers = CapacityLimiter(POOL_SIZE)
    app.state.past = Past(app.state.database, past_folder)
    app.state.past_readers = CapacityLimiter(PAST_READERS)
    app.include_router(api.router)
    app.include_router(pages.router)
    add_handlers(app)
    # Around Starlette's own outermost layer too, which answers what nobody foresaw.
    guarded = QueryGuard(app.build_middleware_stack())
    app.middleware_stack = WebMiddleware(guarded, app.state.database)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # More threads than connections would wait for each other.
    current_default_thread_limiter().total_tokens = POOL_SIZE
    yield
    app.state.past.close()
    app.state.database.close()
