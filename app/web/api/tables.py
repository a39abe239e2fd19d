"""The routes that give a collection, or the comparison, as a table: CSV and XLSX, with the collection's own filters.

What the columns are is said in `exchange.tables`; pages and cursors are for JSON alone.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import IO, Annotated, Any, Final, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, create_model
from sqlalchemy.orm import Session

from app.exchange.tables import comparison as side_by_side
from app.exchange.tables.about import LICENCE_ADDRESS, About
from app.exchange.tables.collections import COLLECTIONS, Collection
from app.exchange.tables.commas import csv_blocks
from app.exchange.tables.table import MAX_ROWS, Column, Table
from app.exchange.tables.workbook import MEDIA_TYPE, write_workbook
from app.store.queries.compare import compare_regions
from app.store.views.comparison import ComparisonView
from app.web.api.parameters import (
    CompareParameters,
    DeadlineParameters,
    ListParameters,
    MeasureParameters,
    MetricParameters,
    ObservationParameters,
    OrganizationParameters,
    PlanParameters,
    RegionParameters,
    SourceParameters,
    TargetParameters,
    TopicParameters,
    described,
)
from app.web.api.routes import api_router
from app.web.dependencies import ReadSession, Today
from app.web.files import file_answer, joined
from app.web.speech import address

router = api_router("Tables")

CSV: Final = "text/csv; charset=utf-8"
PARAMETERS: Final[Mapping[str, type[ListParameters]]] = {
    "regions": RegionParameters,
    "topics": TopicParameters,
    "metrics": MetricParameters,
    "organizations": OrganizationParameters,
    "sources": SourceParameters,
    "plans": PlanParameters,
    "targets": TargetParameters,
    "deadlines": DeadlineParameters,
    "observations": ObservationParameters,
    "measures": MeasureParameters,
}
_LICENCE: Final = f'<{LICENCE_ADDRESS}>; rel="license"'
# A table is whole, so it has no pages.
_PAGING: Final = frozenset({"limit", "cursor"})
_EXCEL: Final = (
    Literal["1"] | None,
    described("`1` puts a byte order mark before the text, so that Excel reads it as UTF-8", "1"),
)

Writer = Callable[[IO[bytes]], None]
Endpoint = Callable[..., Response]


def _asked(parameters: type[BaseModel], **more: Any) -> Any:
    """Take the parameters of a collection but for those of its pages."""
    fields = {
        name: (field.annotation, field)
        for name, field in parameters.model_fields.items()
        if name not in _PAGING
    }
    name = parameters.__name__.replace("Parameters", "TableParameters")
    return Annotated[create_model(name, **{**fields, **more}), Query()]


def _original(parameters: type[BaseModel], asked: BaseModel) -> Any:
    """Give back the collection's own parameters, all of which have been checked."""
    return parameters.model_construct(**{name: value for name, value in asked if name != "excel"})


def _about(request: Request, name: str, asked: BaseModel, session: Session, today: date) -> About:
    """Say where a table comes from."""
    filters = {key: value for key, value in asked if value is not None}
    public = request.app.state.settings.public_url or ""
    return About(name, public + address(request.url.path, filters), filters, today, session.info["revision"])


def _file_name(name: str, today: date, ending: str) -> str:
    return f"mubiao-{name}-{today.isoformat()}.{ending}"


def _collection_csv(collection: Collection[Any], parameters: type[ListParameters]) -> Endpoint:
    def give(session: ReadSession, today: Today, asked: BaseModel) -> Response:
        original = _original(parameters, asked)
        table = collection.table(session, original.filters(), original.paging().sort, today)
        blocks = csv_blocks(table, excel=bool(getattr(asked, "excel", None)))
        return file_answer(joined(blocks), _file_name(collection.name, today, "csv"), CSV, _LICENCE)

    give.__annotations__["asked"] = _asked(parameters, excel=_EXCEL)
    return give


def _collection_xlsx(collection: Collection[Any], parameters: type[ListParameters]) -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        original = _original(parameters, asked)
        table = collection.table(session, original.filters(), original.paging().sort, today)
        about = _about(request, collection.name, asked, session, today)
        return _workbook([table], about, _file_name(collection.name, today, "xlsx"))

    give.__annotations__["asked"] = _asked(parameters)
    return give


def _compare_csv() -> Endpoint:
    def give(session: ReadSession, today: Today, asked: BaseModel) -> Response:
        comparison = _compared(session, today, asked)
        blocks = csv_blocks(side_by_side.figures(comparison), excel=bool(getattr(asked, "excel", None)))
        return file_answer(joined(blocks), _compared_name(comparison, "csv"), CSV, _LICENCE)

    give.__annotations__["asked"] = _asked(CompareParameters, excel=_EXCEL)
    return give


def _compare_xlsx() -> Endpoint:
    def give(request: Request, session: ReadSession, today: Today, asked: BaseModel) -> Response:
        comparison = _compared(session, today, asked)
        tables: list[Table[Any]] = [
            side_by_side.figures(comparison),
            side_by_side.pairs(comparison),
            side_by_side.empty_cells(comparison),
        ]
        about = _about(request, "compare", asked, session, today)
        return _workbook(tables, about, _compared_name(comparison, "xlsx"))

    give.__annotations__["asked"] = _asked(CompareParameters)
    return give


def _compared(session: Session, today: date, asked: BaseModel) -> ComparisonView:
    """Compare; raises DomainError too_many_rows where there are more pairs than a file could name."""
    comparison = compare_regions(session, _original(CompareParameters, asked).query(), today)
    side_by_side.refuse_too_many_pairs(comparison)
    return comparison


def _compared_name(comparison: ComparisonView, ending: str) -> str:
    regions = "-".join(region.slug for region in comparison.regions)
    return _file_name(f"compare-{regions}", comparison.as_of, ending)


def _workbook(tables: list[Table[Any]], about: About, name: str) -> Response:
    return file_answer(lambda file: write_workbook(file, tables, about), name, MEDIA_TYPE, _LICENCE)


def _add(name: str, ending: str, endpoint: Endpoint, columns: tuple[Column[Any], ...]) -> None:
    """Add a route, with its columns in the document."""
    csv = ending == "csv"
    whole = "the comparison, a row per figure with its verdicts" if name == "compare" else f"all {name}"
    description = (
        f"Give {whole}, as comma-separated values: UTF-8, CRLF, decimals in plain digits. Text that a "
        "spreadsheet program would take for a formula has an apostrophe before it; numbers never have."
        if csv
        else f"Give {whole}, as a workbook for Excel, up to {MAX_ROWS:,} rows. Its last sheet states filters, "
        "day, revision, licence, and what columns and codes mean in both languages."
    )
    kind = "text/csv" if csv else MEDIA_TYPE
    schema = {"type": "string"} if csv else {"type": "string", "format": "binary"}
    described = [
        {"name": column.name, "type": column.kind.value, "description": column.meaning("en")}
        for column in columns
    ]
    router.add_api_route(
        f"/{name}.{ending}",
        endpoint,
        name=f"{name}_{ending}",
        description=description,
        response_class=Response,
        responses={200: {"description": "The table", "content": {kind: {"schema": schema}}}},
        # Both forms have the same columns: once is enough.
        openapi_extra={"x-columns": described} if csv else None,
    )


for _name, _parameters in PARAMETERS.items():
    _collection = COLLECTIONS[_name]
    _add(_name, "csv", _collection_csv(_collection, _parameters), _collection.columns)
    _add(_name, "xlsx", _collection_xlsx(_collection, _parameters), _collection.columns)
_add("compare", "csv", _compare_csv(), side_by_side.FIGURES)
_add("compare", "xlsx", _compare_xlsx(), side_by_side.FIGURES)
