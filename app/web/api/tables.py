"""The routes that give a collection, or the comparison, as a file, with the collection's own filters.

What can be had is said in `subjects`, what stands in the files in `exchange.tables`; pages and cursors are for JSON alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Annotated, Any, Final, Literal

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, create_model
from sqlalchemy.orm import Session

from app.exchange.tables import columnar, lines, workbook
from app.exchange.tables.about import LICENCE_ADDRESS, About
from app.exchange.tables.commas import csv_blocks
from app.exchange.tables.metadata import FormView, MetadataView, metadata
from app.exchange.tables.table import MAX_ROWS
from app.web.api import facts, vocabulary
from app.web.api.parameters import described
from app.web.api.routes import NOT_INSTALLED, PREFIX, TOTAL, answer, api_router
from app.web.api.subjects import SUBJECTS, Opened, Subject
from app.web.dependencies import ReadSession, Today
from app.web.files import file_answer
from app.web.speech import address
from app.web.streams import streamed_answer
from app.web.turns import take_turn

router = api_router("Tables")

CSV: Final = "text/csv; charset=utf-8"
FORMS: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": CSV,
    "xlsx": workbook.MEDIA_TYPE,
    "ndjson": lines.MEDIA_TYPE,
    "parquet": columnar.MEDIA_TYPE,
    "metadata.json": "application/json",
}
"""The endings of the addresses, and the media types that they give."""
MANY: Final = 1000
"""From how many rows on a file is large: about a megabyte."""
_LICENCE: Final = f'<{LICENCE_ADDRESS}>; rel="license"'
# A table is whole, so it has no pages.
_PAGING: Final = frozenset({"limit", "cursor"})
_EXCEL: Final = (
    Literal["1"] | None,
    described("`1` puts a byte order mark before the text, so that Excel reads it as UTF-8", "1"),
)
_COUNTED: Final = {TOTAL: {"description": "How many rows there are", "schema": {"type": "integer"}}}

Endpoint = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class _Asking:
    """A request for a file, opened."""

    request: Request
    opened: Opened
    about: About

    @classmethod
    def of(
        cls, request: Request, session: Session, today: date, subject: Subject, asked: BaseModel, **more: Any
    ) -> "_Asking":
        """Open what is asked for; raises DomainError as its query does."""
        given = {name: value for name, value in asked if name != "excel"}
        # All of them have been checked.
        opened = subject.open(session, subject.parameters.model_construct(**given), today, **more)
        if opened.items.total > MANY and not more:
            take_turn(request)
        filters = {name: value for name, value in asked if value is not None}
        about = About(
            subject.name,
            _public(request) + address(request.url.path, filters),
            filters,
            today,
            session.info["revision"],
        )
        return cls(request, opened, about)

    def headers(self, ending: str) -> dict[str, str]:
        """Give the headers of a file: how many rows it has, what it is called, under which terms it may be used."""
        name = f"mubiao-{self.opened.name}-{self.about.as_of.isoformat()}.{ending}"
        return {
            TOTAL: str(self.opened.items.total),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Link": _linked(self.about, self.request),
        }


def _linked(about: About, request: Request) -> str:
    """Link to the licence, and to what describes the file."""
    filters = {name: value for name, value in about.filters.items() if name != "excel"}
    to = _public(request) + address(f"{PREFIX}/{about.name}.metadata.json", filters)
    return f'{_LICENCE}, <{to}>; rel="describedby"; type="application/json"'


def _public(request: Request) -> str:
    return request.app.state.settings.public_url or ""


def _asked(parameters: type[BaseModel], **more: Any) -> Any:
    """Take the parameters of a collection but for those of its pages."""
    fields = {
        name: (field.annotation, field)
        for name, field in parameters.model_fields.items()
        if name not in _PAGING
    }
    name = parameters.__name__.replace("Parameters", "TableParameters")
    return Annotated[create_model(name, **{**fields, **more}), Query()]


def _csv(subject: Subject) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        asking = _Asking.of(request, session, today, subject, asked)
        blocks = csv_blocks(asking.opened.tables[0], excel=bool(getattr(asked, "excel", None)))
        return streamed_answer(request, blocks, asking.headers("csv"), CSV)

    return give


def _ndjson(subject: Subject) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        asking = _Asking.of(request, session, today, subject, asked)
        blocks = lines.json_lines(asking.opened.items)
        return streamed_answer(request, blocks, asking.headers("ndjson"), lines.MEDIA_TYPE)

    return give


def _parquet(subject: Subject) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        columnar.refuse_without_pyarrow()
        asking = _Asking.of(request, session, today, subject, asked)
        blocks = columnar.parquet_blocks(asking.opened.tables[0], asking.about)
        return streamed_answer(request, blocks, asking.headers("parquet"), columnar.MEDIA_TYPE)

    return give


def _xlsx(subject: Subject) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        asking = _Asking.of(request, session, today, subject, asked)

        def write(file: IO[bytes]) -> None:
            workbook.write_workbook(file, asking.opened.tables, asking.about)

        return file_answer(write, asking.headers("xlsx"), workbook.MEDIA_TYPE)

    return give


def _metadata(subject: Subject) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        asking = _Asking.of(request, session, today, subject, asked, limit=1)
        public, filters = _public(request), asking.about.filters
        forms = [
            FormView(
                form=form,
                media_type=kind,
                address=public + address(f"{PREFIX}/{subject.name}.{form}", filters),
            )
            for form, kind in FORMS.items()
        ]
        about = About(subject.name, forms[0].address, filters, today, asking.about.revision)
        view = metadata(about, asking.opened.tables, asking.opened.contents(), forms, public)
        made = answer(view)
        made.headers["Link"] = _LICENCE
        return made

    return give


_MAKERS: Final[Mapping[str, Callable[[Subject], Endpoint]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "metadata.json": _metadata,
}
_DESCRIPTIONS: Final[Mapping[str, str]] = {
    "csv": "Give {whole}, as comma-separated values: UTF-8, CRLF, decimals in plain digits. Text that a "
    "spreadsheet program would take for a formula has an apostrophe before it; numbers never have.",
    "xlsx": f"Give {{whole}}, as a workbook for Excel, up to {MAX_ROWS:,} rows. Its last sheet states filters, "
    "day, revision, licence, and what columns and codes mean in both languages.",
    "ndjson": "Give {whole}, as newline-delimited JSON: a line each, the same items as in JSON.",
    "parquet": "Give {whole}, as Apache Parquet: the columns of the CSV with types, decimals exact in 38 digits "
    "of which 10 are decimals, days and instants as such; what columns mean is in the schema.",
    "metadata.json": "Describe {whole}: columns, units, codes and definitions in both languages, the sources "
    "behind the rows, the exact query, how to cite it, and the same data in other forms.",
}


def _add(subject: Subject, form: str) -> None:
    """Add a route, with its columns in the document."""
    endpoint = _MAKERS[form](subject)
    endpoint.__annotations__["asked"] = _asked(
        subject.parameters, **({"excel": _EXCEL} if form == "csv" else {})
    )
    said: dict[int | str, dict[str, Any]] = {}
    is_metadata = form == "metadata.json"
    if not is_metadata:
        kind = FORMS[form].partition(";")[0]
        text = {"type": "string"} if form in {"csv", "ndjson"} else {"type": "string", "format": "binary"}
        said[200] = {"description": "The table", "content": {kind: {"schema": text}}, "headers": _COUNTED}
    if form == "parquet":
        said |= NOT_INSTALLED
    columns = [
        {"name": column.name, "type": column.kind.value, "description": column.meaning("en")}
        for column in subject.columns
    ]
    router.add_api_route(
        f"/{subject.name}.{form}",
        endpoint,
        name=f"{subject.name}_{form.replace('.', '_')}",
        description=_DESCRIPTIONS[form].format(whole=subject.whole),
        response_class=JSONResponse if is_metadata else Response,
        response_model=MetadataView if is_metadata else None,
        responses=said,
        # All tables of a collection have the same columns: once is enough.
        openapi_extra={"x-columns": columns} if form == "csv" else None,
    )


def _add_json(subject: Subject) -> None:
    """Let the JSON of a collection be had by an ending too, like its other forms."""
    path = f"{PREFIX}/{subject.name}"
    for route in (*vocabulary.router.routes, *facts.router.routes):
        if isinstance(route, APIRoute) and route.path == path:
            router.add_api_route(
                f"/{subject.name}.json",
                route.endpoint,
                name=f"{subject.name}_json",
                description=f"Give what `{path}` gives, page by page, at an address with an ending.",
                response_model=route.response_model,
            )


for _subject in SUBJECTS:
    _add_json(_subject)
    for _form in _MAKERS:
        _add(_subject, _form)
