"""The reading of the dataset revision for every request, in as few reads as keep each answer fresh.

What the revision decides is the business of `middleware`.
"""

import asyncio
import logging
import threading
from asyncio import Future, Task, TimerHandle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.store.engines import PATIENCE_SECONDS
from app.store.line import Line

logger = logging.getLogger("mubiao")


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

    def __init__(self, read: Callable[[], int]) -> None:
        """Share a function that waits for the database."""
        self._read = read
        self._thread = ThreadPoolExecutor(1, "revision")
        self._lock = threading.Lock()
        self._waiting: list[Future[int]] = []

    async def __call__(self, patience: float = PATIENCE_SECONDS) -> int:
        """Wait for the next read that has not begun yet, for so many seconds.

        Raises what it raises, and TimeoutError.
        """
        mine: Future[int] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.append(mine)
            if len(self._waiting) == 1:
                self._thread.submit(self._run)
        return await asyncio.wait_for(mine, patience)

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


class LineRead:
    """A read by the event loop itself over a line of its own: shared as `SharedRead` is, for a fourth of its work.

    There is a line between entering and leaving, as a server's life begins and ends. In other loops, before it is
    open and after it was cut, the read in a thread serves.
    """

    def __init__(
        self, shared: SharedRead, open_line: Callable[[], Line], patience: float = PATIENCE_SECONDS
    ) -> None:
        """Read in a thread by `shared`, and over what `open_line`, which waits, has opened.

        Nobody waits longer than `patience`, in seconds, and no two lines are opened within it.
        """
        self._shared = shared
        self._open_line = open_line
        self._patience = patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: Line | None = None
        self._opening: Task[None] | None = None
        self._open_after = 0.0
        self._late: TimerHandle | None = None
        self._asked: list[Future[int | None]] = []
        self._waiting: list[Future[int | None]] = []

    async def __aenter__(self) -> Self:
        """Let the running event loop have the line, which is opened when the first read has succeeded."""
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the line, also one that is being opened; who still waits, and who comes, reads in a thread."""
        self._loop = None
        if self._opening is not None:
            await self._opening
        if self._line is not None:
            self._line.give_up()

    async def __call__(self) -> int:
        """Wait for the next read that has not begun yet; raises what reading raises, and TimeoutError."""
        loop = asyncio.get_running_loop()
        if self._line is None or loop is not self._loop:
            return await self._in_thread(self._patience)
        began = loop.time()
        mine: Future[int | None] = loop.create_future()
        if not self._asked and not self._waiting:
            # After those whose turn it is before: they are asked for too.
            loop.call_soon(self._ask)
        self._waiting.append(mine)
        value = await mine
        if value is None:
            return await self._in_thread(began + self._patience - loop.time())
        return value

    async def _in_thread(self, patience: float) -> int:
        """Read in the thread, which also finds out what is wrong."""
        if patience <= 0:
            raise TimeoutError
        value = await self._shared(patience)
        loop = asyncio.get_running_loop()
        # The server answers, so a line is worth opening; not again and again where it does not hold.
        if loop is self._loop and not (self._line or self._opening) and loop.time() >= self._open_after:
            self._open_after = loop.time() + self._patience
            self._opening = asyncio.create_task(self._open(loop))
        return value

    async def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the line; without one all goes on as before."""
        try:
            line = await loop.run_in_executor(None, self._open_line)
            line.listen(self._told)
            self._line = line
        except Exception as error:  # noqa: BLE001 - what keeps readers from an answer is said by the next read
            logger.warning("the dataset revision is read in a thread: %s", type(error).__name__)
        self._opening = None

    def _ask(self) -> None:
        """Ask for all who wait; whoever comes from now on waits for the asking after this one."""
        if self._line is None or self._asked or not self._waiting:
            return
        self._asked, self._waiting = self._waiting, []
        self._late = asyncio.get_running_loop().call_later(self._patience, self._line.give_up)
        self._line.ask()

    def _told(self, value: int | None) -> None:
        """Give the value to those who asked; None, to all, when the line is closed."""
        if self._late is not None:
            self._late.cancel()
        answered, self._asked = self._asked, []
        if value is None:
            self._line = None
            answered += self._waiting
            self._waiting = []
        for each in answered:
            if not each.done():
                each.set_result(value)
        self._ask()


def _deliver(waiting: list[Future[int]], result: int | Exception) -> None:
    """Give the result to those who are still waiting."""
    for each in waiting:
        if each.done():
            continue
        if isinstance(result, Exception):
            each.set_exception(result)
        else:
            each.set_result(result)
