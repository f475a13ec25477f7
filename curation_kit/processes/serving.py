"""What a worker's process does: answer calls until its parent is gone."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import Any

__all__ = [
    "ERROR",
    "LATER",
    "NOTES",
    "QUESTION",
    "RESULT",
    "Line",
    "pack",
    "portable",
    "result_of",
    "serve",
]

#: Kinds of what the child sends: the end of a call, or what it asks or tells in it.
RESULT, ERROR, QUESTION = "result", "error", "question"

#: A list of notes, each with its age in seconds; a note that may be heard later.
NOTES, LATER = "notes", "later"

#: New objects after which cycles among them are looked for. With Python's 700 that
#: takes 1 % of the time of a paper, most of it for what is loaded once and stays; with
#: 20,000 a reader of PDFs holds 9 MB more.
_YOUNG = 2_000

#: Bytes for the stack of a thread that a call starts, such as those that ask about
#: parts of a paper: many papers share a process, and its limit counts them.
STACK = 2**21

#: Seconds of CPU. What takes more has probably taken memory, too.
_LONG = 0.02

#: Seconds without a call after which what was freed is given back: the next call of
#: a busy process would only take it again.
_IDLE = 0.05


def serve(
    connections: list[Connection], pulse: Connection, lifeline: Connection, nice: int
) -> None:
    """Answer calls until the parent closes the connections or dies."""
    # Ctrl-C in a terminal reaches the whole process group: the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # it came while this process started
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # the programs that it starts are killed with it
    _in_thread(_end_with_parent, lifeline)
    if sys.platform == "linux":
        _signal_when_broken(lifeline)
    gc.set_threshold(_YOUNG)
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    _in_thread(_echo, pulse)
    own = threading.active_count() - 1 + len(connections)
    first, *others = (_Channel(connection, own) for connection in connections)
    for channel in others:
        _in_thread(channel.serve)
    threading.stack_size(STACK)  # from now on
    pulse.send_bytes(b"!")  # what ends it from now on is the doing of a call
    first.serve()


def _in_thread(function: Any, *arguments: Any) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()


class Line:
    """What a function that is called may say to its caller: ``line(question)``."""

    def __init__(self, connection: Connection, turn: threading.Lock) -> None:
        self._connection = connection
        self._turn = turn  # a function may ask from several threads
        self.over = False

    def __call__(self, message: Any) -> Any:
        """Ask, and give the answer."""
        import pickle

        with self._turn:
            self._send((QUESTION, message))
            return pickle.loads(self._connection.recv_bytes())  # noqa: S301 - our parent

    def tell(self, message: Any, *, later: bool = False) -> None:
        """Say something that has no answer, and do not wait until it is heard.

        It will be, also when this process ends next.

        Parameters
        ----------
        later
            Whether that need not be at once (`conversation.PATIENCE`).
        """
        with self._turn:
            self._send((LATER, message) if later else (NOTES, [(0.0, message)]))

    def _send(self, said: tuple[str, Any]) -> None:
        import pickle

        if self.over:  # a thread that the function has left behind
            complaint = "The call has ended: nobody answers any more."
            raise RuntimeError(complaint)
        self._connection.send_bytes(pickle.dumps(said))


class _Channel:
    """The child's end of one connection; it answers one call at a time.

    The process has so many `own` threads, whatever calls start.
    """

    def __init__(self, connection: Connection, own: int) -> None:
        self._connection = connection
        self._own = own
        self._turn = threading.Lock()

    def serve(self) -> None:
        """Answer calls until the parent closes the connection."""
        worked = False  # since memory was given back
        try:
            while True:
                payload = self._connection.recv_bytes()
                began = time.thread_time()
                self._answer(payload)
                del payload
                worked = worked or time.thread_time() - began > _LONG
                if worked and not self._connection.poll(_IDLE):
                    _give_back()
                    worked = False
        except (EOFError, ConnectionResetError, BrokenPipeError):
            return
        except SystemExit as leaving:  # in a thread it would end the thread only
            os._exit(leaving.code if isinstance(leaving.code, int) else 1)
        except BaseException:  # noqa: BLE001 - the caller would wait for this thread
            traceback.print_exc()
            os._exit(1)

    def _answer(self, payload: bytes) -> None:
        """Answer one call."""
        import pickle

        import cloudpickle

        line = Line(self._connection, self._turn)
        try:
            packed, asks, memory = pickle.loads(payload)  # noqa: S301 - from our parent
            function, arguments = pickle.loads(packed)  # noqa: S301 - as above
            _limit_memory(memory, self._own)
            result = function(*arguments, line) if asks else function(*arguments)
            reply = pack((RESULT, result))
        except SystemExit:
            raise
        except BaseException as error:  # noqa: BLE001 - sent to the caller, who raises it
            _limit_memory(None)  # telling takes memory, too
            told = (portable(error), traceback.format_exc())
            reply = cloudpickle.dumps((ERROR, told))
        with self._turn:
            line.over = True
            self._connection.send_bytes(reply)


def result_of(kind: str, value: Any) -> Any:
    """Give the result of a call as its process has sent it, or raise its error."""
    if kind == RESULT:
        return value
    raised, trace = value
    raised.add_note(trace)
    raise raised


def pack(value: Any) -> bytes:
    """Pickle what may be of a class defined in a notebook; call it in a child only.

    There pickle refuses such a class, as it looks for it in another main module;
    for all others it is several times as fast as cloudpickle.
    """
    import pickle

    import cloudpickle

    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        by_value: bytes = cloudpickle.dumps(value)
        return by_value


def portable(error: BaseException) -> Exception:
    """Give the error itself if the caller can be given it, else its text."""
    import pickle

    import cloudpickle

    if isinstance(error, Exception):
        try:
            pickle.loads(cloudpickle.dumps(error))  # noqa: S301 - our own bytes
        except Exception:  # noqa: BLE001, S110 - any failure means it cannot travel
            pass
        else:
            return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def _give_back() -> None:
    """Give the system what calls have freed: glibc keeps megabytes of it."""
    trim = _trim()
    if trim is not None:
        trim(0)


@lru_cache
def _trim() -> Callable[[int], int] | None:
    """Give `malloc_trim` of glibc; None on systems with another library."""
    import ctypes

    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return trim


def _limit_memory(size: int | None, own: int = 1) -> None:
    """Have requests for more memory refused, where the system can.

    RLIMIT_DATA counts private writable memory since Linux 4.7; the address
    space (RLIMIT_AS) would count files and reserved ranges too. It also counts
    the stacks of threads, of which hardly anything is ever used: they come on top.
    `own` of the threads, this process's first one too, have the system's stacks.
    """
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    stack, _ = resource.getrlimit(resource.RLIMIT_STACK)
    if stack == resource.RLIM_INFINITY:
        stack = 2**21  # so glibc, on most processors
    stacks = (own - 1) * stack + (threading.active_count() - own) * STACK
    soft = hard if size is None else size + stacks
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _echo(pulse: Connection) -> None:
    """Show that threads of this process still get their turn."""
    try:
        while True:
            pulse.send_bytes(pulse.recv_bytes())
    except (EOFError, OSError):
        return


def _signal_when_broken(lifeline: Connection) -> None:
    """Have the system end this process and its programs when the parent dies.

    A thread cannot: code in C may hold the interpreter's lock for ever.
    """
    import fcntl

    number = lifeline.fileno()
    fcntl.fcntl(number, fcntl.F_SETOWN, -os.getpid())
    flags = fcntl.fcntl(number, fcntl.F_GETFL)
    # The default action of the SIGIO that this asks for is to end the process.
    fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_ASYNC)  # type: ignore[attr-defined,unused-ignore]


def _end_with_parent(lifeline: Connection) -> None:
    """End when the lifeline breaks: only a dead parent breaks it."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
