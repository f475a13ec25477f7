"""The parent's side of a worker: calls, limits, losses."""

from __future__ import annotations

import pickle
import random
import signal
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from curation_kit.processes.child import Child
from curation_kit.processes.conversation import Conversation, Partner
from curation_kit.processes.losses import (
    WorkerDied,
    WorkerNotStarted,
    WorkerStopped,
    WorkerTimedOut,
    WorkerTooLarge,
)
from curation_kit.processes.serving import result_of
from curation_kit.processes.waiting import Ears, HungUp, Limits

__all__ = ["Worker"]

#: A process that closed its connection may take this long to end, in seconds.
DYING = 5.0

#: How often the memory of a process with a limit is looked at, in seconds.
MEMORY_POLL = 0.25

#: In so many seconds no process takes much more memory.
LITTLE = 0.02

#: As long may one of many who wait for it not look, in seconds.
LONGEST_POLL = 2.0


class Worker:
    """A child process, started at the first call and again after a loss.

    loky starts it: unlike multiprocessing's "spawn" it does not run the
    caller's main script again, so scripts need no ``__main__`` guard.

    Parameters
    ----------
    width
        Calls served at the same time, in threads; further ones wait. With 1
        the call runs in the child's main thread.
    nice
        How much the process gives way to others, 0 to 19.
    """

    def __init__(self, width: int = 1, *, nice: int = 0) -> None:
        self.nice = nice
        self._width = width
        self._free: SimpleQueue[int] = SimpleQueue()
        for channel in range(width):
            self._free.put(channel)
        self._child: Child | None = None
        self._leaving: set[Child] = set()  # each ends with its last call
        self._closed = False
        self._lock = threading.Lock()  # guards the state below, never a call

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        timeout: float | None = None,
        memory: int | None = None,
        partner: Partner | None = None,
    ) -> Any:
        """Run ``function(*arguments)`` in the process and give its result.

        Parameters
        ----------
        function
            Sent with cloudpickle, so one defined in a notebook works too.
        timeout
            Seconds after which the process is killed, without those that
            `partner` takes to answer.
        memory
            Bytes that the process may use. Where the system can (Linux),
            asking for more raises `MemoryError` in the function; a process
            that is larger all the same is killed.
        partner
            When given, the function is called with an additional argument
            ``line``: ``line(question)`` in the child gives the partner's answer,
            and ``line.tell(note)`` does not wait for it.

        Raises
        ------
        WorkerDied, WorkerTimedOut, WorkerTooLarge
            The process is gone; the next call starts a new one.
        WorkerNotStarted
            If the system refuses another process, or two end before they take calls.
        Exception
            Whatever the function raised.
        """
        import cloudpickle

        packed = cloudpickle.dumps((function, arguments))
        return self.call_packed(packed, Limits(timeout, memory), partner)

    def call_packed(
        self, packed: bytes, limits: Limits, partner: Partner | None = None
    ) -> Any:
        """As `call`, with a pair of function and arguments that is pickled already."""
        payload = pickle.dumps((packed, partner is not None, limits.memory))
        channel = self._free.get()
        try:
            child = self._enter(channel)
            if partner is not None:
                partner.begun(child.is_over)
            try:
                kind, value = self._converse(child, channel, payload, limits, partner)
            except WorkerDied:
                raise
            except BaseException as error:
                # Whatever it was, the child is out of step with us now.
                self._bury(child, _reason(error))
                raise
            finally:
                self._leave(child, channel)
        finally:
            self._free.put(channel)
        return result_of(kind, value)

    def _enter(self, channel: int) -> Child:
        """Give the process, started if there is none, with a channel of it taken."""
        idle = self._child
        if idle is not None and idle.is_over():  # before this call: not its doing
            self._bury(idle)
        with self._lock:
            if self._closed:
                raise WorkerDied(-signal.SIGKILL)
            # One that ends before it takes a call may have met a passing want of
            # memory or threads: no call is to blame, and the next may do better.
            child = self._child or self._start() or self._start()
            if child is None:
                raise WorkerNotStarted("it ended at once, or hangs")
            child.in_use.add(channel)
            return child

    def _start(self) -> Child | None:
        """Start a process; None when it ends before it takes a call."""
        try:
            self._child = child = Child(self._width, self.nice)
        except OSError as error:
            raise WorkerNotStarted(error) from error
        if self._closed:  # while it started: `stop` did not see it yet
            child.kill()
        if child.serves():
            return child
        self._lose(child)
        child.reap(0.0)
        if self._closed:
            raise WorkerDied(-signal.SIGKILL)
        return None

    def _leave(self, child: Child, channel: int) -> None:
        with self._lock:
            child.in_use.discard(channel)
            if child.lost is not None:  # nobody else may close what we listen to
                child.connections[channel].close()
            elif not child.needed:
                child.needed = child.memory(LITTLE)
            done = child in self._leaving and not child.in_use
        if done:
            self._bury(child)

    def _converse(
        self,
        child: Child,
        channel: int,
        payload: bytes,
        limits: Limits,
        partner: Partner | None,
    ) -> tuple[str, Any]:
        hear = partial(_hear, child, child.ears[channel], limits)
        connection = child.connections[channel]
        try:
            return Conversation(connection, partner, limits, hear).hold(payload)
        except HungUp as error:
            exitcode = self._bury(child, patience=DYING)
            raise WorkerDied(exitcode, child.lost or 1, child.ended_by) from error

    def _bury(
        self,
        child: Child,
        reason: WorkerStopped | None = None,
        *,
        patience: float = 0.0,
    ) -> int:
        """End a process, unless another call has; it may first end by itself.

        Gives its exit status.
        """
        with self._lock:
            self._lose(child, reason)
        child.reap(patience)
        assert child.exitcode is not None  # noqa: S101 - set by `reap`
        return child.exitcode

    def _lose(self, child: Child, reason: WorkerStopped | None = None) -> None:
        """Have nobody use a process any more, and kill it for a reason."""
        if child.lost is not None:
            return
        child.lost = len(child.in_use)
        child.ended_by = reason
        if self._child is child:
            self._child = None
        self._leaving.discard(child)
        if reason is not None:
            child.kill()
        for channel, connection in enumerate(child.connections):
            if channel not in child.in_use:
                connection.close()

    @property
    def pid(self) -> int | None:
        """Process id, or None when no process runs."""
        child = self._child  # another thread may bury it meanwhile
        return None if child is None else child.pid

    @property
    def memory(self) -> int:
        """Bytes of memory that the process uses; 0 when none runs."""
        child = self._child
        if child is None:
            return 0
        return child.memory(MEMORY_POLL if self._width > 1 else LITTLE)

    @property
    def needed(self) -> int:
        """Bytes of memory that the process used as its first call ended; 0 before."""
        child = self._child
        return 0 if child is None else child.needed

    def has_outgrown(self, most: int) -> bool:
        """Whether it has grown by half of what it may, of so many bytes at most.

        That is since its first call: what it had then, a new one would need, too.
        """
        return self.memory > (self.needed + most) / 2

    def kill(self) -> None:
        """Kill the process; a call under way raises `WorkerDied`."""
        for child in self._children():
            child.kill()

    def _children(self) -> list[Child]:
        """Give the process that takes calls, and those that end with theirs."""
        child = self._child
        return [*self._leaving] + ([] if child is None else [child])

    def restart(self, *, nice: int | None = None) -> None:
        """End the process; the next call starts a new one, maybe at another nice."""
        if nice is not None:
            self.nice = nice
        for child in self._children():
            self._bury(child, WorkerStopped("the process was started anew"))

    def renew(self) -> None:
        """Have the next call run in a new process; those under way end in theirs.

        Not while an earlier process is still to end: there are two at most.
        """
        with self._lock:
            child = self._child
            if child is None or self._leaving:
                return
            self._leaving.add(child)  # first: a signal handler may kill all
            self._child = None
            done = not child.in_use
        if done:
            self._bury(child)

    def close(self) -> None:
        """Kill the process, wait for its end, and refuse further calls."""
        self.stop()
        self.restart()

    def stop(self) -> None:
        """Kill the process and refuse further calls; safe in a signal handler."""
        self._closed = True
        self.kill()


def _hear(child: Child, ears: Ears, limits: Limits, patience: float | None) -> bool:
    """Whether there is something to read within a time."""
    while True:
        left = limits.left()
        pauses = [pause for pause in (left, patience) if pause is not None]
        if limits.memory is not None:
            pauses.append(_until_next_look(len(child.in_use)))
        if ears.hear(min(pauses, default=None)):
            return True
        calls = len(child.in_use)
        if left == 0:
            stuck = calls > 1 and child.is_stuck()
            raise WorkerTimedOut(limits.timeout or 0, calls if stuck else 1)
        most = limits.memory
        if most is not None and child.memory(MEMORY_POLL / 2) > most:
            raise WorkerTooLarge(most, calls)
        if patience is not None:
            return False


def _until_next_look(calls: int) -> float:
    """Seconds until one of those who wait for a process looks at its memory.

    Together they look as often as one alone would, also when they have begun to
    wait at the same moment; each of them to be woken as often takes much CPU.
    """
    if calls <= 1:
        return MEMORY_POLL
    pause = random.expovariate(1 / (MEMORY_POLL * calls))
    return min(pause, LONGEST_POLL)  # the others may have left meanwhile


def _reason(error: BaseException) -> WorkerStopped:
    """Why a process is ended, for the other calls in it."""
    if isinstance(error, WorkerStopped):
        return error
    return WorkerStopped(f"{type(error).__name__}: {error}")
