"""Slots: one supervised process each, so that a bad paper is lost alone."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from queue import SimpleQueue

from curation_kit.errors import FailureCategory
from curation_kit.jobs import Outcome
from curation_kit.processes import Worker, WorkerDied, WorkerTimedOut
from curation_kit.runner.document import DocumentTask, run_document

__all__ = ["Lost", "WorkerPool"]


class Lost(Exception):  # noqa: N818 - not an error: nobody knows whose fault it is
    """The worker was ended from outside; the document may run again."""


#: Signals by which a person, the out-of-memory killer, a closed terminal or a
#: shutdown ends a process (Ctrl-C only while it starts; later it ignores that).
_FROM_OUTSIDE = {
    -signal.SIGKILL,
    -signal.SIGTERM,
    -signal.SIGINT,
    -signal.SIGHUP,
    -signal.SIGIO,
}


class WorkerPool:
    """As many worker processes as slots, each used by one thread at a time."""

    def __init__(self, slots: int) -> None:
        self._workers = [Worker() for _ in range(slots)]
        self._stopped = False
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def run(
        self, task: DocumentTask, go_on: Callable[[int], bool], time_limit: float
    ) -> Outcome:
        """Run a document in a worker.

        Raises
        ------
        Lost
            If the worker was killed from outside: by a person, by the
            out-of-memory killer, by a shutdown, or by `stop`. Any other
            death is the document's own doing and makes it fail.
        """
        worker = self._idle.get()
        began = time.perf_counter()
        try:
            outcome: Outcome = worker.call(
                run_document, task, timeout=time_limit, answer=go_on
            )
        except WorkerTimedOut:
            return Outcome.failure(
                FailureCategory.TIMEOUT,
                f"Not done within {time_limit:g} s; it was stopped.",
                "Give the job a higher time limit, or split the PDF.",
                time.perf_counter() - began,
            )
        except WorkerDied as death:
            if self._stopped or death.exitcode in _FROM_OUTSIDE:
                raise Lost(str(death)) from death
            return Outcome.failure(
                FailureCategory.CRASHED,
                f"The document crashed its worker ({death}).",
                "The PDF may be damaged: print it to a new PDF with another program "
                "and add that file.",
                time.perf_counter() - began,
            )
        else:
            return outcome
        finally:
            self._idle.put(worker)

    def stop(self) -> None:
        """Kill all workers; documents under way raise `Lost`."""
        self._stopped = True
        for worker in self._workers:
            worker.stop()

    def close(self) -> None:
        """Kill all workers and wait for their end."""
        self.stop()
        for worker in self._workers:
            worker.close()
