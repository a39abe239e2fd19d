"""What is asked of a database of any size: pages under all filters, facets, searches, comparisons, plans to be written.

How long the answers take is measured in `growth`; each list is drawn anew from the same seed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import count
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

from app.domain.vocabulary import (
    Bindingness,
    Boundary,
    Coverage,
    Family,
    Kind,
    PlanForm,
    RegionLevel,
    Stage,
    Timing,
)
from benchmarks.dataset import Dataset
from benchmarks.words import ENGLISH_FIELDS, FIELDS

Query = list[tuple[str, Any]]

_SEED: Final = 11
_PLACED: Final = ("region", "under", "updated_since", "source")
_KEYED: Final = (*_PLACED, "topic", "metric", "family", "kind", "year", "plan", "stage", "q")
_FILTERS: Final = {
    "deadlines": (*_KEYED, "level", "boundary", "coverage", "bindingness", "timing", "year_from"),
    "targets": _KEYED,
    "plans": (*_PLACED, "topic", "stage", "form", "q"),
    "observations": (*_PLACED, "topic", "metric", "family", "kind", "year", "q"),
}
_SORTS: Final = {
    "deadlines": (None, "due_on", "-due_on", "updated_at", "-updated_at"),
    "targets": (None, "public_id", "due_on", "-due_on", "-updated_at"),
    "plans": (None, "slug", "-updated_at"),
    "observations": (None, "slug", "-to_on", "-updated_at"),
}
_FACETS: Final = (
    *(
        "topic",
        "region",
        "under",
        "family",
        "metric",
        "year",
        "kind",
        "level",
        "boundary",
        "coverage",
        "stage",
    ),
    *("bindingness", "timing"),
)
# From all figures of eight regions down to those that one screen holds: the first that is not too wide is taken.
_NARROWER: Final[tuple[Query, ...]] = (
    [],
    [("topic", "ai")],
    [("topic", "ai"), ("year_from", 2027), ("year_to", 2027)],
    [("topic", "embodied-ai")],
    [("topic", "embodied-ai"), ("year_from", 2027), ("year_to", 2027)],
    [("topic", "embodied-ai"), ("family", "industry_size"), ("year_from", 2027), ("year_to", 2027)],
)


class Asked:
    """Everything that is asked about one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        """Draw from what is in the dataset."""
        self._dataset = dataset
        self._words = list(_words(dataset))
        self._keys = {kind: dataset.keys(kind) for kind in ("source", "plan")}

    def pages(self) -> Iterator[tuple[str, str]]:
        """Give the addresses of filtered pages without end, each with its collection and filters by name.

        First each filter of each collection alone, then two or three at once, in any order that the collection has.
        """
        random = Random(_SEED)
        for collection, names in _FILTERS.items():
            for name in names:
                yield self._page(random, collection, [name], None)
        while True:
            (collection,) = random.choices(list(_FILTERS), weights=(6, 2, 1, 1))
            several = random.sample(_FILTERS[collection], random.choice((1, 2, 2, 3)))
            yield self._page(random, collection, several, random.choice(_SORTS[collection]))

    def facets(self) -> Iterator[tuple[str, str]]:
        """Give the addresses of the explorer with none, one or two facets chosen."""
        random = Random(_SEED)
        for number in count():
            chosen = random.sample(_FACETS, 0 if number == 0 else random.choice((0, 1, 1, 2)))
            query = [(name, self._value(random, name)) for name in chosen]
            yield (
                _address(f"/{('zh', 'en')[number % 2]}/targets", query),
                "explorer " + "+".join(sorted(chosen)),
            )

    def searches(self) -> Iterator[tuple[str, str]]:
        """Give the addresses of searches: for words, names, numbers of documents and figures."""
        random = Random(_SEED)
        while True:
            q = random.choice(self._words)
            yield _address("/api/v1/search", [("q", q)]), f"search {q}"

    def comparisons(self) -> Iterator[list[str]]:
        """Give comparisons of eight regions, each under filters that leave fewer and fewer figures."""
        random = Random(_SEED)
        while True:
            regions: Query = [("region", one.code) for one in random.sample(self._dataset.regions[1:], 8)]
            yield [_address("/api/v1/compare", regions + narrower) for narrower in _NARROWER]

    def _page(self, random: Random, collection: str, names: list[str], sort: str | None) -> tuple[str, str]:
        query: Query = [(name, self._value(random, name)) for name in names]
        if sort is not None:
            query.append(("sort", sort))
        label = f"{collection} {'+'.join(sorted(names))}{f' by {sort}' if sort else ''}"
        return _address(f"/api/v1/{collection}", query), label

    def _value(self, random: Random, name: str) -> Any:
        """Draw a value of a filter."""
        match name:
            case "region" | "under":
                values: Sequence[Any] = [one.code for one in self._dataset.regions]
            case "topic" | "metric":
                return self._dataset.draw(random, self._dataset.vocabulary[name]).slug
            case "source" | "plan":
                values = self._keys[name]
            case "year" | "year_from":
                values = (2025, 2026, 2027, 2028, 2030, 2035)
            case "updated_since":
                values = [f"2026-{month:02d}-01T00:00:00Z" for month in range(1, 11)]
            case "q":
                values = self._words
            case _:
                values = [str(word) for word in _WORDS[name]]
        return random.choice(values)


_WORDS: Final[Mapping[str, Iterable[StrEnum]]] = {
    "family": Family,
    "kind": [kind for kind in Kind if kind is not Kind.RANK],
    "stage": Stage,
    "level": [level for level in RegionLevel if level not in {RegionLevel.GROUP, RegionLevel.ZONE}],
    "boundary": Boundary,
    "coverage": Coverage,
    "bindingness": Bindingness,
    "timing": Timing,
    "form": PlanForm,
}


def _words(dataset: Dataset) -> Iterator[str]:
    """List what is searched for."""
    yield from FIELDS
    yield from ENGLISH_FIELDS
    yield from (one.name_zh for one in dataset.vocabulary["topic"])
    yield from (one.name_zh for one in dataset.vocabulary["metric"])
    yield from (one.short_zh for one in dataset.regions[::10])
    yield from (
        f"{one.short_zh} {FIELDS[place % len(FIELDS)]}" for place, one in enumerate(dataset.regions[::10])
    )
    yield from (
        dataset.plan(number)["document_number"]
        for number in range(0, dataset.plans, dataset.plans // 10 or 1)
    )
    yield from ("5000亿元", "突破100亿元", "2030年", "revenue 2027", "人工智能 营业收入", "龙", "基金")


def _address(path: str, query: Query) -> str:
    return f"{path}?{urlencode(query)}" if query else path
