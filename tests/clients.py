"""The application as tests ask it: the real one, over a test's database, without a server.

Tests that need a real server start one with `serving`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.store.session import Database


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


def application(db: Database) -> FastAPI:
    """Put the application together over a database, with the routes that `whole` has.

    FastAPI prepares the routes of each application anew, by its first request (0.1 s), and the document by the
    first request to the API (0.5 s), which was the half of all that the tests took.
    """
    app = create_app(Settings(database_url=url_of(db)))
    app.router.routes[:] = whole().router.routes
    app.openapi_schema = whole().openapi_schema
    return app


@contextmanager
def asking(db: Database) -> Iterator[TestClient]:
    """Start the application on a database, and ask it in English unless the test says otherwise."""
    app = application(db)
    with TestClient(app, raise_server_exceptions=False, headers={"Accept-Language": "en"}) as client:
        yield client


def database_of(client: TestClient) -> Database:
    """Give the database that the application reads."""
    assert isinstance(client.app, FastAPI)
    database: Database = client.app.state.database
    return database
