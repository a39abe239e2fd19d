"""Turns for large files: how many are written at once, who waits and for how long, and that nobody else does.

How a single file is sent is tested in `test_streams`.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import insert
from starlette.routing import Route

from app.store.models import Region
from app.store.session import Database
from app.web.api.tables import MANY
from tests.clients import application
from tests.raw_server import Server, answering, check_refusal

CONNECTIONS = 2
LARGE = "/api/v1/regions.{}"
SMALL = "/api/v1/regions.csv?parent=none"


@pytest.fixture
def counties(db: Database) -> Database:
    """Fill a database with more regions than a small file has."""
    codes = [str(200000 + number) for number in range(MANY + 1)]
    names = {"name_zh": "县" * 500, "name_en": "County", "short_zh": "县", "aliases": []}
    at = datetime.now(UTC)
    with db.write() as session:
        rows = [{"code": code, "slug": code, "level": "county", "updated_at": at, **names} for code in codes]
        session.execute(insert(Region), rows)
    return db


@contextmanager
def serving(db: Database, *, turns: int, seconds: float = 20) -> Iterator[tuple[FastAPI, Server]]:
    """Serve with so many turns; asked for `/turns?number=`, the server changes how many there are."""
    app = application(db)
    app.state.large_seconds = seconds
    app.state.large_turns.total_tokens = turns

    async def change(request: Request) -> Response:
        app.state.large_turns.total_tokens = int(request.query_params["number"])
        return Response("")

    app.router.routes.insert(0, Route("/turns", change))
    with answering(app) as server:
        yield app, server


def waiting(app: FastAPI) -> int:
    """Count the requests that wait for a turn."""
    return int(app.state.large_turns.statistics().tasks_waiting)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_who_waits_for_a_turn_keeps_nobody_else_waiting(counties: Database, form: str) -> None:
    """More large files than there are connections wait; small ones are answered, and then each large one whole."""
    number = CONNECTIONS + 1
    with serving(counties, turns=0) as (app, server), ThreadPoolExecutor(number) as pool:
        app.state.readers.total_tokens = CONNECTIONS
        # Under names of their own: of equal requests the others wait for the first.
        asked = [
            pool.submit(server.ask, LARGE.format(form), host=f"h{one}.localhost") for one in range(number)
        ]
        while waiting(app) < number and not any(one.done() for one in asked):
            time.sleep(0.01)
        assert server.ask("/api/v1/regions?limit=1").status == 200
        assert server.ask("/api/v1/topics.csv").status == 200
        server.ask("/turns?number=1")
        answers = [one.result() for one in asked]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        assert app.state.large_turns.statistics().borrowed_tokens == 0
        assert server.errors == []


def test_who_waits_too_long_is_told_when_to_come_again(counties: Database) -> None:
    """With 503 in the reader's language, not as an error of ours; what is small goes on."""
    with serving(counties, turns=0, seconds=0.1) as (app, server):
        answer = server.ask(LARGE.format("ndjson"), accept_language="zh")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        check_refusal(answer, "zh", "files_busy", api=True)
        check_refusal(server.ask(LARGE.format("csv")), "en", "files_busy", api=True)
        assert server.ask("/api/v1/topics.csv").status == 200
        assert waiting(app) == 0
        assert server.errors == []


def test_a_turn_comes_back_whatever_the_answer_was(counties: Database) -> None:
    """One turn serves one request after the other: whole, unchanged, the head alone, or past what a file may hold."""
    with serving(counties, turns=1, seconds=0.1) as (app, server):
        whole = server.ask(LARGE.format("csv"))
        for method, headers in (("HEAD", {}), ("GET", {"if_none_match": whole.headers["etag"]}), ("GET", {})):
            assert server.ask(LARGE.format("csv"), method, **headers).status in {200, 304}
        assert server.ask(LARGE.format("parquet")).status == 200
        assert app.state.large_turns.statistics().borrowed_tokens == 0
