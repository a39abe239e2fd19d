"""The folder of databases that can be made again: how much stays in it, who may look into it, that it goes.

What is laid into them is asked in `test_past`.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from app.resources import resource
from app.store.scratch import Scratch

HOLD = "from app.store.scratch import temporary_folder\nwith temporary_folder() as folder: print(folder, flush=True); input()"
SHARE = "from pathlib import Path; from app.store.scratch import Scratch\nkept = Scratch(Path({!r})); print(); input()"


def python(code: str, temporary: Path) -> subprocess.Popen[str]:
    """Run some code in a process of its own, which keeps what is temporary in this folder."""
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(resource("migrations").parent)}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> Path:
    """Read the folder that a process says it holds."""
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def test_a_start_removes_what_the_killed_left(tmp_path: Path) -> None:
    """Not what a process still uses, be it the one that made it or another, nor what is not known to be left."""
    (tmp_path / "mubiao-past-unknown").mkdir()
    with ExitStack() as ended:
        killed, orphaned, alive = (ended.enter_context(python(HOLD, tmp_path)) for _ in range(3))
        left, shared, used = (line(process) for process in (killed, orphaned, alive))
        assert left.name.startswith(f"mubiao-past-{killed.pid}-")
        sharing = ended.enter_context(python(SHARE.format(str(shared)), tmp_path))
        line(sharing)
        for process in (killed, orphaned):
            process.kill()
            process.wait()
        assert left.exists()
        fresh = ended.enter_context(python(HOLD, tmp_path))
        own = line(fresh)
        assert {*tmp_path.iterdir()} == {tmp_path / "mubiao-past-unknown", shared, used, own}
        for process in (alive, sharing, fresh):
            process.communicate("\n", timeout=20)
        with python(HOLD, tmp_path) as last:
            line(last)
            last.communicate("\n", timeout=20)
    assert {*tmp_path.iterdir()} == {tmp_path / "mubiao-past-unknown"}


def test_what_is_kept_is_bounded_private_and_removed(tmp_path: Path) -> None:
    """Databases go that were not used for longest; the folder is its owner's alone and goes in the end."""
    shared = Scratch(tmp_path, most_kept=2)
    for name in "abac":
        shared.make(name, lambda _: None)
        # File systems keep time by a few milliseconds.
        time.sleep(0.02)
        assert shared.find(name) is not None
    assert [shared.find(name) is not None for name in "abc"] == [True, False, True]
    shared.close()
    own = Scratch(most_bytes=1)
    for name in "ab":
        own.make(name, lambda _: None)
    assert own.find("a") is None
    found = own.find("b")
    assert found is not None
    assert found.path is not None
    folder = found.path.parents[1]
    assert folder.stat().st_mode & 0o777 == 0o700
    own.close()
    assert not folder.exists()
