"""The runner: one process per workspace that does the work of all its jobs."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from curation_kit.errors import JobError
from curation_kit.jobs import JobStore
from curation_kit.processes import is_running
from curation_kit.runner.folders import Folders
from curation_kit.runner.lifetime import Lifetime
from curation_kit.runner.schedule import Scheduler
from curation_kit.store import DATABASE, Database

__all__ = ["LOG", "Runner", "main", "work"]

LOCK = "runner.lock"
LOG = "runner.log"

#: A new runner waits this long for one that is just ending, in seconds.
HAND_OVER = 5.0

_log = logging.getLogger(__name__)


class Runner:
    """The runner of a workspace, as its clients see it.

    Parameters
    ----------
    workspace
        The workspace's folder.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._started: subprocess.Popen[bytes] | None = None

    def lock(self) -> FileLock:
        """Lock that the working process holds; the system frees it when it dies."""
        return FileLock(self._workspace / LOCK)

    def is_alive(self) -> bool:
        """Whether a process works on the jobs of the workspace now."""
        lock = self.lock()
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return True
        lock.release()
        return False

    def start(self) -> subprocess.Popen[bytes]:
        """Start a detached runner; it ends soon if another one is at work.

        It has a session and files of its own, so it outlives the kernel, the
        terminal and the server that started it.

        Returns
        -------
        Popen
            Its process; exit status 1 means that it could not work, and why
            is in the workspace's ``runner.log``.
        """
        with (self._workspace / LOG).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                # -P: a file in the workspace folder shall not pass for a module.
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "curation_kit.runner",
                    str(self._workspace),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._workspace,
                start_new_session=True,
                close_fds=True,
            )
        # Without a reader of its exit status it would stay as a zombie of this process.
        threading.Thread(target=process.wait, daemon=True).start()
        self._started = process
        return process

    def call(self) -> None:
        """Have done what was just written: start a runner where none is at work.

        To start another one would only keep its papers from the cores. It has a mark,
        and looks for work once more when it has taken that away.
        """
        try:
            worker = int(Folders.of(self._workspace).mark.read_text())
        except (OSError, ValueError):  # nobody, or one with a full disk
            worker = -1
        # The lock alone may be held by who cancels a job, or who asks for it.
        if not (is_running(worker) and self.is_alive()):
            self.start()

    def ensure(self) -> None:
        """Start a runner where none is at work and none is just starting.

        Raises
        ------
        JobError
            If the one started last could not work.
        """
        started = self._started
        if started is not None and started.poll() is None:
            return
        self._started = None  # the next one may do better
        if self.is_alive():
            return
        if started is not None and started.returncode == 1:
            raise JobError(
                f"The runner of {self._workspace} could not work: "
                f"see {self._workspace / LOG}."
            )
        self.start()


def work(
    store: JobStore,
    folders: Folders,
    *,
    until: Callable[[], bool],
    slots: int | None = None,
    own: str | None = None,
) -> signal.Signals | None:
    """Do the work of a workspace in this process, whose lock the caller holds.

    Ctrl-C and SIGTERM stop it cleanly: documents in flight go back to
    pending and are not charged an attempt. A second Ctrl-C stops at once.
    The parameters are those of `Scheduler`.

    Returns
    -------
    Signals or None
        The signal that stopped it, if one did.
    """
    scheduler = Scheduler(store, folders, own=own)
    with _stopped_by_signals(scheduler) as signals:
        scheduler.run(until=until, slots=slots)
    return signals[0] if signals else None


@contextmanager
def _stopped_by_signals(scheduler: Scheduler) -> Iterator[list[signal.Signals]]:
    """Give the signals that have come so far."""
    come: list[signal.Signals] = []
    if threading.current_thread() is not threading.main_thread():
        yield come  # only the main thread may handle signals
        return

    before = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        come.append(signal.Signals(number))
        restore()
        scheduler.stop()

    for number in before:
        signal.signal(number, stop)
    try:
        yield come
    finally:
        restore()


def log_handler(workspace: Path) -> logging.Handler:
    """Give what writes the log of a runner, of a few megabytes at most.

    Its processes write there, too: what agents print. The file stays the same, or they
    would go on with one that was renamed, and in the end deleted.
    """
    handler = RotatingFileHandler(workspace / LOG, maxBytes=1 << 20, backupCount=3)

    def rotate(source: str, target: str) -> None:
        shutil.copyfile(source, target)
        os.truncate(source, 0)

    handler.rotator = rotate
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s")
    )
    return handler


def main(workspace: Path) -> int:
    """Run until there is nothing to do, or until a new runner must take over."""
    logging.basicConfig(level=logging.INFO, handlers=[log_handler(workspace)])
    if hasattr(signal, "SIGHUP"):  # sent when the terminal of a login is closed
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Runner(workspace).lock().acquire(timeout=HAND_OVER):
            _log.info("runner started")
            store = JobStore(Database(workspace / DATABASE))
            folders = Folders.of(workspace)
            lifetime = Lifetime(store)
            stopped = work(store, folders, until=lifetime)
            _log.info("runner ended")
        # Agents have changed, or work has come when this one had ended already.
        if not stopped and store.has_work():
            _log.info("a new runner takes over")
            Runner(workspace).start()
    except Timeout:
        return 0  # another runner is at work and will see the new job
    except Exception:  # noqa: BLE001 - logged; the starter sees the status
        _log.exception("the runner stopped")
        return 1
    return 0
