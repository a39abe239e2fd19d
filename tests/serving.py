"""Starting Mubiao as a process of its own, as a person does, and asking it over HTTP.

Tests that need no real server use the application directly.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from urllib.error import URLError

from tests.databases import FOLDER
from tests.leftovers import noted

COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def get(port: int, path: str) -> bytes:
    """Ask a server on this machine; an error status raises."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


def environment(port: int, database_url: str, *, code: Path, workers: int = 1) -> dict[str, str]:
    """Give a process of ours its settings and nothing else of this one's."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(code),
        "PYTHONUNBUFFERED": "1",
        "MUBIAO_DATABASE_URL": database_url,
        "MUBIAO_PORT": str(port),
        "MUBIAO_WORKERS": str(workers),
    }


@contextmanager
def served(
    port: int, database_url: str, *, cwd: Path, code: Path, workers: int = 1
) -> Iterator[subprocess.Popen[str]]:
    """Run `mubiao serve` until the block ends; `code` is the folder that holds the package."""
    environ = environment(port, database_url, code=code, workers=workers)
    process = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        # Pictures are made without a run of the tests around them.
        with noted(Path(os.environ[FOLDER]), process.pid) if FOLDER in os.environ else nullcontext():
            _wait(process, port)
            yield process
    finally:
        # With the processes that it started, which a test may have left without it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _wait(process: subprocess.Popen[str], port: int) -> None:
    """Wait until the server answers, or say what it said instead."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            get(port, "/api/v1/regions?limit=1")
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    process.kill()
    assert process.stdout is not None
    raise AssertionError(process.stdout.read())
