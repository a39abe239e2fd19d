"""Clearing away what a run of the tests makes: its folder, the PostgreSQL server in it, processes that were started.

A process of its own does it, so that a run that is killed leaves nothing behind either; it imports nothing of ours.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def watch(folder: Path) -> Callable[[], None]:
    """Start the process that clears a folder away once this one has ended, however; give what does it now.

    What is given raises RuntimeError if something of the folder is left.
    """
    # It hears of the end because its input ends; a signal to the terminal's group does not reach it.
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )

    def clear_now() -> None:
        process.communicate()
        if process.returncode != 0:
            raise RuntimeError(folder)

    return clear_now


@contextmanager
def noted(folder: Path, pid: int) -> Iterator[None]:
    """Note a process that is to be killed with the run, for as long as the block runs."""
    file = folder / "processes" / str(pid)
    file.parent.mkdir(exist_ok=True)
    file.touch()
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def stop_server(folder: Path) -> None:
    """Stop the server of this folder, if one was started."""
    file = folder / "postgresql" / "postmaster.pid"
    try:
        os.kill(int(file.read_text().split("\n", 1)[0]), signal.SIGINT)
    except (FileNotFoundError, ProcessLookupError):
        return
    for _ in range(1000):
        if not file.exists():
            return
        time.sleep(0.01)


def clear(folder: Path) -> None:
    """End the processes that are noted and the server, and remove the folder."""
    for file in folder.glob("processes/*"):
        with suppress(ProcessLookupError):
            os.kill(int(file.name), signal.SIGKILL)
    stop_server(folder)
    # Of a killed run, what a worker has begun may go on for a moment.
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    sys.exit(f"not removed: {folder}")


if __name__ == "__main__":
    sys.stdin.read()
    clear(Path(sys.argv[1]))
