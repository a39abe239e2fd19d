"""Turns for large files: so many are written at once, and whoever waits for one holds no thread and no connection.

Which files are large is said by their routes; how they are sent, in `streams` and `files`.
"""

from typing import Final

from anyio import CapacityLimiter, WouldBlock, from_thread, move_on_after
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from app.store.engines import POOL_SIZE

AT_ONCE: Final = POOL_SIZE // 4
"""How many large files a process writes at a time; the other connections are for what is answered at once."""
WAIT_SECONDS: Final = 20
"""How long a request waits for its turn."""


class NoTurnError(Exception):
    """All turns are taken: raised within a route, whose session is given back while the request waits."""


class Turn:
    """The right to write a large file."""

    def __init__(self, turns: CapacityLimiter) -> None:
        """Make it one of these; it is not had yet."""
        self._turns = turns
        self._had = False

    def take(self) -> None:
        """Take it now; raises WouldBlock."""
        self._turns.acquire_on_behalf_of_nowait(self)
        self._had = True

    async def wait(self, seconds: float) -> bool:
        """Wait for it so long; say whether it is had."""
        with move_on_after(seconds):
            await self._turns.acquire_on_behalf_of(self)
            self._had = True
        return self._had

    def give_back(self) -> None:
        """Let the next one have it; a second time this does nothing."""
        if self._had:
            self._had = False
            self._turns.release_on_behalf_of(self)


def take_turn(request: Request) -> None:
    """Take a turn, in the thread of a route, for as long as its session is lent; raises NoTurnError."""
    turn: Turn | None = getattr(request.state, "turn", None)
    if turn is None:
        turn = Turn(request.app.state.large_turns)
        try:
            from_thread.run_sync(turn.take)
        except WouldBlock:
            raise NoTurnError from None
    request.state.lent.callback(turn.give_back)


class Again(Response):
    """The answer of the same route, asked once more by who has a turn now."""

    def __init__(self, request: Request, turn: Turn) -> None:
        """Ask again with this turn."""
        super().__init__()
        request.state.turn = turn
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route answer, and give the turn back if it has not."""
        try:
            await scope["route"].app(scope, receive, send)
        finally:
            self._turn.give_back()
