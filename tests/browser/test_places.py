"""The list of pages that the other tests go through is whole, and the page that is wrong is found.

Needs no browser.
"""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from app.store.session import Database
from tests.browser.places import FILES, VISITS
from tests.clients import asking, whole


def routes() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give the paths of all routes that can be opened but the API's, in the order in which they are tried."""
    for route in iter_route_contexts(whole().routes):
        if route.path and "GET" in (route.methods or ()) and not route.path.startswith("/api/v1"):
            yield route.path, compile_path(route.path)[0]


def test_every_route_is_in_the_list() -> None:
    """A page that is not in the list is one that nobody looks at: put it there, in `places`."""
    known = list(routes())
    addresses = [place.address(lang) for place, lang in VISITS if place.status != 404] + [
        path for path, _ in FILES
    ]
    answering = {
        next((name for name, pattern in known if pattern.fullmatch(address.partition("?")[0])), address)
        for address in addresses
    }
    assert answering == {name for name, _ in known}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_list_s_files_are_what_it_says(seeded: Database) -> None:
    """What is no page answers with its own media type, the front door with the way to a language."""
    with asking(seeded) as client:
        got = {path: client.get(path, follow_redirects=False) for path, _ in FILES}
    types = {
        path: (answer.headers.get("location") or answer.headers["content-type"]).partition(";")[0]
        for path, answer in got.items()
    }
    assert types == dict(FILES)
