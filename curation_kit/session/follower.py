"""A daemon thread that keeps a view up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from curation_kit.errors import WorkspaceClosed

__all__ = ["INTERVAL", "Follower"]

#: Shortest time between two looks at the store, in seconds. Jupyter drops
#: messages past 1,000 per second; 4 updates per second look live.
INTERVAL = 0.25

#: A look that costs much is taken less often: the pause is so many times as long.
REST = 5.0

#: Longest pause after a costly look, in seconds: the first one imports pandas
#: once, and a page that stands still looks dead.
LONGEST = 1.0


class Follower:
    """Calls a function again and again until it says that all is told.

    A look that fails is not the last one, as a store that is locked now may be free
    in a moment; only of a workspace that was closed there is no more to tell.

    Parameters
    ----------
    look
        Called from the thread; gives False when there is nothing more to come.
        It may set trait values, and must not print or display.
    failed
        Called with the error of a look, once until one works again.
    mended
        Called when it does.
    interval
        Shortest time from one look to the next, in seconds.
    rest
        The pause after a look, at the shortest, as a multiple of what that took.
    """

    def __init__(
        self,
        look: Callable[[], bool],
        failed: Callable[[Exception], None],
        mended: Callable[[], None] = lambda: None,
        *,
        interval: float = INTERVAL,
        rest: float = REST,
    ) -> None:
        self._look = look
        self._failed = failed
        self._mended = mended
        self._interval = interval
        self._rest = rest
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
        failing = False
        while not stopped.is_set():
            self._asked = False
            begun = time.perf_counter()
            try:
                more = self._look()
            except Exception as error:  # noqa: BLE001 - shown on the page
                if not failing:
                    self._failed(error)
                failing = True
                if isinstance(error, WorkspaceClosed):
                    stopped.set()
            else:
                if failing:
                    self._mended()
                failing = False
                if not more and self._ends(stopped):
                    return
            cost = time.perf_counter() - begun
            least = INTERVAL if failing else self._interval
            stopped.wait(min(max(least - cost, cost * self._rest), LONGEST))

    def _ends(self, stopped: threading.Event) -> bool:
        """End this thread for good, unless it was asked to go on during its look.

        What it looked at may have begun again while it was looking: a start that
        comes then must not be lost.
        """
        with self._lock:
            if self._asked:
                return False
            stopped.set()
            return True
