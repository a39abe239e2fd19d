"""The browser of the tests: where it is, how it is started, what is said where there is none.

What it is shown is in `places`, what is looked at in `visits` and `checks`.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium: install it to run the tests in a browser "
    "(Debian: sudo apt-get install chromium fonts-noto-cjk libatomic1)"
)

_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Whatever a page asks for elsewhere fails at once, on every machine alike.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def find_chromium() -> str | None:
    """Find the browser in the usual places, or none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def must_be_there() -> bool:
    """Say whether a missing browser is a failure, as it is in CI, and no reason to skip."""
    return bool(os.environ.get("CI"))


class Chromium:
    """One running browser, to be used within `awake` only."""

    def __init__(self, executable: str) -> None:
        """Start the browser; raises playwright.Error where it does not start."""
        self._manager = sync_playwright()
        playwright = self._manager.start()
        self._loop = asyncio.get_running_loop()
        self.browser: Browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        asyncio._set_running_loop(None)

    @contextmanager
    def awake(self) -> Iterator[Browser]:
        """Lend the browser; Playwright leaves its loop running in this thread, where other tests run theirs."""
        asyncio._set_running_loop(self._loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)

    def close(self) -> None:
        """End the browser and what drives it."""
        with self.awake():
            self.browser.close()
            self._manager.__exit__()
