"""joblib's backend for Dask, for tasks that last as long as there is work."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any
from uuid import uuid4

from joblib import register_parallel_backend
from joblib.parallel import ParallelBackendBase

__all__ = ["PilotBackend"]


class PilotBackend(ParallelBackendBase):
    """Has joblib run pilots on Dask, which its own backend (of 1.6) cannot.

    That one gives joblib the width of the cluster as the number of jobs, so that a
    single job would run in the calling process; it waits for ever for a task that
    Dask gives up, after the loss of several workers (`KilledWorker`) or with the
    scheduler; and its tasks end each worker that has no joblib or lacks our package.

    Parameters
    ----------
    client
        Of Dask.
    """

    supports_retrieve_callback = True

    def __init__(self, client: Any) -> None:
        super().__init__()
        self._client = client
        self._open: dict[Any, Callable[[Any], object]] = {}  # by Dask's future

    def effective_n_jobs(self, n_jobs: int) -> int:
        """As many as asked for; Dask keeps those in its queue that find no place."""
        return n_jobs

    def submit(self, func: Any, callback: Any = None) -> Any:
        """Hand a task to Dask."""
        future = self._client.submit(
            pickle.loads,  # what everybody knows
            pickle.dumps(_CalledWhereRead(func)),
            key=f"curation-kit-pilot-{uuid4().hex}",
            pure=False,
        )
        self._open[future] = callback
        self._client.loop.add_callback(self._follow, future)
        return future

    async def _follow(self, future: Any) -> None:
        """Tell joblib of the end of a task, whatever it is."""
        try:
            out = await future
        except Exception as error:  # noqa: BLE001 - told by `retrieve_result_callback`
            out = error
        if callback := self._open.pop(future, None):
            callback(out)

    def unended(self) -> set[Any]:
        """Keys of the tasks that have not ended."""
        return {future.key for future in list(self._open)}

    def retrieve_result_callback(self, out: Any) -> Any:
        """Give a result; what has happened to a task is its pilot's last word.

        The others of the call go on, unless all were cancelled, by us or with the
        scheduler, or there are workers that would take one pilot after another.
        """
        if isinstance(out, (CancelledError, ImportError)):
            raise out
        return [f"{type(out).__name__}: {out}"] if isinstance(out, Exception) else out

    def abandon(self) -> None:
        """End the waiting for tasks that have not ended."""
        while True:
            try:
                _, callback = self._open.popitem()
            except KeyError:  # none is left: they also end in Dask's thread
                return
            callback(CancelledError("the job has no more work"))


class _CalledWhereRead:
    """A function that is called when it is unpickled, to give what is read.

    A scheduler or a worker of Dask that cannot read a task, as it lacks what is
    named there, is left by its workers, or ends with all their work. One that fails
    in a task only tells so.
    """

    def __init__(self, func: Callable[[], Any]) -> None:
        self._func = func

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return self._func, ()


register_parallel_backend("curation-kit-dask", PilotBackend)
