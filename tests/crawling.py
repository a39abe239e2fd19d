"""Going through the whole site as a machine does, from the first page and the sitemap, without a browser.

What must hold of what is found is in `test_site`.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, urljoin

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import compile_path

from app.i18n import LANGS, Lang
from tests.reading import Element, Page

HOST = "http://testserver"
# Of addresses with the same route and parameters, of which there are without number, so many are asked.
ALIKE = 1
_ADDRESSES = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "form": "action",
}
# What a figure stands in: the smallest of these around it must lead to its source.
_ITEMS = {"li", "tr", "main"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the page that it is on, and where it leads, without the host."""

    page: str
    target: str

    @property
    def address(self) -> str:
        """The address without the place on the page."""
        return self.target.partition("#")[0]

    @property
    def place(self) -> str:
        """The place on the page, or nothing."""
        return self.target.partition("#")[2]


@dataclass
class Crawl:
    """What one language's site was found to be."""

    client: TestClient
    lang: Lang
    leave_out: frozenset[str]  # pages that are not opened, so that the crawl ends in seconds
    statuses: dict[str, int] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    sourceless: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    figures: int = 0
    _queue: deque[str] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)
    _known: dict[str, str] = field(default_factory=dict)  # the routes of paths
    _kinds: Counter[str] = field(default_factory=Counter)

    def run(self, start: Iterable[str]) -> None:
        """Ask for all that can be reached."""
        for address in start:
            self._wish(address)
        while self._queue:
            self._open(self._queue.popleft())

    @property
    def twins(self) -> set[str]:
        """The pages of the other languages that were named, under this language's address."""
        others = {f"/{lang}/" for lang in LANGS if lang != self.lang}
        named = {link.address for link in self.links}
        return {f"/{self.lang}/{one[4:]}" for one in named if one[:4] in others and not self.left_out(one)}

    def left_out(self, address: str) -> bool:
        """Say whether an address was named but is one of too many alike."""
        return address in self.leave_out or (address not in self.statuses and "?" in address)

    def broken(self) -> list[str]:
        """List the links that lead nowhere, each with the first page that has it."""
        first = {link.target: link.page for link in reversed(self.links)}
        right = {address: 302 if address == "/" else 200 for address in self.statuses}
        gone = {address for address, status in self.statuses.items() if status != right[address]}
        placeless = {
            link.target
            for link in self.links
            if link.place and link.address in self.ids and link.place not in self.ids[link.address]
        }
        return sorted(
            [f"{self.statuses[one]} {one} on {first.get(one, 'the sitemap')}" for one in gone]
            + [f"no such place: {one} on {first[one]}" for one in placeless]
        )

    def _wish(self, address: str) -> None:
        """Put an address on the list, unless it was there, is another language's, or has many alike."""
        if address in self._seen or address in self.leave_out:
            return
        if any(address.startswith(f"/{lang}/") for lang in LANGS if lang != self.lang):
            return
        self._seen.add(address)
        kind = self._kind(address)
        self._kinds[kind] += 1
        if self._kinds[kind] <= ALIKE or self._alone(address):
            self._queue.append(address)

    def _alone(self, address: str) -> bool:
        """Say whether an address is like no other: a page or its JSON twin as such, without parameters.

        The twins are the same in all languages, so they are asked for in the first.
        """
        mine = address.startswith(f"/{self.lang}/") or self.lang == LANGS[0]
        return mine and "?" not in address and "." not in self._route(address)

    def _kind(self, address: str) -> str:
        """Name what addresses of one kind share: route, ending of a file and names of parameters."""
        path, _, query = address.partition("?")
        route = self._route(address)
        names = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
        return " ".join([route, path.rpartition(".")[2] if "." in route else "", *names])

    def _route(self, address: str) -> str:
        """Name the route that answers, or the path where there is none."""
        path = address.partition("?")[0]
        if path not in self._known:
            self._known[path] = next((name for name, one in self._routes if one.fullmatch(path)), path)
        return self._known[path]

    @cached_property
    def _routes(self) -> list[tuple[str, re.Pattern[str]]]:
        app = self.client.app
        assert isinstance(app, FastAPI)
        return [(one.path, compile_path(one.path)[0]) for one in iter_route_contexts(app.routes) if one.path]

    def _open(self, address: str) -> None:
        answer = self.client.get(address, follow_redirects=False)
        self.statuses[address] = answer.status_code
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            return
        try:
            page = Page(answer.text)
        except AssertionError as error:
            self.malformed.append(f"{error} on {address}")
            return
        self.ids[address] = set(page.ids())
        for target in targets(page, address):
            self.links.append(Link(address, target))
            onward = target.partition("#")[0]
            # Filters lead to the same page with other filters, without end.
            if "?" not in address or self._route(onward) != self._route(address):
                self._wish(onward)
        self.figures += sum("figure" in element.classes for element in page.elements)
        self.sourceless += [
            f"{text} on {address}" for text in sourceless(page, framed=address.startswith("/embed/"))
        ]


def targets(page: Page, address: str) -> Iterator[str]:
    """List where a page leads within the site, whatever for, without the host."""
    for element in page.elements:
        given = element.attributes.get(_ADDRESSES.get(element.tag, ""), "")
        if element.tag == "meta" and element.attributes.get("property") == "og:image":
            given = element.attributes["content"]
        if not given or given.startswith(("data:", "mailto:")):
            continue
        # Nearly all are whole paths, and what joins the others takes long.
        whole = given if given[0] == "/" != given[1:2] else urljoin(HOST + address, given).removeprefix(HOST)
        if whole.startswith("/"):
            yield whole


def sourceless(page: Page, *, framed: bool = False) -> Iterator[str]:
    """List the figures that do not lead to their source in one click.

    Those do whose item, the smallest entry, point of a list, row or page around them, names a source. In a frame
    on another site's page there is room for less: the figure itself is a link to its target's page.
    """
    links = page.all("a")
    wanted = "/targets/" if framed else "/sources/"
    leading = {
        id(element)
        for a in links
        if wanted in a.attributes.get("href", "")
        for element in ([a] if framed else around(a))
    }
    for figure in page.elements:
        if "figure" in figure.classes:
            item = next(one for one in around(figure) if _is_item(one, framed=framed))
            if id(item) not in leading:
                yield figure.text


def _is_item(element: Element, *, framed: bool) -> bool:
    return element.tag in ({"a", "main"} if framed else _ITEMS) or "entry" in element.classes


def around(element: Element) -> Iterator[Element]:
    """Go from an element outwards."""
    while element.parent is not None:
        element = element.parent
        yield element
