"""Wait for a child process, for as long as a call may take."""

from __future__ import annotations

import math
import select
import time
from multiprocessing.connection import wait
from typing import Any

__all__ = ["Ears", "HungUp", "Limits"]

#: Seconds for which the system can be asked to wait: milliseconds in a C integer.
LONGEST = 1e6


class HungUp(Exception):  # noqa: N818 - says what happened
    """The other side is gone."""


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

    Parameters
    ----------
    speaker
        What can be read when there is nobody left who writes, if that is known. The
        source does not tell while a process has it that the speaker has forked.
    """

    def __init__(self, source: Any, speaker: int | None = None) -> None:
        self._source = source
        self._speaker = speaker
        self._poll = None
        if hasattr(select, "poll"):  # not on Windows
            self._poll = select.poll()
            self._poll.register(source, select.POLLIN)
            if speaker is not None:
                self._poll.register(speaker, select.POLLIN)

    def hear(self, seconds: float | None) -> bool:
        """Whether there is something to read within a time; None: wait for ever.

        A very long time may be cut short (`LONGEST`).

        Raises
        ------
        HungUp
            If the speaker is gone, and all that was said has been read.
        """
        seconds = None if seconds is None else min(seconds, LONGEST)
        if self._poll is None:
            return bool(wait([self._source], seconds))
        ready = self._poll.poll(None if seconds is None else math.ceil(seconds * 1000))
        if [one for one, _ in ready] != [self._speaker]:
            return bool(ready)
        # It may have spoken and ended while the one and then the other was looked at.
        if not wait([self._source], 0.0):
            raise HungUp
        return True
