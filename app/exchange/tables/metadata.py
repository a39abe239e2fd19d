"""What stands beside a table for programs: its columns, codes, definitions, sources, citation, and the exact query.

What a workbook says of itself for readers is in `about`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from pydantic import Field

from app.exchange.citations import Setting, as_bibtex, as_csl, as_text, data_set
from app.exchange.tables.about import LICENCE, LICENCE_ADDRESS, About, rules, vocabularies
from app.exchange.tables.table import CellKind, Column, Table
from app.i18n import LANGS, Lang, word
from app.store.views.base import View
from app.store.views.base import about as described
from app.store.views.citing import CitedSource
from app.store.views.contents import ContentsView, DefinitionView

# In which column the unit of a number stands, or the unit itself.
UNIT_COLUMNS: Final[Mapping[str, str]] = {
    "value": "unit",
    "value_high": "unit",
    "canonical_value": "canonical_unit",
    "canonical_high": "canonical_unit",
    "baseline_value": "baseline_unit",
    "progress_gap": "canonical_unit",
    "progress_per_year": "canonical_unit",
    "total": "unit",
    "max_each": "unit",
    "canonical_total": "canonical_unit",
    "canonical_max_each": "canonical_unit",
    "deadlines_canonical_value": "deadlines_canonical_unit",
}
UNITS: Final[Mapping[str, str]] = {"progress_rate": "%", "max_share": "%"}


class ColumnView(View):
    """A column of a table."""

    name: str = described("Its name, in every form", "canonical_value")
    type: CellKind = described("What its cells hold", "number")
    meaning_en: str = described("What it means", "Value in the canonical unit")
    meaning_zh: str = described("The same in Chinese", "统一单位的值")
    unit: str | None = described("Unit of its numbers, where all have one", None)
    unit_column: str | None = described("The column that has the unit of each number", "canonical_unit")
    vocabulary: str | None = described("The vocabulary of its codes", None)


class TableView(View):
    """One table: CSV, Parquet and NDJSON hold the first, a workbook all."""

    name: str = described("Its name, that of a workbook's sheet", "deadlines")
    rows: int = described("How many rows it has", 128)
    columns: list[ColumnView] = Field(description="Its columns in order")


class CodeView(View):
    """A code and what it means."""

    code: str = described("As it stands in the cells", "gt")
    meaning_en: str = described("What it means", "more than")
    meaning_zh: str = described("The same in Chinese", "超过")


class VocabularyView(View):
    """The codes that a column may hold."""

    name: str = described("Its name", "Comparator")
    codes: list[CodeView] = Field(description="All codes there are")


class AskedView(View):
    """A filter that was given."""

    name: str = described("Name of the parameter", "region")
    value: str = described("Its value", "330000")


class ExactQueryView(View):
    """The exact query that the tables answer."""

    address: str = described("The same as JSON", "/api/v1/deadlines.json?region=330000")
    filters: list[AskedView] = Field(description="Every parameter that was given; none means everything")
    as_of: date = described("Day in Shanghai that progress is computed for", "2026-11-20")
    revision: int = described("Revision of the data", 42)


class LicenceView(View):
    """Under which terms the data may be used."""

    name: str = described("Its name", LICENCE)
    address: str = described("Its text", LICENCE_ADDRESS)
    attribution: str = described("Whom to name", "Mubiao")


class TableCitationView(View):
    """How the table is cited."""

    text_en: str = described("In words", "Mubiao. “Mubiao (目标): …” (data revision 42). https://…")
    text_zh: str = described("The same in Chinese", "Mubiao：《目标（Mubiao）：……》")
    bibtex: str = described("As BibTeX", "@misc{mubiao, …}")
    csl: str = described("As CSL-JSON, a text that Zotero and pandoc read", "[{…}]")


class FormView(View):
    """A form in which the same data can be had."""

    form: str = described("Its ending", "csv")
    media_type: str = described("Its media type", "text/csv; charset=utf-8")
    address: str = described("Where it is, with the same filters", "/api/v1/deadlines.csv?region=330000")


class RuleView(View):
    """A sentence on how the tables are to be read."""

    en: str = described("In English", "Figures are given as stated and in canonical units.")
    zh: str = described("In Chinese", "数字同时给出原文单位和统一单位的值。")


class MetadataView(View):
    """Everything that is needed to read, check and cite a table."""

    name: str = described("What the tables hold", "deadlines")
    query: ExactQueryView = Field(description="The exact query")
    tables: list[TableView] = Field(description="The tables with their columns")
    vocabularies: list[VocabularyView] = Field(description="The codes of the columns")
    metrics: list[DefinitionView] = Field(description="Definitions of the metrics in the rows")
    topics: list[DefinitionView] = Field(description="Definitions of the topics in the rows")
    sources: list[CitedSource] = Field(
        description="Sources of the evidence in the rows; of very many, the first"
    )
    sources_total: int = described("How many sources there are", 3)
    rules: list[RuleView] = Field(description="How the tables are to be read")
    citation: TableCitationView = Field(description="How to cite the data")
    licence: LicenceView = Field(description="Under which terms the data may be used")
    forms: list[FormView] = Field(description="The same data in other forms")


def metadata(
    about: About, tables: Sequence[Table[Any]], contents: ContentsView, forms: Sequence[FormView], public: str
) -> MetadataView:
    """Say all of it; `about` holds the address of the JSON, `public` that of the site, if it is known."""
    filters = [
        AskedView(name=name, value=str(value))
        for name, given in about.filters.items()
        for value in (given if isinstance(given, list | tuple) else [given])
    ]
    return MetadataView(
        name=about.name,
        query=ExactQueryView(
            address=about.address, filters=filters, as_of=about.as_of, revision=about.revision
        ),
        tables=[_table(table) for table in tables],
        vocabularies=[
            VocabularyView(
                name=words.__name__,
                codes=[
                    CodeView(code=str(one), meaning_en=word("en", one), meaning_zh=word("zh", one))
                    for one in words
                ],
            )
            for words in vocabularies(tables)
        ],
        metrics=contents.metrics,
        topics=contents.topics,
        sources=contents.sources,
        sources_total=contents.sources_total,
        rules=[RuleView(en=en, zh=zh) for en, zh in zip(rules("en"), rules("zh"), strict=True)],
        citation=_citation(about, public),
        licence=LicenceView(name=LICENCE, address=LICENCE_ADDRESS, attribution="Mubiao"),
        forms=list(forms),
    )


def _table(table: Table[Any]) -> TableView:
    return TableView(name=table.name, rows=table.total, columns=[_column(column) for column in table.columns])


def _column(column: Column[Any]) -> ColumnView:
    return ColumnView(
        name=column.name,
        type=column.kind,
        meaning_en=column.meaning("en"),
        meaning_zh=column.meaning("zh"),
        unit=UNITS.get(column.name),
        unit_column=UNIT_COLUMNS.get(column.name),
        vocabulary=column.words.__name__ if column.words else None,
    )


def _citation(about: About, public: str) -> TableCitationView:
    def of(lang: Lang) -> tuple[Any, Setting]:
        setting = Setting(lang=lang, public=public, as_of=about.as_of, revision=about.revision)
        return replace(data_set(setting, ""), url=about.address), setting

    entries = {lang: of(lang) for lang in LANGS}
    entry, setting = entries["en"]
    return TableCitationView(
        text_en=as_text([entry], "en").strip(),
        text_zh=as_text([entries["zh"][0]], "zh").strip(),
        bibtex=as_bibtex([entry], setting),
        csl=as_csl([entry], setting),
    )
