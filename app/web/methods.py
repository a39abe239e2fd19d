"""Which methods an address takes: what OPTIONS answers, and what a refusal of another method names.

What the routes do with them is theirs; other sites' scripts may only read, whatever this says (`headers`).
"""

import re
from collections.abc import Sequence
from functools import cached_property

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


class Methods:
    """The methods of all routes, by their paths; a router itself names those of the first route that fits alone."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        """Take the list of routes, which is read when a method is asked for: FastAPI prepares them by then anyway."""
        self._routes = routes

    def __call__(self, path: str) -> frozenset[str]:
        """Give the methods that an address takes, HEAD and OPTIONS among them; those of reading where there is none."""
        taken = {
            method for pattern, methods in self._patterns if pattern.fullmatch(path) for method in methods
        }
        return (
            frozenset(taken or {"GET"}) | {"OPTIONS"} | ({"HEAD"} if "GET" in (taken or {"GET"}) else set())
        )

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], set[str]]]:
        found: dict[str, set[str]] = {}
        for route in iter_route_contexts(self._routes):
            if route.path and route.methods:
                found.setdefault(route.path, set()).update(route.methods)
        return [(compile_path(path)[0], methods) for path, methods in found.items()]
