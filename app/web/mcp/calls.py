"""Answering a call of a tool: its arguments checked, one snapshot read in a thread, the answer as text and as content.

How calls arrive is the business of `server`; nothing here knows the protocol.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from anyio import CapacityLimiter, to_thread

from app.domain.dates import shanghai_today
from app.domain.errors import DomainError, Problem
from app.domain.validation import brief
from app.i18n import Lang, problem_sentence
from app.store.past import Past
from app.store.session import Database
from app.web import as_of
from app.web.dependencies import read_past_day
from app.web.mcp.arguments import Arguments, language_of, read_arguments
from app.web.mcp.tools import TOOLS, Reading, Tool
from app.web.problems import MOST, ErrorView
from app.web.speech import Speech

logger = logging.getLogger("mubiao")


@dataclass(frozen=True, slots=True)
class Library:
    """What calls read from: the data as they are and as they were, and how many calls may read at a time.

    `base` is the address of the pages, if it is known.
    """

    database: Database
    past: Past
    readers: CapacityLimiter
    past_readers: CapacityLimiter
    base: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered with."""

    text: str
    content: dict[str, Any]
    refused: bool = False


async def call(library: Library, name: str, given: dict[str, Any]) -> Answer:
    """Answer a call; whatever goes wrong is told as an answer, in the language asked for."""
    lang = language_of(given)
    try:
        tool = _tool(name)
        return await _answer(library, tool, read_arguments(tool.arguments, given))
    except DomainError as error:
        return _refusal(lang, error.problems)
    except Exception as error:
        error_id = secrets.token_hex(8)
        logger.exception("error %s in the tool %r", error_id, name, exc_info=error)
        return _refusal(lang, [Problem("internal_error", "", {"error_id": error_id})])


def _tool(name: str) -> Tool[Any, Any]:
    if name not in TOOLS:
        raise DomainError("unknown_tool", "name", given=name, allowed=list(TOOLS))
    return TOOLS[name]


async def _answer(library: Library, tool: Tool[Any, Any], asked: Arguments) -> Answer:
    day = None if asked.as_of is None else read_past_day(asked.as_of)
    if day is None:
        async with library.readers:
            return await to_thread.run_sync(_read, library, tool, asked, day)
    # As requests for pages of past days: those who wait for one to be laid keep nobody else waiting.
    async with library.past_readers, library.readers:
        return await to_thread.run_sync(_read, library, tool, asked, day)


def _read(library: Library, tool: Tool[Any, Any], asked: Arguments, day: date | None) -> Answer:
    """Read one snapshot, of a past day if one is given, in a thread, whose context is its own."""
    if day is not None:
        as_of.keep(day)
    lent = library.database.read() if day is None else library.past.read(day, searched=asked.searched)
    with lent as session:
        reading = Reading.of(session, day or shanghai_today(), Speech(asked.language), library.base)
        result = tool.read(reading, asked)
        lines = [*result.read_first, *tool.text(reading, result)]
    if result.page:
        lines += ["", result.page]
    return Answer("\n".join(lines), result.model_dump(mode="json"))


def _refusal(lang: Lang, problems: Sequence[Problem]) -> Answer:
    """Say each thing that is wrong: argument, code, sentence."""
    errors = [
        ErrorView(field=one.field, code=one.code, message=problem_sentence(lang, one), line=None)
        for one in map(brief, problems[:MOST])
    ]
    lines = [f"{one.field or '-'} ({one.code}): {one.message}" for one in errors]
    content = {"errors": [one.model_dump(exclude_none=True) for one in errors]}
    return Answer("\n".join(lines), content, refused=True)
