"""An observation in four fields: what is measured, the figure, the period, the evidence; all else is suggested.

Only what is blank is filled in, and what the editor has not said himself is noted as inferred.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.domain.dates import PartialDate
from app.domain.due_dates import read_due
from app.domain.errors import Problem
from app.domain.vocabulary import Dimension, Kind, ObservationStatus, Precision, SourceKind
from app.store.queries.measured import (
    Measured,
    dimension_of,
    free_slug,
    kind_of_source,
    read_measured,
)
from app.store.queries.naming import names_of, region_words
from app.web.admin.plan_filling import slug_words
from app.web.admin.sheet_view import resolve
from app.web.admin.understanding import FIGURE, Understood, read_date, understand_figure
from app.web.forms import Form
from app.web.speech import Speech

MEASURED: Final = "measured"
"""The field in which a target, or a region, metric and topic, says what is measured; no field of the schema."""
SUGGESTED: Final = ("region", "topic", "metric", "kind", "slug", "statement_zh", "status")
"""What follows from the four fields, and is missing only where one of them is."""
_FIRST: Final = "evidence.0"
_LONGEST_SLUG: Final = 74  # so that a number may follow
_OFFICIAL: Final = frozenset(
    {SourceKind.OFFICIAL_TEXT, SourceKind.OFFICIAL_INTERPRETATION, SourceKind.PRESS_CONFERENCE}
)


def complete_observation(session: Session, form: Form, today: date, *, new: bool) -> list[Problem]:
    """Fill in what the four fields say and suggest; give what cannot be read in them.

    An observation that is there already gets what its words say, and no suggestions.
    """
    problems = _take_measured(session, form)
    resolve(session, form)
    for name, value in read_figure(form).fill.items():
        _fill(form, name, value)
    _read_periods(form)
    for row in form.rows("evidence"):
        if form.value(f"{row}.source").strip() or form.value(f"{row}.paragraph").strip():
            _fill(form, f"{row}.phrase", form.value("value_as_stated"))
    if new:
        _suggest(session, form, today)
    return problems + _missing(form)


def completed(session: Session, form: Form, today: date, *, new: bool) -> Form:
    """Give the form as it would be filled in, without changing it."""
    filled = Form.of_pairs(form.pairs())
    complete_observation(session, filled, today, new=new)
    return filled


def suggested(form: Form, filled: Form) -> dict[str, str]:
    """Give what would be filled in, by field."""
    return {name: value for name, value in filled.pairs() if value and not form.value(name).strip()}


def read_figure(form: Form) -> Understood:
    """Read the words of the figure beside its fields."""
    have = {name: form.value(name) for name in (*FIGURE, "kind")}
    read = understand_figure(form.value("value_as_stated"), have)
    return Understood(_observed(read.fill), _observed(read.differs), read.said, problem=read.problem)


def _observed(found: Mapping[str, str]) -> dict[str, str]:
    """Leave out how firmly it is meant: what was observed was not striven for."""
    return {name: value for name, value in found.items() if name != "ambition"}


def _take_measured(session: Session, form: Form) -> list[Problem]:
    typed = form.value(MEASURED).strip()
    if not typed:
        return []
    measured = read_measured(session, typed)
    if measured is None:
        return [Problem("unknown_measured", MEASURED, {"given": typed[:80]})]
    for name in ("region", "topic", "metric"):
        _fill(form, name, getattr(measured, name))
    # 增长8% of what a target measures as a level is its growth.
    said = read_figure(form).fill.get("kind", Kind.LEVEL)
    _fill(form, "kind", said if said != Kind.LEVEL else measured.kind or Kind.LEVEL)
    _take_narrowing(form, measured)
    return []


def _take_narrowing(form: Form, measured: Measured) -> None:
    """Take over how the target's figure is narrowed; the figure's own words need not say it, so it is inferred."""
    taken = {"boundary": measured.boundary, "coverage": measured.coverage, "qualifier": measured.qualifier}
    for name, value in taken.items():
        if value == "unspecified":
            _fill(form, name, value)
        elif value:
            _fill_inferred(form, name, value)


def _read_periods(form: Form) -> None:
    """Write the period as the schema has it, where it was typed in words: 2024年, 2024年6月."""
    for name in ("start", "end"):
        typed = form.value(name).strip()
        if typed and read_date(typed) is None and (read := read_due(typed[:80])) is not None:
            form.set(name, str(read.due))


def _suggest(session: Session, form: Form, today: date) -> None:
    end, kind = read_date(form.value("end")), form.value("kind")
    year = end is not None and end.precision is Precision.YEAR
    if year and kind == Kind.LEVEL and dimension_of(session, form.value("metric")) is Dimension.MONEY:
        # Money in a year is what flowed in it.
        _fill_inferred(form, "start", str(end))
    source = kind_of_source(session, form.value(f"{_FIRST}.source"))
    if source is not None:
        status = ObservationStatus.OFFICIAL if source in _OFFICIAL else ObservationStatus.ESTIMATE
        if end is not None and end.first > today:
            status = ObservationStatus.FORECAST
        _fill_inferred(form, "status", status)
    if end is not None:
        if slug := _slug(session, form, end):
            _fill(form, "slug", slug)
        _fill(form, "statement_zh", _statement(session, form, end))


def _slug(session: Session, form: Form, end: PartialDate) -> str:
    region = region_words(session, form.value("region"))
    if region is None or form.value("slug").strip():
        return ""
    kind = [] if form.value("kind") in {"", Kind.LEVEL} else [form.value("kind")]
    words = [region[0], form.value("topic"), form.value("metric"), *kind, str(end)]
    return free_slug(session, "-".join(slug_words(" ".join(words)))[:_LONGEST_SLUG].strip("-"))


def _statement(session: Session, form: Form, end: PartialDate) -> str:
    """Write the sentence that the parts make: in 2024 Zhejiang's AI revenue passed so much; blank if one lacks."""
    keys = {kind: form.value(kind) for kind in ("region", "topic", "metric")}
    named = names_of(
        session, {"region": [keys["region"]], "topic": [keys["topic"]], "metric": [keys["metric"]]}
    )
    figure = form.value("value_as_stated").strip()
    if len(named) != len(keys) or not figure:
        return ""
    region, topic, metric = (named[kind, key].name_zh for kind, key in keys.items())
    speech = Speech("zh")
    parts = {
        "period": speech.day(end.last, end.precision),
        "region": region,
        "topic": "" if topic in metric else topic,
        "metric": "".join([*_narrowed(speech, form), metric]),
        "figure": figure,
    }
    if figure[0].isdecimal():
        return speech.gettext("In {period} the {topic} {metric} of {region} was {figure}.", **parts)
    return speech.gettext("In {period} the {topic} {metric} of {region} {figure}.", **parts)


def _narrowed(speech: Speech, form: Form) -> list[str]:
    """Name how far the figure is drawn, where it is: 核心产业, 规上企业."""
    words = {"Boundary": form.value("boundary"), "Coverage": form.value("coverage")}
    return [speech.term(each, word) for each, word in words.items() if word not in {"", "unspecified"}]


def _missing(form: Form) -> list[Problem]:
    problems = []
    if form.blank(MEASURED) and all(form.blank(name) for name in ("region", "topic", "metric")):
        problems.append(Problem("missing", MEASURED))
    if form.blank("value_as_stated") and form.blank("value"):
        problems.append(Problem("figure_missing", "value_as_stated"))
    return problems


def _fill(form: Form, name: str, value: str) -> bool:
    """Write into a field that is blank; say whether it was."""
    if form.value(name).strip() or not value:
        return False
    form.set(name, str(value))
    return True


def _fill_inferred(form: Form, name: str, value: str) -> None:
    if _fill(form, name, value) and name not in form.values("inferred"):
        form.add("inferred", name)
