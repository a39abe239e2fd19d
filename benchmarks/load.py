"""The client of the benchmark: a few sockets that ask and ask again, as fast as answers come.

It runs in a process of its own; what it asks and what the figures mean is in `bench`.
"""

import gc
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

CONNECTIONS = 32
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: chunked\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"
_HEAD = 4096
_BUFFER = memoryview(bytearray(2**20))


@dataclass(slots=True)
class Job:
    """One request to be repeated and what came of it; `{n}` in its headers is a number never used before."""

    port: int
    path: str
    headers: dict[str, str]
    status: int
    turns: int
    turn_seconds: float
    seconds: float = 0.0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def request(self) -> str:
        """Spell out the request, with `{n}` still in it."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"GET {self.path} HTTP/1.1\r\n{lines}\r\n"

    def report(self) -> dict[str, float]:
        """Sum up: answers a second, milliseconds that 50, 95 and 99 of 100 answers took at most, share of a core."""
        ordered = sorted(self.latencies)
        return {
            "rate": len(ordered) / self.seconds,
            "p50": 1000 * ordered[len(ordered) // 2],
            "p95": 1000 * ordered[len(ordered) * 95 // 100],
            "p99": 1000 * ordered[len(ordered) * 99 // 100],
            "cpu": self.cpu / self.seconds,
        }


class Connection:
    """One connection, on which one request is under way at a time."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.socket = socket.create_connection(("127.0.0.1", job.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at = 0.0
        self.missing = 0
        self.chunked = False
        self.tail = b""

    def ask(self, request: bytes) -> None:
        """Send the request."""
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Read what is there and say whether the answer is complete; raises ValueError for another status."""
        count = self.socket.recv_into(_BUFFER)
        if self.chunked:
            return self._last(count)
        if not self.missing:
            head = bytes(_BUFFER[: min(count, _HEAD)])
            # The servers write a head in one piece.
            end = head.index(_END)
            if int(head[9:12]) != self.job.status:
                raise ValueError(head)
            if _CHUNKED.search(head, 0, end + 2):
                self.chunked, self.tail = True, b""
                return self._last(count)
            length = _LENGTH.search(head, 0, end + 2)
            self.missing = end + len(_END) + (int(length[1]) if length else 0)
        elif not count:
            raise ConnectionError(self.job.path)
        self.missing -= count
        return not self.missing

    def _last(self, count: int) -> bool:
        """Say whether what was read ends an answer whose length was not told beforehand."""
        if not count:
            raise ConnectionError(self.job.path)
        self.tail = (self.tail + bytes(_BUFFER[max(0, count - len(_LAST_CHUNK)) : count]))[
            -len(_LAST_CHUNK) :
        ]
        self.chunked = self.tail != _LAST_CHUNK
        return not self.chunked


def run(job: Job) -> None:
    """Repeat a request on all connections for one turn, and wait for the answers that are still under way."""
    template = job.request()
    fixed = None if "{n}" in template else template.encode()
    selector = selectors.DefaultSelector()
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(CONNECTIONS):
        connection = Connection(job)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask(fixed or template.replace("{n}", str(time.perf_counter_ns())).encode())
    waiting = CONNECTIONS
    while waiting:
        for key, _ in selector.select():
            connection = key.data
            if not connection.read():
                continue
            now = time.perf_counter()
            job.latencies.append(now - connection.asked_at)
            if now < began + job.turn_seconds:
                connection.ask(fixed or template.replace("{n}", str(time.perf_counter_ns())).encode())
            else:
                selector.unregister(connection.socket)
                connection.socket.close()
                waiting -= 1
    job.seconds += time.perf_counter() - began
    job.cpu += time.process_time() - cpu
    selector.close()


def main() -> None:
    """Run the jobs that standard input lists, in turns, and print their reports."""
    jobs = [Job(**job) for job in json.load(sys.stdin)]
    gc.disable()
    # In short turns, so that what else the machine does falls on all jobs alike.
    for turn in range(max(job.turns for job in jobs)):
        for job in jobs:
            if turn < job.turns:
                run(job)
    json.dump([job.report() for job in jobs], sys.stdout)


if __name__ == "__main__":
    main()
