"""The processes of a runner, each supervised so that a bad paper is lost alone."""

from __future__ import annotations

import signal
import threading
from queue import LifoQueue
from typing import TypeGuard

from curation_kit.errors import FailureCategory
from curation_kit.jobs import JobOptions, Outcome, Suspicion
from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerStopped,
    WorkerTooLarge,
    allow_open_files,
)
from curation_kit.runner.call import Call, Server
from curation_kit.runner.desk import RunnerDesk
from curation_kit.runner.parcels import Parcel, TaskPacker
from curation_kit.runner.places import DocumentTask, Place, place_of

__all__ = ["Lost", "WorkerPool"]

#: Threads of one process for steps that wait for the network. Fewer processes
#: answer sooner and take less memory; but a crash loses what is in flight there.
IO_WIDTH = 32

#: Files that are open for each document at once, at most, and those for all else.
FILES, OTHER_FILES = 6, 200

#: Signals by which a person, the out-of-memory killer, a closed terminal or a
#: shutdown ends a process.
_FROM_OUTSIDE = {
    -signal.SIGKILL,
    -signal.SIGTERM,
    -signal.SIGINT,
    -signal.SIGHUP,
    -signal.SIGIO,
}


class Lost(Exception):  # noqa: N818 - not an error: nobody knows whose fault it is
    """The process of a document is gone; the document may run again.

    Attributes
    ----------
    charged
        Whether the attempt counts: it does when the document may be to blame.
    suspect
        How the document shall run next.
    """

    def __init__(
        self,
        reason: str,
        *,
        charged: bool = False,
        suspect: Suspicion = Suspicion.NONE,
    ) -> None:
        super().__init__(reason)
        self.charged = charged
        self.suspect = suspect


class WorkerPool:
    """Processes for documents: one at a time each, and some that many share.

    Parameters
    ----------
    cpu
        Documents that compute at the same time, each in its own process.
    io
        Documents that wait for the network at the same time.
    """

    def __init__(self, cpu: int = 0, io: int = 0) -> None:
        self._cpu = self._io = 0
        # The process used last is the warm one.
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._workers: list[Worker] = []
        self._hosts: list[Worker] = []
        self._channels: LifoQueue[Worker] = LifoQueue()
        self._packer = TaskPacker()
        self._stopped = False
        self._demand = 0  # documents that compute or wait to
        self._under_way = 0
        self._vacated = False  # since room was last asked for
        self._room = threading.Condition()
        self.grow(cpu, io)

    def grow(self, cpu: int, io: int) -> int:
        """Have room for so many documents, where there is less; give how many more."""
        cpu, io = max(cpu - self._cpu, 0), max(io - self._io, 0)
        workers = [Worker() for _ in range(cpu)]
        hosts = [Worker(IO_WIDTH) for _ in range(-(-io // IO_WIDTH))]
        self._workers += workers
        self._hosts += hosts
        if self._stopped:  # by another thread, which may not have seen them
            self.stop()
        for worker in workers:
            self._idle.put(worker)
        for number in range(io):
            self._channels.put(hosts[number % len(hosts)])
        with self._room:
            self._cpu += cpu
            self._io += io
        self._allow_files()
        return cpu + io

    def _allow_files(self) -> None:
        """Have the system allow the files that so many slots take."""
        allow_open_files(OTHER_FILES + FILES * self.slots)

    @property
    def slots(self) -> int:
        """Documents that may compute or wait for the network at the same time."""
        return self._cpu + self._io

    @property
    def width(self) -> int:
        """Documents that may compute at the same time."""
        return self._cpu

    @property
    def under_way(self) -> int:
        """Documents that `run` has, whatever has become of their jobs."""
        return self._under_way

    def reserve(self) -> bool:
        """Take room for one more document to compute; False when there is none."""
        with self._room:
            self._vacated = False
            if self._demand >= self._cpu:
                return False
            self._demand += 1
            return True

    def release(self, *, tell: bool = True) -> None:
        """Give room back; `tell` it to those who wait for room."""
        with self._room:
            self._demand -= 1
            # Those who come back from waiting for the network may want it all.
            if tell and self._demand < self._cpu:
                self.rouse()

    def rouse(self) -> None:
        """Have one of those who wait for room look again."""
        with self._room:
            self._vacated = True
            self._room.notify()

    def wait_for_room(self, timeout: float) -> None:
        """Return when room was given back or on `rouse`, or after a time in seconds.

        At once when nobody has asked for room since.
        """
        with self._room:
            if not self._vacated:
                self._room.wait(timeout)

    def run(
        self, task: DocumentTask, desk: RunnerDesk, options: JobOptions, *, apart: bool
    ) -> Outcome:
        """Run a document, for which the caller has reserved room.

        While it waits for the network another one has the room.

        Parameters
        ----------
        apart
            Whether all its steps run in one process that no other shares.

        Raises
        ------
        Lost
            If a process was killed from outside (by a person, by the
            out-of-memory killer, by a shutdown, or by `stop`), or for the
            sake of another document. Any other death is the document's own
            doing and makes it fail.
        """
        call = Call(task, self._packer, desk, options)
        # A pool made for other jobs may have no processes that many share.
        apart = apart or not self._hosts
        with self._room:
            self._under_way += 1
        try:
            return self._run(call, Place.ANY if apart else place_of(task, 0))
        finally:
            with self._room:
                self._under_way -= 1

    def _run(self, call: Call, place: Place) -> Outcome:
        """Run a document in one place after another."""
        while True:
            if place is Place.IO:
                self.release()
                try:
                    result = self._run_there(call)
                finally:
                    with self._room:
                        self._demand += 1
            else:
                result = self._run_here(call, place)
            if isinstance(result, Outcome):
                return result
            call.state, place = result.state, result.place

    def _run_here(self, call: Call, place: Place) -> Outcome | Parcel:
        """Run in a process that the document has for itself."""
        worker = self._idle.get()
        try:
            return self._run_on(worker, call, place)
        finally:
            self._idle.put(worker)

    def _run_on(self, worker: Server, call: Call, place: Place) -> Outcome | Parcel:
        """Run in a process for one document at a time, which is renewed when it grows.

        One that has no memory left runs again where nobody was before it.
        """
        if worker.nice != call.options.nice:
            worker.restart(nice=call.options.nice)
        while True:
            used = worker.needed > 0
            result = self._try_on(worker, call, place)
            if (lacking := _lacks_memory(result)) or worker.has_outgrown(call.memory):
                worker.restart()  # what it still holds is not the next one's fault
            if not (lacking and used):
                return result
            call.begin_anew()

    def _try_on(self, worker: Server, call: Call, place: Place) -> Outcome | Parcel:
        """Run in a process whose loss has one cause."""
        try:
            return call.on(worker, place)
        except WorkerDied as death:
            if self._stopped:
                raise Lost(str(death)) from death
            if death.exitcode in _FROM_OUTSIDE:
                raise Lost(str(death), charged=True, suspect=Suspicion.ALONE) from death
            return call.crashed(death)
        except WorkerStopped as error:
            return call.stopped(error)

    def _run_there(self, call: Call) -> Outcome | Parcel:
        """Run in a thread of a process that many documents share."""
        host = self._channels.get()
        try:
            if host.pid is None:  # one starts with the level of its first document
                host.nice = call.options.nice
            result = call.on(host, Place.IO)
        except WorkerDied as death:
            if self._stopped:
                raise Lost(str(death)) from death
            if death.ended_by is not None:
                doubt = death.ended_by.calls > 1
                suspect = Suspicion.APART if doubt else Suspicion.NONE
                raise Lost(str(death), suspect=suspect) from death
            if death.calls > 1:  # nobody knows which one it was
                raise Lost(str(death), suspect=Suspicion.APART) from death
            if death.exitcode in _FROM_OUTSIDE:
                raise Lost(str(death), charged=True, suspect=Suspicion.APART) from death
            return call.crashed(death)
        except WorkerStopped as error:
            # Memory that earlier ones have left there is not this one's fault.
            if error.calls > 1 or isinstance(error, WorkerTooLarge):
                raise Lost(str(error), suspect=Suspicion.APART) from error
            return call.stopped(error)
        finally:
            self._channels.put(host)
        return self._checked(result, host, call)

    @staticmethod
    def _checked(
        result: Outcome | Parcel, host: Worker, call: Call
    ) -> Outcome | Parcel:
        """Give a result, unless want of memory may be another document's doing."""
        if host.has_outgrown(call.memory):
            host.renew()
        if _lacks_memory(result):
            raise Lost(result.message, suspect=Suspicion.APART)
        return result

    def stop(self) -> None:
        """Kill all workers; documents under way raise `Lost`."""
        self._stopped = True
        for worker in (*self._workers, *self._hosts):
            worker.stop()

    def close(self) -> None:
        """Kill all workers and wait for their end."""
        self.stop()
        for worker in (*self._workers, *self._hosts):
            worker.close()


def _lacks_memory(result: Outcome | Parcel) -> TypeGuard[Outcome]:
    return isinstance(result, Outcome) and result.category is FailureCategory.RESOURCE
