"""A curator at work, by keyboard: a whole plan entered, mended, saved, reviewed, published; rows, dialogs, lost pages.

What the form does without scripts is tested over HTTP.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.domain.vocabulary import Role
from app.resources import resource
from app.store import service
from app.store.session import Database
from tests.browser import checks
from tests.browser.guests import let_guests_in, sign_in
from tests.browser.visits import window
from tests.databases import Databases, address_of
from tests.serving import free_port, served

SOURCE = "ifn-2026-jiangsu-zhejiang"
SLUG = "zj-new-ai-industries"
FORGOTTEN = 3  # the target without a statement, as long as nobody says so
# Of each target: its topic, then figure and due date of each deadline as they are typed.
TARGETS = (
    ("ai", (("突破5000亿元", "到2027年"), ("1万亿元以上", "到2030年"))),
    ("ai-terminals", (("达到800亿元", "到2027年"), ("超过2000亿元", "3年内"))),
    ("intelligent-robots", (("不低于300亿元", "2027年底前"), ("600亿元", "2030年"))),
    ("computing-power", (("100亿元左右", "到2027年"), ("约200亿元", "到2028年"))),
    ("robots", (("超百亿元", "到2026年底"), ("超过200亿元", "到2030年"))),
    ("embodied-ai", (("50亿元", "到2027年"),)),
    ("digital-economy", (("70亿元", "到2027年"),)),
    ("data-security", (("90亿元", "到2027年"),)),
    ("future-industries", (("110亿元", "到2027年"),)),
    ("smart-manufacturing", (("130亿元", "“十五五”末"),)),
)


@pytest.fixture(scope="module")
def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """Serve a copy of the committed facts that the tests of this file may change."""
    with databases.lend("sqlite", "seeded") as db:
        port = free_port()
        code = resource("migrations").parent
        with served(port, address_of(db), cwd=tmp_path_factory.mktemp("desk"), code=code):
            let_guests_in(db)
            yield f"http://127.0.0.1:{port}", db


@pytest.fixture
def editor(browser: Browser, desk: tuple[str, Database]) -> Iterator[BrowserContext]:
    """Open a window of somebody who may write, not publish."""
    with window(browser, reduced_motion="reduce") as opened:
        sign_in(opened, desk[0], Role.EDITOR)
        yield opened


def go(page: Page, wanted: str) -> None:
    """Press Tab until a field of this name, or a button or link of these words, has the focus."""
    for _ in range(120):
        here = page.evaluate(
            "() => { const e = document.activeElement;"
            " return [e.name || '', e.type === 'submit' ? e.value : '', e.textContent.trim().replace(/\\s+/g, ' ')]; }"
        )
        if wanted in here:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {wanted!r}")


def press(page: Page, *wanted: str) -> None:
    """Go to buttons or links, one after the other, and press Enter on each."""
    for words in wanted:
        go(page, words)
        page.keyboard.press("Enter")


def write(page: Page, name: str, words: str) -> None:
    """Go to a field and write into it."""
    go(page, name)
    page.keyboard.insert_text(words)


def pick(page: Page, name: str, words: str, key: str | None = None) -> None:
    """Go to a field, type, and take what is found first."""
    go(page, name)
    page.keyboard.type(words)
    expect(page.locator(".listbox:visible [role=option]").first).to_contain_text(key or words)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{name}']")).to_have_value(key or words)


def enter_target(page: Page, number: int, topic: str, deadlines: tuple[tuple[str, str], ...]) -> None:
    """Enter a target in the row that has the focus, its figures in their own words alone.

    In the first, names are looked for; who knows the keys by then types them.
    """
    row = f"targets.{number}"
    if number != FORGOTTEN:
        write(page, f"{row}.statement_zh", f"第{number + 1}个目标")
    name = write if number else pick
    name(page, f"{row}.metric", "revenue")
    name(page, f"{row}.topic", topic)
    for place, (figure, due) in enumerate(deadlines):
        one = f"{row}.deadlines.{place}"
        if place:
            press(page, "+ Add a deadline")
        write(page, f"{one}.value_as_stated", figure)
        write(page, f"{one}.due_as_stated", due)
        name(page, f"{one}.evidence.0.source", SOURCE)
        write(page, f"{one}.evidence.0.paragraph", "6")
        write(page, f"{one}.evidence.0.phrase", figure)
        expect(page.locator(f"[id='{one}.due']")).to_have_value(re.compile(r"20\d\d"))
        expect(page.locator(f"[id='{one}.unit']")).to_have_value(re.compile("亿元"))


def test_a_plan_of_ten_targets_is_entered_and_published_by_keyboard(
    editor: BrowserContext, browser: Browser, desk: tuple[str, Database]
) -> None:
    """Ten targets with fifteen deadlines, a mistake mended, saved, submitted; a reviewer publishes, the public finds it."""
    site, db = desk
    page = editor.new_page()
    page.goto(f"{site}/en/admin/plans/new")
    pick(page, "region", "zj", "330000")
    write(page, "title_zh", "浙江省人工智能新兴产业行动计划")
    write(page, "title_en", "Zhejiang action plan for new AI industries")
    go(page, "form")
    page.keyboard.type("action")
    go(page, "stage")
    page.keyboard.type("adopted")
    write(page, "written", "2026-03")
    pick(page, "issuers.0", "浙江省经济", "zj-economy-informatization")
    pick(page, "topics.0", "ai")
    for number, (topic, deadlines) in enumerate(TARGETS):
        if number:
            press(page, "+ Add a target")
        enter_target(page, number, topic, deadlines)
    page.keyboard.press("Control+s")
    summary = page.locator("#summary")
    expect(summary).to_be_focused()
    assert summary.locator("li").all_inner_texts() == [
        "Target 4 › statement in Chinese: “statement in Chinese” is missing; it has to be given."
    ]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[id='targets.3.statement_zh']")).to_be_focused()
    page.keyboard.insert_text("第4个目标")
    page.keyboard.press("Control+s")
    expect(page.locator(".done")).to_have_text("Saved as a draft.")
    expect(page).to_have_url(re.compile(f"/plans/{SLUG}/edit"))
    press(page, "Save, submit, publish", "submit")
    expect(page.locator(".done")).to_have_text("Submitted for review.")
    with window(browser, reduced_motion="reduce") as other:
        sign_in(other, site, Role.REVIEWER)
        page = other.new_page()
        page.goto(f"{site}/en/admin/plans/{SLUG}/edit")
        press(page, "Save, submit, publish")
        write(page, "reason", "read against the source")
        press(page, "publish")
        expect(page.locator(".done")).to_have_text("Published.")
        page.goto(f"{site}/en/compare?region=330000&region=320000&family=industry_size")
        expect(page.locator(f"a[href*='{SLUG}.revenue']").first).to_be_attached()
        page.goto(f"{site}/en/changes")
        expect(page.locator(f"a[href$='/plans/{SLUG}']").first).to_be_attached()
        answer = page.request.get(f"{site}/api/v1/deadlines?plan={SLUG}").json()
    check_facts(answer, db)


def check_facts(answer: dict[str, Any], db: Database) -> None:
    """Hold the plan to what was typed: all deadlines, with what their words say, and ten targets of their own names."""
    assert answer["total"] == 15
    found = {(one["value_as_stated"], one["due_on"], one["comparator"]) for one in answer["items"]}
    assert {("突破5000亿元", "2027-12-31", "gt"), ("超过2000亿元", "2029-12-31", "gt")} <= found
    with db.read() as session:
        seed = service.get_current(session, "plan", SLUG).seed
    assert seed["targets"][1]["deadlines"][1]["inferred"] == ["due"]
    assert len({target["public_id"] for target in seed["targets"]}) == 10


def test_rows_are_added_copied_moved_and_taken_away_in_place(
    editor: BrowserContext, desk: tuple[str, Database]
) -> None:
    """What the scripts do to rows is what the server understands: the same names, in the order of the page."""
    page = editor.new_page()
    page.goto(f"{desk[0]}/en/admin/plans/new")
    form = page.locator(".plan-form")

    def targets() -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = form.evaluate("form => [...new FormData(form)]")
        return [(name, value) for name, value in pairs if re.fullmatch(r"targets\.\d+\.statement_zh", name)]

    page.locator("[id='targets.0.statement_zh']").fill("甲")
    page.locator("[id='targets.0.deadlines.0.value_as_stated']").fill("突破5000亿元")
    expect(page.locator("[id='targets.0.deadlines.0.read']")).to_contain_text("more than ¥500 billion")
    page.get_by_role("button", name="Add a target").click()
    expect(page.locator("[id='targets.1.statement_zh']")).to_be_focused()
    page.keyboard.insert_text("乙")
    page.locator("[id='targets.0']").get_by_role("button", name="Copy this target").click()
    assert targets() == [
        ("targets.0.statement_zh", "甲"),
        ("targets.2.statement_zh", "甲"),
        ("targets.1.statement_zh", "乙"),
    ]
    assert page.locator("[id='targets.2.deadlines.0.unit']").input_value() == "亿元"
    page.locator("[id='targets.1']").get_by_role("button", name="Move this target up").click()
    page.locator("[id='targets.0']").get_by_role("button", name="Remove this target").click()
    assert [name for name, _ in targets()] == ["targets.1.statement_zh", "targets.2.statement_zh"]
    # By hand another unit: the words do not overwrite it, they say so, and can be taken.
    unit = page.locator("[id='targets.2.deadlines.0.unit']")
    unit.fill("万元")
    page.locator("[id='targets.2.deadlines.0.value_as_stated']").fill("突破6000亿元")
    expect(page.locator("[id='targets.2.deadlines.0.read']")).to_contain_text("otherwise")
    assert unit.input_value() == "万元"
    page.get_by_role("button", name="Take what the words say").click()
    expect(unit).to_have_value("亿元")
    page.keyboard.press("Escape")
    assert checks.reflow(page, [360, 320]) == []
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#summary")).to_be_visible()
    expect(page.locator("[id='targets.1.statement_zh']")).to_have_value("乙")


def test_what_is_typed_survives_a_closed_tab_and_a_lost_session(
    editor: BrowserContext, desk: tuple[str, Database]
) -> None:
    """A tab that is closed at once, and a server that no longer knows the reader: both times it is offered again."""
    site, _ = desk
    page = editor.new_page()
    page.goto(f"{site}/en/admin/plans/new")
    page.locator("[id='title_zh']").fill("关掉的标签页")
    page.close()
    page = editor.new_page()
    page.goto(f"{site}/en/admin/plans/new")
    offer = page.locator(".offer", has_text="关掉的标签页").or_(page.locator("#kept-here:visible"))
    expect(offer.first).to_be_visible()
    offer.first.get_by_text("Go on with it").click()
    expect(page.locator("[id='title_zh']")).to_have_value("关掉的标签页")
    sign_in(editor, site, None)
    page.locator("[id='title_en']").fill("Typed without a session")
    expect(page.locator("#keeping")).to_contain_text("Not kept by the server")
    page.close()
    sign_in(editor, site, Role.EDITOR)
    page = editor.new_page()
    page.goto(f"{site}/en/admin/plans/new")
    expect(
        page.locator("#kept-here").or_(page.locator(".offer", has_text="关掉的标签页")).first
    ).to_be_visible()
    page.wait_for_timeout(300)
    page.goto(f"{site}/en/admin/plans/new")
    page.locator(".offer", has_text="Typed without").or_(
        page.locator(".offer", has_text="关掉的标签页")
    ).first.get_by_text("Go on with it").click()
    expect(page.locator("[id='title_en']")).to_have_value("Typed without a session")


def test_a_new_metric_is_made_in_a_dialog(editor: BrowserContext, desk: tuple[str, Database]) -> None:
    """What is missing is said in the dialog; what was made is in the field, and the form was never left."""
    page = editor.new_page()
    page.goto(f"{desk[0]}/en/admin/plans/new")
    page.locator("[id='title_zh']").fill("还在")
    page.get_by_role("link", name="New metric").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("name in Chinese").fill("新指标")
    dialog.get_by_label("name in English").fill("Patents in force")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.locator("#new-summary")).to_be_visible()
    assert checks.axe(page, ("light",)) == []
    for label in ("definition in Chinese", "definition in English"):
        dialog.get_by_label(label).fill("义")
    dialog.get_by_label("subject").select_option("technology")
    dialog.get_by_label("dimension").select_option("count")
    dialog.get_by_label("canonical unit").fill("count")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("[id='targets.0.metric']")).to_have_value("patents-in-force")
    expect(page.locator("[id='title_zh']")).to_have_value("还在")


def test_an_observation_is_entered_in_four_fields(editor: BrowserContext, desk: tuple[str, Database]) -> None:
    """What follows from them is suggested while they are typed, follows them, and is left alone once it is changed."""
    site, db = desk
    page = editor.new_page()
    page.goto(f"{site}/en/admin/new/observation")
    pick(page, "measured", "浙江 terminals revenue", "zj-ai-terminals.revenue")
    write(page, "value_as_stated", "突破50亿元")
    write(page, "end", "2024年")
    statement, slug = page.locator("#statement_zh"), page.locator("#slug")
    expect(statement).to_have_value("2024年，浙江省人工智能终端规上企业营业收入突破50亿元。")
    page.locator("#value_as_stated").fill("突破70亿元")
    pick(page, "evidence.0.source", SOURCE)
    write(page, "evidence.0.paragraph", "6")
    expect(statement).to_have_value(re.compile("突破70亿元。"))
    expect(page.locator("[name^=inferred][value=status]")).to_be_checked()
    page.get_by_text("Everything else").click()
    slug.fill("zj-terminals-revenue-2024")
    page.locator("#status").select_option("official")
    expect(page.locator("#keeping")).to_contain_text("Kept at")
    assert checks.axe(page, ("light", "dark")) == []
    assert checks.reflow(page, [360, 320]) == []
    # At once after the last letter, before anything could be suggested anew.
    page.locator("#value_as_stated").fill("突破90亿元")
    page.keyboard.press("Control+s")
    expect(page.locator(".done")).to_have_text("Saved as a draft.")
    with db.read() as session:
        seed = service.get_current(session, "observation", "zj-terminals-revenue-2024").seed
    assert (seed["value"], seed["status"], seed["evidence"][0]["phrase"]) == ("90", "official", "突破90亿元")
    assert seed["statement_zh"].endswith("突破90亿元。")
    assert "status" not in seed["inferred"]
    page.get_by_role("button", name="Add evidence").click()
    expect(page.locator("[id='evidence.1.source']")).to_be_focused()
    page.goto(f"{site}/en/admin/edit/metric/revenue")
    page.get_by_role("button", name="Add another name").click()
    page.keyboard.insert_text("营收额")
    page.keyboard.press("Control+s")
    expect(page.locator(".standing")).to_contain_text("this change waits to be published")
    assert checks.axe(page, ("light",)) == []
