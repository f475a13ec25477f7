"""Wait for a child process, for as long as a call may take."""

from __future__ import annotations

import math
import select
import time
from multiprocessing.connection import wait
from typing import Any

__all__ = ["Ears", "Limits"]


class Limits:
    """What a call, or several in turn, may take.

    Parameters
    ----------
    timeout
        Seconds, without those in which the caller makes an answer; None: any.
    memory
        Bytes; None: any.

    Attributes
    ----------
    spent : float
        Seconds so far, without waits that had the limit for themselves.
    """

    def __init__(self, timeout: float | None = None, memory: int | None = None) -> None:
        self.timeout = timeout
        self.memory = memory
        self.spent = 0.0
        self._apart = False
        self._since = 0.0

    def begin(self, *, apart: bool) -> None:
        """Have the time run; `apart`: this time has the limit for itself."""
        self._apart = apart
        self._since = time.monotonic()

    def end(self) -> None:
        """Stop the time."""
        if not self._apart:
            self.spent += time.monotonic() - self._since

    def left(self) -> float | None:
        """Seconds left while the time runs, None without a limit."""
        if self.timeout is None:
            return None
        earlier = 0.0 if self._apart else self.spent
        return max(self.timeout - earlier - (time.monotonic() - self._since), 0.0)


class Ears:
    """Waits for something to read, as `multiprocessing.connection.wait` does.

    That makes a new selector each time, which takes several times the CPU.
    """

    def __init__(self, source: Any) -> None:
        self._source = source
        self._poll = None
        if hasattr(select, "poll"):  # not on Windows
            self._poll = select.poll()
            self._poll.register(source, select.POLLIN)

    def hear(self, seconds: float | None) -> bool:
        """Whether there is something to read within a time; None: wait for ever."""
        if self._poll is None:
            return bool(wait([self._source], seconds))
        return bool(
            self._poll.poll(None if seconds is None else math.ceil(seconds * 1000))
        )
