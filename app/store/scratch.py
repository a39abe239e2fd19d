"""A private folder of databases that can be made again: each is made once, found by its name, and bounded in all.

What they hold is said by those who have them made.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.store.session import Database
from app.store.tables import Fill, make_tables

MOST_KEPT: Final = 32
MOST_BYTES: Final = 4 * 2**30
_DATA: Final = "data.sqlite3"
_LOCK: Final = ".lock"
# Whoever uses a folder holds this file in it: nobody's hand on it, and the folder is an orphan.
_HELD: Final = ".held"
_PREFIX: Final = "mubiao-past-"
_UNFINISHED: Final = ".unfinished"
_NO_PARTS: Final[Mapping[str, Fill]] = MappingProxyType({})


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Lend a private folder that processes may share, named after this one; remove it, and those of the killed."""
    remove_orphans()
    folder, held = _make_folder()
    try:
        yield folder
    finally:
        _let_go(folder, held)


def remove_orphans() -> None:
    """Remove the folders of this user that their processes could not: none of them is alive."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode):
                with (folder / _HELD).open() as held:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)


def _make_folder() -> tuple[Path, int]:
    """Make a folder and hold it; give what holds it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        held = _hold(folder)
        # Another process may have taken it for an orphan in between.
        if (folder / _HELD).exists():
            return folder, held
        os.close(held)


def _hold(folder: Path) -> int:
    held = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
    # The system lets go of it when the process ends, however it ends.
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def _let_go(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(held)


class Scratch:
    """SQLite databases by name; safe to share between threads, and a folder between processes."""

    def __init__(
        self, folder: Path | None = None, *, most_kept: int = MOST_KEPT, most_bytes: int = MOST_BYTES
    ) -> None:
        """Keep them in this folder, which others may use too and which stays; else in one that `close` removes.

        Of more than `most_kept` databases or `most_bytes` bytes those go that were not used for longest.
        """
        self._given = folder
        self._own: Path | None = None
        # What lets go of the folder, also in a process that ends without closing.
        self._end: Callable[[], object] | None = None
        if folder is not None and (folder / _HELD).exists():
            self._end = weakref.finalize(self, os.close, _hold(folder))
        self._most_kept = most_kept
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Database] = OrderedDict()

    def find(self, name: str) -> Database | None:
        """Give the database of this name, None if it is not there; it may be gone by the time it is read."""
        place = self._folder / name
        with self._lock:
            db = self._open.get(name)
            try:
                # When it was used last, for whoever makes room.
                os.utime(place)
            except FileNotFoundError:
                self._forget(name)
                return None
            if db is None:
                db = self._open[name] = Database(f"sqlite:///{place / _DATA}")
            self._open.move_to_end(name)
            while len(self._open) > self._most_kept:
                self._forget(next(iter(self._open)))
            return db

    def make(self, name: str, fill: Fill, parts: Mapping[str, Fill] = _NO_PARTS) -> None:
        """Make a database of all tables and let it and its parts be filled, unless that is done by now.

        What fills the database itself finds no indexes.
        """
        with self._alone():
            place, unfinished = self._folder / name, self._folder / _UNFINISHED
            if not place.exists():
                # Whoever left this behind was ended before he had finished.
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir(mode=0o700)
                make_tables(unfinished / _DATA, fill, *parts.values())
                for part in parts:
                    (unfinished / part).touch()
                # Seen by the others whole or not at all.
                unfinished.rename(place)
                self._make_room(place)
            db = self.find(name)
            for part, fill_part in parts.items():
                if db is not None and not self.has(name, part):
                    with db.write() as session:
                        fill_part(session)
                    (place / part).touch()

    def has(self, name: str, part: str) -> bool:
        """Say whether this part of a database has been filled."""
        return (self._folder / name / part).exists()

    def close(self) -> None:
        """Close all, and remove the folder if it is our own."""
        with self._lock:
            for name in list(self._open):
                self._forget(name)
            if self._end is not None:
                self._end()
                self._end = self._own = None

    @property
    def _folder(self) -> Path:
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                self._own, held = _make_folder()
                self._end = weakref.finalize(self, _let_go, self._own, held)
            return self._own

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one thread of all processes make or fill at a time; a process that is killed lets go too."""
        with (self._folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _forget(self, name: str) -> None:
        db = self._open.pop(name, None)
        if db is not None:
            db.close()

    def _make_room(self, newest: Path) -> None:
        """Remove what was not used for longest; who is reading it goes on reading the files he has open."""
        places = [place for place in self._folder.iterdir() if place.is_dir()]
        places.sort(key=lambda place: (place == newest, place.stat().st_mtime), reverse=True)
        total = 0
        for kept, place in enumerate(places):
            total += sum(file.stat().st_size for file in place.iterdir())
            if kept and (kept >= self._most_kept or total > self._most_bytes):
                shutil.rmtree(place, ignore_errors=True)
