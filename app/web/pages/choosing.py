"""The form above the comparison: chips, what was typed, regions that go well, filters with what each would leave.

What is compared is decided in `compare`, what was meant by what was typed in `queries.picker`; `wrong` is worded in `refused`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.queries.compare import MAX_REGIONS
from app.store.views.base import RegionRef
from app.store.views.comparison import ComparisonView
from app.store.views.picker import PickView, SuggestionView
from app.web.pages.verdicts import Topics
from app.web.speech import Speech


@dataclass(frozen=True, slots=True)
class Chip:
    """A region compared, and the comparison without it; none where it is the only one."""

    region: RegionRef
    without: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A region that may be added, what is said of it, and the comparison with it."""

    region: PickView | SuggestionView
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter with its name and the figures that it would leave."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A filter to choose one value of."""

    field: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """All of the form."""

    chips: tuple[Chip, ...]
    typed: str
    picks: tuple[Offer, ...]
    suggestions: tuple[Offer, ...]
    full: bool
    selects: tuple[Select, ...]
    only: bool
    comparable: str
    unfiltered: str | None  # the comparison without filters; none where there are none
    wrong: Mapping[str, Sequence[str]]  # sentences by the field that they are about


def chooser(
    speech: Speech,
    view: ComparisonView,
    topics: Topics,
    clean: Mapping[str, Any],
    typed: str | None,
    picks: Iterable[PickView] = (),
    wrong: Mapping[str, Sequence[str]] | None = None,
) -> Chooser:
    """Put the form together; `clean` are the parameters of the address that asks for this comparison.

    What is `wrong` stands at its field, or above all where it has none.
    """
    codes = [region.code for region in view.regions]

    def to(regions: list[str], **others: Any) -> str:
        return speech.path("/compare", **{**clean, **others, "region": regions})

    full = len(codes) >= MAX_REGIONS
    filters = [name for name in clean if name != "region"]
    return Chooser(
        chips=tuple(
            Chip(region, to([code for code in codes if code != region.code]) if len(codes) > 1 else None)
            for region in view.regions
        ),
        typed=typed or "",
        picks=tuple(
            Offer(pick, _placed(speech, pick), to([*codes, pick.code])) for pick in picks if not full
        ),
        suggestions=tuple(
            Offer(one, _sharing(speech, one), to([*codes, one.code])) for one in view.suggestions if not full
        ),
        full=full,
        selects=tuple(_selects(speech, view, topics)),
        only=view.filters.only is not None,
        comparable=speech.gettext("Only figures that may be compared ({n})", n=view.choices.comparable),
        unfiltered=(
            to(codes, **dict.fromkeys(filters)) if any(clean[name] is not None for name in filters) else None
        ),
        wrong=wrong or {},
    )


def _selects(speech: Speech, view: ComparisonView, topics: Topics) -> Iterable[Select]:
    choices, now = view.choices, view.filters
    by_number = sorted(choices.topics, key=lambda choice: -choice.deadlines)
    topic = [
        (one.topic, speech.name(topics[one.topic]) if one.topic in topics else one.topic, one.deadlines)
        for one in by_number
    ]
    family = [(str(one.family), speech.word(one.family), one.deadlines) for one in choices.families]
    first, last = (
        [(str(one.year), str(one.year), one.deadlines) for one in listed]
        for listed in (choices.years_from, choices.years_to)
    )
    yield _select(speech, "topic", speech.gettext("Topic"), topic, now.topic)
    yield _select(speech, "family", speech.gettext("Subject"), family, now.family)
    yield _select(speech, "year_from", speech.gettext("Due from"), first, now.year_from)
    yield _select(speech, "year_to", speech.gettext("Due to"), last, now.year_to)


def _select(
    speech: Speech, field: str, label: str, values: Iterable[tuple[str, str, int]], chosen: object
) -> Select:
    named = tuple(
        Option(value, speech.gettext("{name} ({n})", name=name, n=number), value == str(chosen))
        for value, name, number in values
    )
    return Select(field, label, (Option("", speech.gettext("all"), chosen is None), *named))


def _placed(speech: Speech, pick: PickView) -> str:
    """Say where a region lies and how much there is of it: names alone do not tell 吉林 from 吉林."""
    lies = speech.name(pick.within) if pick.within else speech.word(pick.level)
    found = (
        speech.ngettext("{n} target", "{n} targets", pick.targets)
        if pick.targets
        else speech.gettext("no target recorded")
    )
    return speech.gettext("{one}, {other}", one=lies, other=found)


def _sharing(speech: Speech, one: SuggestionView) -> str:
    if one.shared:
        return speech.ngettext("{n} measure in common", "{n} measures in common", one.shared)
    return speech.ngettext("{n} metric in common", "{n} metrics in common", one.metrics)
