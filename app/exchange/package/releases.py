"""Releases of the whole dataset: a folder each, written once, with checksums and the difference to the one before.

What stands in the files is said in `database`, `archive`, `seeds` and `difference`.
"""

import fcntl
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from app.domain.dates import shanghai_day
from app.domain.errors import DomainError, NotFoundError
from app.exchange.package.archive import write_package
from app.exchange.package.database import write_database
from app.exchange.package.difference import NOTHING, RowChange, Summary, compared, write_json, write_text
from app.exchange.package.files import DATABASE, FILES, PACKAGE, SEEDS, checksum_line, digest
from app.exchange.package.seeds import write_seeds
from app.exchange.package.tables import TABLES
from app.store.session import Database
from app.store.views.base import View, about

DIFFERENCE: Final = "diff.json"
DIFFERENCE_TEXT: Final = "diff.txt"
MANIFEST: Final = "release.json"
_TYPES: Final = {
    **FILES,
    DIFFERENCE: "application/json",
    DIFFERENCE_TEXT: "text/plain; charset=utf-8",
}
_WRITERS: Final = {DIFFERENCE: write_json, DIFFERENCE_TEXT: write_text}
_NAME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:-([1-9][0-9]*))?")
_LOCK: Final = ".lock"
_UNFINISHED: Final = ".unfinished"

logger = logging.getLogger("mubiao")


class ReleasedFile(View):
    """A file of a release."""

    name: str = about("Its name in the address", "mubiao.sqlite")
    media_type: str = about("What it is", "application/vnd.sqlite3")
    size: int = about("Its size, bytes", 622592)
    sha256: str = about("Its SHA-256, hexadecimal", "9f2c…")


class TableRows(View):
    """How large a table is."""

    table: str = about("The table", "plans")
    rows: int = about("Its rows", 42)


class ReleaseView(View):
    """A release: the published data of one moment, which stay as they are."""

    # Read back from releases of all ages: a field that is added needs a default.

    name: str = about("The day in Shanghai, with a number from the second release of a day on", "2026-11-30")
    released_at: datetime = about("When it was made, UTC", "2026-11-30T08:00:00Z")
    previous: str | None = about("The release before, which `difference` is to", None)
    files: list[ReleasedFile] = Field(description="Its files")
    rows: list[TableRows] = Field(description="How many rows each table has")
    difference: Summary | None = Field(
        description="How much differs from the release before; null in the first"
    )

    @property
    def day(self) -> date:
        """The day in Shanghai on which it was made."""
        return shanghai_day(self.released_at)

    def find(self, name: str) -> ReleasedFile | None:
        """Find a file by its name."""
        return next((one for one in self.files if one.name == name), None)


def list_releases(folder: Path) -> list[ReleaseView]:
    """List the releases of a folder, the latest first; none where there is no folder."""
    if not folder.is_dir():
        return []
    found = []
    for place in folder.iterdir():
        if _NAME.fullmatch(place.name):
            try:
                found.append(ReleaseView.model_validate_json((place / MANIFEST).read_bytes()))
            except (OSError, ValidationError) as error:
                logger.warning("release %s cannot be read: %s", place.name, type(error).__name__)
    return sorted(found, key=lambda one: (one.released_at, _order(one.name)), reverse=True)


def find_release(folder: Path, name: str) -> ReleaseView:
    """Find a release by its name; raise NotFoundError unknown_release."""
    found = next((one for one in list_releases(folder) if one.name == name), None)
    if found is None:
        raise NotFoundError("unknown_release", given=name[:80])
    return found


def make_release(
    db: Database, folder: Path, at: datetime, progress: Callable[[str], None] = lambda _: None
) -> ReleaseView | None:
    """Release the published data as they are, whole or not at all; None if nothing has changed since the last release.

    Raises DomainError folder_not_writable, UnavailableError.
    """
    # Says first whether the database is there and of our version.
    with db.read():
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _make(db, folder, at.astimezone(UTC).replace(microsecond=0), progress)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DomainError("folder_not_writable", folder=str(folder), reason=reason) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process release at a time; one that is killed lets go too, and what it left is removed by the next."""
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unfinished = folder / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def _make(db: Database, folder: Path, at: datetime, progress: Callable[[str], None]) -> ReleaseView | None:
    earlier = list_releases(folder)
    work = folder / _UNFINISHED
    work.mkdir()
    progress("reading")
    with db.read() as session:
        write_database(session, work / DATABASE)
        with (work / SEEDS).open("wb") as file:
            write_seeds(session, file)
    progress("writing the package")
    with (work / PACKAGE).open("wb") as file:
        write_package(work / DATABASE, file)
    name = _name(shanghai_day(at), (place.name for place in folder.iterdir()))
    before = earlier[0] if earlier else None
    progress("comparing")
    difference = _write_difference(work, folder, name, before)
    if before is not None and difference == NOTHING and _same_seeds(work, before):
        return None
    release = ReleaseView(
        name=name,
        released_at=at,
        previous=before.name if before else None,
        files=[_described(work / one) for one in _TYPES],
        rows=_count(work / DATABASE),
        difference=difference,
    )
    for one in release.files:
        (work / f"{one.name}.sha256").write_text(checksum_line(one.name, one.sha256))
    progress("putting it in its place")
    (work / MANIFEST).write_text(release.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _publish(work, folder / name)
    return release


def _publish(work: Path, place: Path) -> None:
    """Let a release appear, when all of it is on the disk."""
    for file in work.iterdir():
        file.chmod(0o444)
        _settle(file)
    _settle(work)
    work.rename(place)
    _settle(place.parent)


def _settle(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write_difference(work: Path, folder: Path, name: str, before: ReleaseView | None) -> Summary | None:
    """Write what differs from the release before, in both forms, and count it."""

    def write(previous: str | None, summary: Summary, changes: Callable[[], Iterator[RowChange]]) -> None:
        for form, writer in _WRITERS.items():
            with (work / form).open("w", encoding="utf-8", newline="\n") as file:
                writer(file, name, previous, summary, changes())

    if before is None:
        write(None, NOTHING, lambda: iter(()))
        return None
    with compared(folder / before.name / DATABASE, work / DATABASE) as both:
        summary = both.summary()
        write(before.name, summary, both.changes)
    return summary


def _same_seeds(work: Path, before: ReleaseView) -> bool:
    """Say whether the seeds are those of a release: they also hold an order, and years as exact as they are known."""
    there = before.find(SEEDS)
    return there is not None and there.sha256 == digest(work / SEEDS)


def _described(file: Path) -> ReleasedFile:
    return ReleasedFile(
        name=file.name, media_type=_TYPES[file.name], size=file.stat().st_size, sha256=digest(file)
    )


def _count(database: Path) -> list[TableRows]:
    with closing(sqlite3.connect(database)) as file:
        counts = (file.execute(f'SELECT count(*) FROM "{table.name}"') for table in TABLES)  # noqa: S608 - names of ours
        return [
            TableRows(table=table.name, rows=count.fetchone()[0])
            for table, count in zip(TABLES, counts, strict=True)
        ]


def _name(day: date, taken: Iterable[str]) -> str:
    """Name a release by its day, from the second of a day on with a number."""
    orders = [_order(name) for name in taken]
    numbers = [number for on, number in orders if on == day.isoformat()]
    return f"{day.isoformat()}-{max(numbers) + 1}" if numbers else day.isoformat()


def _order(name: str) -> tuple[str, int]:
    match = _NAME.fullmatch(name)
    return (match[1], int(match[2] or 1)) if match else (name, 1)
