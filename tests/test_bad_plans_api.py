"""The list of bad plans through the API's two doors: a plan by itself, and an upload.

The other doors are tested in `test_bad_plans`.
"""

from app.store.service import read_all
from app.store.session import Database
from tests.bad_plans import BAD, GOOD, plan_of, vocabulary
from tests.clients import asking
from tests.people import bearer


def test_every_bad_plan_is_refused_alike_by_the_api(db: Database) -> None:
    """Each plan of the list gets its codes at its fields, with a line; nothing is written; a good one gets through."""
    with db.write() as session:
        vocabulary(session)
    wrong = {}
    with asking(db) as client:
        headers = bearer(db)
        for name in BAD:
            data, expected = plan_of(name)
            for path in ("/api/v1/plans", "/api/v1/import?dry_run=true"):
                answer = client.post(path, json=data, headers=headers)
                errors = answer.json().get("errors", ())
                said = {(error["field"], error["code"]) for error in errors}
                if said != expected or not all(error["line"] == 1 for error in errors if error["field"]):
                    wrong[f"{name}, {path}"] = (sorted(said), sorted(expected))
        assert wrong == {}
        with db.read() as session:
            assert read_all(session, "plan") == []
        assert client.post("/api/v1/import?dry_run=true", json=GOOD, headers=headers).json()["created"] == 1
        assert client.post("/api/v1/plans", json=GOOD, headers=headers).status_code == 201
