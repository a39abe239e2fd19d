"""From the link of the first start to an invitation and a token, by keyboard, with what goes wrong on the way.

The pages as they are when opened are looked at by `test_every_page`.
"""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from app.domain.vocabulary import LinkPurpose
from app.resources import resource
from tests.browser import checks
from tests.browser.chromium import Chromium
from tests.browser.guests import let_guests_in, link_secret
from tests.databases import Databases, address_of
from tests.people import PASSWORD
from tests.serving import free_port, served

WEAK = "password1234"
ROOT = resource("migrations").parent


def type_in(page: Page, **fields: str) -> None:
    """Fill a form's fields by keyboard, by the ids of their inputs, send it from the last one, and see the answer."""
    for name, value in fields.items():
        page.locator(f"#f-{name}").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(value)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looked_at(page: Page) -> None:
    """Hold a page that came of a form to what every page is held to."""
    assert checks.axe(page) == []
    assert checks.reflow(page) == []


def test_the_first_account_an_invitation_and_a_token(
    databases: Databases,
    chromium: Chromium,  # noqa: ARG001 - without a browser no server is needed
    context: BrowserContext,
    tmp_path: Path,
) -> None:
    """Nothing but keys is needed, errors lead to their field, and secrets are shown once."""
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    with databases.lend("sqlite", "seeded") as db, served(port, address_of(db), cwd=tmp_path, code=ROOT):
        let_guests_in(db)
        page = context.new_page()
        page.goto(f"{site}/zh/admin/people")
        expect(page).to_have_url(f"{site}/zh/admin/login?next=%2Fzh%2Fadmin%2Fpeople")
        page.goto(f"{site}/zh/admin/link/{link_secret(LinkPurpose.SETUP)}")
        type_in(page, name="王小明", password=WEAK, again=WEAK)
        link = page.get_by_role("alert").get_by_role("link", name="密码")
        looked_at(page)
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#f-password")).to_be_focused()
        type_in(page, password=PASSWORD, again=PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_have_text("编辑室")
        page.goto(f"{site}/en/admin/people")
        type_in(page, name="王小明")
        expect(page.locator("#w-name")).to_contain_text("already an account")
        type_in(page, name="Li Wei")
        address = page.locator(".secret code").inner_text()
        looked_at(page)
        page.goto(f"{site}/en/admin/account")
        type_in(page, name="loader")
        expect(page.locator(".secret code").first).to_contain_text("mubiao_")
        looked_at(page)
        page.get_by_role("button", name="Sign out", exact=True).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        type_in(page, name="王小明", password=WEAK)
        expect(page.get_by_role("alert")).to_contain_text("Name and password do not fit together")
        expect(page.locator("#f-name")).to_have_value("王小明")
        page.goto(address)
        type_in(page, password=PASSWORD, again=PASSWORD)
        expect(page.locator(".admin-bar")).to_contain_text("Li Wei · editor")
