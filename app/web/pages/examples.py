"""The page of examples to copy: how programs and spreadsheets take the data, each a text in `templates/examples`.

What can be asked for is described at /api; that each example runs is held by `tests/test_examples.py`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response

from app.resources import resource
from app.web.pages.discovery import base_of
from app.web.pages.frame import PageLang, head, respond
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

WRITTEN_FOR: Final = "http://127.0.0.1:8000"
"""The address in the texts, which is that of `make run`; the page names the reader's own in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example: its anchor, the name of what it is for, what it needs or does, and the text to copy."""

    anchor: str
    name: str
    said: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesPage(Context):
    """What the page shows."""

    template: ClassVar[str] = "pages/examples.html"
    sheets: ClassVar[tuple[str, ...]] = ("examples.css",)

    examples: tuple[Example, ...]


@router.get("/{lang:lang}/data/examples")
def examples_page(request: Request, lang: PageLang) -> Response:
    """Show how to take the data with the usual tools, with the address of this site in every example."""
    speech = Speech(lang)
    title = speech.gettext("The data in your own tools: examples")
    description = speech.gettext(
        "Copy and run: curl, pandas, polars, DuckDB, R, Excel and Google Sheets, each with sources and verdicts."
    )
    base = base_of(request)
    page = ExamplesPage(
        head=head(request, lang, title, description),
        examples=tuple(
            Example(anchor=anchor, name=name, said=said, text=text_of(anchor).replace(WRITTEN_FOR, base))
            for anchor, name, said in _listed(speech)
        ),
    )
    return respond(request, page, lang)


@lru_cache
def text_of(anchor: str) -> str:
    """Read the text of an example, as it is written for WRITTEN_FOR."""
    return (resource("templates") / "examples" / f"{anchor}.txt").read_text(encoding="utf-8")


def _listed(speech: Speech) -> tuple[tuple[str, str, str], ...]:
    """List the examples: anchor, name, and a sentence on each."""
    return (
        (
            "curl",
            "curl",
            speech.gettext("In a shell. What has not changed since the last time is not sent again."),
        ),
        ("pandas", "Python · pandas", speech.gettext("Needs pandas.")),
        (
            "polars",
            "Python · polars",
            speech.gettext("Needs polars. The verdicts come from the JSON, a pair of figures each."),
        ),
        (
            "duckdb",
            "Python · DuckDB",
            speech.gettext(
                "Needs duckdb here, and the extra mubiao[parquet] on the server. SQL on the Parquet files, whose columns have types."
            ),
        ),
        ("r", "R", speech.gettext("Needs nothing but R.")),
        (
            "excel",
            "Excel",
            speech.gettext(
                "Data, Get Data, Launch Power Query Editor, Advanced Editor: put this in the place of what is there. "
                "Or open the address of the workbook itself: its last sheet explains columns and codes."
            ),
        ),
        (
            "sheets",
            "Google Sheets",
            speech.gettext(
                "In a cell. Google fetches the address, so it must be one that can be reached from outside."
            ),
        ),
    )
