"""The folder of databases that can be made again: how much stays in it, who may look into it, that it goes.

What is laid into them is asked in `test_past`.
"""

import time
from pathlib import Path

from app.store.scratch import Scratch


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
