"""Let other processes write in between: SQLite itself keeps no queue of writers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment,unused-ignore]

__all__ = ["POLL", "Turn"]

#: Who writes all the time stands back for so long at most, in seconds: one that
#: waits may have been stopped (SIGSTOP) meanwhile.
PATIENCE = 1.0

#: How often it looks whether the others are in, in seconds.
POLL = 0.001


class Turn:
    """A file beside the store that is locked by those who wait to write.

    A process that waits for SQLite's write lock only looks now and then whether it
    is free. One that begins a transaction as soon as the last one is committed
    would keep it out for ever.

    Parameters
    ----------
    database
        The file that is to be written.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-turn")
        self._descriptor: int | None = None

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Say that we wait to write, until the block has ended."""
        descriptor = self._open()
        if descriptor is None:
            yield
            return
        with suppress(OSError):  # a disk without such locks: nobody can say so
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def give_way(self) -> None:
        """Return when nobody says any more that they wait."""
        descriptor = self._open()
        if descriptor is None:
            time.sleep(POLL)  # nobody can say so: for whoever happens to look
            return
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(POLL)
            except OSError:  # as in `asked`
                time.sleep(POLL)
                return
            else:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                return

    def _open(self) -> int | None:
        """Give the file, opened; None where there is none."""
        if self._descriptor is None and fcntl is not None:
            try:
                # Only to read: another user may have made it.
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o666)
            except OSError:  # a read-only folder: SQLite will say so
                return None
        return self._descriptor

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
