"""A daemon thread that keeps a view up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["INTERVAL", "Follower"]

#: Shortest time between two looks at the store, in seconds. Jupyter drops
#: messages past 1,000 per second; 4 updates per second look live.
INTERVAL = 0.25

#: A look that costs much is taken less often: it may use this share of a core.
SHARE = 0.2

#: Longest pause after a costly look, in seconds: the first one imports pandas
#: once, and a page that stands still looks dead.
LONGEST = 1.0


class Follower:
    """Calls a function again and again until it says that all is told.

    Parameters
    ----------
    look
        Called from the thread; gives False when there is nothing more to come.
        It may set trait values, and must not print or display.
    failed
        Called with the error that ended the thread.
    interval
        Shortest time from one look to the next, in seconds.
    """

    def __init__(
        self,
        look: Callable[[], bool],
        failed: Callable[[Exception], None],
        *,
        interval: float = INTERVAL,
    ) -> None:
        self._look = look
        self._failed = failed
        self._interval = interval
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._asked = False
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, unless it lives; it then looks at least once more."""
        with self._lock:
            self._asked = True
            if self._thread is not None and not self._stopped.is_set():
                return
            # An event of its own: a thread that is still stopping goes on to its end.
            self._stopped = threading.Event()
            self._thread = threading.Thread(
                target=self._run,
                args=(self._stopped,),
                name="curation-kit follower",
                daemon=True,
            )
            self._thread.start()

    def stop(self) -> None:
        """Let the thread end before its next look."""
        self._stopped.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended; from the thread itself, do nothing."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            self._asked = False
            begun = time.perf_counter()
            try:
                if not self._look() and self._ends(stopped):
                    return
            except Exception as error:  # noqa: BLE001 - shown on the page
                self._failed(error)
                self._ends(stopped, failed=True)
                return
            cost = time.perf_counter() - begun
            stopped.wait(min(max(self._interval - cost, cost / SHARE), LONGEST))

    def _ends(self, stopped: threading.Event, *, failed: bool = False) -> bool:
        """End this thread for good, unless it was asked to go on during its look.

        What it looked at may have begun again while it was looking: a start that
        comes then must not be lost.
        """
        with self._lock:
            if self._asked and not failed:
                return False
            stopped.set()
            return True
