"""A file for the browser, made in a thread while the page stays usable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from traitlets import Dict, HasTraits

from curation_kit.errors import JobError

__all__ = ["Making", "Preparation"]

#: Shortest time between two messages of how far it is, in seconds.
INTERVAL = 0.25

#: What is made within so many seconds is not announced: the page would flicker.
QUICK = 0.2

#: Makes a file; it tells how far it is with a name, a number done and one in all.
Making = Callable[[Callable[[str, int, int], None]], Path]


class _Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """Ends the making."""


class Preparation(HasTraits):
    """Makes one file at a time; tells how far it is, and can be stopped.

    Attributes
    ----------
    preparing : dict
        ``what`` is made, how many parts are ``done`` of how many (``total``, 0
        as long as that is not known), whether it is ``stopping``; empty when
        nothing is made.

    Parameters
    ----------
    made
        Called, from the thread, with the file.
    failed
        Called, from the thread, with the error that ended it.
    """

    preparing = Dict()

    def __init__(
        self, *, made: Callable[[Path], None], failed: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._made = made
        self._failed = failed
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # guards what is told against the end
        self._at_work = False
        self._due = 0.0

    def start(self, what: str, make: Making) -> None:
        """Begin to make a file.

        Raises
        ------
        JobError
            If another one is being made.
        """
        with self._lock:
            if self._at_work:
                raise JobError(
                    "Another download is still being made: wait for it, or stop it."
                )
            self._at_work = True
        self._stopped.clear()
        self._due = time.monotonic() + QUICK
        self._thread = threading.Thread(
            target=self._run, args=(what, make), name="curation-kit download"
        )
        self._thread.daemon = True
        self._thread.start()
        self._thread.join(QUICK)
        if not self.preparing:
            self._tell(what)

    def stop(self) -> None:
        """Make it no further; what is being made of it is finished first."""
        self._stopped.set()
        with self._lock:
            if self.preparing:
                self.preparing = {**self.preparing, "stopping": True}

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _tell(self, what: str, done: int = 0, total: int = 0) -> None:
        with self._lock:
            if self._at_work and not self._stopped.is_set():
                self.preparing = {"what": what, "done": done, "total": total}

    def _run(self, what: str, make: Making) -> None:
        def told(name: str, done: int, total: int) -> None:
            del name
            if self._stopped.is_set():
                raise _Stopped
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + INTERVAL
                self._tell(what, done, total)

        path: Path | None = None
        error: Exception | None = None
        try:
            path = make(told)
        except _Stopped:
            pass
        except Exception as caught:  # noqa: BLE001 - shown on the page
            error = caught
        with self._lock:  # first: the buttons can be used again
            self._at_work = False
            if self.preparing:
                self.preparing = {}
        if error is not None:
            self._failed(error)
        elif path is not None and not self._stopped.is_set():
            self._made(path)
