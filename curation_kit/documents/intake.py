"""Files on their way into a library: copied and looked at, several at a time."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from curation_kit.documents.document import copy_hashed
from curation_kit.documents.first_look import PREFLIGHT_MEMORY_LIMIT, first_look
from curation_kit.documents.report import Preflight
from curation_kit.errors import CurationKitError
from curation_kit.processes import Worker, WorkerNotStarted

__all__ = ["Arrival", "Intake", "copy_in", "sweep"]

#: Files that are being copied; what nobody writes to for so long was left behind.
_INCOMING = ".incoming-"
_SWEEP_AFTER = 3600.0

#: Processes that look at files, at most: each takes 55 MB, and the disk that they
#: read from is one.
_MOST_AT_ONCE = 8


@dataclass(slots=True)
class Arrival:
    """A file that has been copied.

    Attributes
    ----------
    path
        Where it comes from.
    copy
        Its copy, until it has a place of its own.
    document_id
        The hash of its bytes.
    report
        What was found; None where its bytes were known already.
    refused
        Why it cannot be taken; empty when it can.
    """

    path: Path
    copy: Path | None = None
    document_id: str = ""
    report: Preflight | None = None
    refused: str = ""


class Intake:
    """Copies files into a folder and looks at them, ahead of who takes them.

    Parameters
    ----------
    folder
        Where the copies lie.
    is_known
        Whether a document of an id is there already: it is not looked at again.
    look
        Gives the preflight report of a file; it is run in another process.
    at_once
        Files that are looked at side by side.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_known: Callable[[str], bool],
        look: Callable[[Path], Preflight] | None = None,
        at_once: int = 1,
    ) -> None:
        self._folder = folder
        self._is_known = is_known
        self._look = look
        self._at_once = min(at_once, _most_at_once()) if at_once > 1 else 1
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._working = self._at_once  # not refused by the system
        self._lock = threading.Lock()  # guards the number above
        self._over = threading.Event()

    @contextmanager
    def arrivals(self, paths: Sequence[Path]) -> Iterator[Iterator[Arrival]]:
        """Give files in their order, each copied, and looked at if it is new; once.

        Copies that nobody has moved away are deleted at the end.

        Raises
        ------
        CurationKitError
            If the system refuses a thread.
        """
        with ExitStack() as stack:  # its calls go backwards
            waiting: deque[Future[Arrival]] = deque()
            threads = ThreadPoolExecutor(self._at_once)
            stack.callback(threads.shutdown, cancel_futures=True)
            stack.callback(self._end, waiting)
            for _ in range(self._at_once):
                worker = Worker()
                stack.callback(worker.close)
                self._idle.put(worker)
            stack.callback(self._over.set)
            yield self._in_order(paths, threads, waiting)

    def _in_order(
        self,
        paths: Sequence[Path],
        threads: ThreadPoolExecutor,
        waiting: deque[Future[Arrival]],
    ) -> Iterator[Arrival]:
        left = iter(paths)
        while True:
            # One for each process beside the one that is taken now, and no more: a
            # copy takes room on the disk.
            for path in left:
                try:
                    waiting.append(threads.submit(self._arrive, path))
                except RuntimeError as error:
                    raise CurationKitError(
                        f"This computer refuses more threads ({error}): end some "
                        "programs, then add the files that are not listed yet."
                    ) from error
                if len(waiting) > self._at_once:
                    break
            if not waiting:
                return
            arrival = waiting[0].result()
            try:
                yield arrival
            finally:
                waiting.popleft()
                _discard(arrival)

    @staticmethod
    def _end(waiting: deque[Future[Arrival]]) -> None:
        """Delete what nobody has taken."""
        for future in waiting:
            if not future.cancel():
                with suppress(Exception):  # nobody asks any more
                    _discard(future.result())

    def _arrive(self, path: Path) -> Arrival:
        arrival = Arrival(path)
        try:
            arrival.copy, arrival.document_id = copy_in(
                path, self._folder, is_over=self._over.is_set
            )
        except OSError as error:
            arrival.refused = f"cannot be copied ({error.strerror or error})"
            return arrival
        try:
            if not self._is_known(arrival.document_id):
                self.look_at(arrival)
        except BaseException:
            _discard(arrival)
            raise
        return arrival

    def look_at(self, arrival: Arrival) -> None:
        """Look at a copy, in a process of its own."""
        assert arrival.copy is not None  # noqa: S101 - else it was refused
        while not (arrival.report or arrival.refused):
            worker, of_use = self._idle.get(), True
            try:
                arrival.report = first_look(arrival.copy, worker, look=self._look)
            except (WorkerNotStarted, OSError) as error:
                of_use = isinstance(error, OSError) or not self._one_less()
                if of_use:
                    arrival.refused = f"cannot be looked at now ({error}): add it again"
            finally:
                if of_use:
                    self._idle.put(worker)

    def _one_less(self) -> bool:
        """Do without a process that the system refuses, unless it is the last one."""
        with self._lock:
            others = self._working > 1
            self._working -= others
            return others


def _most_at_once() -> int:
    """Files to look at side by side: each may take the memory of its limit."""
    import psutil

    free = psutil.virtual_memory().available
    return max(1, min(free // PREFLIGHT_MEMORY_LIMIT, _MOST_AT_ONCE))


def copy_in(
    path: Path, folder: Path, *, is_over: Callable[[], bool] = bool
) -> tuple[Path, str]:
    """Copy a file to a name of its own; give the copy, and the hash of its bytes.

    Raises
    ------
    OSError
        If it cannot be read, or not be written, or it is over; nothing is left then.
    """
    copy = folder / f"{_INCOMING}{uuid.uuid4().hex}"
    try:
        with copy.open("wb") as target:
            document_id = copy_hashed(path, target, is_over=is_over)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy, document_id


def _discard(arrival: Arrival) -> None:
    """Delete the copy of a file, unless it was moved to its place."""
    if arrival.copy is not None:
        arrival.copy.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what a process that was killed in the middle of a copy has left."""
    for path in folder.glob(f"{_INCOMING}*"):
        with suppress(FileNotFoundError):  # another process is done with it
            if time.time() - path.stat().st_mtime > _SWEEP_AFTER:
                path.unlink()
