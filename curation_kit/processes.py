"""A child process that does one thing at a time and can be lost alone.

A pool of many workers loses everything in flight when one of them dies. Here
each worker is supervised on its own: the caller learns which call killed it
or hung, and the neighbours never notice.
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
from typing import Any

from curation_kit.errors import CurationKitError

__all__ = ["Worker", "WorkerDied", "WorkerTimedOut"]

#: A process that closed its connection may take this long to end, in seconds.
DYING = 5.0

_RESULT, _ERROR, _MESSAGE = "result", "error", "message"


class WorkerDied(CurationKitError):  # noqa: N818 - says what happened
    """The process ended in the middle of a call.

    Attributes
    ----------
    exitcode : int
        Exit status, or the negated signal number (-11 is a segmentation
        fault, -9 a kill from outside: a person or the out-of-memory killer).
    """

    def __init__(self, exitcode: int) -> None:
        super().__init__(exitcode)
        self.exitcode = exitcode

    def __str__(self) -> str:
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


class Worker:
    """One child process, started at the first call and again after a loss.

    loky starts it: unlike multiprocessing's "spawn" it does not run the
    caller's main script again, so scripts need no ``__main__`` guard.
    """

    def __init__(self) -> None:
        self._process: Any = None
        self._connection: Connection | None = None
        self._lifeline: Connection | None = None
        self._closed = False
        self._busy = threading.Lock()  # held during a call

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        timeout: float | None = None,
        answer: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Run ``function(*arguments)`` in the process and give its result.

        Parameters
        ----------
        function
            Sent with cloudpickle, so one defined in a notebook works too.
        timeout
            Seconds after which the process is killed.
        answer
            When given, the function is called with an additional argument
            ``ask``: ``ask(message)`` in the child gives ``answer(message)``.

        Raises
        ------
        WorkerDied, WorkerTimedOut
            The process is gone; the next call starts a new one.
        Exception
            Whatever the function raised.
        """
        with self._busy:
            return self._call(function, arguments, timeout, answer)

    def _call(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        timeout: float | None,
        answer: Callable[[Any], Any] | None,
    ) -> Any:
        import pickle

        import cloudpickle

        deadline = None if timeout is None else time.monotonic() + timeout
        payload = cloudpickle.dumps((function, arguments, answer is not None))
        self._start()
        try:
            self._send(payload)
            while True:
                if not self._ready(deadline):
                    raise WorkerTimedOut(timeout or 0)  # noqa: TRY301 - reaped below
                kind, value = pickle.loads(self._receive())  # noqa: S301 - our child
                if kind != _MESSAGE:
                    break
                assert answer is not None  # noqa: S101 - only then is `ask` given
                self._send(pickle.dumps(answer(value)))
        except BaseException:
            # Whatever it was, the child is out of step with us now.
            self._reap()
            raise
        if kind == _RESULT:
            return value
        error, trace = value
        error.add_note(trace)
        raise error

    def _ready(self, deadline: float | None) -> bool:
        left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        assert self._connection is not None  # noqa: S101 - after _start
        return bool(wait([self._connection], left))

    def _send(self, payload: bytes) -> None:
        assert self._connection is not None  # noqa: S101 - after _start
        try:
            self._connection.send_bytes(payload)
        except OSError as error:
            raise WorkerDied(self._reap(patience=DYING)) from error

    def _receive(self) -> bytes:
        assert self._connection is not None  # noqa: S101 - after _start
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerDied(self._reap(patience=DYING)) from error

    def _start(self) -> None:
        if self._closed:
            raise WorkerDied(-signal.SIGKILL)
        if self._connection is not None:
            return
        from loky.backend import get_context

        context = get_context("loky")
        ours, child = context.Pipe()
        # Nothing is ever sent here: the child ends when it breaks, so that a
        # killed parent leaves no workers behind, whatever they are busy with.
        parent_end, lifeline = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(child, parent_end), daemon=True)
        process.start()
        child.close()
        parent_end.close()
        self._process, self._connection, self._lifeline = process, ours, lifeline
        if self._closed:  # while it started: `kill` did not see it yet
            self.kill()

    def _reap(self, patience: float = 0.0) -> int:
        """End the process and give its exit status; it may first end by itself."""
        process, connection, lifeline = self._process, self._connection, self._lifeline
        if process is None or connection is None or lifeline is None:
            return -signal.SIGKILL
        process.join(patience)
        if process.exitcode is None:
            self.kill()
            process.join()
        self._process = self._connection = self._lifeline = None
        connection.close()
        lifeline.close()
        return int(process.exitcode)

    @property
    def pid(self) -> int | None:
        """Process id, or None when no process runs."""
        process = self._process  # another thread may reap it meanwhile
        return None if process is None else int(process.pid)

    def kill(self) -> None:
        """Kill the process; a call under way raises `WorkerDied`."""
        pid = self.pid
        if pid is not None:
            # loky's process has no kill(), and terminate() asks politely;
            # Windows knows only SIGTERM, which ends a process at once there.
            with suppress(ProcessLookupError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def close(self) -> None:
        """Kill the process, wait for its end, and refuse further calls."""
        self.stop()
        with self._busy:
            self._reap()

    def stop(self) -> None:
        """Kill the process and refuse further calls; safe in a signal handler."""
        self._closed = True
        self.kill()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _serve(connection: Connection, lifeline: Connection) -> None:
    """Answer calls until the parent closes the connection or dies."""
    # Ctrl-C in a terminal reaches the whole process group: the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    if sys.platform == "linux":
        _signal_when_broken(lifeline)

    import pickle

    import cloudpickle

    def send(kind: str, value: Any) -> None:
        # cloudpickle: a result may be of a class defined in a notebook.
        connection.send_bytes(cloudpickle.dumps((kind, value)))

    def ask(message: Any) -> Any:
        send(_MESSAGE, message)
        return connection.recv()

    while True:
        try:
            payload = connection.recv_bytes()
        except (EOFError, ConnectionResetError):
            return
        try:
            function, arguments, asks = pickle.loads(payload)  # noqa: S301 - from our parent
            result = function(*arguments, ask) if asks else function(*arguments)
            send(_RESULT, result)
        except Exception as error:  # noqa: BLE001 - sent to the caller, who raises it
            send(_ERROR, (_portable(error), traceback.format_exc()))


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
