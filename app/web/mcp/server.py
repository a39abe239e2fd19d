"""The tools in the words of the protocol, by the official `mcp` package: the only module that needs it.

What the tools do is in `tools`, how a call is answered in `calls`.
"""

import sys
from contextlib import closing
from functools import lru_cache

import anyio
from anyio import CapacityLimiter
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as Described

from app import __version__
from app.settings import Settings
from app.store.engines import POOL_SIZE
from app.store.past import Past
from app.store.session import Database
from app.web.dependencies import PAST_READERS
from app.web.mcp.calls import Library, call
from app.web.mcp.tools import INSTRUCTIONS, TOOLS

_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@lru_cache(maxsize=1)
def described() -> list[Described]:
    """Describe the tools: names, purposes, schemas of arguments and answers."""
    return [
        Described(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.arguments.model_json_schema(),
            output_schema=tool.result.model_json_schema(mode="serialization"),
            annotations=_READ_ONLY,
        )
        for tool in TOOLS.values()
    ]


def server_of(library: Library) -> Server[dict[str, object]]:
    """Make a server whose calls read from a library; it keeps nothing between two calls."""

    async def list_tools(
        _context: ServerRequestContext[dict[str, object]], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=described())

    async def call_tool(
        _context: ServerRequestContext[dict[str, object]], params: CallToolRequestParams
    ) -> CallToolResult:
        answer = await call(library, params.name, params.arguments or {})
        return CallToolResult(
            content=[TextContent(type="text", text=answer.text)],
            structured_content=answer.content,
            is_error=answer.refused,
        )

    return Server(
        "mubiao",
        version=__version__,
        title="Mubiao 目标",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio(settings: Settings) -> None:
    """Answer over stdin and stdout until stdin ends; raises UnavailableError if the database cannot be read."""
    with closing(Database(settings.database_url)) as database:
        # Said at once, to the person, and not at the first call, to the assistant.
        with database.read():
            pass
        with closing(Past(database)) as past:
            anyio.run(_serve_stdio, database, past, settings.public_url)
    sys.stdout.flush()


async def _serve_stdio(database: Database, past: Past, base: str | None) -> None:
    library = Library(database, past, CapacityLimiter(POOL_SIZE), CapacityLimiter(PAST_READERS), base)
    server = server_of(library)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
