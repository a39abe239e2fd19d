"""Opening a page and listening to it: what it asks for, what it weighs, what the console says.

What is looked at on the page itself is in `checks`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PATIENCE = 30_000
"""How many milliseconds a page may take to answer or to show what is waited for."""
MOST_REQUESTS = 10
MOST_BYTES = 150_000
"""On the wire, without pictures, for the first view of a page."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What the first view of a page costs: requests, bytes on the wire, and those of pictures."""

    requests: int
    bytes: int
    pictures: int


@dataclass(eq=False)
class Listener:
    """All that an open page asks for and says, from before its first request."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def listen(self) -> None:
        """Begin."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        network = self.page.context.new_cdp_session(self.page)
        network.on("Network.requestWillBeSent", self._request)
        network.on("Network.responseReceived", self._response)
        network.on("Network.loadingFinished", self._finished)
        network.send("Network.enable")

    def weight(self) -> Weight:
        """Weigh what has come until now."""
        pictures = sum(size for key, size in self.sizes.items() if self.kinds.get(key) == "Image")
        return Weight(len(self.asked), sum(self.sizes.values()) - pictures, pictures)

    def elsewhere(self, site: str) -> list[str]:
        """List the addresses on other hosts that the page asked for."""
        return [url for _, url in self.asked if urlsplit(url).netloc != urlsplit(site).netloc]

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium says of a page that answers 404 that it could not be loaded.
        own = "status of 4" in message.text and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not own:
            self.said.append(f"{message.type}: {message.text}")

    def _request(self, event: dict[str, Any]) -> None:
        if urlsplit(event["request"]["url"]).scheme in {"http", "https", "ws", "wss"}:
            self.asked.append((event["requestId"], event["request"]["url"]))

    def _response(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a window that knows nothing of others; without options it is 1,280 wide and light."""
    size = {"width": 1280, "height": 900}
    context = browser.new_context(**({"viewport": size, "color_scheme": "light"} | options))
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def over_budget(weight: Weight) -> list[str]:
    """Say by what a page is too heavy."""
    wrong = []
    if weight.requests > MOST_REQUESTS:
        wrong.append(f"{weight.requests} requests, {MOST_REQUESTS} may be")
    if weight.bytes > MOST_BYTES:
        wrong.append(f"{weight.bytes} bytes, {MOST_BYTES} may be")
    return wrong
