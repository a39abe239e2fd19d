"""The real server in four processes under saves and reads at once: nobody is given what is older than his request.

The same on a small application, in two seconds, is `test_staleness`.
"""

import re
import signal
import threading
import time
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path

import pytest

from app.domain.schemas import RegionIn
from app.resources import resource
from app.store.service import read_back, upsert_region
from app.store.session import Database
from tests.builders import BY
from tests.databases import Databases, address_of
from tests.serving import free_port, served

pytestmark = pytest.mark.stress

ROOT = resource("migrations").parent
SECONDS = 15
# Where others use the processors too, it goes on until enough was read and saved, but not for ever.
MOST_SECONDS = 120
FEWEST_SAVES, FEWEST_NEWS = 50, 5
# Each region has a writer of its own.
REGIONS = ("330000", "320000")
PATHS = ("/api/v1/regions/{}", "/api/v1/regions?region={}", "/en/regions/{}", "/api/v1/compare?region={}")
NAMED = re.compile(rb"Region (\d{6}) number (\d+)\b")


def rename(db: Database, code: str, number: int) -> None:
    """Save a region under a name that counts the saves."""
    with db.write() as session:
        seed = read_back(session, "region", code) | {"name_en": f"Region {code} number {number}"}
        upsert_region(session, RegionIn.model_validate(seed), BY)


def write(db: Database, code: str, saved: dict[str, int], over: threading.Event) -> None:
    """Save again and again; what has been committed is noted after it was."""
    while not over.is_set():
        rename(db, code, saved[code] + 1)
        saved[code] += 1
        # Pauses of all lengths, so that saves fall between reads as well as into them.
        time.sleep(0.4 if saved[code] % 20 == 0 else saved[code] % 5 / 200)


class Reader(threading.Thread):
    """Asks one path after the other and compares what it gets with what had been saved when it asked."""

    def __init__(self, port: int, saved: dict[str, int], over: threading.Event, *, conditional: bool) -> None:
        """Read from a server until it is over."""
        super().__init__()
        self._port, self._saved, self._over, self._conditional = port, saved, over, conditional
        self.statuses: list[int] = []
        self.news = 0
        self.stale: list[tuple[str, int, int]] = []

    def run(self) -> None:
        """Read; a new line now and then, since each line stays with one process."""
        had: dict[str, tuple[str, int]] = {}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        for path, code in cycle((path.format(code), code) for path in PATHS for code in REGIONS):
            if self._over.is_set():
                break
            if len(self.statuses) % 10 == 0:
                connection.close()
            floor = self._saved[code]
            tag, number = had.get(path, ("", 0))
            asked = {"If-None-Match": tag} if self._conditional and tag else {}
            connection.request("GET", path, headers=asked)
            answer = connection.getresponse()
            body = answer.read()
            self.statuses.append(answer.status)
            if answer.status == 200:
                # One answer is one snapshot: wherever it names the region, it is by the same number.
                (number,) = {int(found) for named, found in NAMED.findall(body) if named.decode() == code}
                self.news += path in had and number > had[path][1]
                had[path] = (answer.headers["ETag"], number)
            if answer.status not in {200, 304} or number < floor:
                self.stale.append((path, number, floor))
        connection.close()


def enough(saved: dict[str, int], readers: list[Reader]) -> bool:
    """Say whether saves and reads met often enough: each reader was given something newer than before, several times."""
    return sum(saved.values()) > FEWEST_SAVES and all(reader.news >= FEWEST_NEWS for reader in readers)


def conditional_statuses(port: int) -> list[int]:
    """Ask for one page on new lines, each time with the tag of the first answer, and give the statuses."""
    statuses, tag = [], ""
    for _ in range(13):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/v1/regions?limit=1", headers={"If-None-Match": tag} if tag else {})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        tag = tag or answer.headers["ETag"]
        connection.close()
    return statuses


def test_no_reader_is_given_what_is_older_than_his_request(
    databases: Databases, dialect: str, tmp_path: Path
) -> None:
    """Two writers, eight readers, four processes: every answer holds the last save before it was asked for."""
    with databases.lend(dialect, "seeded") as db:
        for code in REGIONS:
            rename(db, code, 1)
        # The names are not the seeds' any more, and are kept at the start (R6).
        saved, over = dict.fromkeys(REGIONS, 1), threading.Event()
        port = free_port()
        with served(port, address_of(db), cwd=tmp_path, code=ROOT, workers=4) as server:
            writers = [threading.Thread(target=write, args=[db, code, saved, over]) for code in REGIONS]
            readers = [Reader(port, saved, over, conditional=number % 2 == 0) for number in range(8)]
            for thread in (*writers, *readers):
                thread.start()
            began = time.monotonic()
            time.sleep(SECONDS)
            while not enough(saved, readers) and time.monotonic() < began + MOST_SECONDS:
                time.sleep(0.5)
            over.set()
            for thread in (*writers, *readers):
                thread.join()
            quiet = conditional_statuses(port)
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    assert [one for reader in readers for one in reader.stale] == []
    statuses = [status for reader in readers for status in reader.statuses]
    assert set(statuses) | set(quiet) == {200, 304}
    # While nothing is saved, every process knows the tag that another one gave.
    assert quiet == [200] + [304] * (len(quiet) - 1)
    assert enough(saved, readers), (saved, [reader.news for reader in readers])
