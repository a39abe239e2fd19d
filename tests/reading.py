"""Reading pages as a reader's browser would: a client for the pages alone, and what stands in their HTML.

What the pages must say is in the tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from app.settings import Settings
from app.store.engines import POOL_SIZE
from app.store.session import Database
from app.web import pages
from app.web.handlers import add_handlers

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@lru_cache(maxsize=1)
def routes() -> list[BaseRoute]:
    """Give the pages' routes, which FastAPI prepares for each application anew; made once a worker."""
    app = FastAPI(openapi_url=None)
    app.include_router(pages.router)
    return app.router.routes


@contextmanager
def reader(db: Database, public_url: str | None = None) -> Iterator[TestClient]:
    """Open a client of the pages on a database, without what stands around them."""
    app = FastAPI(openapi_url=None)
    app.state.settings = Settings(database_url="", public_url=public_url)
    app.state.database = db
    app.state.readers = CapacityLimiter(POOL_SIZE)
    app.router.routes[:] = routes()
    add_handlers(app)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@dataclass
class Element:
    """One element: its tag, its attributes, all text within it, white space folded, and what it stands in."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    parent: "Element | None" = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The text as it is read."""
        return " ".join("".join(self.parts).split())

    @property
    def classes(self) -> set[str]:
        """The classes."""
        return set(self.attributes.get("class", "").split())


class Page(HTMLParser):
    """A parsed page; raises AssertionError where tags are not closed in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=parent)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self._open, f"{tag} is closed but was not opened"
        last = self._open.pop()
        assert last.tag == tag, f"{tag} is closed within {last.tag}"

    def handle_data(self, data: str) -> None:
        """Give the text to all elements around it."""
        for element in self._open:
            element.parts.append(data)

    def all(self, tag: str, name: str | None = None) -> list[Element]:
        """List the elements of a tag, of a class if one is named."""
        return [e for e in self.elements if e.tag == tag and (name is None or name in e.classes)]

    def one(self, tag: str, name: str | None = None) -> Element:
        """Give the only element of a tag and class."""
        found = self.all(tag, name)
        assert len(found) == 1, f"{len(found)} elements {tag}.{name}"
        return found[0]

    def links(self) -> list[str]:
        """List the addresses of all links."""
        return [a.attributes["href"] for a in self.all("a")]

    def ids(self) -> list[str]:
        """List all ids."""
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]
