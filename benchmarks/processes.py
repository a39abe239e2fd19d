"""Processes that a benchmark starts: running them, ending them, and what they take of the machine.

What they do is said by the modules that are run.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped,unused-ignore]

HERE: Final = Path(__file__).parent


@contextmanager
def running(
    command: list[str], given: str = "", *, quiet: bool = False, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a process, with `given` on its standard input, and stop it; a `quiet` one keeps its log to itself."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        text=True,
        cwd=HERE.parent,
        env={**os.environ, **environment},
    )
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(given)
    process.stdin.close()
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def memory(process: subprocess.Popen[str]) -> float:
    """Give the resident memory of a process and its children, in megabytes."""
    parent = psutil.Process(process.pid)
    return float(sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True))) / 2**20)


def processor_seconds(pid: int) -> float:
    """Give the seconds of processor that a process and its children have taken."""
    parent = psutil.Process(pid)
    taken = [each.cpu_times() for each in (parent, *parent.children(recursive=True))]
    return float(sum(times.user + times.system for times in taken))
