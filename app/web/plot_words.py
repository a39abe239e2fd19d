"""What a chart says in words: what is measured, its marks, its scale, the pace that is needed (R4), the table behind it.

Which figures stand in it is decided in `plots`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from app.domain.units import split_unit
from app.domain.vocabulary import Ambition, Comparator, ObservationStatus, Precision, Result, Stage
from app.exchange.charts import Joint, Shape, Sign, steps
from app.store.views.base import TopicRef
from app.store.views.facts import DeadlineView, KeyView, ObservationView
from app.web.speech import Speech

Topics = Mapping[str, TopicRef]
Shown = DeadlineView | ObservationView

SHAPES: Final[Mapping[Comparator, Shape]] = {
    Comparator.GT: Shape.UP,
    Comparator.GE: Shape.UP,
    Comparator.EQ: Shape.EXACT,
    Comparator.APPROX: Shape.ABOUT,
    Comparator.LE: Shape.DOWN,
    Comparator.LT: Shape.DOWN,
    Comparator.BETWEEN: Shape.RANGE,
}
RANK: Final = "rank"
"""The unit of places."""


def measured(speech: Speech, key: KeyView, topics: Topics) -> str:
    """Say in a heading what a figure measures."""
    # The pages, whose words these are, import this module.
    from app.web.pages.verdicts import measure  # noqa: PLC0415

    said = measure(speech, key, topics)
    return said[:1].upper() + said[1:]


def table_columns(speech: Speech) -> tuple[str, ...]:
    """Head the table behind a chart."""
    return (
        speech.gettext("Region"),
        speech.gettext("Date"),
        speech.gettext("Figure"),
        speech.gettext("Standing"),
        speech.gettext("Where it stands"),
    )


def table_row(speech: Speech, shown: Shown) -> tuple[str, ...]:
    """Write a figure into the table behind a chart."""
    return (
        speech.name(shown.region),
        day(speech, shown) or speech.gettext("no date"),
        speech.fig(shown, shown.kind) or "",
        standing(speech, shown),
        source(speech, shown),
    )


def plain(text: str) -> str:
    """Take the marks out of a text, for a picture."""
    return text.striptags() if isinstance(text, Markup) else text


def paces(speech: Speech, shown: Sequence[Shown], *, several: bool) -> Iterable[str]:
    """Say the pace that each target needs (R4), or why there is none."""
    due = [each for each in shown if isinstance(each, DeadlineView)]
    without: dict[Result, list[str]] = defaultdict(list)
    for each in due:
        if each.progress.per_year is None:
            without[each.progress.result].append(short(speech, each, several=several))
        else:
            yield pace(speech, each, several=several)
    for result, figures in without.items():
        if len(figures) == len(due):
            yield speech.gettext("Pace needed: {result}.", result=speech.word(result))
        elif len(without) == 1:
            yield speech.gettext("Pace needed for the other targets: {result}.", result=speech.word(result))
        else:
            yield speech.gettext(
                "Pace needed ({figures}): {result}.",
                figures=speech.listed(figures),
                result=speech.word(result),
            )


def pace(speech: Speech, due: DeadlineView, *, several: bool) -> str:
    """Say what is still to go, and how fast (R4)."""
    it = due.progress
    unit = "pp" if due.canonical_unit == "%" else _unit([due])
    parts = []
    if it.gap is not None:
        gap = speech.amount(it.gap, unit)
        parts.append(
            speech.gettext("at most {amount} to go", amount=gap)
            if it.at_most
            else speech.gettext("{amount} to go", amount=gap)
        )
    if it.per_year is not None:
        parts.append(speech.gettext("on average {amount} a year", amount=speech.amount(it.per_year, unit)))
    if it.rate is not None:
        parts.append(speech.gettext("growth of {rate}% a year", rate=speech.number(it.rate)))
    return speech.gettext(
        "Pace needed ({figures}): {result}.",
        figures=short(speech, due, several=several),
        result=speech.gettext("; ").join(parts),
    )


def left_out(speech: Speech, number: int) -> str:
    """Say how many figures are in the table but not in the picture."""
    if not number:
        return ""
    return speech.ngettext(
        "{n} figure without a date or an exact size is in the table only.",
        "{n} figures without a date or an exact size are in the table only.",
        number,
    )


def years(speech: Speech, shown: Sequence[Shown]) -> tuple[tuple[float, str], ...]:
    """Label the dates at which a figure stands; a day by its month."""
    found = {}
    for each in shown:
        coarse = Precision.MONTH if precision(each) is Precision.DAY else precision(each)
        found[place_in_years(date_of(each))] = speech.day(date_of(each), coarse) or ""
    return tuple(sorted(found.items()))


def values(speech: Speech, shown: Sequence[Shown]) -> tuple[tuple[Decimal, str], ...]:
    """Choose the steps of the scale and write them in the unit that all figures share."""
    amounts = [
        value for each in shown for value in (each.canonical_value, each.canonical_high) if value is not None
    ]
    unit = _unit(shown)
    counted = shown[0].canonical_unit == "count"
    places = shown[0].canonical_unit == RANK
    ticks = steps([*amounts, *([Decimal(1)] * places)], whole=counted or places, from_nought=not places)
    return tuple((tick, speech.amount(tick, unit)) for tick in ticks)


def words_of(speech: Speech, shown: Shown, topics: Topics) -> str:
    """Say all of a mark, for who does not see it and in its tooltip."""
    said = speech.gettext(
        "{region}, {date}: {figure}, {measure}",
        region=plain(speech.name(shown.region)),
        date=day(speech, shown),
        figure=speech.fig(shown, shown.kind) or "",
        measure=plain(measured(speech, shown, topics)),
    )
    return speech.gettext("{words} ({remarks})", words=said, remarks=plain(standing(speech, shown)))


def short(speech: Speech, shown: Shown, *, several: bool) -> str:
    """Say a figure with its date, and its region where there are several."""
    region = plain(speech.name(shown.region)) if several else ""
    when = speech.gettext("{region} {date}", region=region, date=day(speech, shown)).strip()
    return speech.gettext("{when}, {figure}", when=when, figure=speech.fig(shown, shown.kind) or "")


def standing(speech: Speech, shown: Shown) -> str:
    """Say what a figure is: a target with its stage, or an observation with its measurer."""
    if isinstance(shown, ObservationView):
        by = [speech.name(shown.measured_by)] if shown.measured_by else []
        return speech.gettext(", ").join([speech.word(shown.status), *by])
    firmness = [] if shown.ambition is Ambition.UNMARKED else [speech.word(shown.ambition)]
    return speech.gettext(", ").join([speech.gettext("target"), speech.word(shown.plan.stage), *firmness])


def source(speech: Speech, shown: Shown) -> str:
    """Name the plan that sets a target, or the source of an observation."""
    if isinstance(shown, DeadlineView):
        return speech.plain(shown.plan, "title")
    return speech.plain(shown.evidence[0], "source_title") if shown.evidence else ""


def is_hollow(shown: Shown) -> bool:
    """Say whether a figure does not hold, or not yet: a plan that was not adopted, a forecast."""
    if isinstance(shown, DeadlineView):
        return shown.plan.stage is not Stage.ADOPTED
    return shown.status is ObservationStatus.FORECAST


def ambition(shown: Shown) -> Ambition | None:
    """Say how firmly a target is meant; an observation is none."""
    return shown.ambition if isinstance(shown, DeadlineView) else None


def comparator(shown: Shown) -> Comparator:
    """Say how a figure is bounded."""
    return shown.comparator or Comparator.EQ


def date_of(shown: Shown) -> date | None:
    """Give the day by which something is due, or the last day of what was observed."""
    return shown.due_on if isinstance(shown, DeadlineView) else shown.to_on


def precision(shown: Shown) -> Precision:
    """Say how exactly the date is known."""
    return shown.due_precision if isinstance(shown, DeadlineView) else shown.precision


def day(speech: Speech, shown: Shown) -> str:
    """Write the date of a figure as exactly as it is known."""
    return speech.day(date_of(shown), precision(shown)) or ""


def place_in_years(on: date | None) -> float:
    """Place a date in years: the end of 2027 is 2027."""
    if on is None:
        return 0.0
    return round(on.year - 1 + on.timetuple().tm_yday / date(on.year, 12, 31).timetuple().tm_yday, 4)


def _unit(shown: Sequence[Shown]) -> str:
    """Choose the unit in which amounts are written: the canonical one, or what all figures count (家, 个)."""
    nouns = {split_unit(each.unit or "")[1] for each in shown}
    if shown[0].canonical_unit == "count" and len(nouns) == 1:
        return nouns.pop() or "count"
    return shown[0].canonical_unit or ""


def signs(speech: Speech, shown: Sequence[Shown], joints: Sequence[Joint]) -> tuple[Sign, ...]:
    """Explain the marks that occur."""
    due = [each for each in shown if isinstance(each, DeadlineView)]
    seen = [each for each in shown if isinstance(each, ObservationView)]
    shapes = {SHAPES[comparator(each)] for each in due}
    named = (
        (Shape.UP, speech.gettext("at least, or more than")),
        (Shape.EXACT, speech.gettext("exactly so much")),
        (Shape.ABOUT, speech.gettext("about")),
        (Shape.DOWN, speech.gettext("at most, or less than")),
        (Shape.RANGE, speech.gettext("from – to")),
    )
    signs = [Sign(shape=shape, hollow=False, words=words) for shape, words in named if shape in shapes]
    if any(is_hollow(each) for each in due):
        first = next(shape for shape, _ in named if shape in shapes)
        signs.append(Sign(shape=first, hollow=True, words=speech.gettext("hollow: not adopted")))
    if any(not is_hollow(each) for each in seen):
        signs.append(Sign(shape=Shape.OBSERVED, hollow=False, words=speech.gettext("observed")))
    if any(is_hollow(each) for each in seen):
        signs.append(Sign(shape=Shape.OBSERVED, hollow=True, words=speech.word(ObservationStatus.FORECAST)))
    if any(joint.needed for joint in joints):
        signs.append(Sign(shape=None, hollow=False, words=speech.gettext("the path that is needed")))
    return tuple(signs)
