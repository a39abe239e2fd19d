"""Pictures of all pages, at three widths, in both languages and colour schemes, with contact sheets to look at.

`make screenshots` makes all of them; words after `PAGES=` choose those whose path has one of them, `/` the overview.
"""

import html
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from app.i18n import Lang
from app.resources import resource
from app.store.session import Database
from tests.browser.chromium import MISSING, Chromium, find_chromium
from tests.browser.guests import let_guests_in, sign_in
from tests.browser.places import VISITS, Place
from tests.browser.visits import window
from tests.serving import free_port, served

ROOT = resource("migrations").parent
FOLDER = ROOT / "screenshots"
WIDTHS = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
LOCALES: dict[Lang, str] = {"zh": "zh-CN", "en": "en-GB"}
# A contact sheet's columns, their width, and how many pages are on it: no more than one can look at.
COLUMNS = 6
THUMB = 300
ON_A_SHEET = 12

_STYLE = f"""
body {{ margin: 0; padding: 12px; background: #888; font: 12px sans-serif;
  display: grid; grid-template-columns: repeat({COLUMNS}, {THUMB}px); gap: 12px; }}
figure {{ margin: 0; }}
figcaption {{ overflow-wrap: anywhere; color: #fff; height: 3em; overflow: hidden; }}
figure div {{ height: {THUMB * 2}px; overflow: hidden; }}
img {{ width: {THUMB}px; display: block; }}
"""


def main(words: list[str]) -> None:
    """Make the pictures of the pages whose path has one of the words, or of all."""
    executable = find_chromium()
    if executable is None:
        sys.exit(MISSING)
    chosen = [
        (place, lang)
        for place, lang in VISITS
        if not words or any(word == place.path or (word != "/" and word in place.path) for word in words)
    ]
    shutil.rmtree(FOLDER, ignore_errors=True)
    chromium = Chromium(executable)
    try:
        with tempfile.TemporaryDirectory(prefix="mubiao-") as made, chromium.awake() as browser:
            port = free_port()
            url = f"sqlite:///{made}/m.sqlite3"
            with served(port, url, cwd=Path(made), code=ROOT):
                with closing(Database(url)) as db:
                    let_guests_in(db)
                for sheet in sheets(browser, f"http://127.0.0.1:{port}", chosen):
                    sys.stdout.write(f"{sheet.relative_to(ROOT)}\n")
    finally:
        chromium.close()


def sheets(browser: Browser, site: str, chosen: list[tuple[Place, Lang]]) -> Iterator[Path]:
    """Photograph the pages, and give contact sheets for each width, language and scheme."""
    for (width, height), lang, scheme in product(
        WIDTHS.items(), sorted({lang for _, lang in chosen}), SCHEMES
    ):
        folder = FOLDER / f"{width}-{lang}-{scheme}"
        folder.mkdir(parents=True)
        with window(
            browser,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale=LOCALES[lang],
        ) as context:
            page = context.new_page()
            taken = [
                photograph(page, site, place, lang, folder / f"{number:02}.png")
                for number, (place, spoken) in enumerate(chosen)
                if spoken == lang
            ]
        for number, first in enumerate(range(0, len(taken), ON_A_SHEET), 1):
            yield contact_sheet(browser, folder, number, taken[first : first + ON_A_SHEET])


def photograph(page: Page, site: str, place: Place, lang: Lang, file: Path) -> tuple[str, Path]:
    """Take a picture of the whole length of a page; give its address and the file."""
    sign_in(page.context, site, place.role)
    page.goto(site + place.address(lang))
    page.screenshot(path=file, full_page=True)
    return place.address(lang), file


def contact_sheet(browser: Browser, folder: Path, number: int, taken: list[tuple[str, Path]]) -> Path:
    """Put the tops of some pictures of a folder on one."""
    figures = "".join(
        f"<figure><figcaption>{file.name} {html.escape(address)}</figcaption><div><img src='{file.name}'></div></figure>"
        for address, file in taken
    )
    sheet = folder / f"{number}.html"
    sheet.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{_STYLE}</style>{figures}", "utf-8")
    picture = FOLDER / f"{folder.name}-{number}.png"
    with window(browser, viewport={"width": COLUMNS * (THUMB + 12) + 24, "height": 900}) as context:
        page = context.new_page()
        page.goto(sheet.as_uri())
        page.screenshot(path=picture, full_page=True)
    return picture


if __name__ == "__main__":
    main(sys.argv[1:])
