"""Many who write at once, and servers that die while they do: nothing is lost, nothing is half there.

What a single request does is tested in `test_writing`.
"""

import json
import random
import threading
from http.client import HTTPConnection
from typing import Any

from sqlalchemy import select

from app.store.models import Revision
from app.store.service import read_back
from app.store.session import Database
from tests import builders as make
from tests.killing import kill_among_saves, plan
from tests.people import bearer
from tests.raw_server import serving

ROUNDS, WRITERS = 8, 4


def test_of_parallel_saves_of_one_version_one_wins(db: Database) -> None:
    """Each round one of four is saved; the others are shown it beside their own, and save theirs in a later round."""
    with db.write() as session:
        make.make_plan(session, "zj-plan", targets=[make.target()])
    headers = bearer(db) | {"Content-Type": "application/json"}
    start = threading.Barrier(WRITERS)
    answers: list[list[tuple[int, int, Any]]] = [[] for _ in range(ROUNDS)]
    with serving(db) as server:

        def work(writer: int) -> None:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
            for seen, answered in enumerate(answers):
                number = 100 * seen + writer
                start.wait()
                method, path = ("PUT", "/api/v1/plans/zj-many") if seen else ("POST", "/api/v1/plans")
                given = headers | ({"If-Match": f'"{seen}"'} if seen else {})
                connection.request(method, path, json.dumps(plan("zj-many", number)), given)
                answer = connection.getresponse()
                answered.append((answer.status, number, json.loads(answer.read())))
            connection.close()

        threads = [threading.Thread(target=work, args=[writer]) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.errors == []
    won = []
    for number, answered in enumerate(answers):
        ((_, _, mine),) = [each for each in answered if each[0] in {200, 201}]
        won.append(mine["seed"])
        refused = [each for each in answered if each[2] is not mine]
        assert {status for status, _, _ in refused} == {412 if number else 409}
        for _, sent, said in refused if number else []:
            stale = said["stale"]
            assert (stale["base"], stale["stands"]["seed"]) == (won[number - 1], won[number])
            assert stale["sent"]["title_en"] == f"Number {sent}"
    with db.read() as session:
        log = session.scalars(
            select(Revision.seed).where(Revision.entity_key == "zj-many").order_by(Revision.version)
        ).all()
        assert log == won
        assert read_back(session, "plan", "zj-many") == won[-1]


def test_a_server_that_is_killed_among_saves_loses_none(db: Database) -> None:
    """Forty kills among two hundred saves by four clients."""
    kill_among_saves(db, 40, 200, random.Random(db.dialect))  # noqa: S311 - for moments, not for secrets
