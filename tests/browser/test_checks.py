"""The checks find what is wrong: each is shown a page that breaks its rule, and one that does not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser import checks
from tests.browser.visits import MOST_BYTES, Listener, Weight, over_budget

SITE = "http://127.0.0.1:9"
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src *"
STYLE = (
    "body{margin:0;color:#000;background:#fff}:focus-visible{outline:2px solid}.skip:focus{position:static}"
)
GOOD = (
    f"<!DOCTYPE html><html lang=en><title>Good</title><style>{STYLE}</style>"
    "<a class=skip href='#content'>Skip</a><main id=content tabindex=-1><h1>Good</h1><p>Words. "
    "<a href='/there'>A link</a></p></main></html>"
)


@pytest.fixture
def shown(context: BrowserContext) -> Callable[[str], tuple[Page, Listener]]:
    """Show a page that no server has, and listen to it."""

    def show(html: str) -> tuple[Page, Listener]:
        def answer(route: Route) -> None:
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP}
            route.fulfill(body=html, headers=headers)

        context.route(f"{SITE}/**", answer)
        page = context.new_page()
        heard = Listener(page)
        heard.listen()
        page.goto(SITE)
        return page, heard

    return show


def test_a_good_page_passes(shown: Callable[[str], tuple[Page, Listener]]) -> None:
    """Nothing is found where nothing is wrong."""
    page, heard = shown(GOOD)
    found = [checks.anatomy(page, "en"), checks.shifts(page), checks.axe(page), checks.reflow(page)]
    assert [*found, checks.keyboard(page), heard.said, heard.elsewhere(SITE)] == [[]] * 7


@pytest.mark.parametrize(
    ("bad", "check", "says"),
    [
        ("<h1>Two</h1>", lambda page: checks.anatomy(page, "en"), "2 first headings"),
        ("<p id=content>", lambda page: checks.anatomy(page, "en"), "id content is there twice"),
        ("", lambda page: checks.anatomy(page, "zh-Hans-CN"), "says lang 'en'"),
        ("<img src='data:,'>", checks.axe, "image-alt"),
        ("<p style='color:#bbb'>Faint</p>", checks.axe, "light: color-contrast"),
        (
            "<style>@media (prefers-color-scheme:dark){p{color:#bbb}}</style>",
            checks.axe,
            "dark: color-contrast",
        ),
        ("<p style='width:330px'>Wide</p>", checks.reflow, "at 320: p “Wide”"),
        ("<style>main a:focus{outline:0}</style>", checks.keyboard, "a “A link” is not ringed"),
        ("<style>.skip{display:none}</style>", checks.keyboard, "the first stop is no skip link"),
    ],
    ids=["headings", "ids", "lang", "axe", "faint", "faint in the dark", "wide", "no ring", "no skip link"],
)
def test_what_is_wrong_is_found(
    bad: str,
    check: Callable[[Page], list[str]],
    says: str,
    shown: Callable[[str], tuple[Page, Listener]],
) -> None:
    """The check names the fault, with the element where there is one."""
    page, _ = shown(GOOD.replace("</main>", f"{bad}</main>"))
    assert [found for found in check(page) if found.startswith(says)] != []


def test_a_page_that_moves_is_found(shown: Callable[[str], tuple[Page, Listener]]) -> None:
    """What pushes down what was already read counts."""
    page, _ = shown(GOOD)
    page.evaluate(
        """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          document.body.insertAdjacentHTML('afterbegin', '<div style="height:300px"></div>');
          requestAnimationFrame(() => requestAnimationFrame(done));
        })))"""
    )
    assert [found[:15] for found in checks.shifts(page)] == ["layout moved by"]


def test_the_console_and_other_hosts_are_heard(shown: Callable[[str], tuple[Page, Listener]]) -> None:
    """A script that the policy refuses is an error of the console; a picture from elsewhere is named."""
    bad = "<script>alert(1)</script><img alt='' src='http://elsewhere.example/x.png'>"
    page, heard = shown(GOOD.replace("</main>", f"{bad}</main>"))
    page.wait_for_load_state("networkidle")
    assert any("Content Security Policy" in said for said in heard.said)
    assert heard.elsewhere(SITE) == ["http://elsewhere.example/x.png"]


@pytest.mark.parametrize(
    ("weight", "wrong"),
    [
        (Weight(10, MOST_BYTES, 10**9), 0),
        (Weight(11, MOST_BYTES, 0), 1),
        (Weight(11, MOST_BYTES + 1, 0), 2),
    ],
)
def test_the_budget_counts_no_pictures(weight: Weight, wrong: int) -> None:
    """Ten requests and the most bytes are within it, one more of either is not; pictures may weigh anything."""
    assert len(over_budget(weight)) == wrong
