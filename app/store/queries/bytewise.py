"""The order of text by its bytes, which is the same on both engines, whatever language a database is set to.

Which columns a list is ordered by is said by the list.
"""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Bytewise(FunctionElement[str]):
    """A text column, to be ordered by and compared byte for byte: SQLite's own way, COLLATE "C" on PostgreSQL."""

    type = Text()
    inherit_cache = True


@compiles(Bytewise)
def _plain(element: Bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Bytewise, "postgresql")
def _collated(element: Bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    return f'{compiler.process(element.clauses, **kw)} COLLATE "C"'
