"""A made-up dataset of any size that looks like the real one: seeded, so the same numbers give the same entities.

Regions, topics, metrics and bodies are the committed ones; how the entities get into a database is in `laid`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, cycle
from random import Random
from typing import Any, Final, TypeVar

from app.domain.schemas import RegionIn
from app.domain.vocabulary import Dimension, Kind, RegionLevel
from app.exchange.seeds.layout import read_seeds
from app.resources import resource
from benchmarks.words import ENGLISH_FIELDS, FIELDS

Seed = dict[str, Any]
T = TypeVar("T")

REGIONS: Final = 400
PER_PLAN: Final = 20
"""Targets of a plan."""
PER_SOURCE: Final = 5
"""Plans that one source reports."""
PER_OBSERVATION: Final = 20
"""Targets to one observation."""
# So many draw a second year; some draw the same one again, which leaves one and a half deadlines to a target.
_SECOND: Final = 0.75
_QUALITATIVE: Final = 0.05
_PLAIN: Final = 0.55

_FORMS: Final = (
    ("plan", "发展规划", "development plan"),
    ("action_plan", "行动计划", "action plan"),
    ("scheme", "实施方案", "implementation scheme"),
    ("opinions", "若干意见", "opinions"),
    ("measures", "若干措施", "measures"),
)
_STAGES: Final = ("adopted", "adopted", "adopted", "adopted", "announced", "consultation_draft", "unknown")
_BOUNDARIES: Final = ("unspecified", "unspecified", "unspecified", "core", "related", "whole_chain")
_COVERAGES: Final = ("unspecified", "unspecified", "unspecified", "above_scale", "smes", "large", "all")
_KINDS: Final = (
    *(Kind.LEVEL, Kind.LEVEL, Kind.LEVEL, Kind.LEVEL, Kind.INCREASE, Kind.INCREASE),
    *(Kind.GROWTH, Kind.AVERAGE_GROWTH, Kind.REGION_SHARE),
)
_BINDING: Final = ("unspecified", "unspecified", "unspecified", "anticipatory", "binding")
_UNITS: Final = {
    Dimension.MONEY: "亿元",
    Dimension.COUNT: "家",
    Dimension.SHARE: "%",
    Dimension.DENSITY: "台/万人",
}
_BOUNDS: Final = (
    ("gt", "突破{}"),
    ("ge", "{}以上"),
    ("eq", "达到{}"),
    ("approx", "{}左右"),
)
_ROUND: Final = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 60, 80, 100, 120, 150, 200, 300, 500, 800, 1000, 5000)
_YEARS: Final = (2025, 2026, 2027, 2027, 2027, 2028, 2030, 2030, 2035)


def _weights(number: int) -> list[float]:
    """Let the first of a list be named far more often than the last, as in texts."""
    return list(accumulate(1 / place for place in range(1, number + 1)))


@dataclass(frozen=True, slots=True)
class Measured:
    """What a figure measures: a metric, a kind and a topic, with the words for it."""

    metric: Any
    kind: Kind
    topic: Any


class Dataset:
    """So many targets in plans of twenty, spread evenly over 400 regions, with sources and observations."""

    def __init__(self, targets: int, seed: int = 5) -> None:
        """Read the committed vocabulary; `targets` is rounded up to whole plans."""
        self.plans = -(-targets // PER_PLAN)
        self.targets = self.plans * PER_PLAN
        self.sources = -(-self.plans // PER_SOURCE)
        self.observations = self.targets // PER_OBSERVATION
        self._seed = seed
        self.vocabulary: dict[str, list[Any]] = {
            kind: [one.entity for one in located]
            for kind, located in read_seeds(resource("seeds")).entities.items()
        }
        self.regions: list[Any] = [
            one
            for one in (*self.vocabulary["region"], *self._counties())
            if one.level is not RegionLevel.GROUP
        ]

    def entities(self, kind: str) -> Iterator[Seed]:
        """Give the entities of a kind in seed form, one after the other."""
        made = {
            "source": self._make_sources,
            "plan": self._make_plans,
            "observation": self._make_observations,
        }
        if kind in made:
            yield from made[kind]()
        elif kind != "assessment":
            yield from (one.seed() for one in self.vocabulary[kind])
            if kind == "region":
                yield from (one.seed() for one in self._counties())

    def keys(self, kind: str) -> list[str]:
        """List the keys of the entities of a kind, in their order."""
        places = cycle(self.regions)
        match kind:
            case "plan":
                return [
                    _plan(region, number) for number, region in zip(range(self.plans), places, strict=False)
                ]
            case "observation":
                return [
                    _seen(region, number)
                    for number, region in zip(range(self.observations), places, strict=False)
                ]
            case "source":
                return [_source(number) for number in range(self.sources)]
            case _:
                return [one.get("code") or one["slug"] for one in self.entities(kind)]

    def _counties(self) -> list[RegionIn]:
        """Make counties until there are so many regions as there shall be."""
        names = [
            "上城",
            "拱墅",
            "西湖",
            "滨江",
            "萧山",
            "余杭",
            "临平",
            "钱塘",
            "富阳",
            "临安",
            "桐庐",
            "淳安",
            "建德",
            "海曙",
            "江北",
        ]
        codes = [f"3301{number:02d}" for number in range(2, 2 + REGIONS - len(self.vocabulary["region"]))]
        return [
            RegionIn(
                code=code,
                slug=f"county-{code}",
                level=RegionLevel.COUNTY,
                parent="330100",
                name_zh=f"{name}区",
                name_en=f"District {code}",
                short_zh=name,
            )
            for code, name in zip(codes, names, strict=False)
        ]

    def _make_sources(self) -> Iterator[Seed]:
        for number in range(self.sources):
            region = self.regions[number % len(self.regions)]
            field = number % len(FIELDS)
            yield {
                "slug": _source(number),
                "kind": ("official_text", "official_interpretation", "news")[number % 3],
                "title_zh": f"{region.name_zh}人民政府关于{FIELDS[field]}的通知（第{number}号）",
                "title_en": f"Notice No. {number} of {region.name_en} on {ENGLISH_FIELDS[field]}",
                "publisher_zh": f"{region.short_zh}日报",
                "url": f"https://example.org/{region.slug}/{number}",
                "script": "hans",
                "published": f"20{22 + number % 5}-{1 + number % 12:02d}",
            }

    def _make_plans(self) -> Iterator[Seed]:
        return map(self.plan, range(self.plans))

    def plan(self, number: int) -> Seed:
        """Give a plan in seed form; numbers from `plans` on are of plans that are not in the dataset."""
        region = self.regions[number % len(self.regions)]
        return _Plan(self, number, region, Random(f"{self._seed} plan {number}")).seed()

    def _make_observations(self) -> Iterator[Seed]:
        places = cycle(self.regions)
        for number in range(self.observations):
            random, region = Random(f"{self._seed} observation {number}"), next(places)
            measured = self.measured(random, Kind.LEVEL)
            comparator, phrase = _BOUNDS[2]
            value, unit = _value(random, measured)
            words = phrase.format(f"{value}{unit}")
            year = 2020 + random.randrange(6)
            what = f"{measured.topic.name_zh}{measured.metric.name_zh}"
            yield {
                "slug": _seen(region, number),
                "region": region.code,
                "topic": measured.topic.slug,
                "metric": measured.metric.slug,
                "comparator": comparator,
                "value": str(value),
                "unit": unit,
                "value_as_stated": words,
                "end": str(year),
                "status": "official" if random.random() < _PLAIN else "estimate",
                "statement_zh": f"{year}年{region.short_zh}{what}{words}。",
                "statement_en": f"{region.name_en}: {measured.metric.name_en} of {measured.topic.name_en} in {year}.",
                "editorial_state": "published",
                "evidence": [_evidence(random, _source(number % self.sources), words)],
            }

    def measured(self, random: Random, kind: Kind | None = None, topic: Any = None) -> Measured:
        """Draw what is measured: a few keys are everywhere, so that regions can be compared by them."""
        return Measured(
            self.draw(random, self.vocabulary["metric"]),
            kind or random.choice(_KINDS),
            topic or self.draw(random, self.vocabulary["topic"]),
        )

    def draw(self, random: Random, items: Sequence[T]) -> T:
        """Draw one of a list, the first ones more often."""
        return random.choices(items, cum_weights=_weights(len(items)))[0]


class _Plan:
    """One plan on its way: what has been drawn for it."""

    def __init__(self, dataset: Dataset, number: int, region: Any, random: Random) -> None:
        self._dataset = dataset
        self._region = region
        self._random = random
        self._source = _source(number // PER_SOURCE % dataset.sources)
        self._slug = _plan(region, number)
        self._number = number
        self._topic = dataset.draw(random, dataset.vocabulary["topic"])
        self._field = random.randrange(len(FIELDS))
        self._keys: set[tuple[str, ...]] = set()

    def seed(self) -> Seed:
        """Give the plan in seed form."""
        random, region, topic = self._random, self._region, self._topic
        form, zh, en = random.choice(_FORMS)
        start = random.randrange(2021, 2027)
        title = f"{region.name_zh}{topic.name_zh}与{FIELDS[self._field]}产业{zh}（{start}—{start + 4}年）"
        document = f"{region.short_zh[0]}政发〔{start}〕{self._number}号"
        return {
            "slug": self._slug,
            "region": region.code,
            "title_zh": title,
            "title_en": (
                f"{region.name_en}: {en} for {topic.name_en} and {ENGLISH_FIELDS[self._field]} ({start}–{start + 4})"
            ),
            "document_number": document,
            "form": form,
            "stage": random.choice(_STAGES),
            "published": f"{start}-{random.randrange(1, 13):02d}",
            "period_start": start,
            "period_end": start + 4,
            "topics": [topic.slug],
            **self._links(),
            "summary_zh": f"{region.short_zh}提出以{topic.name_zh}带动{FIELDS[self._field]}，建设产业集群。",
            "editorial_state": "published",
            "evidence": [_evidence(random, self._source, f"印发《{title}》"[:120])],
            "targets": [self._target(place) for place in range(PER_PLAN)],
            "measures": [self._measure()],
        }

    def _links(self) -> Seed:
        """Let every tenth plan put an earlier one of its region into effect."""
        earlier = self._number - len(self._dataset.regions)
        if not 0 <= earlier < self._dataset.plans or self._number % 10:
            return {}
        return {"links": [{"to": _plan(self._region, earlier), "kind": "implements"}]}

    def _target(self, place: int) -> Seed:
        random = self._random
        public_id = f"{self._slug}.t{place}"
        if random.random() < _QUALITATIVE:
            return {
                "public_id": public_id,
                "kind": "qualitative",
                "topic": self._topic.slug,
                "statement_zh": f"把{self._region.short_zh}建成{FIELDS[self._field]}高地，第{place + 1}项任务。",
                "deadlines": [{"evidence": [_evidence(random, self._source, "建成高地")]}],
            }
        key = self._key()
        measured = key.pop("measured")
        qualifier = f"{key.get('qualifier', '')}"
        deadlines = self._deadlines(measured)
        words, due = deadlines[0]["value_as_stated"], deadlines[0]["due"]
        what = f"{measured.topic.name_zh}{qualifier}{measured.metric.name_zh}"
        binding = random.choice(_BINDING)
        return {
            "public_id": public_id,
            **key,
            "statement_zh": f"到{due[:4]}年，{self._region.short_zh}{what}{words}。",
            "statement_en": (
                f"By {due[:4]}, {measured.metric.name_en.lower()} of {measured.topic.name_en}"
                f" in {self._region.name_en}."
            ),
            **({"bindingness": binding} if binding != "unspecified" else {}),
            "deadlines": deadlines,
        }

    def _key(self) -> Seed:
        """Draw a key that the plan has not yet, in seed form, beside what it measures."""
        random = self._random
        while True:
            topic = self._topic if random.random() < _PLAIN else None
            measured = self._dataset.measured(random, topic=topic)
            plain = random.random() < _PLAIN
            key = {
                "kind": str(measured.kind),
                "boundary": random.choice(_BOUNDARIES),
                "coverage": random.choice(_COVERAGES),
                "topic": measured.topic.slug,
                "metric": measured.metric.slug,
                "qualifier": "" if plain else self._dataset.draw(random, FIELDS),
            }
            if (drawn := tuple(key.values())) not in self._keys:
                self._keys.add(drawn)
                blank = {
                    "kind": "level",
                    "boundary": "unspecified",
                    "coverage": "unspecified",
                    "qualifier": "",
                }
                given = {name: value for name, value in key.items() if blank.get(name) != value}
                return {**given, "measured": measured}

    def _deadlines(self, measured: Measured) -> list[Seed]:
        random = self._random
        years = sorted(set(random.choices(_YEARS, k=1 + (random.random() < _SECOND))))
        made = []
        for year in years:
            comparator, phrase = random.choice(_BOUNDS)
            value, unit = _value(random, measured)
            words = phrase.format(f"{value}{unit}")
            made.append(
                {
                    "value_as_stated": words,
                    "comparator": comparator,
                    "value": str(value),
                    "unit": unit,
                    "due": str(year) if random.random() < _PLAIN else f"{year}-{random.randrange(1, 13):02d}",
                    "due_as_stated": f"到{year}年",
                    "evidence": [_evidence(random, self._source, f"到{year}年{words}")],
                }
            )
        return made

    def _measure(self) -> Seed:
        value = self._random.choice(_ROUND)
        return {
            "public_id": f"{self._slug}.fund",
            "kind": "fund",
            "statement_zh": f"设立{value}亿元的{FIELDS[self._field]}产业基金。",
            "value_as_stated": f"{value}亿元",
            "total": str(value),
            "unit": "亿元",
            "comparator": "eq",
            "evidence": [_evidence(self._random, self._source, f"设立{value}亿元基金")],
        }


def _plan(region: RegionIn, number: int) -> str:
    return f"{region.slug}-{number}"


def _seen(region: RegionIn, number: int) -> str:
    return f"{region.slug}-seen-{number}"


def _source(number: int) -> str:
    return f"notice-{number}"


def _evidence(random: Random, source: str, phrase: str) -> Seed:
    return {"source": source, "paragraph": str(random.randrange(1, 80)), "phrase": phrase, "check": "found"}


def _value(random: Random, measured: Measured) -> tuple[int, str]:
    if measured.kind in {Kind.GROWTH, Kind.AVERAGE_GROWTH, Kind.REGION_SHARE}:
        return random.randrange(3, 40), "%"
    unit = _UNITS[measured.metric.dimension]
    return random.randrange(30, 98) if unit == "%" else random.choice(_ROUND), unit
