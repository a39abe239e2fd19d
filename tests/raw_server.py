"""A real server in a thread of this process, asked byte for byte: for requests that no client would send.

A server as a process of its own is started by `serving`.
"""

import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse

import uvicorn
from fastapi import FastAPI

from app.i18n import TAGS, Lang, term
from app.store.session import Database
from tests.clients import application
from tests.reading import Page


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """A server on this machine, and what it logged as errors."""

    port: int
    errors: list[str]

    def send(self, request: bytes, method: str = "GET") -> Answer:
        """Send bytes and read the answer, for which ten seconds are enough."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as line,
            closing(HTTPResponse(line, method=method)) as answer,
        ):
            line.sendall(request)
            answer.begin()
            body = answer.read()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a target as it stands, byte for byte; underscores in headers' names are dashes."""
        given = {"host": "localhost", "connection": "close", **headers}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
        text = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""])
        return self.send(text.encode("latin-1"), method)


def serving(db: Database) -> AbstractContextManager[Server]:
    """Serve the application over a database."""
    return answering(application(db))


@contextmanager
def answering(app: FastAPI) -> Iterator[Server]:
    """Serve an application from a thread of this process."""
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", access_log=False))
    thread = threading.Thread(target=server.run, args=[[listener]])
    loggers = [logging.getLogger(name) for name in ("mubiao", "uvicorn.error")]
    for logger in loggers:
        logger.addHandler(handler)
    thread.start()
    try:
        yield Server(listener.getsockname()[1], errors)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        for logger in loggers:
            logger.removeHandler(handler)


def expected_sentence(lang: Lang, code: str) -> re.Pattern[str]:
    """Give the catalogue's sentence of a code, with anything where its braces are."""
    parts = re.split(r"\{\w+\}", term(lang, "problem", code))
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def check_refusal(answer: Answer, lang: Lang, code: str, *, api: bool) -> None:
    """Hold what every refusal has: its sentence in the reader's language, no trace, and nobody keeps it."""
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == TAGS[lang]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.body) < 30_000
    assert b"Traceback" not in answer.body
    if api:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = json.loads(answer.body)
        assert (problem["status"], problem["code"]) == (answer.status, code)
        assert problem["errors"][0]["code"] == code
        # Outside of what is quoted there is one language.
        said = re.sub(r"“.*?”", "", problem["detail"], flags=re.DOTALL)
        assert bool(re.search(r"[\u4e00-\u9fff]", said)) is (lang == "zh"), said
    else:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = Page(answer.body.decode())
        assert page.one("html").attributes["lang"] == TAGS[lang]
        assert expected_sentence(lang, code).search(page.one("main").text), page.one("main").text
