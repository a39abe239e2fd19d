"""Writes that name themselves: done once, and answered alike however often they are sent.

What is written is tested in `test_writing`.
"""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.domain.vocabulary import Role
from app.store.models import GivenAnswer, Organization
from app.store.session import Database
from tests.clients import asking
from tests.people import bearer, make_person

PATH = "/api/v1/organizations"
NAMED = {"Idempotency-Key": "first"}


def body(slug: str = "body", **fields: Any) -> dict[str, Any]:
    """Give an organization as it is sent."""
    return {"slug": slug, "name_zh": "机构", "name_en": "Body", **fields}


def count(db: Database) -> int:
    """Count what was made."""
    with db.read() as session:
        return len(session.scalars(select(Organization.slug)).all())


def test_a_write_sent_again_is_done_once(db: Database) -> None:
    """The first answer comes again, byte for byte, from another process too, until a day is over."""
    person = make_person(db, Role.EDITOR)
    headers = bearer(db, person=person) | NAMED
    with asking(db) as client:
        first = client.post(PATH, json=body(), headers=headers)
        assert first.status_code == 201
        client.put(f"{PATH}/body", json=body(name_en="Later"), headers=headers | {"If-Match": '"1"'})
        again = client.post(PATH, json=body(), headers=headers)
    with asking(db) as other:
        third = other.post(PATH, json=body(), headers=bearer(db, person=person) | NAMED)
        for answer in (again, third):
            assert (answer.status_code, answer.content) == (201, first.content)
            said = {name: answer.headers[name] for name in ("location", "etag", "content-type")}
            assert said == {"location": f"{PATH}/body", "etag": '"1"', "content-type": "application/json"}
        reused = other.post(PATH, json=body("other"), headers=headers)
        assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
        assert other.post(PATH, json=body("theirs"), headers=bearer(db) | NAMED).status_code == 201
        with db.write() as session:
            session.execute(update(GivenAnswer).values(at=datetime.now(UTC) - timedelta(hours=24, seconds=1)))
        assert other.post(PATH, json=body("other"), headers=headers).status_code == 201
        with db.read() as session:
            assert len(session.scalars(select(GivenAnswer)).all()) == 1
    assert count(db) == 3


def test_what_was_refused_may_be_mended_under_its_key(db: Database) -> None:
    """Nothing is kept of a request that was refused, since nothing was done; a strange key is refused itself."""
    headers = bearer(db) | NAMED
    with asking(db) as client:
        assert client.post(PATH, json=body(name_zh=""), headers=headers).status_code == 422
        assert client.post(PATH, json=body(region="999999"), headers=headers).status_code == 422
        assert client.post(PATH, json=body(), headers=headers).status_code == 201
        for key in ("", "a b", "x" * 256):
            answer = client.post(PATH, json=body("xx"), headers=headers | {"Idempotency-Key": key})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key"), key
        dry = client.post(
            "/api/v1/import?dry_run=true", json={}, headers=headers | {"Idempotency-Key": "dry"}
        )
        wet = client.post(
            "/api/v1/import",
            json={"organizations": [body("up")]},
            headers=headers | {"Idempotency-Key": "dry"},
        )
        assert (dry.json()["dry_run"], wet.json()["created"]) == (True, 1)
        again = client.post(
            "/api/v1/import",
            json={"organizations": [body("up")]},
            headers=headers | {"Idempotency-Key": "dry"},
        )
        assert again.content == wet.content
    assert count(db) == 2


def test_the_same_write_sent_several_times_at_once(db: Database) -> None:
    """Of eight that come together, in two processes' places, one is done and all are answered by it."""
    headers = bearer(db) | NAMED
    answers: Counter[tuple[int, bytes]] = Counter()
    with asking(db) as one, asking(db) as other:
        start = threading.Barrier(8)

        def send(number: int) -> None:
            start.wait()
            answer = (one, other)[number % 2].post(PATH, json=body(), headers=headers)
            answers[answer.status_code, answer.content] += 1

        threads = [threading.Thread(target=send, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert list(answers.values()) == [8], answers
    assert next(iter(answers))[0] == 201
    assert count(db) == 1
