"""The three files that the whole dataset comes in: their names and types, their checksums, and keeping them.

How each is written is said in the modules of their names; releases keep their own for good.
"""

import hashlib
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.exchange.package import archive, database
from app.exchange.package.archive import write_package
from app.exchange.package.database import write_database
from app.exchange.package.seeds import write_seeds

DATABASE: Final = "mubiao.sqlite"
PACKAGE: Final = "package.zip"
SEEDS: Final = "seeds.zip"
FILES: Final = {
    PACKAGE: archive.MEDIA_TYPE,
    DATABASE: database.MEDIA_TYPE,
    SEEDS: archive.MEDIA_TYPE,
}
"""By name, the media types."""
MOST_KEPT: Final = 4
"""Of how many states of the data the files are kept."""


def digest(file: Path) -> str:
    """Give the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def checksum_line(name: str, sha256: str) -> str:
    """Write what `sha256sum -c` reads."""
    return f"{sha256}  {name}\n"


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file of the whole dataset on disk, which may be removed once it was opened."""

    path: Path
    sha256: str


class WholeFiles:
    """The files of the latest states that were asked for, each made once, in a folder that goes with the process."""

    def __init__(self) -> None:
        """Make the folder when the first file is asked for."""
        self._folder: Path | None = None
        self._kept: OrderedDict[str, dict[str, WholeFile]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, state: str, name: str) -> WholeFile:
        """Give a file of the data that a session shows, and `state` names; others wait while one is made."""
        with self._lock:
            made = self._kept.setdefault(state, {})
            self._kept.move_to_end(state)
            if name not in made:
                self._make(session, self._place(state), name, made)
            while len(self._kept) > MOST_KEPT:
                oldest, _ = self._kept.popitem(last=False)
                shutil.rmtree(self._place(oldest), ignore_errors=True)
            return made[name]

    def close(self) -> None:
        """Remove what was kept."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._kept.clear()

    def _place(self, state: str) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="mubiao-whole-"))
            # For a process that ends without closing.
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        place = self._folder / state
        place.mkdir(exist_ok=True)
        return place

    def _make(self, session: Session, place: Path, name: str, made: dict[str, WholeFile]) -> None:
        """Write a file, and before the package the database that it is made from."""
        if name == PACKAGE and DATABASE not in made:
            self._make(session, place, DATABASE, made)
        path = place / name
        # What an attempt that failed has left is in the way.
        path.unlink(missing_ok=True)
        if name == DATABASE:
            write_database(session, path)
        else:
            with path.open("wb") as file:
                write_package(made[DATABASE].path, file) if name == PACKAGE else write_seeds(session, file)
        made[name] = WholeFile(path, digest(path))
