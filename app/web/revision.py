"""The reading of the dataset revision for every request, in as few reads as keep each answer fresh.

What the revision decides is the business of `middleware`.
"""

import asyncio
import threading
from asyncio import Future
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from app.store.engines import PATIENCE_SECONDS


class ReadAtOnce:
    """A read in the event loop itself, shared by the requests that were waiting for their turn when it was made."""

    def __init__(self, read: Callable[[], int]) -> None:
        """Share a function that does not wait."""
        self._read = read
        self._held: tuple[asyncio.AbstractEventLoop, int] | None = None

    def __call__(self) -> int:
        """Return the value read since this request arrived, or read it; raises what reading raises."""
        loop = asyncio.get_running_loop()
        held = self._held
        if held is not None and held[0] is loop:
            return held[1]
        # The loop takes turns in order: a request that arrives after this line comes after the forgetting.
        loop.call_soon(self._forget)
        value = self._read()
        self._held = loop, value
        return value

    def _forget(self) -> None:
        self._held = None


class SharedRead:
    """A read in a thread, for all who wait for it; each is given a value whose reading began after it asked."""

    def __init__(self, read: Callable[[], int], patience: float = PATIENCE_SECONDS) -> None:
        """Share a function that waits for the database; nobody waits longer for it than `patience`, in seconds."""
        self._read = read
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, "revision")
        self._lock = threading.Lock()
        self._waiting: list[Future[int]] = []

    async def __call__(self) -> int:
        """Wait for the next read that has not begun yet; raises what it raises, and TimeoutError."""
        mine: Future[int] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.append(mine)
            if len(self._waiting) == 1:
                self._thread.submit(self._run)
        return await asyncio.wait_for(mine, self._patience)

    def _run(self) -> None:
        """Read in the thread; whoever comes from now on waits for the read after this one."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        result: int | Exception
        try:
            result = self._read()
        except Exception as error:  # noqa: BLE001 - it is raised where it was waited for
            result = error
        for loop in {each.get_loop() for each in waiting}:
            # One call for all, since each wakes the loop; a loop that has ended waits for nothing.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(
                    _deliver, [each for each in waiting if each.get_loop() is loop], result
                )


def _deliver(waiting: list[Future[int]], result: int | Exception) -> None:
    """Give the result to those who are still waiting."""
    for each in waiting:
        if each.done():
            continue
        if isinstance(result, Exception):
            each.set_exception(result)
        else:
            each.set_result(result)
