"""What a workbook says of itself: filters, day, revision, licence, and what its columns and codes mean.

Everything stands there in English and in Chinese; how the lines become a sheet is in `workbook`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Final

from app import i18n
from app.exchange.tables.table import JOINT, Table
from app.i18n import LANGS, Lang, word

LICENCE: Final = "CC BY 4.0"
LICENCE_ADDRESS: Final = "https://creativecommons.org/licenses/by/4.0/"
# English first, beside it the Chinese.
_LANGS: Final[tuple[Lang, ...]] = tuple(sorted(LANGS))


@dataclass(frozen=True, slots=True)
class About:
    """Where a table comes from: its name, its address, the filters, the day, and the revision of the data."""

    name: str
    address: str
    filters: Mapping[str, Any]
    as_of: date
    revision: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet; `heading` ones begin a part."""

    cells: tuple[str, ...]
    heading: bool = False


def lines(about: About, tables: Sequence[Table[Any]]) -> Iterator[Line]:
    """Write the lines: where the table comes from, how to read it, what its columns and its codes mean."""
    yield from _origin(about)
    for table in tables:
        yield Line(())
        yield Line((table.name, *(_said(lang)["meaning"] for lang in _LANGS)), heading=True)
        for column in table.columns:
            meanings = (column.meaning(lang) for lang in _LANGS)
            yield Line((column.name, *meanings, column.kind.value))
    yield Line(())
    yield Line(("", *(_said(lang)["codes"] for lang in _LANGS)), heading=True)
    for words in vocabularies(tables):
        for member in words:
            yield Line((str(member), *(word(lang, member) for lang in _LANGS)))


def rules(lang: Lang) -> tuple[str, ...]:
    """Say in a language how tables are to be read, a sentence each."""
    return tuple(_said(lang)[name] for name in ("amounts", "joined", "verdicts"))


def _origin(about: About) -> Iterator[Line]:
    said = [_said(lang) for lang in _LANGS]
    filters = JOINT.join(f"{name}={_value(value)}" for name, value in about.filters.items())
    yield Line(("Mubiao", *(one["title"] for one in said)), heading=True)
    yield Line((about.name, *(one["what"] for one in said)))
    facts = {
        "address": about.address,
        "filters": filters,
        "as_of": about.as_of.isoformat(),
        "revision": str(about.revision),
        "licence": f"{LICENCE}, {LICENCE_ADDRESS}",
    }
    for name, fact in facts.items():
        yield Line((fact, *(one[name] for one in said)))
    for sentences in zip(*(rules(lang) for lang in _LANGS), strict=True):
        yield Line(("", *sentences))


def _said(lang: Lang) -> dict[str, str]:
    _ = partial(i18n.gettext, lang)
    return {
        "title": _("Targets of Chinese governments: who promised what, by when, where it is written"),
        "what": _("Table"),
        "address": _("Address that gives this table as it is now"),
        "filters": _("Filters; none means everything"),
        "as_of": _("Day, in Shanghai, that progress is computed for"),
        "revision": _("Revision of the data"),
        "licence": _("Licence of the data; name Mubiao as the source"),
        "amounts": _(
            "Figures are given as stated and in canonical units. In a workbook, one of more than 15 digits is text, so that none is lost."
        ),
        "joined": _(
            "A cell that holds several things joins them by a semicolon; parallel columns keep one order."
        ),
        "verdicts": _(
            "Figures in a list are not thereby comparable: whether two are is said by the verdicts of the comparison."
        ),
        "meaning": _("Meaning"),
        "codes": _("Codes"),
    }


def _value(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def vocabularies(tables: Sequence[Table[Any]]) -> list[type[StrEnum]]:
    """List the vocabularies of the columns, each once."""
    found = [column.words for table in tables for column in table.columns if column.words is not None]
    return list(dict.fromkeys(found))
