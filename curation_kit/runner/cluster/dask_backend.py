"""joblib's backend for Dask, for tasks that last as long as there is work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

from joblib import register_parallel_backend
from joblib._dask import DaskDistributedBackend

__all__ = ["PilotBackend"]


class PilotBackend(DaskDistributedBackend):
    """joblib's own (1.6), with two cures.

    It gives joblib the width of the cluster as the number of jobs, and joblib runs
    a single job in the calling process. And joblib waits for ever for a task that
    Dask gives up: after the loss of several workers (`KilledWorker`), or when
    the scheduler is gone.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._open: dict[Future[Any], Callable[[Any], object]] = {}

    def effective_n_jobs(self, n_jobs: int) -> int:
        """As many as asked for; Dask keeps those in its queue that find no place."""
        return n_jobs

    def submit(self, func: Any, callback: Any = None) -> Future[Any]:
        """Hand a task to Dask, and tell joblib also of its loss."""
        future: Future[Any] = super().submit(func, callback)
        self._open[future] = callback
        future.add_done_callback(self._ended)
        return future

    def unended(self) -> set[Any]:
        """Keys of the tasks that have not ended."""
        futures: list[Any] = list(self._open)  # those of Dask have keys
        return {future.key for future in futures}

    def _ended(self, future: Future[Any]) -> None:
        callback = self._open.pop(future, None)
        error = future.exception()
        if error is not None and callback is not None:
            callback(error)

    def retrieve_result_callback(self, out: Any) -> Any:
        """Give a result, or raise what has happened to the task."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)

    def abandon(self) -> None:
        """End the waiting for tasks that have not ended."""
        while True:
            try:
                _, callback = self._open.popitem()
            except KeyError:  # none is left: they also end in Dask's thread
                return
            callback(CancelledError("the job has no more work"))


register_parallel_backend("curation-kit-dask", PilotBackend)
