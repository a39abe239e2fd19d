"""A connection of PostgreSQL over which an event loop itself asks for one row, again and again, without a thread.

Who shares an answer, and what is done while there is no such connection, is decided in `web.revision`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

from app.domain.errors import UnavailableError

_NAME: Final = b"mubiao_line"

Told = Callable[[int | None], None]


class Line:
    """Asks a prepared statement and reads its row as the socket has it; one asking at a time, in one event loop.

    What is no sound answer closes it: why, is found out by whoever asks in another way.
    """

    def __init__(
        self, connection: psycopg.Connection, statement: str, read: Callable[[Sequence[Any]], int]
    ) -> None:
        """Take over a connection in autocommit mode and prepare the statement, which waits for the server.

        `read` makes the answer of a row of texts. Raises what the driver raises; the connection is closed then.
        """
        self._connection = connection
        # The driver has made it one that does not block; only the preparing waits all the same.
        self._pgconn = connection.pgconn
        self._read_row = read
        self._result: pq.abc.PGresult | None = None
        self._asking = False
        try:
            prepared = self._pgconn.prepare(_NAME, statement.encode())
            if prepared.status != pq.ExecStatus.COMMAND_OK:
                raise error_from_result(prepared)
        except psycopg.Error:
            connection.close()
            raise

    def listen(self, told: Told) -> None:
        """Read in the running event loop from now on; `told` is given each answer, and None when the line is closed.

        A connection that is cut is noticed when it happens, also while nothing is asked.
        """
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._socket = self._pgconn.socket
        self._loop.add_reader(self._socket, self._read)

    def ask(self) -> None:
        """Ask once; the answer to the asking before has been told."""
        self._asking = True
        try:
            self._pgconn.send_query_prepared(_NAME, None)
            # What does not go out at once, so short as it is, goes to a server that reads nothing.
            stuck = self._pgconn.flush()
        except psycopg.Error:
            stuck = True
        if stuck:
            self.give_up()

    def give_up(self) -> None:
        """Close the line because it does not answer, and tell."""
        self.close()
        self._told(None)

    def close(self) -> None:
        """Close the connection; nothing is told."""
        self._loop.remove_reader(self._socket)
        self._connection.close()

    def _read(self) -> None:
        """Read what has come, and tell the answer once it is whole."""
        try:
            self._pgconn.consume_input()
            whole = self._asking and self._received()
            answer = self._answer() if whole else None
        except (psycopg.Error, UnavailableError):
            self.give_up()
            return
        if whole:
            self._asking = False
            self._told(answer)

    def _received(self) -> bool:
        """Take what has come; say whether it is all, so that the server can be asked again."""
        while not self._pgconn.is_busy():
            result = self._pgconn.get_result()
            if result is None:
                return True
            self._result = result
        return False

    def _answer(self) -> int:
        """Read the row; raises UnavailableError for what is none, and what the reading of it raises."""
        result, self._result = self._result, None
        if result is None or result.status != pq.ExecStatus.TUPLES_OK or result.ntuples != 1:
            raise UnavailableError("database_gone")
        values = (result.get_value(0, place) for place in range(result.nfields))
        return self._read_row([None if value is None else value.decode() for value in values])
