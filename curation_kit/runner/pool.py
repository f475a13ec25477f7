"""The processes of a runner, each supervised so that a bad paper is lost alone."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from queue import LifoQueue
from typing import Any, Protocol

from curation_kit.errors import FailureCategory, WorkspaceError
from curation_kit.jobs import JobOptions, Outcome, Suspicion
from curation_kit.processes import (
    Limits,
    Note,
    Worker,
    WorkerDied,
    WorkerStopped,
    WorkerTooLarge,
)
from curation_kit.runner.desk import NotDone, RunnerDesk
from curation_kit.runner.parcels import Parcel, TaskPacker, pack_call
from curation_kit.runner.places import DocumentTask, Place, place_of

__all__ = ["Call", "Lost", "WorkerPool"]

#: Threads of one process for steps that wait for the network. Fewer processes
#: answer sooner and take less memory; but a crash loses what is in flight there.
IO_WIDTH = 32

#: Signals by which a person, the out-of-memory killer, a closed terminal or a
#: shutdown ends a process (Ctrl-C only while it starts; later it ignores that).
_FROM_OUTSIDE = {
    -signal.SIGKILL,
    -signal.SIGTERM,
    -signal.SIGINT,
    -signal.SIGHUP,
    -signal.SIGIO,
}


_log = logging.getLogger(__name__)


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


class Server(Protocol):
    """What answers a call: a `Worker`, or one elsewhere."""

    nice: int

    @property
    def needed(self) -> int:
        """0 as long as its process has served nobody."""

    def has_outgrown(self, most: int) -> bool:
        """As `Worker.has_outgrown`."""

    def restart(self, *, nice: int | None = None) -> object:
        """Have the next call run in a new process, maybe at another nice."""

    @property
    def call_packed(self) -> Callable[..., Any]:
        """As `Worker.call_packed`."""


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
        return cpu + io

    @property
    def slots(self) -> int:
        """Documents that may compute or wait for the network at the same time."""
        return self._cpu + self._io

    @property
    def width(self) -> int:
        """Documents that may compute at the same time."""
        return self._cpu

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
        place = Place.ANY if apart else place_of(task, 0)
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
        if isinstance(result, Outcome) and _lacks_memory(result):
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


def _lacks_memory(result: Outcome | Parcel) -> bool:
    return isinstance(result, Outcome) and result.category is FailureCategory.RESOURCE


class Call:
    """One document on its way through the places, and with whom it speaks there."""

    def __init__(
        self,
        task: DocumentTask,
        packer: TaskPacker,
        desk: RunnerDesk,
        options: JobOptions,
    ) -> None:
        self.options = options
        self.document_id = task.document_id
        self.memory = int(options.memory_limit * 1e9)
        self.state: bytes | None = None
        self._task = packer.pack(task)
        self._desk = desk
        self._limits = Limits(options.time_limit, self.memory)
        self._refused: NotDone | None = None

    def begin_anew(self) -> None:
        """Forget an attempt to run in a place, and the calls that it has left open."""
        self._limits = Limits(self.options.time_limit, self.memory)
        self._desk.give_up()

    def on(self, worker: Server, place: Place) -> Outcome | Parcel:
        """Run the steps of a place in a process."""
        call = pack_call(self._task, place, self.state, self._desk.lease)
        try:
            result: Outcome | Parcel = worker.call_packed(call, self._limits, self)
        except MemoryError:  # in sending what it needs or gives
            return self._over_memory()
        if self._refused is not None:
            raise self._refused
        return self._passed_on(result) if isinstance(result, Parcel) else result

    def _passed_on(self, parcel: Parcel) -> Outcome | Parcel:
        """Keep what a document brings, and begin its next step."""
        if parcel.step is None:
            if parcel.done is not None:
                self._desk.keep(*parcel.done)
        elif not self._desk.go_on(parcel.step, parcel.done):
            return parcel.cancelled()
        return parcel

    @property
    def waits(self) -> bool:
        """Whether the document waits for a service: see `Partner`."""
        return self._desk.waits

    def begun(self, over: Callable[[], bool]) -> None:
        """Know what tells that the process has ended."""
        self._desk.gone = over

    def answer(self, question: tuple[Any, ...]) -> Any:
        """Do what a document asks for at the desk."""
        name, *arguments = question
        return self._refused or self._do(getattr(self._desk, name), *arguments)

    def hear(self, notes: Sequence[Note]) -> None:
        """Do what a document has told; the next question hears of it in vain."""
        if self._refused is None:
            done = self._do(self._desk.hear, notes)
            self._refused = done if isinstance(done, NotDone) else None

    def _do(self, handler: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except WorkspaceError:
            raise  # nobody can go on
        except Exception as error:  # noqa: BLE001 - raised in the document
            _log.info("a document asked in vain for %s", handler, exc_info=True)
            return NotDone(f"{type(error).__name__}: {error!s:.300}")

    def crashed(self, death: WorkerDied) -> Outcome:
        """Outcome of a document that ended its process."""
        hint = (
            "The PDF may be damaged: print it to a new PDF with another program "
            "and add that file."
        )
        if death.exitcode == -signal.SIGABRT:  # so C++ ends when it is refused memory
            hint += " Or it needs more memory: give the job a higher memory limit."
        return Outcome.failure(
            FailureCategory.CRASHED,
            f"The document crashed its worker ({death}).",
            hint,
            self._limits.spent,
        )

    def stopped(self, reason: WorkerStopped) -> Outcome:
        """Outcome of a document whose process we killed for its sake."""
        if isinstance(reason, WorkerTooLarge):
            return self._over_memory()
        return Outcome.failure(
            FailureCategory.TIMEOUT,
            f"Not done within {self.options.time_limit:g} s; it was stopped.",
            "Give the job a higher time limit, or split the PDF.",
            self._limits.spent,
        )

    def _over_memory(self) -> Outcome:
        return Outcome.failure(
            FailureCategory.RESOURCE,
            f"The document needs more than {self.options.memory_limit:g} GB of memory; "
            "it was stopped.",
            "Give the job a higher memory limit, or split the PDF.",
            self._limits.spent,
        )
