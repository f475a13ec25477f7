"""A child process that can be lost alone.

A pool of many workers loses everything in flight when one of them dies. Here
each worker is supervised on its own: the caller learns which call killed it,
hung or ate the memory, and the neighbours never notice. One that mostly waits
for the network may serve several calls at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any

from curation_kit.errors import CurationKitError

__all__ = ["Worker", "WorkerDied", "WorkerTimedOut", "WorkerTooLarge"]

#: A process that closed its connection may take this long to end, in seconds.
DYING = 5.0

#: How often the memory of a process with a limit is looked at, in seconds.
MEMORY_POLL = 0.25

_RESULT, _ERROR, _MESSAGE = "result", "error", "message"


class WorkerDied(CurationKitError):  # noqa: N818 - says what happened
    """The process ended in the middle of a call.

    Attributes
    ----------
    exitcode : int
        Exit status, or the negated signal number (-11 is a segmentation
        fault, -9 a kill from outside: a person or the out-of-memory killer).
    calls : int
        Calls that were under way in the process, this one included.
    ended_by : CurationKitError or None
        Why we ended it for another call; None when it ended by itself.
    """

    def __init__(
        self, exitcode: int, calls: int = 1, ended_by: CurationKitError | None = None
    ) -> None:
        super().__init__(exitcode, calls, ended_by)
        self.exitcode = exitcode
        self.calls = calls
        self.ended_by = ended_by

    def __str__(self) -> str:
        if self.ended_by is not None:
            return f"another document in its process was stopped: {self.ended_by}"
        if self.exitcode < 0:
            return f"the worker process was ended by {_signal_name(-self.exitcode)}"
        return f"the worker process ended with exit status {self.exitcode}"


class WorkerTimedOut(CurationKitError):  # noqa: N818 - says what happened
    """A call took longer than its limit; its process was killed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"no answer within {self.seconds:g} s"


class WorkerTooLarge(CurationKitError):  # noqa: N818 - says what happened
    """The process took more memory than it may; it was killed.

    Attributes
    ----------
    calls : int
        Calls that were under way in the process: one of them took it.
    """

    def __init__(self, limit: int, calls: int = 1) -> None:
        super().__init__(limit, calls)
        self.limit = limit
        self.calls = calls

    def __str__(self) -> str:
        return f"the worker process took more than {self.limit / 1e9:g} GB of memory"


class _Child:
    """One started process with its connections; the worker starts another later."""

    def __init__(self, width: int, nice: int) -> None:
        from loky.backend import get_context

        context = get_context("loky")
        pipes = [context.Pipe() for _ in range(width)]
        self.connections: list[Connection] = [ours for ours, _ in pipes]
        theirs = [child for _, child in pipes]
        # Nothing is ever sent here: the child ends when it breaks, so that a
        # killed parent leaves no workers behind, whatever they are busy with.
        parent_end, self.lifeline = context.Pipe(duplex=False)
        self.process = context.Process(
            target=_serve, args=(theirs, parent_end, nice), daemon=True
        )
        self.process.start()
        for connection in (*theirs, parent_end):
            connection.close()
        self.burial = threading.Lock()  # two threads cannot wait for one process
        self.in_use: set[int] = set()
        self.lost: int | None = None  # calls under way when it was lost
        self.ended_by: CurationKitError | None = None

    def kill(self) -> None:
        # loky's process has no kill(), and terminate() asks politely;
        # Windows knows only SIGTERM, which ends a process at once there.
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def memory(self) -> int:
        """Bytes of memory in use, 0 when the process is gone."""
        import psutil

        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0


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
    ) -> Any:
        """Run ``function(*arguments)`` in the process and give its result.

        Parameters
        ----------
        function
            Sent with cloudpickle, so one defined in a notebook works too.
        timeout
            Seconds after which the process is killed.
        memory
            Bytes that the process may use. Where the system can (Linux),
            asking for more raises `MemoryError` in the function; a process
            that is larger all the same is killed.
        answer
            When given, the function is called with an additional argument
            ``ask``: ``ask(message)`` in the child gives ``answer(message)``.

        Raises
        ------
        WorkerDied, WorkerTimedOut, WorkerTooLarge
            The process is gone; the next call starts a new one.
        Exception
            Whatever the function raised.
        """
        import cloudpickle

        payload = cloudpickle.dumps((function, arguments, answer is not None, memory))
        channel = self._free.get()
        try:
            child = self._enter(channel)
            limits = _Limits(timeout, memory)
            try:
                kind, value = self._converse(child, channel, payload, limits, answer)
            except WorkerDied:
                raise
            except BaseException as error:
                # Whatever it was, the child is out of step with us now.
                self._bury(child, _reason(error))
                if isinstance(error, WorkerTooLarge):
                    error.calls = child.lost or 1
                raise
            finally:
                self._leave(child, channel)
        finally:
            self._free.put(channel)
        if kind == _RESULT:
            return value
        raised, trace = value
        raised.add_note(trace)
        raise raised

    def _enter(self, channel: int) -> _Child:
        """Give the process, started if there is none, with a channel of it taken."""
        with self._lock:
            if self._closed:
                raise WorkerDied(-signal.SIGKILL)
            if self._child is None:
                self._child = _Child(self._width, self.nice)
                if self._closed:  # while it started: `stop` did not see it yet
                    self._child.kill()
            self._child.in_use.add(channel)
            return self._child

    def _leave(self, child: _Child, channel: int) -> None:
        with self._lock:
            child.in_use.discard(channel)
            if child.lost is not None:  # nobody else may close what we listen to
                child.connections[channel].close()

    def _converse(
        self,
        child: _Child,
        channel: int,
        payload: bytes,
        limits: _Limits,
        answer: Callable[[Any], Any] | None,
    ) -> tuple[str, Any]:
        import pickle

        connection = child.connections[channel]
        while True:
            try:
                connection.send_bytes(payload)
                _await(child, connection, limits)
                received = connection.recv_bytes()
            except (EOFError, OSError) as error:
                self._bury(child, patience=DYING)
                raise WorkerDied(
                    int(child.process.exitcode), child.lost or 1, child.ended_by
                ) from error
            kind, value = pickle.loads(received)  # noqa: S301 - our child
            if kind != _MESSAGE:
                return kind, value
            assert answer is not None  # noqa: S101 - only then is `ask` given
            payload = pickle.dumps(answer(value))

    def _bury(
        self,
        child: _Child,
        reason: CurationKitError | None = None,
        *,
        patience: float = 0.0,
    ) -> None:
        """End a process, unless another call has; it may first end by itself."""
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
        with child.burial:
            child.process.join(patience)
            if child.process.exitcode is None:
                child.kill()
                child.process.join()
            child.lifeline.close()

    @property
    def pid(self) -> int | None:
        """Process id, or None when no process runs."""
        child = self._child  # another thread may bury it meanwhile
        return None if child is None else int(child.process.pid)

    @property
    def memory(self) -> int:
        """Bytes of memory that the process uses; 0 when none runs."""
        child = self._child
        return 0 if child is None else child.memory()

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
            self._bury(child, WorkerDied(-signal.SIGKILL))

    def close(self) -> None:
        """Kill the process, wait for its end, and refuse further calls."""
        self.stop()
        self.restart()

    def stop(self) -> None:
        """Kill the process and refuse further calls; safe in a signal handler."""
        self._closed = True
        self.kill()


class _Limits:
    """What a call may take: seconds from now, and bytes."""

    def __init__(self, timeout: float | None, memory: int | None) -> None:
        self.timeout = timeout
        self.memory = memory
        self._begun = time.monotonic()

    def left(self) -> float | None:
        """Seconds left, None without a limit."""
        if self.timeout is None:
            return None
        return max(self._begun + self.timeout - time.monotonic(), 0.0)


def _await(child: _Child, connection: Connection, limits: _Limits) -> None:
    """Return when there is something to read."""
    while True:
        left = limits.left()
        if limits.memory is None:
            pause = left
        else:
            pause = MEMORY_POLL if left is None else min(left, MEMORY_POLL)
        if wait([connection], pause):
            return
        if left == 0:
            raise WorkerTimedOut(limits.timeout or 0)
        if limits.memory is not None and child.memory() > limits.memory:
            raise WorkerTooLarge(limits.memory)


def _reason(error: BaseException) -> CurationKitError:
    """Why a process is ended, for the other calls in it."""
    return error if isinstance(error, CurationKitError) else CurationKitError(error)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _serve(connections: list[Connection], lifeline: Connection, nice: int) -> None:
    """Answer calls until the parent closes the connections or dies."""
    # Ctrl-C in a terminal reaches the whole process group: the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    if sys.platform == "linux":
        _signal_when_broken(lifeline)
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    first, *others = connections
    for connection in others:
        threading.Thread(target=_answer_calls, args=(connection,), daemon=True).start()
    _answer_calls(first)


def _answer_calls(connection: Connection) -> None:
    """Answer the calls that come on one connection, one at a time."""
    import pickle

    import cloudpickle

    turn = threading.Lock()  # a function may ask from several threads

    def send(kind: str, value: Any) -> None:
        # cloudpickle: a result may be of a class defined in a notebook.
        connection.send_bytes(cloudpickle.dumps((kind, value)))

    def ask(message: Any) -> Any:
        with turn:
            send(_MESSAGE, message)
            return connection.recv()

    while True:
        try:
            payload = connection.recv_bytes()
        except (EOFError, ConnectionResetError):
            return
        try:
            function, arguments, asks, memory = pickle.loads(payload)  # noqa: S301 - from our parent
            _limit_memory(memory)
            result = function(*arguments, ask) if asks else function(*arguments)
            send(_RESULT, result)
        except SystemExit as leaving:  # in a thread it would end the thread only
            os._exit(leaving.code if isinstance(leaving.code, int) else 1)
        except Exception as error:  # noqa: BLE001 - sent to the caller, who raises it
            send(_ERROR, (_portable(error), traceback.format_exc()))


def _limit_memory(size: int | None) -> None:
    """Have requests for more memory refused, where the system can.

    RLIMIT_DATA counts private writable memory since Linux 4.7; the address
    space (RLIMIT_AS) would count files and reserved ranges too.
    """
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard if size is None else size
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _signal_when_broken(lifeline: Connection) -> None:
    """Have the system end this process when the parent dies.

    A thread cannot: code in C may hold the interpreter's lock for ever.
    """
    import fcntl

    number = lifeline.fileno()
    fcntl.fcntl(number, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(number, fcntl.F_GETFL)
    # The default action of the SIGIO that this asks for is to end the process.
    fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_ASYNC)  # type: ignore[attr-defined,unused-ignore]


def _end_with_parent(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _portable(error: Exception) -> Exception:
    """Give the error itself if it survives pickling, else its text."""
    import pickle

    import cloudpickle

    try:
        pickle.loads(cloudpickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - any failure means it cannot travel
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
