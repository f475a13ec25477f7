"""What processes use, for the benchmarks beside this."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

import psutil


def cpu(*processes: psutil.Process, ended: bool = False) -> float:
    """Seconds of CPU that processes have used so far.

    Parameters
    ----------
    ended
        Whether those of their children that have ended count, too.
    """
    used = 0.0
    for process in processes:
        times = process.cpu_times()
        used += times.user + times.system
        if ended:
            used += times.children_user + times.children_system
    return used


def footprint(process: psutil.Process) -> tuple[float, float]:
    """RSS and PSS of a process, in MB; no PSS but on Linux."""
    info = process.memory_full_info()
    return info.rss / 1e6, getattr(info, "pss", 0) / 1e6


class Highest:
    """Looks at numbers while a block runs, and keeps the highest of each.

    Parameters
    ----------
    look
        Gives them; a look at a process that has ended is passed over.
    every
        Seconds between two looks.

    Attributes
    ----------
    reached
        Empty if there was nothing to see.
    """

    def __init__(
        self, look: Callable[[], Sequence[float]], *, every: float = 0.02
    ) -> None:
        self._look_at, self._every = look, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.reached: list[float] = []

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            self._look()

    def _look(self) -> None:
        with suppress(psutil.Error):
            now = self._look_at()
            self.reached = list(map(max, now, self.reached or now))
