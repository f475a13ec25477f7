"""Write transactions: each one committed by itself, or many threads' together."""

from __future__ import annotations

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
        self._due = threading.Condition(lock)
        self._log = LogFile(path)
        self._turn = Turn(path)
        self.inside = False
        self.gathers = False
        self.lost: BaseException | None = None
        self._gathered = 0  # transactions that wait for the commit
        self._since = 0.0  # when it began
        self._resting = False  # whether the clock waits to be woken
        self._to_sync = 0  # commit that the disk shall have soon

    def begin(self) -> bool:
        """Begin a transaction; False within another one, which it joins."""
        if self.inside:
            return False
        if self.gathers:
            self._open()
            self._connection.execute("SAVEPOINT gathered")
        else:
            try:
                with self._turn.asked():
                    self._connection.execute("BEGIN IMMEDIATE")
            except BaseException:  # Ctrl-C while it waited is raised when it has begun
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        self.inside = True
        return True

    def _open(self) -> None:
        """Begin to gather, unless there are transactions that wait for the commit."""
        if not self._connection.in_transaction:
            self._turn.give_way()
            self._connection.execute("BEGIN IMMEDIATE")
            self._since = time.monotonic()
            if self._resting:  # else it looks in time by itself
                self._ticking.notify()

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
        """Commit what is open, and have a thread bring it to the disk."""
        self.commit()
        if not self._to_sync:
            self._due.notify()
        self._to_sync = self.position()

    def _commit_gathered(self) -> None:
        with self._lock:
            if self.gathers:
                self.commit()

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Gather the transactions of all threads while the block runs."""
        threads = [
            threading.Thread(target=work, name=f"curation-kit {name}", daemon=True)
            for name, work in (("commits", self._tick), ("disk", self._sync_in_time))
        ]
        with self._lock:
            self.gathers, self.lost = True, None
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            with self._lock:
                if self.gathers:  # not closed meanwhile
                    self._end_gathering()
                    self.commit()
            for thread in threads:
                thread.join()

    def _end_gathering(self) -> None:
        self.gathers = False
        self._ticking.notify()
        self._due.notify()

    def _tick(self) -> None:
        """Commit in time what nobody has committed before."""
        with self._lock:
            while self.gathers:
                if not self._connection.in_transaction:
                    self._resting = True
                    self._ticking.wait()
                    self._resting = False
                elif (left := self._since + TICK - time.monotonic()) > 0:
                    self._ticking.wait(left)
                else:
                    with suppress(sqlite3.DatabaseError):  # `lost` tells who comes next
                        self.commit()

    def _sync_in_time(self) -> None:
        """Bring to the disk what shall be there soon: all of a tick in one round.

        In a thread of its own: commits in time may not wait for the disk.
        """
        while True:
            with self._lock:
                self._due.wait_for(lambda: self._to_sync or not self.gathers)
                if not self._to_sync:
                    return
                self._due.wait_for(lambda: not self.gathers, TICK)
                position, self._to_sync = self._to_sync, 0
            try:
                self.sync(position)
            except (OSError, sqlite3.DatabaseError) as error:
                with self._lock:
                    self.lost = error  # it tells who comes next

    def close(self) -> None:
        """Commit what is open, and gather no more."""
        self._end_gathering()
        try:
            self.commit()
        finally:
            self._turn.close()
