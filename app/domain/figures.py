"""A figure as a document states it: comparator, value and unit, read from the phrase or given outright.

The parser of Chinese quantities is in `quantities`; which facts carry a figure is said by `schemas`.
"""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, PlainSerializer, StringConstraints

from app.domain.base import Schema, fitting, refuse_misfits
from app.domain.errors import DomainError, Problem
from app.domain.quantities import Quantity, Stated, parse_quantities, parse_quantity
from app.domain.units import find_unit, to_canonical
from app.domain.vocabulary import Comparator, Dimension, Kind

RATES = frozenset({Kind.GROWTH, Kind.AVERAGE_GROWTH})
PERCENT, POINT, PLACE = "%", "pp", "rank"


def plain(value: Decimal) -> str:
    """Write a Decimal in plain digits without an exponent or trailing zeros: `500000000000`."""
    text = format(value or abs(value), "f")  # Nought has no sign.
    return text.rstrip("0").rstrip(".") if "." in text else text


Amount = Annotated[
    Decimal,
    Field(ge=-(10**20), le=10**20, max_digits=30, decimal_places=10),
    PlainSerializer(plain, return_type=str, when_used="json"),
]
Unit = Annotated[str, StringConstraints(max_length=20)]


class FigureIn(Schema):
    """A figure: what is left out is read from `value_as_stated`; what is given must agree with it (R1)."""

    value_as_stated: str | None = Field(
        None, max_length=120, description="The figure in the source's own words."
    )
    comparator: Comparator | None = None
    value: Amount | None = None
    value_high: Amount | None = Field(None, description="The upper end, for `between` only.")
    unit: Unit | None = Field(None, description="The unit as stated: 亿元, 家, %, 台/万人.")

    @property
    def quantified(self) -> bool:
        """Say whether there is a figure at all."""
        return self.value is not None

    @property
    def canonical(self) -> tuple[Decimal, Decimal | None, str] | None:
        """Give value, upper value and unit in canonical units (R1); None without a figure."""
        if self.value is None or self.unit is None:
            return None
        value, unit = to_canonical(self.value, self.unit)
        high = None if self.value_high is None else to_canonical(self.value_high, self.unit)[0]
        return value, high, unit

    @fitting
    def _complete(self) -> Self:
        given = (self.comparator, self.value, self.unit)
        if self.value_as_stated and any(part is None for part in given):
            try:
                self._fill(parse_quantity(self.value_as_stated))
            except DomainError as error:
                part = {"part": self.value_as_stated, **error.detail}
                refuse_misfits([Problem("unreadable_figure", "value_as_stated", part)])
        refuse_misfits(self._misfits())
        return self

    def _misfits(self) -> list[Problem]:
        given = {"comparator": self.comparator, "value": self.value, "unit": self.unit}
        missing = [name for name, part in given.items() if part is None]
        if missing:
            half = len(missing) < len(given)
            problems = (
                [Problem("figure_incomplete", missing[0], {"missing": ", ".join(missing)})] if half else []
            )
        else:
            problems = check_unit("unit", self.unit)
        problems += self._range_misfits()
        return problems or self._disagreement()

    def _fill(self, read: Quantity) -> None:
        # The models are frozen for everyone else; a validator completes them before they are handed out.
        filled = {
            "comparator": read.comparator,
            "value": read.value,
            "value_high": read.value_high,
            "unit": read.unit,
        }
        for name, value in filled.items():
            if getattr(self, name) is None:
                self.__dict__[name] = value
                self.__pydantic_fields_set__.add(name)

    def _range_misfits(self) -> list[Problem]:
        if self.comparator is not Comparator.BETWEEN:
            return [] if self.value_high is None else [Problem("high_without_between", "value_high")]
        if self.value_high is None:
            return [Problem("between_needs_two", "value_high")]
        if self.value is not None and self.value > self.value_high:
            return [Problem("between_reversed", "value_high")]
        return []

    def _disagreement(self) -> list[Problem]:
        """Refuse a figure that contradicts the words it is said to come from; words beyond the parser pass."""
        if not self.value_as_stated or not self.quantified:
            return []
        try:
            said = parse_quantities(self.value_as_stated)
        except DomainError:
            return []
        if any(self._agrees(read) for read in said):
            return []
        words = [Stated(read.comparator, read.value, read.value_high, read.unit) for read in said]
        return [Problem("figure_disagrees", "value_as_stated", {"words": words})]

    def _agrees(self, read: Quantity) -> bool:
        """Compare in canonical units; a bare magnitude (超百亿) leaves its unit unsaid."""
        value, high, unit = self.canonical or (None, None, "")
        if (read.comparator, read.canonical_value, read.canonical_high) != (self.comparator, value, high):
            return False
        return read.canonical_unit in {unit, ""}


def check_unit(field: str, unit: str | None) -> list[Problem]:
    """Find a unit that R1 does not know: `unknown_unit`; none given is fine."""
    try:
        find_unit(unit or PERCENT)
    except DomainError:
        return [Problem("unknown_unit", field, {"unit": unit})]
    return []


def unit_fits(kind: Kind, dimension: Dimension, unit: str) -> bool:
    """Say whether a figure of this kind and metric dimension may be in this unit (R1).

    Growth is in % (or points), a share of a region in %, a rank in places; a level is in the metric's
    dimension; an increase too, and in points where the metric is a share.
    """
    found = find_unit(unit)
    if kind in RATES:
        return found.canonical in {PERCENT, POINT}
    if kind is Kind.REGION_SHARE:
        return found.canonical == PERCENT
    if kind is Kind.RANK:
        return found.canonical == PLACE
    if dimension is Dimension.SHARE:
        return found.canonical == PERCENT or (kind is Kind.INCREASE and found.canonical == POINT)
    return found.dimension is dimension
