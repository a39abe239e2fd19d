"""A run of the tests leaves nothing behind, even one that is killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What ends as PostgreSQL does: asked by a signal, and its file goes with it.
SERVER = """
import os, pathlib, signal, sys
file = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGINT, lambda *_: (file.unlink(), os._exit(0)))
file.write_text(f"{os.getpid()}\\n")
signal.pause()
"""
RUN = """
import pathlib, subprocess, sys, time
from tests.leftovers import noted, watch
folder = pathlib.Path(sys.argv[1])
watch(folder)
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with noted(folder, worker.pid):
    print("watched", flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_neither_server_nor_folder(tmp_path: Path) -> None:
    """When the process that started the run is killed, its server and its workers end, its folder is removed."""
    folder = tmp_path / "run"
    file = folder / "postgresql" / "postmaster.pid"
    file.parent.mkdir(parents=True)
    with (
        subprocess.Popen([sys.executable, "-c", SERVER, str(file)]) as server,
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as run,
    ):
        assert run.stdout is not None
        assert run.stdout.readline() == "watched\n"
        while not file.exists() or not file.read_text():
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        try:
            assert server.wait(20) == 0
            # The worker held the other end.
            assert run.stdout.read() == ""
        finally:
            server.kill()
    for _ in range(1000):
        if not folder.exists():
            break
        time.sleep(0.01)
    assert not folder.exists()
