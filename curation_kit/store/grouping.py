"""Wait for the disk once for the transactions of several threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from curation_kit.store.database import Database

__all__ = ["GroupCommit"]


class _Write:
    """What one thread writes."""

    def __init__(self, write: Callable[[], None]) -> None:
        self.write = write
        self.done = False
        self.error: BaseException | None = None


class GroupCommit:
    """Durable transactions; those that come while the disk is busy are made one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Write] = deque()
        self._leading = threading.Lock()

    def run(self, write: Callable[[], None]) -> None:
        """Run statements in a transaction; the disk has it when this returns.

        Raises
        ------
        Exception
            What went wrong with the transaction, also in what another thread
            wrote in it: nothing of it is stored then.
        """
        mine = _Write(write)
        self._waiting.append(mine)
        with self._leading:
            if not mine.done:
                self._commit()
        if mine.error is not None:
            raise mine.error

    def _commit(self) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        error: BaseException | None = None
        try:
            with self._database.transaction(durable=True):
                for item in batch:
                    item.write()
        except BaseException as caught:  # noqa: BLE001 - raised by each that waits
            error = caught
        for item in batch:
            item.done, item.error = True, error
