"""What the words of a figure or a due date say, beside what stands in the fields: filled in where nothing does.

How words are read is in `domain.quantities` and `domain.due_dates`; nothing typed by hand is overwritten here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.domain.dates import PartialDate
from app.domain.due_dates import read_due
from app.domain.errors import DomainError, Problem
from app.domain.figures import plain
from app.domain.quantities import Quantity, parse_quantity
from app.domain.units import to_canonical
from app.i18n import LANGS, Lang
from app.web.forms import Form
from app.wording import figure

FIGURE: Final = ("comparator", "value", "value_high", "unit")
# Beside the figure itself, what its words may say: how firmly it is meant, and of which kind its target is.
READ_OF_FIGURE: Final = (*FIGURE, "ambition", "kind")
_WRITTEN: Final = ("written", "published", "reported")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Understood:
    """What words say: `fill` for the fields that are blank, `differs` where something else stands in one.

    `said` writes the figure in canonical units in both languages; `problem` says that nothing was understood.
    """

    fill: Mapping[str, str] = field(default_factory=dict)
    differs: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[Lang, str] = field(default_factory=dict)
    inferred: tuple[str, ...] = ()
    problem: Problem | None = None


def understand_figure(words: str, have: Mapping[str, str]) -> Understood:
    """Read a figure phrase beside the fields of its deadline and its target's `kind`; blank words say nothing."""
    if not words.strip():
        return Understood()
    try:
        read = parse_quantity(words[:_LONGEST])
    except DomainError as error:
        return Understood(
            problem=Problem(error.code, "value_as_stated", {"part": words[:_LONGEST], **error.detail})
        )
    said = {lang: _canonical(lang, read) for lang in LANGS}
    found = _fields(read)
    if _same_figure(read, have):
        found = {name: value for name, value in found.items() if name not in FIGURE}
    return _beside(found, have, said)


def understand_due(words: str, have: Mapping[str, str], written: PartialDate | None) -> Understood:
    """Read the words for a due date beside the field `due`; what is counted is counted from `written`."""
    if not words.strip():
        return Understood()
    read = read_due(words[:_LONGEST], written)
    if read is None:
        return Understood(problem=Problem("unreadable_due", "due_as_stated", {"given": words[:_LONGEST]}))
    understood = _beside({"due": str(read.due)}, have, {})
    inferred = ("due",) if read.inferred and "due" not in understood.differs else ()
    return Understood(understood.fill, understood.differs, inferred=inferred)


def written_on(form: Form) -> PartialDate | None:
    """Give the date from which a plan's words count, as it stands in the form: of the document, else of what told of it."""
    return next(filter(None, (read_date(form.value(name)) for name in _WRITTEN)), None)


def read_date(text: str) -> PartialDate | None:
    """Read a date in the form of the fields; none if it is not of that form."""
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def deadline_rows(form: Form) -> Iterator[tuple[str, str]]:
    """Go through all deadlines: the name of the target's row and of the deadline's."""
    for target in form.rows("targets"):
        for row in form.rows(f"{target}.deadlines"):
            yield target, row


def understand_row(form: Form, target: str, row: str) -> tuple[Understood, Understood]:
    """Read the words of one deadline of a form: its figure and its due date."""
    have = {name: form.value(f"{row}.{name}") for name in (*FIGURE, "ambition", "due")}
    have["kind"] = form.value(f"{target}.kind")
    read = understand_figure(form.value(f"{row}.value_as_stated"), have)
    due = understand_due(form.value(f"{row}.due_as_stated"), have, written_on(form))
    return read, due


def fill_in(form: Form, taken: str = "") -> None:
    """Fill what is blank in every deadline from its words; in the row `taken`, also what differs from them."""
    for target, row in deadline_rows(form):
        for understood in understand_row(form, target, row):
            found = {**understood.fill, **(understood.differs if row == taken else {})}
            for name, value in found.items():
                form.set(f"{target if name == 'kind' else row}.{name}", value)
            if "due" in found:
                _note_inferred(form, row, inferred="due" in understood.inferred or row == taken)


def _note_inferred(form: Form, row: str, *, inferred: bool) -> None:
    if inferred and "due" not in form.values(f"{row}.inferred"):
        form.add(f"{row}.inferred", "due")


def _beside(found: Mapping[str, str], have: Mapping[str, str], said: Mapping[Lang, str]) -> Understood:
    fill = {name: value for name, value in found.items() if not have.get(name, "").strip()}
    differs = {
        name: value
        for name, value in found.items()
        if name not in fill and have[name].strip() != value and not _equal(have[name], value)
    }
    return Understood(fill, differs, said)


def _fields(read: Quantity) -> dict[str, str]:
    values: dict[str, Any] = {
        "comparator": read.comparator,
        "value": plain(read.value),
        "value_high": None if read.value_high is None else plain(read.value_high),
        "unit": read.unit,
        "ambition": read.ambition,
        "kind": read.kind,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def _canonical(lang: Lang, read: Quantity) -> str:
    unit = read.canonical_unit or read.unit
    value, high = (
        (read.canonical_value, read.canonical_high) if read.canonical_unit else (read.value, read.value_high)
    )
    return figure(lang, read.comparator, value, high, unit, read.kind)


def _same_figure(read: Quantity, have: Mapping[str, str]) -> bool:
    """Say whether the fields hold the figure that the words say, perhaps in another unit."""
    value, high = _decimal(have.get("value", "")), _decimal(have.get("value_high", ""))
    if value is None or have.get("comparator") != read.comparator:
        return False
    try:
        canonical, unit = to_canonical(value, have.get("unit", ""))
        canonical_high = None if high is None else to_canonical(high, have.get("unit", ""))[0]
    except DomainError:
        return False
    said = (read.canonical_value, read.canonical_high)
    return (canonical, canonical_high) == said and read.canonical_unit in {unit, ""}


def _equal(one: str, other: str) -> bool:
    value = _decimal(one)
    return value is not None and value == _decimal(other)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
