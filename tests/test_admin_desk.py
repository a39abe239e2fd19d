"""The desk in the browser's hands: lists, the queue, one entity from draft to the public, its history.

What each deed does to the tables is in `test_editorial`.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState, Role
from app.store import service
from app.store.session import Database
from tests import builders as make
from tests.builders import BY
from tests.clients import asking
from tests.people import sign_in_as, signed_in

DESK = "/en/admin/desk/plan/zj-plan"


def wait(session: Session, **fields: Any) -> None:
    """Make a public plan, and a change to it that waits in review."""
    make.make_plan(session, targets=[make.target()], title_en="Old title")
    data = make.plan(targets=[make.target()], editorial_state="in_review", **fields)
    editor = replace(BY, author="editor", publishes=False)
    service.save(session, "plan", validate(PlanIn, data), editor, 1)


def seen(page: str) -> str:
    """Read the version that a page's form would send."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


def do(client: TestClient, deed: str, **fields: str) -> int:
    """Press one of the page's buttons; give the status, 303 if it was done."""
    version = fields.pop("seen", "") or seen(client.get(DESK).text)
    data = {"do": deed, "seen": version, **fields}
    return client.post(DESK, data=data, follow_redirects=False).status_code


def public_title(client: TestClient) -> Any:
    """Read the title that readers see."""
    return client.get("/api/v1/plans/zj-plan").json()["title_en"]


def test_a_reviewer_sees_what_would_change_and_publishes_it(db: Database) -> None:
    """Queue, difference, effect, comment, publication: and then it is public, and its history says who and why."""
    with db.write() as session:
        wait(session, title_en="New title")
    with signed_in(db, Role.REVIEWER) as client:
        assert "zj-plan" in client.get("/en/admin/review").text
        assert "1 thing waits for a review." in client.get("/en/admin/").text
        page = client.get(DESK).text
        verdicts = "0 pairs of figures were judged, and every verdict stays."
        for words in ("Old title", "New title", verdicts, "Publish now"):
            assert words in page
        # A change that waits is not lost with what it is of.
        assert ('value="retire"' in page, do(client, "retire")) == (False, 422)
        assert do(client, "comment", said="Checked <b>twice</b>") == 303
        assert "Checked &lt;b&gt;twice&lt;/b&gt;" in client.get(DESK).text
        assert do(client, "publish", reason="read in the gazette") == 303
        assert public_title(client) == "New title"
        assert "read in the gazette" in client.get(DESK).text
        assert "zj-plan" not in client.get("/en/admin/review").text


def test_an_editor_hands_in_but_does_not_publish(db: Database) -> None:
    """The button is not there, and pressing it all the same is refused with a sentence; nothing changes."""
    with db.write() as session:
        wait(session, title_en="New title")
    with signed_in(db, Role.EDITOR) as client:
        assert "Publish now" not in client.get(DESK).text
        answer = client.post(DESK, data={"do": "publish", "seen": "2", "reason": "I want it"})
        assert answer.status_code == 403
        assert "Publishing is for reviewers" in answer.text
        assert 'value="I want it"' in answer.text
        assert (do(client, "send_back"), do(client, "submit"), do(client, "discard")) == (303, 303, 303)
        assert public_title(client) == "Old title"


def test_who_has_not_seen_the_latest_version_does_nothing(db: Database) -> None:
    """Neither with an old number nor with one that is none; what was typed comes back."""
    with db.write() as session:
        wait(session, title_en="New title")
    with signed_in(db, Role.REVIEWER) as client:
        for version, status in (("1", 409), ("x", 422), ("9" * 30, 422)):
            answer = client.post(DESK, data={"do": "publish", "seen": version, "reason": "mine"})
            assert (answer.status_code, 'value="mine"' in answer.text) == (status, True)
        assert do(client, "explode") == 422
        assert client.get("/en/admin/desk/plan/nothing").status_code == 404
        assert client.get("/en/admin/desk/nothing/zj-plan").status_code == 404
        assert client.get("/en/admin/lists/nothing").status_code == 404


def test_an_embargo_is_typed_in_beijing_time(db: Database) -> None:
    """A time to come is kept and shown; one that is past, or none, is refused at its field."""
    with db.write() as session:
        wait(session, title_en="New title")
    later = datetime.now(UTC) + timedelta(days=2, hours=8)
    with signed_in(db, Role.REVIEWER) as client:
        for wrong in ("", "soon", "2020-01-01T09:00"):
            answer = client.post(DESK, data={"do": "schedule", "seen": "2", "publish_at": wrong})
            assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
        assert do(client, "schedule", publish_at=f"{later:%Y-%m-%dT%H:%M}") == 303
        assert f"{later:%H:%M} Beijing time" in client.get("/en/admin/review").text
        assert public_title(client) == "Old title"


def test_a_plan_is_withdrawn_and_restored_and_an_old_version_taken_up(db: Database) -> None:
    """The public finds a tombstone, then the plan again; two versions are compared field by field."""
    with db.write() as session:
        make.make_plan(session, title_en="First title")
        make.make_plan(session, title_en="Second title")
    with signed_in(db, Role.REVIEWER) as client:
        assert do(client, "retire", reason="superseded") == 303
        assert client.get("/api/v1/plans/zj-plan").status_code == 410
        assert do(client, "restore") == 303
        assert public_title(client) == "Second title"
        compared = client.get(f"{DESK}?old=2&new=1").text
        assert re.search(r'class="old">\s*<span lang="en">First title', compared)
        assert re.search(r'class="new">\s*<span lang="en">Second title', compared)
        assert do(client, "take_up", version="1") == 303
        assert do(client, "take_up", version="77") == 404
        assert do(client, "publish") == 303
        assert public_title(client) == "First title"
        assert client.get(f"{DESK}?old=a&new=1").status_code == 200


def test_what_is_missing_for_publication_is_said(db: Database) -> None:
    """A draft without evidence names the figure that no phrase contains (R5), in the reader's language."""
    bare = make.target(deadlines=[{**make.deadline(), "evidence": []}])
    with db.write() as session:
        make.make_plan(session, targets=[bare], editorial_state="draft")
    with signed_in(db, Role.REVIEWER) as client:
        assert "Target 1 › Deadline 1 › evidence: A published figure needs" in client.get(DESK).text
        assert "发布前还缺什么" in client.get(DESK.replace("/en/", "/zh/")).text
        assert do(client, "publish") == 422


def test_lists_are_narrowed_by_state_and_words(db: Database) -> None:
    """Of every kind; drafts are in them, and none of it is for the public."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()], issuers=["miit"])
        make.make_plan(session, "zj-draft", editorial_state="draft", title_en="Hidden")
        make.make_observation(session)
        make.make_assessment(session)
    with signed_in(db, Role.EDITOR) as client:
        for kind in service.WRITERS:
            assert client.get(f"/zh/admin/lists/{kind}").status_code == 200
        drafts = client.get(f"/en/admin/lists/plan?state={EditorialState.DRAFT}").text
        assert ("zj-draft" in drafts, "zj-plan<" in drafts) == (True, False)
        assert "zj-draft" in client.get("/en/admin/lists/plan?q=hidden").text
        assert "330000/ai" in client.get("/en/admin/lists/assessment").text
        assert client.get("/en/admin/desk/assessment/330000/ai").status_code == 200
    with asking(db) as anyone:
        assert anyone.get("/en/admin/lists/plan", follow_redirects=False).status_code == 303


def test_four_eyes_are_kept(db: Database) -> None:
    """With the setting, who wrote the change is told that another reviewer has to publish it."""
    with db.write() as session:
        wait(session, title_en="New title")
    with asking(db, four_eyes=True) as client:
        me = sign_in_as(client, Role.REVIEWER)
        with db.write() as session:
            service.send_back(session, "plan", "zj-plan", BY)
            change = validate(PlanIn, make.plan(title_en="Mine", targets=[make.target()]))
            author = replace(BY, author=me.name)
            service.save(session, "plan", change, author, state=EditorialState.IN_REVIEW)
        assert do(client, "publish") == 403
        sign_in_as(client, Role.REVIEWER)
        assert do(client, "publish") == 303
