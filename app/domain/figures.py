"""A figure as a document states it: comparator, value and unit, read from the phrase or given outright.

The parser of Chinese quantities is in `quantities`; which facts carry a figure is said by `schemas`.
"""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, PlainSerializer, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.domain.base import Schema
from app.domain.errors import DomainError
from app.domain.quantities import Quantity, parse_quantity
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

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = (self.comparator, self.value, self.unit)
        if self.value_as_stated and any(part is None for part in given):
            self._fill(_read(self.value_as_stated))
        given = (self.comparator, self.value, self.unit)
        if any(part is not None for part in given) and any(part is None for part in given):
            names = ("comparator", "value", "unit")
            missing = ", ".join(name for name, part in zip(names, given, strict=True) if part is None)
            raise PydanticCustomError("figure_incomplete", "missing: {missing}", {"missing": missing})
        self._check_between()
        if self.unit is not None:
            check_unit(self.unit)
            self._check_agreement()
        return self

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

    def _check_between(self) -> None:
        if self.comparator is Comparator.BETWEEN:
            if self.value_high is None:
                raise PydanticCustomError("between_needs_two", "a range has a low and a high value")
            if self.value is not None and self.value > self.value_high:
                raise PydanticCustomError("between_reversed", "the low value is above the high one")
        elif self.value_high is not None:
            raise PydanticCustomError("high_without_between", "only a range has a high value")

    def _check_agreement(self) -> None:
        """Refuse a figure that contradicts the words it is said to come from; words beyond the parser pass."""
        if not self.value_as_stated:
            return
        try:
            read = parse_quantity(self.value_as_stated)
        except DomainError:
            return
        said = (read.comparator, read.canonical_value, read.canonical_high)
        canonical = self.canonical
        if canonical is None or said == (self.comparator, canonical[0], canonical[1]):
            return
        raise PydanticCustomError(
            "figure_disagrees",
            "the words say {words}",
            {"words": f"{read.comparator} {read.value} {read.unit}"},
        )


def _read(words: str) -> Quantity:
    try:
        return parse_quantity(words)
    except DomainError as error:
        detail = {name: str(value) for name, value in error.detail.items()}
        raise PydanticCustomError(
            "unreadable_figure", "cannot read {part}", {"part": words, **detail}
        ) from error


def check_unit(unit: str) -> None:
    """Refuse a unit that R1 does not know: PydanticCustomError unknown_unit."""
    try:
        find_unit(unit)
    except DomainError as error:
        raise PydanticCustomError("unknown_unit", "unknown unit {unit}", {"unit": unit}) from error


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
