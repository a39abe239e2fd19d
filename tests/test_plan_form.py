"""The form of a plan without scripts: what its buttons do, what is refused, and that nothing typed is lost.

What is kept unsaved, and how two versions meet, is in `test_plan_form_kept`; the browser is in `browser`.
"""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import Role
from app.exchange.seeds.reading import read_yaml
from app.store import service
from app.store.session import Database
from app.web.posted import MOST_BYTES, MOST_OF_FILE
from tests.bad_plans import GOOD, vocabulary
from tests.builders import make_organization, make_plan, target
from tests.people import signed_in
from tests.reading import Page
from tests.sheets import fields, given, opened, press, pressed, typed

NEW, EDIT = "/en/admin/plans/new", "/en/admin/plans/zj-bad/edit"
D = "targets.0.deadlines.0"


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask as a reviewer, where there is what plans refer to."""
    with db.write() as session:
        vocabulary(session)
    with signed_in(db, Role.REVIEWER) as asking:
        yield asking


def test_a_plan_is_entered_saved_submitted_and_published(client: TestClient, db: Database) -> None:
    """What was typed comes back as it was saved, in every state, and is public when it is published."""
    sent = typed(GOOD, opened(client, NEW))
    answer = press(client, NEW, sent, "save", reason="read today")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{EDIT}?done=save")
    page = Page(client.get(answer.headers["location"]).text)
    assert "Saved as a draft." in page.one("p", "done").text
    again = fields(page)
    assert validate(PlanIn, GOOD).seed() == service_seed(db)
    assert (again["form_key"], again["seen"]) == ("zj-bad", "1")
    assert given(sent | {"form_key": "zj-bad", "seen": "1"}).items() <= given(again).items()
    assert client.get("/en/plans/zj-bad").status_code == 404
    answer = press(client, EDIT, again, "submit")
    again = opened(client, answer.headers["location"])
    answer = press(client, EDIT, again, "publish", reason="checked")
    assert (answer.status_code, client.get("/en/plans/zj-bad").status_code) == (303, 200)
    assert client.get("/api/v1/targets/zj-bad.revenue").status_code == 200


def service_seed(db: Database) -> dict[str, object]:
    """Give the plan as the tables hold it."""
    with db.read() as session:
        return service.read_back(session, "plan", "zj-bad")


def test_rows_come_and_go_and_nothing_is_lost(client: TestClient) -> None:
    """Each button of a row changes that row alone; all other fields come back as they were sent."""
    sent = typed(GOOD, opened(client, NEW))
    more = pressed(client, NEW, sent, "add:targets")
    assert given(more) == given(sent)
    assert "targets.2.deadlines.0.evidence.0.source" in more
    more = pressed(client, NEW, more, "copy:targets.1")
    copied = {
        name.replace("targets.1.", "targets.3."): value
        for name, value in given(sent).items()
        if name.startswith("targets.1.")
    }
    assert given(more) == given(sent) | {
        name: value for name, value in copied.items() if name != "targets.3.public_id"
    }
    moved = pressed(client, NEW, more, "up:targets.3")
    assert given(moved) == given(more)
    order = list(dict.fromkeys(name.split(".")[1] for name in moved if name.startswith("targets.")))
    assert order == ["0", "3", "1", "2"]
    gone = pressed(client, NEW, moved, "remove:targets.3")
    assert given(gone) == given(sent)
    assert given(pressed(client, NEW, gone, "add:targets.0.deadlines")) == given(sent)


def test_what_the_public_has_seen_is_withdrawn_and_stays(client: TestClient, db: Database) -> None:
    """Of a published plan a removed target is retired as of today, and can be brought back; a draft's goes."""
    with db.write() as session:
        make_plan(session, **GOOD)
    sent = opened(client, EDIT)
    gone = pressed(client, EDIT, sent, "remove:targets.1")
    assert given(gone).keys() - given(sent).keys() == {"targets.1.retired_on"}
    assert given(pressed(client, EDIT, gone, "restore:targets.1")) == given(sent)
    deadline = pressed(client, EDIT, sent, "remove:targets.1.deadlines.1")
    assert given(deadline).keys() - given(sent).keys() == {"targets.1.deadlines.1.retired_on"}
    assert press(client, EDIT, gone, "publish").status_code == 303
    assert client.get("/api/v1/targets/zj-bad.enterprises").status_code == 410


def test_what_the_words_say_is_filled_in_and_nothing_overwritten(client: TestClient) -> None:
    """A figure and a due date are read; what was typed by hand stays, and the difference is shown and can be taken."""
    sent = opened(client, NEW) | {
        "written": "2026-03",
        f"{D}.value_as_stated": "力争超过5000亿元",
        f"{D}.due_as_stated": "3年内",
        f"{D}.unit": "万元",
    }
    answer = press(client, NEW, sent, f"understand:{D}")
    read, page = fields(Page(answer.text)), Page(answer.text)
    new = {name: value for name, value in given(read).items() if name not in sent or not sent[name]}
    assert new == {
        f"{D}.comparator": "gt",
        f"{D}.value": "5000",
        f"{D}.ambition": "strive",
        f"{D}.due": "2029",
        f"{D}.inferred.0": "due",
    }
    assert [one.text for one in page.all("p", "canonical")] == ["超过5,000亿元 more than ¥500 billion"]
    assert "亿元" in page.one("p", "differing").text
    assert pressed(client, NEW, read, f"take:{D}")[f"{D}.unit"] == "亿元"
    asked = {"figure": "突破5000亿元", "due": "3年内", "written": "2026", "unit": "万元", "due_on": "2028"}
    answer = client.get("/zh/admin/understand", params=asked).json()
    assert (answer["fill"], answer["take"]) == (
        {"comparator": "gt", "value": "5000"},
        {"unit": "亿元", "due": "2029"},
    )
    assert answer["figure"][0] == {"lang": "zh", "said": "超过5,000亿元"}
    assert client.get("/en/admin/understand", params={"due": "尽快"}).json()["problems"] != []


def test_names_are_taken_for_keys_and_short_names_are_made(client: TestClient, db: Database) -> None:
    """A whole name, in either language, becomes its key; short names follow from region, title and metric."""
    with db.write() as session:
        make_organization(session, "zj-dept", name_zh="浙江省经信厅")
    sent = opened(client, NEW) | {
        "region": "浙江",
        "title_en": "Zhejiang action plan for the AI terminal industry",
        "issuers.0": "浙江省经信厅",
        "topics.0": "Topic ai",
        "targets.0.metric": "指标 revenue",
        "targets.0.topic": "nothing is called so",
    }
    read = pressed(client, NEW, sent, "check")
    wanted = ("region", "issuers.0", "topics.0", "targets.0.metric", "targets.0.topic")
    assert [read[name] for name in wanted] == ["330000", "zj-dept", "ai", "revenue", "nothing is called so"]
    assert read["slug"] == "zj-ai-terminal-industry"
    assert read["targets.0.public_id"] == "zj-ai-terminal-industry.revenue"
    found = client.get("/en/admin/suggest/region", params={"q": "zhe"}).json()["items"]
    assert [one["key"] for one in found] == ["330000"]
    assert (
        client.get("/en/admin/suggest/metric", params={"q": "rev"}).json()["items"][0]["said_zh"] == "定义。"
    )


def test_what_is_wrong_stands_beside_its_field(client: TestClient) -> None:
    """The summary leads to each field, which points to its sentence, in the reader's language; all comes back."""
    sent = typed(GOOD, opened(client, NEW)) | {
        "title_zh": "",
        f"{D}.evidence.0.paragraph": "x",
        "topics.0": "",
    }
    sent = pressed(client, NEW, sent, "add:topics") | {"topics.1": "No Topic"}
    answer = press(client, "/zh/admin/plans/new", sent, "save")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert given(sent).items() <= given(fields(page)).items()
    summary = page.one("section", "summary")
    linked = [
        a.attributes["href"][1:]
        for a in page.all("a")
        if a.parent and a.parent.parent is not None and a.parent.parent.parent is summary
    ]
    assert linked == ["title_zh", "topics.1", f"{D}.evidence.0.paragraph"]
    for name in linked:
        (field,) = [one for one in page.elements if one.attributes.get("id") == name]
        assert field.attributes["aria-invalid"] == "true"
        described = field.attributes["aria-describedby"].split()
        assert f"{name}-wrong" in described
        assert set(described) <= set(page.ids())
    assert "目标1 › 时点1 › 依据1 › 段落" in summary.text
    ids = [one for one in page.ids() if "ROW" not in one]  # Rows that only scripts add stand in templates.
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (422, {"form_key": "new-1", "seen": "0", "__proto__": "x"}),
        (422, {"form_key": "new-1", "seen": "0", "targets.0": "x", "targets.0.topic": "y"}),
        (422, {"form_key": "new-1", "seen": "-1"}),
        (422, {"form_key": "../x", "seen": "0"}),
        (422, {"form_key": "new-1", "seen": "0", "do": "remove:targets.7"}),
        (422, {"form_key": "new-1", "seen": "0", "do": "add:slug"}),
        (400, {"form_key": "new-1", "seen": "0", "slug": "a\x00b"}),
        (400, {f"targets.{n}.topic": "" for n in range(20_001)}),
        (413, {"form_key": "new-1", "seen": "0", "slug": "x" * MOST_BYTES}),
    ],
)
def test_what_this_form_never_sends_is_refused(client: TestClient, status: int, body: dict[str, str]) -> None:
    """Names of no field, rows that are not there, too much of anything: refused, by a page that says why."""
    answer = client.post(NEW, data=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert client.post(NEW, content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415


def test_a_file_is_taken_over_and_given_back(client: TestClient) -> None:
    """What can be read fills the form, mistakes are said with line and field; the form's YAML reads as the same plan."""
    sent = typed(GOOD, opened(client, NEW))
    text = unescaped(press(client, NEW, sent, "yaml").text)
    assert validate(PlanIn, read_yaml(text.encode()).data) == validate(PlanIn, GOOD)

    def take(content: bytes) -> Page:
        control = {"form_key": "new-1", "seen": "0", "do": "take-over"}
        return Page(client.post(NEW, data=control, files={"file": ("x.yaml", content)}).text)

    whole = fields(take(text.encode()))
    assert given(sent | {"form_key": "new-1"}).items() <= given(whole).items()
    line = text.splitlines().index("stage: adopted")
    page = take(text.replace("stage: adopted", "stage: dreamt\nsize: 3").encode())
    summary = page.one("section", "summary").text
    assert f"Line {line + 1} of the file: stage: " in summary
    assert f"Line {line + 2} of the file: size: " in summary
    assert fields(page)["title_zh"] == GOOD["title_zh"]
    summary = take(text.replace("statement_zh", "statement_xx", 1).encode()).one("section", "summary").text
    assert "of the file: Target 1 › statement in Chinese: “statement in Chinese” is missing" in summary
    assert "targets.0" not in summary
    assert "Line 2 of the file" in take(b"slug: a\n  b: [").one("section", "summary").text
    assert "holds no plan" in take(b"- 1").one("section", "summary").text
    large = client.post(
        NEW, data={"form_key": "new-1"}, files={"file": ("x.yaml", b"x" * (MOST_OF_FILE + 1))}
    )
    assert large.status_code in {400, 413}


def unescaped(html: str) -> str:
    """Take the YAML out of the page."""
    return "".join(Page(html).one("textarea", "yaml").parts).removeprefix("\n")


def test_a_preview_is_the_public_page_of_what_is_not_saved(client: TestClient, db: Database) -> None:
    """Both languages show the plan with its targets under a banner; nothing is written, and the way back has it all."""
    sent = typed(GOOD, opened(client, NEW))
    answer = press(client, NEW, sent, "preview")
    for lang, title in (("en", GOOD["title_en"]), ("zh", GOOD["title_zh"])):
        page = Page(client.get(answer.headers["location"].replace("/en/", f"/{lang}/")).text)
        assert page.one("h1").text == title
        assert page.one("aside", "previewed")
        assert len(page.all("li", "promise")) == 2
    (back,) = [link for link in page.links() if "unsaved=" in link]
    assert given(sent).items() <= given(opened(client, back)).items()
    with db.read() as session:
        assert service.read_all(session, "plan") == []
    assert client.get("/en/admin/preview/none-such").status_code == 404


def test_what_may_be_there_already_is_pointed_out(client: TestClient, db: Database) -> None:
    """A like title in the same region, and a figure on the same measure and year, are named and hinder nothing."""
    with db.write() as session:
        make_plan(session, "zj-ai", title_zh="浙江省人工智能行动计划", targets=[target("zj-ai.revenue")])
    sent = typed(GOOD | {"title_zh": "浙江省人工智能行动计画"}, opened(client, NEW))
    answer = client.post("/en/admin/unsaved/" + sent["form_key"], data=sent).json()
    assert [one["href"] for one in answer["alike"]] == ["/en/admin/plans/zj-ai/edit"] * 2
    assert "more than ¥500 billion by 2027" in answer["alike"][1]["said"]
    answer = press(client, NEW, sent, "save")
    assert answer.status_code == 303
    page = Page(client.get(answer.headers["location"]).text)
    assert len([link for link in page.links() if link == "/en/admin/plans/zj-ai/edit"]) == 2


def test_something_new_is_made_beside_the_form(client: TestClient) -> None:
    """A source, metric, topic and organization are made by a few fields; what is wrong is said beside them."""
    common = {"name_zh": "新", "name_en": "Brand new thing"}
    made = {
        "source": {"title_zh": "新", "title_en": "New report", "kind": "news", "script": "hans"},
        "metric": common
        | {
            "definition_zh": "义",
            "definition_en": "D",
            "family": "data",
            "dimension": "count",
            "canonical_unit": "count",
        },
        "topic": common | {"definition_zh": "义", "definition_en": "D", "parent": "主题 ai"},
        "organization": common | {"region": "zhejiang"},
    }
    for kind, sent in made.items():
        path = f"/en/admin/add/{kind}"
        assert client.post(path, data=sent | {"slug": "Not So"}).status_code == 422
        page = Page(client.post(path, data=sent).text)
        assert page.one("p", "done").attributes["data-made"] in {"new-report", "brand-new-thing"}
    assert client.get("/en/admin/add/plan").status_code == 404
