"""The application as tests ask it: the real one, over a test's database, without a server.

Tests that need a real server start one with `serving`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher

from app.main import create_app
from app.settings import Settings
from app.store.accounts import Passwords
from app.store.session import Database

# A millisecond each instead of a fifth of a second.
CHEAP = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


def url_of(db: Database) -> str:
    """Give the address of a test's database."""
    if db.path is not None:
        return f"sqlite:///{db.path}"
    return db.engine.url.render_as_string(hide_password=False)


@lru_cache(maxsize=1)
def whole() -> FastAPI:
    """Put the application together once a worker, with its document, for its routes' sake: it has no database."""
    app = create_app(Settings(database_url="sqlite:///not-asked.sqlite3"))
    app.openapi()
    return app


def application(db: Database, **settings: Any) -> FastAPI:
    """Put the application together over a database, with the routes that `whole` has.

    FastAPI prepares the routes of each application anew, by its first request (0.1 s), and the document by the
    first request to the API (0.5 s).
    """
    app = create_app(Settings(**{"database_url": url_of(db), **settings}), CHEAP)
    app.router.routes[:] = whole().router.routes
    app.openapi_schema = whole().openapi_schema
    return app


@contextmanager
def asking(db: Database, **settings: Any) -> Iterator[TestClient]:
    """Start the application on a database, and ask it in English unless the test says otherwise."""
    app = application(db, **settings)
    with TestClient(app, raise_server_exceptions=False, headers={"Accept-Language": "en"}) as client:
        yield client


def database_of(client: TestClient) -> Database:
    """Give the database that the application reads."""
    assert isinstance(client.app, FastAPI)
    database: Database = client.app.state.database
    return database
