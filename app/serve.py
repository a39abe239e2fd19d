"""Starting the server: the address first, then the tables and the facts, once, then the processes that answer.

What they answer is the application's, `app.main`.
"""

import copy
import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from app.domain.errors import DomainError
from app.exchange import drawing
from app.exchange.seeds import SeedError, load_seeds
from app.main import create_app
from app.printing import error_lines, link_lines
from app.resources import resource
from app.settings import Settings
from app.store.accounts import setup_link
from app.store.held import held
from app.store.migrate import starting, upgrade
from app.store.scratch import temporary_folder
from app.store.service import warm
from app.store.session import Database
from app.web.headers import without_secrets

# How long an ending server waits for answers that are under way.
GRACE_SECONDS = 10
# How long a process may take to load what it runs before the one above it begins it anew: on a busy machine four at a
# time took longer than the five seconds that the server would give them, each time again. One that is killed while it
# loads is missed only after this.
WORKER_SECONDS = 20
# How long a start waits for another one that is loading the facts into the same database.
START_SECONDS = 60
# What is wrong with good seeds because of what was written since they were loaded last.
_EDITORS_DOING = frozenset({"names_retired", "still_used"})
logger = logging.getLogger("mubiao")


def serve(settings: Settings) -> None:
    """Serve until told to end; bring the tables and the facts up to date before.

    Raises DomainError "port_in_use", "bad_setting", and what migrating and loading raise.
    """
    with _listen(settings.host, settings.port) as listener:
        prepare(settings)
        _print_addresses(settings)
        _print_setup(settings)
        # Of this one, so that its processes share what they make, and it goes when they have ended.
        with temporary_folder() as folder:
            _run(settings, listener, folder)


def prepare(settings: Settings) -> None:
    """Bring the tables and the committed facts up to date; a second time this changes nothing.

    Seeds that only do not go with what an editor retired, or uses, are left out as a whole, and the log says why.
    """
    db = Database(settings.database_url, lock_seconds=START_SECONDS)
    try:
        with starting(db):
            upgrade(db)
            try:
                load_seeds(db, resource("seeds"))
            except SeedError as error:
                if not {problem.code for problem in error.problems} <= _EDITORS_DOING:
                    raise
                logger.warning("the seeds were not loaded, the facts stay as they are:")
                for line in error_lines(error):
                    logger.warning("%s", line)
    finally:
        db.close()


def _listen(host: str, port: int) -> socket.socket:
    """Take the address, so that nobody starts in vain or twice."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DomainError("port_in_use", "MUBIAO_PORT", host=host, port=port) from error
        refused = error.errno == errno.EACCES
        raise DomainError("bad_setting", "MUBIAO_PORT" if refused else "MUBIAO_HOST") from error


def _print_addresses(settings: Settings) -> None:
    """Print what a person opens."""
    pages = {"中文": "/zh/compare", "English": "/en/compare", "API": "/api"}
    lines = [f"  {name:<8} {settings.address}{path}" for name, path in pages.items()]
    sys.stdout.write("\n".join(["Mubiao is at", *lines, "Ctrl-C ends it.", ""]))
    sys.stdout.flush()


def _print_setup(settings: Settings) -> None:
    """While nobody has an account, print the link that makes the first one; one printed before works no more."""
    with closing(Database(settings.database_url, lock_seconds=START_SECONDS)) as db, db.write() as session:
        link = setup_link(session, datetime.now(UTC))
    if link is not None:
        lines = ["Nobody has an account yet. The first one is made at", *link_lines(settings, link)]
        sys.stdout.write("\n".join([*lines, ""]))
        sys.stdout.flush()


def _run(settings: Settings, listener: socket.socket, past_folder: Path) -> None:
    """Run one process here, or several under this one."""
    config = uvicorn.Config(
        # Not by name: each process is given the settings of this one.
        partial(_application, settings, past_folder),
        factory=True,
        workers=settings.workers,
        log_config=_log_config(settings.log_level),
        log_level="warning" if settings.log_level == "info" else settings.log_level,
        access_log=settings.log_level == "debug",
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=WORKER_SECONDS,
    )
    try:
        if settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
            return
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        # Ctrl-C is the ordinary way to end; the answers under way have been given.
        return


def _application(settings: Settings, past_folder: Path) -> FastAPI:
    """Put the application together in a process that answers, and start what draws its charts beside it."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()
    drawing.warm()
    app = create_app(settings, past_folder=past_folder)
    collect_less()
    threading.Thread(target=get_ready, args=(app,), daemon=True).start()
    return app


def collect_less() -> None:
    """Let the collector of garbage leave alone what is loaded by now, and look at what is new less often.

    The views of an answer are some ten thousand objects, none of which is garbage before it is written: looking at
    them every 700 objects took a third of the time of a large comparison.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def get_ready(app: FastAPI) -> None:
    """Do what the first who ask would wait for: a tenth of a second for routes, a while for a million targets."""
    # FastAPI reads the parameters of the routes that it includes when it is first led through them.
    app.state.methods("/")
    with suppress(DomainError), app.state.database.read() as session:
        held(session)
        warm(session)


def _end_after(parent: BaseProcess) -> None:
    """End this process in good order when the one above it is gone: killed, it could not say so to those below."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class NoSecrets(logging.Filter):
    """Blots out the secrets of links in the log of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, its parts without secrets."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(part) if isinstance(part, str) else part for part in record.args
            )
        return True


class NoUpgrades(logging.Filter):
    """Drops what the server says of each request for a WebSocket: anyone could fill the log, and it advises to install one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        return not record.getMessage().startswith(("Unsupported upgrade", "No supported WebSocket"))


def _log_config(level: str) -> dict[str, Any]:
    """Let our own loggers write where the server's do."""
    config: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
    config["filters"] = {"no_upgrades": {"()": NoUpgrades}, "no_secrets": {"()": NoSecrets}}
    config["loggers"]["uvicorn.error"]["filters"] = ["no_upgrades"]
    config["loggers"]["uvicorn.access"]["filters"] = ["no_secrets"]
    # A past state is laid into new tables, which are not worth a line each.
    config["loggers"]["alembic"] = {"level": "WARNING"}
    # SQLAlchemy's pools log under the name of the class, which is one of ours; its own say nothing here either.
    config["loggers"]["app.store.engines"] = {"level": "WARNING"}
    # The package of the assistants' door has a line or two for every request.
    config["loggers"]["mcp"] = {"level": "ERROR"}
    config["root"] = {"handlers": ["default"], "level": logging.getLevelNamesMapping()[level.upper()]}
    return config
