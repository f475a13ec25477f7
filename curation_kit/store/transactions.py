"""Write transactions: each one committed by itself, or many threads' together."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from curation_kit.store.log_file import LogFile
from curation_kit.store.turn import Turn

__all__ = ["TICK", "Transactions", "Values"]

#: What stands for the question marks or names of a statement.
Values = Sequence[Any] | Mapping[str, Any]

#: Transactions that are gathered are committed after so many seconds: for so long
#: others wait to write, readers to see them, and so much a kill may undo.
TICK = 0.02


class Transactions:
    """The write transactions of one connection.

    Committed alone, a transaction costs several times what its statements do. The
    runner has thousands per second: it gathers those of all its threads in one
    transaction of SQLite. Each is a savepoint in it, so that one that fails is
    undone alone, and a thread of its own commits them every `TICK`. What must not
    be lost by a kill is committed at once (`commit`), and what must not be lost
    by a power cut is waited for (`sync`): it takes along all that came before it.

    Callers have the lock of the connection, but in `sync` and `gather`.

    Attributes
    ----------
    lost : BaseException or None
        Why transactions that were told as done are undone by SQLite, or not brought
        to the disk. Who gathers has to stop.
    """

    def __init__(
        self, connection: sqlite3.Connection, lock: threading.RLock, path: Path
    ) -> None:
        self._connection = connection
        self._lock = lock
        self._ticking = threading.Condition(lock)
        self._log = LogFile(path)
        self._turn = Turn(path)
        self.inside = False
        self.gathers = False
        self.lost: BaseException | None = None
        self._gathered = 0  # transactions that wait for the commit
        self._since = 0.0  # when it began
        self._next = math.inf  # when the clock looks
        self._to_sync = 0  # commit that the disk shall have then

    def begin(self) -> bool:
        """Begin a transaction; False within another one, which it joins."""
        if self.inside:
            return False
        if self.gathers:
            self._open()
            self._connection.execute("SAVEPOINT gathered")
        else:
            with self._turn.asked():
                self._connection.execute("BEGIN IMMEDIATE")
        self.inside = True
        return True

    def _open(self) -> None:
        """Begin to gather, unless there are transactions that wait for the commit."""
        if not self._connection.in_transaction:
            self._turn.give_way()
            self._connection.execute("BEGIN IMMEDIATE")
            self._since = time.monotonic()
            self._set_clock()

    def end(self) -> None:
        """Commit a transaction, or have it gathered."""
        try:
            if self.gathers:
                self._connection.execute("RELEASE gathered")
                self._gathered += 1
            else:
                self.commit()
        except BaseException as error:
            self.undo(error)
            raise
        self.inside = False

    def undo(self, error: BaseException) -> None:
        """Undo the statements of a transaction that has failed, and no others."""
        self.inside = False
        if not self._connection.in_transaction:
            self._undone(error)
        elif self.gathers:
            self._connection.execute("ROLLBACK TO gathered")
            self._connection.execute("RELEASE gathered")
        else:
            self._connection.execute("ROLLBACK")

    def _undone(self, error: BaseException) -> None:
        """Note that SQLite has undone all that was open: so it does on a full disk."""
        if self._gathered:
            self.lost = error
        self._gathered = 0

    def execute(self, sql: str, values: Values) -> sqlite3.Cursor:
        """Run a statement that writes; outside a transaction it is one by itself."""
        if self.inside:
            return self._connection.execute(sql, values)
        if not self.gathers:
            with self._turn.asked():
                cursor = self._connection.execute(sql, values)
            self._log.committed += 1
            return cursor
        self._open()
        try:
            cursor = self._connection.execute(sql, values)
        except BaseException as error:
            if not self._connection.in_transaction:
                self._undone(error)
            raise
        self._gathered += 1
        return cursor

    def commit(self) -> None:
        """Commit what is open: no kill of the process undoes it any more."""
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if self._gathered:
                self.lost = error
            raise
        finally:
            self._gathered = 0
        self._log.committed += 1

    def position(self) -> int:
        """Number of the commit that brings all that was run so far."""
        return self._log.committed + self._connection.in_transaction

    def sync(self, position: int) -> None:
        """Return when the disk has all up to a commit; called without the lock.

        Those who come while the disk is busy are committed together after it.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        self._log.sync(position, self._commit_gathered)

    def sync_soon(self) -> None:
        """Commit what is open, and have the clock bring it to the disk."""
        self.commit()
        self._to_sync = self.position()
        self._set_clock()

    def _set_clock(self) -> None:
        """Have the clock look in time; it is not woken each time."""
        if self._next == math.inf:
            self._next = time.monotonic() + TICK
            self._ticking.notify()

    def _commit_gathered(self) -> None:
        with self._lock:
            if self.gathers:
                self.commit()

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Gather the transactions of all threads while the block runs."""
        clock = threading.Thread(
            target=self._tick, name="curation-kit commits", daemon=True
        )
        with self._lock:
            self.gathers, self.lost = True, None
        clock.start()
        try:
            yield
        finally:
            with self._lock:
                if self.gathers:  # not closed meanwhile
                    self.gathers = False
                    self._ticking.notify()
                    self.commit()
            clock.join()

    def _tick(self) -> None:
        """Commit in time what nobody has committed before, and sync what shall be."""
        while (position := self._round()) is not None:
            try:
                if position:
                    self.sync(position)
            except (OSError, sqlite3.DatabaseError) as error:
                self.lost = error  # it tells who comes next

    def _round(self) -> int | None:
        """Wait and commit; give the commit that the disk shall have, None at the end.

        0 stands for none.
        """
        with self._lock:
            while self.gathers and (left := self._next - time.monotonic()) > 0:
                self._ticking.wait(None if left == math.inf else left)
            position, self._to_sync = self._to_sync, 0
            if not self.gathers:
                return position or None
            since = self._since if self._connection.in_transaction else math.inf
            if since + TICK <= time.monotonic():
                with suppress(sqlite3.DatabaseError):  # `lost` tells who comes next
                    self.commit()
                since = math.inf
            self._next = since + TICK  # of one that was begun meanwhile
            return position

    def close(self) -> None:
        """Commit what is open, and gather no more."""
        self.gathers = False
        self._ticking.notify()
        try:
            self.commit()
        finally:
            self._turn.close()
