"""Following a collection by `updated_since`: what changed comes, what was retired does not and is told by the changes.

The forms of the parameter are tested in `test_api_sentences`.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.store import service
from app.store.revisions import Change
from app.store.session import Database
from tests import builders as make
from tests.builders import AT, measure, target
from tests.clients import asking

SINCE = AT + timedelta(hours=1)
LATER = Change("api", "li", None, SINCE)
# The collection, what is in it, and what the log calls that.
WRITTEN = {
    "regions": ("330000", "region"),
    "topics": ("ai", "topic"),
    "metrics": ("revenue", "metric"),
    "organizations": ("miit", "organization"),
    "sources": ("gazette", "source"),
    "plans": ("zj-plan", "plan"),
    "targets": ("zj-plan.revenue", None),
    "deadlines": ("zj-plan.revenue@2027-12-31", None),
    "measures": ("zj-plan.fund", None),
    "observations": ("zj-revenue-2024", "observation"),
}
KEYS = ("code", "public_id", "id", "slug")


def write(session: Session, by: Change, words: str) -> None:
    """Write one of everything, with a word or figure that differs."""
    make.make_region(session, name_en=words, by=by)
    make.make_topic(session, name_en=words, by=by)
    make.make_metric(session, name_en=words, by=by)
    make.make_organization(session, name_en=words, by=by)
    make.make_source(session, title_en=words, by=by)
    made = target(statement_en=words, words=f"突破{len(words)}亿元")
    make.make_plan(session, targets=[made], measures=[measure(statement_en=words)], issuers=["miit"], by=by)
    make.make_observation(session, statement_en=words, by=by)


def test_updated_since_gives_what_changed_in_every_collection(db: Database) -> None:
    """Of each collection what was written since, and nothing that only stood by; what is retired is in the changes."""
    found: dict[str, dict[str, list[str]]] = {}
    with asking(db) as client:

        def read(when: str) -> None:
            for name in WRITTEN:
                items = client.get(f"/api/v1/{name}", params={"updated_since": SINCE.isoformat()}).json()[
                    "items"
                ]
                key = next(key for key in KEYS if key in items[0]) if items else ""
                found.setdefault(when, {})[name] = [item[key] for item in items]

        with db.write() as session:
            write(session, make.BY, "old")
            make.make_region(session, "320000")
        read("before")
        with db.write() as session:
            write(session, LATER, "newer")
        read("changed")
        with db.write() as session:
            for kind, key in (("plan", "zj-plan"), ("observation", "zj-revenue-2024")):
                service.retire(session, kind, key, LATER)
            for kind in ("organization", "source", "metric", "topic", "region"):
                service.retire(session, kind, next(key for key, of in WRITTEN.values() if of == kind), LATER)
        read("retired")
        told = client.get(
            "/api/v1/changes", params={"since": SINCE.isoformat(), "sort": "-at", "limit": 100}
        ).json()["items"]
    assert found == {
        "before": {name: [] for name in WRITTEN},
        "changed": {name: [key] for name, (key, _) in WRITTEN.items()},
        "retired": {name: [] for name in WRITTEN},
    }
    assert {(one["entity"], one["key"]) for one in told if one["action"] == "retired"} == {
        (kind, key) for key, kind in WRITTEN.values() if kind
    }
