"""Every page in both languages: nothing that axe, the console, the network or a narrow screen finds wrong.

What readers do on the pages is in `test_journeys`.
"""

from collections.abc import Callable
from dataclasses import astuple

import pytest
from playwright.sync_api import BrowserContext

from app.i18n import LANGS, Lang
from tests.browser import checks
from tests.browser.guests import sign_in
from tests.browser.places import NAMES, PLACES, VISITS, Place
from tests.browser.visits import Listener, over_budget
from tests.browser.weights import PROPERTY

# Axe takes half of the time and finds what the template has wrong, in whichever language: each page meets it in one
# of them, by turns, and in both in `make stress`.
_BY_AXE = {place: LANGS[number % len(LANGS)] for number, place in enumerate(PLACES)}


@pytest.mark.parametrize(("place", "lang"), VISITS, ids=NAMES)
def test_nothing_is_wrong(
    place: Place,
    lang: Lang,
    site: str,
    context: BrowserContext,
    record_property: Callable[[str, object], None],
) -> None:
    """Light and dark, wide and narrow, by keyboard and on the wire, the page is as it should be."""
    page = context.new_page()
    heard = Listener(page)
    heard.listen()
    sign_in(context, site, place.role)
    answer = page.goto(site + place.address(lang))
    assert answer is not None
    assert answer.status == place.status
    moved = checks.shifts(page)
    weight = heard.weight()
    record_property(PROPERTY, [place.path, lang, *astuple(weight)])
    found = {
        "anatomy": checks.anatomy(page, place.tag(lang)),
        "stillness": moved,
        "axe": checks.axe(page) if lang == _BY_AXE[place] or not place.translated else [],
        "reflow": checks.reflow(page),
        "keyboard": checks.walk(page, checks.STOPS) if place.framed else checks.keyboard(page),
        "console": heard.said,
        "elsewhere": heard.elsewhere(site),
        "budget": over_budget(weight),
    }
    wrong = [f"{name}: {one}" for name, listed in found.items() for one in listed]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("width", [768, 1440])
def test_a_slow_device_shows_nothing_that_moves(site: str, context: BrowserContext, width: int) -> None:
    """A page is shown when all of it is there: a long table that came row by row would move its columns."""
    for kilobytes in (40, 150):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        device = context.new_cdp_session(page)
        device.send("Emulation.setCPUThrottlingRate", {"rate": 12})
        wire = {
            "offline": False,
            "latency": 20,
            "downloadThroughput": 1000 * kilobytes,
            "uploadThroughput": -1,
        }
        device.send("Network.emulateNetworkConditions", wire)
        page.goto(f"{site}/en/targets")
        assert checks.shifts(page) == []


@pytest.mark.stress
@pytest.mark.parametrize(("place", "lang"), VISITS, ids=NAMES)
def test_nothing_is_wrong_in_either_language_and_scheme(
    place: Place, lang: Lang, site: str, context: BrowserContext
) -> None:
    """Axe finds nothing, and no text is too faint in either colour scheme, also where another of its kind is not."""
    page = context.new_page()
    sign_in(context, site, place.role)
    page.goto(site + place.address(lang))
    assert checks.axe(page, ()) + checks.whole_contrast(page) == []
