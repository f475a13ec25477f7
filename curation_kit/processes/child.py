"""One process of a worker, from its start to its end."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from curation_kit.processes.losses import WorkerStopped
from curation_kit.processes.serving import serve
from curation_kit.processes.waiting import Ears

if TYPE_CHECKING:
    import psutil

__all__ = ["Child"]

#: A process in which a call is late has this long to show a pulse, in seconds.
PULSE = 5.0

#: A process has this long to start, in seconds: on a busy machine it takes a few.
START = 120.0

#: A process that was killed is waited for so long, in seconds.
KEPT = 10.0

#: Files that are open at once while a process starts, at most, besides its connections.
FILES = 20

#: From which size on glibc asks the system for a block, and how much free memory it
#: keeps, in bytes. Without a setting that is twice the largest block that was ever
#: freed: 4 MB more after a few papers. Others take no notice.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "2097152"}

#: To start a process also reaps those that have ended, whosever they are
#: (`multiprocessing.process._cleanup`): never while another thread does.
_reaping = threading.Lock()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from what is started meanwhile, until it has chosen to ignore it.

    Else it would end with a traceback on the terminal.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else started meanwhile; then 3.11 unblocks it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Child:
    """A started process with its connections; the worker starts another later."""

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
            target=serve,
            args=(theirs, pulse, parent_end, nice),
            daemon=True,
            env={name: os.environ.get(name, size) for name, size in _MALLOC.items()},
        )
        with _reaping, _without_interrupts():
            _check_room()
            self._process.start()
            self.pid = int(self._process.pid)
            end = _end_of(self.pid)
        if end is None:
            end = self._process.sentinel
        else:
            # Not when it is reaped: other threads may still listen to it.
            weakref.finalize(self, os.close, end)
        self._end: int = end
        self.ears = [Ears(connection, end) for connection in connections]
        for connection in (*theirs, pulse, parent_end):
            connection.close()
        self.in_use: set[int] = set()
        self.lost: int | None = None  # calls under way when it was lost
        self.ended_by: WorkerStopped | None = None
        self.exitcode: int | None = None
        self.needed = 0  # bytes of memory as its first call ended
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

    def serves(self) -> bool:
        """Wait until it takes calls; False when it has ended before, or hangs."""
        with self._feeling, suppress(OSError, EOFError):
            if wait([self._pulse], START):
                self._pulse.recv_bytes()
                return True
        return False

    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self.exitcode is not None or Ears(self._end).hear(0.0)

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
        end = Ears(self._end)
        end.hear(patience)
        with _reaping:
            if self.exitcode is not None:
                return
            self.kill()  # what is ending already keeps its status
        # While it waits for a disk that is away, it does not end: others go on.
        ended = end.hear(KEPT)
        with _reaping:
            if self.exitcode is not None:
                return
            if ended:
                self._process.join()
            code = self._process.exitcode
            # None where somebody else has taken its exit status.
            self.exitcode = -signal.SIGKILL if code is None else int(code)
            self._lifeline.close()
        with self._feeling:
            self._pulse.close()


def _check_room() -> None:
    """Raise if the system allows no more open files for the start of a process.

    loky (3.7) would raise another error, and leave those open that it has by then.
    """
    opened: list[int] = []
    try:
        while len(opened) < FILES:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for one in opened:
            os.close(one)


def _end_of(pid: int) -> int | None:
    """Give what can be read when a process has ended; None where no system has it.

    The sentinel is a pipe: what the process has forked keeps that open.
    """
    if not hasattr(os, "pidfd_open"):  # Linux has it
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:  # an old kernel
        return None
