"""What is typed into the form of a plan outlives the page, the session and the server; of two saves none is lost.

What the buttons do otherwise is in `test_plan_form`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.vocabulary import Role
from app.store import service
from app.store.session import Database
from app.store.unsaved import MOST_FORMS, get_unsaved, keep_unsaved, list_unsaved
from tests.bad_plans import GOOD, vocabulary
from tests.builders import make_plan
from tests.clients import asking
from tests.people import PASSWORD, make_person, sign_in_as
from tests.reading import Page
from tests.sheets import fields, given, opened, press, typed

HOME, NEW, EDIT = "/en/admin/", "/en/admin/plans/new", "/en/admin/plans/zj-bad/edit"
AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask as an editor, where there is what plans refer to."""
    with db.write() as session:
        vocabulary(session)
    with asking(db) as made:
        sign_in_as(made, Role.EDITOR)
        yield made


def keep(client: TestClient, sent: dict[str, str]) -> Response:
    """Keep a form as its script does: blank fields are not sent."""
    return client.post(f"/en/admin/unsaved/{sent['form_key']}", data=given(sent))


def test_unsaved_work_is_offered_gone_on_with_saved_or_dropped(client: TestClient, db: Database) -> None:
    """What was typed into a new plan is there after the server was started again, for who typed it alone."""
    sent = typed(GOOD, opened(client, NEW))
    assert keep(client, sent).json()["at"].endswith("Beijing time")
    with asking(db) as again:
        again.cookies, again.headers = client.cookies, client.headers
        page = Page(again.get(NEW).text)
        assert GOOD["title_en"] in page.all("div", "offer")[0].text
        (way,) = [link for link in page.links() if "unsaved=" in link]
        back = opened(again, way)
        assert given(sent).items() <= given(back).items()
        with asking(db) as stranger:
            sign_in_as(stranger, Role.ADMIN)
            for path in (NEW, HOME):
                assert [link for link in Page(stranger.get(path).text).links() if "unsaved=" in link] == []
            assert given(opened(stranger, way)).keys() == {"form_key", "seen"}
        assert press(again, NEW, back, "save").status_code == 303
        assert [link for link in Page(again.get(NEW).text).links() if "unsaved=" in link] == []
    edited = opened(client, EDIT) | {"title_zh": "改了"}
    keep(client, edited)
    # The first page offers all that was begun, whatever it is of.
    began = opened(client, "/en/admin/new/topic") | {"name_en": "Begun"}
    keep(client, began)
    ways = [link for link in Page(client.get(HOME).text).links() if "unsaved=" in link]
    assert ways == [f"/en/admin/new/topic?unsaved={began['form_key']}", f"{EDIT}?unsaved=zj-bad"]
    assert opened(client, EDIT)["title_zh"] == GOOD["title_zh"]
    assert opened(client, f"{EDIT}?unsaved=zj-bad")["title_zh"] == "改了"
    assert client.post("/en/admin/unsaved/zj-bad/drop").url.path == EDIT
    assert opened(client, f"{EDIT}?unsaved=zj-bad")["title_zh"] == GOOD["title_zh"]


def test_a_form_that_comes_too_late_comes_back_after_the_login(client: TestClient, db: Database) -> None:
    """Without a session a posted form is answered with the login that carries it; then it is unsaved work."""
    person = make_person(db, name="Wang")
    sent = typed(GOOD, opened(client, NEW)) | {"summary_zh": 'a "<b>" &amp;\n二'}
    client.cookies.clear()
    answer = press(client, NEW, sent, "save")
    assert answer.status_code == 401
    carried = fields(Page(answer.text), "small-form")
    assert given(sent).items() <= carried.items()
    secrets = {"sign_in_name": "Wang", "sign_in_password": "wrong wrong wrong"}
    again = client.post("/en/admin/login/carried", data=carried | secrets)
    assert (again.status_code, given(sent).items() <= fields(Page(again.text), "small-form").items()) == (
        422,
        True,
    )
    secrets["sign_in_password"] = PASSWORD
    page = Page(client.post("/en/admin/login/carried", data=carried | secrets).text)
    assert given(sent).items() <= given(fields(page)).items()
    with db.read() as session:
        assert [one.key for one in list_unsaved(session, person.id)] == [sent["form_key"]]
        assert service.read_all(session, "plan") == []
    elsewhere = carried | secrets | {"sign_in_back": "https://evil.example/"}
    assert client.post("/en/admin/login/carried", data=elsewhere).url.host == "testserver"


def test_unsaved_forms_are_kept_in_bounds(db: Database) -> None:
    """One form is kept once, however often and from however many windows; of too many the oldest goes."""
    person = make_person(db).id

    def keep_one(number: int) -> None:
        with db.write() as session:
            keep_unsaved(session, person, "new-a", [("slug", str(number))], AT + timedelta(seconds=number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep_one, range(8)))
    with db.write() as session:
        for number in range(MOST_FORMS):
            keep_unsaved(
                session, person, f"zj-{number}", [("slug", "甲"), ("slug", "\\")], AT + timedelta(1, number)
            )
        kept = list_unsaved(session, person)
        assert [one.key for one in kept] == [f"zj-{number}" for number in reversed(range(MOST_FORMS))]
        assert kept[0].pairs == (("slug", "甲"), ("slug", "\\"))
        assert get_unsaved(session, person, "new-a") is None
        assert get_unsaved(session, person + 1, "zj-1") is None


def test_the_second_to_save_sees_both_versions_and_merges(client: TestClient, db: Database) -> None:
    """What only one changed is preselected, what both changed must be chosen; the merge holds the work of both."""
    press(client, NEW, typed(GOOD, opened(client, NEW)), "save")
    first = second = opened(client, EDIT)
    first = first | {"title_zh": "第一人的标题", "targets.0.statement_zh": "第一人"}
    second = second | {"title_zh": "第二人的标题", "targets.1.statement_zh": "第二人", "reason": "mine"}
    assert press(client, EDIT, first, "save").status_code == 303
    answer = press(client, EDIT, second, "save")
    page = Page(answer.text)
    assert answer.status_code == 409
    legends = [one.text for one in page.all("legend")]
    assert legends == [
        "title in Chinese",
        "Target zj-bad.revenue › statement in Chinese",
        "Target zj-bad.enterprises › statement in Chinese",
    ]
    sent = fields(page, "clash")
    assert (sent["choose.1"], sent["choose.2"], "choose.0" in sent) == ("theirs", "mine", False)
    missing = press(client, EDIT, sent, "merge")
    assert (missing.status_code, "1 choice is missing." in missing.text) == (409, True)
    go_on = press(client, EDIT, sent | {"choose.0": "theirs"}, "merge-edit")
    assert fields(Page(go_on.text))["title_zh"] == "第一人的标题"
    assert press(client, EDIT, sent | {"choose.0": "mine"}, "merge").status_code == 303
    with db.read() as session:
        plan = service.get_current(session, "plan", "zj-bad").seed
    said = [target["statement_zh"] for target in plan["targets"]]
    assert (plan["title_zh"], said) == ("第二人的标题", ["第一人", "第二人"])
    # Choices made against a version that is gone count for nothing.
    late = press(client, EDIT, sent | {"choose.0": "mine"}, "merge")
    assert late.status_code == 409


def test_of_two_saves_at_once_one_is_merged(client: TestClient, db: Database) -> None:
    """Sent at the same moment from the same version, one save is taken and the other is shown both; none is lost."""
    press(client, NEW, typed(GOOD, opened(client, NEW)), "save")
    loaded = opened(client, EDIT)
    wanted = [loaded | {"title_zh": f"第{number}人的标题"} for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda sent: press(client, EDIT, sent, "save"), wanted))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    taken = next(sent for sent, answer in zip(wanted, answers, strict=True) if answer.status_code == 303)
    with db.read() as session:
        assert service.get_current(session, "plan", "zj-bad").seed["title_zh"] == taken["title_zh"]
    for answer in answers:
        if answer.status_code == 409:
            assert taken["title_zh"] in answer.text


def test_a_change_that_waits_is_merged_with_what_was_published_meanwhile(
    client: TestClient, db: Database
) -> None:
    """An editor's change to a public plan waits; published over another one, it is first brought together with it."""
    with db.write() as session:
        make_plan(session, **GOOD)
    sent = opened(client, EDIT) | {"title_zh": "编辑的标题"}
    assert press(client, EDIT, sent, "submit").status_code == 303
    with db.write() as session:
        make_plan(session, **(GOOD | {"summary_zh": "发布了别的"}))
    sign_in_as(client, Role.REVIEWER)
    answer = press(client, EDIT, opened(client, EDIT), "publish")
    assert answer.status_code == 409
    sent = fields(Page(answer.text), "clash")
    assert press(client, EDIT, sent, "merge").status_code == 303
    with db.read() as session:
        current = service.get_current(session, "plan", "zj-bad")
    assert (current.applied["title_zh"], current.applied["summary_zh"]) == ("编辑的标题", "发布了别的")


def test_who_may_not_publish_is_told(client: TestClient) -> None:
    """An editor sees no button to publish; who sends it all the same is refused, and keeps the form."""
    sent = typed(GOOD, opened(client, NEW))
    assert 'value="publish"' not in client.get(NEW).text
    answer = press(client, NEW, sent, "publish")
    assert answer.status_code == 403
    assert given(sent).items() <= given(fields(Page(answer.text))).items()
    taken = press(client, NEW, sent, "save")
    assert taken.status_code == 303
    again = press(client, NEW, sent, "save")
    assert (again.status_code, "slug" in again.text) == (409, True)
