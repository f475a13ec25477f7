"""Delete documents, thousands of them too, without holding up the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from curation_kit.documents.library import DocumentLibrary

__all__ = ["AT_ONCE", "Deletion"]

#: Documents deleted in one transaction; so many are deleted without a thread.
AT_ONCE = 100

#: Shortest time between two messages of how far it is, in seconds.
INTERVAL = 0.25


class Deletion:
    """Deletes documents part by part, until all are gone or somebody stops it.

    Parameters
    ----------
    library
        Where the documents are.
    told
        Called now and then with the number deleted so far.
    ended
        Called at the end with that number.
    failed
        Called with the error that ended it, before `ended`.
    """

    def __init__(
        self,
        library: DocumentLibrary,
        *,
        told: Callable[[int], None],
        ended: Callable[[int], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._library = library
        self._told = told
        self._ended = ended
        self._failed = failed
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether documents are being deleted now."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, ids: Sequence[str]) -> None:
        """Delete documents; many of them from a thread.

        Raises
        ------
        CurationKitError, OSError
            If the few cannot be deleted.
        """
        if len(ids) <= AT_ONCE:
            done = 0
            try:
                done = self._library.remove_all(ids)
            finally:
                self._ended(done)
            return
        self._stopped.clear()
        self._thread = threading.Thread(
            target=self._run, args=(ids,), name="curation-kit deletion", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Leave those that are still there."""
        self._stopped.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self, ids: Sequence[str]) -> None:
        done, due = 0, 0.0
        try:
            for first in range(0, len(ids), AT_ONCE):
                if self._stopped.is_set():
                    break
                done += self._library.remove_all(ids[first : first + AT_ONCE])
                if time.monotonic() >= due:
                    self._told(done)
                    due = time.monotonic() + INTERVAL
        except Exception as error:  # noqa: BLE001 - shown on the page
            self._failed(error)
        finally:
            self._ended(done)
