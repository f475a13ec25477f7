"""When a detached runner ends: it has nothing to do, or its agents are old."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from curation_kit.agents import installed, sources
from curation_kit.jobs import JobStore

__all__ = ["Lifetime"]

#: A runner with nothing to do ends after this many seconds.
IDLE = 10.0

#: How often it looks for paused jobs whose time has come, in seconds.
PAUSES = 30.0

#: How often it looks whether something was installed, in seconds: less than it takes a
#: program that was started afterwards to submit a job.
PACKAGES = 0.1


class Lifetime:
    """True when the runner shall begin nothing more.

    Attributes
    ----------
    outdated
        Whether that is so because agents were installed, upgraded, edited or
        removed: what it has imported stays as it was, and a new runner takes over.
    """

    def __init__(self, store: JobStore) -> None:
        self.outdated = False
        self._store = store
        self._lock = threading.Lock()
        self._installed, self._folders = installed(), _changes(sys.path)
        self._sources = sources()
        self._edited = _changes(self._sources)
        self._busy = self._paused = self._packages = time.monotonic()

    def __call__(self) -> bool:
        """Look, seldom where that takes time."""
        now = time.monotonic()
        with self._lock:  # nobody begins a document while another slot looks
            if now - self._packages > PACKAGES:
                self._packages = now
                self._look_at_packages()
        if now - self._paused > PAUSES:
            self._paused = now
            self._store.resume_due()
        # A job that was paused may still have documents in work: until they are done,
        # nobody else could begin what comes.
        if self._store.has_work() or self._store.in_flight():
            self._busy = now
        return self.outdated or now - self._busy > IDLE

    def _look_at_packages(self) -> None:
        """Compare what is installed, if anything was (that takes 20 ms)."""
        if _changes(self._sources) != self._edited:
            self.outdated = True
        folders = _changes(sys.path)
        if folders != self._folders:
            self._folders = folders
            self.outdated = self.outdated or installed() != self._installed


def _changes(paths: Iterable[str | Path]) -> dict[str | Path, int]:
    """When files changed, or something came into or left folders, in nanoseconds."""
    found = {}
    for path in paths:
        with suppress(OSError):
            found[path] = Path(path or ".").stat().st_mtime_ns
    return found
