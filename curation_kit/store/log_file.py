"""Wait until the disk has what was committed, once for all who wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

__all__ = ["LogFile"]


class LogFile:
    """SQLite's write-ahead log: a transaction is safe when the disk has it.

    SQLite itself would wait for the disk in each commit, and everybody else for
    SQLite (``PRAGMA synchronous = FULL``). Here nobody else waits, and those who
    commit while the disk is busy wait for one more round of it together. With
    ``synchronous = NORMAL`` SQLite brings the log to the disk before it copies
    it into the database and begins it anew; so this is all that FULL does.

    Parameters
    ----------
    database
        The file whose log it is.

    Attributes
    ----------
    committed : int
        Number of transactions so far; counted by who commits, one at a time.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-wal")
        self.committed = 0
        self._synced = 0
        self._turn = threading.Lock()

    def sync(self, number: int, commit: Callable[[], object]) -> None:
        """Return when the disk has a transaction, by its number.

        Parameters
        ----------
        commit
            Commits what is still open, and counts it; called before each round.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        with self._turn:
            if self._synced >= number:  # with the one of somebody else
                return
            commit()
            latest = self.committed
            try:
                descriptor = os.open(self._path, os.O_RDWR)
            except FileNotFoundError:  # without a log all is in the database
                return
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._synced = latest
