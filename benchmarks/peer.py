"""The peer of the benchmark: Datasette on the same SQLite file, in an environment of its own.

Its pins are not ours, so it is installed beside Mubiao and never into it; what it is asked is in `bench`.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError

from benchmarks.processes import HERE, running

PINS: Final = HERE.parent / "requirements" / "bench.txt"
PLACE: Final = Path(tempfile.gettempdir()) / "mubiao-peer"
"""Where it stays from one run to the next."""


@contextmanager
def serving_peer(file: Path) -> Iterator[int]:
    """Serve an SQLite file as `/peer`, with what Datasette does unless told otherwise, and give the port."""
    named = file.with_name("peer.db")
    shutil.copyfile(file, named)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running(
        [str(_installed() / "datasette"), "serve", str(named), "--port", str(port)], quiet=True
    ) as process:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=30).close()
            except (URLError, ConnectionError):
                if process.poll() is not None:
                    raise SystemExit("the peer ended before it answered") from None
                time.sleep(0.05)
            else:
                break
        yield port


def _installed() -> Path:
    """Give the folder of the peer's commands; it is installed anew when its pins have changed."""
    commands, done = PLACE / "bin", PLACE / PINS.name
    if not done.exists() or done.read_bytes() != PINS.read_bytes():
        shutil.rmtree(PLACE, ignore_errors=True)
        # As `install.sh` does: the environment that has pip is not ours but the one that ours was made from.
        python = f"{sys.base_prefix}/bin/python3"
        subprocess.run([python, "-m", "venv", "--without-pip", str(PLACE)], check=True)
        pip = [python, "-m", "pip", "--python", str(commands / "python"), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", "-r", str(PINS)], check=True)
        shutil.copyfile(PINS, done)
    return commands
