"""Columns as the text that tables of many rows want: amounts in plain digits, days and instants by ISO 8601.

What is read so is said in `dated_texts`; elsewhere columns are read as what they are.
"""

from typing import Any

from sqlalchemy import JSON, Date, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.store.models.base import Exact, Instant


class AsText(FunctionElement[str]):
    """A column as the text that `exchange.tables.table.written` makes of it; a list as JSON; nothing as NULL."""

    type = Text()
    inherit_cache = True


@compiles(AsText)
def _kept(element: AsText, compiler: SQLCompiler, **kw: Any) -> str:
    """Give what SQLite keeps, which is text already; of an instant without its fraction of a second."""
    (column,) = element.clauses
    plain = compiler.process(column, **kw)
    if isinstance(column.type, Instant):
        return f"substr({plain}, 1, 10) || 'T' || substr({plain}, 12, 8) || 'Z'"
    return plain


@compiles(AsText, "postgresql")
def _written(element: AsText, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    plain = compiler.process(column, **kw)
    if isinstance(column.type, Exact):
        return f"trim_scale({plain})::text"
    if isinstance(column.type, Instant):
        return f"""to_char({plain}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    if isinstance(column.type, Date):
        return f"to_char({plain}, 'YYYY-MM-DD')"
    return f"{plain}::text" if isinstance(column.type, JSON) else plain
