"""One document on its way through the processes of a runner."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from curation_kit.errors import FailureCategory, WorkspaceError
from curation_kit.jobs import JobOptions, Outcome
from curation_kit.processes import (
    Limits,
    Note,
    WorkerDied,
    WorkerStopped,
    WorkerTooLarge,
)
from curation_kit.runner.desk import NotDone, RunnerDesk
from curation_kit.runner.parcels import Parcel, TaskPacker, pack_call
from curation_kit.runner.places import DocumentTask, Place

__all__ = ["Call", "Server"]

_log = logging.getLogger(__name__)


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
