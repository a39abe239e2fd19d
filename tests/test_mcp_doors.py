"""The ways to the tools for assistants: stdin and stdout, and HTTP, by the official client and by those that are none.

What the tools answer is tested in `test_mcp`.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import anyio
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from app.cli import cli
from app.domain.errors import Problem
from app.i18n import problem_sentence
from app.resources import resource
from app.store.session import Database
from app.web.mcp import http
from tests.assistants import figures_in, pairs
from tests.clients import asking, url_of
from tests.raw_server import serving
from tests.serving import COMMAND

REVENUE = "zj-ai-terminals.revenue@2027-12-31"
SCALE = "js-ai-plus.industry-scale@2030-12-31"
TOOLS = ("search", "get_plan", "get_target", "compare", "deadlines", "coverage")
PAIR: Final = {"region": ["330000", "320000"], "topic": "ai", "family": "industry_size"}
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ASKED = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def check_comparison(result: CallToolResult) -> None:
    """Hold the answer about Zhejiang and Jiangsu: what differs is said first, and nothing stands without a source."""
    assert not result.is_error
    content = result.structured_content
    (row,) = content["comparison"]["families"][0]["rows"]
    reasons = ["metric", "topic", "coverage"]
    assert pairs(row["verdicts"]) == {frozenset((REVENUE, SCALE)): ("different", reasons)}
    assert content["comparison"]["counts"] == {"same": 0, "caution": 0, "different": 1}
    figures = list(figures_in(content))
    assert {one["id"]: (one["comparator"], one["canonical_value"]) for one in figures} == {
        REVENUE: ("gt", "500000000000"),
        SCALE: ("gt", "1000000000000"),
    }
    assert all(
        one["evidence"] and one["evidence"][0].keys() >= {"paragraph", "phrase", "check"} for one in figures
    )
    (block,) = result.content
    assert isinstance(block, TextContent)
    first, second, *_ = block.text.split("\n")
    assert first == content["read_first"][0]
    assert first == "The only two figures that stand side by side here may not be compared."
    assert second == content["read_first"][1]
    assert second.endswith("They differ in metric, topic, and enterprises counted: not comparable.")
    assert "paragraph 6: “规上企业营业收入突破5000亿元” (found in the source)" in block.text


async def asked_of(client: Client) -> None:
    """Ask what every client asks, whatever lies between."""
    listed = await client.list_tools()
    assert tuple(tool.name for tool in listed.tools) == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed.tools)
    assert all(tool.input_schema["additionalProperties"] is False for tool in listed.tools)
    # The client checks what it gets against the schema of the answer.
    check_comparison(await client.call_tool("compare", PAIR))
    refused = await client.call_tool("compare", {"region": ["99"], "order": "value", "language": "zh"})
    assert refused.is_error
    assert [(one["field"], one["code"]) for one in refused.structured_content["errors"]] == [
        ("order", "unknown_parameter")
    ]
    unknown = await client.call_tool("write", {})
    assert unknown.structured_content["errors"][0]["code"] == "unknown_tool"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_official_client_asks_over_stdin_and_stdout(seeded: Database, tmp_path: Path) -> None:
    """`mubiao mcp` lists its tools and compares Zhejiang with Jiangsu; it says nothing on its own."""
    command, *words = COMMAND
    said = tmp_path / "said"
    environ = {
        "PATH": os.environ["PATH"],
        "MUBIAO_DATABASE_URL": url_of(seeded),
        "PYTHONPATH": str(resource("seeds").parent),
    }

    async def main() -> None:
        started = StdioServerParameters(command=command, args=[*words, "mcp"], env=environ)
        with said.open("w") as log:
            async with Client(stdio_client(started, errlog=log)) as client:
                await asked_of(client)

    anyio.run(main)
    assert said.read_text() == ""


def test_the_official_client_asks_over_http(seeded: Database) -> None:
    """The same at /mcp, by both generations of the protocol, of which neither has a session here."""
    with serving(seeded) as server:

        async def main() -> None:
            for mode in ("auto", "legacy"):
                async with Client(f"http://127.0.0.1:{server.port}/mcp", mode=mode) as client:
                    await asked_of(client)

        anyio.run(main)
        assert server.errors == []


@contextmanager
def refusing(db: Database) -> Iterator[TestClient]:
    """Ask over HTTP as no client of the protocol would."""
    with asking(db, public_url="https://mubiao.example") as client:
        yield client


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_address_is_a_read_and_no_other_site_s(seeded: Database) -> None:
    """Pages of other sites are refused whatever Host they ask at; no answer is kept, no session or cookie is made."""
    revision = seeded.revision()
    with refusing(seeded) as client:
        mine = [None, "https://mubiao.example", "http://localhost:6274", "http://[::1]:1", "http://127.0.0.1"]
        others = ["https://evil.example", "null", "https://mubiao.example.evil.example", "http://testserver"]
        statuses = {
            origin: client.post("/mcp", json=LISTING, headers=ASKED | ({"Origin": origin} if origin else {}))
            for origin in (*mine, *others)
        }
        assert {origin: answer.status_code for origin, answer in statuses.items()} == (
            dict.fromkeys(mine, 200) | dict.fromkeys(others, 403)
        )
        assert statuses["null"].json()["code"] == "cross_site"
        answer = statuses[None]
        assert answer.headers["content-type"] == "application/json"
        assert {"etag", "set-cookie", "mcp-session-id"} & set(answer.headers) == set()
        assert (answer.headers["cache-control"], answer.headers["access-control-allow-origin"]) == (
            "no-cache",
            "*",
        )
        preflight = client.options("/mcp").headers
        assert (preflight["allow"], preflight["access-control-allow-methods"]) == ("OPTIONS, POST", "POST")
        wrong = {
            "stream": client.get("/mcp", headers=ASKED),
            "end": client.delete("/mcp"),
            "form": client.post("/mcp", content=b"{}", headers={"Content-Type": "text/plain"}),
            "long": client.post("/mcp", content=b" " * (http.MCP_BYTES + 1), headers=ASKED),
        }
        assert {name: (one.status_code, one.json()["code"]) for name, one in wrong.items()} == {
            "stream": (405, "method_not_allowed"),
            "end": (405, "method_not_allowed"),
            "form": (415, "wrong_media_type"),
            "long": (413, "body_too_large"),
        }
        assert wrong["stream"].headers["allow"] == "OPTIONS, POST"
        for body in (b"", b"[]", b"{", b'{"jsonrpc": "2.0", "id": 1, "method": "plans/write"}'):
            refused = client.post("/mcp", content=body, headers=ASKED)
            assert refused.status_code < 500
            assert "error" in refused.json()
    assert seeded.revision() == revision


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_without_the_package_it_is_said_what_to_install(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the address and on the command line; everything else works."""
    monkeypatch.setitem(sys.modules, "mcp", None)
    sentence = problem_sentence("en", Problem("mcp_missing"))
    assert "pip install mcp" in sentence
    with refusing(seeded) as client:
        answer = client.post("/mcp", json=LISTING, headers=ASKED)
        assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
            501,
            "mcp_missing",
            sentence,
        )
        assert client.get("/api/v1/regions?limit=1").status_code == 200
    typed = CliRunner().invoke(cli, ["mcp"], env={"MUBIAO_DATABASE_URL": url_of(seeded)})
    assert (typed.exit_code, typed.stdout, sentence in typed.stderr) == (1, "", True)


def test_without_a_database_it_is_said_at_once(tmp_path: Path) -> None:
    """The person who sets it up reads it, on stderr: what goes to stdout is for the assistant."""
    typed = CliRunner().invoke(cli, ["--database", f"sqlite:///{tmp_path}/none.sqlite3", "mcp"])
    assert (typed.exit_code, typed.stdout) == (1, "")
    assert "mubiao serve" in typed.stderr


def test_only_who_asks_pays_for_the_package() -> None:
    """One module needs it when it is imported; that one, and the tools, are imported by functions alone."""
    needing, importing = set(), set()
    folder = Path(http.__file__).parents[2]
    for file in folder.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name.split(".")[0] in {"mcp", "mcp_types"} for name in names):
                needing.add(file.relative_to(folder).as_posix())
            if any(re.fullmatch(r"app\.web\.mcp\.(?!http\b).+", name) for name in names):
                importing.add(file.relative_to(folder).as_posix())
    assert needing == {"web/mcp/server.py"}
    assert {name for name in importing if not name.startswith("web/mcp/")} == set()
    assert "web/mcp/http.py" not in importing
