"""The parent's side of a worker: calls, limits, losses."""

from __future__ import annotations

import math
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from curation_kit.processes.losses import (
    WorkerDied,
    WorkerNotStarted,
    WorkerStopped,
    WorkerTimedOut,
    WorkerTooLarge,
)
from curation_kit.processes.serving import NOTE, QUESTION, result_of, serve
from curation_kit.processes.waiting import Ears, Limits

if TYPE_CHECKING:
    import psutil

__all__ = ["Worker"]

#: A process that closed its connection may take this long to end, in seconds.
DYING = 5.0

#: How often the memory of a process with a limit is looked at, in seconds.
MEMORY_POLL = 0.25

#: As long may one of many who wait for it not look, in seconds.
LONGEST_POLL = 2.0

#: A process in which a call is late has this long to show a pulse, in seconds.
PULSE = 5.0

#: To start a process also reaps those that have ended, whosever they are
#: (`multiprocessing.process._cleanup`): never while another thread does.
_reaping = threading.Lock()


class _Child:
    """One started process with its connections; the worker starts another later."""

    def __init__(self, width: int, nice: int) -> None:
        from loky.backend.context import LokyContext

        # Not by its name: joblib registers its own copy under it, and a process
        # started by that one imports joblib and NumPy.
        context = LokyContext()
        pipes = [context.Pipe() for _ in range(width + 1)]
        self._pulse, *connections = [ours for ours, _ in pipes]
        self.connections: list[Connection] = connections
        pulse, *theirs = [child for _, child in pipes]
        # Nothing is ever sent here: the child ends when it breaks, so that a
        # killed parent leaves no workers behind, whatever they are busy with.
        parent_end, self._lifeline = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(theirs, pulse, parent_end, nice), daemon=True
        )
        with _reaping:
            self._process.start()
        self.pid = int(self._process.pid)
        for connection in (*theirs, pulse, parent_end):
            connection.close()
        self.in_use: set[int] = set()
        self.lost: int | None = None  # calls under way when it was lost
        self.worn_out = False  # to be ended when no call is under way
        self.ended_by: WorkerStopped | None = None
        self.exitcode: int | None = None
        self._usage: psutil.Process | None = None
        self._size = 0, -math.inf  # bytes of memory, and when that was
        self._stuck = False
        self._feeling = threading.Lock()  # guards the pulse

    def kill(self) -> None:
        """Kill the process and the programs that it has started."""
        # loky's process has no kill(), and terminate() asks politely;
        # Windows knows only SIGTERM, which ends a process at once there.
        number = getattr(signal, "SIGKILL", signal.SIGTERM)
        for kill in (getattr(os, "killpg", os.kill), os.kill):
            # There is no group yet while it starts; macOS may not kill the dead.
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, number)

    def memory(self, age: float = 0.0) -> int:
        """Bytes of memory in use, or so many seconds ago; 0 when it is gone."""
        import psutil

        size, then = self._size
        if (now := time.monotonic()) - then < age:
            return size
        try:
            if self._usage is None:
                self._usage = psutil.Process(self.pid)
            size = int(self._usage.memory_info().rss)
        except psutil.Error:
            size = 0
        self._size = size, now
        return size

    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self.exitcode is not None or Ears(self._process.sentinel).hear(0.0)

    def is_stuck(self) -> bool:
        """Whether its threads do not get their turn: C code keeps the interpreter."""
        with self._feeling:
            if not self._stuck and not self._pulse.closed:
                with suppress(OSError, EOFError):  # killed for another call
                    self._pulse.send_bytes(b"?")
                    self._stuck = not wait([self._pulse], PULSE)
                    if not self._stuck:
                        self._pulse.recv_bytes()
            return self._stuck

    def reap(self, patience: float) -> None:
        """Wait for the end of the process, but not for longer: then kill it."""
        wait([self._process.sentinel], patience)
        with _reaping:
            if self.exitcode is not None:
                return
            self.kill()  # what is ending already keeps its status
            self._process.join()
            code = self._process.exitcode
            # None where somebody else has taken its exit status.
            self.exitcode = -signal.SIGKILL if code is None else int(code)
            self._lifeline.close()
        with self._feeling:
            self._pulse.close()


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
        self._child: _Child | None = None
        self._closed = False
        self._lock = threading.Lock()  # guards the state below, never a call

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        timeout: float | None = None,
        memory: int | None = None,
        answer: Callable[[Any], Any] | None = None,
        begun: Callable[[Callable[[], bool]], object] | None = None,
        elsewhere: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Run ``function(*arguments)`` in the process and give its result.

        Parameters
        ----------
        function
            Sent with cloudpickle, so one defined in a notebook works too.
        timeout
            Seconds after which the process is killed, without those in `answer`.
        memory
            Bytes that the process may use. Where the system can (Linux),
            asking for more raises `MemoryError` in the function; a process
            that is larger all the same is killed.
        answer
            When given, the function is called with an additional argument
            ``ask``: ``ask(message)`` in the child gives ``answer(message)``, and
            ``ask.tell(message)`` does not wait for it.
        begun
            Called first, with what tells whether the process has ended: an
            `answer` that takes long need not be given then.
        elsewhere
            Tells whether the function, until its next message, waits for somebody
            else: that may take `timeout` seconds of its own, each time.

        Raises
        ------
        WorkerDied, WorkerTimedOut, WorkerTooLarge
            The process is gone; the next call starts a new one.
        WorkerNotStarted
            If the system refuses another process.
        Exception
            Whatever the function raised.
        """
        import cloudpickle

        return self.call_packed(
            cloudpickle.dumps((function, arguments)),
            timeout=timeout,
            memory=memory,
            answer=answer,
            begun=begun,
            elsewhere=elsewhere,
        )

    def call_packed(
        self,
        packed: bytes,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        answer: Callable[[Any], Any] | None = None,
        begun: Callable[[Callable[[], bool]], object] | None = None,
        elsewhere: Callable[[], bool] = lambda: False,
    ) -> Any:
        """As `call`, with a pair of function and arguments that is pickled already."""
        import pickle

        payload = pickle.dumps((packed, answer is not None, memory))
        channel = self._free.get()
        try:
            child = self._enter(channel)
            limits = Limits(timeout, memory)
            if begun is not None:
                begun(child.is_over)
            try:
                kind, value = self._converse(
                    child, channel, payload, limits, answer, elsewhere
                )
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

    def _enter(self, channel: int) -> _Child:
        """Give the process, started if there is none, with a channel of it taken."""
        idle = self._child
        if idle is not None and idle.is_over():  # before this call: not its doing
            self._bury(idle)
        with self._lock:
            if self._closed:
                raise WorkerDied(-signal.SIGKILL)
            if self._child is None:
                try:
                    self._child = _Child(self._width, self.nice)
                except OSError as error:
                    raise WorkerNotStarted(error) from error
                if self._closed:  # while it started: `stop` did not see it yet
                    self._child.kill()
            self._child.in_use.add(channel)
            return self._child

    def _leave(self, child: _Child, channel: int) -> None:
        with self._lock:
            child.in_use.discard(channel)
            if child.lost is not None:  # nobody else may close what we listen to
                child.connections[channel].close()
            worn_out = child.worn_out and not child.in_use and child.lost is None
            if worn_out and self._child is child:
                self._child = None  # nobody may come in any more
        if worn_out:
            self._bury(child)

    def _converse(
        self,
        child: _Child,
        channel: int,
        payload: bytes | None,
        limits: Limits,
        answer: Callable[[Any], Any] | None,
        elsewhere: Callable[[], bool],
    ) -> tuple[str, Any]:
        import pickle

        connection = child.connections[channel]
        ears = Ears(connection)
        while True:
            try:
                if payload is not None:
                    connection.send_bytes(payload)
                limits.begin(apart=elsewhere())
                _await(child, ears, limits)
                limits.end()
                received = connection.recv_bytes()
            except (EOFError, OSError) as error:
                exitcode = self._bury(child, patience=DYING)
                raise WorkerDied(exitcode, child.lost or 1, child.ended_by) from error
            kind, value = pickle.loads(received)  # noqa: S301 - our child
            if kind not in {QUESTION, NOTE}:
                return kind, value
            assert answer is not None  # noqa: S101 - only then is `ask` given
            said = answer(value)
            payload = pickle.dumps(said) if kind == QUESTION else None

    def _bury(
        self,
        child: _Child,
        reason: WorkerStopped | None = None,
        *,
        patience: float = 0.0,
    ) -> int:
        """End a process, unless another call has; it may first end by itself.

        Gives its exit status.
        """
        with self._lock:
            if child.lost is None:
                child.lost = len(child.in_use)
                child.ended_by = reason
                if self._child is child:
                    self._child = None
                if reason is not None:
                    child.kill()
                for channel, connection in enumerate(child.connections):
                    if channel not in child.in_use:
                        connection.close()
        child.reap(patience)
        assert child.exitcode is not None  # noqa: S101 - set by `reap`
        return child.exitcode

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
        return child.memory(MEMORY_POLL if self._width > 1 else 0.0)

    def kill(self) -> None:
        """Kill the process; a call under way raises `WorkerDied`."""
        child = self._child
        if child is not None:
            child.kill()

    def restart(self, *, nice: int | None = None) -> None:
        """End the process; the next call starts a new one, maybe at another nice."""
        if nice is not None:
            self.nice = nice
        child = self._child
        if child is not None:
            self._bury(child, WorkerStopped("the process was started anew"))

    def restart_when_idle(self) -> None:
        """Let the calls under way end, then as `restart`; new ones may join them."""
        child = self._child
        if child is not None:
            child.worn_out = True

    def close(self) -> None:
        """Kill the process, wait for its end, and refuse further calls."""
        self.stop()
        self.restart()

    def stop(self) -> None:
        """Kill the process and refuse further calls; safe in a signal handler."""
        self._closed = True
        self.kill()


def _await(child: _Child, ears: Ears, limits: Limits) -> None:
    """Return when there is something to read."""
    while True:
        left = limits.left()
        pauses = [] if left is None else [left]
        if limits.memory is not None:
            pauses.append(_until_next_look(len(child.in_use)))
        if ears.hear(min(pauses, default=None)):
            return
        calls = len(child.in_use)
        if left == 0:
            stuck = calls > 1 and child.is_stuck()
            raise WorkerTimedOut(limits.timeout or 0, calls if stuck else 1)
        most = limits.memory
        if most is not None and child.memory(MEMORY_POLL / 2) > most:
            raise WorkerTooLarge(most, calls)


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
