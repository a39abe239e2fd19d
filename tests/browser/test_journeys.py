"""What readers do from page to page: find, choose, filter, share, take along, change the language.

What holds on every page by itself is in `test_every_page`.
"""

import csv
import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import checks
from tests.browser.places import FOUR
from tests.browser.visits import window

BOTH = pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
TWO = "region=330000&region=320000"
THREE = f"{TWO}&region=440000"
TELEPHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
# 14 px, below which a telephone's reader brings the page nearer.
READABLE = 14
# By keyboard no page takes longer to be left.
ENOUGH = 400

Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, request: pytest.FixtureRequest) -> Open:
    """Open pages in windows that are closed after the test; options say what kind of window."""

    def open_page(address: str, **options: object) -> Page:
        lent = window(browser, **options)
        context = lent.__enter__()
        request.addfinalizer(lambda: lent.__exit__(None, None, None))
        page = context.new_page()
        page.goto(address)
        return page

    return open_page


def filters(page: Page) -> dict[str, str]:
    """Give what the comparison's form says now, by the names of its fields."""
    chosen: dict[str, str] = page.locator("form.chooser").evaluate(
        "form => Object.fromEntries([...new FormData(form)].filter(([name]) => name !== 'add'))"
    )
    return chosen


def downloaded(page: Page, link: Locator) -> list[dict[str, str]]:
    """Follow a link to a CSV and read its rows."""
    with page.expect_download() as begun:
        link.click()
    with begun.value.path().open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@BOTH
def test_a_province_is_found_on_the_map_and_put_beside_another(site: str, opened: Open) -> None:
    """The first page's tile leads to the province, its page to the comparison with another."""
    page = opened(f"{site}/en/")
    page.locator(".tiles").get_by_role("link", name=re.compile("Zhejiang")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zhejiang")
    page.locator(f"main a[href$='/compare?{TWO}']").first.click()
    expect(page).to_have_url(f"{site}/en/compare?{TWO}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare Zhejiang and Jiangsu")


@BOTH
def test_a_comparison_is_made_shared_and_taken_along(site: str, opened: Open) -> None:
    """A region is picked by typing pinyin, a filter is set, the link shows others the same, the CSV holds it."""
    page = opened(f"{site}/en/compare")
    field = page.get_by_role("combobox", name="Add a region")
    field.press_sequentially("guangdong")
    expect(page.get_by_role("option").first).to_contain_text("Guangdong")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(f"{site}/en/compare?{THREE}")
    page.get_by_label("Subject").select_option("adoption")
    page.get_by_role("button", name="Show").click()
    address = f"{site}/en/compare?{THREE}&family=adoption"
    expect(page).to_have_url(address)
    expect(page.get_by_label("Link", exact=True)).to_have_value(address)
    main = page.get_by_role("main").inner_text()
    assert opened(address).get_by_role("main").inner_text() == main
    rows = downloaded(page, page.locator("#take").get_by_role("link", name="CSV"))
    assert {row["region_code"] for row in rows} == {"320000", "330000"}
    assert {row["row_family"] for row in rows} == {"adoption"}
    shown = {link.get_attribute("href") for link in page.locator(".sides .headline a").all()}
    assert {f"/en/targets/{row['target_public_id']}" for row in rows} == shown


def test_the_language_changes_in_the_middle(site: str, opened: Open) -> None:
    """The other language's page shows the same regions, filters and figures, and so does the way back."""
    address = f"{site}/en/compare?{THREE}&topic=ai&family=adoption&year_to=2030"
    page = opened(address)
    before = filters(page)
    targets = page.locator(".sides .headline a").evaluate_all("all => all.map(a => a.pathname.slice(3))")
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(address.replace("/en/", "/zh/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("浙江")
    assert filters(page) == before
    assert targets
    assert (
        page.locator(".sides .headline a").evaluate_all("all => all.map(a => a.pathname.slice(3))") == targets
    )
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(address)


@BOTH
def test_all_of_it_goes_without_scripts(site: str, opened: Open) -> None:
    """Where no script runs, a typed name is added by the form, filters and languages work, the CSV is there."""
    page = opened(f"{site}/en/compare", java_script_enabled=False)
    page.get_by_label("Add a region").fill("guangdong")
    page.get_by_label("Add a region").press("Enter")
    expect(page).to_have_url(f"{site}/en/compare?{THREE}")
    page.get_by_label("Subject").select_option("adoption")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(f"{site}/en/compare?{THREE}&family=adoption")
    rows = downloaded(page, page.locator("#take").get_by_role("link", name="CSV"))
    assert {row["row_family"] for row in rows} == {"adoption"}
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{site}/zh/compare?{THREE}&family=adoption")
    page.get_by_role("search").get_by_role("searchbox").first.fill("终端")
    page.get_by_role("search").get_by_role("searchbox").first.press("Enter")
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("终端")).first).to_be_visible()


def test_four_provinces_can_be_read_on_a_telephone(site: str, opened: Open) -> None:
    """From the menu to the comparison: figures are large enough, within the screen, and each says whose it is."""
    page = opened(f"{site}/en/", **TELEPHONE)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Regions").click()
    page.get_by_role("main").get_by_role("link", name="Zhejiang", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zhejiang")
    page.goto(f"{site}/en/compare?{FOUR}")
    cells = page.locator(".sides td:visible").filter(has=page.locator(".figure")).all()
    assert len(cells) > 5
    for cell in cells:
        figure = cell.locator(".figure:visible").first
        box = figure.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= 360, figure.inner_text()
        assert figure.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= READABLE
        expect(cell.locator(".whose")).to_be_visible()
    assert checks.reflow(page, [360]) == []


@pytest.mark.parametrize("path", ["/en/compare", "/zh/targets", "/en/"])
def test_a_page_is_left_by_keyboard(path: str, site: str, opened: Open) -> None:
    """Tab goes through the whole page to its foot; each stop on the way is seen and ringed."""
    page = opened(site + path)
    assert checks.walk(page, ENOUGH) == []
    assert checks.focused(page) is None
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.closest('footer') !== null")


def test_the_marks_of_a_chart_speak_under_the_keyboard(site: str, opened: Open) -> None:
    """The first mark is a stop; the arrows go on, what a mark says is shown, Escape takes it away."""
    page = opened(f"{site}/en/targets/js-ai-plus.adoption")
    marks = page.locator(".plot [role='graphics-symbol'][aria-label]")
    tip = page.locator(".chart-tip")
    page.locator(".plot [tabindex='0']").first.focus()
    first = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    expect(tip).to_have_text(first)
    page.keyboard.press("ArrowRight")
    second = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert marks.count() > 1
    assert first != second
    expect(tip).to_have_text(second)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_the_explorer_narrows_sorts_and_goes_on(site: str, opened: Open) -> None:
    """A facet leaves as many figures as it says, the order turns round, the next page has other rows."""
    page = opened(f"{site}/en/targets")
    facet = page.locator(".facet a", has=page.locator(".many")).first
    count = facet.locator(".many").inner_text()
    facet.click()
    expect(page.locator(".total")).to_contain_text(f"{count} figures")
    rows = page.locator("table.figures tbody th a, table.figures tbody .figure")
    first = rows.first.inner_text()
    page.get_by_role("link", name="latest due first", exact=True).click()
    expect(rows.first).not_to_have_text(first)
    before = page.locator("table.figures tbody tr").all_inner_texts()
    page.locator("a[rel~=next]").first.click()
    expect(page).to_have_url(re.compile("cursor="))
    after = page.locator("table.figures tbody tr").all_inner_texts()
    assert after
    assert set(before) & set(after) == set()


def test_a_search_marks_its_hits_in_either_script(site: str, opened: Open) -> None:
    """From the head of any page, Traditional characters find the same as Simplified ones, with the words marked."""
    page = opened(f"{site}/zh/methodology")
    field = page.get_by_role("banner").get_by_role("searchbox")
    field.fill("營業收入")
    field.press("Enter")
    expect(page.locator("main mark").first).to_have_text("营业收入")
    traditional = page.locator("main mark").count()
    page.goto(urljoin(site, "/zh/search?q=营业收入"))
    assert page.locator("main mark").count() == traditional


def test_a_comparison_is_printed_without_its_controls(site: str, opened: Open) -> None:
    """On paper there are the sentence, the figures and the citation, but neither menu nor form."""
    page = opened(f"{site}/en/compare?{TWO}")
    page.emulate_media(media="print")
    for gone in (".masthead .menu", ".chooser .filters", ".finder"):
        expect(page.locator(gone)).to_be_hidden()
    for there in (".upshot", ".sides .figure", ".cite"):
        expect(page.locator(there).first).to_be_visible()
