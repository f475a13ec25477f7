"""joblib's backend for the threads of slots, which last as long as there is work."""

from __future__ import annotations

from multiprocessing.pool import AsyncResult
from typing import Any

from joblib.parallel import ThreadingBackend

__all__ = ["SlotBackend"]

#: A signal that comes while a thread waits is seen this late, in seconds, where the
#: system does not end the wait.
SIGNALS = 0.5


class SlotBackend(ThreadingBackend):
    """joblib's own (1.6); who waits for its threads does not look every 10 ms."""

    supports_retrieve_callback = False

    def retrieve_result(
        self, future: AsyncResult[Any], timeout: float | None = None
    ) -> Any:
        """Wait for a result."""
        del timeout  # slots have none
        while not future.ready():
            future.wait(SIGNALS)
        return self.retrieve_result_callback(future.get())
